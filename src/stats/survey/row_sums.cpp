#include "stats/survey/row_sums.hpp"

namespace hamdil::stats::survey {

Expression number_of(double value) { return {Expression::Kind::kNumber, value, "", {}}; }

Expression name_of(std::string name) { return {Expression::Kind::kName, 0, std::move(name), {}}; }

Expression call_of(std::string function, std::vector<Expression> arguments) {
  return {Expression::Kind::kCall, 0, std::move(function), std::move(arguments)};
}

Status check_sums_are_enough(const DesignSpec& spec) {
  const char* what = spec.adjustment                            ? "adjusted weights"
                     : spec.ids.size() > 1 && !spec.fpc.empty() ? "population sizes of a second stage"
                                                                : nullptr;
  if (what == nullptr) return Done{};
  return Error("stats.pushed.design", "A design with {what} needs the rows themselves, not only sums of them.",
               {{"what", what}})
      .at({.pointer = "/design"})
      .advise("Run it where the rows are: leave --on-cluster out.");
}

}  // namespace hamdil::stats::survey
