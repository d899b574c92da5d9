// Fields that come close to a person (contacts, names, words that may identify): the table and the change log hold a
// reference, the values are sealed in the vault under a key of their own, so that destroying it erases them from the
// history, too, and the chain still verifies.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::FieldDefinition;
using model::KindDefinition;
using model::Record;

constexpr const char* kVault = "records";  // their place in the vault, beside those of the studies
constexpr const char* kSealed = "sealed";

bool is_personal(const FieldDefinition& field) { return field.personal != model::PersonalClass::kNone; }

// The vault's entry that a kept value refers to; empty for a value that was kept before it was declared personal.
std::string entry_of(const Json& value) {
  return value.is_object() && value.size() == 1 && value.contains(kSealed) && value[kSealed].is_string()
             ? value[kSealed].get<std::string>()
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

Status Workspace::open_personal(Record& record) const {
  const KindDefinition* kind = model::find_kind(record.kind);
  if (kind == nullptr || std::none_of(kind->fields.begin(), kind->fields.end(), is_personal)) return Done{};
  HAMDIL_TRY(const Json fields, open_sealed(record.kind, record.fields(), record.id));
  record.set_fields(fields);
  return Done{};
}

Result<Json> Transaction::seal_personal(const KindDefinition& kind, const Json& plain,
                                        const std::optional<Record>& before) {
  const Json personal = personal_part(kind, plain);
  if (personal.empty()) return plain;
  Json out = plain;
  if (before) {
    const Json kept = before->fields();
    HAMDIL_TRY(const Json opened, workspace_.open_sealed(kind.name, kept, before->id));
    const bool all_sealed = std::all_of(personal.items().begin(), personal.items().end(), [&](const auto& item) {
      return kept.contains(item.key()) && !entry_of(kept[item.key()]).empty();
    });
    if (all_sealed && personal_part(kind, opened) == personal) {
      for (const auto& [name, value] : personal.items()) out[name] = kept[name];
      return out;
    }
  }
  const std::string entry = new_id();
  HAMDIL_CHECK(put_vault(kVault, {{entry, personal.dump()}}));
  for (const auto& [name, value] : personal.items()) out[name] = {{kSealed, entry}};
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
  }
  for (const std::string& entry : entries) HAMDIL_CHECK(erase_subject(kVault, entry));
  return Done{};
}

}  // namespace hamdil::store
