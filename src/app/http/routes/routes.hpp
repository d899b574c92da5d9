// The routes of the API, one function an area.
#pragma once

#include <string>
#include <vector>

#include "app/http/router.hpp"
#include "model/kind.hpp"
#include "store/workspace.hpp"

namespace hamdil::http {

std::vector<Route> session_routes();
std::vector<Route> kind_routes();
std::vector<Route> record_routes();
std::vector<Route> record_action_routes();
std::vector<Route> bulk_routes();
std::vector<Route> attachment_routes();
std::vector<Route> copy_routes();
std::vector<Route> exchange_routes();
std::vector<Route> search_routes();
std::vector<Route> event_routes();
std::vector<Route> job_routes();
std::vector<Route> terms_routes();
std::vector<Route> access_routes();
std::vector<Route> people_routes();
std::vector<Route> partner_routes();
std::vector<Route> together_routes();
std::vector<Route> round_routes();
std::vector<Route> welcome_routes();
std::vector<Route> view_routes();
std::vector<Route> demo_routes();
std::vector<Route> undo_routes();
std::vector<Route> library_routes();
// All of them, and the document about them.
std::vector<Route> all_routes();

// Shared by several areas.
// A route below /api/v1/access, for people and not for their programs; with a body where `body` names its schema.
Route access_route(const char* method, const char* pattern, const char* operation, const char* summary, Handler handler,
                   const char* body, const char* answer, int status = 200);
// The filters of a list from the query: words, sort, limit, cursor, bin, f.FIELD.OPERATION. Codes http.query.*.
Result<store::RecordQuery> list_query(const Call& call, const std::string& kind);
extern const std::vector<QueryParameter> kListParameters;
// A file that was built to be handed out, by its address; none for other addresses. For one's own list, where
// `by_name` is set, by its name, too: the newest of it.
struct ProductFile {
  std::string address;
  std::string name;
};
Result<std::optional<ProductFile>> product_file(const store::Workspace& workspace, const std::string& wanted,
                                                bool by_name = false);
// Whether this person may have one more thing done in the background. Code jobs.of_person.
Status check_jobs_of(const Call& call);
// Which window asked, as it calls itself in X-Hamdil-Client; "" where it does not, or not in letters, digits, hyphens.
std::string client_of(const Call& call);
// Tells an event about a record to the streams of those who see it, with the client that caused it.
void tell_about(const Call& call, const std::string& event, const std::string& kind, const std::string& id, Json what);
// Tells the streams that a record changed.
void tell_change(const Call& call, const model::Record& record, const std::string& action);
// The version that If-Match names; empty for "*" and where it was not sent. Code http.if_match.
Result<std::optional<std::int64_t>> version_of(const Call& call);
// Every member of the body must be one of `known`: code http.body.unknown names the first that is not.
Status check_members(const Json& body, const std::vector<std::string>& known, const std::string& pointer = "");
// A text member of the body; `otherwise` where it is not there. Code http.body.type.
Result<std::string> text_member(const Json& body, const std::string& name, const std::string& otherwise = "");

}  // namespace hamdil::http
