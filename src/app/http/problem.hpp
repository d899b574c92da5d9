// Errors as the API tells them: one shape for every endpoint.
#pragma once

#include <string>

#include "app/http/message.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::http {

// The HTTP status of an error by its code; 422 for what the caller can mend in the body.
int status_of(const Error& error);

// {"code", "message", "pointer", "hint", "arguments"} in the language, English where it is not translated. What
// names a field, kind, state or step is told by its label, of `kind` where it is known; the arguments stay as they are.
Json problem_json(const Error& error, const std::string& language, const std::string& kind = {});

// {"error": {...}, "problems": [...]}. With problems and no status of its own: 422.
Response error_response(const Error& error, const std::string& language, int status = 0, const std::string& kind = {});
Response problems_response(const Diagnostics& problems, const std::string& language, const std::string& kind = {});

// JSON as the body of an answer. What is not UTF-8 in it (none should be) is replaced, never thrown on.
Response json_response(const Json& json, int status = 200);
std::string to_text(const Json& json);
// The beginning of what a request asked for, for an answer that says what was wrong with it: whole letters only.
std::string shown(const std::string& asked);

}  // namespace hamdil::http
