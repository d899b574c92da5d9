#include <algorithm>
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

Result<std::vector<std::uint32_t>> select_domain(const std::vector<Condition>& domain, const data::Table& table) {
  std::vector<std::uint32_t> rows(table.rows);
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<std::uint32_t>(row);
  for (const Condition& condition : domain) {
    HAMDIL_TRY(rows, narrow(rows, condition, table));
  }
  return rows;
}

}  // namespace hamdil::analysis
