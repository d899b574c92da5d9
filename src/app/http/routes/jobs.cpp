// Work in the background, products and their files.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "services/reporting/build_report.hpp"

namespace hamdil::http {
namespace {

using services::jobs::Control;
using services::jobs::Job;
using services::reporting::ReportRequest;
using services::reporting::ReportSummary;

// A folder that only this user may read, gone with all in it at the end.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code ignored;
    std::string pattern = (std::filesystem::temp_directory_path(ignored) / "hamdil-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Builds the product and keeps its files, sealed, in the workspace.
Result<std::string> build(store::Workspace& workspace, const Control& control, ReportRequest request,
                          const store::Author& author) {
  const PrivateFolder folder;
  if (folder.path().empty()) return Error("base.file.unwritable", "No folder for temporary files could be made.");
  request.folder = folder.path();
  control.progress(0.05);
  HAMDIL_TRY(const ReportSummary summary, services::reporting::build_report(workspace, request, author));
  control.progress(0.9);
  Json files = Json::array();
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const std::string& path : summary.files) {
      HAMDIL_TRY(const std::string bytes, read_file(path));
      HAMDIL_TRY(const std::string address, transaction.put_blob(bytes));
      const std::string name = path.substr(path.find_last_of('/') + 1);
      files.push_back(
          {{"name", name}, {"address", address}, {"size", bytes.size()}, {"format", name.substr(name.rfind('.') + 1)}});
    }
    return Done{};
  }));
  Json problems = Json::array();
  for (const Diagnostic& diagnostic : summary.problems)
    problems.push_back(problem_json(diagnostic.problem, request.language));
  return to_text({{"files", files},
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

Json job_json(const Job& job, const std::string& language) {
  Json out = services::jobs::to_json(job);
  if (job.error) out["error"] = problem_json(*job.error, language);
  return out;
}

Result<Response> start(Call& call) {
  HAMDIL_TRY(const ReportRequest request, report_request(*call.body));
  HAMDIL_CHECK(services::reporting::check_request(request));
  const store::Author author = call.author();
  HAMDIL_TRY(const Job job,
             call.context.jobs->start("report", request.product + " (" + request.language + ")", call.context.who,
                                      [request, author](store::Workspace& workspace, const Control& control) {
                                        return build(workspace, control, request, author);
                                      }));
  Response out = json_response({{"id", job.id}}, 202);
  out.with("Location", "/api/v1/jobs/" + job.id);
  return out;
}

// Some roles see only what they started themselves.
bool shows(const Call& call, const Job& job) {
  return call.context.entry.reach == services::accounts::Reach::kAll || job.who == call.context.who;
}

Result<Response> list(Call& call) {
  Json jobs = Json::array();
  for (const Job& job : call.context.jobs->all())
    if (shows(call, job)) jobs.push_back(job_json(job, call.language));
  return json_response({{"jobs", jobs}});
}

Result<Response> read(Call& call) {
  const auto job = call.context.jobs->find(call.path.at("id"));
  if (!job || !shows(call, *job)) return Error("jobs.unknown", "There is no such job.");
  return json_response(job_json(*job, call.language));
}

Result<Response> cancel(Call& call) {
  if (const auto job = call.context.jobs->find(call.path.at("id")); job && !shows(call, *job))
    return Error("jobs.unknown", "There is no such job.");
  HAMDIL_CHECK(call.context.jobs->cancel(call.path.at("id")));
  return read(call);
}

// The files that jobs made, newest first: {"name", "address", ...} each, with the run they belong to.
std::vector<Json> files_of(const Context& context) {
  std::vector<Json> out;
  for (const Job& job : context.jobs->all()) {
    if (job.state != "done" || job.result.empty()) continue;
    const Json result = Json::parse(job.result, nullptr, false);
    if (!result.is_object() || !result.contains("files")) continue;
    for (Json file : result["files"]) {
      file["run"] = result.value("run", "");
      out.push_back(std::move(file));
    }
  }
  return out;
}

Result<Response> products(Call& call) {
  store::RecordQuery query;
  query.kind = "product";
  query.sort = "created_at";
  query.descending = true;
  query.limit = 200;
  HAMDIL_TRY(const store::RecordPage page, call.workspace().query(query));
  HAMDIL_TRY(Json list, records_json(call.workspace(), page.records));
  const std::vector<Json> files = files_of(call.context);
  for (Json& product : list) {
    Json own = Json::array();
    const std::string stem =
        product["fields"].value("outline", "") + "." + product["fields"].value("language", "") + ".";
    for (const Json& file : files)
      if (!file.value("run", "").empty() && file["run"] == product["fields"].value("run", "") &&
          file.value("name", "").starts_with(stem))
        own.push_back(
            {{"name", file["name"]}, {"address", file["address"]}, {"size", file["size"]}, {"format", file["format"]}});
    product["files"] = std::move(own);
  }
  return json_response({{"products", std::move(list)}});
}

// Only what was built to be handed out: no address leads to sealed answers or to another blob.
Result<Response> file(Call& call) {
  const std::string& wanted = call.path.at("address");
  for (const Json& file : files_of(call.context)) {
    if (file.value("address", "") != wanted && file.value("name", "") != wanted) continue;
    HAMDIL_TRY(std::string bytes, call.workspace().read_blob(file.value("address", "")));
    Response out{200, {}, std::move(bytes)};
    const std::string name = file.value("name", "");
    out.with("Content-Type", content_type_of(name))
        .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
    return out;
  }
  return error_response(Error("http.file.unknown", "There is no such file."), call.language, 404);
}

}  // namespace

std::vector<Route> job_routes() {
  return {{.method = "GET",
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
           .summary = "Products with the files that were built here, newest first.",
           .handler = products,
           .answer_schema = "Products"},
          {.method = "GET",
           .pattern = "/api/v1/files/{address}",
           .operation = "getFile",
           .summary = "A file of a product by its address, or the newest of a name.",
           .handler = file,
           .answer_schema = "file"}};
}

}  // namespace hamdil::http
