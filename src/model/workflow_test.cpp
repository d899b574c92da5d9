#include "model/workflow.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hamdil::model {
namespace {

TEST(Workflow, AStateNeedsWhatTheStepsOnEveryWayToItAskFor) {
  using Names = std::set<std::string>;
  const KindDefinition& request = *find_kind("request");
  EXPECT_EQ(needed_in(request, "received"), Names{});
  EXPECT_EQ(needed_in(request, "assigned"), Names{"responsible"});
  EXPECT_EQ(needed_in(request, "closed"), (Names{"answer", "answered_on", "responsible"}));
  // Whoever walks at random and fills only what is asked for has all of it, and the first state needs nothing.
  std::mt19937 random(7);
  for (const KindDefinition& kind : all_kinds()) {
    EXPECT_EQ(needed_in(kind, kind.states.front()), Names{}) << kind.name;
    for (int walk = 0; walk < 20; ++walk) {
      std::string state = kind.states.front();
      Names filled;
      for (int step = 0; step < 12; ++step) {
        std::vector<const Transition*> ways;
        for (const Transition& one : kind.transitions)
          if (one.from == state) ways.push_back(&one);
        if (ways.empty()) break;
        const Transition& taken = *ways[random() % ways.size()];
        filled.insert(taken.needs.begin(), taken.needs.end());
        state = taken.to;
        for (const std::string& name : needed_in(kind, state))
          EXPECT_TRUE(filled.contains(name)) << kind.name << " " << state << " " << name;
      }
    }
  }
}

}  // namespace
}  // namespace hamdil::model
