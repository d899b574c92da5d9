#include "services/reporting/export_workspace_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "exchange/csv/write.hpp"
#include "exchange/sav/read.hpp"
#include "exchange/sav/write.hpp"
#include "exchange/xlsx/write.hpp"
#include "protect/identifiers.hpp"
#include "protect/microdata_keys.hpp"

namespace hamdil::services::reporting {
namespace {

using Rows = std::vector<std::vector<std::string>>;

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Roles by column, the newest round's word last. Workspaces made before columns had roles get them from names and
// labels.
std::map<std::string, std::string> roles_of(const StudyData& data) {
  std::map<std::string, std::string> out;
  for (const model::Record& dataset : data.datasets) {
    const Json fields = dataset.fields();
    for (const Json& column : fields["columns"])
      if (column.contains("role")) out[column["name"].get<std::string>()] = column["role"].get<std::string>();
  }
  if (out.empty())
    for (const data::Column& column : data.table.columns)
      if (const auto kind = protect::quasi_identifier_of({column.name, {column.label}, "", &column}))
        out[column.name] = "key:" + *kind;
  return out;
}

// What forms and codebooks list for each column, over all rounds.
void add_listed_levels(const StudyData& data, protect::MicrodataPolicy& policy) {
  for (const model::Record& dataset : data.datasets) {
    const Json fields = dataset.fields();
    for (const Json& column : fields.value("columns", Json::array())) {
      const Json levels = column.value("levels", Json::array());
      if (levels.empty()) continue;
      std::set<std::string>& known = policy.listed_levels[column.value("name", "")];
      for (const Json& level : levels) known.insert(level[0].get<std::string>());
    }
  }
}

void add_sensitive(const StudyData& data, const std::map<std::string, std::string>& roles,
                   protect::MicrodataPolicy& policy) {
  policy.sensitive = data.study.spec.sensitive;
  for (const auto& [name, role] : roles)
    if (role == "sensitive" && !listed(policy.sensitive, name)) policy.sensitive.push_back(name);
  for (const study::MeasureSpec& measure : data.study.spec.measures)
    if (std::any_of(measure.items.begin(), measure.items.end(),
                    [&](const study::ItemSpec& item) { return listed(policy.sensitive, item.question); }))
      policy.sensitive.push_back(measure_column(measure));
}

void add_keys(const StudyData& data, const std::map<std::string, std::string>& roles,
              protect::MicrodataPolicy& policy) {
  const study::StudySpec& spec = data.study.spec;
  std::vector<std::pair<std::string, std::string>> keys;  // column and kind
  for (const data::Column& column : data.table.columns) {
    const auto role = roles.find(column.name);
    const bool declared = listed(spec.keys, column.name) || listed(spec.sample.strata, column.name);
    if (role != roles.end() && role->second.starts_with("key:") && !listed(spec.not_keys, column.name))
      keys.emplace_back(column.name, role->second.substr(4));
    else if (declared)
      keys.emplace_back(column.name, "declared");
  }
  std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
    return protect::key_order(a.second) < protect::key_order(b.second);
  });
  // What the study compares goes last, and is kept as long as it can be.
  for (const std::string& name :
       {spec.district_variable, spec.comparison_variable, spec.group_variable, std::string(kRoundColumn)}) {
    if (name.empty() || data.table.find(name) == nullptr) continue;
    std::erase_if(keys, [&](const auto& key) { return key.first == name; });
    keys.emplace_back(name, "declared");
    policy.keep_long.insert(name);
  }
  for (const auto& [name, kind] : keys) {
    policy.keys.push_back(name);
    policy.bands[name] = protect::key_band(kind);
  }
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

// One object a row; numbers as numbers, null where there is no answer.
Json table_json(const data::Table& table) {
  Json out = Json::array();
  for (std::size_t row = 0; row < table.rows; ++row) {
    Json one = Json::object();
    for (const data::Column& column : table.columns) {
      if (column.is_missing(row))
        one[column.name] = nullptr;
      else if (column.type == data::ColumnType::kNumber || column.type == data::ColumnType::kInteger)
        one[column.name] = column.numbers[row];
      else
        one[column.name] = column.text_at(row);
    }
    out.push_back(std::move(one));
  }
  return out;
}

// What each round asked, where rounds asked in other words: "baseline: Question? [1=Yes; 2=No] | endline: ...".
std::string words_by_round(const std::string& column, const StudyData& data) {
  std::vector<std::string> out;
  for (const RewordedQuestion& question : data.reworded) {
    if (question.question != column && !column.starts_with(question.question + "/")) continue;
    for (std::size_t round = 0; round < question.asked.size(); ++round) {
      if (question.asked[round].empty()) continue;
      const Json asked = Json::parse(question.asked[round]);
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

// `described` has the columns of `released` in the same order, with the names that the file has.
Rows codebook_rows(const data::Table& described, const data::Table& released, const StudyData& data) {
  Rows out = {{"name", "label", "type", "values", "words_by_round"}};
  for (std::size_t i = 0; i < described.columns.size(); ++i) {
    const data::Column& column = described.columns[i];
    std::vector<std::string> values;
    for (const data::Level& level : column.levels) values.push_back(level.value + "=" + level.label);
    out.push_back({column.name, column.label, data::column_type_name(column.type), text::join(values, "; "),
                   words_by_round(released.columns[i].name, data)});
  }
  return out;
}

std::string share(std::size_t part, std::size_t of) {
  return of == 0 ? "0 %" : text::format_fixed(100 * static_cast<double>(part) / static_cast<double>(of), 1) + " %";
}

std::vector<std::string> notes_of(const protect::ReleasedMicrodata& released, const protect::MicrodataPolicy& policy,
                                  const std::vector<protect::ColumnLoss>& columns, const std::string& format,
                                  bool is_public) {
  const protect::MicrodataLoss& loss = released.loss;
  std::vector<std::string> out;
  out.push_back(
      fmt::format("{} rows; at least {} of them share each combination of the key columns", loss.rows, policy.k));
  if (loss.rows_left_below_k > 0)
    out.push_back(fmt::format("Left out are {} rows: with every key blank they are still fewer than {}",
                              loss.rows_left_below_k, policy.k));
  if (!policy.sensitive.empty())
    out.push_back(
        fmt::format("At least {} different answers to each sensitive question in each such group; where there "
                    "are fewer the answers are blanked",
                    policy.l));
  out.push_back(format == "sav"    ? "A blanked value is a missing value whose label says that it was suppressed"
                : format == "json" ? "A blanked value is null, like every other missing answer"
                                   : "A blanked value is an empty cell, like every other missing answer");
  constexpr std::size_t kMostly = 2;  // one in two
  for (const protect::ColumnLoss& column : columns) {
    if (column.what == "left out" && column.blanked > 0)
      out.push_back(fmt::format("{}: left out: {} of {} values would be blanked ({}): {}", column.column,
                                column.blanked, loss.rows, share(column.blanked, loss.rows), column.why));
    else if (column.what == "left out")
      out.push_back(fmt::format("{}: left out: {}", column.column, column.why));
    else if (column.what == "free answers")
      out.push_back(fmt::format("{}: {} of {} answers are in people's own words and were blanked ({})", column.column,
                                column.blanked, loss.rows, share(column.blanked, loss.rows)));
    else if (column.what == "renumbered")
      out.push_back(fmt::format("{}: renumbered; {} of {} values blanked ({})", column.column, column.blanked,
                                loss.rows, share(column.blanked, loss.rows)));
    else
      out.push_back(fmt::format("{}: {}; {} of {} values blanked ({}){}", column.column, column.what, column.blanked,
                                loss.rows, share(column.blanked, loss.rows),
                                column.blanked * kMostly <= loss.rows ? ""
                                : column.what == "key"
                                    ? ", mostly blanked: few rows share its values together with the other keys"
                                    : ", mostly blanked: most groups answer alike"));
  }
  out.emplace_back(is_public
                       ? "For the public: check the notes above before it is put up"
                       : "For named recipients under an agreement: answers can still be linked with what is known from "
                         "elsewhere");
  return out;
}

}  // namespace

std::string rows_to_csv(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) exchange::csv::append_record(out, row, {});
  return out;
}

protect::MicrodataPolicy microdata_policy(const StudyData& data, bool is_public) {
  const study::StudySpec& spec = data.study.spec;
  const auto roles = roles_of(data);
  protect::MicrodataPolicy policy;
  policy.k = is_public ? protect::disclosure_policy().k_public : protect::disclosure_policy().k_named_recipients;
  for (const std::string& cluster : spec.sample.clusters)
    if (cluster != "respondent") policy.cluster_columns.push_back(cluster);
  for (const study::FrameSpec& frame : spec.sample.frames)
    for (const std::string& name : frame.take)
      if (!listed(spec.sample.strata, name) && !listed(policy.cluster_columns, name))
        policy.left_out[name] = "weights and sizes of a place tell which one it is";
  for (const data::Column& column : data.table.columns) {
    const auto role = roles.find(column.name);
    if (protect::names_enumerator(column.name))
      policy.left_out[column.name] = "it tells who asked the questions";
    else if (role != roles.end() && role->second == "pseudonym" && !listed(policy.cluster_columns, column.name))
      policy.left_out[column.name] = "a pseudonym of the workspace";
  }
  add_keys(data, roles, policy);
  add_sensitive(data, roles, policy);
  add_listed_levels(data, policy);
  policy.listed_levels.erase(kRoundColumn);
  for (const study::MeasureSpec& measure : spec.measures)
    for (const study::ItemSpec& item : measure.items)
      if (!item.questions.empty()) policy.left_out[item.question] = "it joins questions that stand in the file";
  // A measure made of a key would say what was blanked there.
  for (const study::MeasureSpec& measure : spec.measures)
    for (const study::ItemSpec& item : measure.items)
      if (listed(policy.keys, item.question))
        policy.left_out[measure_column(measure)] = "it is made of the key " + item.question;
  return policy;
}

Result<DataExport> export_data(StudyData data, const std::string& format, bool is_public) {
  const protect::MicrodataPolicy policy = microdata_policy(data, is_public);
  const auto released = protect::release_microdata(std::move(data.table), policy);
  DataExport out;
  out.columns = released->loss.columns;
  std::string bytes;
  data::Table described = released->table;
  if (format == "sav") {
    HAMDIL_TRY(bytes, exchange::sav::write_sav(released->table));
    // Names and codes as the file has them: SPSS allows other names, and numbers only.
    Diagnostics ignored;
    HAMDIL_TRY(described, exchange::sav::read_sav_bytes(bytes, "data.sav", {}, ignored));
    for (std::size_t i = 0; i < described.columns.size() && i < released->table.columns.size(); ++i)
      for (protect::ColumnLoss& loss : out.columns)
        if (loss.column == released->table.columns[i].name && loss.what != "left out")
          loss.column = described.columns[i].name;
  } else if (format == "csv") {
    bytes = rows_to_csv(table_rows(released->table));
  } else if (format == "json") {
    bytes = table_json(released->table).dump(1);
  } else {
    HAMDIL_TRY(bytes, exchange::xlsx::write_workbook({{"data", table_rows(released->table)}}));
  }
  out.notes = notes_of(*released, policy, out.columns, format, is_public);
  out.files.emplace_back("data." + format, std::move(bytes));
  out.files.emplace_back("codebook.csv", rows_to_csv(codebook_rows(described, released->table, data)));
  std::string text = "Release notes of data." + format + "\n\n";
  for (const std::string& note : out.notes) text += note + ".\n";
  out.files.emplace_back("release_notes.txt", std::move(text));
  return out;
}

}  // namespace hamdil::services::reporting
