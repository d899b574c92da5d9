#include "app/cli/trace_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.hpp"

namespace hamdil::cli {
namespace {

// Seven digits, as `hamdil estimate` prints.
std::string figure(const Json& value) {
  if (value.is_number_integer()) return value.dump();
  if (value.is_number()) return fmt::format("{:.7g}", value.get<double>());
  return value.is_string() ? value.get<std::string>() : "-";
}

std::string word(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number()) return figure(value);
  std::vector<std::string> parts;
  if (value.is_array())
    for (const Json& part : value) parts.push_back(word(part));
  if (value.is_object())
    for (const auto& [key, part] : value.items()) parts.push_back(key + " " + word(part));
  return text::join(parts, ", ");
}

void line(std::string& out, const char* name, const std::string& value) {
  if (!value.empty()) out += fmt::format("  {:<15} {}\n", name, value);
}

std::string interval_of(const Json& cell) {
  for (const char* name : {"ci_t_domain", "ci_t", "ci_normal"})
    if (cell.contains(name) && cell[name].is_array() && cell[name].size() == 2 && cell[name][0].is_number())
      return figure(cell[name][0]) + " to " + figure(cell[name][1]);
  return {};
}

void add_cell(std::string& out, const Json& cell) {
  if (cell.contains("by")) line(out, "of", word(cell["by"]));
  const std::string term = cell.value("term", ""), variable = cell.value("variable", "");
  line(out, "variable", term.empty() || term == variable ? variable : variable + ", " + term);
  const auto number = [&](const char* name, const char* key) {
    if (cell.contains(key) && !cell[key].is_null()) line(out, name, figure(cell[key]));
  };
  number("estimate", "estimate");
  number("standard error", "se");
  line(out, "95% interval", interval_of(cell));
  number("degrees of fr.", "degf_domain");
  number("p", "p_value");
  number("n", "base_rows");
  number("places", "base_clusters");
  number("no answer", "missing_rows");
  if (cell.contains("flags") && !cell["flags"].empty()) line(out, "flags", word(cell["flags"]));
}

// "mean of trust by round; missing answers left out", and the design on a line of its own.
void add_specification(std::string& out, const Json& specification) {
  if (!specification.is_object()) return;
  if (specification.contains("combines"))
    return line(out, "computed as", "combination of rows of " + word(specification["combines"]));
  const Json call = specification.value("call", Json::object());
  std::string what = call.value("estimator", "");
  for (const char* key : {"variables", "variable", "numerator", "denominator"})
    if (call.contains(key)) what += std::string(what.empty() ? "" : " of ") + word(call[key]);
  if (call.contains("by") && !call["by"].empty()) what += " by " + word(call["by"]);
  if (call.value("na_rm", false)) what += "; missing answers left out";
  if (specification.contains("domain")) what += "; only where conditions hold (--json lists them)";
  line(out, "computed as", what);
  std::vector<std::string> parts;
  const Json design = specification.value("design", Json::object());
  for (const auto& [key, name] : {std::pair{"strata", "strata"}, std::pair{"ids", "clusters"},
                                  std::pair{"weights", "weights"}, std::pair{"fpc", "population sizes"}})
    if (design.contains(key) && !design[key].empty()) parts.push_back(std::string(name) + " " + word(design[key]));
  line(out, "design", text::join(parts, "; "));
}

void add_questions(std::string& out, const Json& questions) {
  for (const Json& one : questions) {
    const Json label = one.value("label", Json::object());
    const std::string words = label.empty()          ? std::string()
                              : label.contains("en") ? label["en"].get<std::string>()
                                                     : label.begin()->get<std::string>();
    line(out, "question", one.value("question", "") + (words.empty() ? "" : ": " + words));
  }
}

}  // namespace

std::string trace_text(const Json& answer) {
  std::string out = answer.value("ref", "") + "\n";
  line(out, "table", answer.value("table", ""));
  add_cell(out, answer.value("cell", Json::object()));
  if (answer.contains("withheld")) line(out, "withheld", word(answer["withheld"]));
  add_questions(out, answer.value("questions", Json::array()));
  add_specification(out, answer.value("specification", Json()));
  for (const Json& dataset : answer.value("datasets", Json::array()))
    line(out, "dataset",
         fmt::format("{}, content {}{}", dataset.value("title", ""), dataset.value("content", ""),
                     dataset.value("taken_back", false) ? ", TAKEN BACK" : ""));
  line(out, "computed by", answer.value("engine", ""));
  if (answer.value("stale", false)) line(out, "STALE", "the answers or the study file changed after this run");
  if (answer.contains("recomputed"))
    line(out, "recomputed", answer["recomputed"].get<bool>() ? "the same figures" : "OTHER FIGURES");
  return out;
}

}  // namespace hamdil::cli
