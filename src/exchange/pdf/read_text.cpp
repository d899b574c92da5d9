#include "exchange/pdf/read_text.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::exchange::pdf {
namespace {

constexpr rlim_t kMemory = rlim_t{1} << 30;
constexpr int kNoProgram = 127;

class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int descriptor() const { return descriptor_; }
  bool put(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return lseek(descriptor_, 0, SEEK_SET) == 0;
  }
  std::string take(std::size_t limit) const {
    const off_t size = lseek(descriptor_, 0, SEEK_END);
    std::string out(std::min(limit, static_cast<std::size_t>(std::max<off_t>(0, size))), '\0');
    const ssize_t got = pread(descriptor_, out.data(), out.size(), 0);
    out.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    return out;
  }

 private:
  int descriptor_;
};

#if defined(__x86_64__)
// No sockets: every call that would make one fails. Held for the program that follows, too.
bool refuse_network() {
  std::array<sock_filter, 8> rules = {{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
                                       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
                                       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
                                       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0),
                                       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
                                       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                                       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
bool refuse_network() { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0; }
#endif

void limit(__rlimit_resource what, rlim_t most) {
  const rlimit wanted{most, most};
  setrlimit(what, &wanted);
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* program, int in, int out, const PdfOptions& options) {
  dup2(in, 0);
  dup2(out, 1);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, 2);
  limit(RLIMIT_CPU, static_cast<rlim_t>(options.timeout.count() / 1000 + 1));
  limit(RLIMIT_AS, kMemory);
  limit(RLIMIT_FSIZE, options.output_bytes);
  limit(RLIMIT_CORE, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!refuse_network()) _exit(kNoProgram - 1);
  const char* arguments[] = {"pdftotext", "-layout", "-enc", "UTF-8", "-", "-", nullptr};
  const char* environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", nullptr};
  execve(program, const_cast<char**>(arguments), const_cast<char**>(environment));
  _exit(kNoProgram);
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = getenv("PATH");
  for (const std::string& folder : text::split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':'))
    if (const std::string full = folder + "/" + name; !folder.empty() && access(full.c_str(), X_OK) == 0) return full;
  return {};
}

Error no_program() {
  return Error("exchange.pdf.no_program", "The text of a PDF cannot be read here: the program pdftotext is missing.")
      .advise("Install the package poppler-utils, or paste the text, or use the DOCX.");
}

// The child's exit status, or nothing when it had to be stopped.
std::optional<int> wait_for(pid_t child, std::chrono::milliseconds timeout) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  bool ended = false;
  if (handle >= 0) {
    pollfd polled{handle, POLLIN, 0};
    ended = poll(&polled, 1, static_cast<int>(timeout.count())) > 0;
    close(handle);
  }
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return ended ? std::optional(status) : std::nullopt;
}

Result<std::string> draw_text(std::string_view bytes, const PdfOptions& options) {
  const std::string program = find_program(options.program);
  if (program.empty()) return no_program();
  const Error failed("exchange.pdf.failed", "The text of this PDF cannot be read; it may be damaged or locked.");
  const MemoryFile in("hamdil-pdf");
  const MemoryFile out("hamdil-text");
  if (in.descriptor() < 0 || out.descriptor() < 0 || !in.put(bytes)) return failed;
  const pid_t child = fork();
  if (child < 0) return failed;
  if (child == 0) become(program.c_str(), in.descriptor(), out.descriptor(), options);
  const std::optional<int> status = wait_for(child, options.timeout);
  if (!status) return Error("exchange.pdf.timeout", "Reading the text of this PDF took too long and was stopped.");
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == kNoProgram) return no_program();
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0)
    return Error(failed).advise("Open it in a reader, copy the text and paste it.");
  return out.take(options.output_bytes);
}

}  // namespace

Result<TextDocument> read_text(std::string_view bytes, const std::string& name, const PdfOptions& options,
                               const TextLimits& limits) {
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    return Error("exchange.pdf.not_a_pdf", "This is not a PDF document.").at({.file = name});
  HAMDIL_TRY(const std::string drawn, draw_text(bytes, options));
  if (!text::is_valid_utf8(drawn) || text::trim(text::replace_all(drawn, "\f", " ")).empty())
    return Error("exchange.pdf.no_text", "This PDF holds no text, only pictures of its pages.")
        .at({.file = name})
        .advise("Ask for the DOCX, or paste the text.");
  return blocks_from_text(drawn, limits);
}

}  // namespace hamdil::exchange::pdf
