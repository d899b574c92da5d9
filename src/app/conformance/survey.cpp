// hamdil-conformance survey: reference cases of survey statistics, through specification, run and result JSON as the
// product uses them.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

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
  if (text_member(call, "estimator") == "glm") return true;
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

// Empty when the case passes; otherwise what differs.
std::string check_case(const Json& one, const Json& reference, DataFiles& files) {
  const Json& expected = one["results"];
  const bool error_expected =
      expected.is_object() && expected.contains("error_expected") && expected["error_expected"] == true;
  const Json wanted = {{"design", one.value("design", Json())},
                       {"domain", one.value("domain", Json())},
                       {"call", call_as_in_reference(one["call"], reference)}};
  const auto spec = analysis::parse_spec(wanted);
  if (!spec) return spec.error().describe();
  const std::string data = text_member(one, "data");
  const data::Table no_table;
  const data::Table* table = &no_table;
  if (!data.empty()) {
    const auto found = files.get(data);
    if (!found) return found.error().describe();
    table = *found;
  }
  const data::Table* replicate_weights = nullptr;
  if (spec->replicates) {
    const auto found = files.get(spec->replicates->weights_file);
    if (!found) return found.error().describe();
    replicate_weights = *found;
  }
  const auto result = analysis::run(*spec, *table, replicate_weights);
  if (!result) return error_expected ? std::string() : result.error().describe();
  if (error_expected) return "expected an error, got a result";
  const Json actual = analysis::to_json(*result);
  // A case whose result is a bare list: ours stands in an object under this name.
  if (expected.is_array() && actual.contains("list"))
    return compare_results(expected, actual["list"], tolerance_of(one));
  return compare_results(expected, actual, tolerance_of(one));
}

Status run_family(const std::string& folder, const std::string& name, const std::string& filter, DataFiles& files,
                  std::vector<CaseResult>& out) {
  HAMDIL_TRY(const Json family, read_json_file(folder + "/cases/" + name));
  if (!family.is_object() || !family.contains("cases") || !family["cases"].is_array())
    return Error("conformance.survey.bad_family", "A file of cases needs a list named cases.").at({.file = name});
  const std::string family_name =
      text_member(family, "family").empty() ? name.substr(0, name.rfind('.')) : text_member(family, "family");
  for (const Json& one : family["cases"]) {
    CaseResult result;
    result.family = family_name;
    result.id = text_member(one, "id");
    if (result.id.find(filter) == std::string::npos) continue;
    if (!one.is_object() || !one.contains("call") || !one["call"].is_object() || !one.contains("results"))
      result.detail = "the case has no call or no results";
    else
      result.detail = check_case(one, family.value("reference", Json()), files);
    result.outcome = result.detail.empty() ? Outcome::kPassed : Outcome::kFailed;
    out.push_back(std::move(result));
  }
  return Done{};
}

}  // namespace

Result<std::vector<CaseResult>> run_survey(const std::string& folder, const std::string& filter) {
  HAMDIL_TRY(const std::vector<std::string> names, list_folder(folder + "/cases"));
  DataFiles files(folder);
  std::vector<CaseResult> out;
  for (const std::string& name : names)
    if (name.ends_with(".json")) HAMDIL_CHECK(run_family(folder, name, filter, files, out));
  return out;
}

}  // namespace hamdil::conformance
