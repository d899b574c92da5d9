#include "data/column.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace hamdil::data {
namespace {
constexpr std::array<const char*, 8> kMissingNames = {"present",   "blank",          "not_asked",  "refused",
                                                      "dont_know", "not_applicable", "unreadable", "suppressed"};
constexpr std::array<const char*, 6> kTypeNames = {"integer", "number", "category", "text", "date", "datetime"};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
}  // namespace

const char* missing_name(Missing reason) { return kMissingNames[static_cast<std::size_t>(reason)]; }

std::optional<Missing> missing_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kMissingNames.size(); ++i)
    if (name == kMissingNames[i]) return static_cast<Missing>(i);
  return std::nullopt;
}

const char* column_type_name(ColumnType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<ColumnType> column_type_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i)
    if (name == kTypeNames[i]) return static_cast<ColumnType>(i);
  return std::nullopt;
}

Column Column::of_numbers(std::string name, std::vector<double> values, ColumnType type) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  column.numbers = std::move(values);
  for (std::size_t row = 0; row < column.numbers.size(); ++row)
    if (std::isnan(column.numbers[row])) column.set_missing(row, Missing::kBlank);
  return column;
}

Column Column::of_texts(std::string name, std::vector<std::string> values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kText;
  column.texts = std::move(values);
  for (std::size_t row = 0; row < column.texts.size(); ++row)
    if (column.texts[row].empty()) column.set_missing(row, Missing::kBlank);
  return column;
}

Column Column::of_codes(std::string name, std::vector<std::int32_t> codes, std::vector<Level> levels, bool ordered) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kCategory;
  column.codes = std::move(codes);
  column.levels = std::move(levels);
  column.ordered = ordered;
  for (std::size_t row = 0; row < column.codes.size(); ++row)
    if (column.codes[row] < 0) column.set_missing(row, Missing::kBlank);
  return column;
}

std::size_t Column::size() const {
  switch (type) {
    case ColumnType::kCategory:
      return codes.size();
    case ColumnType::kText:
      return texts.size();
    default:
      return numbers.size();
  }
}

void Column::set_missing(std::size_t row, Missing reason) {
  if (missing.empty()) {
    if (reason == Missing::kPresent) return;
    missing.assign(size(), Missing::kPresent);
  }
  missing[row] = reason;
  if (reason == Missing::kPresent) return;
  if (type == ColumnType::kCategory)
    codes[row] = kNoCode;
  else if (type == ColumnType::kText)
    texts[row].clear();
  else
    numbers[row] = kNaN;
}

std::string Column::text_at(std::size_t row) const {
  if (is_missing(row)) return {};
  switch (type) {
    case ColumnType::kCategory:
      return codes[row] < 0 ? std::string() : levels[static_cast<std::size_t>(codes[row])].value;
    case ColumnType::kText:
      return texts[row];
    default:
      return text::format_number(numbers[row]);
  }
}

double Column::number_at(std::size_t row) const {
  if (is_missing(row)) return kNaN;
  switch (type) {
    case ColumnType::kCategory:
      return codes[row] < 0 ? kNaN
                            : text::parse_number(levels[static_cast<std::size_t>(codes[row])].value).value_or(kNaN);
    case ColumnType::kText:
      return text::parse_number(texts[row]).value_or(kNaN);
    default:
      return numbers[row];
  }
}

std::optional<std::int32_t> Column::find_level(std::string_view value) const {
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (levels[i].value == value) return static_cast<std::int32_t>(i);
  return std::nullopt;
}

void Column::append_number(double value) {
  numbers.push_back(value);
  if (!missing.empty()) missing.push_back(Missing::kPresent);
}

void Column::append_code(std::int32_t code) {
  codes.push_back(code);
  if (!missing.empty()) missing.push_back(Missing::kPresent);
}

void Column::append_text(std::string value) {
  texts.push_back(std::move(value));
  if (!missing.empty()) missing.push_back(Missing::kPresent);
}

void Column::append_missing(Missing reason) {
  const std::size_t row = size();
  if (type == ColumnType::kCategory)
    codes.push_back(kNoCode);
  else if (type == ColumnType::kText)
    texts.emplace_back();
  else
    numbers.push_back(kNaN);
  if (missing.empty()) missing.assign(row, Missing::kPresent);
  missing.push_back(reason);
}

const Column* Table::find(std::string_view wanted) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

Column* Table::find(std::string_view wanted) { return const_cast<Column*>(std::as_const(*this).find(wanted)); }

std::optional<std::size_t> Table::index_of(std::string_view wanted) const {
  const Column* column = find(wanted);
  if (column == nullptr) return std::nullopt;
  return static_cast<std::size_t>(column - columns.data());
}

Column& Table::put(Column column) {
  if (columns.empty()) rows = column.size();
  if (Column* existing = find(column.name)) return *existing = std::move(column);
  return columns.emplace_back(std::move(column));
}

Table select_rows(const Table& table, const std::vector<bool>& keep) {
  Table out;
  out.name = table.name;
  out.rows = static_cast<std::size_t>(std::count(keep.begin(), keep.end(), true));
  for (const Column& column : table.columns) {
    Column part;
    part.name = column.name;
    part.label = column.label;
    part.type = column.type;
    part.ordered = column.ordered;
    part.levels = column.levels;
    for (std::size_t row = 0; row < table.rows; ++row) {
      if (!keep[row]) continue;
      if (column.is_missing(row))
        part.append_missing(column.reason(row));
      else if (column.type == ColumnType::kCategory)
        part.append_code(column.codes[row]);
      else if (column.type == ColumnType::kText)
        part.append_text(column.texts[row]);
      else
        part.append_number(column.numbers[row]);
    }
    out.columns.push_back(std::move(part));
  }
  return out;
}

}  // namespace hamdil::data
