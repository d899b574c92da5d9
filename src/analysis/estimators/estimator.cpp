#include "analysis/estimators/estimator.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/registry.hpp"

namespace hamdil::analysis {

using stats::OptionInfo;
using stats::OptionType;

namespace {

// What an estimator left undefined without saying so.
void flag_undefined(stats::ResultTable& table) {
  const auto is_told = [](const std::vector<stats::Flag>& flags) {
    return std::any_of(flags.begin(), flags.end(), [](stats::Flag flag) {
      return flag == stats::Flag::kUndefined || flag == stats::Flag::kNotConverged;
    });
  };
  for (stats::Row& row : table.rows)
    if (std::isnan(row.estimate) && !is_told(row.flags)) row.flags.push_back(stats::Flag::kUndefined);
  if (stats::has_undefined(table.figures) && !is_told(table.flags))
    stats::note_undefined(table, "there are too few answers for it, or they do not vary");
}

}  // namespace

namespace {

Result<const Estimator*> estimator_of(const Call& call) {
  const Estimator* estimator = estimator_with_id(call.id.empty() ? call.estimator : call.id);
  if (estimator != nullptr) return estimator;
  return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", call.estimator}});
}

stats::ResultTable finish(stats::ResultTable out, const Call& call) {
  out.estimator = call.estimator;
  out.level = call.level;
  flag_undefined(out);
  return out;
}

}  // namespace

Result<stats::ResultTable> run_call(const Context& context, const Call& call) {
  HAMDIL_TRY(const Estimator* estimator, estimator_of(call));
  HAMDIL_TRY(stats::ResultTable out, estimator->run(context, call));
  return finish(std::move(out), call);
}

Result<stats::ResultTable> run_pushed_call(stats::survey::RowSums& rows, const Call& call) {
  HAMDIL_TRY(const Estimator* estimator, estimator_of(call));
  if (estimator->run_pushed == nullptr)
    return Error("analysis.pushed.none", "{estimator} needs the rows themselves; a cluster only gives sums of them.",
                 {{"estimator", call.estimator}})
        .at({.pointer = "/call/estimator"})
        .advise(
            "Run it where the rows are: leave --on-cluster out. hamdil estimate --list marks those that a cluster "
            "computes.");
  HAMDIL_TRY(stats::ResultTable out, estimator->run_pushed(rows, call));
  return finish(std::move(out), call);
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
