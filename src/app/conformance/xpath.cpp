// The xpath suite: expressions in trees, against values recorded from other engines.
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <regex>

#include "app/conformance/suite.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "exchange/xpath/dates.hpp"
#include "exchange/xpath/evaluate.hpp"

namespace hamdil::conformance {
namespace {

namespace xpath = exchange::xpath;

// The day on which the cases were recorded: some compare today() with it.
constexpr double kRecordedOn = 20'778 + 19.0 / 24;  // 2026-11-21T12:00-07:00

struct Suites {
  Json documents;
  xpath::Settings settings;
};

xpath::Rules rules_of(const Json& entry, bool is_javarosa) {
  xpath::Rules rules;
  rules.has_xforms = entry.value("profile", "") != "xpath1";
  rules.regex_is_whole = is_javarosa;
  rules.refuses_bad_dates = is_javarosa;
  rules.accepts_exponents = !is_javarosa;
  rules.needs_arguments = is_javarosa;
  rules.refuses_unions = is_javarosa;
  return rules;
}

// The only node that an absolute path names.
Result<xpath::NodeId> find_node(const xpath::Document& document, const std::string& path) {
  HAMDIL_TRY(const xpath::Expression expression, xpath::parse(path));
  xpath::Settings plain;
  plain.rules.has_xforms = false;
  HAMDIL_TRY(const xpath::Value value, xpath::evaluate(expression, {.node = {&document}}, plain));
  if (value.nodes.size() != 1) return Error("conformance.case", "The path names no node or several.");
  return value.nodes.front().id;
}

double number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

std::string shown(const xpath::Value& value, const xpath::Settings& settings) {
  if (value.kind == xpath::Value::Kind::kNodes) return "nodes: " + std::to_string(value.nodes.size());
  return xpath::to_text(value, settings).value_or("?");
}

// "" when the value is the expected one.
Result<std::string> compare(const Json& entry, const xpath::Value& value, const xpath::Document& document,
                            const xpath::Settings& settings) {
  const std::string type = entry.value("type", "");
  const Json& expected = entry["expected"];
  const std::string different = "expected " + expected.dump() + ", got " + shown(value, settings);
  const auto verdict = [&](bool same) { return same ? std::string() : different; };
  if (type == "boolean") return verdict(xpath::to_boolean(value) == expected.get<bool>());
  if (type == "number") {
    const double wanted = number_of(expected);
    const double got = xpath::to_number(value, settings).value_or(0);
    if (std::isnan(wanted) || std::isinf(wanted)) return verdict(std::isnan(wanted) ? std::isnan(got) : got == wanted);
    return verdict(std::abs(got - wanted) <= entry.value("tolerance", 1e-9 * std::max(1.0, std::abs(wanted))));
  }
  if (type == "string" || type == "date") {
    const std::string got = xpath::to_text(value, settings).value_or("");
    const std::string wanted = expected.is_string() ? expected.get<std::string>() : expected.dump();
    const std::string how = entry.value("compare", "");
    if (how == "regex") return verdict(std::regex_search(got, std::regex(wanted)));
    if (how == "length") return verdict(std::to_string(got.size()) == wanted);
    return verdict((type == "date" ? got.substr(0, 10) : got) == wanted);
  }
  if (value.kind != xpath::Value::Kind::kNodes) return different;
  if (type == "nodeset-length") return verdict(number_of(expected) == static_cast<double>(value.nodes.size()));
  std::vector<xpath::NodeId> wanted, got;
  for (const Json& path : expected) {
    HAMDIL_TRY(const xpath::NodeId id, find_node(document, path.get<std::string>()));
    wanted.push_back(id);
  }
  for (const xpath::NodeRef& node : value.nodes) got.push_back(node.id);
  if (type == "nodeset-unordered") {
    std::sort(wanted.begin(), wanted.end());
    std::sort(got.begin(), got.end());
  }
  return verdict(wanted == got);
}

Result<std::string> run_case(const Json& entry, const std::string& xml, const xpath::Settings& settings) {
  HAMDIL_TRY(const xpath::Document document, xpath::read_document(xml));
  xpath::Place place{.node = {&document}};
  if (entry.contains("context") && entry["context"].is_string()) {
    HAMDIL_TRY(place.node.id, find_node(document, entry["context"].get<std::string>()));
  }
  if (entry.contains("root") && entry["root"].is_string()) {
    HAMDIL_TRY(place.root, find_node(document, entry["root"].get<std::string>()));
  }
  HAMDIL_TRY(const xpath::Expression expression, xpath::parse(entry["expr"].get<std::string>()));
  HAMDIL_TRY(const xpath::Value value, xpath::evaluate(expression, place, settings));
  return compare(entry, value, document, settings);
}

CaseResult run_one(const Json& entry, const Json& documents, const xpath::Settings& settings) {
  CaseResult result{.id = entry.value("id", ""), .family = entry.value("group", "")};
  if (entry.contains("disputed") && !entry["disputed"].is_null()) {
    result.outcome = Outcome::kSkipped;
    result.detail = "disputed: the engines that recorded it differ";
    return result;
  }
  std::string xml = "<root/>";
  if (entry.contains("doc") && entry["doc"].is_string()) xml = documents.value(entry["doc"].get<std::string>(), xml);
  const auto difference = run_case(entry, xml, settings);
  const bool wants_error = entry.value("error", false);
  if (wants_error && difference)
    result.detail = entry["expr"].get<std::string>() + ": expected an error, got a value";
  else if (!wants_error)
    result.detail = !difference           ? entry["expr"].get<std::string>() + ": " + difference.error().describe()
                    : difference->empty() ? ""
                                          : entry["expr"].get<std::string>() + ": " + *difference;
  if (result.detail.empty()) result.outcome = Outcome::kPassed;
  return result;
}

}  // namespace

Result<std::vector<CaseResult>> run_xpath(const std::string& folder, const std::string& filter) {
  std::vector<CaseResult> out;
  std::mt19937 generator(1);
  for (const bool is_javarosa : {false, true}) {
    const std::string path = folder + (is_javarosa ? "/javarosa_cases.json" : "/webforms_cases.json");
    HAMDIL_TRY(const std::string bytes, read_file(path));
    HAMDIL_TRY(const Json suite, parse_json(bytes, path));
    xpath::Settings settings;
    settings.now = kRecordedOn;
    settings.random = [&generator] { return std::uniform_real_distribution<double>(0, 1)(generator); };
    settings.utc_offset_minutes = is_javarosa ? 0 : -7 * 60;
    if (suite.contains("namespaces"))
      for (const auto& [prefix, address] : suite["namespaces"].items())
        settings.namespaces[prefix] = address.get<std::string>();
    const Json documents = suite.value("documents", Json::object());
    for (const Json& entry : suite["cases"]) {
      if (!filter.empty() && entry.value("id", "").find(filter) == std::string::npos) continue;
      settings.rules = rules_of(entry, is_javarosa);
      settings.language = entry.contains("lang") && entry["lang"].is_string() ? entry["lang"].get<std::string>() : "";
      out.push_back(run_one(entry, documents, settings));
    }
  }
  return out;
}

}  // namespace hamdil::conformance
