#include "app/http/record_json.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/type_names.hpp"
#include "model/labels.hpp"
#include "services/records/bin.hpp"
#include "services/records/copy_records.hpp"
#include "services/records/library.hpp"
#include "store/bin.hpp"

namespace hamdil::http {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::Record;

bool wanted(const std::vector<std::string>& only, const std::string& name) {
  return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
}

// The ids in the reference fields, with the kind they lead to.
void for_each_reference(const model::KindDefinition& kind, const Json& fields,
                        const std::function<void(const std::string& kind, const std::string& id)>& use) {
  for (const FieldDefinition& field : kind.fields) {
    const auto value = fields.find(field.name);
    if (value == fields.end() || field.refers_to.empty()) continue;
    if (value->is_string()) use(field.refers_to, value->get<std::string>());
    if (value->is_array())
      for (const Json& id : *value)
        if (id.is_string()) use(field.refers_to, id.get<std::string>());
  }
}

Json choices_json(const model::KindDefinition& kind, const FieldDefinition& field, const std::string& language) {
  Json out = Json::array();
  for (const std::string& choice : field.choices)
    out.push_back({{"value", choice}, {"label", model::label_of_choice(kind.name, field.name, choice, language)}});
  return out;
}

Json calculated_json(const model::KindDefinition& kind, const Json& fields, const std::vector<std::string>& only) {
  Json out = Json::object();
  for (const model::Calculated& one : kind.calculated)
    if (const auto value = model::calculate(one, fields); value && wanted(only, one.name)) out[one.name] = *value;
  return out;
}

// What records are called in each language, of the kinds that declare it, by id.
Result<std::map<std::string, Json>> names_of(const store::Workspace& workspace,
                                             const std::map<std::string, std::set<std::string>>& ids_by_kind) {
  std::map<std::string, Json> out;
  for (const auto& [name, ids] : ids_by_kind) {
    const model::KindDefinition* kind = model::find_kind(name);
    if (kind == nullptr || kind->name_field.empty()) continue;
    for (const std::string& id : ids) {
      HAMDIL_TRY(const std::optional<Record> record, workspace.find(name, id));
      if (!record) continue;
      const Json fields = record->fields();
      if (const auto names = fields.find(kind->name_field); names != fields.end() && names->is_object())
        out[id] = *names;
    }
  }
  return out;
}

// Of a deleted record: the day on which it is removed for good, or that it was.
Status add_removal(const store::Workspace& workspace, const Record& record, Json& out) {
  if (!record.deleted) return Done{};
  HAMDIL_TRY(const bool emptied, store::is_emptied(workspace, record.kind, record.id));
  HAMDIL_TRY(const std::int64_t days, services::records::days_in_bin(workspace));
  if (emptied)
    out["emptied"] = true;
  else if (!model::find_kind(record.kind)->made_by_program)
    out["removed_on"] = services::records::day_of_removal(record.changed_at, days);
  return Done{};
}

}  // namespace

namespace {

using IdsByKind = std::map<std::string, std::set<std::string>>;

// What is named, by id: {"kind", "title"}, and "deleted", "emptied" or "names" where that is so. What nobody may see is
// left out.
Result<std::map<std::string, Json>> references_of(const store::Workspace& workspace, const IdsByKind& ids_by_kind) {
  std::map<std::string, Json> out;
  for (const auto& [kind, ids] : ids_by_kind) {
    HAMDIL_TRY(const std::vector<store::RecordTitle> found, workspace.titles(kind, {ids.begin(), ids.end()}));
    for (const store::RecordTitle& title : found) {
      Json& one = out[title.id] = {{"kind", kind}, {"title", title.title}};
      if (!title.deleted) continue;
      one["deleted"] = true;
      HAMDIL_TRY(const bool gone, store::is_emptied(workspace, kind, title.id));
      if (gone) one["emptied"] = true;
    }
  }
  HAMDIL_TRY(const auto names, names_of(workspace, ids_by_kind));
  for (const auto& [id, own] : names)
    if (const auto one = out.find(id); one != out.end()) one->second["names"] = own;
  return out;
}

}  // namespace

Result<Json> references_json(const store::Workspace& workspace, const model::KindDefinition& kind,
                             const std::vector<Json>& fields) {
  IdsByKind ids_by_kind;
  for (const Json& one : fields)
    for_each_reference(kind, one, [&](const std::string& to, const std::string& id) { ids_by_kind[to].insert(id); });
  HAMDIL_TRY(const auto found, references_of(workspace, ids_by_kind));
  Json out = Json::object();
  for (const auto& [id, one] : found) out[id] = one;
  return out;
}

Result<Json> records_json(const store::Workspace& workspace, const std::vector<Record>& records,
                          const std::vector<std::string>& only) {
  Json out = Json::array();
  if (records.empty()) return out;
  IdsByKind ids_by_kind;
  std::vector<Json> fields_of;
  for (const Record& record : records) {
    const model::KindDefinition& kind = *model::find_kind(record.kind);
    Json fields = record.fields();
    if (!only.empty())
      for (const FieldDefinition& field : kind.fields)
        if (!wanted(only, field.name)) fields.erase(field.name);
    for_each_reference(kind, fields, [&](const std::string& to, const std::string& id) { ids_by_kind[to].insert(id); });
    fields_of.push_back(std::move(fields));
  }
  HAMDIL_TRY(const auto found, references_of(workspace, ids_by_kind));
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    Json references = Json::object();
    for_each_reference(*model::find_kind(record.kind), fields_of[i], [&](const std::string&, const std::string& id) {
      if (const auto one = found.find(id); one != found.end()) references[id] = one->second;
    });
    Json one = {{"id", record.id}, {"kind", record.kind}, {"version", record.version}};
    if (wanted(only, "title")) one["title"] = record.title;
    if (wanted(only, "state")) one["state"] = record.state;
    one["deleted"] = record.deleted;
    HAMDIL_CHECK(add_removal(workspace, record, one));
    one["created_at"] = record.created_at;
    one["created_by"] = record.created_by;
    one["changed_at"] = record.changed_at;
    one["changed_by"] = record.changed_by;
    one["fields"] = std::move(fields_of[i]);
    one["references"] = std::move(references);
    if (Json calculated = calculated_json(*model::find_kind(record.kind), record.fields(), only); !calculated.empty())
      one["calculated"] = std::move(calculated);
    out.push_back(std::move(one));
  }
  return out;
}

Result<Json> record_json(const store::Workspace& workspace, const Record& record) {
  HAMDIL_TRY(Json list, records_json(workspace, {record}));
  return std::move(list[0]);
}

const char* due_name(model::Due due) {
  return due == model::Due::kOwed ? "owed" : due == model::Due::kNoticed ? "noticed" : "";
}

Json kind_json(const model::KindDefinition& kind, const std::string& language) {
  Json states = Json::array();
  for (const std::string& state : kind.states)
    states.push_back({{"name", state}, {"label", model::label_of_state(kind.name, state, language)}});
  Json fields = Json::array();
  for (const FieldDefinition& field : kind.fields) {
    Json one = {{"name", field.name},
                {"label", model::label_of_field(kind.name, field.name, language)},
                {"type", type_name(field.type)},
                {"help", model::help_of_field(kind, field, language)},
                {"required", field.required},
                {"refers_to", field.refers_to},
                {"within", field.within},
                {"list", field.list},
                {"locks", field.locks},
                {"choices", choices_json(kind, field, language)},
                {"unit", model::label_of_unit(field.unit, language)},
                {"least", nullptr},
                {"greatest", nullptr},
                {"not_before", field.not_before},
                {"result", field.result},
                {"approval", field.approval},
                {"summed", field.summed},
                {"currency", field.currency},
                {"happened", field.happened},
                {"happened_in", field.happened_in},
                {"due", due_name(field.due)},
                {"done_in", field.done_in},
                {"web_address", field.web_address},
                {"personal", personal_name(field.personal)}};
    if (field.least) one["least"] = *field.least;
    if (field.greatest) one["greatest"] = *field.greatest;
    fields.push_back(std::move(one));
  }
  Json calculated = Json::array();
  for (const model::Calculated& one : kind.calculated) {
    const model::FieldDefinition as_field{.name = one.name, .help = one.help};
    calculated.push_back({{"name", one.name},
                          {"label", model::label_of_field(kind.name, one.name, language)},
                          {"help", model::help_of_field(kind, as_field, language)},
                          {"currency", one.currency},
                          {"factors", one.factors},
                          {"factors_or_one", one.factors_or_one},
                          {"summed", one.summed}});
  }
  Json transitions = Json::array();
  for (const model::Transition& transition : kind.transitions)
    transitions.push_back({{"name", transition.name},
                           {"label", model::label_of_transition(kind.name, transition.name, language)},
                           {"from", transition.from},
                           {"to", transition.to},
                           {"needs", transition.needs},
                           {"gives_up", transition.gives_up}});
  return {{"name", kind.name},
          {"area", kind.area},
          {"label", model::label_of_kind(kind.name, language)},
          {"plural", model::plural_of_kind(kind.name, language)},
          {"purpose", model::purpose_of_kind(kind, language)},
          {"complete_at_once", kind.complete_at_once},
          {"made_by_program", kind.made_by_program},
          {"title_is_personal", kind.title_is_personal},
          {"part_of", kind.part_of() ? kind.part_of()->name : ""},
          {"name_field", kind.name_field},
          {"states", states},
          {"locked_in", kind.locked_in},
          {"fields", fields},
          {"calculated", calculated},
          {"summed_within", kind.summed_within},
          {"columns", model::usual_columns(kind)},
          {"period", services::records::period_of(kind)},
          {"copied", services::records::may_be_copied(kind)},
          {"in_library", services::records::count_in_library(kind.name)},
          {"transitions", transitions}};
}

}  // namespace hamdil::http
