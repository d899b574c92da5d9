// Part A: from the terms of reference to the inception report.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

Workflow deliverable_workflow() {
  return {{"planned", "in_preparation", "submitted", "returned", "accepted"},
          {{"start", "planned", "in_preparation"},
           {"submit", "in_preparation", "submitted", {"due", "submitted_on"}},
           {"return_with_comments", "submitted", "returned", {"comments"}},
           {"submit_again", "returned", "submitted"},
           {"accept", "submitted", "accepted", {"accepted_on"}},
           {"reopen", "accepted", "submitted"}}};
}

std::vector<KindDefinition> terms_and_deliverables() {
  return {
      kind("terms_of_reference", "What was ordered: contract, period, requirements and deliverables.",
           {ref("client", "Who ordered the work.", "organisation"), long_text("text", "The whole text."),
            text("contract_number", "Number of the contract."), date("starts", "First day of the contract."),
            date("ends", "Last day of the contract, extensions included.").noticed(),
            long_text("extensions", "Each extension with its date and reason."),
            number("working_days", "Days that are paid.", "days").at_least(0),
            number("amount", "Fee.").in_currency().at_least(0), currency(),
            text("library_id", "Id in the shipped library.")}),
      kind("requirement", "One thing that the terms of reference ask for.",
           {ref("terms_of_reference", "Where it stands.", "terms_of_reference").whole().required(),
            ref("deliverable", "The deliverable it is part of.", "deliverable"),
            long_text("text", "What is asked for.").required(),
            text("source", "Paragraphs of the terms of reference from which it comes."),
            text("library_id", "Id in the shipped library."), text("section", "Section in the source."),
            text("shown_by", "The section or record that meets it.").result(),
            choice("need", "How binding it is.", {"required", "strong_advantage", "advantage"})}),
      locked({"accepted"},
             kind("deliverable", "A product that is owed, with its due date, payment and acceptance.",
                  {ref("terms_of_reference", "Under which terms of reference.", "terms_of_reference").whole(),
                   long_text("text", "What is to be handed over."),
                   date("due", "When it is due.").owed({"submitted", "accepted"}).required(),
                   text("source", "Paragraphs of the terms of reference from which it comes."),
                   text("library_id", "Id in the shipped library."),
                   date("submitted_on", "When it was handed over.").happened().result(),
                   date("accepted_on", "When it was accepted.").happened().approval().not_before("submitted_on"),
                   number("payment_share", "Part of the fee that it releases.", "%").between(0, 100),
                   number("working_days", "Days planned for it.", "days").at_least(0),
                   ref("product", "The document that was handed over.", "product").result(),
                   ref("responsible", "Who writes it.", "person"),
                   long_text("comments", "What the client answered.").result()},
                  deliverable_workflow()),
             {"comments"}),
      kind("acceptance_indicator", "A sign by which the client sees that a deliverable is complete.",
           {ref("deliverable", "Of which deliverable.", "deliverable").whole().required(),
            long_text("text", "What must be seen.").required(),
            text("source", "Paragraphs of the terms of reference from which it comes."),
            text("library_id", "Id in the shipped library."),
            text("shown_by", "The section, heading or record that shows it.").result(),
            choice("met", "Whether it is met.", {"yes", "partly", "no", "unknown"}).result()}),
      kind("tor_change", "A departure from the terms of reference that was agreed.",
           {ref("requirement", "What was asked for.", "requirement").whole(),
            long_text("text", "What is done instead.").required(), long_text("reason", "Why.").required(),
            text("agreed_with", "Who agreed, by role.").approval(), date("agreed_on", "When.").happened().approval()}),
      kind("milestone", "A step of the implementation plan with its dates.",
           {date("starts", "First day."), date("ends", "Last day.").owed({"completed"}).required(),
            date("done_on", "When it was reached.").happened().result(),
            refs("depends_on", "What must be done before.", "milestone"),
            ref("deliverable", "What it leads to.", "deliverable"), ref("responsible", "Who sees to it.", "person"),
            long_text("method", "How it is done."), long_text("reason_for_delay", "Why it slipped.").result()},
           planned_and_done()),
  };
}

std::vector<KindDefinition> questions_and_sample() {
  return {
      kind("evaluation_question", "What the evaluation must answer.",
           {choice("criterion", "The criterion it falls under.",
                   {"relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability", "other"})
                .required(),
            translated("text", "The question.").required(),
            ref("parent", "The question of which this is a part.", "evaluation_question"),
            long_text("answer", "What was found.").result(),
            refs("findings", "The findings that answer it.", "finding")}),
      kind("matrix_row", "A row of the evaluation matrix: how a question is answered and judged.",
           {ref("evaluation_question", "The question.", "evaluation_question").whole().required(),
            long_text("judgement_criterion", "What would count as good."),
            text("measure", "What is observed or counted."), long_text("method", "How."),
            text("source", "From whom or what."), ref("instrument", "The form that asks it.", "instrument"),
            refs("groups", "Among whom.", "population_group"), refs("places", "Where.", "place")}),
      kind("sample_plan", "How many people are asked, where and how they are chosen.",
           {ref("study", "For which study.", "study"),
            choice("how_chosen", "How people are chosen.",
                   {"probability", "list_known_coverage", "list_unknown_coverage", "time_location", "respondent_driven",
                    "quota", "snowball", "census_of_participants", "unknown"})
                .required(),
            integer("population", "Size of the population.", "people").at_least(0),
            number("icc", "Likeness of people in one cluster (intraclass correlation).").between(-1, 1),
            number("design_effect", "Variance against a simple random sample.").at_least(0),
            number("precision", "Half width of the interval that is wanted.", "%").between(0, 100),
            number("smallest_change", "Smallest change that is to be seen.", "%").between(0, 100),
            number("response_rate", "Part of those chosen who answer.", "%").between(0, 100),
            integer("sample_size", "How many are asked in all.", "people").at_least(0),
            long_text("method", "Stages, frames and replacement rules.")}),
      kind("sample_stratum", "One part of the sample: planned against achieved.",
           {ref("sample_plan", "Of which plan.", "sample_plan").whole().required(), ref("place", "Where.", "place"),
            ref("group", "Among whom.", "population_group"), choice("sex", "Of which sex.", sexes()),
            integer("population", "Size of this part of the population.", "people").at_least(0),
            integer("planned", "How many are to be asked.", "people").at_least(0).required(),
            integer("achieved", "How many were asked.", "people").result().at_least(0),
            long_text("reason_for_difference", "Why fewer or more.").result()}),
      kind("limitation", "A limit of method, data or access and what it may bias.",
           {choice("type", "What is limited.", {"method", "data", "access", "time", "other"}),
            translated("text", "The limit in one sentence.").required(),
            long_text("bias", "What it may bias, and to which side."),
            long_text("mitigation", "What was done about it."), refs("findings", "The findings it touches.", "finding"),
            ref("study", "In which study.", "study").whole()}),
      kind("earlier_objective", "An objective of the earlier strategy and how it is judged against the evidence.",
           {text("source", "The strategy it stands in."), long_text("text", "The objective.").required(),
            long_text("intended_outcome", "What it was to change."), text("scope", "For whom and where."),
            choice("judgement", "What became of it.", {"achieved", "partly_achieved", "not_achieved", "unknown"})
                .result(),
            long_text("reason", "Why it is judged so.").result(), refs("findings", "Findings it rests on.", "finding"),
            refs("documents", "Documents it rests on.", "document")},
           {{"draft", "judged"}, {{"judge", "draft", "judged", {"judgement"}}, {"reopen", "judged", "draft"}}}),
  };
}

std::vector<KindDefinition> meetings() {
  return {
      locked({"minutes_approved"}, kind("meeting", "A meeting with its agenda, who came and what was said.",
                                        {date("held_on", "When.").happened({"held", "minutes_approved"}).required(),
                                         text("venue", "Where it is held."), ref("place", "In which place.", "place"),
                                         ref("committee", "Of which committee.", "committee"),
                                         long_text("agenda", "What is to be talked about."),
                                         refs("attendees", "Who came.", "person").result(),
                                         integer("people", "How many came.", "people").result().at_least(0),
                                         long_text("minutes", "What was said.").result(),
                                         ref("source", "The minutes as a source for coding.", "source").result(),
                                         date("next_on", "When the next one is.").not_before("held_on")},
                                        {{"planned", "held", "minutes_approved", "cancelled"},
                                         {{"hold", "planned", "held"},
                                          {"approve", "held", "minutes_approved", {"minutes"}},
                                          gives_up({"cancel", "planned", "cancelled"}),
                                          {"reopen", "minutes_approved", "held"}}})),
      kind("decision", "Something that was decided, where and by whom.",
           {ref("meeting", "In which meeting.", "meeting").whole(), long_text("text", "What was decided.").required(),
            date("decided_on", "When.").happened().approval(), text("decided_by", "Who decided, by role.").approval(),
            long_text("reason", "Why.")}),
      kind("action_point", "Something somebody has agreed to do; it is carried over until it is closed.",
           {ref("meeting", "Agreed in which meeting.", "meeting").whole(),
            long_text("text", "What is to be done.").required(),
            ref("responsible", "Who does it.", "person").required(), date("due", "By when.").owed({"done"}).required(),
            date("done_on", "When it was done.").happened().result(), long_text("result", "What came of it.").result()},
           {{"open", "done", "dropped"},
            {{"complete", "open", "done", {"done_on"}},
             gives_up({"drop", "open", "dropped", {"result"}}),
             {"reopen", "done", "open"}}}),
  };
}

}  // namespace

std::vector<KindDefinition> inception_kinds() {
  std::vector<KindDefinition> out;
  for (const auto& part : {terms_and_deliverables(), questions_and_sample(), meetings()})
    out.insert(out.end(), part.begin(), part.end());
  return in_area("inception", std::move(out));
}

std::vector<KindDefinition> review_kinds() {
  return in_area(
      "inception",
      {
          kind("document", "A report, assessment, law or article in the evidence library.",
               {text("authors", "The people or the office who wrote it, for example “Ministry of Labour”."),
                text("commissioner", "The organisation that ordered or paid for it, for example a donor."),
                integer("year", "The year in which it came out, for example 2024.").between(1800, 2200),
                text("doi", "Digital object identifier."),
                text("web_address", "Where it stands on the web.").web_address(),
                choice("type", "The sort of text it is, for example an assessment or a law.",
                       {"assessment", "evaluation", "article", "book", "policy", "law", "partner_report", "data",
                        "notes", "other"}),
                date("fieldwork_starts", "First day of its field work.").happened(),
                date("fieldwork_ends", "Last day of its field work.").happened().not_before("fieldwork_starts"),
                refs("places", "The places that it says something about, for example two districts.", "place"),
                refs("groups", "Which groups it is about.", "population_group"), tags("themes", "What it is about."),
                long_text("method", "How its authors know what they say, for example 400 interviews with households."),
                language(),
                long_text("abstract",
                          "What it says in three or four sentences, so that others know whether to read it."),
                choice("access", "Who may read it, for example everybody or partners only.",
                       {"public", "partners", "restricted"}),
                text("licence", "Terms of use."), long_text("text", "Its text, for search and coding.")},
               {{"new", "included", "excluded"},
                {{"include", "new", "included"},
                 gives_up({"exclude", "new", "excluded"}),
                 {"reopen", "excluded", "new"}}}),
          locked({"confirmed"},
                 kind("screening", "One reviewer's decision whether a document is read in full.",
                      {ref("document", "Which document.", "document").whole().required(),
                       ref("reviewer", "Who decided.", "person").required(),
                       choice("decision", "The decision.", {"include", "exclude", "unsure"}).approval().required(),
                       long_text("reason", "Why."),
                       yes_no("resolves_conflict", "A third reviewer's word where two disagree.")})),
          kind("extraction", "One result that a document reports.",
               {ref("document", "From which document.", "document").whole().required(),
                text("population", "Among whom."), text("intervention", "Of what."),
                text("outcome", "On what.").required(), ref("place", "Where.", "place"), text("period", "When."),
                choice("direction", "To which side.", {"positive", "none", "negative", "mixed", "unclear"}).required(),
                text("effect", "How large, as the document gives it."), text("pages", "Where it stands.")}),
          kind("appraisal", "How far a document can be relied on.",
               {ref("document", "Which document.", "document").whole().required(),
                ref("reviewer", "Who judged.", "person"), text("method", "The tool that was used."),
                data("ratings", "The tool's questions with their answers."),
                choice("quality", "All in all.", low_to_high()).required(), long_text("reason", "Why.")}),
          kind("practice", "Something that worked elsewhere and may be used again.",
               {long_text("text", "What was done.").required(), ref("place", "Where.", "place"),
                long_text("conditions", "What made it work."),
                choice("transferability", "How well it fits here.", low_to_high()),
                long_text("risks", "What can go wrong."),
                choice("strength", "How strong the evidence is.", {"strong", "moderate", "weak"}),
                refs("documents", "Documents it rests on.", "document"),
                refs("findings", "Findings it rests on.", "finding")}),
      });
}

}  // namespace hamdil::model
