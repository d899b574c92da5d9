#include "stats/survey/change.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "stats/survey/combine_rows.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

using Domain = std::vector<std::pair<std::string, std::string>>;  // columns and their levels

struct Part {
  Domain of;  // beside the cell
  double weight = 0;
};

// Every level asked for must be one that the column has.
Status check_levels(const data::Table& table, const Domain& wanted) {
  for (const auto& [name, level] : wanted) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    const std::vector<std::string> names = encode(*column).names;
    if (std::find(names.begin(), names.end(), level) == names.end())
      return Error("stats.change.no_level", "{column} has no value {level}.", {{"column", name}, {"level", level}})
          .advise("Values there are: " + text::join(names, ", "));
  }
  return Done{};
}

// The sum of the parts in one cell; NaN where the cell lacks one of them.
Row sum_in_cell(const ResultTable& levels, const Domain& cell, const std::string& success,
                const std::vector<Part>& parts) {
  std::vector<std::pair<std::size_t, double>> rows;
  for (const Part& part : parts) {
    Domain by = cell;
    by.insert(by.end(), part.of.begin(), part.of.end());
    const auto found = std::find_if(levels.rows.begin(), levels.rows.end(),
                                    [&](const Row& row) { return row.level == success && row.by == by; });
    if (found != levels.rows.end()) rows.emplace_back(found - levels.rows.begin(), part.weight);
  }
  if (rows.size() == parts.size()) return combine_rows(levels, rows);
  Row nothing;
  nothing.variable = levels.rows.front().variable;
  nothing.level = success;
  nothing.term = nothing.variable + success;
  add_flag(nothing, Flag::kUndefined);
  return nothing;
}

// Levels of all cells and parts at once, with their covariance, and one row a cell of `by`: the sum of its parts.
Result<ResultTable> sum_parts(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                              const ChangeRequest& request, const std::vector<Part>& parts) {
  if (request.variable.empty() || request.round.empty() || request.from.empty() || request.to.empty())
    return Error("stats.change.missing_option", "A change needs variable, round, from and to.");
  for (const Part& part : parts) HAMDIL_CHECK(check_levels(table, part.of));
  if (!request.success.empty()) HAMDIL_CHECK(check_levels(table, {{request.variable, request.success}}));
  EstimateRequest levels_request;
  levels_request.variables = {request.variable};
  levels_request.reading = request.success.empty() ? Reading::kNumbers : Reading::kCategories;
  levels_request.by = request.by;
  for (const auto& [name, level] : parts.front().of) levels_request.by.push_back(name);
  levels_request.na_rm = true;
  levels_request.covmat = true;
  levels_request.level = request.level;
  HAMDIL_TRY(const ResultTable levels, estimate(design, table, rows, levels_request));
  HAMDIL_TRY(const std::vector<Cell> cells, split_by(table, request.by, rows));
  ResultTable out;
  out.level = request.level;
  out.degf = levels.degf;
  out.n = levels.n;
  for (const Cell& cell : cells) {
    if (levels.rows.empty()) break;
    out.rows.push_back(sum_in_cell(levels, cell.by, request.success, parts));
    out.rows.back().by = cell.by;
  }
  return out;
}

}  // namespace

Result<ResultTable> estimate_change(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                    const ChangeRequest& request) {
  return sum_parts(design, table, rows, request,
                   {{{{request.round, request.to}}, 1}, {{{request.round, request.from}}, -1}});
}

Result<ResultTable> estimate_difference_in_differences(const SurveyDesign& design, const data::Table& table,
                                                       const RowList& rows, const DifferenceRequest& request) {
  if (request.arm.empty() || request.control.empty() || request.treated.empty())
    return Error("stats.change.missing_option", "A difference in differences needs arm, control and treated.");
  const auto part = [&](const std::string& arm, const std::string& round, double weight) {
    return Part{{{request.arm, arm}, {request.change.round, round}}, weight};
  };
  const std::string& to = request.change.to;
  const std::string& from = request.change.from;
  return sum_parts(design, table, rows, request.change,
                   {part(request.treated, to, 1), part(request.treated, from, -1), part(request.control, to, -1),
                    part(request.control, from, 1)});
}

}  // namespace hamdil::stats::survey
