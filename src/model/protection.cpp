// Part B: consent, data protection, feedback and referral.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

std::vector<std::string> data_classes() { return {"person", "operational", "qualitative"}; }

Workflow two_approvals() {
  return {{"draft", "asked", "approved", "refused", "ended"},
          {{"submit", "draft", "asked"},
           {"approve", "asked", "approved", {"approved_by", "second_approval_by"}},
           gives_up({"refuse", "asked", "refused", {"reason"}}),
           {"end", "approved", "ended"}}};
}

std::vector<KindDefinition> people_and_consent() {
  return {
      kind("feedback",
           "Feedback or a complaint that reached the programme: for what people say of its work, also of harm.",
           {choice("channel", "How it came.",
                   {"box", "telephone", "in_person", "message", "meeting", "partner", "other"})
                .required(),
            date("received_on", "When.").happened().required(), language(), ref("place", "From where.", "place"),
            ref("group", "From which group.", "population_group"),
            choice("type", "What it is.",
                   {"thanks", "suggestion", "question", "complaint", "allegation_of_abuse", "request_for_help"})
                .required(),
            choice("sensitivity", "How it is handled.", {"ordinary", "sensitive", "locked"}).required(),
            long_text("text", "What was said, without names.").personal(PersonalClass::kIdentifier),
            ref("responsible", "Who answers.", "person"),
            date("due", "By when.").not_before("received_on").owed({"answered", "closed"}),
            long_text("answer", "What was answered.").result(),
            date("answered_on", "When it was answered.").happened().result().not_before("received_on"),
            yes_no("loop_closed", "The person heard the answer.").result()},
           {{"received", "routed", "answered", "closed"},
            {{"route", "received", "routed", {"responsible"}},
             {"answer", "received", "answered", {"answer", "answered_on"}},
             {"answer_routed", "routed", "answered", {"answer", "answered_on"}},
             {"close", "answered", "closed"}}}),
      kind("referral_service", "A service to which people in need are sent.",
           {choice("type", "What it offers.",
                   {"health", "psychosocial", "legal_aid", "child_protection", "gender_based_violence",
                    "complaint_channel", "emergency", "other"})
                .required(),
            ref("organisation", "Who offers it.", "organisation"), ref("place", "Where.", "place").required(),
            text("opening_hours", "When it is open."), text("phone", "Telephone number of the service."),
            languages("Languages spoken there."), text("cost", "What it costs."), text("who_can_use", "For whom."),
            date("checked_on", "When somebody last checked that all this is true.").happened().approval()}),
      kind("distress_event", "Somebody was in distress during field work; what was done, never who it was.",
           {ref("focus_session", "In which session.", "focus_session"), date("held_on", "When.").happened().required(),
            choice("sign", "What was seen.",
                   {"silence_or_tears", "disclosure", "allegation", "danger", "quarrel", "team_member"})
                .required(),
            long_text("done", "What was done.").result(),
            ref("referral_service", "Where the person was sent.", "referral_service"),
            ref("reported_to", "Who was told.", "person")},
           {{"open", "closed"}, {{"close", "open", "closed", {"done"}}}}),
      named_by("names", locked({"frozen", "replaced"},
                               kind("consent_text", "What is read to people before they are asked anything.",
                                    {text("text_version", "Version; any changed sentence makes a new one.").required(),
                                     translated("text", "The text by language."),
                                     tags("check_questions", "Questions that show it was understood."),
                                     translated("check_by_language",
                                                "Questions that show it was understood, a line each, by language."),
                                     translated("names", "Names by language."),
                                     tags("purposes", "Purposes that are asked one by one.",
                                          {"take_part", "record_audio", "anonymous_quotation", "share_with_partner",
                                           "share_with_other_agencies", "contact_again", "referral", "internal_use",
                                           "report_use", "public_use", "media_use"}),
                                     integer("least_age", "From which age.", "years").between(0, 120),
                                     tags("modes", "In person, by telephone.",
                                          {"in_person", "phone", "online", "poster", "spoken", "message"}),
                                     text("library_id", "Id in the shipped library.")},
                                    {{"draft", "frozen", "replaced"},
                                     {{"freeze", "draft", "frozen", {"text"}}, {"replace", "frozen", "replaced"}}}))),
      locked(
          {"given", "withdrawn"},
          kind(
              "consent_record", "One person's or one data set's consent: to which text, for which purposes.",
              {text("subject", "Pseudonym of the person."), ref("focus_session", "For which session.", "focus_session"),
               ref("dataset", "For which data set, when somebody else collected it.", "dataset"),
               choice("basis", "On what it rests.",
                      {"consent_record", "consent_text_seen", "gate_question_only", "asserted_by_owner",
                       "secondary_data_basis_stated", "unknown"})
                   .required(),
               text("asserted_by", "Who asserts it, by role."), ref("consent_text", "Which text.", "consent_text"),
               language(), choice("mode", "How it was given.", {"in_person", "telephone", "online", "written"}),
               yes_no("take_part", "Yes to taking part."), yes_no("may_quote", "Yes to words without a name."),
               yes_no("may_record", "Yes to recording."), yes_no("may_share", "Yes to sharing with other agencies."),
               yes_no("may_contact", "Yes to being contacted again."), yes_no("guardian", "A guardian agreed as well."),
               text("interviewer", "Code of the interviewer."), date("given_on", "When.").happened(),
               date("withdrawn_on", "When it was taken back.").happened().not_before("given_on")},
              {{"draft", "given", "withdrawn"},
               {{"give", "draft", "given", {"given_on"}},
                gives_up({"withdraw", "given", "withdrawn", {"withdrawn_on"}}),
                {"reopen", "given", "draft"}}})),
  };
}

std::vector<KindDefinition> register_of_protection() {
  return {
      kind("processing_activity", "A line of the register: which data, for what, how long, by whom.",
           {long_text("purpose", "What for.").required(), tags("data_categories", "Which data."),
            refs("groups", "About whom.", "population_group"), text("legal_basis", "On what basis."),
            refs("recipients", "Who receives them.", "organisation"), long_text("security", "How they are kept safe."),
            date("retain_until", "Until when they are kept.").owed(),
            text("destruction_method", "How they are destroyed."),
            date("destroyed_on", "When they were destroyed.").happened().result(),
            ref("responsible", "Who answers for it.", "person"),
            data("principles", "Each of the principles with its answer.")}),
      locked(
          {"approved", "refused", "ended"},
          kind("transfer", "Data handed to somebody else; needs two approvals.",
               {ref("recipient", "To whom.", "organisation").required(), long_text("purpose", "What for.").required(),
                tags("data_categories", "Which data."), text("agreement", "Under which agreement.").required(),
                choice("data_class", "Which class of data.", data_classes()),
                date("sent_on", "When.").happened().result(), text("method", "How it travels."),
                ref("approved_by", "First approval.", "person").approval(),
                ref("second_approval_by", "Second approval, by somebody else.", "person").approval(),
                long_text("reason", "Why refused.")},
               two_approvals()),
          {"sent_on", "method"}),
      locked({"answered"},
             kind("access_request",
                  "A person asks to see, correct or erase what is kept about them: for data about the one who asks.",
                  {text("subject", "Pseudonym or receipt code.").required(),
                   choice("type", "What is asked for.", {"see", "correct", "erase", "withdraw", "complain"}).required(),
                   date("received_on", "When.").happened().required(),
                   date("due", "By when it is answered.").not_before("received_on").owed({"answered"}),
                   long_text("answer", "What was done.").result(),
                   date("answered_on", "When it was answered.").happened().result().not_before("received_on")},
                  {{"open", "answered"},
                   {{"answer", "open", "answered", {"answer", "answered_on"}}, {"reopen", "answered", "open"}}})),
      kind(
          "data_incident", "Data were lost, seen or changed by somebody who should not.",
          {date("held_on", "When it happened.").happened().required(),
           date("noticed_on", "When it was noticed.").happened().not_before("held_on"),
           long_text("text", "What happened.").required(), choice("severity", "How serious.", low_to_high()).required(),
           integer("people", "How many people it concerns.", "people").result().at_least(0),
           long_text("done", "What was done.").result(), ref("reported_to", "Who was told.", "person"),
           yes_no("people_told", "The people concerned were told.")},
          {{"open", "contained", "closed"},
           {{"contain", "open", "contained", {"done"}}, {"close", "contained", "closed"}}}),
      locked({"approved", "ended"},
             kind("protection_exception", "A departure from a rule of data protection, for a time and with a reason.",
                  {text("principle", "Which rule.").required(), long_text("reason", "Why.").required(),
                   ref("approved_by", "Who approved it.", "person").approval(), date("starts", "First day."),
                   date("ends", "Last day; it expires.").noticed().required(),
                   long_text("mitigation", "What protects people meanwhile.")},
                  {{"draft", "approved", "ended"},
                   {{"approve", "draft", "approved", {"approved_by", "ends"}}, {"end", "approved", "ended"}}})),
      locked({"approved", "refused"},
             kind("impact_assessment", "What a use of data can do to people, weighed before it begins.",
                  {ref("processing_activity", "Of which use.", "processing_activity"),
                   long_text("benefits", "What it is good for."),
                   long_text("risks", "What it can do to people.").required(),
                   long_text("mitigation", "What lowers the risk."),
                   choice("risk_left", "What risk remains.", low_to_high()).required(),
                   ref("approved_by", "Who approved it.", "person").approval(),
                   date("decided_on", "When.").happened().approval()},
                  {{"draft", "approved", "refused"},
                   {{"approve", "draft", "approved", {"approved_by"}},
                    gives_up({"refuse", "draft", "refused"}),
                    {"reopen", "approved", "draft"}}})),
      locked({"in_force", "replaced"},
             kind("disclosure_policy", "Which figures may leave, for whom and above which thresholds.",
                  {choice("data_class", "Which class of data.", data_classes()).required(),
                   choice("audience", "Who may read it.", {"team", "named_recipients", "public"}).required(),
                   integer("threshold", "Fewest people behind a figure.", "people").between(1, 1000),
                   integer("least_clusters", "Fewest places behind a figure.").between(1, 100),
                   long_text("scenario", "Who might look for whom, and how."),
                   tags("keys", "Columns that together single a person out."), ref("set_by", "Who set it.", "person"),
                   ref("approved_by", "Who approved it.", "person").approval(),
                   long_text("reason", "Why it departs from the default.")},
                  {{"draft", "in_force", "replaced"},
                   {{"approve", "draft", "in_force", {"approved_by"}}, {"replace", "in_force", "replaced"}}})),
  };
}

}  // namespace

std::vector<KindDefinition> protection_kinds() {
  std::vector<KindDefinition> out = people_and_consent();
  for (const KindDefinition& one : register_of_protection()) out.push_back(one);
  return in_area("protection", std::move(out));
}

}  // namespace hamdil::model
