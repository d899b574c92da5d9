#include "services/reporting/trace.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "base/text.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/estimate.hpp"
#include "services/reporting/releases.hpp"
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

// The cell computed anew from today's answers: for tables of the report and for queries.
Result<stats::Row> compute_again(const StudyData& data, const Reference& reference, const Json& specification) {
  std::vector<stats::ResultTable> tables;
  if (reference.table.starts_with(kQueryTable)) {
    HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(specification));
    HAMDIL_TRY(stats::ResultTable table, analysis::run(whole_table(spec), data.table));
    set_references(table, data.run, reference.table);
    tables.push_back(std::move(table));
  } else {
    HAMDIL_TRY(Analysed analysed, analyse(data));
    tables = std::move(analysed.tables);
  }
  const auto again =
      std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.id == reference.table; });
  if (again == tables.end() || reference.row > again->rows.size())
    return Error("reporting.trace.unknown", "The table has no row {row}.", {{"row", std::to_string(reference.row)}});
  return again->rows[reference.row - 1];
}

Json labels_of(const Json& cell) {
  Json out = {{"term", cell.value("term", "")}};
  if (cell.contains("by")) out["by"] = cell["by"];
  return out;
}

Json datasets_of(const store::Workspace& workspace, const Json& ids) {
  Json out = Json::array();
  for (const Json& id : ids) {
    const auto dataset = workspace.find("dataset", id.get<std::string>());
    if (!dataset || !*dataset) continue;
    out.push_back({{"dataset", (*dataset)->id},
                   {"title", (*dataset)->title},
                   {"content", (*dataset)->fields().value("content", "")},
                   {"taken_back", (*dataset)->deleted}});
  }
  return out;
}

// The wording of a question in the newest of the forms that the datasets were read with; {} where no form knows it.
Json wording_of(const store::Workspace& workspace, const Json& dataset_ids, const std::string& question) {
  Json out = Json::object();
  for (const Json& id : dataset_ids) {
    const auto dataset = workspace.find("dataset", id.get<std::string>());
    if (!dataset || !*dataset) continue;
    const auto form = workspace.find("instrument", (*dataset)->fields().value("instrument", ""));
    if (!form || !*form) continue;
    const Json questions = (*form)->fields()["questions"];
    for (const Json& one : questions["questions"])
      if (one.value("name", "") == question && !one["label"].empty()) out = one["label"];
  }
  return out;
}

// What people were asked: the variable itself, or the questions of a measure as the study file has them now.
Json questions_of(const store::Workspace& workspace, const Json& dataset_ids, const std::string& variable) {
  std::vector<std::string> names = {variable};
  if (const auto applied = study::load_study(workspace))
    for (const study::MeasureSpec& measure : applied->spec.measures) {
      if (measure_column(measure) != variable) continue;
      names.clear();
      for (const study::ItemSpec& item : measure.items) {
        if (item.questions.empty()) names.push_back(item.question);
        for (const auto& [group, question] : item.questions) names.push_back(question);
      }
    }
  Json out = Json::array();
  for (const std::string& name : names)
    if (const Json label = wording_of(workspace, dataset_ids, name); !label.empty() || names.size() > 1)
      out.push_back({{"question", name}, {"label", label}});
  return out;
}

}  // namespace

Result<std::string> trace(store::Workspace& workspace, const std::string& ref,
                          const std::optional<store::Author>& look) {
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

  const Json kept = table["rows"][reference.row - 1];
  const Json specification = analysis ? analysis->fields()["specification"] : Json();
  Json out = {{"ref", ref},
              {"run", reference.run},
              {"table", reference.table},
              {"cell", kept},
              {"specification", specification},
              {"questions", questions_of(workspace, fields["datasets"], kept.value("variable", ""))},
              {"datasets", datasets_of(workspace, fields["datasets"])},
              {"engine", fields.value("engine", "")}};
  HAMDIL_TRY(const protect::Withheld why, withheld_everywhere(workspace, result->id, reference.row));
  if (why != protect::Withheld::kNo) {
    out["withheld"] = protect::withheld_name(why);
    if (!look) out["cell"] = labels_of(kept);
  }

  // What was printed stays traceable when the study file or the answers have changed, even where they do not fit
  // together any more.
  const Result<StudyData> data = load_study_data(workspace);
  const bool stale = !data || data->run != reference.run;
  out["stale"] = stale;
  if (!stale) {
    HAMDIL_TRY(const stats::Row again, compute_again(*data, reference, specification));
    out["recomputed"] = analysis::to_json(stats::ResultTable{.estimator = table.value("estimator", ""),
                                                             .rows = {again}})["rows"][0] == kept;
    if (look) out["rows"] = rows_behind(*data, again);
  }
  if (look) {
    if (stale)
      return Error("reporting.trace.rows_of_old_run",
                   "The answers or the study file changed after this run, so its rows cannot be listed.")
          .advise("Trace it without --rows, or build the product again and trace its new reference.");
    HAMDIL_CHECK(workspace.write(
        *look, [&](store::Transaction& transaction) { return transaction.note_look("result", result->id, ref); }));
  }
  return out.dump(1);
}

}  // namespace hamdil::services::reporting
