// Files that people attach to a record: a letter of permission, a list of those present, a photograph. They are kept
// sealed for this record alone, are never opened here, and go with it when it is removed for good.
#pragma once

#include <string>

#include "services/records/records.hpp"

namespace hamdil::services::records {

// The record with the file behind those that it has; the same bytes are not attached twice. A locked record takes files
// and gives none back. Codes store.record.missing, records.file.empty, .type, .name, .many, .hidden (the one who asks
// may not read the files of this record), records.locked.*.
Result<Outcome> attach_file(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const std::string& name, std::string_view bytes);

// The record without it. Its bytes stay for as long as the history can lead back to them. Codes store.record.missing,
// records.file.unknown, records.locked.*.
Result<Outcome> detach_file(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const std::string& address);

struct AttachedFile {
  std::string name;
  std::string media_type;  // of its name: its bytes are not looked at
  std::string bytes;
};
// Also of a record in the bin. Codes store.record.missing, records.file.unknown.
Result<AttachedFile> read_attached(const store::Workspace& workspace, const std::string& kind, const std::string& id,
                                   const std::string& address);

}  // namespace hamdil::services::records
