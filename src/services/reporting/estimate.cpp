#include "services/reporting/estimate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "base/json.hpp"
#include "exchange/infer.hpp"
#include "exchange/workbook.hpp"
#include "protect/gate.hpp"
#include "services/reporting/release_input.hpp"

namespace hamdil::services::reporting {
namespace {

bool has_more_than_rows(const stats::ResultTable& table) {
  return !table.tests.empty() || !table.methods.empty() || !table.parts.empty() || table.counts.rows > 0 ||
         table.matrix.rows > 0;
}

Result<data::Table> read_table(const std::string& path) {
  HAMDIL_TRY(exchange::Workbook book, exchange::open_workbook(path));
  Diagnostics problems;
  HAMDIL_TRY(const exchange::RawTable raw, book.read(0, problems));
  data::Table table;
  table.name = raw.name;
  table.rows = raw.rows.size();
  for (std::size_t c = 0; c < raw.header.size(); ++c) {
    std::vector<std::string> texts;
    texts.reserve(raw.rows.size());
    for (std::size_t r = 0; r < raw.rows.size(); ++r) {
      std::string cell(raw.cell(r, c));
      texts.push_back(cell == "NA" ? std::string() : std::move(cell));
    }
    data::Column texts_column = data::Column::of_texts(raw.header[c], std::move(texts));
    table.columns.push_back(exchange::infer_type_of_texts(texts_column));
  }
  return table;
}

}  // namespace

Result<protect::Released<protect::TableSet>> estimate_in_workspace(const store::Workspace& workspace,
                                                                   const std::string& spec_path,
                                                                   protect::Audience audience) {
  HAMDIL_TRY(Json json, read_json_file(spec_path));
  HAMDIL_TRY(const StudyData data, load_study_data(workspace));
  if (json.is_object() && !json.contains("design")) json["design"] = design_json(data.study.spec.sample);
  HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(json));
  HAMDIL_TRY(stats::ResultTable table, analysis::run(spec, data.table));
  if (audience != protect::Audience::kTeam && has_more_than_rows(table))
    return Error("reporting.estimate.not_released",
                 "Tests, weighted tables and matrices are only shown to the team for now.")
        .advise("Use --audience team where you may see the answers, or ask for means, shares or totals.");
  table.id = table.id.empty() ? "estimate" : table.id;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    table.rows[row].ref = data.run + ":" + table.id + ":" + std::to_string(row + 1);
  Analysed analysed;
  analysed.tables.push_back(std::move(table));
  return protect::Gate::release(release_input(data, analysed, audience));
}

Result<stats::ResultTable> estimate_on_file(const std::string& spec_path, const std::string& data_path) {
  HAMDIL_TRY(const Json json, read_json_file(spec_path));
  HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(json));
  HAMDIL_TRY(const data::Table table, read_table(data_path));
  return analysis::run(spec, table);
}

}  // namespace hamdil::services::reporting
