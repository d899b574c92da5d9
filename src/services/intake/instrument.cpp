#include "services/intake/instrument.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "exchange/xlsform/merge.hpp"

namespace hamdil::services::intake {
namespace {

Json translations(const data::Translated& texts) {
  Json out = Json::object();
  for (const auto& [language, label] : texts.texts)
    if (!label.empty()) out[language_tag(language)] = label;
  return out;
}

// The words of a label without what does not change its meaning.
std::string plain_words(std::string_view label) {
  static constexpr auto kMarks =
      std::to_array<const char*>({"«", "»", "“", "”", "‘", "’", "„", "–", "—", "…", "،", "؛", "؟", "·", "•", "¿", "¡"});
  std::string text;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const std::size_t close = label[i] == '<' ? label.find('>', i) : std::string_view::npos;
    if (close != std::string_view::npos && close - i < 200) {  // <b>, <span style="...">
      i = close;
      text.push_back(' ');
      continue;
    }
    const auto u = static_cast<unsigned char>(label[i]);
    const bool is_word = u >= 0x80 || (u >= '0' && u <= '9') || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
    text.push_back(is_word ? label[i] : ' ');
  }
  for (const char* mark : kMarks) text = text::replace_all(std::move(text), mark, " ");
  return text::trim(text::fold(text));
}

// Labels by language: the same when they agree in every language that both have; without a common one, when any agree.
bool same_words(const Json& before, const Json& now) {
  bool has_common = false;
  for (const auto& [language, words] : before.items()) {
    if (!now.contains(language)) continue;
    has_common = true;
    if (plain_words(words.get<std::string>()) != plain_words(now[language].get<std::string>())) return false;
  }
  if (has_common || before.empty() || now.empty()) return has_common || before.empty() == now.empty();
  for (const Json& one : before)
    for (const Json& other : now)
      if (plain_words(one.get<std::string>()) == plain_words(other.get<std::string>())) return true;
  return false;
}

bool same_answers(const Json& before, const Json& now) {
  std::map<std::string, const Json*> labels;
  for (const Json& choice : before) labels.emplace(choice.value("name", ""), &choice["label"]);
  std::set<std::string> names;
  for (const Json& choice : now) {
    const std::string name = choice.value("name", "");
    const auto found = labels.find(name);
    if (found == labels.end() || !same_words(*found->second, choice["label"])) return false;
    names.insert(name);
  }
  return names.size() == labels.size();
}

}  // namespace

std::vector<Rewording> find_rewordings(const Json& before, const Json& now) {
  std::map<std::string, const Json*> earlier;
  for (const Json& question : before["questions"]) earlier.emplace(question.value("name", ""), &question);
  std::vector<Rewording> out;
  for (const Json& question : now["questions"]) {
    const std::string type = question.value("type", "");
    const auto found = earlier.find(question.value("name", ""));
    if (found == earlier.end() || type == "note" || type == "calculate" || type == "hidden") continue;
    const Json& old = *found->second;
    const auto list_of = [](const Json& form, const Json& of) {
      return form["lists"].value(of.value("list", ""), Json::array());
    };
    const char* what = !same_words(old["label"], question["label"])                  ? "words"
                       : !same_answers(list_of(before, old), list_of(now, question)) ? "answers"
                       : old.value("type", "") != type                               ? "type"
                                                                                     : nullptr;
    if (what != nullptr) out.push_back({question.value("name", ""), what});
  }
  return out;
}

std::string language_tag(const std::string& form_language) {
  static constexpr std::array<std::pair<const char*, const char*>, 17> kNames = {{{"english", "en"},
                                                                                  {"french", "fr"},
                                                                                  {"français", "fr"},
                                                                                  {"spanish", "es"},
                                                                                  {"español", "es"},
                                                                                  {"russian", "ru"},
                                                                                  {"русский", "ru"},
                                                                                  {"tajik", "tg"},
                                                                                  {"тоҷикӣ", "tg"},
                                                                                  {"dari", "fa-AF"},
                                                                                  {"دری", "fa-AF"},
                                                                                  {"farsi", "fa"},
                                                                                  {"arabic", "ar"},
                                                                                  {"العربية", "ar"},
                                                                                  {"pashto", "ps"},
                                                                                  {"somali", "so"},
                                                                                  {"kurdish", "ku"}}};
  const std::size_t open = form_language.rfind('(');
  const std::size_t close = form_language.rfind(')');
  if (open != std::string::npos && close != std::string::npos && close > open + 1) {
    const std::string code = text::to_lower_ascii(text::trim(form_language.substr(open + 1, close - open - 1)));
    return code == "prs" || code == "fa-af" ? "fa-AF" : code;
  }
  const std::string folded = text::fold(form_language);
  for (const auto& [name, tag] : kNames)
    if (folded == text::fold(name) || folded == text::fold(tag)) return tag;
  return form_language;
}

Json instrument_json(const data::Form& form) {
  Json questions = Json::array();
  for (const data::PlacedItem& placed : data::walk(form)) {
    const data::FormItem& item = *placed.item;
    if (item.kind != data::ItemKind::kQuestion || data::is_metadata(item.type)) continue;
    Json question = {
        {"name", item.name}, {"type", data::question_type_name(item.type)}, {"label", translations(item.label)}};
    if (!item.list.empty()) question["list"] = item.list;
    if (!item.relevant.empty()) question["relevant"] = item.relevant;
    if (const data::FormItem* repeat = placed.repeat()) question["repeat"] = repeat->name;
    if (const std::string* mapped = item.extra_value("framework_item")) question["framework_item"] = *mapped;
    questions.push_back(std::move(question));
  }
  Json lists = Json::object();
  for (const data::ChoiceList& list : form.lists) {
    Json choices = Json::array();
    for (const data::Choice& choice : list.choices)
      choices.push_back({{"name", choice.name}, {"label", translations(choice.label)}});
    lists[list.name] = std::move(choices);
  }
  Json languages = Json::array();
  for (const std::string& language : form.languages) languages.push_back(language_tag(language));
  return {{"title", form.settings.title}, {"id", form.settings.id}, {"version", form.settings.version},
          {"languages", languages},       {"questions", questions}, {"lists", lists}};
}

data::Form merge_versions(std::vector<data::Form> versions, Diagnostics& problems) {
  if (versions.size() == 1) return std::move(versions.front());
  exchange::xlsform::MergedForm merged = exchange::xlsform::merge_forms(versions);
  for (const exchange::xlsform::FormChange& change : merged.changes)
    problems.push_back(
        {Severity::kInfo,
         Error("intake.form.version_changed", "Version {version}: {path} was {change}.",
               {{"version", std::to_string(change.version + 1)},
                {"path", change.path},
                {"change", exchange::xlsform::change_name(change.kind)}})
             .advise("A reworded or retyped question may not be compared between rounds as if it were the same.")});
  return std::move(merged.form);
}

}  // namespace hamdil::services::intake
