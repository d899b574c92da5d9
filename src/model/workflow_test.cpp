#include "model/workflow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "model/rules.hpp"

namespace hamdil::model {
namespace {

TEST(Workflow, AStateNeedsWhatTheStepsOnEveryWayToItAskFor) {
  using Names = std::set<std::string>;
  const KindDefinition& request = *find_kind("request");
  EXPECT_EQ(needed_in(request, "received"), Names{});
  EXPECT_EQ(needed_in(request, "assigned"), Names{"responsible"});
  EXPECT_EQ(needed_in(request, "closed"), (Names{"answer", "answered_on", "responsible"}));
  // Exactly those without which, when the steps that ask for one are left out, no way leads to the state any more.
  std::size_t needed = 0;
  for (const KindDefinition& kind : all_kinds()) {
    Names asked;
    for (const Transition& step : kind.transitions) asked.insert(step.needs.begin(), step.needs.end());
    for (const std::string& name : asked) {
      Names reached{kind.states.front()};
      for (std::size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const Transition& step : kind.transitions)
          if (reached.contains(step.from) && std::find(step.needs.begin(), step.needs.end(), name) == step.needs.end())
            reached.insert(step.to);
      }
      for (const std::string& state : kind.states) {
        EXPECT_EQ(needed_in(kind, state).contains(name), !reached.contains(state))
            << kind.name << " " << state << " " << name;
        needed += reached.contains(state) ? 0 : 1;
      }
    }
  }
  EXPECT_GT(needed, 50U);
}

TEST(Workflow, WhatIsLockedIsDeclaredAndOpensAgainUnlessItIsForGood) {
  const std::set<std::string> kForGood = {"advocacy_point.used",
                                          "analytical_issue.archived",
                                          "article.retired",
                                          "budget_version.replaced",
                                          "cleaning_entry.refused",
                                          "consent_record.withdrawn",
                                          "consent_text.frozen",
                                          "consent_text.replaced",
                                          "disclosure_policy.in_force",
                                          "disclosure_policy.replaced",
                                          "impact_assessment.refused",
                                          "measurement.rejected",
                                          "message.retired",
                                          "permission.ended",
                                          "permission.refused",
                                          "protection_exception.approved",
                                          "protection_exception.ended",
                                          "quotation.withdrawn",
                                          "story.withdrawn",
                                          "tool.retired",
                                          "transfer.approved",
                                          "transfer.ended",
                                          "transfer.refused"};
  std::set<std::string> for_good;
  std::size_t locked = 0;
  for (const KindDefinition& kind : all_kinds()) {
    for (const std::string& name : kind.open_when_locked) EXPECT_NE(kind.find(name), nullptr) << kind.name << name;
    for (const std::string& state : kind.locked_in) {
      ++locked;
      EXPECT_NE(std::find(kind.states.begin() + 1, kind.states.end(), state), kind.states.end()) << kind.name << state;
      const std::set<std::string> open = open_in(kind, state);
      EXPECT_TRUE(open.contains("note") && open.contains("tags") && open.contains("owner")) << kind.name;
      EXPECT_LT(open.size(), kind.fields.size()) << kind.name;
      const std::vector<std::string> steps = steps_unlocking(kind, state);
      if (steps.empty()) for_good.insert(kind.name + "." + state);
      // What opens it again waits for nothing: what is wrong in it could not be mended before.
      for (const Rule* rule : rules_of(kind.name))
        for (const Transition& step : kind.transitions)
          EXPECT_FALSE(step.from == state && std::find(steps.begin(), steps.end(), step.name) != steps.end() &&
                       std::find(rule->blocks.begin(), rule->blocks.end(), step.name) != rule->blocks.end())
              << rule->id << " " << step.name;
    }
    const FieldDefinition* whole = kind.part_of();
    for (const FieldDefinition& field : kind.fields) {
      EXPECT_TRUE(!field.locks || &field == whole) << kind.name;
      EXPECT_TRUE(!field.locks || !find_kind(field.refers_to)->locked_in.empty()) << kind.name;
    }
  }
  EXPECT_EQ(for_good, kForGood);
  EXPECT_GT(locked, 40U);
}

}  // namespace
}  // namespace hamdil::model
