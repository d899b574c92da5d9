#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/run.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

bool holds(Compare op, double order) {
  switch (op) {
    case Compare::kEqual:
    case Compare::kIn:
      return order == 0;
    case Compare::kNotEqual:
      return order != 0;
    case Compare::kLess:
      return order < 0;
    case Compare::kLessEqual:
      return order <= 0;
    case Compare::kGreater:
      return order > 0;
    case Compare::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

bool meets_number(const Condition& condition, double value) {
  return std::any_of(condition.numbers.begin(), condition.numbers.end(), [&](double wanted) {
    if (std::isnan(wanted)) return condition.op == Compare::kNotEqual;
    return holds(condition.op, value - wanted);
  });
}

bool meets_text(const Condition& condition, const std::string& value) {
  return std::any_of(condition.texts.begin(), condition.texts.end(),
                     [&](const std::string& wanted) { return holds(condition.op, value.compare(wanted)); });
}

// Which levels of a category column meet the condition; by their order where they have one.
std::vector<bool> levels_that_meet(const Condition& condition, const data::Column& column) {
  std::vector<bool> out;
  const bool by_order =
      condition.op != Compare::kEqual && condition.op != Compare::kNotEqual && condition.op != Compare::kIn;
  const auto wanted = column.find_level(condition.texts.front());
  for (std::size_t level = 0; level < column.levels.size(); ++level) {
    if (!by_order)
      out.push_back(meets_text(condition, column.levels[level].value));
    else
      out.push_back(wanted && holds(condition.op, static_cast<double>(level) - *wanted));
  }
  return out;
}

const char* compare_name(Compare op) {
  constexpr std::array<const char*, 7> kNames = {"==", "!=", "<", "<=", ">", ">=", "=="};
  return kNames[static_cast<std::size_t>(op)];
}

using stats::Expression;
using stats::survey::call_of;
using stats::survey::name_of;
using stats::survey::number_of;

// Any of these; 0 when there is none.
Expression any_of(std::vector<Expression> list) {
  if (list.empty()) return number_of(0);
  Expression out = std::move(list.front());
  for (std::size_t i = 1; i < list.size(); ++i) out = call_of("|", {std::move(out), std::move(list[i])});
  return out;
}

Expression met_by_number(const Condition& condition) {
  std::vector<Expression> out;
  for (const double wanted : condition.numbers) {
    if (!std::isnan(wanted))
      out.push_back(call_of(compare_name(condition.op), {name_of(condition.var), number_of(wanted)}));
    else if (condition.op == Compare::kNotEqual)
      out.push_back(number_of(1));
  }
  return any_of(std::move(out));
}

Expression met_by_level(const Condition& condition, const data::Column& column) {
  std::vector<bool> levels;
  if (column.type == data::ColumnType::kCategory)
    levels = levels_that_meet(condition, column);
  else
    for (const data::Level& level : column.levels) levels.push_back(meets_text(condition, level.value));
  std::vector<Expression> out;
  for (std::size_t level = 0; level < levels.size(); ++level)
    if (levels[level])
      out.push_back(call_of("==", {call_of("code", {name_of(condition.var)}), number_of(static_cast<double>(level))}));
  return any_of(std::move(out));
}

Result<std::vector<std::uint32_t>> narrow(const std::vector<std::uint32_t>& rows, const Condition& condition,
                                          const data::Table& table) {
  HAMDIL_TRY(const data::Column* column, stats::survey::find_column(table, condition.var));
  std::vector<std::uint32_t> kept;
  const std::vector<bool> levels =
      column->type == data::ColumnType::kCategory ? levels_that_meet(condition, *column) : std::vector<bool>();
  for (const std::uint32_t row : rows) {
    if (column->is_missing(row)) continue;
    bool meets = false;
    if (column->type == data::ColumnType::kCategory)
      meets = column->codes[row] >= 0 && levels[static_cast<std::size_t>(column->codes[row])];
    else if (column->type == data::ColumnType::kText)
      meets = meets_text(condition, column->texts[row]);
    else
      meets = !std::isnan(column->numbers[row]) && meets_number(condition, column->numbers[row]);
    if (meets) kept.push_back(row);
  }
  return kept;
}

}  // namespace

Result<std::vector<Expression>> domain_expressions(const std::vector<Condition>& domain, const data::Table& columns) {
  std::vector<Expression> out;
  for (const Condition& condition : domain) {
    HAMDIL_TRY(const data::Column* column, stats::survey::find_column(columns, condition.var));
    out.push_back(call_of("!", {call_of("missing", {name_of(condition.var)})}));
    out.push_back(column->is_numeric() ? met_by_number(condition) : met_by_level(condition, *column));
  }
  return out;
}

Result<std::vector<std::uint32_t>> select_domain(const std::vector<Condition>& domain, const data::Table& table) {
  std::vector<std::uint32_t> rows(table.rows);
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<std::uint32_t>(row);
  for (const Condition& condition : domain) {
    HAMDIL_TRY(rows, narrow(rows, condition, table));
  }
  return rows;
}

}  // namespace hamdil::analysis
