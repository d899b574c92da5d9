// What the API has done in the background, from what was asked for to the work itself; the same way for a request and
// for what was kept when the program ended.
#pragma once

#include "app/http/event_bus.hpp"
#include "app/http/router.hpp"
#include "services/accounts/access.hpp"
#include "services/jobs/jobs.hpp"
#include "services/records/exchange_list.hpp"

namespace hamdil::http {

// What such work needs of the server besides the workspace. What it points to lives longer than the jobs.
struct Background {
  services::accounts::Access* access = nullptr;
  EventBus* events = nullptr;
  Env env;
  bool is_team = false;
};

Background background_of(const Call& call);
// Who asked, for a specification: the id of a session or token; "" in single-user mode.
std::string pass_of(const Call& call);

// A report, as the body of POST /api/v1/jobs asks for it. Codes http.body.* and those of check_request.
Result<services::jobs::Task> report_task(const Json& body, const std::string& who);
// A list. {"kind", "mapping", "dry_run", "leave_out", "sender", "language", "client"}; its bytes are the upload.
services::jobs::Task import_task(const Background& around, const Json& list, const std::string& who,
                                 const std::optional<store::View>& view);

// What is told of an import.
Json import_json(const services::records::ListOutcome& outcome, bool dry_run, const std::string& language);

// For Jobs::open. Whoever asked must still be signed in and allowed to (jobs.signed_out).
services::jobs::Resume resume_of(const Background& around);

}  // namespace hamdil::http
