// Part D: strategy, activities, stakeholders, messages and risks.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

std::vector<KindDefinition> objectives() {
  return {
      locked({"accepted"}, kind("strategy", "What the programme will do, for whom and over which years.",
                                {date("starts", "First day."), date("ends", "Last day.").noticed(),
                                 translated("vision", "What will be different at the end."),
                                 text("library_id", "Id in the shipped library."), refs("places", "Where.", "place"),
                                 refs("groups", "For whom.", "population_group"),
                                 choice("audience_tier", "For which audience.", audience_tiers()),
                                 ref("product", "The document built from it.", "product")},
                                submitted_and_accepted())),
      kind(
          "objective", "A goal, outcome or output of a strategy.",
          {ref("strategy", "Of which strategy.", "strategy").required(),
           choice("level", "At which level of the chain.", {"goal", "outcome", "output"}).required(),
           ref("parent", "What it contributes to.", "objective"),
           translated("statement", "What will be true then.").required(),
           long_text("specific", "What exactly, for whom and where."), long_text("measurable", "By what it is seen."),
           long_text("achievable", "Why it can be reached."),
           long_text("relevant", "Which need or barrier it answers."), text("library_id", "Id in the shipped library."),
           date("due", "By when it is reached.").noticed(),
           long_text("if_then", "If we do this, then that will follow."), long_text("because", "Why it should follow."),
           refs("barriers", "Barriers it answers.", "barrier"), refs("findings", "Findings it rests on.", "finding"),
           refs("practices", "Good practice it builds on.", "practice")}),
      kind("assumption", "What must stay true for the strategy, or what a budget figure rests on.",
           {choice("about", "Of what.", {"strategy", "budget"}).required(),
            ref("objective", "For which objective.", "objective"),
            ref("budget_version", "For which budget.", "budget_version"),
            long_text("text", "What is assumed.").required(),
            choice("likelihood_of_failure", "How likely it fails.", low_to_high()),
            text("watched_by", "Who watches it, by what."), long_text("if_it_fails", "What is done then."),
            number("value", "The figure, for a budget."), text("library_id", "Id in the shipped library."),
            text("source", "Where the figure comes from.")}),
      kind("alignment", "How an objective serves a framework of a country or of the world.",
           {ref("objective", "Which objective.", "objective").whole().required(),
            ref("external_framework", "Which framework or target.", "external_framework").required(),
            long_text("text", "How it serves it.")}),
      kind("inclusion_check",
           "Whether an objective is right for women and men, old and young, people with disability and the culture.",
           {ref("objective", "Which objective.", "objective").whole().required(),
            long_text("gender", "For women, men, girls and boys."), long_text("age", "For young and old."),
            long_text("disability", "For people with disability."), long_text("culture", "For customs and faiths."),
            ref("reviewer", "Who looked.", "person").approval(), date("reviewed_on", "When.").happened().approval()}),
      kind("activity", "Something the plan does, with its dates, people and resources.",
           {ref("objective", "The objective that the activity helps to reach, for example “Water committees work”.",
                "objective")
                .required(),
            long_text("text", "What is done, by whom and how often, for example six meetings with both groups."),
            refs("barriers", "Barriers it answers.", "barrier"), refs("places", "Where.", "place"),
            refs("groups", "With whom.", "population_group"),
            date("starts", "The first day on which something happens, for example the first meeting.")
                .happened({"completed"})
                .required(),
            date("ends", "The last day on which something happens, not before the first.")
                .owed({"completed"})
                .required(),
            refs("depends_on", "Activities that must be finished before this one can begin, for example a training.",
                 "activity"),
            ref("responsible", "The person who does the work and answers questions about it.", "person"),
            text("library_id", "Id in the shipped library."),
            ref("accountable", "The person who answers for the result, for example the head of the office.", "person"),
            refs("consulted_people", "Who is asked.", "person"), refs("informed", "Who is told.", "person"),
            ref("partner", "Who carries it out.", "organisation"),
            long_text("resources", "What is needed besides money, for example a room and two interpreters."),
            refs("risks", "What can go wrong.", "risk"),
            refs("recommendations", "Recommendations it carries out.", "recommendation"),
            date("checked_on", "Last check of conflict sensitivity.").happened().approval()},
           planned_and_done()),
      kind("sustainability_check", "What should last after the end, until when, and how that is seen.",
           {ref("objective", "Of which objective.", "objective").whole(),
            ref("outcome", "Of which outcome.", "outcome"), long_text("text", "What should last.").required(),
            date("lasts_until", "Until when."), text("depends_on_whom", "On whom it depends."),
            long_text("method", "How it is measured."), ref("indicator", "By which indicator.", "monitoring_indicator"),
            choice("judgement", "What was found.", {"lasts", "partly", "does_not_last", "unknown"}).result(),
            date("checked_on", "When it was looked at.").happened().result()}),
  };
}

std::vector<KindDefinition> stakeholders_and_messages() {
  return {
      of_a_person(kind(
          "stakeholder", "Somebody who can help or hinder, and how to reach them. Names stay out of exports.",
          {ref("person", "The person it is about, if it is one person and not an office.", "person"),
           ref("organisation", "The organisation that they speak for, for example a council of elders.",
               "organisation"),
           choice("type", "The role in which they matter here, for example a religious leader.",
                  {"community_leader", "religious_leader", "influencer", "media", "authority", "ngo",
                   "community_member", "donor", "business", "other"})
               .required(),
           choice("power", "How much they can help or stop, for example high for whoever decides on land.",
                  low_to_high())
               .required(),
           choice("interest", "How much they care about the programme, for example low when they have never asked.",
                  low_to_high())
               .required(),
           choice("position", "Whether they support, oppose or have not said, for example neutral.",
                  {"supports", "neutral", "opposes", "unknown"}),
           ref("place", "Where.", "place"), refs("related_to", "To whom they stand close.", "stakeholder"),
           yes_no("hide_name", "The name stands in no export.")})),
      kind("engagement_step", "A step to win somebody over or keep them informed.",
           {ref("stakeholder", "With whom.", "stakeholder").whole().required(),
            long_text("text", "What is done.").required(), text("message_text", "What is said."),
            choice("channel", "How.", {"visit", "meeting", "telephone", "letter", "media", "event", "other"}),
            ref("responsible", "Who does it.", "person"), date("due", "When.").owed({"completed"}),
            long_text("result", "What came of it.").result()},
           planned_and_done()),
      locked({"in_use", "retired"},
             kind("message", "What is said to an audience, by whom and through which channel, to answer a barrier.",
                  {ref("barrier", "Which barrier it answers.", "barrier"),
                   choice("audience_tier", "To which audience.", audience_tiers()).required(),
                   refs("groups", "To which groups.", "population_group"), translated("text", "The words.").required(),
                   text("messenger", "Who says it, by role."),
                   choice("channel", "Through what.",
                          {"face_to_face", "radio", "television", "print", "social_media", "telephone", "event",
                           "school", "other"}),
                   language(), text("text_version", "Version."), refs("findings", "Findings it rests on.", "finding")},
                  {{"draft", "tested", "in_use", "retired"},
                   {{"pass_test", "draft", "tested"},
                    {"use", "tested", "in_use"},
                    {"retire", "in_use", "retired"},
                    {"revise", "tested", "draft"},
                    {"revise_in_use", "in_use", "draft"}}})),
      kind("message_test", "A try of a message with a few people before it is used.",
           {ref("message", "Which message.", "message").whole().required(),
            date("held_on", "When.").happened().required(), ref("place", "Where.", "place"),
            ref("group", "With whom.", "population_group"),
            integer("people", "How many.", "people").result().between(0, 10000).required(),
            integer("understood", "How many understood it.", "people").result().at_least(0),
            integer("believed", "How many believed it.", "people").result().at_least(0),
            integer("for_me", "How many felt spoken to.", "people").result().at_least(0),
            integer("offended", "How many it offended.", "people").result().at_least(0),
            integer("will_do", "How many say they will do it.", "people").result().at_least(0),
            long_text("changed", "What was changed after it.").result()}),
      kind("exposure", "How often and to how many a message went out.",
           {ref("message", "Which message.", "message").whole().required(), date("starts", "First day."),
            date("ends", "Last day."), ref("place", "Where.", "place"),
            choice("channel", "Through what.",
                   {"face_to_face", "radio", "television", "print", "social_media", "telephone", "event", "school",
                    "other"}),
            integer("times", "How often.").result().at_least(0),
            number("people", "Estimate of how many it reached.", "people").result().at_least(0),
            text("method", "How that was estimated.")}),
      kind("risk", "What can go wrong, and what is done against it.",
           {long_text("text", "What can go wrong.").required(),
            choice("likelihood", "How likely.", low_to_high()).required(),
            choice("impact", "What it would do.", low_to_high()).required(),
            long_text("mitigation", "What is done against it."), ref("responsible", "Who watches it.", "person"),
            choice("trend", "Where it is going.", directions()), ref("place", "Where.", "place"),
            choice("type", "What kind.",
                   {"security", "protection", "political", "financial", "operational", "reputation", "other"}),
            date("reviewed_on", "When it was last looked at.").happened().approval()},
           {{"open", "happened", "closed"},
            {{"happen", "open", "happened"}, {"close", "open", "closed"}, {"settle", "happened", "closed"}}}),
  };
}

}  // namespace

std::vector<KindDefinition> strategy_kinds() {
  std::vector<KindDefinition> out = objectives();
  for (const KindDefinition& one : stakeholders_and_messages()) out.push_back(one);
  return in_area("strategy", std::move(out));
}

std::vector<KindDefinition> budget_kinds() {
  return in_area(
      "strategy",
      {
          locked({"approved", "replaced"},
                 kind("budget_version", "A budget as it stands at one time; a revision is a new version.",
                      {text("budget_number", "Number of the version.").required(),
                       ref("replaces", "The version before.", "budget_version"), currency().required(),
                       date("decided_on", "When it was agreed.").happened().approval(),
                       number("total", "Total that was agreed.").in_currency().at_least(0),
                       number("tolerance", "How far a category may move without asking.", "%").between(0, 100),
                       long_text("reason", "Why it was revised."), ref("strategy", "For which strategy.", "strategy")},
                      {{"draft", "in_review", "approved", "replaced"},
                       {{"submit", "draft", "in_review"},
                        {"approve", "in_review", "approved", {"decided_on", "currency"}},
                        {"return_with_comments", "in_review", "draft"},
                        {"replace", "approved", "replaced"},
                        {"reopen", "approved", "in_review"}}})),
          summed_within(
              "budget_version",
              calculating(
                  {"line_total",
                   "Quantity × frequency × unit cost; calculated.",
                   {"quantity", "unit_cost"},
                   {"frequency"},
                   "currency",
                   true},
                  locked(
                      {"confirmed"},
                      kind("budget_line", "One cost of an activity in a year, from a source.",
                           {ref("budget_version",
                                "The budget that this cost stands in, for example the first version for 2027.",
                                "budget_version")
                                .whole_that_locks()
                                .required(),
                            ref("activity", "For which activity.", "activity"),
                            choice("category", "The kind of cost, for example travel or staff.", budget_categories())
                                .required(),
                            text("cost_unit", "Per what: day, person, piece."),
                            number("quantity", "How many units are needed, for example 2 facilitators.")
                                .at_least(0)
                                .required(),
                            number("frequency", "How many times each unit is paid, for example 10 for ten months.")
                                .at_least(0),
                            number("unit_cost",
                                   "What one unit costs once, in the currency of this line, for example 650.")
                                .in_currency()
                                .at_least(0)
                                .required(),
                            number("unit_cost_low", "At the least.").in_currency().at_least(0),
                            number("unit_cost_high", "At the most.").in_currency().at_least(0), currency().required(),
                            integer("year", "The Gregorian year in which the money is spent, for example 2027.")
                                .between(2000, 2200)
                                .required(),
                            ref("funding_source", "The grant or fund that pays, for example a grant of a donor.",
                                "funding_source"),
                            ref("place", "Where.", "place")})))),
          kind("funding_source", "Who pays, how much and for what.",
               {ref("donor", "Who.", "organisation"),
                number("amount", "How much.").in_currency().summed().at_least(0).required(), currency().required(),
                date("starts", "First day it may be spent."), date("ends", "Last day it may be spent.").noticed(),
                text("agreement", "Number of the agreement."), long_text("conditions", "What it may be spent on.")}),
          kind(
              "instalment", "A part of the money that is due on a day or with a deliverable.",
              {ref("funding_source", "From which source.", "funding_source").whole(),
               ref("terms_of_reference", "Under which contract.", "terms_of_reference"),
               ref("deliverable", "With which deliverable.", "deliverable"),
               number("amount", "How much.").in_currency().summed().at_least(0).required(), currency().required(),
               date("due", "When it is due.").owed({"paid"}), date("paid_on", "When it was paid.").happened().result()},
              {{"expected", "requested", "paid"},
               {{"request", "expected", "requested"}, {"pay", "requested", "paid", {"paid_on"}}}}),
          kind("expenditure", "Money that was spent.",
               {ref("budget_line", "Against which line.", "budget_line").whole(),
                ref("activity", "For which activity.", "activity"), date("paid_on", "When.").happened().required(),
                number("amount", "How much.").in_currency().summed().result().at_least(0).required(),
                currency().required(), text("receipt_number", "Number of the receipt.").result(),
                ref("partner", "Who spent it.", "organisation"),
                ref("funding_source", "Out of which source.", "funding_source")}),
          kind("exchange_rate", "What one currency costs in another on a day.",
               {currency("from_currency").required(), currency("to_currency").required(),
                number("rate", "Units of the second for one of the first.").between(1e-9, 1e9).required(),
                date("date", "On which day.").happened().required(), text("source", "Who published it.").required()}),
      });
}

}  // namespace hamdil::model
