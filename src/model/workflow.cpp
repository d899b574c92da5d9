#include "model/workflow.hpp"

#include <map>

namespace hamdil::model {

std::set<std::string> needed_in(const KindDefinition& kind, const std::string& state) {
  // From "everything" downwards, until no way into a state takes anything away.
  std::set<std::string> all;
  for (const Transition& step : kind.transitions) all.insert(step.needs.begin(), step.needs.end());
  std::map<std::string, std::set<std::string>> needed;
  for (const std::string& one : kind.states) needed[one] = one == kind.states.front() ? std::set<std::string>{} : all;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Transition& step : kind.transitions) {
      std::set<std::string> brought = needed[step.from];
      brought.insert(step.needs.begin(), step.needs.end());
      changed |= std::erase_if(needed[step.to], [&](const std::string& name) { return !brought.contains(name); }) > 0;
    }
  }
  return needed[state];
}

}  // namespace hamdil::model
