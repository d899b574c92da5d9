#include "services/reporting/describe_workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.hpp"
#include "protect/policy.hpp"
#include "services/study/apply_study.hpp"

namespace hamdil::services::reporting {
namespace {

using model::Record;

// What the study file does with each column.
std::map<std::string, std::vector<std::string>> uses_of(const study::StudySpec& spec) {
  std::map<std::string, std::vector<std::string>> out;
  const auto add = [&](const std::string& column, const std::string& use) {
    if (!column.empty()) out[column].push_back(use);
  };
  for (const std::string& name : spec.sample.strata) add(name, "stratum");
  for (const std::string& name : spec.sample.clusters) add(name, "cluster");
  for (const std::string& name : spec.sample.fpc) add(name, "population size");
  add(spec.sample.weights, "weight");
  add(spec.group_variable, "groups");
  add(spec.district_variable, "districts");
  add(spec.comparison_variable, "comparison");
  for (const study::MeasureSpec& measure : spec.measures)
    for (const study::ItemSpec& item : measure.items) add(item.question, "measure " + measure.id);
  for (const std::string& name : spec.sensitive) add(name, "sensitive");
  for (const std::string& name : spec.keys) add(name, "key");
  for (const std::string& name : spec.not_keys) add(name, "not a key");
  return out;
}

// Choice list of each question, by the question's name.
Result<std::map<std::string, std::string>> lists_of(const store::Workspace& workspace) {
  std::map<std::string, std::string> out;
  HAMDIL_TRY(const std::vector<Record> instruments, workspace.list("instrument"));
  for (const Record& instrument : instruments) {
    const Json questions = instrument.fields().value("questions", Json::object());
    if (!questions.contains("questions")) continue;
    for (const Json& question : questions["questions"])
      if (question.contains("list")) out[question.value("name", "")] = question.value("list", "");
  }
  return out;
}

// A list for people: a long one is cut to its length and its first entries. --json has them all.
std::string listed_text(const std::vector<std::string>& entries, const char* what, const char* separator) {
  constexpr std::size_t kMost = 12, kFirst = 5;
  if (entries.size() <= kMost) return text::join(entries, separator);
  return fmt::format("{} {}: {}{}... (--json lists all)", entries.size(), what,
                     text::join({entries.begin(), entries.begin() + kFirst}, separator), separator);
}

Json round_json(const Record& round, const Record& dataset) {
  const Json fields = dataset.fields();
  const auto rows = fields.value("rows", std::size_t{0});
  Json repeats = Json::array(), sealed = Json::array();
  const Json receipt = fields.value("receipt", Json::object());
  const Json repeat_rows = receipt.value("repeats", Json::object());
  for (const auto& [name, count] : repeat_rows.items()) repeats.push_back(name);
  for (const Json& column : receipt.value("sealed", Json::array()))
    sealed.push_back({{"column", column.value("column", "")}, {"class", column.value("class", "")}});
  return {{"name", round.fields().value("name", "")},
          {"title", round.title},
          {"rows", rows >= protect::disclosure_policy().min_rows ? Json(rows) : Json()},
          {"dataset_version", fields.value("dataset_version", 0)},
          {"repeats", repeats},
          {"sealed", sealed}};
}

}  // namespace

Result<Json> describe_workspace(const store::Workspace& workspace) {
  HAMDIL_TRY(const std::vector<Record> studies, workspace.list("study"));
  Json out = {{"study", nullptr}, {"rounds", Json::array()}, {"columns", Json::array()}};
  if (studies.empty()) return out;
  const auto applied = study::load_study(workspace);
  out["study"] = {{"title", studies.front().title}, {"study_file_applied", static_cast<bool>(applied)}};
  const auto uses = applied ? uses_of(applied->spec) : std::map<std::string, std::vector<std::string>>();
  HAMDIL_TRY(const auto lists, lists_of(workspace));
  HAMDIL_TRY(std::vector<Record> rounds, workspace.list("round", "study", studies.front().id));
  std::stable_sort(rounds.begin(), rounds.end(), [](const auto& a, const auto& b) {
    return a.fields().value("order", 0) < b.fields().value("order", 0);
  });
  std::map<std::string, std::size_t> place;
  for (const Record& round : rounds) {
    HAMDIL_TRY(const std::vector<Record> versions, workspace.list("dataset", "round", round.id));
    if (versions.empty()) continue;
    const std::string round_name = round.fields().value("name", "");
    out["rounds"].push_back(round_json(round, versions.back()));
    const Json fields = versions.back().fields();
    for (const Json& column : fields.value("columns", Json::array())) {
      const std::string name = column.value("name", "");
      if (name.starts_with('_')) continue;
      const auto [at, is_new] = place.try_emplace(name, out["columns"].size());
      if (is_new) out["columns"].push_back({{"name", name}, {"rounds", Json::array()}});
      Json& one = out["columns"][at->second];
      one["label"] = column.value("label", "");
      one["type"] = column.value("type", "");
      one["role"] = column.contains("role") ? column["role"] : Json();
      const auto used = uses.find(name);
      one["used_as"] = used == uses.end() ? Json::array() : Json(used->second);
      const auto list = lists.find(name);
      one["list"] = list == lists.end() ? Json() : Json(list->second);
      one["answers"] = Json::array();
      for (const Json& level : column.value("levels", Json::array()))
        one["answers"].push_back({{"value", level[0]}, {"label", level[1]}});
      one["other_answers"] = column.value("other_levels", 0) > 0;
      one["rounds"].push_back(round_name);
    }
  }
  return out;
}

std::string description_text(const Json& description) {
  if (description["study"].is_null()) return "The workspace holds no answers yet. Import some: hamdil import survey.\n";
  std::string out =
      fmt::format("{} (study file {})\n", description["study"].value("title", ""),
                  description["study"].value("study_file_applied", false) ? "applied" : "not applied yet");
  for (const Json& round : description["rounds"]) {
    const std::string rows = round["rows"].is_null()
                                 ? fmt::format("fewer than {}", protect::disclosure_policy().min_rows)
                                 : round["rows"].dump();
    out +=
        fmt::format("Round {}: {} rows, version {}", round.value("name", ""), rows, round.value("dataset_version", 0));
    std::vector<std::string> names;
    for (const Json& repeat : round["repeats"]) names.push_back(repeat.get<std::string>());
    if (!names.empty()) out += ", repeats " + text::join(names, ", ");
    names.clear();
    for (const Json& column : round["sealed"]) names.push_back(column.value("column", ""));
    out += names.empty() ? "\n" : "\n  sealed: " + listed_text(names, "columns", ", ") + "\n";
  }
  const std::size_t rounds = description["rounds"].size();
  out += fmt::format("{:<32} {:<9} {:<24} {}\n", "column", "type", "role, use", "label");
  for (const Json& column : description["columns"]) {
    std::vector<std::string> roles;
    if (column["role"].is_string()) roles.push_back(column["role"].get<std::string>());
    for (const Json& use : column["used_as"]) roles.push_back(use.get<std::string>());
    out += fmt::format("{:<32} {:<9} {:<24} {}\n", column.value("name", ""), column.value("type", ""),
                       text::join(roles, ", "), column.value("label", ""));
    std::vector<std::string> answers;
    for (const Json& answer : column["answers"])
      answers.push_back(answer.value("label", "") == answer.value("value", "") || answer.value("label", "").empty()
                            ? answer.value("value", "")
                            : answer.value("value", "") + " = " + answer.value("label", ""));
    std::string answers_text = listed_text(answers, "answers", "; ");
    if (column.value("other_answers", false))
      answers_text += std::string(answers.empty() ? "" : "; ") + "others that no form or codebook lists";
    if (!answers_text.empty()) out += "    " + answers_text + "\n";
    if (column["rounds"].size() < rounds) {
      std::vector<std::string> names;
      for (const Json& name : column["rounds"]) names.push_back(name.get<std::string>());
      out += "    only in " + text::join(names, ", ") + "\n";
    }
  }
  return out;
}

}  // namespace hamdil::services::reporting
