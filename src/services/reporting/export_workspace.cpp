#include "services/reporting/export_workspace.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "exchange/sav/write.hpp"
#include "exchange/xlsx/write.hpp"
#include "protect/gate.hpp"
#include "services/records/for_export.hpp"
#include "services/reporting/export_workspace_data.hpp"
#include "services/reporting/release_input.hpp"
#include "services/reporting/releases.hpp"

namespace hamdil::services::reporting {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Error bad_format(const ExportRequest& request) {
  return Error("reporting.export.format", "There is no {format} for {what}.",
               {{"format", request.format}, {"what", request.what}})
      .advise(
          "data: csv, xlsx, sav, json. tables: csv, xlsx, sav, json. records: csv, xlsx, json (their texts are longer "
          "than SPSS allows).");
}

// Columns of numbers where every filled cell is one, of text otherwise.
data::Table typed_rows(const Rows& rows) {
  data::Table out;
  out.rows = rows.size() - 1;
  for (std::size_t c = 0; c < rows[0].size(); ++c) {
    std::vector<std::string> texts;
    std::vector<double> numbers;
    bool is_numeric = true;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      const auto number = text::parse_number(rows[r][c]);
      is_numeric = is_numeric && (number || rows[r][c].empty());
      numbers.push_back(number.value_or(std::nan("")));
      texts.push_back(rows[r][c]);
    }
    out.put(is_numeric && !numbers.empty() ? data::Column::of_numbers(rows[0][c], std::move(numbers))
                                           : data::Column::of_texts(rows[0][c], std::move(texts)));
  }
  return out;
}

Result<std::string> rows_as(const std::string& format, const std::string& sheet, const Rows& rows) {
  if (format == "csv") return rows_to_csv(rows);
  if (format == "sav") return exchange::sav::write_sav(typed_rows(rows));
  return exchange::xlsx::write_workbook({{sheet, rows}});
}

// Few people who refused, or were flagged, could be known: counts below the threshold are not told.
void hide_small(Json& counts) {
  if (counts.is_object())
    for (Json& one : counts) hide_small(one);
  else if (counts.is_number_integer() && counts.get<std::int64_t>() > 0 &&
           counts.get<std::size_t>() < protect::disclosure_policy().min_rows)
    counts = nullptr;
}

bool is_hidden(const Json& counts, const char* key) { return counts.contains(key) && counts[key].is_null(); }

void hide_all(Json& counts, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (counts.contains(key)) counts[key] = nullptr;
}

// Every number of people, however deep; the words stay.
void hide_numbers(Json& counts) {
  if (counts.is_structured())
    for (Json& one : counts) hide_numbers(one);
  else if (counts.is_number())
    counts = nullptr;
}

// Two counts that differ by few people tell how many these are: the first is hidden.
void hide_neighbour(Json& count, const Json& other) {
  if (!count.is_number_integer() || !other.is_number_integer()) return;
  Json difference = std::abs(count.get<std::int64_t>() - other.get<std::int64_t>());
  hide_small(difference);
  if (difference.is_null()) count = nullptr;
}

// Counts of one file beside those of the whole round.
void hide_neighbours(Json& file, const Json& round) {
  for (auto& [key, count] : file.items()) {
    if (!round.contains(key)) continue;
    if (count.is_object())
      hide_neighbours(count, round[key]);
    else
      hide_neighbour(count, round[key]);
  }
}

// The parts of the round before and after: one hidden part follows from the others and the sums.
void hide_steps(Json& receipt) {
  if (!receipt.contains("rows_after")) return;
  hide_neighbour(receipt["rows_before"], receipt["rows_after"]);
  for (const char* key : {"rows_before", "added", "corrected", "unchanged", "stayed", "withdrawn"})
    if (is_hidden(receipt, key)) {
      hide_all(receipt, {"rows_before", "added", "corrected", "unchanged", "stayed", "withdrawn"});
      hide_neighbour(receipt["kept"], receipt["rows_after"]);
      return;
    }
}

// What was read less what was kept would give the hidden counts back.
void hide_sums(Json& receipt) {
  if (!receipt.is_object()) return;
  const Json rejected = receipt.value("rejected", Json::object());
  const bool hidden = std::any_of(rejected.begin(), rejected.end(), [](const Json& one) { return one.is_null(); });
  if (hidden && receipt.contains("read")) receipt["read"] = nullptr;
  hide_steps(receipt);
  if (is_hidden(receipt, "kept")) hide_all(receipt, {"read"});
  if (receipt.contains("round_totals")) hide_sums(receipt["round_totals"]);
}

// Of versions that a later one replaced no counts are told: two versions side by side tell of the people between them.
void hide_small_counts(model::Record& record, bool is_newest) {
  Json fields = record.fields();
  for (const char* key : {"rows", "receipt"})
    if (fields.contains(key)) {
      Json version = key == std::string("receipt") ? fields[key].value("dataset_version", Json()) : Json();
      if (is_newest)
        hide_small(fields[key]);
      else
        hide_numbers(fields[key]);
      if (!version.is_null()) fields[key]["dataset_version"] = version;
    }
  if (Json* receipt = fields.contains("receipt") ? &fields["receipt"] : nullptr; receipt && receipt->is_object()) {
    if (receipt->contains("round_totals")) hide_neighbours(*receipt, Json((*receipt)["round_totals"]));
    hide_sums(*receipt);
  }
  for (Json& column : fields["columns"])
    if (column.contains("other_levels")) column["other_levels"] = column["other_levels"] > 0;
  if (fields.contains("problems")) fields.erase("problems");  // they count rows and name their places
  record.set_fields(fields);
}

std::pair<std::string, std::int64_t> version_of(const model::Record& dataset) {
  const Json fields = dataset.fields();
  return {fields.value("round", ""), fields.value("dataset_version", std::int64_t{0})};
}

// Why a release withheld its cells, as readers are told it.
void say_reasons_for_readers(model::Record& release) {
  Json fields = release.fields();
  if (!fields.contains("tables") || !fields["tables"].is_array()) return;
  for (Json& table : fields["tables"])
    if (table.is_object() && table.contains("withheld") && table["withheld"].is_object())
      for (Json& reason : table["withheld"])
        if (reason.is_string()) reason = protect::reader_reason(protect::withheld_of(reason.get<std::string>()));
  release.set_fields(fields);
}

class Exporter {
 public:
  Exporter(const ExportRequest& request, ExportSummary& summary) : request_(request), summary_(summary) {}

  Status data(const store::Workspace& workspace) {
    HAMDIL_TRY(StudyData data, load_study_data(workspace));
    record_ = record_of_rows(data);
    HAMDIL_TRY(DataExport exported, export_data(std::move(data), request_.format, request_.is_public));
    for (auto& [name, bytes] : exported.files) write(name, std::move(bytes));
    summary_.notes = std::move(exported.notes);
    summary_.columns = std::move(exported.columns);
    return Done{};
  }

  Status tables(const store::Workspace& workspace) {
    HAMDIL_TRY(StudyData loaded, load_study_data(workspace));
    const auto data = std::make_shared<const StudyData>(std::move(loaded));
    HAMDIL_CHECK(check_versions(workspace, *data, request_.despite_earlier));
    HAMDIL_TRY(Analysed analysed, analyse(*data));
    keep_for_outsiders(analysed);
    protect::GateInput input = release_input(*data, analysed, protect::Audience::kPublic);
    HAMDIL_TRY(input.earlier, earlier_releases(workspace, *data));
    const auto released = protect::Gate::release(std::move(input));
    record_ = [data, analysed, released, why = request_.despite_earlier](const store::Workspace& from,
                                                                         store::Transaction& transaction) {
      return record_release(from, transaction, *data, analysed.tables, analysed.specifications, *released, "tables",
                            why);
    };
    // Standard errors and intervals of a sample that is not random would claim more than it can carry.
    const bool inference = data->study.spec.sample.how_chosen == "probability";
    if (request_.format == "json") {
      Json out = Json::array();
      for (const protect::ReleasedTable& table : released->tables) {
        Json one = analysis::to_released_json(table.table, protect::disclosure_policy().min_rows);
        one["id"] = table.table.id;
        if (!inference)
          for (Json& row : one["rows"])
            for (const char* key : {"se", "ci_t", "ci_normal", "ci_t_domain", "cv", "deff", "t", "p_value"})
              row.erase(key);
        for (std::size_t row = 0; row < table.withheld.size(); ++row)
          if (table.withheld[row] != protect::Withheld::kNo)
            one["rows"][row]["withheld"] = protect::reader_reason(table.withheld[row], table.table.estimator);
        out.push_back(std::move(one));
      }
      write("tables.json", out.dump(1));
      return Done{};
    }
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
                        text::join(flags, " "),
                        hidden ? protect::reader_reason(table.withheld[r], table.table.estimator) : "", row.ref});
      }
    HAMDIL_TRY(std::string bytes, rows_as(request_.format, "tables", rows));
    write("tables." + request_.format, std::move(bytes));
    return Done{};
  }

  Status records(const store::Workspace& workspace) {
    if (request_.format == "sav") return bad_format(request_);
    Json all = Json::array();
    Rows rows = {{"kind", "id", "version", "title", "state", "fields"}};
    for (const model::KindDefinition& kind : model::all_kinds()) {
      if (kind.name == "analysis" || kind.name == "result") continue;
      HAMDIL_TRY(const std::vector<model::Record> records, workspace.list(kind.name));
      std::map<std::string, std::int64_t> newest;  // round -> version
      if (kind.name == "dataset")
        for (const model::Record& record : records) {
          const auto [round, version] = version_of(record);
          newest[round] = std::max(newest[round], version);
        }
      for (const model::Record& whole : records) {
        const auto shown = records::for_export(whole);
        if (!shown) continue;
        model::Record record = *shown;
        if (record.kind == "dataset") {
          const auto [round, version] = version_of(record);
          hide_small_counts(record, version == newest[round]);
        }
        if (record.kind == "release") say_reasons_for_readers(record);
        all.push_back(model::to_json(record));
        rows.push_back(
            {record.kind, record.id, std::to_string(record.version), record.title, record.state, record.fields_json});
      }
    }
    if (request_.format == "json") {
      write("records.json", all.dump(1));
      return Done{};
    }
    HAMDIL_TRY(std::string bytes, rows_as(request_.format, "records", rows));
    write("records." + request_.format, std::move(bytes));
    return Done{};
  }

  Status record(store::Workspace& workspace, const store::Author& author) const {
    if (!record_) return Done{};
    return workspace.write(author, [&](store::Transaction& transaction) { return record_(workspace, transaction); });
  }

  // All files or none: what a full disk cut off is taken away again.
  Status finish() {
    const bool is_new = !file_exists(request_.folder);
    const auto written = [&]() -> Status {
      HAMDIL_CHECK(make_folder(request_.folder));
      for (const auto& [name, bytes] : files_) {
        const std::string path = request_.folder + "/" + name;
        HAMDIL_CHECK(write_file(path, bytes));
        summary_.files.push_back(path);
      }
      return Done{};
    }();
    if (written) return Done{};
    for (const std::string& path : summary_.files) ::unlink(path.c_str());
    if (is_new) ::rmdir(request_.folder.c_str());
    return written.error();
  }

 private:
  void write(std::string name, std::string bytes) { files_.emplace_back(std::move(name), std::move(bytes)); }

  const ExportRequest& request_;
  ExportSummary& summary_;
  // The product record of rows that leave: who gets them, which answers, under which run.
  std::function<Status(const store::Workspace&, store::Transaction&)> record_of_rows(const StudyData& data) const {
    Json inputs = Json::array();
    for (const model::Record& dataset : data.datasets)
      inputs.push_back({{"dataset", dataset.id}, {"content", dataset.fields().value("content", "")}});
    const char* audience =
        audience_name(request_.is_public ? protect::Audience::kPublic : protect::Audience::kNamedRecipients);
    const model::Record product = model::new_record(
        "product", "Rows (" + request_.format + ")",
        {{"study", data.study.id}, {"outline", "data"}, {"audience", audience}, {"run", data.run}, {"inputs", inputs}});
    return [product](const store::Workspace&, store::Transaction& transaction) -> Status {
      HAMDIL_TRY(const model::Record saved, transaction.save(product));
      (void)saved;
      return Done{};
    };
  }

  std::vector<std::pair<std::string, std::string>> files_;  // written at the end
  std::function<Status(const store::Workspace&, store::Transaction&)> record_;
};

}  // namespace

Result<ExportSummary> export_workspace(store::Workspace& workspace, const ExportRequest& request,
                                       const store::Author& author) {
  ExportSummary summary;
  Exporter exporter(request, summary);
  const Status done = request.what == "data"     ? exporter.data(workspace)
                      : request.what == "tables" ? exporter.tables(workspace)
                                                 : exporter.records(workspace);
  if (!done) return done.error();
  // Tables are remembered before they leave; rows are a product once their files are there.
  if (request.what == "tables") HAMDIL_CHECK(exporter.record(workspace, author));
  HAMDIL_CHECK(exporter.finish());
  if (request.what == "data") HAMDIL_CHECK(exporter.record(workspace, author));
  return summary;
}

}  // namespace hamdil::services::reporting
