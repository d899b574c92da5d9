#include "services/demo/programme.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/json.hpp"
#include "base/language_tag.hpp"
#include "base/text.hpp"
#include "services/demo/programme_texts.hpp"

namespace hamdil::services::demo {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;

const store::Author kDemo{"DEMO", "demonstration programme"};

Error wrong_content(const std::string& key, const std::string& problem) {
  return Error("demo.programme.content", "The demonstration record {key} cannot be written: {problem}",
               {{"key", key}, {"problem", problem}})
      .at({.file = "demo-programme.yaml"});
}

class Filler {
 public:
  Filler(store::Transaction& transaction, const ProgrammeTexts& texts, const std::string& language)
      : transaction_(transaction), texts_(texts), language_(language) {}

  Status write_content() {
    for (const Json& one : texts_.records()) {
      const std::string key = one.value("key", one.value("title", ""));
      const KindDefinition* kind = model::find_kind(one.value("kind", ""));
      if (kind == nullptr) return wrong_content(key, "no such kind");
      Json fields = one.value("fields", Json::object());
      HAMDIL_CHECK(resolve(fields, key));
      if (kind->find("programme") != nullptr && !fields.contains("programme") && by_key_.contains("programme"))
        fields["programme"] = by_key_["programme"];
      model::Record record = model::new_record(kind->name, one.value("title", ""), fields);
      if (one.contains("state")) record.state = one["state"].get<std::string>();
      HAMDIL_TRY(const std::string id, save(record, key));
      if (one.contains("key")) by_key_[one["key"].get<std::string>()] = id;
    }
    return Done{};
  }

  // Of every other kind one record, with every field filled that a declaration alone can fill.
  Status write_samples() {
    for (const KindDefinition& kind : model::all_kinds())
      if (!kind.made_by_program) HAMDIL_CHECK(sample_of(kind, 0));
    return Done{};
  }

  std::size_t written() const { return written_; }

 private:
  Result<std::string> save(model::Record record, const std::string& key) {
    texts_.say(record, language_);
    const auto saved = transaction_.save(record);
    if (!saved) return wrong_content(key, saved.error().describe());
    ++written_;
    first_of_kind_.try_emplace(record.kind, saved->id);
    return saved->id;
  }

  // "@key" becomes the id of the record that has the key.
  Status resolve(Json& value, const std::string& key) {
    if (value.is_structured())
      for (Json& part : value) HAMDIL_CHECK(resolve(part, key));
    if (!value.is_string() || !value.get_ref<const std::string&>().starts_with('@')) return Done{};
    const auto found = by_key_.find(value.get_ref<const std::string&>().substr(1));
    if (found == by_key_.end())
      return wrong_content(key, "it names " + value.get<std::string>() + ", which is not above it");
    value = found->second;
    return Done{};
  }

  Status sample_of(const KindDefinition& kind, int depth) {
    if (first_of_kind_.contains(kind.name)) return Done{};
    Json fields = Json::object();
    for (const FieldDefinition& field : kind.fields) {
      const bool refers = field.type == FieldType::kReference || field.type == FieldType::kReferences;
      const KindDefinition* target = refers ? model::find_kind(field.refers_to) : nullptr;
      if (refers && field.required && depth < 8 && target != nullptr && !target->made_by_program)
        HAMDIL_CHECK(sample_of(*target, depth + 1));
      Json value = sample_value(field);
      if (!value.is_null()) fields[field.name] = std::move(value);
    }
    HAMDIL_TRY(const std::string id,
               save(model::new_record(kind.name, sample_title(kind, language_), fields), kind.name));
    (void)id;
    return Done{};
  }

  Json sample_value(const FieldDefinition& field) const {
    switch (field.type) {
      case FieldType::kText:
      case FieldType::kLongText:
        if (!field.required) return {};
        if (field.list == "currency") return field.name == "to_currency" ? "TJS" : "USD";
        return field.list == "language" ? "tg" : "DEMO";
      case FieldType::kTranslated: {
        Json texts = Json::object();
        for (const std::string& language : Catalogue::built_in().languages()) texts[language] = "DEMO";
        return texts;
      }
      case FieldType::kNumber:
      case FieldType::kInteger:
        return static_cast<std::int64_t>(std::max(1.0, field.least.value_or(1)));
      case FieldType::kDate:
        return field.name == "ends" || field.name == "due" ? "2026-12-20" : "2026-11-02";
      case FieldType::kChoice:
        return field.choices.front();
      case FieldType::kReference:
      case FieldType::kReferences: {
        const auto found = first_of_kind_.find(field.refers_to);
        if (found == first_of_kind_.end()) return {};
        return field.type == FieldType::kReference ? Json(found->second) : Json::array({found->second});
      }
      case FieldType::kTags:
      case FieldType::kBoolean:
      case FieldType::kTimestamp:
      case FieldType::kDigest:
      case FieldType::kData:
      case FieldType::kFiles:
        return {};
    }
    return {};
  }

  store::Transaction& transaction_;
  const ProgrammeTexts& texts_;
  const std::string& language_;
  std::map<std::string, std::string> by_key_, first_of_kind_;
  std::size_t written_ = 0;
};

// All that the demonstration wrote and nobody has removed yet.
Result<std::vector<model::Record>> written_by_demo(const store::Workspace& workspace) {
  std::vector<model::Record> out;
  for (const KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    store::RecordQuery query{
        .kind = kind.name, .conditions = {{.field = "created_by", .value = kDemo.who}}, .limit = 1000};
    do {
      HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
      out.insert(out.end(), page.records.begin(), page.records.end());
      query.cursor = page.next;
    } while (!query.cursor.empty());
  }
  return out;
}

}  // namespace

Result<std::string> find_programme_language(const std::string& tag) {
  const std::vector<std::string> languages = Catalogue::built_in().languages();
  const auto found = find_language(tag, languages);
  if (!found)
    return Error("demo.programme.language", "The demonstration is not written in the language {language}.",
                 {{"language", tag}})
        .at({.pointer = "/language"})
        .advise("It is written in " + text::join(languages, ", ") + ".");
  return *found;
}

Result<std::size_t> fill_programme(store::Workspace& workspace, const std::string& language) {
  HAMDIL_TRY(const std::string spoken, find_programme_language(language));
  HAMDIL_TRY(const std::vector<model::Record> there, written_by_demo(workspace));
  if (!there.empty())
    return Error("demo.programme.there",
                 "The demonstration programme stands in this workspace already ({count} records).",
                 {{"count", std::to_string(there.size())}})
        .advise("Remove it first: hamdil demo remove WORKSPACE.");
  const auto& texts = ProgrammeTexts::built_in();
  if (!texts) return texts.error();
  std::size_t written = 0;
  HAMDIL_CHECK(workspace.write(kDemo, [&](store::Transaction& transaction) -> Status {
    Filler filler(transaction, *texts, spoken);
    HAMDIL_CHECK(filler.write_content());
    HAMDIL_CHECK(filler.write_samples());
    written = filler.written();
    return Done{};
  }));
  return written;
}

Result<std::vector<model::Record>> translate_programme(store::Workspace& workspace, const std::string& language,
                                                       const store::Author& author) {
  HAMDIL_TRY(const std::string spoken, find_programme_language(language));
  const auto& texts = ProgrammeTexts::built_in();
  if (!texts) return texts.error();
  const store::WholeView whole(workspace);
  HAMDIL_TRY(const std::vector<model::Record> there, written_by_demo(workspace));
  std::vector<model::Record> changed;
  for (model::Record record : there)
    if (texts->say(record, spoken)) changed.push_back(std::move(record));
  if (changed.empty()) return changed;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const model::Record& record : changed) HAMDIL_CHECK(transaction.save(record));
    return Done{};
  }));
  for (model::Record& record : changed) ++record.version;
  return changed;
}

Result<std::string> programme_language(const store::Workspace& workspace) {
  const auto& texts = ProgrammeTexts::built_in();
  if (!texts) return texts.error();
  for (const char* kind : {"programme", "place", "organisation"}) {  // what people name anew first, and last
    HAMDIL_TRY(const store::RecordPage page,
               workspace.query({.kind = kind, .conditions = {{.field = "created_by", .value = kDemo.who}}}));
    for (const model::Record& record : page.records)
      if (std::string language = texts->language_of(record); !language.empty()) return language;
  }
  return std::string();
}

Result<std::vector<model::Record>> remove_programme(store::Workspace& workspace, const store::Author& author) {
  const store::WholeView whole(workspace);
  HAMDIL_TRY(std::vector<model::Record> there, written_by_demo(workspace));
  if (there.empty()) return there;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const model::Record& record : there) HAMDIL_CHECK(transaction.remove(record.kind, record.id));
    return Done{};
  }));
  for (model::Record& record : there) ++record.version;
  return there;
}

}  // namespace hamdil::services::demo
