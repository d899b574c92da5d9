#include "exchange/xlsform/sheet.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hamdil::exchange::xlsform {
namespace {

std::string straight_quotes(std::string s) {
  if (s.find("\xE2\x80") == std::string::npos) return s;
  for (const char* single : {"\u2018", "\u2019"}) s = text::replace_all(std::move(s), single, "'");
  for (const char* twin : {"\u201C", "\u201D"}) s = text::replace_all(std::move(s), twin, "\"");
  return s;
}

std::string single_spaces(const std::string& s) {
  std::string out;
  for (const char c : s)
    if (c != ' ' || out.empty() || out.back() != ' ') out.push_back(c);
  return out;
}

}  // namespace

Sheet::Sheet(const RawTable& table, SheetKind kind, std::string file, bool cleans_text, Diagnostics& diagnostics)
    : table_(table),
      file_(std::move(file)),
      cleans_text_(cleans_text),
      diagnostics_(diagnostics),
      columns_(read_headers(table.header, kind)) {}

bool Sheet::has(std::string_view field) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const ColumnRole& role) { return role.field == field; });
}

std::string Sheet::cell(std::size_t row, std::size_t column) const {
  const std::string value = straight_quotes(text::trim(table_.cell(row, column)));
  return cleans_text_ ? single_spaces(value) : value;
}

std::string Sheet::value(std::size_t row, std::string_view field) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].field != field || !columns_[i].language.empty()) continue;
    if (std::string found = cell(row, i); !found.empty()) return found;
  }
  return {};
}

data::Translated Sheet::translated(std::size_t row, std::string_view field) const {
  data::Translated out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].field != field) continue;
    if (std::string found = cell(row, i); !found.empty() && out.find(columns_[i].language) == nullptr)
      out.set(columns_[i].language, std::move(found));
  }
  return out;
}

data::Media Sheet::media(std::size_t row) const {
  return {.image = translated(row, "media::image"),
          .audio = translated(row, "media::audio"),
          .video = translated(row, "media::video"),
          .big_image = translated(row, "media::big-image")};
}

bool Sheet::is_empty(std::size_t row) const {
  for (std::size_t i = 0; i < table_.rows[row].size(); ++i)
    if (!cell(row, i).empty()) return false;
  return true;
}

void Sheet::report(Severity severity, const char* code, std::string text, Error::Args args,
                   std::optional<std::size_t> row, std::string_view field, std::string hint) const {
  Where where{.file = file_, .sheet = table_.name};
  if (row) where.row = table_.source_rows[*row];
  for (std::size_t i = 0; i < columns_.size() && !field.empty(); ++i) {
    if (columns_[i].field != field) continue;
    where.column = i + 1;
    where.column_name = table_.header[i];
    break;
  }
  Error problem(code, std::move(text), std::move(args));
  problem.where = std::move(where);
  problem.hint = std::move(hint);
  diagnostics_.push_back({severity, std::move(problem)});
}

bool is_xml_name(std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    const bool is_inner = (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!is_letter && (i == 0 || !is_inner)) return false;
  }
  return true;
}

bool means_yes(std::string_view cell) {
  const std::string lower = text::to_lower_ascii(text::trim(cell));
  return lower == "yes" || lower == "true" || lower == "true()" || lower == "1";
}

}  // namespace hamdil::exchange::xlsform
