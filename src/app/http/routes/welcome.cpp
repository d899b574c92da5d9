// The program was started without a workspace: one is made or opened from the browser, and the server serves it from
// then on. Names within one folder only; nothing here reads or writes elsewhere.
#include <stdlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/env.hpp"
#include "services/demo/make.hpp"
#include "services/demo/programme.hpp"
#include "services/intake/import_survey.hpp"
#include "services/study/apply_study.hpp"
#include "services/welcome/workspaces.hpp"

namespace hamdil::http {
namespace {

namespace welcome = services::welcome;

constexpr const char* kDemoName = "DEMO";

// Gone with all in it at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code ignored;
    std::string pattern = (std::filesystem::temp_directory_path(ignored) / "hamdil-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Status check_none_open(const Call& call) {
  if (call.context.workspace != nullptr || !call.context.take_workspace)
    return Error("welcome.open_already", "A workspace is open already.")
        .advise("End the program and start it again to work in another one.");
  return Done{};
}

Result<Response> look(Call& call) {
  Json list = Json::array();
  if (call.context.workspace == nullptr)
    for (const welcome::Listed& one : welcome::list_workspaces(call.context.folder))
      list.push_back({{"name", one.name}, {"size", one.size}, {"has_key_file", one.has_key_file}});
  return json_response(
      {{"folder", call.context.folder}, {"open", call.context.workspace != nullptr}, {"workspaces", list}});
}

Result<Response> create(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"name", "passphrase"}));
  HAMDIL_CHECK(check_none_open(call));
  HAMDIL_TRY(const std::string name, text_member(*call.body, "name"));
  HAMDIL_TRY(const std::string passphrase, text_member(*call.body, "passphrase"));
  HAMDIL_TRY(welcome::Made made, welcome::create_workspace(call.context.folder, name, passphrase, Env::system()));
  HAMDIL_CHECK(call.context.take_workspace(std::move(made.workspace)));
  return json_response({{"recovery_key", made.recovery_key}, {"key_file", made.key_file}}, 201);
}

Result<Response> open(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"name", "passphrase", "recovery_key"}));
  HAMDIL_CHECK(check_none_open(call));
  HAMDIL_TRY(const std::string name, text_member(*call.body, "name"));
  HAMDIL_TRY(const std::string passphrase, text_member(*call.body, "passphrase"));
  HAMDIL_TRY(const std::string recovery, text_member(*call.body, "recovery_key"));
  HAMDIL_TRY(store::Workspace workspace,
             welcome::open_workspace(call.context.folder, name, passphrase, recovery, Env::system()));
  HAMDIL_CHECK(call.context.take_workspace(std::move(workspace)));
  return json_response({{"open", true}});
}

Status fill_demo(store::Workspace& workspace, const std::string& package, const std::string& language,
                 const store::Author& author) {
  HAMDIL_TRY(const auto files, services::demo::make_demo(package, {}));
  (void)files;
  for (const auto& [round, form] : {std::pair("baseline", "form_v1"), std::pair("endline", "form_v2")}) {
    services::intake::ImportRequest request;
    request.forms = {package + "/" + form + ".xlsx"};
    request.data = {package + "/" + round + ".xlsx"};
    request.round = round;
    Diagnostics problems;
    HAMDIL_TRY(auto prepared, services::intake::prepare_import(request, problems));
    HAMDIL_TRY(const auto receipt, services::intake::commit_import(workspace, std::move(prepared), request, author));
    (void)receipt;
  }
  Diagnostics problems;
  HAMDIL_CHECK(services::study::apply_study(workspace, package + "/study.yaml", author, problems));
  HAMDIL_TRY(const std::size_t records, services::demo::fill_programme(workspace, language));
  (void)records;
  return Done{};
}

// Opened where it is there already, so that what was tried in it is found again.
Result<Response> demo(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"language"}));
  HAMDIL_CHECK(check_none_open(call));
  HAMDIL_TRY(const std::string asked, text_member(*call.body, "language", "en"));
  HAMDIL_TRY(const std::string language, services::demo::find_programme_language(asked));
  const std::string& folder = call.context.folder;
  for (const welcome::Listed& one : welcome::list_workspaces(folder)) {
    if (one.name != kDemoName) continue;
    HAMDIL_TRY(store::Workspace workspace, welcome::open_workspace(folder, kDemoName, "", "", Env::system()));
    HAMDIL_CHECK(call.context.take_workspace(std::move(workspace)));
    return json_response({{"open", true}});
  }
  const ScratchFolder scratch;
  if (scratch.path().empty()) return Error("base.file.unwritable", "No folder for temporary files could be made.");
  HAMDIL_TRY(welcome::Made made, welcome::create_workspace(folder, kDemoName, "", Env::system()));
  if (const Status filled = fill_demo(made.workspace, scratch.path(), language, call.author()); !filled) {
    std::error_code ignored;  // a half-filled demonstration is not left behind
    const std::string path = made.workspace.path();
    {
      const store::Workspace closing = std::move(made.workspace);
    }
    for (const std::string& file : {path, made.key_file}) std::filesystem::remove(file, ignored);
    return filled.error();
  }
  HAMDIL_CHECK(call.context.take_workspace(std::move(made.workspace)));
  return json_response({{"open", true}});
}

}  // namespace

std::vector<Route> welcome_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/welcome",
           .operation = "getWelcome",
           .summary = "The folder of workspaces and what stands in it, for a program that was started without one.",
           .handler = look,
           .answer_schema = "Welcome",
           .needs_workspace = false},
          {.method = "POST",
           .pattern = "/api/v1/welcome/create",
           .operation = "createWorkspace",
           .summary = "A new workspace in the folder, open from then on. The recovery key is told this once.",
           .handler = create,
           .body = Body::kJson,
           .body_schema = "WelcomeCreate",
           .status = 201,
           .answer_schema = "WelcomeMade",
           .needs_workspace = false},
          {.method = "POST",
           .pattern = "/api/v1/welcome/open",
           .operation = "openWorkspace",
           .summary = "Opens a workspace of the folder.",
           .handler = open,
           .body = Body::kJson,
           .body_schema = "WelcomeOpen",
           .answer_schema = "WelcomeOpened",
           .needs_workspace = false},
          {.method = "POST",
           .pattern = "/api/v1/welcome/demo",
           .operation = "openDemo",
           .summary = "Opens the demonstration in the folder; makes it first, in this language, where it is not there.",
           .handler = demo,
           .body = Body::kJson,
           .body_schema = "WelcomeDemo",
           .answer_schema = "WelcomeOpened",
           .needs_workspace = false}};
}

}  // namespace hamdil::http
