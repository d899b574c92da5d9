#include "services/records/files.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::Record;

// What is handed to others as it came: texts, tables, slides, pictures, sound, places and answers. Nothing that runs
// when it is opened: neither programs nor pages nor workbooks with macros.
const std::map<std::string, std::string, std::less<>>& media_types() {
  static const std::map<std::string, std::string, std::less<>> kTypes = {
      {"amr", "audio/amr"},
      {"bib", "text/plain; charset=utf-8"},
      {"csv", "text/csv; charset=utf-8"},
      {"doc", "application/msword"},
      {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"dta", "application/octet-stream"},
      {"eml", "application/octet-stream"},
      {"geojson", "application/geo+json"},
      {"gif", "image/gif"},
      {"gpx", "application/octet-stream"},
      {"heic", "image/heic"},
      {"jpeg", "image/jpeg"},
      {"jpg", "image/jpeg"},
      {"json", "application/json"},
      {"kml", "application/octet-stream"},
      {"kmz", "application/octet-stream"},
      {"m4a", "audio/mp4"},
      {"md", "text/plain; charset=utf-8"},
      {"mp3", "audio/mpeg"},
      {"mp4", "video/mp4"},
      {"msg", "application/octet-stream"},
      {"odp", "application/vnd.oasis.opendocument.presentation"},
      {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
      {"odt", "application/vnd.oasis.opendocument.text"},
      {"ogg", "audio/ogg"},
      {"opus", "audio/ogg"},
      {"pdf", "application/pdf"},
      {"png", "image/png"},
      {"ppt", "application/vnd.ms-powerpoint"},
      {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
      {"qdpx", "application/octet-stream"},
      {"ris", "text/plain; charset=utf-8"},
      {"rtf", "application/rtf"},
      {"sav", "application/octet-stream"},
      {"tif", "image/tiff"},
      {"tiff", "image/tiff"},
      {"tsv", "text/tab-separated-values; charset=utf-8"},
      {"txt", "text/plain; charset=utf-8"},
      {"wav", "audio/wav"},
      {"webp", "image/webp"},
      {"xls", "application/vnd.ms-excel"},
      {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {"zip", "application/zip"},
      {"3gp", "video/3gpp"},
  };
  return kTypes;
}

std::string ending_of(const std::string& name) {
  const std::size_t point = name.rfind('.');
  return point == std::string::npos ? std::string() : text::to_lower_ascii(name.substr(point + 1));
}

Error unknown_file() { return Error("records.file.unknown", "This record has no such file."); }

// The field that holds the files of such a record, which the one who asks may read.
Result<const FieldDefinition*> files_of(const store::Workspace& workspace, const std::string& kind_name,
                                        const std::string& id) {
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  const auto field = std::find_if(kind->fields.begin(), kind->fields.end(),
                                  [](const FieldDefinition& one) { return one.type == model::FieldType::kFiles; });
  if (field == kind->fields.end())
    return Error("records.made_by_program", "A {kind} is written by the program; it can be read and not changed.",
                 {{"kind", kind_name}});
  if (field->personal != model::PersonalClass::kNone) {
    HAMDIL_TRY(const bool open, workspace.may(store::Deed::kPersonal, kind_name, id));
    if (!open)
      return Error("records.file.hidden", "The files of this record are open to those who may read names in it.")
          .advise("Give the file to somebody who may.");
  }
  return &*field;
}

Result<Record> found(const store::Workspace& workspace, const std::string& kind, const std::string& id) {
  HAMDIL_TRY(const auto record, workspace.find(kind, id));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  return *record;
}

Status check_file(const std::string& name, std::string_view bytes) {
  if (bytes.empty()) return Error("records.file.empty", "The file is empty.").advise("Choose another one.");
  if (name.empty() || !model::is_file_name(name))
    return Error("records.file.name", "This is no name of a file.").advise("Give it a name without / and \\.");
  if (media_types().contains(ending_of(name))) return Done{};
  return Error(
             "records.file.type",
             "A file of this kind is not taken. Documents, tables, slides, pictures, sound, places and ZIP files are.")
      .advise("Save it as PDF, or put it into a ZIP file.");
}

}  // namespace

Result<Outcome> attach_file(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const std::string& name, std::string_view bytes) {
  HAMDIL_TRY(const Record record, found(workspace, kind, id));
  HAMDIL_TRY(const FieldDefinition* field, files_of(workspace, kind, id));
  HAMDIL_CHECK(check_file(name, bytes));
  const std::string address = workspace.file_address(bytes);
  Json files = record.fields().value(field->name, Json::array());
  const auto holds = [&](const char* member, const std::string& value) {
    return std::find_if(files.begin(), files.end(), [&](const Json& one) { return one[member] == value; });
  };
  if (holds("address", address) != files.end()) return Outcome{record, {}};  // it is here already
  if (files.size() >= model::kMostFiles)
    return Error("records.file.many", "A record has at most {most} files.",
                 {{"most", std::to_string(model::kMostFiles)}})
        .advise("Put several into one ZIP file.");
  files.push_back({{"address", address}, {"name", name}, {"size", bytes.size()}});
  return change_record(workspace, author, kind, id, {{"fields", {{field->name, files}}}}, record.version,
                       [&](store::Transaction& transaction) -> Status {
                         HAMDIL_TRY(const std::string kept, transaction.put_file(id, bytes));
                         (void)kept;
                         return Done{};
                       });
}

Result<Outcome> detach_file(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const std::string& address) {
  HAMDIL_TRY(const Record record, found(workspace, kind, id));
  HAMDIL_TRY(const FieldDefinition* field, files_of(workspace, kind, id));
  const Json before = record.fields().value(field->name, Json::array());
  Json files = Json::array();
  for (const Json& one : before)
    if (one["address"] != address) files.push_back(one);
  if (files.size() == before.size()) return unknown_file();
  return change_record(workspace, author, kind, id, {{"fields", {{field->name, files}}}}, record.version);
}

Result<AttachedFile> read_attached(const store::Workspace& workspace, const std::string& kind, const std::string& id,
                                   const std::string& address) {
  HAMDIL_TRY(const Record record, found(workspace, kind, id));
  const Json fields = record.fields();
  for (const FieldDefinition& field : model::find_kind(kind)->fields) {
    if (field.type != model::FieldType::kFiles || !fields.contains(field.name)) continue;
    for (const Json& one : fields[field.name]) {
      if (one["address"] != address) continue;
      AttachedFile out{one["name"].get<std::string>(), "application/octet-stream", {}};
      if (const auto type = media_types().find(ending_of(out.name)); type != media_types().end())
        out.media_type = type->second;
      HAMDIL_TRY(out.bytes, workspace.read_file(id, address));
      return out;
    }
  }
  return unknown_file();
}

}  // namespace hamdil::services::records
