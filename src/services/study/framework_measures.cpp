#include "services/study/framework_measures.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"

namespace hamdil::services::study {
namespace {

Result<Json> library() {
  const auto text = find_embedded("frameworks.yaml");
  if (!text) return Error("study.framework.no_library", "The program was built without its framework library.");
  return parse_yaml(*text, "frameworks.yaml");
}

// The questions of the form that ask a framework's item: one for everybody (group ""), or one for each group.
using Questions = std::map<std::string, Json>;  // by group
std::map<std::string, Questions> mapped_questions(const Json& instrument, const std::string& framework) {
  std::map<std::string, Questions> out;
  if (!instrument.is_object() || !instrument.contains("questions")) return out;
  for (const Json& question : instrument["questions"]) {
    std::vector<std::string> parts = text::split(text::trim(question.value("framework_item", "")), ':');
    if (parts.empty() || parts[0].empty()) continue;
    if (parts.size() == 1) parts.insert(parts.begin(), framework);
    if (parts[0] == framework) out[parts[1]][parts.size() > 2 ? parts[2] : ""] = question;
  }
  return out;
}

// What "yes" and "no" count where the form's choices have such names instead of numbers.
Json yes_no_values(const Json& instrument, const Json& question) {
  const std::string list = question.value("list", "");
  if (!instrument.contains("lists") || !instrument["lists"].contains(list)) return Json();
  std::set<std::string> names;
  for (const Json& choice : instrument["lists"][list]) names.insert(choice.value("name", ""));
  return names.contains("yes") && names.contains("no") ? Json{{"yes", 1}, {"no", 0}} : Json();
}

Json item_of(const Json& item, const Questions& questions, const Json& instrument) {
  Json out;
  if (const auto everybody = questions.find(""); everybody != questions.end())
    out["question"] = everybody->second.value("name", "");
  else
    for (const auto& [group, question] : questions) out["question"][group] = question.value("name", "");
  out["reverse"] = item.value("reverse", false);
  if (item.value("role", "") == "exclusion") out["role"] = "exclusion";
  if (item.value("scale", "") == "yesno")
    if (const Json values = yes_no_values(instrument, questions.begin()->second); !values.is_null())
      out["values"] = values;
  return out;
}

Json measure_of(const Json& indicator, const Json& framework, const std::map<std::string, Questions>& questions,
                const Json& instrument, Json& sensitive) {
  Json items = Json::array();
  for (const Json& item : indicator["items"]) {
    const auto asked = questions.find(item.value("id", ""));
    if (asked == questions.end() || !item.value("scored", true)) continue;
    items.push_back(item_of(item, asked->second, instrument));
    if (item.value("sensitive", false))
      for (const auto& [group, question] : asked->second) sensitive.push_back(question.value("name", ""));
  }
  if (items.empty()) return Json();
  Json measure = {{"id", indicator["id"]}, {"title", {{"en", indicator.value("name", "")}}}, {"items", items}};
  std::string about = framework.value("name", "") + ".";
  if (framework.contains("licence_note")) about += " A method in its style, not its owners' own results.";
  const Json score = framework.value("score", Json::object());
  measure["higher_is_better"] = indicator.value("polarity", "positive") != "negative";
  if (score.value("item_rule", "") == "closest_relation") {
    measure["rule"] = "ladder";
    measure["maximum"] = 10;
    measure["higher_is_better"] = true;  // turned round: 10 is the closest relation
    about += " Turned so that 10 means that the closest relation is accepted and 0 that none is.";
  } else if (score.contains("range")) {
    measure["maximum"] = score["range"][1];
  }
  if (score.value("item_rule", "") == "severity3")
    about += " Places as key informants see them, not persons; unweighted, not the official index.";
  measure["description"] = {{"en", about}};
  return measure;
}

}  // namespace

Status expand_frameworks(Json& study_file, const Json& instrument, Diagnostics& problems) {
  if (!study_file.is_object() || !study_file.contains("frameworks")) return Done{};
  HAMDIL_TRY(const Json content, library());
  std::set<std::string> taken;
  Json& dimensions = study_file["dimensions"];
  if (!dimensions.is_array()) dimensions = Json::array();
  for (const Json& dimension : dimensions) taken.insert(dimension.value("id", ""));
  Json sensitive = study_file.value("sensitive", Json::array());
  if (sensitive.is_string()) sensitive = Json::array({sensitive});
  const Json& wanted = study_file["frameworks"];
  for (const Json& name : wanted.is_array() ? wanted : Json::array({wanted})) {
    const Json* framework = nullptr;
    std::vector<std::string> known;
    for (const Json& one : content["frameworks"]) {
      known.push_back(one["id"].get<std::string>());
      if (one["id"] == name) framework = &one;
    }
    if (framework == nullptr) {
      problems.push_back(
          {Severity::kError, Error("study.framework.unknown", "There is no framework {name} in the library.",
                                   {{"name", name.is_string() ? name.get<std::string>() : name.dump()}})
                                 .at({.pointer = "/frameworks"})
                                 .advise("It knows: " + text::join(known, ", ") + ".")});
      continue;
    }
    const auto questions = mapped_questions(instrument, (*framework)["id"].get<std::string>());
    std::size_t added = 0;
    for (const Json& dimension : (*framework)["dimensions"])
      for (const Json& indicator : dimension["indicators"]) {
        if (!indicator.contains("items") || taken.contains(indicator.value("id", ""))) continue;
        Json measure = measure_of(indicator, *framework, questions, instrument, sensitive);
        if (measure.is_null()) continue;
        taken.insert(indicator.value("id", ""));
        dimensions.push_back(std::move(measure));
        ++added;
      }
    if (added == 0)
      problems.push_back({Severity::kError, Error("study.framework.not_mapped",
                                                  "No question of the form is mapped to the framework {name}.",
                                                  {{"name", (*framework)["id"].get<std::string>()}})
                                                .at({.pointer = "/frameworks"})
                                                .advise("Give the form a column framework_item with values such as "
                                                        "{name}:s3, or list the items under dimensions.")});
  }
  if (!sensitive.empty()) study_file["sensitive"] = sensitive;
  study_file.erase("frameworks");  // what was found stands under dimensions now
  return Done{};
}

}  // namespace hamdil::services::study
