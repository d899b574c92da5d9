#include "model/workflow.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace hamdil::model {

std::set<std::string> asked_on_every_way(const KindDefinition& kind, const std::string& state,
                                         const std::function<std::set<std::string>(const Transition&)>& asked) {
  // From "everything" downwards, until no way into a state takes anything away.
  std::vector<std::set<std::string>> own;
  std::set<std::string> all;
  for (const Transition& step : kind.transitions) {
    own.push_back(asked(step));
    all.insert(own.back().begin(), own.back().end());
  }
  std::map<std::string, std::set<std::string>> needed;
  for (const std::string& one : kind.states) needed[one] = one == kind.states.front() ? std::set<std::string>{} : all;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < own.size(); ++i) {
      std::set<std::string> brought = needed[kind.transitions[i].from];
      brought.insert(own[i].begin(), own[i].end());
      changed |= std::erase_if(needed[kind.transitions[i].to],
                               [&](const std::string& name) { return !brought.contains(name); }) > 0;
    }
  }
  return needed[state];
}

std::set<std::string> needed_in(const KindDefinition& kind, const std::string& state) {
  return asked_on_every_way(
      kind, state, [](const Transition& step) { return std::set<std::string>(step.needs.begin(), step.needs.end()); });
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
