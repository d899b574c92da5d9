#include "services/records/library.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/library_languages.hpp"
#include "services/records/undo.hpp"

namespace hamdil::services::records {
namespace {

Result<std::vector<LibraryEntry>> read_all() {
  std::vector<LibraryEntry> out;
  for (const LibraryFile& file : library_files()) {
    const auto bytes = find_embedded(file.name);
    if (!bytes) return Error("records.library.format", "The content file {file} is missing.", {{"file", file.name}});
    HAMDIL_TRY(const Json content, parse_yaml(*bytes, file.name));
    try {
      std::vector<LibraryEntry> entries = read_in_languages(content, file.read);
      std::move(entries.begin(), entries.end(), std::back_inserter(out));
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

using EntryKey = std::pair<std::string, std::string>;  // kind, library id

const std::map<EntryKey, const LibraryEntry*>& index() {
  static const std::map<EntryKey, const LibraryEntry*> kIndex = [] {
    std::map<EntryKey, const LibraryEntry*> out;
    if (const auto& all = all_entries(); all)
      for (const LibraryEntry& entry : *all) out.emplace(EntryKey(entry.record.kind, entry.library_id), &entry);
    return out;
  }();
  return kIndex;
}

// Entries that are parts of an entry: the criteria of a checklist, the objectives of a strategy.
const std::multimap<EntryKey, const LibraryEntry*>& parts() {
  static const std::multimap<EntryKey, const LibraryEntry*> kParts = [] {
    std::multimap<EntryKey, const LibraryEntry*> out;
    for (const auto& [key, entry] : index())
      for (const LibraryReference& reference : entry->references)
        if (model::find_kind(entry->record.kind)->find(reference.field)->whole)
          for (const std::string& id : reference.library_ids) out.emplace(EntryKey(reference.kind, id), entry);
    return out;
  }();
  return kParts;
}

Error nothing_shipped(const std::string& kind) {
  return Error("records.library.kind", "Nothing is shipped of the kind {kind}.", {{"kind", kind}})
      .advise("There are: " + text::join(library_kinds(), ", ") + ".");
}

// The records of a kind that were taken from the library, by library id; of several the oldest.
Result<std::map<std::string, model::Record>> taken_of(const store::Workspace& workspace, const std::string& kind) {
  HAMDIL_TRY(std::vector<model::Record> records, workspace.list(kind));
  std::map<std::string, model::Record> out;
  for (model::Record& record : records) {
    const Json fields = record.fields();
    if (std::string id = text_or_empty(fields, identity_field(kind).c_str()); index().contains({kind, id}))
      out.emplace(std::move(id), std::move(record));
  }
  return out;
}

// Who runs the programme; "" where nobody is named, or several are.
Result<std::string> organisation_of(const store::Workspace& workspace) {
  HAMDIL_TRY(const std::vector<model::Record> programmes, workspace.list("programme"));
  std::set<std::string> names;
  for (const model::Record& programme : programmes)
    if (!programme.deleted) names.insert(text_or_empty(programme.fields(), "organisation"));
  return names.size() == 1 ? *names.begin() : std::string();
}

// The entry as its reader takes it: in the language, with its places filled in.
model::Record for_reader(const LibraryEntry& entry, const std::string& language, const std::string& organisation) {
  model::Record out = record_in(entry, language);
  Json fields = out.fields();
  fill_places(fields, language, organisation);
  out.title = fill_places(out.title, language, organisation);
  out.set_fields(fields);
  return out;
}

struct Reader {
  std::string language;
  std::string organisation;
};

class Taker {
 public:
  Taker(const store::Workspace& workspace, store::Transaction& transaction, Reader reader)
      : workspace_(workspace), transaction_(transaction), reader_(std::move(reader)) {}

  Result<model::Record> take(const std::string& kind, const std::string& library_id) {
    const auto entry = index().find({kind, library_id});
    if (entry == index().end())
      return Error("records.library.unknown", "The library holds no {kind} called {id}.",
                   {{"kind", kind}, {"id", library_id}});
    auto known = here_.find(kind);
    if (known == here_.end()) {
      HAMDIL_TRY(auto before, taken_of(workspace_, kind));
      known = here_.emplace(kind, std::move(before)).first;
    }
    if (const auto before = known->second.find(library_id); before != known->second.end()) return before->second;
    HAMDIL_TRY(const model::Record whole, with_references(*entry->second));
    HAMDIL_TRY(model::Record saved, transaction_.save(whole, "take from library"));
    made_.push_back(saved);
    here_[kind].emplace(library_id, saved);
    return saved;
  }
  // With its parts, and theirs; parts that are missing of one that was taken before are made.
  Result<model::Record> take_whole(const std::string& kind, const std::string& library_id) {
    HAMDIL_TRY(model::Record out, take(kind, library_id));
    const auto [first, last] = parts().equal_range({kind, library_id});
    for (auto part = first; part != last; ++part)
      if (auto taken = take_whole(part->second->record.kind, part->second->library_id); !taken) return taken.error();
    return out;
  }
  const std::vector<model::Record>& made() const { return made_; }

 private:
  Result<model::Record> with_references(const LibraryEntry& entry) {
    model::Record record = for_reader(entry, reader_.language, reader_.organisation);
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
  Reader reader_;
  std::map<std::string, std::map<std::string, model::Record>> here_;  // by kind, by library id
  std::vector<model::Record> made_;
};

// A text in the language, or in English, or in whatever language there is.
std::string said_in(const Json& value, const std::string& language) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object() || value.empty()) return {};
  for (const std::string& tag : {language, std::string("en")})
    if (std::string said = text_or_empty(value, tag.c_str()); !said.empty()) return said;
  return value.front().is_string() ? value.front().get<std::string>() : std::string();
}

std::string title_in(const model::Record& record, const Json& fields, const std::string& language) {
  const std::string& names = model::find_kind(record.kind)->name_field;
  const auto found = names.empty() ? fields.end() : fields.find(names);
  const std::string said = found == fields.end() ? std::string() : said_in(*found, language);
  return said.empty() ? record.title : said;
}

// What a list shows of an entry besides its title.
const model::FieldDefinition* field_about(const model::KindDefinition& kind, const Json& fields) {
  for (const model::FieldDefinition& field : kind.fields) {
    const bool is_text = field.type == model::FieldType::kTranslated || field.type == model::FieldType::kLongText;
    if (is_text && field.name != kind.name_field && fields.contains(field.name)) return &field;
  }
  return nullptr;
}

constexpr std::array<std::string_view, 6> kEnds = {".", "?", "!", "؟", ":", ";"};

// Lines as one text: what ends as a sentence stays one.
std::string joined_sentences(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    const bool ends = std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return out.ends_with(end); });
    out += (out.empty() ? "" : ends ? " " : "; ") + line;
  }
  return out;
}

std::string beginning_of(const std::string& text) {
  constexpr std::size_t kBytes = 240;
  std::vector<std::string> lines;
  for (const std::string& one : text::split(text, '\n'))
    if (std::string line = text::join(text::split_words(one), " "); !line.empty()) lines.push_back(std::move(line));
  const std::string line = joined_sentences(lines);
  if (line.size() <= kBytes) return line;
  std::size_t end = line.rfind(' ', kBytes);
  if (end == std::string::npos) return {};  // no words
  return line.substr(0, end) + " …";
}

std::string words_of(const model::Record& record) {
  std::string out = " " + record.title;
  const Json fields = record.fields();
  for (const auto& [name, value] : fields.items()) {
    if (value.is_string()) out += " " + value.get<std::string>();
    if (value.is_object())
      for (const Json& said : value)
        if (said.is_string()) out += " " + said.get<std::string>();
  }
  return out;
}

bool holds(const LibraryEntry& entry, const std::vector<std::string>& wanted) {
  std::string all = entry.library_id + words_of(entry.record);
  for (const auto& [language, said] : entry.said) all += words_of(said);
  const std::vector<std::string> words = text::indexed_words(all);
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& one) { return one.starts_with(word); });
  });
}

LibraryLine line_of(const LibraryEntry& entry, const Reader& reader) {
  const model::Record record = for_reader(entry, reader.language, reader.organisation);
  const Json fields = record.fields();
  LibraryLine out{.library_id = entry.library_id, .title = title_in(record, fields, reader.language)};
  const auto* field = field_about(*model::find_kind(record.kind), fields);
  if (field != nullptr) out.about = beginning_of(said_in(fields.at(field->name), reader.language));
  const std::string& names = model::find_kind(record.kind)->name_field;
  const std::string titled = fields.contains(names) ? names : "";
  out.language = language_of(entry, field == nullptr ? titled : field->name, reader.language);
  out.draft = out.language != "en" && entry.drafts.contains(out.language);
  return out;
}

}  // namespace

LibraryEntry library_entry(const std::string& kind, const std::string& id, const std::string& title, Json fields,
                           std::vector<LibraryReference> references) {
  fields[identity_field(kind)] = id;
  std::erase_if(references, [](const LibraryReference& reference) { return reference.library_ids.empty(); });
  return {.library_id = id,
          .record = model::new_record(kind, title, fields),
          .references = std::move(references),
          .said = {},
          .drafts = {}};
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

Json in_english(const Json& texts) { return {{"en", joined_lines(texts)}}; }

std::vector<std::string> library_kinds() {
  std::set<std::string> kinds;
  if (const auto& all = all_entries(); all)
    for (const LibraryEntry& entry : *all) kinds.insert(entry.record.kind);
  return {kinds.begin(), kinds.end()};
}

std::size_t count_in_library(const std::string& kind) {
  const auto& all = all_entries();
  if (!all) return 0;
  return static_cast<std::size_t>(
      std::count_if(all->begin(), all->end(), [&](const LibraryEntry& entry) { return entry.record.kind == kind; }));
}

Result<std::vector<LibraryEntry>> list_library(const std::string& kind) {
  const auto& all = all_entries();
  if (!all) return all.error();
  std::vector<LibraryEntry> out;
  for (const LibraryEntry& entry : *all)
    if (entry.record.kind == kind) out.push_back(entry);
  return out;
}

Result<LibraryPage> look_in_library(const store::Workspace& workspace, const LibraryQuery& query) {
  HAMDIL_TRY(const std::vector<LibraryEntry> entries, list_library(query.kind));
  if (entries.empty()) return nothing_shipped(query.kind);
  HAMDIL_TRY(const auto taken, taken_of(workspace, query.kind));
  HAMDIL_TRY(const std::string organisation, organisation_of(workspace));
  const std::vector<std::string> wanted = text::asked_words(query.words);
  LibraryPage out;
  for (const LibraryEntry& entry : entries) {
    if (!wanted.empty() && !holds(entry, wanted)) continue;
    if (out.total++ < query.skip || out.lines.size() >= query.limit) continue;
    LibraryLine line = line_of(entry, {query.language, organisation});
    if (const auto here = taken.find(entry.library_id); here != taken.end()) line.taken = here->second.id;
    out.lines.push_back(std::move(line));
  }
  return out;
}

Result<Taken> take_from_library(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                                const std::vector<std::string>& library_ids, const std::string& language) {
  HAMDIL_TRY(const std::vector<LibraryEntry> entries, list_library(kind));
  if (entries.empty()) return nothing_shipped(kind);
  HAMDIL_TRY(const std::string organisation, organisation_of(workspace));
  Taken out;
  const std::string step = fresh_id();
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    Taker taker(workspace, transaction, {language, organisation});
    for (std::size_t i = 0; i < library_ids.size(); ++i) {
      auto record = taker.take_whole(kind, library_ids[i]);
      if (!record && record.error().code == "records.library.unknown")
        return Error(record.error()).at({.pointer = "/library_ids/" + std::to_string(i)});
      if (!record) return record.error();
      out.records.push_back(std::move(*record));
    }
    out.made = taker.made();
    return out.made.empty() ? Status(Done{}) : remember_step(workspace, step, out.made.size())(transaction);
  }));
  if (!out.made.empty()) out.undo = step;
  return out;
}

}  // namespace hamdil::services::records
