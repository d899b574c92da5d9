#include "services/intake/read_tables.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "data/combine.hpp"
#include "exchange/plain_table.hpp"

namespace hamdil::services::intake {

using exchange::kobo::SurveyExport;
using exchange::kobo::SurveyTable;

Result<SurveyExport> read_plain_tables(const ImportRequest& request, std::optional<data::Codebook>& codebook,
                                       Diagnostics& problems) {
  if (!request.codebook.empty()) {
    HAMDIL_TRY(codebook, exchange::read_codebook(request.codebook, problems));
  }
  std::vector<data::Table> parts;
  for (const std::string& path : request.data) {
    HAMDIL_TRY(exchange::PlainTable plain, exchange::read_plain_table(path, codebook ? &*codebook : nullptr, problems));
    plain.table.name = path;
    parts.push_back(std::move(plain.table));
  }
  SurveyExport out;
  SurveyTable main;
  main.table = parts.size() == 1 ? std::move(parts.front()) : data::stack(parts, "_file");
  main.columns.resize(main.table.columns.size());
  // A description that meets no column (a misspelt name, another letter for the same sound) would be lost unseen.
  std::vector<std::string> names;
  for (const data::Column& column : main.table.columns) names.push_back(column.name);
  for (const data::CodebookEntry& entry : codebook ? codebook->entries : std::vector<data::CodebookEntry>()) {
    const bool met = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return codebook->find(name) == codebook->find(entry.name);
    });
    if (met) continue;
    const auto near = text::nearest(entry.name, names);
    problems.push_back(
        {Severity::kWarning, Error("intake.codebook.no_column",
                                   "The codebook describes {name}, which no column is called.", {{"name", entry.name}})
                                 .at({.file = request.codebook})
                                 .advise(near.empty() ? "" : "Near to it: " + text::join(near, ", ") + ".")});
  }
  out.rows_read = main.table.rows;
  out.tables.push_back(std::move(main));
  return out;
}

Status take_ids(const std::string& name, SurveyTable& main) {
  if (name.empty()) return Done{};
  const data::Column* ids = main.table.find(name);
  if (ids == nullptr) {
    std::vector<std::string> names;
    for (const data::Column& column : main.table.columns) names.push_back(column.name);
    const auto near = text::nearest(name, names);
    return Error("intake.id.no_column", "The table has no column {column}.", {{"column", name}})
        .advise(near.empty() ? "" : "Near to it: " + text::join(near, ", ") + ".");
  }
  std::unordered_set<std::string> seen;
  std::size_t unusable = 0;
  main.keys.resize(main.table.rows);
  for (std::size_t row = 0; row < main.table.rows; ++row) {
    const std::string id = ids->text_at(row);
    unusable += id.empty() || !seen.insert(id).second;
    main.keys[row].root_uuid = "id:" + id;
  }
  if (unusable == 0) return Done{};
  return Error("intake.id.not_unique",
               "The column {column} does not tell the rows apart: {count} are empty or repeated.",
               {{"column", name}, {"count", std::to_string(unusable)}})
      .advise("Mend them, or import without --id: rows are then known by all their answers.");
}

}  // namespace hamdil::services::intake
