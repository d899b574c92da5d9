// hamdil serve
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/http/service.hpp"

namespace hamdil::cli {
namespace {

struct ServeCommand {
  std::string workspace;
  std::uint16_t port = 0;
  bool no_browser = false;
  bool team = false;
  std::string address = "0.0.0.0";
  std::vector<std::string> names;
  bool only_url = false;
  bool json = false;
  KeyOptions key;
};

// A page that leads to the address, in a file that only this user may read: on the command line of a browser the token
// would be seen by everybody on this computer. Gone when the program ends.
class DoorFile {
 public:
  explicit DoorFile(const std::string& url) {
    std::string pattern = "/tmp/hamdil-XXXXXX.html";
    const int fd = ::mkstemps(pattern.data(), 5);
    if (fd < 0) return;
    const std::string page =
        "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=" + url +
        "\"><title>Hamdil</title>\n";
    if (::write(fd, page.data(), page.size()) == static_cast<ssize_t>(page.size())) path_ = pattern;
    ::close(fd);
  }
  ~DoorFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  DoorFile(const DoorFile&) = delete;
  DoorFile& operator=(const DoorFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

bool has_screen() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return true;
  return false;
}

// In the background, and without a word where there is no such program: the address is printed anyway.
void open_browser(const std::string& page) {
  std::string shell = "/bin/sh";
  std::string option = "-c";
  std::string script = "command -v xdg-open >/dev/null 2>&1 && xdg-open \"$0\" >/dev/null 2>&1 </dev/null &";
  std::string argument = page;
  char* arguments[] = {shell.data(), option.data(), script.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, shell.c_str(), nullptr, nullptr, arguments, environ) == 0) ::waitpid(child, nullptr, 0);
}

void print_team(const ServeCommand& command, const http::TeamOptions::Started& started) {
  if (command.json) {
    fmt::print("{}\n", Json{{"urls", started.urls}, {"fingerprint", started.fingerprint}, {"pin", started.pin}}.dump());
  } else {
    fmt::print("Hamdil is ready for the team. Others open one of\n\n");
    for (const std::string& url : started.urls) fmt::print("    {}\n", url);
    fmt::print(
        "\nThe browser warns once, because this server vouches for itself. Compare what it shows as the SHA-256 "
        "fingerprint of the certificate:\n\n    {}\n\nPIN for the next device, for ten minutes: {}\n\nEnter shows a "
        "new PIN. Ctrl-C ends.\n",
        started.fingerprint, started.pin);
  }
  std::fflush(stdout);
}

int serve_team(const ServeCommand& command) {
  if (command.workspace.empty())
    return report(Error("cli.serve.no_workspace", "--team needs a workspace."), command.json);
  auto workspace = open_workspace(command.workspace, command.key, store::Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), command.json);
  http::TeamOptions options;
  options.address = command.address;
  options.port = command.port;
  options.names = command.names;
  options.started = [&](const http::TeamOptions::Started& started) { print_team(command, started); };
  options.pin = [&](const std::string& pin) {
    if (command.json)
      fmt::print("{}\n", Json{{"pin", pin}}.dump());
    else
      fmt::print("PIN for the next device, for ten minutes: {}\n", pin);
    std::fflush(stdout);
  };
  const Status served = http::serve_team(std::move(*workspace), options);
  return served ? static_cast<int>(kDone) : report(served.error(), command.json);
}

int serve(const ServeCommand& command) {
  if (command.team) return serve_team(command);
  std::optional<store::Workspace> workspace;
  if (!command.workspace.empty()) {
    auto opened = open_workspace(command.workspace, command.key, store::Workspace::Access::kWrite);
    if (!opened) return report(opened.error(), command.json);
    workspace = std::move(*opened);
  }
  std::unique_ptr<DoorFile> door;
  http::ServeOptions options;
  options.port = command.port;
  options.who = author("").who;
  options.started = [&](const std::string& url) {
    if (command.json)
      fmt::print("{}\n", Json{{"url", url}}.dump());
    else if (command.only_url)
      fmt::print("{}\n", url);
    else
      fmt::print(
          "Hamdil is ready{}. Open\n\n    {}\n\nThe address holds the key to this workspace for as long as the program "
          "runs: do "
          "not pass it on. Ctrl-C ends.\n",
          command.workspace.empty() ? ", without a workspace" : "", url);
    std::fflush(stdout);
    if (command.no_browser || command.only_url || command.json || !has_screen()) return;
    door = std::make_unique<DoorFile>(url);
    if (!door->path().empty()) open_browser(door->path());
  };
  const Status served = http::serve(std::move(workspace), options);
  return served ? static_cast<int>(kDone) : report(served.error(), command.json);
}

}  // namespace

void declare_serve(CLI::App& parent, Run& run) {
  auto command = std::make_shared<ServeCommand>();
  auto* serve_command = parent.add_subcommand("serve", "Open the workspace in the browser: this computer only");
  serve_command->add_option("workspace", command->workspace, "The workspace; without one the welcome page opens");
  serve_command->add_option("--port", command->port, "Port of this computer; a free one when it is not given");
  serve_command->add_flag("--team", command->team, "For several people with accounts, over HTTPS on the local network");
  serve_command->add_option("--address", command->address, "With --team: listen on this address only");
  serve_command->add_option("--name", command->names,
                            "With --team: a further name by which others reach this computer");
  serve_command->add_flag("--no-browser", command->no_browser, "Only print the address");
  serve_command->add_flag("--print-url", command->only_url, "Print the address and nothing else, open no browser");
  serve_command->add_flag("--json", command->json, "Print JSON");
  command->key.add_to(*serve_command);
  serve_command->callback([&run, command] { run = [command] { return serve(*command); }; });
}

}  // namespace hamdil::cli
