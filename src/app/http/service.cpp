#include "app/http/service.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "app/http/presence.hpp"
#include "app/http/problem.hpp"
#include "app/http/router.hpp"
#include "app/http/routes/routes.hpp"

namespace hamdil::http {
namespace {

std::int64_t steady_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Status serve(std::optional<store::Workspace> workspace, const ServeOptions& options) {
  auto listening = Server::listen(options.port, options.limits);
  if (!listening && options.else_any_port) listening = Server::listen(0, options.limits);
  HAMDIL_TRY(const auto server, std::move(listening));
  EventBus events;
  Guard guard(Guard::new_token(), steady_seconds);
  guard.set_port(server->port());
  Replies replies;
  Presence presence(steady_seconds);
  Router router(all_routes());
  std::unique_ptr<services::jobs::Jobs> jobs;
  const auto open_jobs = [&]() -> Status {
    HAMDIL_TRY(jobs, services::jobs::Jobs::open(*workspace, [&events](const services::jobs::Job& job) {
                 events.tell("job", to_text({{"id", job.id}, {"progress", job.progress}, {"state", job.state}}));
               }));
    return Done{};
  };
  if (workspace) HAMDIL_CHECK(open_jobs());
  Context context{workspace ? &*workspace : nullptr, options.who, &events, jobs.get(), &guard, &replies, &presence};
  context.folder = options.folder;
  if (!workspace && !options.folder.empty())
    context.take_workspace = [&](store::Workspace opened) -> Status {
      workspace.emplace(std::move(opened));
      if (const Status ready = open_jobs(); !ready) {
        workspace.reset();
        return ready.error();
      }
      context.workspace = &*workspace;
      context.jobs = jobs.get();
      return Done{};
    };
  Application application;
  application.events = &events;
  application.refuse = refuse;
  application.admit = [&](const Request& head, std::optional<std::uint64_t> body_bytes) {
    Router::Admission admission = router.admit(guard, head, body_bytes);
    return Application::Admission{std::move(admission.refusal), admission.body_limit};
  };
  application.answer = [&](const Request& request) { return router.answer(context, request); };
  if (options.started)
    options.started("http://127.0.0.1:" + std::to_string(server->port()) + "/#token=" + guard.token());
  server->run(std::move(application), true);
  jobs.reset();  // before what it reports to
  return Done{};
}

}  // namespace hamdil::http
