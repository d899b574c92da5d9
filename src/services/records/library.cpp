#include "services/records/library.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "services/records/library_content.hpp"

namespace hamdil::services::records {
namespace {

Result<std::vector<LibraryEntry>> read_all() {
  std::vector<LibraryEntry> out;
  for (const LibraryFile& file : library_files()) {
    const auto bytes = find_embedded(file.name);
    if (!bytes) return Error("records.library.format", "The content file {file} is missing.", {{"file", file.name}});
    HAMDIL_TRY(const Json content, parse_yaml(*bytes, file.name));
    try {
      file.read(content, out);
    } catch (const nlohmann::json::exception& problem) {
      return Error("records.library.format", "The content file {file} does not have its shape: {what}",
                   {{"file", file.name}, {"what", problem.what()}});
    }
  }
  return out;
}

// Read once; immutable afterwards.
const Result<std::vector<LibraryEntry>>& all_entries() {
  static const Result<std::vector<LibraryEntry>> kEntries = read_all();
  return kEntries;
}

// What entries of a kind are known by in a workspace.
std::string identity_field(const std::string& kind) { return kind == "place" ? "code" : "library_id"; }

class Taker {
 public:
  Taker(const store::Workspace& workspace, store::Transaction& transaction)
      : workspace_(workspace), transaction_(transaction) {}

  Result<model::Record> take(const std::string& kind, const std::string& library_id) {
    const auto key = std::pair(kind, library_id);
    if (const auto known = taken_.find(key); known != taken_.end()) return known->second;
    HAMDIL_TRY(const std::vector<LibraryEntry> entries, list_library(kind));
    const auto entry =
        std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.library_id == library_id; });
    if (entry == entries.end())
      return Error("records.library.unknown", "The library holds no {kind} called {id}.",
                   {{"kind", kind}, {"id", library_id}});
    HAMDIL_TRY(const std::vector<model::Record> before, workspace_.list(kind, identity_field(kind), library_id));
    model::Record saved;
    if (!before.empty()) {
      saved = before.front();
    } else {
      HAMDIL_TRY(const model::Record whole, with_references(*entry));
      HAMDIL_TRY(saved, transaction_.save(whole, "take from library"));
    }
    taken_.emplace(key, saved);
    return saved;
  }

 private:
  Result<model::Record> with_references(const LibraryEntry& entry) {
    model::Record record = entry.record;
    Json fields = record.fields();
    for (const LibraryReference& reference : entry.references) {
      Json ids = Json::array();
      for (const std::string& id : reference.library_ids) {
        HAMDIL_TRY(const model::Record target, take(reference.kind, id));
        ids.push_back(target.id);
      }
      const bool one = model::find_kind(record.kind)->find(reference.field)->type == model::FieldType::kReference;
      fields[reference.field] = one ? ids.front() : ids;
    }
    record.set_fields(fields);
    return record;
  }

  const store::Workspace& workspace_;
  store::Transaction& transaction_;
  std::map<std::pair<std::string, std::string>, model::Record> taken_;
};

}  // namespace

LibraryEntry library_entry(const std::string& kind, const std::string& id, const std::string& title, Json fields,
                           std::vector<LibraryReference> references) {
  fields[identity_field(kind)] = id;
  std::erase_if(references, [](const LibraryReference& reference) { return reference.library_ids.empty(); });
  return {id, model::new_record(kind, title, fields), std::move(references)};
}

std::string text_or_empty(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void copy_present(const Json& from, const char* key, Json& fields, const char* field) {
  if (const auto found = from.find(key); found != from.end() && !found->is_null()) fields[field] = *found;
}

std::string joined_lines(const Json& texts) {
  if (texts.is_string()) return texts.get<std::string>();
  std::vector<std::string> lines;
  for (const Json& one : texts)
    lines.push_back(one.is_string() ? one.get<std::string>() : one.at("text").get<std::string>());
  return text::join(lines, "\n");
}

std::map<std::string, Json> words_of(const Json& content, const char* part) {
  std::map<std::string, Json> out;
  for (const auto& [language, words] : content.at("translations").items()) out[language] = words.at(part);
  return out;
}

Json in_languages(const Json& english, const std::map<std::string, Json>& words, const std::string& key) {
  Json out = {{"en", joined_lines(english)}};
  for (const auto& [language, said] : words)
    if (said.contains(key)) out[language] = joined_lines(said.at(key));
  return out;
}

Json in_languages(const Json& english, const std::map<std::string, Json>& words, const std::string& id,
                  const std::string& key) {
  std::map<std::string, Json> of_one;
  for (const auto& [language, said] : words)
    if (said.contains(id)) of_one[language] = said.at(id);
  return in_languages(english, of_one, key);
}

std::vector<std::string> library_kinds() {
  std::set<std::string> kinds;
  if (const auto& all = all_entries(); all)
    for (const LibraryEntry& entry : *all) kinds.insert(entry.record.kind);
  return {kinds.begin(), kinds.end()};
}

Result<std::vector<LibraryEntry>> list_library(const std::string& kind) {
  const auto& all = all_entries();
  if (!all) return all.error();
  std::vector<LibraryEntry> out;
  for (const LibraryEntry& entry : *all)
    if (entry.record.kind == kind) out.push_back(entry);
  return out;
}

Result<std::vector<model::Record>> take_from_library(store::Workspace& workspace, const store::Author& author,
                                                     const std::string& kind,
                                                     const std::vector<std::string>& library_ids) {
  std::vector<model::Record> out;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    Taker taker(workspace, transaction);
    for (const std::string& id : library_ids) {
      HAMDIL_TRY(model::Record record, taker.take(kind, id));
      out.push_back(std::move(record));
    }
    return Done{};
  }));
  return out;
}

}  // namespace hamdil::services::records
