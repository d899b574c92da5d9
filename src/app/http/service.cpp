#include "app/http/service.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "app/http/access/team_guard.hpp"
#include "app/http/presence.hpp"
#include "app/http/problem.hpp"
#include "app/http/router.hpp"
#include "app/http/routes/background.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/bin.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;

std::int64_t steady_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string job_text(const services::jobs::Job& job) {
  return to_text({{"id", job.id}, {"progress", job.progress}, {"state", job.state}});
}

Application application_of(Router& router, Guard& guard, Context& context) {
  Application out;
  out.events = context.events;
  out.refuse = refuse;
  out.admit = [&](const Request& head, std::optional<std::uint64_t> body_bytes) {
    Router::Admission admission = router.admit(guard, head, body_bytes);
    return Application::Admission{std::move(admission.refusal), admission.body_limit, admission.slow,
                                  std::move(admission.person), admission.may_wait};
  };
  // When it starts, and once a day while it runs: with the first request of the day, or unasked where none comes, on
  // the thread that has the workspace. What cannot be removed now is removed the day after.
  const auto bin = std::make_shared<services::records::DailyBin>();
  const auto look_at_bin = [&context, bin] {
    if (context.workspace != nullptr) (void)bin->look(*context.workspace);
  };
  look_at_bin();
  out.upkeep = look_at_bin;
  out.answer = [&, look_at_bin](const Request& request) {
    look_at_bin();
    return router.answer(context, request);
  };
  out.prepare = [&](Request& request) {
    if (context.access != nullptr) router.prepare(*context.access, request);
  };
  return out;
}

Result<Certificate> certificate_of(store::Workspace& workspace, const std::vector<std::string>& names) {
  HAMDIL_TRY(auto kept, workspace.secrets("tls"));
  if (kept.contains("certificate") && kept.contains("key")) return Certificate{kept["certificate"], kept["key"]};
  HAMDIL_TRY(Certificate made, make_certificate(names, workspace.env().now()));
  HAMDIL_CHECK(workspace.put_secret("tls", "certificate", made.certificate));
  HAMDIL_CHECK(workspace.put_secret("tls", "key", made.key));
  return made;
}

// Plain HTTP is sent to HTTPS under the same name, if it is one of ours.
Response to_https(const Guard& guard, const Request& head) {
  if (guard.check_names(head) || (head.method != "GET" && head.method != "HEAD")) return Response{};
  Response out{308, {}, ""};
  return out.with("Location", "https://" + std::string(head.header("host")) + "/");
}

}  // namespace

Status serve(std::optional<store::Workspace> workspace, const ServeOptions& options) {
  ServerLimits limits = options.limits;
  limits.budget = BudgetLimits::alone();
  auto listening = Server::listen(options.port, limits);
  if (!listening && options.else_any_port) listening = Server::listen(0, limits);
  HAMDIL_TRY(const auto server, std::move(listening));
  EventBus events;
  Guard guard(Guard::new_token(), steady_seconds);
  guard.set_port(server->port());
  Presence presence(steady_seconds);
  Router router(all_routes());
  std::unique_ptr<accounts::Access> access;
  std::unique_ptr<services::jobs::Jobs> jobs;
  const auto open_services = [&]() -> Status {
    HAMDIL_TRY(access, accounts::Access::open(*workspace));
    HAMDIL_TRY(jobs, services::jobs::Jobs::open(
                         *workspace, [&events](const services::jobs::Job& job) { events.tell("job", job_text(job)); },
                         resume_of({access.get(), &events, workspace->env(), false})));
    return Done{};
  };
  if (workspace) HAMDIL_CHECK(open_services());
  Context context{.workspace = workspace ? &*workspace : nullptr,
                  .who = options.who,
                  .events = &events,
                  .jobs = jobs.get(),
                  .guard = &guard,
                  .access = access.get(),
                  .presence = &presence,
                  .folder = options.folder};
  if (!workspace && !options.folder.empty())
    context.take_workspace = [&](store::Workspace opened) -> Status {
      workspace.emplace(std::move(opened));
      if (const Status ready = open_services(); !ready) {
        workspace.reset();
        return ready.error();
      }
      context.workspace = &*workspace;
      context.jobs = jobs.get();
      context.access = access.get();
      return Done{};
    };
  if (options.started)
    options.started("http://127.0.0.1:" + std::to_string(server->port()) + "/#token=" + guard.token());
  server->run(application_of(router, guard, context), true);
  jobs.reset();  // before what it reports to
  return Done{};
}

Status serve_team(store::Workspace workspace, const TeamOptions& options) {
  std::unique_ptr<accounts::Access> access;
  HAMDIL_TRY(access, accounts::Access::open(workspace));
  const std::vector<accounts::Account> all = access->accounts();
  if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return access->has_password(one.id); }))
    return Error("access.no_account", "Nobody could sign in: there is no account with a password yet.")
        .advise("Make one: hamdil account add WS LOGIN --role administrator.");
  access->warm();
  std::vector<std::string> names = names_of_this_computer();
  for (const std::string& name : options.names) names.push_back(name);
  HAMDIL_TRY(const Certificate certificate, certificate_of(workspace, names));
  HAMDIL_TRY(const auto server, Server::listen_tls(options.address, options.port, certificate, options.limits));
  EventBus events;
  const Env env = workspace.env();
  TeamGuard guard(*access, names, env, steady_seconds);
  guard.set_port(server->port());
  Router router(all_routes());
  std::unique_ptr<services::jobs::Jobs> jobs;
  HAMDIL_TRY(jobs, services::jobs::Jobs::open(
                       workspace,
                       [&](const services::jobs::Job& job) {
                         events.tell("job", job_text(job), [&](const std::string& listener) {
                           const auto caller = access->by_pass(listener, env.now());
                           if (!caller) return false;
                           const auto reach =
                               accounts::Policy::built_in().reach(caller->grants, "jobs", store::Deed::kLook);
                           return reach == accounts::Reach::kAll ||
                                  (reach == accounts::Reach::kOwn && job.who == caller->account.login);
                         });
                       },
                       resume_of({access.get(), &events, env, true})));
  Presence presence(steady_seconds);
  Context context{.workspace = &workspace,
                  .who = "nobody",
                  .events = &events,
                  .jobs = jobs.get(),
                  .guard = &guard,
                  .access = access.get(),
                  .presence = &presence};
  Application application = application_of(router, guard, context);
  // Whose session ended, whose account is closed and whose roles are others now hear nothing more at once.
  application.answer = [&, answer = application.answer, turn = access->turn()](const Request& request) mutable {
    Response out = answer(request);
    (void)access->refresh(workspace);  // a workspace that is busy is looked at with the next request
    if (std::exchange(turn, access->turn()) != turn) events.wake();
    return out;
  };
  application.hears = [&](const Response& stream) {
    return access->standing(stream.listener, env.now()) == stream.standing;
  };
  application.refuse_plain = [&](const Request& head) { return to_https(guard, head); };
  application.line = [&] {
    if (options.pin) options.pin(access->new_pin(env.now()));
  };
  if (options.started) {
    TeamOptions::Started started{{}, fingerprint_of(certificate), access->new_pin(env.now())};
    for (const std::string& name : names)
      if (name.find(':') == std::string::npos &&
          (options.address == "0.0.0.0" || options.address == "::" || options.address == name))
        started.urls.push_back("https://" + name + ":" + std::to_string(server->port()) + "/");
    options.started(started);
  }
  server->run(std::move(application), true, true);
  jobs.reset();  // before what it reports to
  return Done{};
}

}  // namespace hamdil::http
