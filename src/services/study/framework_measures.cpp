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

// Framework item -> question, from the form.
std::map<std::string, std::string> mapped_questions(const Json& instrument, const std::string& framework) {
  std::map<std::string, std::string> out;
  if (!instrument.is_object() || !instrument.contains("questions")) return out;
  for (const Json& question : instrument["questions"]) {
    const std::string item = text::trim(question.value("framework_item", ""));
    if (item.starts_with(framework + ":"))
      out[item.substr(framework.size() + 1)] = question.value("name", "");
    else if (!item.empty() && item.find(':') == std::string::npos)
      out[item] = question.value("name", "");
  }
  return out;
}

Json measure_of(const Json& indicator, const Json& framework, const std::map<std::string, std::string>& questions) {
  Json items = Json::array();
  for (const Json& item : indicator["items"]) {
    const auto question = questions.find(item.value("id", ""));
    if (question != questions.end())
      items.push_back({{"question", question->second}, {"reverse", item.value("reverse", false)}});
  }
  if (items.empty()) return Json();
  Json measure = {{"id", indicator["id"]}, {"title", {{"en", indicator.value("name", "")}}}, {"items", items}};
  std::string about = framework.value("name", "");
  if (framework.contains("licence_note")) about += ". A method in its style, not its owners' own results.";
  measure["description"] = {{"en", about}};
  measure["higher_is_better"] = indicator.value("polarity", "positive") != "negative";
  if (framework.contains("score") && framework["score"].contains("range"))
    measure["maximum"] = framework["score"]["range"][1];
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
        Json measure = measure_of(indicator, *framework, questions);
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
  study_file.erase("frameworks");  // what was found stands under dimensions now
  return Done{};
}

}  // namespace hamdil::services::study
