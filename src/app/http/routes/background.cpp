#include "app/http/routes/background.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/access/team_guard.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "services/accounts/policy.hpp"
#include "services/reporting/build_report.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
namespace records = services::records;
using services::jobs::Job;
using services::jobs::Task;
using services::jobs::Turn;
using services::reporting::ReportRequest;

// Builds the product; the workspace keeps its files, sealed, and nothing is written elsewhere.
Result<std::string> build(store::Workspace& workspace, const Control& control, const ReportRequest& request,
                          const store::Author& author) {
  HAMDIL_TRY(const services::reporting::ReportSummary summary,
             services::reporting::build_report(workspace, request, author, control));
  Json files = Json::array();
  for (const services::reporting::KeptFile& file : summary.kept)
    files.push_back({{"name", file.name}, {"address", file.address}, {"size", file.size}, {"format", file.format}});
  Json problems = Json::array();
  for (const Diagnostic& diagnostic : summary.problems)
    problems.push_back(problem_json(diagnostic.problem, request.language));
  return to_text({{"product", summary.product},
                  {"files", files},
                  {"run", summary.run},
                  {"left_out", summary.left_out},
                  {"tables", summary.tables},
                  {"cells", summary.cells},
                  {"withheld", summary.withheld},
                  {"drawing_problem", summary.drawing_problem},
                  {"problems", problems}});
}

Result<ReportRequest> report_request(const Json& body) {
  HAMDIL_CHECK(
      check_members(body, {"do", "outline", "language", "formats", "audience", "recipients", "despite_earlier"}));
  HAMDIL_TRY(const std::string what, text_member(body, "do"));
  if (what != "report")
    return Error("http.body.value", "{name} is one of: {known}.", {{"name", "do"}, {"known", "report"}})
        .at({.pointer = "/do"});
  ReportRequest out;
  HAMDIL_TRY(out.product, text_member(body, "outline", out.product));
  HAMDIL_TRY(out.language, text_member(body, "language", out.language));
  HAMDIL_TRY(out.recipients, text_member(body, "recipients"));
  HAMDIL_TRY(out.despite_earlier, text_member(body, "despite_earlier"));
  HAMDIL_TRY(const std::string audience, text_member(body, "audience", "public"));
  if (audience == "team")
    out.audience = protect::Audience::kTeam;
  else if (audience == "named_recipients")
    out.audience = protect::Audience::kNamedRecipients;
  else if (audience != "public")
    return Error("http.body.value", "{name} is one of: {known}.",
                 {{"name", "audience"}, {"known", "public, named_recipients, team"}})
        .at({.pointer = "/audience"});
  if (!body.contains("formats")) return out;
  out.formats.clear();
  const Json& formats = body["formats"];
  if (!formats.is_array() || formats.empty() ||
      !std::all_of(formats.begin(), formats.end(), [](const Json& f) { return f.is_string(); }))
    return Error("http.body.type", "{name} must be a list of formats.", {{"name", "formats"}})
        .at({.pointer = "/formats"});
  for (const Json& format : formats) out.formats.push_back(format.get<std::string>());
  return out;
}

// To all who may look at the kind somewhere: it names no record.
EventBus::MayHear may_hear_of_kind(const Background& around, const std::string& kind) {
  if (!around.is_team) return {};
  return [around, kind](const std::string& listener) {
    const auto caller = around.access->by_pass(listener, around.env.now());
    const auto& policy = accounts::Policy::built_in();
    return caller &&
           policy.reach(caller->grants, policy.resource_of(kind), store::Deed::kLook) != accounts::Reach::kNone;
  };
}

// A list that was saved before the program ended is not saved twice: the log says which job its rows came from. None
// where it was not.
Result<std::optional<Json>> saved_before(const store::Workspace& workspace, const std::string& reason) {
  const store::WholeView all(workspace);
  HAMDIL_TRY(const std::vector<store::Change> log, workspace.history());
  std::size_t created = 0, changed = 0;
  for (const store::Change& line : log)
    if (line.reason == reason) ++(line.action == "create" ? created : changed);
  if (created + changed == 0) return std::optional<Json>();
  records::ListOutcome outcome;
  outcome.created = created;
  outcome.changed = changed;
  outcome.rows = created + changed;
  return std::optional(import_json(outcome, false, "en"));
}

}  // namespace

Json import_json(const services::records::ListOutcome& outcome, bool dry_run, const std::string& language) {
  Json mapping = Json::array();
  for (const services::records::MappedColumn& column : outcome.mapping)
    mapping.push_back({{"column", column.column}, {"field", column.field}, {"sure", column.sure}});
  const auto told = [&](const Diagnostics& found) {
    Json out = Json::array();
    for (const Diagnostic& one : found) out.push_back(problem_json(one.problem, language));
    return out;
  };
  Json unknown = Json::array();
  for (const services::records::UnknownReference& one : outcome.unknown)
    unknown.push_back({{"kind", one.kind}, {"text", one.text}, {"beside", one.beside}, {"rows", one.rows}});
  Json answer = {{"mapping", mapping},           {"rows", outcome.rows},       {"problems", told(outcome.problems)},
                 {"created", outcome.created},   {"changed", outcome.changed}, {"preview", outcome.preview},
                 {"notes", told(outcome.notes)}, {"unknown", unknown},         {"known_sender", outcome.known_sender}};
  if (!outcome.undo.empty()) answer["undo"] = outcome.undo;
  if (outcome.problems.empty() || dry_run) return answer;
  answer["error"] = problem_json(Error("records.import.problems", "The list has {count} problems; nothing was saved.",
                                       {{"count", std::to_string(outcome.problems.size())}}),
                                 language);
  return answer;
}

Background background_of(const Call& call) {
  return {call.context.access, call.context.events, call.workspace().env(), call.context.guard->is_team()};
}

std::string pass_of(const Call& call) {
  return call.context.entry.caller ? call.context.entry.caller->pass.id : std::string();
}

Result<Task> report_task(const Json& body, const std::string& who) {
  HAMDIL_TRY(ReportRequest request, report_request(body));
  HAMDIL_CHECK(services::reporting::check_request(request));
  return Task([request = std::move(request), who](store::Workspace& workspace, const Control& control, const Turn&) {
    return build(workspace, control, request, {who, ""});
  });
}

Task import_task(const Background& around, const Json& list, const std::string& who,
                 const std::optional<store::View>& view) {
  return [around, list, who, view](store::Workspace& workspace, const Control& control,
                                   const Turn& turn) -> Result<std::string> {
    records::ListImport request{list.value("kind", ""), turn.upload, "upload",
                                list.value("mapping", std::map<std::string, std::string>()),
                                list.value("dry_run", false)};
    request.leave_out = list.value("leave_out", false);
    request.sender = list.value("sender", "");
    workspace.forget_places();  // what lay where may have changed since the job before
    const store::LookAs as(workspace, view);
    const store::Author author{who, "job " + turn.id};
    Json answer;
    if (turn.attempt > 1) {
      HAMDIL_TRY(const std::optional<Json> before, saved_before(workspace, author.reason));
      if (before) answer = *before;
    }
    if (answer.is_null()) {
      HAMDIL_TRY(const records::ListOutcome outcome, records::import_list(workspace, author, request, control));
      if (around.events != nullptr && !outcome.records.empty())
        around.events->tell("list",
                            to_text({{"kind", request.kind},
                                     {"who", who},
                                     {"records", outcome.records.size()},
                                     {"client", list.value("client", "")}}),
                            may_hear_of_kind(around, request.kind));
      answer = import_json(outcome, request.dry_run, list.value("language", "en"));
    }
    answer["kind"] = request.kind;
    answer["dry_run"] = request.dry_run;
    return to_text(answer);
  };
}

services::jobs::Resume resume_of(const Background& around) {
  return [around](const Job& job, const std::string& specification) -> Result<Task> {
    HAMDIL_TRY(const Json kept, parse_json(specification, "job"));
    const std::string pass = kept.value("pass", "");
    std::optional<accounts::Caller> caller;
    if (!pass.empty()) caller = around.access->by_pass(pass, around.env.now());
    const auto allowed = [&] {
      return accounts::Policy::built_in().reach(caller->grants, "jobs", store::Deed::kCreate) != accounts::Reach::kNone;
    };
    if (!pass.empty() && (!caller || (job.what == "report" && !allowed())))
      return Error("jobs.signed_out",
                   "The program ended before this was done, and whoever asked for it is no longer signed in.")
          .advise("Start it again.");
    if (job.what == "report") return report_task(kept.value("body", Json::object()), job.who);
    const std::optional<store::View> view =
        caller ? std::optional(view_of(*around.access, *caller, around.env.now())) : std::nullopt;
    return import_task(around, kept.value("list", Json::object()), job.who, view);
  };
}

}  // namespace hamdil::http
