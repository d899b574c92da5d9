// Part B: collecting: studies, visits, sessions, events and reports of partners.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

std::vector<KindDefinition> studies_and_data() {
  return {
      program_kind(
          "dataset",
          "Answers of one round as they were imported: an immutable version, its receipt and its problem list.",
          {ref("round", "The round it belongs to.", "round").whole().required(),
           ref("instrument", "The form it was read with.", "instrument"),
           integer("dataset_version", "Counts up when corrected rows are imported.").required(),
           integer("rows", "Rows kept.").required(), data("receipt", "Read = kept + rejected, by reason.").required(),
           data("problems", "The problem list of the import, grouped by fix."),
           data("columns", "Name, type, label and levels of every column."),
           digest("content", "Keyed digest over the sealed columns.").required(),
           data("sources", "Name and keyed digest of every file read.").required(),
           data("consent_basis", "Text, who stated it and when; absent when the form asks for consent."),
           date("retain_until", "When the rows are to be destroyed.").owed()}),
      program_kind(
          "instrument", "A questionnaire as read from its form.",
          {ref("study", "The study it belongs to.", "study").required(), text("form_id", "The form's own identifier."),
           text("form_version", "The form's own version."), data("questions", "Questions, choices and languages."),
           digest("source", "The workbook as it was read."), data("problems", "What the form check said.")}),
      program_kind("round", "One wave of data collection.",
                   {ref("study", "The study it belongs to.", "study").whole().required(),
                    text("name", "Short name used in files and tables.").required(),
                    integer("order", "Position in time, from 1.").required(), date("starts", "First interview."),
                    date("ends", "Last interview.").noticed()}),
      kind("study", "A survey with its rounds, the way people were chosen and what is compared.",
           {ref("programme", "The programme it belongs to.", "programme"),
            data("specification", "Groups, places, dimensions and comparisons, as the study file gives them."),
            data("disclosure", "Thresholds that depart from the defaults, with who, when and why.")},
           always_active()),
      locked({"approved", "refused"},
             kind("cleaning_entry", "One change to an answer, with its reason; the raw answer never changes.",
                  {ref("dataset", "In which dataset version.", "dataset").whole().required(),
                   text("row_key", "Which row, by its key.").required(), text("column", "Which column.").required(),
                   text("old_value", "What stood there.").personal(PersonalClass::kIdentifier),
                   text("new_value", "What stands there now.").personal(PersonalClass::kIdentifier),
                   long_text("reason", "Why.").required(), ref("author", "Who proposed it.", "person").required(),
                   ref("approved_by", "Who approved it.", "person").approval()},
                  {{"proposed", "approved", "refused"},
                   {{"approve", "proposed", "approved", {"approved_by"}},
                    gives_up({"refuse", "proposed", "refused"}),
                    {"reopen", "approved", "proposed"}}})),
      kind("quality_finding", "Something a check of the data found, and what was decided about it.",
           {ref("dataset", "In which dataset version.", "dataset").whole(), ref("round", "In which round.", "round"),
            choice("check", "Which check.",
                   {"speed", "straight_lining", "duplicate", "outlier", "enumerator", "skip", "missing", "location",
                    "other"})
                .required(),
            integer("rows", "How many rows it concerns.").at_least(0), text("enumerator", "Code of the enumerator."),
            choice("severity", "How serious.", low_to_high()).required(), long_text("text", "What was found."),
            choice("decision", "What is done.", {"keep", "correct", "remove", "ask_again"}).approval(),
            long_text("reason", "Why.").approval()},
           {{"open", "decided"},
            {{"decide", "open", "decided", {"decision", "reason"}}, {"reopen", "decided", "open"}}}),
  };
}

std::vector<KindDefinition> visits_and_sessions() {
  return {
      kind("visit", "A stay of the team in a place.",
           {ref("place", "The place that the team goes to, for example a district or a village.", "place").required(),
            date("starts", "The first day of the stay, for example the day of arrival.").required(),
            date("ends", "The last day of the stay; the same day for a visit of one day.")
                .owed({"completed"})
                .happened({"completed"})
                .required(),
            refs("team", "The people who travel, for example the coordinator and two interviewers.", "person"),
            long_text("purpose", "Why the team goes, for example to hold three focus groups."),
            refs("permissions", "Permissions that cover it.", "permission"),
            number("working_days", "Working days of all people together, for example 6 for three people and two days.",
                   "days")
                .at_least(0),
            long_text("security", "What was checked before leaving.").result(),
            date("referrals_checked_on", "When the referral card was last checked.").happened().result(),
            long_text("summary",
                      "What the team saw and heard, in a few sentences, for example that the market is open again.")
                .result()},
           planned_and_done()),
      kind("focus_session", "A focus group, interview or consultation.",
           {ref("visit", "During which visit.", "visit"),
            choice("method", "What kind.",
                   {"focus_group", "key_informant_interview", "in_depth_interview", "observation", "consultation",
                    "workshop"})
                .required(),
            ref("place", "Where, no finer than the district.", "place").required(),
            date("held_on", "When.").happened({"held"}).required(),
            ref("group", "With whom.", "population_group"),
            choice("sex", "Of which sex.", sexes()),
            choice("age_band", "Of which age.", age_bands()),
            choice("audience_tier", "Which audience they stand for.", audience_tiers()),
            integer("invited", "How many were invited.", "people").between(0, 500),
            integer("people", "How many came.", "people").result().between(0, 500),
            language(),
            yes_no("interpreter", "Somebody interpreted."),
            ref("moderator", "Who led it.", "person"),
            ref("note_taker", "Who took notes.", "person"),
            ref("guide", "The guide that was followed.", "guide"),
            ref("consent_text", "The consent text that was read.", "consent_text"),
            refs("permissions", "Permissions that cover it.", "permission"),
            yes_no("recorded", "It was recorded, with everybody's yes.").result(),
            ref("source", "The transcript or notes.", "source").result(),
            long_text("summary", "Mood, surprises, main points.").result()},
           {{"planned", "held", "cancelled"},
            {{"hold", "planned", "held"}, gives_up({"cancel", "planned", "cancelled"})}}),
      named_by("names", kind("guide", "Questions for a focus group or interview.",
                             {choice("method", "For what kind of session.",
                                     {"focus_group", "key_informant_interview", "in_depth_interview", "observation",
                                      "consultation", "workshop"}),
                              choice("audience_tier", "For which audience.", audience_tiers()),
                              text("guide_version", "Version."), long_text("opening", "How it begins."),
                              data("questions", "Questions with topic, minutes, probes and cautions."),
                              long_text("closing", "How it ends."),
                              translated("spoken_by_language",
                                         "All that is said, from the greeting to the thanks, by language."),
                              translated("caution_by_language", "What is never asked, by language."),
                              translated("names", "Names by language."), long_text("caution", "What is never asked."),
                              languages("Languages it stands in."), text("library_id", "Id in the shipped library.")})),
      locked(
          {"granted", "refused", "ended"},
          kind("permission", "Leave of an authority to work in places, for a time.",
               {ref("authority", "The office whose leave it is, for example the district governor’s office.",
                    "organisation")
                    .required(),
                refs("places", "The places it names; what lies in one of them is covered, too.", "place").required(),
                date("asked_on", "The day on which the letter was handed in or the question was put.").happened(),
                date("granted_on", "The day that stands on the letter, or on which somebody said yes.")
                    .happened()
                    .approval()
                    .not_before("asked_on"),
                date("starts", "First day it holds: a visit on an earlier day is not covered."),
                date("ends", "Last day it holds: a visit on a later day is not covered.").noticed(),
                refs("team", "The people whom it names, for example the coordinator and two interviewers.", "person"),
                long_text(
                    "shown",
                    "What the authority saw before it decided, for example the questionnaire and the consent text."),
                text("number_in_source", "The number that the authority wrote on the letter, for example 112/1405.")},
               {{"draft", "asked", "granted", "refused", "ended"},
                {{"ask", "draft", "asked", {"asked_on"}},
                 {"grant", "asked", "granted", {"granted_on", "starts", "ends"}},
                 gives_up({"refuse", "asked", "refused"}),
                 {"end", "granted", "ended"},
                 {"reopen", "granted", "asked"}}})),
  };
}

std::vector<KindDefinition> events_and_reports() {
  return {
      kind("event", "An activity that took place.",
           {ref("activity", "Of which planned activity.", "activity"),
            ref("partner", "Who carried it out.", "organisation"),
            date("held_on", "When.").happened({"held"}).required(), ref("place", "Where.", "place").required(),
            choice("type", "What kind.",
                   {"dialogue", "mediation", "training", "joint_work", "sport", "culture", "school_activity",
                    "women_group", "youth_group", "media", "information_session", "livelihood", "other"}),
            number("hours", "How long it lasted.", "hours").between(0, 1000),
            integer("facilitators", "How many led it.", "people").at_least(0),
            integer("dose", "The how-manieth meeting of the same people.").at_least(1),
            number("quality_score", "Score of the quality checklist.", "%").result().between(0, 100),
            data("quality_answers", "Answers of the quality checklist by item.").result(),
            yes_no("good_contact", "It met the conditions of good contact.").result(),
            long_text("observation", "What an outsider saw.").result(),
            long_text("feedback_summary", "What people said of it.").result(),
            number("cost", "What it cost.").in_currency().result().at_least(0), currency(),
            long_text("incidents", "What went wrong.").result()},
           {{"planned", "held", "cancelled"},
            {{"hold", "planned", "held"}, gives_up({"cancel", "planned", "cancelled"})}}),
      kind("participation", "How many took part in an event: persons or participations, never both in one sum.",
           {ref("event", "In which event.", "event").whole().required(),
            choice("counted", "What is counted.", {"persons", "participations"}).required(),
            ref("group", "Of which group.", "population_group"), choice("sex", "Of which sex.", sexes()),
            choice("age_band", "Of which age.", age_bands()),
            integer("people", "How many.", "people").result().at_least(0).required(),
            integer("new_people", "How many of them came for the first time.", "people").result().at_least(0),
            integer("with_disability", "How many of them have a disability.", "people").result().at_least(0),
            choice("participant_type", "As what they came.",
                   {"residents", "authority", "ngo_staff", "leaders", "teachers", "media", "other"})}),
      locked({"accepted"}, kind("partner_report", "What an implementing partner reports for a period.",
                                {ref("partner", "Who reports.", "organisation").required(),
                                 text("agreement", "Number of the agreement."),
                                 date("starts", "First day of the period."), date("ends", "Last day of the period."),
                                 date("due", "When it is due.").not_before("starts").owed({"received", "accepted"}),
                                 date("received_on", "When it came.").happened().result().not_before("starts"),
                                 long_text("narrative", "What it says.").result(),
                                 ref("source", "The report as a source for coding.", "source").result(),
                                 long_text("questions_back", "What was asked back.").result()},
                                {{"expected", "received", "returned", "accepted"},
                                 {{"receive", "expected", "received", {"received_on"}},
                                  {"return_with_comments", "received", "returned", {"questions_back"}},
                                  {"submit_again", "returned", "received"},
                                  {"accept", "received", "accepted"},
                                  {"reopen", "accepted", "received"}}})),
      kind("monitoring_note", "What somebody of the team saw on the spot.",
           {date("held_on", "When.").happened().required(), ref("place", "Where.", "place"),
            ref("author", "Who wrote it.", "person"), ref("partner", "Whose work was seen.", "organisation"),
            ref("activity", "Which activity.", "activity"), long_text("narrative", "What was seen.").required(),
            ref("source", "The note as a source for coding.", "source"), long_text("advice", "What should change.")}),
      locked(
          {"answered"},
          kind("outside_data_request",
               "Somebody outside asked for data or a list of people: for data about others than the one who asks.",
               {text("asked_by", "Who asked, by office.").required(), date("asked_on", "When.").happened().required(),
                long_text("text", "What was asked for.").required(), long_text("answer", "What was answered.").result(),
                date("answered_on", "When it was answered.").happened().result().not_before("asked_on"),
                ref("reported_to", "Who was told.", "person"),
                choice("decision", "What was decided.", {"refused", "aggregates_only", "given"}).approval()},
               {{"open", "answered"},
                {{"answer", "open", "answered", {"answer", "decision", "reported_to"}},
                 {"reopen", "answered", "open"}}})),
  };
}

}  // namespace

std::vector<KindDefinition> field_kinds() {
  std::vector<KindDefinition> out;
  for (const auto& part : {studies_and_data(), visits_and_sessions(), events_and_reports()})
    out.insert(out.end(), part.begin(), part.end());
  return in_area("field", std::move(out));
}

}  // namespace hamdil::model
