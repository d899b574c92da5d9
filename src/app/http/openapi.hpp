// The description of the API for programs, made from the table of routes and the declared kinds.
#pragma once

#include <vector>

#include "app/http/router.hpp"
#include "base/json.hpp"

namespace hamdil::http {

// OpenAPI 3.1. Same routes and kinds, same document. Without `kinds` the schemas fields_KIND are left out: the part
// that docs/openapi.json holds, and that does not change when a field is declared.
Json openapi_document(const std::vector<Route>& routes, bool kinds = true);

}  // namespace hamdil::http
