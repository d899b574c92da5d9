// Records as the API gives them.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/kind.hpp"
#include "store/workspace.hpp"

namespace hamdil::http {

// {"id", "kind", "version", "title", "state", "deleted", stamps, "fields", "references"} of each; with `only`, of
// title, state and fields those that it names.
Result<Json> records_json(const store::Workspace& workspace, const std::vector<model::Record>& records,
                          const std::vector<std::string>& only = {});
Result<Json> record_json(const store::Workspace& workspace, const model::Record& record);
// The "references" of all these fields of records of one kind together: what they name, by id.
Result<Json> references_json(const store::Workspace& workspace, const model::KindDefinition& kind,
                             const std::vector<Json>& fields);

// The kind as forms and lists need it: labels, fields, states, transitions.
Json kind_json(const model::KindDefinition& kind, const std::string& language);

}  // namespace hamdil::http
