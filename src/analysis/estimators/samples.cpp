#include "analysis/estimators/samples.hpp"

#include <algorithm>
#include <cmath>

#include "stats/expression.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

Status check_missing(const Call& call, bool any) {
  if (!any || call.na_rm.value_or(true)) return Done{};
  return Error("analysis.sample.missing", "Values are missing, and na_rm is false.")
      .at({.pointer = "/call/na_rm"})
      .advise("Leave na_rm out to take the rows that are complete.");
}

}  // namespace

Result<std::vector<double>> read_numbers(const Context& context, const std::string& name) {
  HAMDIL_TRY(const data::Column* column, stats::survey::find_column(context.table, name));
  std::vector<double> out;
  bool any_present = false;
  bool any_number = false;
  for (const std::uint32_t row : context.rows) {
    out.push_back(column->number_at(row));
    any_number = any_number || !std::isnan(out.back());
    any_present = any_present || !column->is_missing(row);
  }
  if (any_present && !any_number && !column->is_numeric())
    return Error("analysis.sample.not_numbers", "{column} holds no numbers.", {{"column", name}})
        .at({.pointer = "/call"});
  return out;
}

Result<stats::survey::Encoded> read_levels(const Context& context, const std::string& variable) {
  stats::survey::Encoded out;
  if (const data::Column* column = context.table.find(variable)) {
    const stats::survey::Encoded all = stats::survey::encode(*column);
    out.names = all.names;
    for (const std::uint32_t row : context.rows) out.codes.push_back(all.codes[row]);
  } else {
    HAMDIL_TRY(const stats::Expression expression, stats::parse_expression(variable));
    if (!expression.is_comparison()) {
      HAMDIL_TRY(const data::Column* missing, stats::survey::find_column(context.table, variable));
      static_cast<void>(missing);
    }
    HAMDIL_TRY(const std::vector<double> values, stats::evaluate(expression, context.table, context.rows));
    out.names = {"FALSE", "TRUE"};
    for (const double value : values) out.codes.push_back(std::isnan(value) ? -1 : value != 0 ? 1 : 0);
  }
  // Only levels that occur.
  std::vector<std::int32_t> place(out.names.size(), -1);
  for (const std::int32_t code : out.codes)
    if (code >= 0) place[static_cast<std::size_t>(code)] = 0;
  std::vector<std::string> names;
  for (std::size_t level = 0; level < place.size(); ++level) {
    if (place[level] < 0) continue;
    place[level] = static_cast<std::int32_t>(names.size());
    names.push_back(out.names[level]);
  }
  for (std::int32_t& code : out.codes)
    if (code >= 0) code = place[static_cast<std::size_t>(code)];
  out.names = std::move(names);
  return out;
}

Result<Sample> read_groups(const Context& context, const Call& call) {
  if (call.variable.empty() || call.group.empty()) return missing_option(call, "variable and group");
  HAMDIL_TRY(const std::vector<double> values, read_numbers(context, call.variable));
  HAMDIL_TRY(const stats::survey::Encoded groups, read_levels(context, call.group));
  Sample out;
  std::vector<std::vector<double>> all(groups.names.size());
  bool any_missing = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (groups.codes[i] < 0 || std::isnan(values[i])) {
      any_missing = true;
      continue;
    }
    all[static_cast<std::size_t>(groups.codes[i])].push_back(values[i]);
    ++out.n;
  }
  HAMDIL_CHECK(check_missing(call, any_missing));
  for (std::size_t g = 0; g < all.size(); ++g) {
    if (all[g].empty()) continue;
    out.names.push_back(groups.names[g]);
    out.groups.push_back(std::move(all[g]));
  }
  return out;
}

Result<Sample> read_two_groups(const Context& context, const Call& call) {
  HAMDIL_TRY(Sample out, read_groups(context, call));
  if (out.groups.size() != 2)
    return Error("analysis.sample.two_groups", "{estimator} compares two groups; {column} has {count} with answers.",
                 {{"estimator", call.estimator}, {"column", call.group}, {"count", std::to_string(out.groups.size())}})
        .at({.pointer = "/call/group"});
  return out;
}

Result<std::pair<std::vector<double>, std::vector<double>>> read_pairs(const Context& context, const Call& call) {
  if (call.variables.size() != 2) return missing_option(call, "two variables");
  HAMDIL_TRY(const std::vector<double> x, read_numbers(context, call.variables[0]));
  HAMDIL_TRY(const std::vector<double> y, read_numbers(context, call.variables[1]));
  std::pair<std::vector<double>, std::vector<double>> out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    out.first.push_back(x[i]);
    out.second.push_back(y[i]);
  }
  HAMDIL_CHECK(check_missing(call, out.first.size() < x.size()));
  return out;
}

Result<TwoWay> read_two_way(const Context& context, const Call& call) {
  if (call.variables.size() != 2) return missing_option(call, "two variables");
  HAMDIL_TRY(const stats::survey::Encoded rows, read_levels(context, call.variables[0]));
  HAMDIL_TRY(const stats::survey::Encoded columns, read_levels(context, call.variables[1]));
  stats::Matrix counts{rows.names.size(), columns.names.size(),
                       std::vector<double>(rows.names.size() * columns.names.size(), 0.0)};
  TwoWay out;
  for (std::size_t i = 0; i < rows.codes.size(); ++i) {
    if (rows.codes[i] < 0 || columns.codes[i] < 0) continue;
    counts.at(static_cast<std::size_t>(rows.codes[i]), static_cast<std::size_t>(columns.codes[i])) += 1;
    out.n += 1;
  }
  HAMDIL_CHECK(check_missing(call, out.n < static_cast<double>(rows.codes.size())));
  // A level may occur only beside missing values of the other variable.
  std::vector<std::size_t> kept_rows, kept_columns;
  for (std::size_t r = 0; r < counts.rows; ++r)
    for (std::size_t c = 0; c < counts.columns; ++c)
      if (counts.at(r, c) > 0) {
        if (kept_rows.empty() || kept_rows.back() != r) kept_rows.push_back(r);
        kept_columns.push_back(c);
      }
  std::sort(kept_columns.begin(), kept_columns.end());
  kept_columns.erase(std::unique(kept_columns.begin(), kept_columns.end()), kept_columns.end());
  for (const std::size_t r : kept_rows) out.row_names.push_back(rows.names[r]);
  for (const std::size_t c : kept_columns) out.column_names.push_back(columns.names[c]);
  out.counts = {kept_rows.size(), kept_columns.size(), {}};
  for (const std::size_t r : kept_rows)
    for (const std::size_t c : kept_columns) out.counts.values.push_back(counts.at(r, c));
  return out;
}

Result<TwoWay> read_two_by_two(const Context& context, const Call& call) {
  HAMDIL_TRY(TwoWay out, read_two_way(context, call));
  if (out.counts.rows != 2 || out.counts.columns != 2)
    return Error("analysis.sample.two_by_two",
                 "{estimator} needs two variables with two levels each; the answers have {rows} by {columns}.",
                 {{"estimator", call.estimator},
                  {"rows", std::to_string(out.counts.rows)},
                  {"columns", std::to_string(out.counts.columns)}})
        .at({.pointer = "/call/variables"});
  return out;
}

Result<std::vector<double>> read_successes(const Context& context, const Call& call) {
  if (call.variable.empty()) return missing_option(call, "variable");
  HAMDIL_TRY(const data::Column* column, stats::survey::find_column(context.table, call.variable));
  HAMDIL_TRY(const stats::survey::Encoded levels, read_levels(context, call.variable));
  std::string wanted = call.success;
  const auto known = [&](const std::string& name) {
    return std::find(levels.names.begin(), levels.names.end(), name) != levels.names.end();
  };
  if (wanted.empty()) wanted = column->is_numeric() ? "1" : levels.names.empty() ? "" : levels.names.back();
  const bool only_zero = levels.names == std::vector<std::string>{"0"};
  if (!levels.names.empty() && !known(wanted) && !only_zero && !column->find_level(wanted))
    return Error("analysis.sample.no_level", "{column} has no answer {level}.",
                 {{"column", call.variable}, {"level", wanted}})
        .at({.pointer = "/call/success"});
  std::vector<double> out;
  for (const std::int32_t code : levels.codes)
    out.push_back(code < 0 ? stats::kNaN : levels.names[static_cast<std::size_t>(code)] == wanted ? 1 : 0);
  HAMDIL_CHECK(check_missing(call, std::find(levels.codes.begin(), levels.codes.end(), -1) != levels.codes.end()));
  return out;
}

}  // namespace hamdil::analysis
