#include "services/intake/quality_flags.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

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

}  // namespace

void add_quality_flags(data::Table& table, const std::vector<double>& minutes,
                       const std::vector<std::vector<std::string>>& scales, const FlagRules& rules) {
  std::vector<bool> speeder(table.rows), straight(table.rows), duplicate(table.rows);
  const double limit = median(minutes) * rules.speeder_share;
  for (std::size_t row = 0; row < table.rows; ++row) speeder[row] = minutes[row] < limit;  // false for NaN
  for (const auto& scale : scales) {
    if (scale.size() < rules.straight_items) continue;
    for (std::size_t row = 0; row < table.rows; ++row) {
      bool alike = true;
      std::string first;
      for (const std::string& name : scale) {
        const data::Column* column = table.find(name);
        if (column == nullptr || column->is_missing(row)) {
          alike = false;
          break;
        }
        const std::string answer = column->text_at(row);
        if (first.empty()) first = answer;
        alike = alike && answer == first;
      }
      if (alike) straight[row] = true;
    }
  }
  std::unordered_set<std::string> seen;
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::string answers;
    std::size_t answered = 0;
    for (const data::Column& column : table.columns) {
      if (column.name.starts_with('_') || column.name == "respondent") continue;
      answers += column.text_at(row) + "\x1F";
      answered += !column.is_missing(row);
    }
    if (answered >= rules.duplicate_answers && !seen.insert(std::move(answers)).second) duplicate[row] = true;
  }
  put_flag(table, "speeder", speeder);
  put_flag(table, "duplicate_answers", duplicate);
  put_flag(table, "straight_lining", straight);
}

std::size_t count_flag(const data::Table& table, const std::string& flag) {
  const data::Column* column = table.find(kFlagPrefix + flag);
  return column == nullptr ? 0 : static_cast<std::size_t>(std::count(column->codes.begin(), column->codes.end(), 1));
}

}  // namespace hamdil::services::intake
