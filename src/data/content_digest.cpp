#include "data/content_digest.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace hamdil::data {
namespace {

void append_value(std::string& out, const Column& column, std::size_t row) {
  if (column.is_missing(row)) return;
  if (column.type == ColumnType::kText)
    out += column.texts[row];
  else if (column.type != ColumnType::kCategory)
    out += column.text_at(row);
  else if (column.codes[row] >= 0)
    out += column.levels[static_cast<std::size_t>(column.codes[row])].value;
}

}  // namespace

RowDigests::RowDigests(const Table& table) {
  for (const Column& column : table.columns) {
    if (column.name.starts_with("_flag_")) continue;
    parts_.push_back({&column, column.name + "="});
    has_plain_names_ = has_plain_names_ && column.name.find('=') == std::string::npos;
  }
  // Names end at their "=", so that the columns' order is that of the texts in every row.
  std::sort(parts_.begin(), parts_.end(), [](const Part& one, const Part& other) { return one.start < other.start; });
}

std::string RowDigests::operator()(std::size_t row) const {
  std::vector<std::string> texts;
  std::string all;
  for (const Part& part : parts_) {
    const Missing reason = part.column->reason(row);
    if (reason == Missing::kNotAsked) continue;
    if (!has_plain_names_) all.clear();
    all += part.start;
    append_value(all, *part.column, row);
    all += '/';
    all += missing_name(reason);
    all += '\x1F';
    if (!has_plain_names_) texts.push_back(all.substr(0, all.size() - 1));
  }
  if (has_plain_names_) return digest_hex(all);
  std::sort(texts.begin(), texts.end());
  all.clear();
  for (const std::string& text : texts) all += text + "\x1F";
  return digest_hex(all);
}

std::string content_digest(const Table& table) {
  const RowDigests digest_of(table);
  std::string all;
  all.reserve(table.rows * 64);
  for (std::size_t row = 0; row < table.rows; ++row) all += digest_of(row);
  return digest_hex(all);
}

}  // namespace hamdil::data
