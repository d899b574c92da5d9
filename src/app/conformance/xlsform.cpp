// The xlsform suite: valid forms are read and compared with the reference XForm, invalid ones must be refused at the
// same row.
#include <nlohmann/json.hpp>

#include "app/conformance/suite.hpp"
#include "app/conformance/xlsform_reference.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/raw_table.hpp"
#include "exchange/xlsform/binds.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::conformance {
namespace {

// {"survey": [[header], [row], ...]}: the header is row 1, empty rows keep their numbers.
std::vector<exchange::RawTable> build_sheets(const Json& sheets) {
  std::vector<exchange::RawTable> out;
  for (const auto& [name, rows] : sheets.items()) {
    exchange::RawTable table{.name = name};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::string> cells;
      for (const Json& cell : rows[i])
        cells.push_back(cell.is_string() ? cell.get<std::string>() : cell.is_null() ? "" : cell.dump());
      if (i == 0) {
        table.header = std::move(cells);
      } else {
        table.rows.push_back(std::move(cells));
        table.source_rows.push_back(i + 1);
      }
    }
    out.push_back(std::move(table));
  }
  return out;
}

// "[row : 12] On the ..." names row 12; empty when no row is named.
std::optional<std::size_t> row_of(const std::string& message) {
  constexpr std::string_view kMark = "[row : ";
  const std::size_t at = message.find(kMark);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t end = message.find(']', at);
  const auto row = text::parse_integer(message.substr(at + kMark.size(), end - at - kMark.size()));
  return row ? std::optional(static_cast<std::size_t>(*row)) : std::nullopt;
}

std::string root_of(const Json& entry) {
  return entry.contains("root_name") && entry["root_name"].is_string() ? entry["root_name"].get<std::string>() : "data";
}

std::string first_error(const Diagnostics& diagnostics) {
  for (const Diagnostic& one : diagnostics)
    if (one.severity == Severity::kError) return one.problem.describe();
  return {};
}

CaseResult run_valid(const Json& entry, CaseResult result) {
  Diagnostics diagnostics;
  const auto form = exchange::xlsform::read_xlsform(build_sheets(entry["sheets"]), "form", diagnostics, root_of(entry));
  if (!form || has_errors(diagnostics)) {
    result.detail = "expected a form, it was refused: " + (form ? first_error(diagnostics) : form.error().describe());
    return result;
  }
  const auto difference =
      compare_with_xform(*form, exchange::xlsform::root_name(*form), entry["xform"].get<std::string>());
  result.detail = difference ? *difference : difference.error().describe();
  if (result.detail.empty()) result.outcome = Outcome::kPassed;
  return result;
}

CaseResult run_invalid(const Json& entry, CaseResult result) {
  Diagnostics diagnostics;
  const auto form = exchange::xlsform::read_xlsform(build_sheets(entry["sheets"]), "form", diagnostics, root_of(entry));
  const std::string message = entry["error"].get<std::string>();
  if (form && !has_errors(diagnostics)) {
    result.detail = "expected a refusal (" + message + "), it was accepted";
    return result;
  }
  const auto wanted = row_of(message);
  bool names_row = !wanted.has_value();
  for (const Diagnostic& one : diagnostics)
    if (one.severity == Severity::kError && one.problem.where.row == wanted) names_row = true;
  if (names_row)
    result.outcome = Outcome::kPassed;
  else
    result.detail = "expected row " + std::to_string(*wanted) + " (" + message +
                    "), ours: " + (form ? first_error(diagnostics) : form.error().describe());
  return result;
}

}  // namespace

Result<std::vector<CaseResult>> run_xlsform(const std::string& folder, const std::string& filter) {
  std::vector<CaseResult> out;
  for (const bool is_valid : {true, false}) {
    const std::string path = folder + (is_valid ? "/valid.jsonl" : "/invalid.jsonl");
    HAMDIL_TRY(const std::string bytes, read_file(path));
    for (const std::string& line : text::split(bytes, '\n')) {
      if (text::trim(line).empty()) continue;
      HAMDIL_TRY(const Json entry, parse_json(line, path));
      const std::string id = entry.value("id", "");
      if (!filter.empty() && id.find(filter) == std::string::npos) continue;
      const CaseResult result{.id = id, .family = entry.value("topic", "")};
      out.push_back(is_valid ? run_valid(entry, result) : run_invalid(entry, result));
    }
  }
  return out;
}

}  // namespace hamdil::conformance
