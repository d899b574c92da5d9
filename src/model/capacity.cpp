// Part E: training needs, training, tools and the capacity of organisations.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

std::vector<std::string> roles() {
  return {"ngo_manager",         "ngo_field_officer", "facilitator_volunteer", "me_officer", "coordinator",
          "information_manager", "local_official",    "community_leader",      "teacher",    "media_worker"};
}

std::vector<KindDefinition> needs_and_training() {
  return {
      kind("competency", "Something people must be able to do.",
           {text("domain", "Field it belongs to."), translated("statement", "What somebody does who has it."),
            yes_no("must_have", "Nobody works without it."),
            choice("trainability", "Whether training helps.", {"tools_rather", "partly", "mainly_training"}),
            data("required_levels", "Level needed by role, 0 to 5."), text("source", "Where it comes from."),
            text("library_id", "Id in the shipped library.")}),
      kind("role_profile", "What a role must be able to do, and how well.",
           {choice("role", "Which role.", roles()).required(),
            ref("competency", "Which competency.", "competency").whole().required(),
            integer("required_level", "Level needed, 0 to 5.").between(0, 5).required(),
            text("library_id", "Id in the shipped library."),
            integer("importance", "How important, 1 to 5.").between(1, 5)}),
      kind("needs_rating", "How important a competency is to somebody and how well they have it.",
           {ref("competency", "Which competency.", "competency").whole().required(),
            choice("role", "In which role.", roles()).required(), ref("organisation", "Where.", "organisation"),
            text("participant_code", "Code of the person rated."),
            integer("importance", "How important, 1 to 5.").between(1, 5).required(),
            integer("current_level", "Level now, 0 to 5.").result().between(0, 5).required(),
            integer("required_level", "Level needed, 0 to 5.").between(0, 5),
            choice("rater", "Who rated.", {"self", "supervisor", "test_or_observation"}).required(),
            date("held_on", "When.").happened()}),
      named_by("names",
               kind("training_module", "Half a day of training with its aims, steps and materials.",
                    {tags("audience_roles", "For which roles.", roles()),
                     refs("competencies", "What it builds.", "competency"),
                     integer("minutes_long", "How long it takes.", "minutes").between(0, 10000),
                     long_text("objectives_text", "What people can do afterwards."),
                     translated("objectives_by_language", "What people can do afterwards, by language."),
                     translated("names", "Names by language."), data("steps", "Steps with minutes and methods."),
                     tags("materials", "What is needed."), data("exercises", "Exercises with their texts."),
                     long_text("adaptation", "How it is fitted to the place."),
                     long_text("caution", "What must not happen."), languages("Languages it stands in."),
                     text("text_version", "Version."), refs("findings", "Findings it answers.", "finding"),
                     text("library_id", "Id in the shipped library.")})),
      kind("training_session", "A training as it was held.",
           {ref("training_module", "The module that was taught, for example “Listening to both sides”.",
                "training_module")
                .required(),
            date("held_on", "The day on which the training took place, or is planned for.")
                .happened({"held"})
                .required(),
            ref("place", "Where.", "place"), text("venue", "The building or room, for example the youth centre."),
            language(), refs("trainers", "The people who taught, for example one woman and one man.", "person"),
            ref("partner", "For which organisation.", "organisation"),
            integer("invited", "How many people were invited, for example 24.", "people").at_least(0),
            long_text("access", "What was done so that all could come, for example childcare and a ramp."),
            refs("findings", "Findings it answers.", "finding"),
            number("cost", "What it cost.").in_currency().result().at_least(0), currency(),
            date("follow_up_on", "The day on which somebody asks what was used of it, for example three months later.")
                .not_before("held_on")},
           {{"planned", "held", "cancelled"},
            {{"hold", "planned", "held"}, gives_up({"cancel", "planned", "cancelled"})}}),
      kind("attendance", "Who came to a training, by code, or how many.",
           {ref("training_session", "To which training.", "training_session").whole().required(),
            text("participant_code", "Code, never a name."), ref("organisation", "From where.", "organisation"),
            choice("role", "In which role.", roles()), choice("sex", "Of which sex.", sexes()),
            choice("age_band", "Of which age.", age_bands()),
            integer("people", "How many, when no codes are kept.", "people").result().at_least(0),
            yes_no("completed", "Stayed to the end.").result()}),
      kind("test_item", "A question that shows what was learnt.",
           {ref("training_module", "For which module.", "training_module").whole(),
            translated("text", "The question.").required(), tags("answers", "The answers to choose from."),
            text("key", "The right answer.").required(), ref("competency", "What it tests.", "competency"),
            text("library_id", "Id in the shipped library.")}),
      kind(
          "test_result", "Somebody's score before or after a training.",
          {ref("training_session", "Of which training.", "training_session").whole().required(),
           text("participant_code", "Code, never a name.").required(),
           choice("when_taken", "Which test.", {"pre", "post", "follow_up"}).required(),
           integer("correct", "Right answers.").result().at_least(0).required(),
           integer("questions_asked", "Questions asked.").at_least(1).required(), date("held_on", "When.").happened()}),
      kind("training_feedback", "What people thought of a training and did with it, on four levels.",
           {ref("training_session", "Of which training.", "training_session").whole().required(),
            choice("level", "Which level.", {"reaction", "learning", "behaviour", "results"}).required(),
            number("score", "Mean score.").result().between(0, 100),
            integer("people", "How many answered.", "people").result().at_least(0),
            long_text("text", "What they said.").result()}),
  };
}

std::vector<KindDefinition> organisations_and_tools() {
  return {
      kind("capacity_domain", "A field in which an organisation can be strong or weak.",
           {long_text("definition", "What belongs to it."), data("items", "Questions with their scales."),
            text("source", "Where it comes from."), text("library_id", "Id in the shipped library.")}),
      kind("capacity_score", "How strong an organisation is in a field, with the evidence.",
           {ref("organisation", "Which organisation.", "organisation").required(),
            ref("capacity_domain", "In which field.", "capacity_domain").whole().required(),
            date("held_on", "When.").happened().required(),
            number("score", "Score, 0 to 4.").result().between(0, 4).required(),
            long_text("evidence", "What shows it.").result(),
            choice("when_taken", "Which measurement.", {"pre", "post", "follow_up"}),
            choice("rater", "Who rated.", {"self", "supervisor", "test_or_observation"})}),
      locked({"published", "retired"},
             kind("tool", "A tool or guideline that partners use, printed or on a phone.",
                  {choice("type", "What it is.",
                          {"guideline", "checklist", "self_scoring_form", "template", "job_aid", "poster"})
                       .required(),
                   tags("audience_roles", "For which roles.", roles()), text("text_version", "Version."),
                   languages("Languages it stands in."), yes_no("printable", "It can be printed."),
                   text("filled_by", "Who fills it, when, how long it takes."),
                   data("items", "Questions with their scales."),
                   data("scoring", "How the score is made, with its bands."),
                   data("advice_by_item", "What to do where an answer is low."),
                   text("library_id", "Id in the shipped library.")},
                  {{"draft", "published", "retired"},
                   {{"publish", "draft", "published", {"type"}},
                    {"retire", "published", "retired"},
                    {"revise", "published", "draft"}}})),
      kind("score_card", "A filled tool with its score and advice.",
           {ref("tool", "Which tool.", "tool").whole().required(), ref("partner", "Who filled it.", "organisation"),
            ref("event", "For which event.", "event"), ref("place", "Where, no finer than the district.", "place"),
            date("held_on", "When.").happened().required(),
            data("answers_by_item", "Answers by item.").result().required(),
            number("score", "The score.").result().between(0, 100), text("band", "What the score means.").result(),
            long_text("advice", "What to improve.").result()}),
  };
}

}  // namespace

std::vector<KindDefinition> capacity_kinds() {
  std::vector<KindDefinition> out = needs_and_training();
  for (const KindDefinition& one : organisations_and_tools()) out.push_back(one);
  return in_area("capacity", std::move(out));
}

}  // namespace hamdil::model
