#include "services/reporting/draw.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/catalogue.hpp"
#include "base/control.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

namespace hamdil::services {

namespace {

constexpr std::size_t kOutputLimit = std::size_t{256} << 20;
constexpr std::int64_t kAskEvery = 100;  // milliseconds between two looks whether it shall stop
constexpr std::size_t kComplaintLimit = 4096;
const std::string kNarrow = "narrow ";  // before a figure's id: no id has a space

class Pipe {
 public:
  Pipe() { ok_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool ok() const { return ok_; }
  int end(std::size_t which) const { return ends_[which]; }
  void close_end(std::size_t which) {
    if (ends_[which] >= 0) close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool ok_ = false;
};

// SIGPIPE would end this process when the child stops reading; it is blocked in this thread while we write.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~NoBrokenPipeSignal() {
    const timespec now{0, 0};
    while (sigtimedwait(&set_, nullptr, &now) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t set_{};
  sigset_t before_{};
};

struct Streams {
  Pipe in;
  Pipe out;
  Pipe complaint;
};

Result<pid_t> start(const std::string& program, Streams& streams) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, streams.in.end(0), 0);
  posix_spawn_file_actions_adddup2(&actions, streams.out.end(1), 1);
  posix_spawn_file_actions_adddup2(&actions, streams.complaint.end(1), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> kept;
  for (const char* name :
       {"PATH", "HOME", "XDG_CACHE_HOME", "XDG_DATA_DIRS", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "LD_LIBRARY_PATH"})
    if (const char* value = getenv(name); value != nullptr) kept.push_back(std::string(name) + "=" + value);
  std::vector<char*> environment;
  for (std::string& entry : kept) environment.push_back(entry.data());
  environment.push_back(nullptr);
  std::string name = program;
  char* arguments[] = {name.data(), nullptr};
  pid_t child = -1;
  const int problem = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments, environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (problem != 0)
    return Error("services.process.missing", "The program {program} cannot be started.", {{"program", program}});
  return child;
}

Error timed_out(const std::string& program) {
  return {"services.process.timeout", "{program} took too long and was stopped.", {{"program", program}}};
}

// Feeds and drains the child until it closes its output. True when all went well within time and limit.
Status converse(const std::string& program, Streams& streams, const std::string& input,
                std::chrono::steady_clock::time_point deadline, const std::function<bool()>& is_cancelled,
                std::string& output, std::string& complaint) {
  fcntl(streams.in.end(1), F_SETFL, O_NONBLOCK);
  std::size_t written = 0;
  bool out_open = true;
  bool complaint_open = true;
  std::vector<char> buffer(64 * 1024);
  const auto drain = [&](int descriptor, bool& open, std::string& into) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got > 0)
      into.append(buffer.data(), static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      open = false;
  };
  while (out_open || complaint_open) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return timed_out(program);
    HAMDIL_CHECK((Control{{}, is_cancelled}.step(0)));
    std::array<pollfd, 3> polled = {pollfd{out_open ? streams.out.end(0) : -1, POLLIN, 0},
                                    pollfd{complaint_open ? streams.complaint.end(0) : -1, POLLIN, 0},
                                    pollfd{streams.in.end(1), POLLOUT, 0}};
    if (poll(polled.data(), polled.size(), static_cast<int>(std::min<std::int64_t>(left, kAskEvery))) < 0 &&
        errno != EINTR)
      break;
    if (polled[2].revents != 0 && streams.in.end(1) >= 0) {
      const ssize_t put = write(streams.in.end(1), input.data() + written, input.size() - written);
      if (put > 0) written += static_cast<std::size_t>(put);
      if ((put < 0 && errno != EAGAIN && errno != EINTR) || written == input.size()) streams.in.close_end(1);
    }
    if (polled[0].revents != 0) drain(streams.out.end(0), out_open, output);
    if (polled[1].revents != 0) drain(streams.complaint.end(0), complaint_open, complaint);
    if (complaint.size() > kComplaintLimit) complaint.resize(kComplaintLimit);
    if (output.size() > kOutputLimit)
      return Error("services.process.too_much", "{program} answered more than allowed.", {{"program", program}});
  }
  return Done{};
}

}  // namespace

std::string default_draw_program() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return "hamdil-draw";
  std::string folder(path.data(), static_cast<std::size_t>(length));
  folder.resize(folder.rfind('/') + 1);
  return folder + "hamdil-draw";
}

Result<std::string> run_filter(const std::string& program, const std::string& input, std::chrono::milliseconds timeout,
                               const std::function<bool()>& is_cancelled) {
  if (access(program.c_str(), X_OK) != 0)
    return Error("services.process.missing", "The program {program} cannot be started.",
                 {{"program", program.substr(program.rfind('/') + 1)}});
  const std::string name = program.substr(program.rfind('/') + 1);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Streams streams;
  if (!streams.in.ok() || !streams.out.ok() || !streams.complaint.ok())
    return Error("services.process.failed", "{program} failed: {reason}",
                 {{"program", name}, {"reason", "no pipes left"}});
  const NoBrokenPipeSignal quiet;
  HAMDIL_TRY(const pid_t child, start(program, streams));
  streams.in.close_end(0);
  streams.out.close_end(1);
  streams.complaint.close_end(1);
  std::string output;
  std::string complaint;
  const Status status = converse(name, streams, input, deadline, is_cancelled, output, complaint);
  if (!status) kill(child, SIGKILL);
  int code = 0;
  while (waitpid(child, &code, 0) < 0 && errno == EINTR) {
  }
  if (!status) return status.error();
  if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
    return Error("services.process.failed", "{program} failed: {reason}",
                 {{"program", name}, {"reason", complaint.empty() ? "it was stopped" : complaint}});
  return output;
}

report::Drawings draw_figures(const protect::Released<report::Document>& document, const DrawOptions& options) {
  report::Drawings drawings;
  Json specs = Json::array();
  const auto explain = [&](const Error& error) {
    const auto word = document->words.find("no_drawings");
    drawings.problem = fill(word == document->words.end() ? "{reason}" : word->second,
                            {{"reason", Catalogue::built_in().error_text(document->language, error)}});
  };
  for (const report::Block& block : document->blocks) {
    const auto* figure = std::get_if<report::Figure>(&block);
    if (figure == nullptr) continue;
    for (const auto& [id, text] :
         {std::pair(figure->id, figure->spec), std::pair(kNarrow + figure->id, figure->narrow_spec)}) {
      if (text.empty() && id != figure->id) continue;
      auto spec = parse_json(text, figure->id);
      if (spec)
        specs.push_back({{"id", id}, {"spec", std::move(*spec)}});
      else
        explain(spec.error());
    }
  }
  if (specs.empty()) return drawings;
  const std::string font = !options.font.empty()     ? options.font
                           : document->right_to_left ? "Noto Sans Arabic, Noto Sans"
                                                     : "Noto Sans, Noto Sans Arabic";
  const auto answer = run_filter(options.program.empty() ? default_draw_program() : options.program,
                                 Json{{"font", font}, {"specs", specs}}.dump(), options.timeout, options.is_cancelled);
  if (!answer) {
    explain(answer.error());
    return drawings;
  }
  const auto tree = parse_json(*answer, "hamdil-draw");
  if (!tree || !tree->is_object() || !tree->contains("drawings")) {
    explain(tree ? Error("services.process.failed", "{program} failed: {reason}",
                         {{"program", "hamdil-draw"}, {"reason", "no drawings in its answer"}})
                 : tree.error());
    return drawings;
  }
  for (const Json& drawing : (*tree)["drawings"]) {
    const std::string id = drawing.value("id", std::string());
    if (drawing.contains("svg") && id.starts_with(kNarrow))
      drawings.narrow[id.substr(kNarrow.size())] = drawing["svg"].get<std::string>();
    else if (drawing.contains("svg"))
      drawings.svg[id] = drawing["svg"].get<std::string>();
    else
      explain(Error("services.process.failed", "{program} failed: {reason}",
                    {{"program", "hamdil-draw"}, {"reason", drawing.value("error", std::string("unknown"))}}));
  }
  return drawings;
}

}  // namespace hamdil::services
