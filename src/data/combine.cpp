#include "data/combine.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"

namespace hamdil::data {
namespace {

// The type that can hold both: numbers of any kind as numbers, equal types as they are, everything else as text.
ColumnType common_type(ColumnType a, ColumnType b) {
  if (a == b) return a;
  const auto numeric = [](ColumnType type) { return type == ColumnType::kInteger || type == ColumnType::kNumber; };
  return numeric(a) && numeric(b) ? ColumnType::kNumber : ColumnType::kText;
}

void append_rows(Column& target, const Column* source, std::size_t rows) {
  if (source == nullptr) {
    for (std::size_t row = 0; row < rows; ++row) target.append_missing(Missing::kNotAsked);
    return;
  }
  std::vector<std::int32_t> code_of(source->levels.size());
  if (target.type == ColumnType::kCategory)
    for (std::size_t i = 0; i < source->levels.size(); ++i) {
      const auto known = target.find_level(source->levels[i].value);
      code_of[i] = known ? *known : static_cast<std::int32_t>(target.levels.size());
      if (!known) target.levels.push_back(source->levels[i]);
    }
  for (std::size_t row = 0; row < rows; ++row) {
    if (source->is_missing(row))
      target.append_missing(source->reason(row));
    else if (target.type == ColumnType::kCategory)
      target.append_code(code_of[static_cast<std::size_t>(source->codes[row])]);
    else if (target.type == ColumnType::kText)
      target.append_text(source->text_at(row));
    else
      target.append_number(source->numbers[row]);
  }
}

std::string key_of(const Table& table, const std::vector<std::size_t>& columns, std::size_t row) {
  std::string key;
  for (const std::size_t column : columns) key += text::fold(table.columns[column].text_at(row)) + "\x1F";
  return key;
}

Result<std::vector<std::size_t>> positions(const Table& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> out;
  for (const std::string& name : names) {
    const auto index = table.index_of(name);
    if (!index)
      return Error("data.join.no_column", "There is no column {column} in {table}.",
                   {{"column", name}, {"table", table.name}});
    out.push_back(*index);
  }
  return out;
}

}  // namespace

Table stack(const std::vector<Table>& parts, const std::string& round_column) {
  Table out;
  std::vector<std::string> names;
  for (const Table& part : parts)
    for (const Column& column : part.columns)
      if (column.name != round_column && std::find(names.begin(), names.end(), column.name) == names.end())
        names.push_back(column.name);
  Column rounds = Column::of_codes(round_column, {}, {});
  for (std::size_t p = 0; p < parts.size(); ++p) {
    rounds.levels.push_back({parts[p].name, parts[p].name});
    rounds.codes.insert(rounds.codes.end(), parts[p].rows, static_cast<std::int32_t>(p));
    out.rows += parts[p].rows;
  }
  out.columns.push_back(std::move(rounds));
  for (const std::string& name : names) {
    Column target;
    target.name = name;
    bool first = true;
    for (const Table& part : parts)
      if (const Column* column = part.find(name)) {
        target.type = first ? column->type : common_type(target.type, column->type);
        if (first) target.label = column->label;
        target.ordered = first ? column->ordered : target.ordered && column->ordered;
        first = false;
      }
    for (const Table& part : parts) append_rows(target, part.find(name), part.rows);
    out.columns.push_back(std::move(target));
  }
  return out;
}

Result<JoinReport> join(Table& table, const Table& frame, const std::vector<std::string>& keys,
                        const std::vector<std::string>& take) {
  HAMDIL_TRY(const auto table_keys, positions(table, keys));
  HAMDIL_TRY(const auto frame_keys, positions(frame, keys));
  HAMDIL_TRY(const auto taken, positions(frame, take));
  std::unordered_map<std::string, std::size_t> frame_row;
  for (std::size_t row = 0; row < frame.rows; ++row)
    if (!frame_row.emplace(key_of(frame, frame_keys, row), row).second)
      return Error("data.join.ambiguous", "The frame holds the same key twice.")
          .at({.file = frame.name, .row = row + 2})
          .advise("Keep one line per unit in the frame.");
  JoinReport report;
  std::vector<std::ptrdiff_t> match(table.rows, -1);
  for (std::size_t row = 0; row < table.rows; ++row) {
    const auto found = frame_row.find(key_of(table, table_keys, row));
    if (found != frame_row.end()) {
      match[row] = static_cast<std::ptrdiff_t>(found->second);
      ++report.matched;
      continue;
    }
    ++report.unmatched;
    std::string shown;
    for (const std::size_t column : table_keys)
      shown += (shown.empty() ? "" : ", ") + table.columns[column].text_at(row);
    if (report.unmatched_keys.size() < 50 &&
        std::find(report.unmatched_keys.begin(), report.unmatched_keys.end(), shown) == report.unmatched_keys.end())
      report.unmatched_keys.push_back(shown);
  }
  for (const std::size_t index : taken) {
    const Column& source = frame.columns[index];
    if (table.find(source.name) != nullptr) continue;
    Column added;
    added.name = source.name;
    added.label = source.label;
    added.type = source.type;
    added.ordered = source.ordered;
    added.levels = source.levels;
    for (const std::ptrdiff_t from : match) {
      const auto row = static_cast<std::size_t>(from);
      if (from < 0)
        added.append_missing(Missing::kBlank);
      else if (source.is_missing(row))
        added.append_missing(source.reason(row));
      else if (source.type == ColumnType::kCategory)
        added.append_code(source.codes[row]);
      else if (source.type == ColumnType::kText)
        added.append_text(source.texts[row]);
      else
        added.append_number(source.numbers[row]);
    }
    table.columns.push_back(std::move(added));
  }
  return report;
}

}  // namespace hamdil::data
