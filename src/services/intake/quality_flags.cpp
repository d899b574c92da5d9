#include "services/intake/quality_flags.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "protect/identifiers_distinct.hpp"

namespace hamdil::services::intake {
namespace {

double median(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return std::nan("");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void put_flag(data::Table& table, const std::string& name, const std::vector<bool>& set) {
  std::vector<std::int32_t> codes(set.begin(), set.end());
  table.put(data::Column::of_codes(kFlagPrefix + name, std::move(codes), {{"0", "No"}, {"1", "Yes"}}));
}

bool answers_alike(const std::vector<const data::Column*>& items, std::size_t row) {
  std::string first;
  for (const data::Column* item : items) {
    if (item->is_missing(row)) return false;
    const std::string answer = item->text_at(row);
    if (first.empty()) first = answer;
    if (answer != first) return false;
  }
  return true;
}

// What an export would write; of columns that are not numeric.
std::string_view text_of(const data::Column& column, std::size_t row) {
  if (column.is_missing(row)) return {};
  if (column.type == data::ColumnType::kText) return column.texts[row];
  return column.codes[row] < 0 ? std::string_view() : column.levels[static_cast<std::size_t>(column.codes[row])].value;
}

// Numbers are written alike where they are equal and only there; missing ones like nothing else.
bool same_answer(const data::Column& column, std::size_t a, std::size_t b) {
  if (!column.is_numeric()) return text_of(column, a) == text_of(column, b);
  if (column.is_missing(a) || column.is_missing(b)) return column.is_missing(a) == column.is_missing(b);
  const double one = column.numbers[a], other = column.numbers[b];
  return one == other || (std::isnan(one) && std::isnan(other));
}

// Rows with all the answers of an earlier one. Rows are hashed column by column, and compared where hashes are equal.
void mark_repeated(const data::Table& table, std::size_t least_answers, std::vector<bool>& repeated) {
  const protect::ValueHash hash_of;
  std::vector<const data::Column*> columns;
  std::vector<std::uint64_t> hashes(table.rows);
  std::vector<std::uint32_t> answered(table.rows);
  for (const data::Column& column : table.columns) {
    if (column.name.starts_with('_') || column.name == "respondent") continue;
    columns.push_back(&column);
    std::vector<std::uint64_t> of_levels;
    for (const data::Level& level : column.levels) of_levels.push_back(hash_of(level.value));
    const std::uint64_t nothing = hash_of(std::string_view());
    for (std::size_t row = 0; row < table.rows; ++row) {
      std::uint64_t cell = nothing;
      if (!column.is_missing(row)) {
        ++answered[row];
        if (column.is_numeric())
          cell = std::isnan(column.numbers[row]) ? nothing : hash_of(column.numbers[row]);
        else if (column.type == data::ColumnType::kText)
          cell = hash_of(column.texts[row]);
        else if (column.codes[row] >= 0)
          cell = of_levels[static_cast<std::size_t>(column.codes[row])];
      }
      hashes[row] = hash_of.with(hashes[row], cell);
    }
  }
  const auto same = [&](std::size_t a, std::size_t b) {
    return std::all_of(columns.begin(), columns.end(),
                       [&](const data::Column* column) { return same_answer(*column, a, b); });
  };
  protect::DistinctRows distinct;
  for (std::size_t row = 0; row < table.rows; ++row)
    repeated[row] = answered[row] >= least_answers && distinct.first_of(hashes[row], row, same) != row;
}

}  // namespace

void add_quality_flags(data::Table& table, const std::vector<double>& minutes,
                       const std::vector<std::vector<std::string>>& scales, const FlagRules& rules) {
  std::vector<bool> speeder(table.rows), straight(table.rows), duplicate(table.rows);
  const double limit = median(minutes) * rules.speeder_share;
  for (std::size_t row = 0; row < table.rows; ++row) speeder[row] = minutes[row] < limit;  // false for NaN
  for (const auto& scale : scales) {
    if (scale.size() < rules.straight_items) continue;
    std::vector<const data::Column*> items;
    for (const std::string& name : scale) items.push_back(table.find(name));
    if (std::find(items.begin(), items.end(), nullptr) != items.end()) continue;
    for (std::size_t row = 0; row < table.rows; ++row)
      if (answers_alike(items, row)) straight[row] = true;
  }
  mark_repeated(table, rules.duplicate_answers, duplicate);
  put_flag(table, "speeder", speeder);
  put_flag(table, "duplicate_answers", duplicate);
  put_flag(table, "straight_lining", straight);
}

std::size_t count_flag(const data::Table& table, const std::string& flag) {
  const data::Column* column = table.find(kFlagPrefix + flag);
  return column == nullptr ? 0 : static_cast<std::size_t>(std::count(column->codes.begin(), column->codes.end(), 1));
}

}  // namespace hamdil::services::intake
