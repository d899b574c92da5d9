// What is shipped with the program, taken in by a person.
#include "services/records/library.hpp"

#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

// A number from a query parameter; `otherwise` where it is not there.
Result<std::size_t> number_parameter(const Call& call, const char* name, std::int64_t otherwise, std::int64_t least,
                                     std::int64_t most) {
  if (call.value(name).empty()) return static_cast<std::size_t>(otherwise);
  const auto number = text::parse_integer(call.value(name));
  if (!number || *number < least || *number > most)
    return Error("http.query.value", "The parameter {name} is one of: {values}.",
                 {{"name", name}, {"values", std::to_string(least) + " – " + std::to_string(most)}})
        .at({.pointer = std::string("?") + name});
  return static_cast<std::size_t>(*number);
}

Result<Response> look(Call& call) {
  constexpr std::int64_t kFew = 100, kMost = 200, kEnd = 1'000'000;
  records::LibraryQuery query{.kind = call.path.at("kind"), .words = call.value("words"), .language = call.language};
  HAMDIL_TRY(query.limit, number_parameter(call, "limit", kFew, 1, kMost));
  HAMDIL_TRY(query.skip, number_parameter(call, "cursor", 0, 0, kEnd));
  HAMDIL_TRY(const records::LibraryPage page, records::look_in_library(call.workspace(), query));
  Json entries = Json::array();
  for (const records::LibraryLine& line : page.lines) {
    Json one = {{"library_id", line.library_id}, {"title", line.title}, {"about", line.about}};
    if (line.language != query.language) one["language"] = line.language;
    if (line.draft) one["draft"] = true;
    if (!line.taken.empty()) one["taken"] = line.taken;
    entries.push_back(std::move(one));
  }
  Json answer = {{"entries", std::move(entries)}, {"total", page.total}};
  if (const std::size_t end = query.skip + page.lines.size(); end < page.total) answer["next"] = std::to_string(end);
  return json_response(answer);
}

Result<std::vector<std::string>> wanted_of(const Call& call, const std::string& kind) {
  constexpr std::size_t kMost = 5000;
  const Json& body = *call.body;
  HAMDIL_CHECK(check_members(body, {"library_ids", "all"}));
  const Json all = body.value("all", Json(false));
  if (!all.is_boolean())
    return Error("http.body.type", "{name} is true or false.", {{"name", "all"}}).at({.pointer = "/all"});
  std::vector<std::string> out;
  if (all.get<bool>()) {
    HAMDIL_TRY(const std::vector<records::LibraryEntry> entries, records::list_library(kind));
    for (const records::LibraryEntry& entry : entries) out.push_back(entry.library_id);
    return out;
  }
  const Json ids = body.value("library_ids", Json::array());
  const Error wrong = Error("http.body.type", "{name} must be a list of texts.", {{"name", "library_ids"}})
                          .at({.pointer = "/library_ids"});
  if (!ids.is_array() || ids.size() > kMost) return wrong;
  for (const Json& id : ids) {
    if (!id.is_string()) return wrong;
    out.push_back(id.get<std::string>());
  }
  return out;
}

Result<Response> take(Call& call) {
  const std::string& kind = call.path.at("kind");
  HAMDIL_TRY(const std::vector<std::string> wanted, wanted_of(call, kind));
  HAMDIL_TRY(const records::Taken taken,
             records::take_from_library(call.workspace(), call.author(), kind, wanted, call.language));
  for (const model::Record& record : taken.made) tell_change(call, record, "create");
  HAMDIL_TRY(Json list, records_json(call.workspace(), taken.records, {"title", "state"}));
  Json answer = {{"records", std::move(list)}, {"made", taken.made.size()}};
  if (!taken.undo.empty()) answer["undo"] = taken.undo;
  return json_response(answer);
}

}  // namespace

std::vector<Route> library_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/library/{kind}",
           .operation = "lookInLibrary",
           .summary = "What is shipped of this kind with the program, in the language of Accept-Language, and what of "
                      "it is here already.",
           .handler = look,
           .answer_schema = "Library",
           .query = {{"words", "Every word from its beginning, letters folded."},
                     {"limit", "How many, 1 to 200; 100 where it is not given.", "integer"},
                     {"cursor", "The next of the page before."}}},
          {.method = "POST",
           .pattern = "/api/v1/library/{kind}",
           .operation = "takeFromLibrary",
           .summary = "Records made from entries of the library, and from what they refer to; what was taken before is "
                      "given as it is.",
           .handler = take,
           .body = Body::kJson,
           .body_schema = "Take",
           .answer_schema = "Taken",
           .takes_key = true}};
}

}  // namespace hamdil::http
