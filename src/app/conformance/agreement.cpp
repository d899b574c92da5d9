// hamdil-conformance agreement: measures of agreement of coders, each measure of each example through the specification
// that a user would write.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "app/conformance/suite.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

namespace hamdil::conformance {
namespace {

// A measure of an example: the call that gives it, and the figure of its result (a JSON pointer).
struct Question {
  Json call;
  std::string pointer;
};

Json with(const Json& data, const char* estimator, std::initializer_list<const char*> members) {
  Json out = {{"estimator", estimator}};
  for (const char* member : members)
    if (data.contains(member)) out[member] = data[member];
  return out;
}

// Lists as objects with these names.
Json records(const Json& rows, const std::vector<const char*>& names) {
  Json out = Json::array();
  for (const Json& row : rows) {
    Json one = Json::object();
    for (std::size_t i = 0; i < names.size() && i < row.size(); ++i) one[names[i]] = row[i];
    out.push_back(std::move(one));
  }
  return out;
}

// The question behind one expected measure; the call is null for one that is not known.
Question ask(const std::string& kind, const Json& data, const std::string& measure) {
  const std::string alpha = "krippendorff_alpha_";
  if (kind == "contingency")
    return {with(data, "two_coders", {"table"}),
            measure == alpha + "nominal" ? "/" + measure + "/alpha" : "/" + measure};
  if (kind == "reliability_matrix" && measure.starts_with(alpha)) {
    Json call = with(data, "krippendorff_alpha", {"units", "differences"});
    call["metric"] = measure.substr(alpha.size());
    return {std::move(call), "/alpha"};
  }
  if (kind == "reliability_matrix" && measure == "fleiss_kappa")
    return {with(data, "fleiss_kappa", {"units"}), "/kappa"};
  if (kind == "reliability_matrix") return {with(data, "two_coders", {"units"}), "/" + measure};
  if (kind == "category_counts") {
    const Json call = with(data, measure == "gwet_ac1" ? "gwet_ac1" : "fleiss_kappa", {"counts"});
    const std::string name = measure == "fleiss_kappa"     ? "kappa"
                             : measure == "P_bar"          ? "observed"
                             : measure == "Pe_bar"         ? "expected"
                             : measure == "se_null"        ? "se0"
                             : measure == "category_kappa" ? "category"
                             : measure == "gwet_ac1"       ? "ac1"
                                                           : measure;
    return {call, "/" + name};
  }
  if (kind == "unitizing") {
    Json call = with(data, "alpha_u", {"begin", "length", "observers"});
    call["units"] = records(data["units"], {"begin", "length", "observer", "category"});
    return {std::move(call), "/" + measure};
  }
  if (kind == "spans") {
    Json call = with(data, "u_alpha", {"length"});
    call["spans"] = records(data["spans"], {"coder", "code", "start", "end"});
    return {std::move(call), "/" + measure};
  }
  if (kind == "char_spans") return {with(data, "character_agreement", {"coder1", "coder2", "length"}), "/" + measure};
  return {};
}

std::string shown(const Json& value) { return value.is_null() ? "null" : value.dump(); }

// Every {"value", "tol"} below `expected` against `actual`; objects and lists are walked side by side.
std::string compare(const Json& expected, const Json& actual, const std::string& place) {
  if (expected.is_object() && expected.contains("value")) {
    const Json& wanted = expected["value"];
    if (wanted.is_null()) return actual.is_null() ? std::string() : place + ": expected null, got " + shown(actual);
    const double tolerance =
        expected.contains("tol") && expected["tol"].is_number() ? expected["tol"].get<double>() : 1e-9;
    const bool pass =
        wanted.is_number() && actual.is_number() && std::fabs(wanted.get<double>() - actual.get<double>()) <= tolerance;
    return pass ? std::string() : fmt::format("{}: expected {}, got {}", place, wanted.dump(), shown(actual));
  }
  if (expected.is_array()) {
    if (!actual.is_array() || actual.size() != expected.size()) return place + ": lists differ in length";
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Json& one = actual[i].is_object() && actual[i].contains("kappa") ? actual[i]["kappa"] : actual[i];
      if (std::string found = compare(expected[i], one, fmt::format("{}/{}", place, i)); !found.empty()) return found;
    }
    return {};
  }
  if (!expected.is_object()) return place + ": the example says nothing that can be compared";
  for (const auto& [key, value] : expected.items()) {
    if (!actual.is_object() || !actual.contains(key)) return place + "/" + key + ": expected a value, got nothing";
    if (std::string found = compare(value, actual[key], place + "/" + key); !found.empty()) return found;
  }
  return {};
}

// What stands beside the value of an alpha.
std::string compare_alpha_parts(const Json& expected, const Json& result) {
  const std::pair<const char*, const char*> names[] = {
      {"observed_disagreement", "Do"}, {"expected_disagreement", "De"}, {"pairable_values", "pairable_values"}};
  for (const auto& [theirs, ours] : names) {
    if (!expected.contains(theirs)) continue;
    const double wanted = expected[theirs].get<double>();
    const bool pass = result.contains(ours) && result[ours].is_number() &&
                      std::fabs(result[ours].get<double>() - wanted) <= 1e-9 * std::max(1.0, std::fabs(wanted));
    if (!pass) return fmt::format("/{}: expected {}, got {}", theirs, wanted, shown(result.value(ours, Json())));
  }
  return {};
}

std::string check(const std::string& kind, const Json& data, const std::string& measure, const Json& expected) {
  const Question question = ask(kind, data, measure);
  if (question.call.is_null()) return "no estimator is known for examples of the kind " + kind;
  const auto spec = analysis::parse_spec(Json{{"call", question.call}});
  if (!spec) return spec.error().describe();
  const auto result = analysis::run(*spec, data::Table());
  if (!result) return result.error().describe();
  const Json json = analysis::to_json(*result);
  const Json::json_pointer pointer(question.pointer);
  if (!json.contains(pointer)) return "the result has no " + question.pointer;
  if (std::string found = compare(expected, json[pointer], "/" + measure); !found.empty()) return found;
  return compare_alpha_parts(expected, json[pointer.parent_pointer()]);
}

Status run_file(const std::string& path, const std::string& filter, std::vector<CaseResult>& out) {
  HAMDIL_TRY(const Json example, read_json_file(path));
  if (!example.is_object() || !example.contains("data") || !example.contains("expected") ||
      !example["expected"].is_object())
    return Error("conformance.agreement.bad_example", "An example needs data and expected.").at({.file = path});
  const std::string kind = example.value("kind", "");
  for (const auto& [measure, expected] : example["expected"].items()) {
    CaseResult result;
    result.id = example.value("id", "") + "." + measure;
    result.family = kind;
    if (result.id.find(filter) == std::string::npos) continue;
    result.detail = check(kind, example["data"], measure, expected);
    result.outcome = result.detail.empty() ? Outcome::kPassed : Outcome::kFailed;
    out.push_back(std::move(result));
  }
  return Done{};
}

}  // namespace

Result<std::vector<CaseResult>> run_agreement(const std::string& folder, const std::string& filter) {
  HAMDIL_TRY(const std::vector<std::string> names, list_folder(folder));
  std::vector<CaseResult> out;
  for (const std::string& name : names)
    if (name.ends_with(".json")) HAMDIL_CHECK(run_file(folder + "/" + name, filter, out));
  return out;
}

}  // namespace hamdil::conformance
