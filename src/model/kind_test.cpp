#include "model/kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"

namespace hamdil::model {
namespace {

Record round_record() {
  Record record;
  record.kind = "round";
  record.title = "Baseline";
  record.state = "active";
  record.set_fields({{"study", "s1"}, {"name", "baseline"}, {"order", 1}});
  return record;
}

}  // namespace

TEST(Kinds, NamesAreUniqueAndSortedAndReferencesLeadToKinds) {
  const auto& kinds = all_kinds();
  EXPECT_TRUE(std::is_sorted(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const KindDefinition& kind : kinds) {
    std::set<std::string> names;
    for (const FieldDefinition& field : kind.fields) {
      EXPECT_TRUE(names.insert(field.name).second) << kind.name << "." << field.name;
      EXPECT_FALSE(field.help.empty()) << kind.name << "." << field.name;
      if (field.type == FieldType::kReference || field.type == FieldType::kReferences) {
        EXPECT_NE(find_kind(field.refers_to), nullptr) << kind.name << "." << field.name;
      }
      const bool may_choose = field.type == FieldType::kChoice || field.type == FieldType::kTags;
      EXPECT_TRUE(may_choose || field.choices.empty()) << kind.name << "." << field.name;
      EXPECT_FALSE(field.type == FieldType::kChoice && field.choices.empty()) << kind.name << "." << field.name;
    }
  }
}

TEST(Kinds, PartsBelongToOneOtherKindAndWhatStandsOnItsOwnCanBeOverseen) {
  std::size_t standing = 0;
  for (const KindDefinition& kind : all_kinds()) {
    EXPECT_LE(std::count_if(kind.fields.begin(), kind.fields.end(), [](const auto& field) { return field.whole; }), 1)
        << kind.name;
    const FieldDefinition* whole = kind.part_of();
    if (whole == nullptr) {
      ++standing;
      continue;
    }
    EXPECT_EQ(whole->type, FieldType::kReference) << kind.name;
    std::set<std::string> seen{kind.name};  // from part to whole one comes to a kind that is no part
    for (; whole != nullptr; whole = find_kind(whole->refers_to)->part_of())
      ASSERT_TRUE(seen.insert(whole->refers_to).second) << kind.name << " is a part of itself";
  }
  EXPECT_GE(standing, 70U);
  EXPECT_LE(standing, 110U);
}

TEST(Kinds, TransitionsLeadFromStatesToStatesAndNeedOwnFields) {
  for (const KindDefinition& kind : all_kinds()) {
    std::set<std::string> reached{kind.states.front()}, names;
    const auto is_state = [&](const std::string& state) {
      return std::find(kind.states.begin(), kind.states.end(), state) != kind.states.end();
    };
    for (const Transition& transition : kind.transitions) {
      EXPECT_TRUE(names.insert(transition.name).second) << kind.name << "." << transition.name;
      EXPECT_TRUE(is_state(transition.from) && is_state(transition.to)) << kind.name << "." << transition.name;
      reached.insert(transition.to);
      for (const std::string& field : transition.needs)
        EXPECT_NE(kind.find(field), nullptr) << kind.name << "." << transition.name << " needs " << field;
    }
    for (const std::string& state : kind.states)
      EXPECT_TRUE(reached.contains(state)) << kind.name << " never becomes " << state;
  }
}

// What counts as given up, kind by kind: rules and lists stop expecting anything of it.
TEST(Kinds, StepsThatGiveUpAreDeclared) {
  const std::set<std::string> expected = {"action_point drop dropped",
                                          "activity abandon cancelled",
                                          "activity cancel cancelled",
                                          "advocacy_point drop dropped",
                                          "application decline not_selected",
                                          "application decline_early not_selected",
                                          "call erase erased",
                                          "cleaning_entry refuse refused",
                                          "consent_record withdraw withdrawn",
                                          "consultation cancel cancelled",
                                          "copy_change refuse refused",
                                          "document exclude excluded",
                                          "engagement_step abandon cancelled",
                                          "engagement_step cancel cancelled",
                                          "event cancel cancelled",
                                          "finding withdraw withdrawn",
                                          "focus_session cancel cancelled",
                                          "impact_assessment refuse refused",
                                          "measurement reject rejected",
                                          "meeting cancel cancelled",
                                          "milestone abandon cancelled",
                                          "milestone cancel cancelled",
                                          "permission refuse refused",
                                          "quotation withdraw withdrawn",
                                          "recommendation withdraw withdrawn",
                                          "review_comment reject rejected",
                                          "story withdraw withdrawn",
                                          "training_session cancel cancelled",
                                          "transfer refuse refused",
                                          "validation_session cancel cancelled",
                                          "visit abandon cancelled",
                                          "visit cancel cancelled"};
  std::set<std::string> found;
  for (const KindDefinition& kind : all_kinds())
    for (const Transition& step : kind.transitions)
      if (step.gives_up) found.insert(kind.name + " " + step.name + " " + step.to);
  EXPECT_EQ(found, expected);
}

TEST(Kinds, WhatIsGivenUpIsReachedByStepsThatGiveUpOnly) {
  for (const KindDefinition& kind : all_kinds()) {
    std::set<std::string> given_up;
    for (const Transition& step : kind.transitions)
      if (step.gives_up) given_up.insert(step.to);
    EXPECT_FALSE(given_up.contains(kind.states.front())) << kind.name;
    for (const Transition& step : kind.transitions)
      EXPECT_EQ(step.gives_up, given_up.contains(step.to)) << kind.name << "." << step.name;
  }
}

// Sums, the questions before a step and the general rules read from the declaration what was given up.
TEST(Kinds, WhatIsGivenUpIsNamedInTheDeclarationsOnly) {
  std::set<std::string> named;
  for (const KindDefinition& kind : all_kinds()) {
    named.insert(kind.states.begin(), kind.states.end());
    for (const Transition& step : kind.transitions) named.insert(step.name);
  }
  for (const KindDefinition& kind : all_kinds()) named.erase(kind.name);  // a review is a kind and a step
  for (const char* file : {"/src/model/rules.cpp", "/web/app/src/columns.ts", "/web/app/src/steps.ts"}) {
    const auto code = read_file(std::string(HAMDIL_SOURCE_DIR) + file);
    ASSERT_TRUE(code) << file;
    for (const std::string& name : named)
      for (const char quote : {'"', '\''})
        EXPECT_EQ(code->find(quote + name + quote), std::string::npos) << file << " names " << name;
  }
}

TEST(Kinds, ListsShowFieldsOfTheirOwnThatMayBeSeen) {
  for (const KindDefinition& kind : all_kinds()) {
    std::set<std::string> names;
    for (const std::string& column : usual_columns(kind)) {
      EXPECT_TRUE(names.insert(column).second) << kind.name << "." << column;
      const FieldDefinition* field = kind.find(column);
      const bool is_calculated = std::any_of(kind.calculated.begin(), kind.calculated.end(),
                                             [&](const Calculated& one) { return one.name == column; });
      EXPECT_TRUE(is_calculated != (field != nullptr)) << kind.name << "." << column;
      if (field != nullptr && !kind.columns.empty()) {
        EXPECT_EQ(field->personal, PersonalClass::kNone) << kind.name << "." << column;
      }
    }
    for (const Calculated& one : kind.calculated) {
      for (const std::string& factor : one.factors) EXPECT_NE(kind.find(factor), nullptr) << factor;
      for (const std::string& factor : one.factors_or_one) EXPECT_NE(kind.find(factor), nullptr) << factor;
      EXPECT_NE(kind.find(one.currency), nullptr) << one.currency;
    }
  }
}

TEST(Kinds, ATotalIsTheProductAndNothingWhereAFactorIsMissing) {
  const KindDefinition& line = *find_kind("budget_line");
  ASSERT_EQ(line.calculated.size(), 1u);
  const Calculated& total = line.calculated.front();
  EXPECT_EQ(calculate(total, {{"quantity", 3}, {"unit_cost", 2.5}, {"frequency", 4}}), 30.0);
  EXPECT_EQ(calculate(total, {{"quantity", 3}, {"unit_cost", 2.5}}), 7.5) << "not said how often: once";
  EXPECT_EQ(calculate(total, {{"quantity", 3}, {"unit_cost", 0.1}}), 0.3) << "as people and spreadsheets have it";
  EXPECT_EQ(calculate(total, {{"quantity", 5}, {"unit_cost", 19.99}}), 99.95);
  EXPECT_FALSE(calculate(total, {{"quantity", 3}}));
  EXPECT_FALSE(calculate(total, {{"quantity", "3"}, {"unit_cost", 1}}));
}

TEST(Kinds, WhatPeopleWriteHasProgrammeTagsOwnerAndNote) {
  for (const KindDefinition& kind : all_kinds()) {
    EXPECT_FALSE(kind.area.empty()) << kind.name;
    EXPECT_FALSE(kind.purpose.empty()) << kind.name;
    if (kind.made_by_program) continue;
    for (const char* common : {"programme", "tags", "owner", "note"})
      EXPECT_TRUE(kind.find(common) != nullptr || kind.name == common) << kind.name << "." << common;
  }
}

TEST(Records, AValidRecordHasNothingToSay) { EXPECT_TRUE(validate(round_record()).empty()); }

TEST(Records, EveryProblemIsNamedNotOnlyTheFirst) {
  Record record = round_record();
  record.title = " ";
  record.set_fields({{"name", 7}, {"starts", "2026-13-01"}, {"colour", "red"}});
  std::multiset<std::string> codes;
  for (const Diagnostic& problem : validate(record)) codes.insert(problem.problem.code);
  EXPECT_EQ(codes, (std::multiset<std::string>{"model.record.field_missing", "model.record.field_missing",
                                               "model.record.no_title", "model.record.unknown_field",
                                               "model.record.wrong_type", "model.record.wrong_type"}));
}

TEST(Records, JsonRoundTripIsTheIdentity) {
  const Record record = round_record();
  const auto back = record_from_json(to_json(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(record));
}

TEST(Records, ADraftOfEveryKindNeedsNothingButATitle) {
  std::set<std::string> at_once;
  for (const KindDefinition& kind : all_kinds()) {
    if (kind.made_by_program) continue;
    if (kind.complete_at_once)
      at_once.insert(kind.name);
    else
      EXPECT_TRUE(validate(new_record(kind.name, "DEMO", Json::object())).empty()) << kind.name;
  }
  EXPECT_EQ(at_once, (std::set<std::string>{"comment", "grant", "link"})) << "and their declarations say why";
}

TEST(Records, ADraftNeedsNothingButATitle) {
  Record record;
  record.kind = "finding";
  record.title = "Trust rose";
  record.state = "draft";
  EXPECT_TRUE(validate(record).empty());
  record.state = "confirmed";
  EXPECT_FALSE(validate(record).empty());
}

TEST(Records, CurrenciesAndLanguagesAreCodesOfTheirLists) {
  const auto codes = [](const char* kind, const Json& fields) {
    Diagnostics found = validate(new_record(kind, "DEMO", fields));
    return found.empty() ? "" : found.front().problem.code + " " + found.front().problem.where.pointer;
  };
  EXPECT_EQ(codes("terms_of_reference", {{"currency", "USD"}}), "");
  EXPECT_EQ(codes("terms_of_reference", {{"currency", "dollars"}}), "model.record.not_in_list /currency");
  EXPECT_EQ(codes("person", {{"languages", {"tg", "fa-AF"}}}), "");
  EXPECT_EQ(codes("person", {{"languages", {"tg", "Dari"}}}), "model.record.not_in_list /languages");
  for (const KindDefinition& kind : all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      const bool named = field.name == "currency" || field.name.ends_with("_currency") || field.name == "language" ||
                         field.name == "languages";
      EXPECT_TRUE(!named || kind.made_by_program || !field.list.empty()) << kind.name << "." << field.name;
    }
}

TEST(Records, AWrongNumberSaysWhatWasTypedAndWhatIsTakenUnlessItIsOfAPerson) {
  const auto args = [](const char* kind, const Json& fields) {
    const Diagnostics found = validate(new_record(kind, "DEMO", fields));
    std::string out;
    for (const auto& [name, value] : found.empty() ? Error::Args() : found.front().problem.args)
      if (name == "value" || name == "least" || name == "greatest") out += name + "=" + value + " ";
    return out;
  };
  EXPECT_EQ(args("budget_line", {{"year", 1999}}), "value=1999 least=2000 greatest=2200 ");
  EXPECT_EQ(args("budget_line", {{"quantity", "two"}}), "value=two least=0 ");
  EXPECT_EQ(args("visit", {{"starts", "next week"}}), "value=next week ");
  EXPECT_EQ(args("person", {{"email", 7}}), "");
  EXPECT_EQ(args("budget_line", {{"year", std::string(50, '9')}}), "");
}

// Read in the list as well as in the declarations, so that a field that loses its mark is missed.
TEST(Kinds, ResultsAndApprovalsAreDeclaredAtTheField) {
  const auto marked = [](const char* kind, const char* name) {
    const FieldDefinition* field = find_kind(kind)->find(name);
    return field == nullptr ? "none" : field->result ? "result" : field->approval ? "approval" : "";
  };
  const std::vector<std::pair<const char*, std::vector<const char*>>> results = {
      {"activity_row", {"reached", "women_reached", "boys_reached", "with_disability", "status"}},
      {"attendance", {"people", "completed"}},
      {"consultation", {"women", "men"}},
      {"expenditure", {"amount"}},
      {"exposure", {"people", "times"}},
      {"measurement", {"value", "people"}},
      {"milestone", {"done_on"}},
      {"need", {"people_in_need"}},
      {"participation", {"people", "new_people", "with_disability"}},
      {"score_card", {"score"}},
      {"test_result", {"correct"}},
      {"training_feedback", {"score", "people"}},
      {"visit", {"summary"}}};
  for (const auto& [kind, fields] : results)
    for (const char* field : fields) EXPECT_STREQ(marked(kind, field), "result") << kind << "." << field;
  const std::vector<std::pair<const char*, std::vector<const char*>>> approvals = {
      {"budget_version", {"decided_on"}},
      {"clearance", {"position_taken", "decided_on", "decided_by_person"}},
      {"decision", {"decided_by", "decided_on"}},
      {"permission", {"granted_on"}},
      {"quotation", {"cleared_by", "cleared_on"}},
      {"tor_change", {"agreed_with", "agreed_on"}},
      {"transfer", {"approved_by", "second_approval_by"}}};
  for (const auto& [kind, fields] : approvals)
    for (const char* field : fields) EXPECT_STREQ(marked(kind, field), "approval") << kind << "." << field;
  for (const auto& [kind, field] :
       {std::pair{"activity_row", "amount"}, {"visit", "starts"}, {"budget_line", "quantity"}})
    EXPECT_STREQ(marked(kind, field), "") << kind << "." << field;
  // Whoever approves by a field that is called so; how many were reached, likewise.
  for (const KindDefinition& kind : all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      const bool approves = field.name.ends_with("approved_by") || field.name.ends_with("approval_by") ||
                            field.name.starts_with("decided_by") || field.name == "cleared_by" ||
                            field.name == "decided_on" || field.name == "cleared_on";
      EXPECT_TRUE(!approves || field.approval) << kind.name << "." << field.name;
      EXPECT_TRUE(!field.name.ends_with("reached") || field.result) << kind.name << "." << field.name;
      // A record that is complete at once could not be copied without what it must have.
      EXPECT_TRUE(!kind.complete_at_once || kind.made_by_program || !field.required ||
                  !(field.result || field.approval))
          << kind.name << "." << field.name;
    }
}

TEST(Kinds, WhatIsNamedOfAWholeCanBelongToIt) {
  std::set<std::string> found;
  for (const KindDefinition& kind : all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      if (field.within.empty()) continue;
      found.insert(kind.name + "." + field.name);
      const FieldDefinition* theirs = find_kind(field.refers_to)->find(field.within);
      ASSERT_NE(theirs, nullptr) << kind.name << "." << field.name;
      const FieldDefinition* ours = kind.find(field.within);
      EXPECT_EQ(theirs->refers_to, ours == nullptr ? kind.name : ours->refers_to) << kind.name << "." << field.name;
    }
  EXPECT_EQ(found,
            (std::set<std::string>{"clearance.plan_version", "plan_of_action.current_version", "review.plan_version"}));
}

TEST(Kinds, SumsAreOfAmountsInACurrency) {
  std::set<std::string> summed;
  for (const KindDefinition& kind : all_kinds()) {
    for (const FieldDefinition& field : kind.fields) {
      if (!field.currency.empty()) {
        ASSERT_NE(kind.find(field.currency), nullptr) << kind.name << "." << field.name;
        EXPECT_EQ(kind.find(field.currency)->list, "currency") << kind.name << "." << field.name;
        EXPECT_EQ(field.type, FieldType::kNumber) << kind.name << "." << field.name;
      }
      const bool is_amount = field.name == "amount" || field.name == "cost" || field.name == "total";
      EXPECT_TRUE(!is_amount || field.type != FieldType::kNumber || !field.currency.empty()) << kind.name;
      if (field.summed) {
        EXPECT_FALSE(field.currency.empty()) << kind.name << "." << field.name;
        summed.insert(kind.name + "." + field.name);
      }
    }
    for (const Calculated& one : kind.calculated)
      if (one.summed) summed.insert(kind.name + "." + one.name);
    EXPECT_TRUE(kind.summed_within.empty() || kind.find(kind.summed_within) != nullptr) << kind.name;
  }
  EXPECT_EQ(summed, (std::set<std::string>{"budget_line.line_total", "expenditure.amount", "funding_source.amount",
                                           "instalment.amount"}));
  EXPECT_EQ(find_kind("budget_line")->summed_within, "budget_version");
}

TEST(Kinds, WhatIsOwedIsADayThatOneOfTheStatesSettles) {
  std::set<std::string> noticed, owed, owed_for_ever;
  for (const KindDefinition& kind : all_kinds()) {
    std::size_t with_states = 0;
    for (const FieldDefinition& field : kind.fields) {
      const std::string name = kind.name + "." + field.name;
      EXPECT_TRUE(field.due == Due::kOwed || field.done_in.empty()) << name;
      if (field.due == Due::kNo) continue;
      EXPECT_EQ(field.type, FieldType::kDate) << name;
      (field.due == Due::kNoticed ? noticed : field.done_in.empty() ? owed_for_ever : owed).insert(name);
      with_states += field.done_in.empty() ? 0 : 1;
      for (const std::string& state : field.done_in) {
        EXPECT_NE(std::find(kind.states.begin(), kind.states.end(), state), kind.states.end()) << name << " " << state;
        EXPECT_NE(state, kind.states.front()) << name;
      }
    }
    EXPECT_LE(with_states, 1U) << kind.name << ": its rule not_overdue is one";
  }
  EXPECT_EQ(owed,
            (std::set<std::string>{"access_request.due", "action_point.due", "activity.ends", "deliverable.due",
                                   "engagement_step.due", "feedback.due", "instalment.due", "management_response.due",
                                   "milestone.ends", "partner_report.due", "plan_of_action.due", "request.due",
                                   "review.due", "review_comment.due", "review_copy.due", "visit.ends"}));
  EXPECT_EQ(owed_for_ever,
            (std::set<std::string>{"dataset.retain_until", "processing_activity.retain_until", "story.expires_on"}));
  for (const char* important : {"programme.ends", "terms_of_reference.ends", "funding_source.ends", "permission.ends"})
    EXPECT_TRUE(noticed.contains(important)) << important;
  const KindDefinition& visit = *find_kind("visit");
  EXPECT_EQ(settled_states(visit, *visit.find("ends")), (std::vector<std::string>{"completed", "cancelled"}));
}

TEST(Kinds, WhatHasHappenedIsADayAndItsStatesAreThoseOfTheKind) {
  std::set<std::string> happened;
  for (const KindDefinition& kind : all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      EXPECT_TRUE(field.happened || field.happened_in.empty()) << kind.name << "." << field.name;
      if (!field.happened) continue;
      happened.insert(kind.name + "." + field.name);
      EXPECT_EQ(field.type, FieldType::kDate) << kind.name << "." << field.name;
      EXPECT_FALSE(kind.made_by_program) << kind.name;
      for (const std::string& state : field.happened_in)
        EXPECT_NE(std::find(kind.states.begin(), kind.states.end(), state), kind.states.end()) << kind.name << state;
    }
  for (const char* important :
       {"visit.ends", "focus_session.held_on", "training_session.held_on", "event.held_on", "request.received_on",
        "partner_report.received_on", "document.fieldwork_ends", "expenditure.paid_on", "consent_record.given_on"})
    EXPECT_TRUE(happened.contains(important)) << important;
  EXPECT_FALSE(happened.contains("request.due"));
}

TEST(Kinds, DaysThatHaveAnOrderAndNamesPointAtFieldsOfTheirKind) {
  for (const KindDefinition& kind : all_kinds()) {
    for (const FieldDefinition& field : kind.fields) {
      if (field.not_before.empty()) continue;
      const FieldDefinition* earlier = kind.find(field.not_before);
      ASSERT_NE(earlier, nullptr) << kind.name << "." << field.name;
      EXPECT_EQ(earlier->type, FieldType::kDate) << kind.name << "." << field.name;
      EXPECT_EQ(field.type, FieldType::kDate) << kind.name << "." << field.name;
    }
    if (kind.name_field.empty()) continue;
    ASSERT_NE(kind.find(kind.name_field), nullptr) << kind.name;
    EXPECT_EQ(kind.find(kind.name_field)->type, FieldType::kTranslated) << kind.name;
  }
  EXPECT_EQ(find_kind("plan_of_action")->find("due")->not_before, "received_on");
}

}  // namespace hamdil::model
