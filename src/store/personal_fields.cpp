// Fields that come close to a person (contacts, names, words that may identify), and titles that are names: the table
// and the change log hold a reference, the values are sealed in the vault under a key of their own, so that destroying
// it erases them from the history, too, and the chain still verifies.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/bin.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::FieldDefinition;
using model::KindDefinition;
using model::Record;

constexpr const char* kVault = "records";  // their place in the vault, beside those of the studies
constexpr const char* kSealed = "sealed";
constexpr std::string_view kSealedTitle = "sealed:";  // then the entry, in the place of a title
constexpr const char* kTitle = "title";               // beside the fields in its entry; no field has this name
constexpr std::size_t kEntrySize = 16;

bool is_personal(const FieldDefinition& field) { return field.personal != model::PersonalClass::kNone; }

// The vault's entry that a kept value refers to; empty for a value that was kept before it was declared personal.
std::string entry_of(const Json& value) {
  return value.is_object() && value.size() == 1 && value.contains(kSealed) && value[kSealed].is_string()
             ? value[kSealed].get<std::string>()
             : std::string();
}

std::string entry_of_title(const std::string& title) {
  return title.size() == kSealedTitle.size() + kEntrySize && title.starts_with(kSealedTitle)
             ? title.substr(kSealedTitle.size())
             : std::string();
}

Json personal_part(const KindDefinition& kind, const Json& fields) {
  Json out = Json::object();
  for (const FieldDefinition& field : kind.fields)
    if (is_personal(field) && fields.contains(field.name)) out[field.name] = fields[field.name];
  return out;
}

}  // namespace

Result<Json> Workspace::open_sealed(const std::string& kind_name, Json fields, const std::string& id) const {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr) return fields;
  HAMDIL_TRY(fields, seen_references(kind_name, std::move(fields)));
  if (state_->view && std::any_of(kind->fields.begin(), kind->fields.end(), is_personal)) {
    HAMDIL_TRY(const bool open, state_->may(Deed::kPersonal, *kind, id));
    if (!open) {
      for (const FieldDefinition& field : kind->fields)
        if (is_personal(field)) fields.erase(field.name);
      return fields;
    }
  }
  for (const FieldDefinition& field : kind->fields) {
    const std::string entry = is_personal(field) && fields.contains(field.name) ? entry_of(fields[field.name]) : "";
    if (entry.empty()) continue;
    HAMDIL_TRY(const auto values, read_vault(kVault, entry));
    const Json opened = values ? Json::parse(values->values_json, nullptr, false) : Json();
    if (opened.is_object() && opened.contains(field.name))
      fields[field.name] = opened[field.name];
    else
      fields.erase(field.name);  // its key was destroyed
  }
  return fields;
}

Result<std::string> Workspace::open_title(const std::string& kind_name, const std::string& title,
                                          const std::string& id) const {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr || !kind->title_is_personal) return title;
  HAMDIL_TRY(const bool open, state_->may(Deed::kPersonal, *kind, id));
  if (!open) return model::code_of_title(id);
  const std::string entry = entry_of_title(title);
  if (entry.empty()) return title;  // as an older program wrote it
  HAMDIL_TRY(const auto values, read_vault(kVault, entry));
  const Json opened = values ? Json::parse(values->values_json, nullptr, false) : Json();
  return opened.is_object() && opened.contains(kTitle) && opened[kTitle].is_string()
             ? opened[kTitle].get<std::string>()
             : model::code_of_title(id);  // its key was destroyed
}

Status Workspace::show(Record& record) const {
  const KindDefinition* kind = model::find_kind(record.kind);
  if (kind != nullptr && kind->title_is_personal) {
    HAMDIL_TRY(record.title, open_title(record.kind, record.title, record.id));
  }
  if (kind == nullptr || (!state_->view && std::none_of(kind->fields.begin(), kind->fields.end(), is_personal)))
    return Done{};
  const Json kept = record.fields();
  HAMDIL_TRY(const Json shown, open_sealed(record.kind, kept, record.id));
  for (const FieldDefinition& field : kind->fields)
    if (!field.refers_to.empty() && kept.value(field.name, Json()) != shown.value(field.name, Json()))
      record.withheld.push_back(field.name);
  record.set_fields(shown);
  return Done{};
}

Result<Json> Transaction::seal_personal(const KindDefinition& kind, const Json& plain,
                                        const std::optional<Record>& before, std::string& title) {
  Json personal = personal_part(kind, plain);
  // Whoever reads only the code gives it back with what they changed: the name stays as it is.
  const bool keeps_title = before && title == model::code_of_title(before->id);
  if (kind.title_is_personal && keeps_title) title = before->title;
  if (kind.title_is_personal && !keeps_title) personal[kTitle] = title;
  if (personal.empty()) return plain;
  Json out = plain;
  if (before) {
    const Json kept = before->fields();
    HAMDIL_TRY(const Json opened, workspace_.open_sealed(kind.name, kept, before->id));
    Json same = personal_part(kind, opened);
    if (personal.contains(kTitle)) {
      HAMDIL_TRY(same[kTitle], workspace_.open_title(kind.name, before->title, before->id));
    }
    const bool all_sealed = std::all_of(personal.items().begin(), personal.items().end(), [&](const auto& item) {
      return item.key() == kTitle ? !entry_of_title(before->title).empty()
                                  : kept.contains(item.key()) && !entry_of(kept[item.key()]).empty();
    });
    if (all_sealed && same == personal) {
      for (const auto& [name, value] : personal.items())
        if (name != kTitle) out[name] = kept[name];
      if (personal.contains(kTitle)) title = before->title;
      return out;
    }
  }
  const std::string entry = new_id();
  HAMDIL_CHECK(put_vault(kVault, {{entry, personal.dump()}}));
  for (const auto& [name, value] : personal.items())
    if (name != kTitle) out[name] = {{kSealed, entry}};
  if (personal.contains(kTitle)) title = std::string(kSealedTitle) + entry;
  return out;
}

Status Transaction::keep_hidden(const KindDefinition& kind, const Record& before, Json& fields) {
  if (!workspace_.state_->view || std::none_of(kind.fields.begin(), kind.fields.end(), is_personal)) return Done{};
  HAMDIL_TRY(const bool open, workspace_.may(Deed::kPersonal, kind.name, before.id));
  if (open) return Done{};
  const Json kept = before.fields();
  for (const FieldDefinition& field : kind.fields)
    if (is_personal(field) && kept.contains(field.name) && !fields.contains(field.name))
      fields[field.name] = kept[field.name];
  return Done{};
}

Status Transaction::erase_personal(const std::string& kind_name, const std::string& id) {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  std::set<std::string> entries;
  HAMDIL_TRY(const std::vector<Change> changes, workspace_.history(id));
  for (const Change& change : changes) {
    const Json after = Json::parse(change.after, nullptr, false);
    if (change.kind != kind_name || !after.is_object() || !after.contains("fields")) continue;
    for (const FieldDefinition& field : kind->fields)
      if (is_personal(field) && after["fields"].contains(field.name))
        if (const std::string entry = entry_of(after["fields"][field.name]); !entry.empty()) entries.insert(entry);
    if (const std::string entry = entry_of_title(after.value("title", "")); kind->title_is_personal && !entry.empty())
      entries.insert(entry);
  }
  for (const std::string& entry : entries) HAMDIL_CHECK(erase_subject(kVault, entry));
  HAMDIL_TRY(const auto stored, workspace_.find_stored(kind_name, id));
  return stored ? index_for_search(workspace_.state_->database, *stored) : Done{};  // without the words of its name
}

// Of a record whose shape is no more, so that it cannot be saved: nothing but its name changes.
Status seal_title_alone(Workspace& workspace, Transaction& transaction, const KindDefinition& kind,
                        const std::string& id) {
  Workspace::State& state = Workspace::State::of(workspace);
  HAMDIL_TRY(auto stored, Workspace::State::find_stored(workspace, kind.name, id));
  if (!stored) return Done{};
  const std::string entry = new_id(), name = stored->title;
  HAMDIL_CHECK(transaction.put_vault(kVault, {{entry, Json{{kTitle, name}}.dump()}}));
  stored->title = model::code_of_title(id);
  const std::string before = model::to_json(*stored).dump();
  stored->title = std::string(kSealedTitle) + entry;
  ++stored->version;
  HAMDIL_TRY(Statement update, state.database.prepare("UPDATE " + quoted("record_" + kind.name) +
                                                      " SET title = ?, version = ? WHERE id = ?"));
  HAMDIL_CHECK(update.bind(1, stored->title).bind(2, stored->version).bind(3, id).run());
  HAMDIL_CHECK(index_for_search(state.database, *stored, keyed_words(state.master, name)));
  return Workspace::State::log(transaction, "seal title", kind.name, id, before, model::to_json(*stored).dump());
}

Status Workspace::seal_titles() {
  bool sealed_some = false;
  for (const KindDefinition& kind : model::all_kinds()) {
    if (!kind.title_is_personal) continue;
    HAMDIL_TRY(Statement rows, state_->database.prepare("SELECT id, title FROM " + quoted("record_" + kind.name) +
                                                        " WHERE deleted < 2"));
    std::vector<std::string> plain;
    while (true) {
      HAMDIL_TRY(const bool more, rows.step());
      if (!more) break;
      if (entry_of_title(std::string(rows.text(1))).empty()) plain.emplace_back(rows.text(0));
    }
    if (plain.empty()) continue;
    sealed_some = true;
    HAMDIL_CHECK(write({"hamdil", "titles that name people are sealed"}, [&](Transaction& transaction) -> Status {
      for (const std::string& id : plain) {
        HAMDIL_TRY(const auto record, find(kind.name, id));
        if (!record) continue;
        if (!model::validate(*record).empty()) {
          HAMDIL_CHECK(seal_title_alone(*this, transaction, kind, id));
          continue;
        }
        HAMDIL_TRY(const Record sealed, transaction.save(*record, "seal title"));
        (void)sealed;
      }
      return Done{};
    }));
  }
  if (!sealed_some) return Done{};
  return sweep(*this);
}

}  // namespace hamdil::store
