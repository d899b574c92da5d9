// The pages of docs/reference/api.md: of every kind, its addresses, who may do what there, and a body to begin with.
#pragma once

#include <string>
#include <vector>

#include "app/http/router.hpp"
#include "model/kind.hpp"

namespace hamdil::http {

// What POST /api/v1/records/{kind} takes: a title, what must be filled and two more plain fields, with values of their
// type. A reference that must be filled stands as "ID OF A <KIND>".
Json example_body(const model::KindDefinition& kind);
std::string kinds_reference(const std::vector<Route>& routes);

}  // namespace hamdil::http
