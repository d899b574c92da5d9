// What happens, as a stream.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"

namespace hamdil::http {
namespace {

Result<Response> ticket(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  return json_response({{"ticket", call.context.guard->new_ticket(
                                       call.context.entry.caller ? call.context.entry.caller->pass.id : "")}});
}

Result<Response> events(Call& call) {
  const auto listener = call.context.guard->use_ticket(call.value("ticket"));
  if (!listener)
    return error_response(
        Error("http.ticket", "This ticket does not open a stream: it was used, is too old, or never was.")
            .advise("Get a new one with POST /api/v1/events/ticket."),
        call.language, 401);
  Response out;
  out.with("Content-Type", "text/event-stream; charset=utf-8");
  out.events = true;
  out.listener = *listener;
  if (const auto caller = call.context.access == nullptr
                              ? std::nullopt
                              : call.context.access->by_pass(*listener, call.context.access->now()))
    out.person = caller->account.id;
  if (call.context.access != nullptr && call.context.guard->is_team())
    out.standing = call.context.access->standing(*listener, call.context.access->now());
  return out;
}

}  // namespace

std::vector<Route> event_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/events/ticket",
           .operation = "newEventTicket",
           .summary = "A ticket that opens one stream of events within 30 seconds.",
           .handler = ticket,
           .body = Body::kJson,
           .body_schema = "Empty",
           .answer_schema = "Ticket",
           .needs_workspace = false,
           .on_its_own = true},
          {.method = "GET",
           .pattern = "/api/v1/events",
           .operation = "streamEvents",
           .summary = "Server-sent events: \"record\" when one changed, \"job\" when work in the background went on.",
           .handler = events,
           .access = Access::kOpen,
           .answer_schema = "events",
           .query = {{"ticket", "From POST /api/v1/events/ticket; used once."}},
           .needs_workspace = false}};
}

}  // namespace hamdil::http
