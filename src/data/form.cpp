#include "data/form.hpp"

#include <algorithm>
#include <array>

namespace hamdil::data {
namespace {

const std::string kNothing;

const std::string* value_of(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view key) {
  for (const auto& [name, value] : pairs)
    if (name == key) return &value;
  return nullptr;
}

void walk_into(const std::vector<FormItem>& items, std::vector<const FormItem*>& parents,
               std::vector<PlacedItem>& out) {
  for (const FormItem& item : items) {
    out.push_back({&item, parents});
    if (item.children.empty()) continue;
    parents.push_back(&item);
    walk_into(item.children, parents, out);
    parents.pop_back();
  }
}

}  // namespace

const std::string* Translated::find(std::string_view language) const { return value_of(texts, language); }

void Translated::set(std::string_view language, std::string text) {
  for (auto& [name, value] : texts) {
    if (name != language) continue;
    value = std::move(text);
    return;
  }
  texts.emplace_back(std::string(language), std::move(text));
}

const std::string& Translated::best(std::string_view language) const {
  if (const std::string* found = find(language)) return *found;
  if (const std::string* found = find("")) return *found;
  return texts.empty() ? kNothing : texts.front().second;
}

const char* question_type_name(QuestionType type) {
  static constexpr std::array<const char*, 39> kNames = {"text",
                                                         "integer",
                                                         "decimal",
                                                         "note",
                                                         "select_one",
                                                         "select_multiple",
                                                         "rank",
                                                         "range",
                                                         "date",
                                                         "time",
                                                         "dateTime",
                                                         "geopoint",
                                                         "geotrace",
                                                         "geoshape",
                                                         "image",
                                                         "audio",
                                                         "video",
                                                         "file",
                                                         "barcode",
                                                         "acknowledge",
                                                         "calculate",
                                                         "hidden",
                                                         "start",
                                                         "end",
                                                         "today",
                                                         "deviceid",
                                                         "username",
                                                         "phonenumber",
                                                         "email",
                                                         "simserial",
                                                         "subscriberid",
                                                         "audit",
                                                         "start-geopoint",
                                                         "background-geopoint",
                                                         "background-audio",
                                                         "csv-external",
                                                         "xml-external",
                                                         "osm",
                                                         ""};
  return kNames[static_cast<std::size_t>(type)];
}

bool is_metadata(QuestionType type) { return type >= QuestionType::kStart && type <= QuestionType::kBackgroundAudio; }

bool holds_answer(QuestionType type) {
  return type != QuestionType::kNone && type != QuestionType::kNote && type != QuestionType::kCsvExternal &&
         type != QuestionType::kXmlExternal;
}

const std::string* FormItem::parameter(std::string_view key) const { return value_of(parameters, key); }
const std::string* FormItem::extra_value(std::string_view column) const { return value_of(extra, column); }

const Choice* ChoiceList::find(std::string_view choice_name) const {
  const auto found =
      std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) { return choice.name == choice_name; });
  return found == choices.end() ? nullptr : &*found;
}

const ChoiceList* Form::find_list(std::string_view list_name) const {
  const auto found =
      std::find_if(lists.begin(), lists.end(), [&](const ChoiceList& list) { return list.name == list_name; });
  return found == lists.end() ? nullptr : &*found;
}

std::string PlacedItem::path(std::string_view separator) const {
  std::string out;
  for (const FormItem* parent : parents) {
    out += parent->name;
    out += separator;
  }
  return out + item->name;
}

const FormItem* PlacedItem::repeat() const {
  const auto found = std::find_if(parents.rbegin(), parents.rend(),
                                  [](const FormItem* parent) { return parent->kind == ItemKind::kRepeat; });
  return found == parents.rend() ? nullptr : *found;
}

std::vector<PlacedItem> walk(const Form& form) {
  std::vector<PlacedItem> out;
  std::vector<const FormItem*> parents;
  walk_into(form.items, parents, out);
  return out;
}

}  // namespace hamdil::data
