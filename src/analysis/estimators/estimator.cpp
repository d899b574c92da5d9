#include "analysis/estimators/estimator.hpp"

#include "analysis/registry.hpp"

namespace hamdil::analysis {

using stats::OptionInfo;
using stats::OptionType;

Result<stats::ResultTable> run_call(const Context& context, const Call& call) {
  const Estimator* estimator = estimator_with_id(call.id.empty() ? call.estimator : call.id);
  if (estimator == nullptr)
    return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", call.estimator}});
  HAMDIL_TRY(stats::ResultTable out, estimator->run(context, call));
  out.estimator = call.estimator;
  out.level = call.level;
  return out;
}

Error missing_option(const Call& call, const char* option) {
  return Error("analysis.run.missing_option", "{estimator} needs {option}.",
               {{"estimator", call.estimator}, {"option", option}})
      .at({.pointer = "/call"});
}

Error unknown_value(const char* member, const std::string& value, const char* known) {
  return Error("analysis.spec.unknown_value", "{value} is not known here; known are {known}.",
               {{"value", value}, {"known", known}})
      .at({.pointer = std::string("/call/") + member});
}

OptionInfo variables_option(std::string_view help) {
  return {.name = "variables", .type = OptionType::kColumns, .help = help};
}

OptionInfo variable_option(std::string_view help) {
  return {.name = "variable", .type = OptionType::kColumn, .help = help};
}

OptionInfo by_option() {
  return {.name = "by",
          .type = OptionType::kColumns,
          .help = "columns whose combinations of levels are estimated one by one",
          .initial = "none"};
}

OptionInfo na_rm_option(std::string_view initial) {
  return {.name = "na_rm",
          .type = OptionType::kFlag,
          .help = "leave out rows with a missing value in any of the variables",
          .initial = initial};
}

OptionInfo group_option(std::string_view help) { return {.name = "group", .type = OptionType::kColumn, .help = help}; }

}  // namespace hamdil::analysis
