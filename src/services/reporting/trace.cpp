#include "services/reporting/trace.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "base/text.hpp"
#include "protect/gate.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/release_input.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {
namespace {

struct Reference {
  std::string run;
  std::string table;
  std::size_t row = 0;  // from 1
};

Result<Reference> parse_reference(const std::string& ref) {
  const auto parts = text::split(ref, ':');
  const auto row = parts.size() == 3 ? text::parse_integer(parts[2]) : std::nullopt;
  if (!row || *row < 1 || parts[0].empty() || parts[1].empty())
    return Error("reporting.trace.bad_ref", "This is not a reference; one looks like 1a2b3c4d:trust.overall:2.")
        .advise("Copy it from the number in the HTML report, or from the annex of tables.");
  return Reference{parts[0], parts[1], static_cast<std::size_t>(*row)};
}

// Interviews in the row's domain with an answer to its variable, by pseudonym.
Json rows_behind(const StudyData& data, const stats::Row& row) {
  Json out = Json::array();
  const data::Column* ids = data.table.find("respondent");
  const data::Column* variable = data.table.find(row.variable);
  if (ids == nullptr) return out;
  for (std::size_t r = 0; r < data.table.rows; ++r) {
    if (variable != nullptr && variable->is_missing(r)) continue;
    const bool inside = std::all_of(row.by.begin(), row.by.end(), [&](const auto& pair) {
      const data::Column* column = data.table.find(pair.first);
      return column != nullptr && column->text_at(r) == pair.second;
    });
    if (inside) out.push_back({{"respondent", ids->text_at(r)}, {"round", data.table.find(kRoundColumn)->text_at(r)}});
  }
  return out;
}

}  // namespace

Result<std::string> trace(const store::Workspace& workspace, const std::string& ref, bool with_rows) {
  HAMDIL_TRY(const Reference reference, parse_reference(ref));
  HAMDIL_TRY(const std::vector<model::Record> results, workspace.list("result", "run", reference.run));
  const auto result =
      std::find_if(results.begin(), results.end(), [&](const model::Record& r) { return r.title == reference.table; });
  if (result == results.end())
    return Error("reporting.trace.unknown", "No report built from this workspace holds the reference {ref}.",
                 {{"ref", ref}})
        .advise("Use the workspace that the report was built from.");
  const Json fields = result->fields();
  HAMDIL_TRY(const auto analysis, workspace.find("analysis", fields.value("analysis", "")));
  HAMDIL_TRY(const std::string sealed, workspace.read_blob(fields.value("table", "")));
  const Json table = Json::parse(sealed);
  if (!table.contains("rows") || reference.row > table["rows"].size())
    return Error("reporting.trace.unknown", "The table has no row {row}.", {{"row", std::to_string(reference.row)}});

  Json datasets = Json::array();
  for (const Json& id : fields["datasets"]) {
    HAMDIL_TRY(const auto dataset, workspace.find("dataset", id.get<std::string>()));
    if (dataset)
      datasets.push_back({{"dataset", dataset->id},
                          {"title", dataset->title},
                          {"content", dataset->fields().value("content", "")},
                          {"taken_back", dataset->deleted}});
  }
  Json out = {{"ref", ref},
              {"run", reference.run},
              {"table", reference.table},
              {"cell", table["rows"][reference.row - 1]},
              {"specification", analysis ? analysis->fields()["specification"] : Json()},
              {"datasets", datasets},
              {"engine", fields.value("engine", "")}};

  HAMDIL_TRY(const StudyData data, load_study_data(workspace));
  out["stale"] = data.run != reference.run;
  if (data.run == reference.run) {
    HAMDIL_TRY(const Analysed analysed, analyse(data));
    const auto again = std::find_if(analysed.tables.begin(), analysed.tables.end(),
                                    [&](const auto& t) { return t.id == reference.table; });
    const bool there = again != analysed.tables.end() && reference.row <= again->rows.size();
    out["recomputed"] = there && analysis::to_json(*again)["rows"][reference.row - 1] == out["cell"];
    const auto released = protect::Gate::release(release_input(data, analysed, protect::Audience::kPublic));
    const protect::ReleasedTable* shown = released->find(reference.table);
    const protect::Withheld why = shown != nullptr && reference.row <= shown->withheld.size()
                                      ? shown->withheld[reference.row - 1]
                                      : protect::Withheld::kAudience;
    if (why != protect::Withheld::kNo && !with_rows) {
      out["withheld"] = protect::withheld_name(why);
      out["cell"] = {{"term", out["cell"]["term"]}, {"by", out["cell"].value("by", Json())}};
    }
    if (with_rows && there) out["rows"] = rows_behind(data, again->rows[reference.row - 1]);
  } else if (!with_rows) {
    // The gate needs the answers of that run; without them only the labels are told.
    out["cell"] = {{"term", out["cell"]["term"]}, {"by", out["cell"].value("by", Json())}};
  }
  return out.dump(1);
}

}  // namespace hamdil::services::reporting
