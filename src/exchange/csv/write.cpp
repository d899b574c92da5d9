#include "exchange/csv/write.hpp"

#include "base/text.hpp"

namespace hamdil::exchange::csv {
namespace {

void append_cell(std::string& out, std::string_view cell, const WriteOptions& options) {
  std::string guarded;
  if (options.neutralise_formulas && looks_like_formula(cell)) {
    guarded = "'" + std::string(cell);
    cell = guarded;
  }
  const bool has_edge_space = !cell.empty() && (cell.front() == ' ' || cell.back() == ' ');
  const bool needs_quotes = options.quote_all || has_edge_space ||
                            cell.find_first_of("\"\r\n") != std::string_view::npos ||
                            cell.find(options.separator) != std::string_view::npos;
  if (!needs_quotes) {
    out.append(cell);
    return;
  }
  out.push_back('"');
  for (const char c : cell) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

bool looks_like_formula(std::string_view cell) {
  if (cell.empty()) return false;
  const char first = cell.front();
  if (first == '=' || first == '@' || first == '\t' || first == '\r') return true;
  return (first == '+' || first == '-') && !text::parse_number(cell);
}

void append_record(std::string& out, const std::vector<std::string>& cells, const WriteOptions& options) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out.push_back(options.separator);
    append_cell(out, cells[i], options);
  }
  // A record of one empty cell would read back as no record.
  if (cells.size() == 1 && cells[0].empty() && !options.quote_all) out += "\"\"";
  out += "\r\n";
}

std::string write_csv(const RawTable& table, const WriteOptions& options) {
  std::string out = options.byte_order_mark ? "\xEF\xBB\xBF" : "";
  append_record(out, table.header, options);
  for (std::vector<std::string> row : table.rows) {
    if (row.size() < table.header.size()) row.resize(table.header.size());
    append_record(out, row, options);
  }
  return out;
}

}  // namespace hamdil::exchange::csv
