#include "model/workflow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

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

}  // namespace
}  // namespace hamdil::model
