#include "model/workflow.hpp"

#include <algorithm>
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

bool is_locked_in(const KindDefinition& kind, const std::string& state) {
  return std::find(kind.locked_in.begin(), kind.locked_in.end(), state) != kind.locked_in.end();
}

std::set<std::string> open_in(const KindDefinition& kind, const std::string& state) {
  std::set<std::string> out(kind.open_when_locked.begin(), kind.open_when_locked.end());
  for (const FieldDefinition& field : kind.fields)
    if (field.of_keeping) out.insert(field.name);
  for (const Transition& step : kind.transitions)
    if (step.from == state) out.insert(step.needs.begin(), step.needs.end());
  return out;
}

std::vector<std::string> steps_unlocking(const KindDefinition& kind, const std::string& state) {
  std::vector<std::string> out;
  for (const Transition& step : kind.transitions)
    if (step.from == state && !step.gives_up && !is_locked_in(kind, step.to)) out.push_back(step.name);
  return out;
}

}  // namespace hamdil::model
