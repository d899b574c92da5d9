#include "report/context.hpp"

namespace hamdil::report {

namespace {

const VariableLabel* find_variable(const Context& context, const std::string& name) {
  for (const VariableLabel& variable : context.variables)
    if (variable.name == name) return &variable;
  return nullptr;
}

}  // namespace

bool allows_inference(Sampling sampling) { return sampling == Sampling::kProbability; }

std::string variable_label(const Context& context, const std::string& variable) {
  const VariableLabel* found = find_variable(context, variable);
  return found == nullptr || found->label.empty() ? variable : found->label;
}

std::string level_label(const Context& context, const std::string& variable, const std::string& value) {
  if (const VariableLabel* found = find_variable(context, variable))
    for (const LevelLabel& level : found->levels)
      if (level.value == value && !level.label.empty()) return level.label;
  if (variable == "round")
    if (const Round* round = find_round(context, value); round != nullptr && !round->label.empty()) return round->label;
  return value;
}

const Round* find_round(const Context& context, const std::string& value) {
  for (const Round& round : context.rounds)
    if (round.value == value) return &round;
  return nullptr;
}

}  // namespace hamdil::report
