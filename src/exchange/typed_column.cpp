#include "exchange/typed_column.hpp"

#include <limits>
#include <optional>

#include "exchange/infer.hpp"

namespace hamdil::exchange {
namespace {

using data::ColumnType;
using data::Missing;

constexpr std::size_t kMostLevels = 4'096;  // of a dictionary; far above what becomes a category
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void TypedColumn::append(std::string_view text) {
  switch (mode_) {
    case Mode::kLost:
      break;
    case Mode::kText:
      column_.texts.emplace_back(text);
      break;
    case Mode::kDictionary: {
      auto found = codes_.find(text);
      if (found == codes_.end()) {
        if (levels_.size() == kMostLevels) {
          settle();
          return append(text);
        }
        levels_.emplace_back(text);
        found = codes_.emplace(levels_.back(), static_cast<std::int32_t>(levels_.size() - 1)).first;
      }
      column_.codes.push_back(found->second);
      break;
    }
    default:
      append_number(text);
  }
  ++rows_;
  if (!column_.missing.empty()) column_.missing.push_back(Missing::kPresent);
}

void TypedColumn::append_missing(Missing reason) {
  if (column_.missing.empty()) column_.missing.assign(rows_, Missing::kPresent);
  column_.missing.push_back(reason);
  ++rows_;
  if (mode_ == Mode::kText)
    column_.texts.emplace_back();
  else if (mode_ == Mode::kDictionary)
    column_.codes.push_back(data::kNoCode);
  else if (mode_ != Mode::kLost)
    column_.numbers.push_back(kNaN);
}

void TypedColumn::restart_as_text() {
  std::string name = std::move(column_.name);
  column_ = {};
  column_.name = std::move(name);
  rows_ = 0;
  mode_ = Mode::kText;
}

void TypedColumn::append_number(std::string_view text) {
  if (mode_ == Mode::kInteger) {
    if (const auto value = plain_integer(text)) return column_.numbers.push_back(*value);
    mode_ = Mode::kNumber;
  }
  if (mode_ == Mode::kNumber) {
    if (const auto value = plain_number(text)) return column_.numbers.push_back(*value);
    mode_ = Mode::kLost;
  }
  if (mode_ == Mode::kDate) {
    if (const auto value = plain_date(text)) return column_.numbers.push_back(*value);
    for (double& days : column_.numbers) days *= 86'400;
    mode_ = Mode::kDateTime;
  }
  if (mode_ == Mode::kDateTime) {
    if (const auto value = plain_datetime(text)) return column_.numbers.push_back(*value);
    mode_ = Mode::kLost;
  }
  column_.numbers = {};
}

template <class Parse>
bool TypedColumn::all_levels(std::vector<double>& values, const Parse& parse) const {
  values.clear();
  for (const std::string& level : levels_) {
    const std::optional<double> value = parse(level);
    if (!value) return false;
    values.push_back(*value);
  }
  return true;
}

void TypedColumn::settle() {
  std::vector<double> values;
  mode_ = all_levels(values, plain_integer)    ? Mode::kInteger
          : all_levels(values, plain_number)   ? Mode::kNumber
          : all_levels(values, plain_date)     ? Mode::kDate
          : all_levels(values, plain_datetime) ? Mode::kDateTime
                                               : Mode::kText;
  for (const std::int32_t code : column_.codes) {
    const auto level = static_cast<std::size_t>(code);
    if (mode_ == Mode::kText)
      column_.texts.push_back(code == data::kNoCode ? std::string() : levels_[level]);
    else
      column_.numbers.push_back(code == data::kNoCode ? kNaN : values[level]);
  }
  column_.codes = {};
  codes_ = {};
  levels_ = {};
}

data::Column TypedColumn::finish() {
  if (mode_ == Mode::kDictionary) {
    column_.type = ColumnType::kCategory;
    for (std::string& level : levels_) column_.levels.push_back({std::move(level), ""});
    codes_ = {};
    levels_ = {};
    return infer_type(std::move(column_));
  }
  column_.type = mode_ == Mode::kInteger    ? ColumnType::kInteger
                 : mode_ == Mode::kNumber   ? ColumnType::kNumber
                 : mode_ == Mode::kDate     ? ColumnType::kDate
                 : mode_ == Mode::kDateTime ? ColumnType::kDateTime
                                            : ColumnType::kText;
  column_.numbers.shrink_to_fit();
  column_.texts.shrink_to_fit();
  return std::move(column_);
}

}  // namespace hamdil::exchange
