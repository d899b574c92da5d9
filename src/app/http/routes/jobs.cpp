// Work in the background, products and their files.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/background.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"
#include "services/reporting/build_report.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::http {
namespace {

using services::jobs::Job;
using services::reporting::ReportRequest;

Json job_json(const Job& job, const std::string& language) {
  Json out = services::jobs::to_json(job);
  if (job.error) out["error"] = problem_json(*job.error, language);
  return out;
}

// Others see that somebody's work is done; what came of it may quote what only that person sees.
Json shown_to(const Call& call, const Job& job) {
  Json out = job_json(job, call.language);
  if (job.who != call.context.who) out["result"] = nullptr;
  return out;
}

Result<Response> start(Call& call) {
  HAMDIL_CHECK(check_jobs_of(call));
  const Json& body = *call.body;
  HAMDIL_TRY(services::jobs::Task task, report_task(body, call.context.who));
  const ReportRequest defaults;
  const std::string title =
      body.value("outline", defaults.product) + " (" + body.value("language", defaults.language) + ")";
  HAMDIL_TRY(const Job job,
             call.context.jobs->start("report", title, call.context.who,
                                      {to_text({{"pass", pass_of(call)}, {"body", body}})}, std::move(task)));
  return json_response({{"id", job.id}}, 202).with("Location", "/api/v1/jobs/" + job.id);
}

// Some roles see only what they started themselves.
bool shows(const Call& call, const Job& job) {
  return call.context.entry.reach == services::accounts::Reach::kAll || job.who == call.context.who;
}

Result<Response> list(Call& call) {
  Json jobs = Json::array();
  for (const Job& job : call.context.jobs->all())
    if (shows(call, job)) jobs.push_back(shown_to(call, job));
  return json_response({{"jobs", jobs}});
}

Result<Response> read(Call& call) {
  const auto job = call.context.jobs->find(call.path.at("id"));
  if (!job || !shows(call, *job)) return Error("jobs.unknown", "There is no such job.");
  return json_response(shown_to(call, *job));
}

Result<Response> cancel(Call& call) {
  if (const auto job = call.context.jobs->find(call.path.at("id")); job && !shows(call, *job))
    return Error("jobs.unknown", "There is no such job.");
  HAMDIL_CHECK(call.context.jobs->cancel(call.path.at("id")));
  return read(call);
}

// Newest first, with whether answers or study file changed since.
Result<Response> products(Call& call) {
  HAMDIL_TRY(store::RecordQuery query, list_query(call, "product"));
  query.descending = true;
  const Result<store::RecordPage> found = call.workspace().query(query);
  if (!found && found.error().code == "store.query.bad_cursor") return Error(found.error()).at({.pointer = "?cursor"});
  HAMDIL_TRY(const store::RecordPage page, found);
  HAMDIL_TRY(Json list, records_json(call.workspace(), page.records));
  const Result<std::string> now = services::reporting::current_run(call.workspace());
  for (Json& product : list) {
    const Json& fields = product["fields"];
    product["stale"] = !now || fields.value("run", "") != *now;
    product["files"] = fields.value("files", Json::array());
  }
  return json_response({{"products", std::move(list)}, {"total", page.total}, {"next", page.next}});
}

Result<Response> file(Call& call) {
  HAMDIL_TRY(const auto found, product_file(call.workspace(), call.path.at("address"), true));
  if (!found) return error_response(Error("http.file.unknown", "There is no such file."), call.language, 404);
  HAMDIL_TRY(std::string bytes, call.workspace().read_blob(found->address));
  Response out{200, {}, std::move(bytes)};
  out.with("Content-Type", content_type_of(found->name))
      .with("Content-Disposition", "attachment; filename=\"" + found->name + "\"");
  return out;
}

}  // namespace

// 50 may wait for all together; so many of one person hold nobody up for long.
Status check_jobs_of(const Call& call) {
  constexpr std::ptrdiff_t kMostOfPerson = 5;
  const std::vector<Job> all = call.context.jobs->all();
  const auto open = std::count_if(all.begin(), all.end(), [&](const Job& job) {
    return job.who == call.context.who && (job.state == "waiting" || job.state == "running");
  });
  if (!call.context.guard->is_team() || open < kMostOfPerson) return Done{};
  return Error("jobs.of_person", "You have {count} things at work in the background already.",
               {{"count", std::to_string(open)}})
      .advise("Wait until one is done, or cancel one.");
}

// Only what was built to be handed out: no address leads to sealed answers or to another blob.
Result<std::optional<ProductFile>> product_file(const store::Workspace& workspace, const std::string& wanted,
                                                bool by_name) {
  store::RecordQuery query{.kind = "product", .descending = true, .limit = 1000};
  do {
    HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
    for (const model::Record& product : page.records) {
      const Json fields = product.fields();
      for (const Json& one : fields.value("files", Json::array())) {
        ProductFile out{one.value("address", ""), one.value("name", "")};
        if (!wanted.empty() && (out.address == wanted || (by_name && out.name == wanted)))
          return std::optional(std::move(out));
      }
    }
    query.cursor = page.next;
  } while (!query.cursor.empty());
  return std::optional<ProductFile>();
}

std::vector<Route> job_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/jobs",
       .operation = "listJobs",
       .summary = "Work in the background, newest first.",
       .handler = list,
       .answer_schema = "Jobs"},
      {.method = "POST",
       .pattern = "/api/v1/jobs",
       .operation = "startJob",
       .summary = "Builds a report in the background.",
       .handler = start,
       .body = Body::kJson,
       .body_schema = "JobBody",
       .status = 202,
       .answer_schema = "JobStarted",
       .takes_key = true},
      {.method = "GET",
       .pattern = "/api/v1/jobs/{id}",
       .operation = "getJob",
       .summary = "How far it is, and what became of it.",
       .handler = read,
       .answer_schema = "Job"},
      {.method = "DELETE",
       .pattern = "/api/v1/jobs/{id}",
       .operation = "cancelJob",
       .summary = "What waits ends at once, what runs at its next step.",
       .handler = cancel,
       .answer_schema = "Job"},
      {.method = "GET",
       .pattern = "/api/v1/products",
       .operation = "listProducts",
       .summary = "Products with their files, newest first, and whether answers or study file changed since (stale).",
       .handler = products,
       .answer_schema = "Products",
       .query = {{"limit", "Products on a page: 50 where it is not given, at most 1000.", "integer"},
                 {"cursor", "The next of the page before."}}},
      {.method = "GET",
       .pattern = "/api/v1/files/{address}",
       .operation = "getFile",
       .summary = "A file of a product by its address, or the newest of a name.",
       .handler = file,
       .answer_schema = "file"}};
}

}  // namespace hamdil::http
