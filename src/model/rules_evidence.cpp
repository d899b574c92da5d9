// Nothing is claimed without evidence, and every barrier has its answer.
#include <algorithm>

#include "model/rule_words.hpp"

namespace hamdil::model {

using namespace words;

namespace {

Rule evidence(const std::string& kind, std::vector<std::string> fields, std::vector<std::string> blocks) {
  return {kind + ".has_evidence",
          kind,
          "A judgement names the evidence that it rests on.",
          "This names no evidence: no finding, quotation or document.",
          std::move(blocks),
          [fields](const Record& record, const RecordLookup& lookup) {
            return holds_if(has_evidence(record, lookup, fields), fields.front());
          },
          "has_evidence"};
}

Breaches all_filled(const Record& record, const std::vector<std::string>& names) {
  const Fields fields(record);
  Breaches out;
  for (const std::string& name : names)
    if (!fields.has(name)) out.push_back({name, {{"field", name}}});
  return out;
}

Breaches judged_with_evidence(const Record& record, const RecordLookup& lookup) {
  const std::string judgement = Fields(record).text("judgement");
  return holds_if(
      judgement.empty() || judgement == "unknown" || has_evidence(record, lookup, {"findings", "documents"}),
      "findings");
}

Breaches contradictions_explained(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  bool contradicted = fields.has("contradicts");
  for (const char* end : {"from_id", "to_id"})
    for (const Record& link : lookup.list("link", end, record.id))
      contradicted = contradicted || Fields(link).text("type") == "contradicts";
  return holds_if(!contradicted || fields.has("contradiction_note"), "contradiction_note");
}

Breaches barrier_answered(const Record& record, const RecordLookup& lookup) {
  const auto stands = [&](const Record& link) {
    const Fields of(link);
    const auto from = lookup.find(of.text("from_kind"), of.text("from_id"));
    return from && !is_given_up(*from);
  };
  const std::vector<Record> links = lookup.list("link", "to_id", record.id);
  const bool answered = !standing(lookup.list("activity", "barriers", record.id)).empty() ||
                        std::any_of(links.begin(), links.end(), stands);
  return holds_if(answered || Fields(record).has("why_not_answered"), "why_not_answered");
}

Breaches response_by_office(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto recommendation = lookup.find("recommendation", fields.text("recommendation"));
  const bool same =
      recommendation && fields.has("author") && Fields(*recommendation).text("owner") == fields.text("author");
  return holds_if(!same, "author");
}

Breaches response_says_what_follows(const Record& record, const RecordLookup&) {
  const Fields fields(record);
  if (fields.text("response") == "reject") return holds_if(fields.has("reason"), "reason");
  return holds_if(fields.text("response").empty() || fields.has("action"), "action");
}

// What is built on stands: none of the records that `field` names is in the state `fallen`.
Breaches all_stand(const Record& record, const RecordLookup& lookup, const std::string& field, const std::string& kind,
                   const std::string& fallen) {
  for (const std::string& id : Fields(record).ids(field)) {
    const auto named = lookup.find(kind, id);
    if (named && named->state == fallen) return {{field, {}, false, {words::named("title", *named)}}};
  }
  return {};
}

Breaches objective_is_served(const Record& record, const RecordLookup& lookup) {
  Breaches out;
  if (Fields(record).text("level") == "output" && standing(lookup.list("activity", "objective", record.id)).empty())
    out.push_back({"", {{"kind", "activity"}}});
  if (standing(lookup.list("monitoring_indicator", "objective", record.id)).empty())
    out.push_back({"", {{"kind", "monitoring_indicator"}}});
  return out;
}

}  // namespace

std::vector<Rule> evidence_rules() {
  return {
      {"recommendation.cites_findings",
       "recommendation",
       "A recommendation follows from findings.",
       "This recommendation names no finding.",
       {"propose"},
       [](const Record& record, const RecordLookup& lookup) {
         return holds_if(has_evidence(record, lookup, {"findings"}), "findings");
       }},
      {"recommendation.findings_stand",
       "recommendation",
       "A recommendation rests on no finding that was withdrawn.",
       "The finding {title} was withdrawn.",
       {"propose", "implement"},
       [](const Record& record, const RecordLookup& lookup) {
         return all_stand(record, lookup, "findings", "finding", "withdrawn");
       }},
      {"finding.quotations_stand",
       "finding",
       "A finding rests on no quotation that was withdrawn.",
       "The quotation {title} was withdrawn.",
       {"confirm"},
       [](const Record& record, const RecordLookup& lookup) {
         return all_stand(record, lookup, "quotations", "quotation", "withdrawn");
       }},
      {"recommendation.carried_out",
       "recommendation",
       "A recommendation is implemented once what the office promised is done.",
       "The response “{title}” is not completed yet.",
       {"implement"},
       [](const Record& record, const RecordLookup& lookup) {
         Breaches out;
         for (const Record& response : lookup.list("management_response", "recommendation", record.id))
           if (Fields(response).text("response") != "reject" && response.state != "completed")
             out.push_back({"", {}, true, {named("title", response)}});
         return out;
       }},
      {"recommendation.answered",
       "recommendation",
       "A recommendation is answered by the office.",
       "No management response was given yet.",
       {"answer"},
       [](const Record& record, const RecordLookup& lookup) {
         const auto responses = lookup.list("management_response", "recommendation", record.id);
         const bool given =
             std::any_of(responses.begin(), responses.end(), [](const Record& r) { return r.state != "draft"; });
         return holds_if(record.state == "draft" || record.state == "withdrawn" || given, "");
       }},
      evidence("outcome", {"findings", "quotations", "documents"}, {"confirm"}),
      evidence("contribution_claim", {"findings", "documents"}, {"confirm"}),
      evidence("practice", {"documents", "findings"}, {"confirm"}),
      evidence("barrier", {"findings"}, {"confirm"}),
      evidence("opportunity", {"findings"}, {"confirm"}),
      evidence("need", {"findings", "study"}, {"confirm"}),
      evidence("finding", {"cites", "quotations", "documents", "results"}, {"confirm"}),
      evidence("advocacy_point", {"findings", "documents"}, {"circulate"}),
      evidence("allocation_advice", {"findings", "documents"}, {"confirm"}),
      {"earlier_objective.judgement_has_evidence",
       "earlier_objective",
       "A judgement names the evidence that it rests on.",
       "It is judged without a finding or document.",
       {"judge"},
       judged_with_evidence},
      {"contribution_claim.rivals_named",
       "contribution_claim",
       "A claim says what else may explain the change.",
       "No other explanation is weighed.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         return holds_if(Fields(record).has("rival_explanations"), "rival_explanations");
       }},
      {"finding.contradictions_explained",
       "finding",
       "Where findings contradict each other, it is said why.",
       "Another finding says otherwise, and nothing explains it.",
       {},
       contradictions_explained},
      {"barrier.answered_or_explained",
       "barrier",
       "Every barrier is answered by an activity, or it is said why not.",
       "No activity answers this barrier, and nothing says why.",
       {},
       barrier_answered},
      {"management_response.by_the_office",
       "management_response",
       "The response is not written by the author of the recommendation.",
       "The response is written by the one who wrote the recommendation.",
       {"give"},
       response_by_office},
      {"management_response.says_what_follows",
       "management_response",
       "An accepted recommendation has an action, a rejected one a reason.",
       "It is not said what will be done, or why not.",
       {"give"},
       response_says_what_follows},
      {"evaluation_question.has_row",
       "evaluation_question",
       "Every evaluation question has a row in the matrix.",
       "No row of the matrix says how this question is answered.",
       {"confirm"},
       [](const Record& record, const RecordLookup& lookup) {
         return holds_if(!lookup.list("matrix_row", "evaluation_question", record.id).empty(), "");
       }},
      {"objective.smart",
       "objective",
       "An objective says what exactly, by what it is seen, why it can be reached, what it answers and by when.",
       "The part {field} is not filled.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         return all_filled(record, {"specific", "measurable", "achievable", "relevant", "due"});
       }},
      {"objective.served",
       "objective",
       "An output has activities; every objective has an indicator.",
       "This is missing for the objective: {kind}.",
       {},
       objective_is_served},
      {"inclusion_check.all_answered",
       "inclusion_check",
       "Gender, age, disability and culture are each answered.",
       "Nothing is said about {field}.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         return all_filled(record, {"gender", "age", "disability", "culture"});
       }},
      {"activity.answers_a_barrier",
       "activity",
       "An activity answers a barrier or carries out a recommendation.",
       "It is not said which barrier or recommendation this activity answers.",
       {},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(fields.has("barriers") || fields.has("recommendations"), "barriers");
       }},
      {"advocacy_point.risk_weighed",
       "advocacy_point",
       "What a point can do to people is weighed before it goes round.",
       "It is not said what this point can do to people, or when that was weighed.",
       {"circulate"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(fields.has("risks") && fields.has("checked_on"), "risks");
       }},
      {"message.tested",
       "message",
       "A message is tried with people before it is used.",
       "No test of this message is recorded.",
       {"pass_test", "use"},
       [](const Record& record, const RecordLookup& lookup) {
         return holds_if(!lookup.list("message_test", "message", record.id).empty(), "");
       }},
      {"relation.two_actors",
       "relation",
       "A relation joins two different actors.",
       "Both ends are the same actor.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(!fields.has("actor") || fields.text("actor") != fields.text("other_actor"), "other_actor");
       }},
      {"link.both_ends_exist",
       "link",
       "A link joins two records that exist.",
       "There is no such record: {field}.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         const Fields fields(record);
         Breaches out;
         for (const std::string end : {"from", "to"}) {
           const std::string kind = fields.text(end + "_kind"), id = fields.text(end + "_id");
           if (find_kind(kind) == nullptr || !lookup.find(kind, id))
             out.push_back({end + "_id", {{"field", end + "_id"}}});
         }
         return out;
       }},
      {"comment.about_a_record",
       "comment",
       "A comment is about a record that exists.",
       "There is no such record.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         const Fields fields(record);
         const std::string kind = fields.text("about_kind");
         return holds_if(find_kind(kind) != nullptr && lookup.find(kind, fields.text("about_id")).has_value(),
                         "about_id");
       }},
  };
}

}  // namespace hamdil::model
