#include "exchange/typed_column.hpp"

#include <limits>
#include <optional>

#include "exchange/infer.hpp"

namespace hamdil::exchange {
namespace {

using data::ColumnType;
using data::Missing;

constexpr std::size_t kMostLevels = 4'096;  // of a dictionary; far above what becomes a category
// What a cell says about commas: nothing (a plain whole number, or a number with one comma for the decimal point), or
// that the column holds something else.
struct CommaCell {
  bool fits = false;
  bool has_comma = false;
  bool may_part_thousands = false;
};

CommaCell comma_cell(std::string_view cell) {
  CommaCell out;
  const std::size_t comma = cell.find(',');
  if (comma == std::string_view::npos) {
    out.fits = plain_integer(cell).has_value();
    return out;
  }
  const std::string_view decimals = cell.substr(comma + 1);
  std::string_view whole = cell.substr(0, comma);
  out.fits = !decimals.empty() && decimals.size() <= 15 && plain_integer(whole).has_value() &&
             decimals.find_first_not_of("0123456789") == std::string_view::npos;
  if (whole == "-0") out.fits = !decimals.empty() && decimals.find_first_not_of("0123456789") == std::string_view::npos;
  if (whole.starts_with('-')) whole.remove_prefix(1);
  out.has_comma = true;
  out.may_part_thousands = decimals.size() == 3 && whole != "0" && whole.size() <= 3;
  return out;
}

std::string with_point(std::string cell) {
  if (const std::size_t comma = cell.find(','); comma != std::string::npos) cell[comma] = '.';
  return cell;
}

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

TypedColumn::Commas TypedColumn::commas() const {
  bool has_comma = false, is_certain = false;
  const auto fits = [&](std::string_view cell) {
    const CommaCell found = comma_cell(cell);
    has_comma = has_comma || found.has_comma;
    is_certain = is_certain || (found.has_comma && !found.may_part_thousands);
    return found.fits;
  };
  if (mode_ == Mode::kDictionary) {
    for (const std::string& level : levels_)
      if (!fits(level)) return Commas::kNone;
  } else if (mode_ == Mode::kText) {
    for (std::size_t row = 0; row < column_.texts.size(); ++row)
      if (!column_.is_missing(row) && !fits(column_.texts[row])) return Commas::kNone;
  }
  return !has_comma ? Commas::kNone : is_certain ? Commas::kDecimal : Commas::kAmbiguous;
}

void TypedColumn::read_decimal_commas() {
  if (mode_ == Mode::kDictionary) {
    codes_ = {};  // the dictionary is complete
    for (std::string& level : levels_) level = with_point(std::move(level));
    return;
  }
  if (mode_ != Mode::kText) return;
  column_.numbers.reserve(column_.texts.size());
  for (std::size_t row = 0; row < column_.texts.size(); ++row)
    column_.numbers.push_back(
        column_.is_missing(row) ? kNaN : plain_number(with_point(std::move(column_.texts[row]))).value_or(kNaN));
  column_.texts = {};
  mode_ = Mode::kNumber;
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
