// The bin, and what goes out of it for good.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/workspace.hpp"

namespace hamdil::store {

// Takes a record out for good: the keys of its personal fields are destroyed, its contents leave the table, the index
// and the log. Its id, kind, state and, unless it names a person, title stay, and in the history who did what and when.
// It still reads as deleted. Codes store.record.missing (also where it was emptied before), access.denied.
Status empty_record(Workspace& workspace, Transaction& transaction, const std::string& kind, const std::string& id);
Result<bool> is_emptied(const Workspace& workspace, const std::string& kind, const std::string& id);
// Kinds and ids of what people write and moved to the bin until this moment ("2026-11-22T09:30:00Z").
Result<std::vector<std::pair<std::string, std::string>>> binned_before(const Workspace& workspace,
                                                                       const std::string& moment);
// Overwrites what was removed and still stands in unused parts of the file. Code store.sqlite.busy.
Status sweep(Workspace& workspace);

// The entries of the log with these numbers and all between them, whoever asks: for what looks changes up for itself.
Result<std::vector<Change>> changes_between(const Workspace& workspace, std::int64_t first, std::int64_t last);

}  // namespace hamdil::store
