// hamdil-conformance survey: reference cases of survey statistics, through specification, run and result JSON as the
// product uses them.
#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/memory_sums.hpp"
#include "analysis/registry.hpp"
#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "app/conformance/suite.hpp"
#include "app/conformance/survey_compare.hpp"
#include "app/conformance/survey_data.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace hamdil::conformance {
namespace {

class DataFiles {
 public:
  explicit DataFiles(std::string folder) : folder_(std::move(folder)) {}

  Result<const data::Table*> get(const std::string& name) {
    const auto known = tables_.find(name);
    if (known != tables_.end()) return &known->second;
    if (name.find("..") != std::string::npos || name.empty() || name[0] == '/')
      return Error("conformance.survey.bad_data_name", "A case names data outside its folder.");
    HAMDIL_TRY(const Json* all, columns());
    const std::size_t slash = name.rfind('/');
    const std::string stem = name.substr(slash + 1, name.rfind('.') - slash - 1);
    HAMDIL_TRY(data::Table table,
               read_reference_csv(folder_ + "/" + name, all->contains(stem) ? (*all)[stem] : Json::object()));
    return &tables_.emplace(name, std::move(table)).first->second;
  }

 private:
  Result<const Json*> columns() {
    if (columns_.is_null()) {
      HAMDIL_TRY(columns_, read_json_file(folder_ + "/data/columns.json"));
    }
    return &columns_;
  }

  std::string folder_;
  Json columns_;
  std::map<std::string, data::Table> tables_;
};

// A member as text; empty when it is missing or something else.
std::string text_member(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string() ? object[name].get<std::string>()
                                                                                 : std::string();
}

bool is_iterated(const Json& call) {
  const std::string estimator = text_member(call, "estimator");
  if (estimator == "glm" || estimator == "ordinal_logit" || estimator == "logit_cluster_robust") return true;
  if (!call.contains("parts") || !call["parts"].is_array()) return false;
  return std::any_of(call["parts"].begin(), call["parts"].end(),
                     [](const Json& part) { return text_member(part, "estimator") == "glm"; });
}

Tolerance tolerance_of(const Json& one) {
  Tolerance out;
  if (is_iterated(one["call"]) ||
      (one.contains("design") && one["design"].is_object() && one["design"].contains("adjustment")))
    out.relative = 1e-6;
  if (one.contains("rel_tol_hint") && one["rel_tol_hint"].is_number()) out.relative = one["rel_tol_hint"].get<double>();
  if (one.contains("unstable")) {
    const Json& fields = one["unstable"];
    for (const Json& field : fields.is_array() ? fields : Json::array({fields}))
      if (field.is_string()) out.unstable.insert(field.get<std::string>());
  }
  return out;
}

// The call, and where its estimator can repeat a known mistake of the program that made the reference, the word for it.
Json call_as_in_reference(Json call, const Json& reference) {
  const std::string name = text_member(call, "estimator");
  const analysis::Estimator* estimator =
      analysis::find_estimator(name, [&](std::string_view option) { return call.contains(option); }, true);
  if (estimator == nullptr || !reference.is_object()) return call;
  for (const stats::OptionInfo& option : estimator->info.options) {
    if (option.name != "as_in") continue;
    for (const auto& [package, version] : reference.items()) {
      const std::string wanted = package + " " + (version.is_string() ? version.get<std::string>() : std::string());
      if (std::find(option.allowed.begin(), option.allowed.end(), wanted) != option.allowed.end())
        call["as_in"] = wanted;
    }
  }
  return call;
}

// Where a case tells predictions, its results name the people they are for; the call has to ask for these.
void add_points(const Json& expected, Json& call) {
  if (!expected.is_object() || !expected.contains("predict") || call.contains("predict")) return;
  for (const Json& one : expected["predict"])
    if (one.is_object() && one.contains("at")) call["predict"].push_back(one["at"]);
}

// Failed because of this, or passed when it is empty.
CaseResult failed(std::string detail) {
  CaseResult out;
  out.outcome = detail.empty() ? Outcome::kPassed : Outcome::kFailed;
  out.detail = std::move(detail);
  return out;
}

// A case as the product runs it.
struct ReadCase {
  analysis::AnalysisSpec spec;
  const data::Table* table = nullptr;
  const data::Table* replicate_weights = nullptr;
};

Result<ReadCase> read_case(const Json& one, const Json& reference, DataFiles& files) {
  static const data::Table kNoTable;
  Json wanted = {{"design", one.value("design", Json())},
                 {"domain", one.value("domain", Json())},
                 {"call", call_as_in_reference(one["call"], reference)}};
  add_points(one["results"], wanted["call"]);
  ReadCase out;
  HAMDIL_TRY(out.spec, analysis::parse_spec(wanted));
  const std::string data = text_member(one, "data");
  out.table = &kNoTable;
  if (!data.empty()) {
    HAMDIL_TRY(out.table, files.get(data));
  }
  if (out.spec.replicates) {
    HAMDIL_TRY(out.replicate_weights, files.get(out.spec.replicates->weights_file));
  }
  return out;
}

// Empty when the case passes; otherwise what differs.
CaseResult check_case(const Json& one, const Json& reference, DataFiles& files) {
  const Json& expected = one["results"];
  const bool error_expected =
      expected.is_object() && expected.contains("error_expected") && expected["error_expected"] == true;
  const auto read = read_case(one, reference, files);
  if (!read) return failed(read.error().describe());
  const auto result = analysis::run(read->spec, *read->table, read->replicate_weights);
  if (!result) return failed(error_expected ? std::string() : result.error().describe());
  if (error_expected) return failed("expected an error, got a result");
  const Json actual = analysis::to_json(*result);
  // A case whose result is a bare list: ours stands in an object under this name.
  const Json& own = expected.is_array() && actual.contains("list") ? actual["list"] : actual;
  return failed(compare_results(expected, own, tolerance_of(one)));
}

bool is_without_pushdown(const Error& error) {
  return error.code == "analysis.pushed.none" || error.code == "stats.pushed.design" ||
         error.code == "stats.pushed.option" || error.code == "analysis.clickhouse.identifying" ||
         error.code == "analysis.clickhouse.date" || error.code == "analysis.clickhouse.text";
}

using Check = std::function<CaseResult(const Json& one, const Json& reference, DataFiles& files)>;

Status run_family(const std::string& folder, const std::string& name, const std::string& filter, DataFiles& files,
                  const Check& check, std::vector<CaseResult>& out) {
  HAMDIL_TRY(const Json family, read_json_file(folder + "/cases/" + name));
  if (!family.is_object() || !family.contains("cases") || !family["cases"].is_array())
    return Error("conformance.survey.bad_family", "A file of cases needs a list named cases.").at({.file = name});
  const std::string family_name =
      text_member(family, "family").empty() ? name.substr(0, name.rfind('.')) : text_member(family, "family");
  for (const Json& one : family["cases"]) {
    const std::string id = text_member(one, "id");
    if (id.find(filter) == std::string::npos) continue;
    const bool whole = one.is_object() && one.contains("call") && one["call"].is_object() && one.contains("results");
    CaseResult result =
        whole ? check(one, family.value("reference", Json()), files) : failed("the case has no call or no results");
    result.family = family_name;
    result.id = id;
    out.push_back(std::move(result));
  }
  return Done{};
}

Result<std::vector<CaseResult>> run_cases(const std::string& folder, const std::string& filter, const Check& check) {
  HAMDIL_TRY(const std::vector<std::string> names, list_folder(folder + "/cases"));
  DataFiles files(folder);
  std::vector<CaseResult> out;
  for (const std::string& name : names)
    if (name.ends_with(".json")) HAMDIL_CHECK(run_family(folder, name, filter, files, check, out));
  return out;
}

}  // namespace

Result<std::vector<CaseResult>> run_survey(const std::string& folder, const std::string& filter) {
  return run_cases(folder, filter, check_case);
}

Result<std::vector<CaseResult>> run_pushed(const std::string& folder, const std::string& filter, const Pushed& pushed) {
  return run_cases(folder, filter, [&](const Json& one, const Json& reference, DataFiles& files) -> CaseResult {
    const auto read = read_case(one, reference, files);
    if (!read) return failed(read.error().describe());
    const analysis::Estimator* estimator = analysis::estimator_with_id(read->spec.call.id);
    CaseResult skipped;
    skipped.outcome = Outcome::kSkipped;
    if (estimator->run_pushed == nullptr) return skipped;
    const auto expected = analysis::run(read->spec, *read->table, read->replicate_weights);
    const auto actual = pushed(read->spec, one, *read->table);
    if (!actual && is_without_pushdown(actual.error())) {
      skipped.detail = actual.error().describe();
      return skipped;
    }
    if (!expected || !actual)
      return failed(expected                                                  ? actual.error().describe()
                    : !actual && actual.error().code == expected.error().code ? std::string()
                                                                              : expected.error().describe());
    return failed(
        compare_results(analysis::to_json(*expected), analysis::to_json(*actual), {estimator->info.pushdown, {}}));
  });
}

Result<std::vector<CaseResult>> run_pushed_in_memory(const std::string& folder, const std::string& filter) {
  return run_pushed(
      folder, filter,
      [](const analysis::AnalysisSpec& spec, const Json&, const data::Table& table) -> Result<stats::ResultTable> {
        if (spec.replicates) return Error("stats.pushed.design", "Replicate weights need the rows.");
        HAMDIL_TRY(const auto rows, analysis::memory_sums(table, spec));
        return analysis::run_pushed(spec, *rows);
      });
}

}  // namespace hamdil::conformance
