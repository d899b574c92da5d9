#include "services/records/kept_mapping.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hamdil::services::records {
namespace {

// The name is sealed, so it is looked for among the few that there are.
Result<std::optional<model::Record>> find_kept(const store::Workspace& workspace, const std::string& kind,
                                               const std::string& sender) {
  HAMDIL_TRY(std::vector<model::Record> all, workspace.list("import_mapping", "mapped_kind", kind));
  for (model::Record& one : all)
    if (text::fold(text::trim(one.fields().value("sender", std::string()))) == text::fold(text::trim(sender)))
      return std::optional(std::move(one));
  return std::optional<model::Record>();
}

}  // namespace

Result<std::map<std::string, std::string>> kept_mapping(const store::Workspace& workspace, const std::string& kind,
                                                        const std::string& sender,
                                                        const std::vector<std::string>& columns) {
  std::map<std::string, std::string> out;
  HAMDIL_TRY(const auto kept, find_kept(workspace, kind, sender));
  if (!kept) return out;
  const Json known = kept->fields().value("columns", Json::object());
  for (const auto& [column, field] : known.items())
    if (field.is_string()) out[column] = field.get<std::string>();
  const bool fits = std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return text::trim(column).empty() || out.contains(column);
  });
  if (!fits) out.clear();
  return out;
}

Status keep_mapping(const store::Workspace& workspace, store::Transaction& transaction, const std::string& kind,
                    const std::string& sender, const std::vector<MappedColumn>& mapping) {
  HAMDIL_TRY(const auto kept, find_kept(workspace, kind, sender));
  model::Record record = kept ? *kept : model::new_record("import_mapping", kind, Json::object());
  Json fields = record.fields();
  Json columns = fields.value("columns", Json::object());
  for (const MappedColumn& one : mapping)
    if (!text::trim(one.column).empty()) columns[one.column] = one.field;
  if (kept && columns == fields.value("columns", Json::object())) return Done{};
  fields["mapped_kind"] = kind;
  fields["sender"] = text::trim(sender);
  fields["columns"] = columns;
  record.set_fields(fields);
  HAMDIL_TRY(record, transaction.save(record, "keep mapping"));
  return Done{};
}

Result<KeptReferences> kept_references(const store::Workspace& workspace, const std::string& kind,
                                       const std::string& sender) {
  KeptReferences out;
  HAMDIL_TRY(const auto kept, find_kept(workspace, kind, sender));
  if (!kept) return out;
  const Json known = kept->fields().value("joined", Json::object());
  for (const auto& [of_kind, texts] : known.items())
    for (const auto& [text, id] : texts.items())
      if (id.is_string()) out[of_kind][text] = id.get<std::string>();
  return out;
}

Status keep_references(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                       const std::string& sender,
                       const std::map<std::string, std::map<std::string, std::string>>& references) {
  if (model::find_kind(kind) == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind}});
  if (text::trim(sender).empty())
    return Error("records.import.no_sender", "It must be said whose list it is, so that this can be kept.")
        .at({.pointer = "/sender"});
  HAMDIL_TRY(const auto kept, find_kept(workspace, kind, sender));
  model::Record record = kept ? *kept : model::new_record("import_mapping", kind, Json::object());
  Json fields = record.fields();
  if (!fields.contains("joined")) fields["joined"] = Json::object();
  for (const auto& [of_kind, texts] : references)
    for (const auto& [text, id] : texts) {
      HAMDIL_TRY(const auto target, workspace.find(of_kind, id));  // only what is shown to the one who asks
      if (!target)
        return Error("model.record.dangling_reference", "What the field {field} names does not exist.",
                     {{"field", of_kind}})
            .at({.pointer = "/references/" + of_kind});
      fields["joined"][of_kind][text] = id;
    }
  fields["mapped_kind"] = kind;
  fields["sender"] = text::trim(sender);
  if (!fields.contains("columns")) fields["columns"] = Json::object();
  record.set_fields(fields);
  return workspace.write(author, [&](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(record, transaction.save(record, "keep mapping"));
    return Done{};
  });
}

}  // namespace hamdil::services::records
