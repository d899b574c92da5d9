// What of a record may stand in a list that leaves the workspace.
#pragma once

#include <optional>

#include "model/kind.hpp"

namespace hamdil::services::records {

// Kinds whose records are people, or say who somebody is.
bool names_people(const std::string& kind);

// Without fields that identify or reach a person. Where the title is a person's name (KindDefinition::
// title_is_personal) the kind and the id's beginning stand in its place. Nothing of a locked record (an allegation of
// abuse, a locked request): such are only counted.
std::optional<model::Record> for_export(model::Record record);

}  // namespace hamdil::services::records
