#include "services/reporting/export_workspace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "exchange/csv/write.hpp"
#include "exchange/sav/write.hpp"
#include "exchange/xlsx/write.hpp"
#include "protect/microdata.hpp"
#include "services/reporting/release_input.hpp"

namespace hamdil::services::reporting {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Error bad_format(const ExportRequest& request) {
  return Error("reporting.export.format", "There is no {format} for {what}.",
               {{"format", request.format}, {"what", request.what}})
      .advise("data: csv, xlsx, sav. tables: csv, xlsx, json. records: csv, xlsx, json.");
}

std::string to_csv(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) exchange::csv::append_record(out, row, {});
  return out;
}

Result<std::string> rows_as(const std::string& format, const std::string& sheet, const Rows& rows) {
  if (format == "csv") return to_csv(rows);
  return exchange::xlsx::write_workbook({{sheet, rows}});
}

Rows table_rows(const data::Table& table) {
  Rows out(1);
  for (const data::Column& column : table.columns) out[0].push_back(column.name);
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::vector<std::string> cells;
    for (const data::Column& column : table.columns) cells.push_back(column.text_at(row));
    out.push_back(std::move(cells));
  }
  return out;
}

// What each round asked, where rounds asked in other words: "baseline: Question? [1=Yes; 2=No] | endline: ...".
std::string words_by_round(const std::string& column, const StudyData& data) {
  std::vector<std::string> out;
  for (const RewordedQuestion& question : data.reworded) {
    if (question.question != column && !column.starts_with(question.question + "/")) continue;
    for (std::size_t round = 0; round < question.asked.size(); ++round) {
      const Json& asked = question.asked[round];
      if (asked.is_null()) continue;
      const auto label = [](const Json& labels) {
        return labels.contains("en") ? labels["en"].get<std::string>()
               : labels.empty()      ? std::string()
                                     : labels.begin()->get<std::string>();
      };
      std::vector<std::string> choices;
      for (const Json& choice : asked["choices"])
        choices.push_back(choice.value("name", "") + "=" + label(choice["label"]));
      out.push_back(data.rounds[round].name + ": " + label(asked["label"]) +
                    (choices.empty() ? "" : " [" + text::join(choices, "; ") + "]"));
    }
    if (!question.same_because.empty()) out.push_back("held to mean the same: " + question.same_because);
  }
  return text::join(out, " | ");
}

Rows codebook_rows(const data::Table& table, const StudyData& data) {
  Rows out = {{"name", "label", "type", "values", "words_by_round"}};
  for (const data::Column& column : table.columns) {
    std::vector<std::string> values;
    for (const data::Level& level : column.levels) values.push_back(level.value + "=" + level.label);
    out.push_back({column.name, column.label, data::column_type_name(column.type), text::join(values, "; "),
                   words_by_round(column.name, data)});
  }
  return out;
}

// Columns that say who and where somebody is, the one to blank first in front (content: quasi_identifiers).
std::vector<std::string> key_columns(const StudyData& data) {
  static constexpr std::array<const char*, 12> kKeys = {"household size", "hh size",    "arrival year", "education",
                                                        "occupation",     "disability", "age",          "village",
                                                        "ethnicity",      "gender",     "sex",          "tribe"};
  std::vector<std::string> out;
  for (const char* key : kKeys)
    for (const data::Column& column : data.table.columns)
      if ((" " + text::fold(column.name) + " ").find(" " + std::string(key) + " ") != std::string::npos)
        out.push_back(column.name);
  for (const std::string& name :
       {data.study.spec.district_variable, data.study.spec.group_variable, std::string(kRoundColumn)})
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

class Exporter {
 public:
  Exporter(const ExportRequest& request, ExportSummary& summary) : request_(request), summary_(summary) {}

  Status write(const std::string& name, const std::string& bytes) {
    const std::string path = request_.folder + "/" + name;
    HAMDIL_CHECK(write_file(path, bytes));
    summary_.files.push_back(path);
    return Done{};
  }

  Status data(const store::Workspace& workspace) {
    if (request_.format == "json") return bad_format(request_);
    HAMDIL_TRY(StudyData data, load_study_data(workspace));
    protect::MicrodataPolicy policy;
    policy.keys = key_columns(data);
    for (const std::string& cluster : data.study.spec.sample.clusters)
      if (cluster != "respondent") policy.cluster_columns.push_back(cluster);
    // Weights and sizes of a settlement tell which one it is; so may the enumerator.
    for (const study::FrameSpec& frame : data.study.spec.sample.frames)
      policy.left_out.insert(policy.left_out.end(), frame.take.begin(), frame.take.end());
    for (const data::Column& column : data.table.columns)
      if (text::fold(column.name).find("enumerator") != std::string::npos) policy.left_out.push_back(column.name);
    const auto released = protect::release_microdata(std::move(data.table), policy);
    const data::Table& table = released->table;
    std::string bytes;
    if (request_.format == "sav") {
      HAMDIL_TRY(bytes, exchange::sav::write_sav(table));
    } else {
      HAMDIL_TRY(bytes, rows_as(request_.format, "data", table_rows(table)));
    }
    HAMDIL_CHECK(write("data." + request_.format, bytes));
    HAMDIL_CHECK(write("codebook.csv", to_csv(codebook_rows(table, data))));
    const protect::MicrodataLoss& loss = released->loss;
    summary_.notes.push_back(std::to_string(loss.rows) + " rows; key columns " +
                             text::join(policy.cluster_columns, ", ") + ", " + text::join(policy.keys, ", ") +
                             "; at least " + std::to_string(policy.k) + " rows share each combination");
    summary_.notes.push_back(std::to_string(loss.cells_blanked) + " key values blanked, " +
                             std::to_string(loss.rows_left_below_k) + " rows and " +
                             std::to_string(loss.texts_dropped) + " free-text columns left out");
    summary_.notes.emplace_back(
        "For named recipients under an agreement: answers can still be linked with what is known from elsewhere");
    return Done{};
  }

  Status tables(const store::Workspace& workspace) {
    HAMDIL_TRY(const StudyData data, load_study_data(workspace));
    HAMDIL_TRY(const Analysed analysed, analyse(data));
    const auto released = protect::Gate::release(release_input(data, analysed, protect::Audience::kPublic));
    // Standard errors and intervals of a sample that is not random would claim more than it can carry.
    const bool inference = data.study.spec.sample.how_chosen == "probability";
    if (request_.format == "json") {
      Json out = Json::array();
      for (const protect::ReleasedTable& table : released->tables) {
        Json one = analysis::to_json(table.table);
        one["id"] = table.table.id;
        if (!inference)
          for (Json& row : one["rows"])
            for (const char* key : {"se", "ci_t", "ci_normal", "ci_t_domain", "cv", "deff", "t", "p_value"})
              row.erase(key);
        for (std::size_t row = 0; row < table.withheld.size(); ++row)
          if (table.withheld[row] != protect::Withheld::kNo)
            one["rows"][row]["withheld"] = protect::withheld_name(table.withheld[row]);
        out.push_back(std::move(one));
      }
      return write("tables.json", out.dump(1));
    }
    if (request_.format == "sav") return bad_format(request_);
    Rows rows = {{"table", "term", "level", "by", "estimate", "se", "ci_lower", "ci_upper", "n", "deff", "p_value",
                  "flags", "withheld", "ref"}};
    const auto number = [](double value) { return std::isnan(value) ? std::string() : text::format_number(value); };
    const auto inferred = [&](double value) { return inference ? number(value) : std::string(); };
    for (const protect::ReleasedTable& table : released->tables)
      for (std::size_t r = 0; r < table.table.rows.size(); ++r) {
        const stats::Row& row = table.table.rows[r];
        std::vector<std::string> by, flags;
        for (const auto& [variable, level] : row.by) by.push_back(variable + "=" + level);
        for (const stats::Flag flag : row.flags) flags.emplace_back(stats::flag_name(flag));
        const bool hidden = table.withheld[r] != protect::Withheld::kNo;
        const stats::Range& interval = std::isnan(row.ci_t_domain.lower) ? row.ci_t : row.ci_t_domain;
        rows.push_back({table.table.id, row.term, row.level, text::join(by, "; "), number(row.estimate),
                        inferred(row.se), inferred(interval.lower), inferred(interval.upper),
                        hidden ? "" : std::to_string(row.base_rows), inferred(row.deff), inferred(row.p_value),
                        text::join(flags, " "), hidden ? protect::withheld_name(table.withheld[r]) : "", row.ref});
      }
    HAMDIL_TRY(const std::string bytes, rows_as(request_.format, "tables", rows));
    return write("tables." + request_.format, bytes);
  }

  Status records(const store::Workspace& workspace) {
    if (request_.format == "sav") return bad_format(request_);
    Json all = Json::array();
    Rows rows = {{"kind", "id", "version", "title", "state", "fields"}};
    for (const model::KindDefinition& kind : model::all_kinds()) {
      if (kind.name == "analysis" || kind.name == "result") continue;
      HAMDIL_TRY(const std::vector<model::Record> records, workspace.list(kind.name));
      for (const model::Record& record : records) {
        all.push_back(model::to_json(record));
        rows.push_back(
            {record.kind, record.id, std::to_string(record.version), record.title, record.state, record.fields_json});
      }
    }
    if (request_.format == "json") return write("records.json", all.dump(1));
    HAMDIL_TRY(const std::string bytes, rows_as(request_.format, "records", rows));
    return write("records." + request_.format, bytes);
  }

 private:
  const ExportRequest& request_;
  ExportSummary& summary_;
};

}  // namespace

Result<ExportSummary> export_workspace(const store::Workspace& workspace, const ExportRequest& request) {
  ExportSummary summary;
  HAMDIL_CHECK(make_folder(request.folder));
  Exporter exporter(request, summary);
  const Status done = request.what == "data"     ? exporter.data(workspace)
                      : request.what == "tables" ? exporter.tables(workspace)
                                                 : exporter.records(workspace);
  if (!done) return done.error();
  return summary;
}

}  // namespace hamdil::services::reporting
