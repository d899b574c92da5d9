#include "app/draw/confine.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAMDIL_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAMDIL_SANITIZED 1
#endif

namespace hamdil::draw {

#if defined(__x86_64__) && !defined(HAMDIL_SANITIZED)

namespace {

// What drawing never needs. A list of what is allowed was tried: the script engine's threads then died now and then
// under load, because a call of theirs that is rare was not on it.
constexpr int kRefused[] = {
    // network
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg,
    SYS_sendmmsg,
    // programs and processes
    SYS_execve, SYS_execveat, SYS_fork, SYS_vfork, SYS_kill, SYS_tkill, SYS_ptrace, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_pidfd_open, SYS_pidfd_getfd, SYS_setns, SYS_unshare, SYS_chroot, SYS_pivot_root,
    SYS_mount, SYS_umount2,
    // files
    SYS_open, SYS_creat, SYS_openat2, SYS_open_by_handle_at, SYS_unlink, SYS_unlinkat, SYS_rename, SYS_renameat,
    SYS_renameat2, SYS_mkdir, SYS_mkdirat, SYS_rmdir, SYS_link, SYS_linkat, SYS_symlink, SYS_symlinkat, SYS_mknod,
    SYS_mknodat, SYS_chmod, SYS_fchmod, SYS_fchmodat, SYS_chown, SYS_fchown, SYS_lchown, SYS_fchownat, SYS_truncate,
    SYS_utime, SYS_utimes, SYS_utimensat, SYS_futimesat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
    // ways round
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
    SYS_keyctl, SYS_add_key, SYS_request_key, SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
    SYS_setresgid, SYS_capset};

constexpr std::uint32_t kX32Bit = 0x40000000;

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }

// Refuses a call unless some of these bits of an argument are set, or none of them is.
void refuse_unless(std::vector<sock_filter>& out, int call, std::size_t argument, std::uint32_t bits, bool set) {
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 4));
  out.push_back(load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t)));
  if (set)
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0));
  else
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
  out.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
  out.push_back(answer(SECCOMP_RET_ALLOW));
}

std::vector<sock_filter> rules() {
  std::vector<sock_filter> out;
  out.push_back(load(offsetof(seccomp_data, arch)));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  out.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  out.push_back(load(offsetof(seccomp_data, nr)));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32Bit, 0, 1));
  out.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  for (const int call : kRefused) {
    out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
    out.push_back(answer(SECCOMP_RET_ERRNO | EPERM));
  }
  // Threads, not processes. What clone3 is asked cannot be seen; the C library then takes clone.
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1));
  out.push_back(answer(SECCOMP_RET_ERRNO | ENOSYS));
  refuse_unless(out, SYS_clone, 0, CLONE_THREAD, true);
  refuse_unless(out, SYS_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | __O_TMPFILE, false);
  out.push_back(answer(SECCOMP_RET_ALLOW));
  return out;
}

}  // namespace

bool can_confine() { return true; }

std::string confine() {
  std::vector<sock_filter> filter = rules();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return std::strerror(errno);
  // Of all threads at once: the script engine has some already.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
    return std::strerror(errno);
  return {};
}

#else

bool can_confine() { return false; }
std::string confine() { return {}; }

#endif

}  // namespace hamdil::draw
