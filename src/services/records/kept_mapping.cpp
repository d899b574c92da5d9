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

}  // namespace hamdil::services::records
