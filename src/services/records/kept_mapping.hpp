// How the columns of a sender's lists were mapped, kept for the next list. Internal to import_list.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/records/exchange_list.hpp"

namespace hamdil::services::records {

// The mapping kept for this kind and sender (case and blanks of the name say nothing), when it names every one of the
// columns; empty otherwise.
Result<std::map<std::string, std::string>> kept_mapping(const store::Workspace& workspace, const std::string& kind,
                                                        const std::string& sender,
                                                        const std::vector<std::string>& columns);
// Columns of earlier lists stay; nothing is written when nothing is new.
Status keep_mapping(const store::Workspace& workspace, store::Transaction& transaction, const std::string& kind,
                    const std::string& sender, const std::vector<MappedColumn>& mapping);

}  // namespace hamdil::services::records
