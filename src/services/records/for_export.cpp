#include "services/records/for_export.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "model/labels.hpp"

namespace hamdil::services::records {

bool names_people(const std::string& kind) {
  static const std::set<std::string> kOfPeople{"account",    "actor",  "application", "grant",
                                               "membership", "person", "stakeholder"};
  return kOfPeople.contains(kind);
}

std::optional<model::Record> for_export(model::Record record) {
  constexpr std::size_t kIdShown = 6;
  const model::KindDefinition* kind = model::find_kind(record.kind);
  if (kind == nullptr) return std::nullopt;
  Json fields = record.fields();
  if (fields.value("sensitivity", Json()) == "locked") return std::nullopt;
  for (const model::FieldDefinition& field : kind->fields)
    if (field.personal != model::PersonalClass::kNone) fields.erase(field.name);
  record.set_fields(fields);
  if (kind->title_is_personal)
    record.title = model::label_of_kind(record.kind, "en") + " " + record.id.substr(0, kIdShown);
  return record;
}

}  // namespace hamdil::services::records
