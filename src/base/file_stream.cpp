#include "base/file_stream.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/file.hpp"

namespace hamdil {

Result<FileStream> FileStream::open(const std::string& path) {
  const auto unreadable = [&path](int error) {
    return Error("base.file.unreadable", "The system says: {reason}.", {{"reason", std::strerror(error)}})
        .at({.file = path});
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return Error("base.file.missing", "There is no such file.").at({.file = path});
  if (fd < 0) return unreadable(errno);
  struct stat info{};
  FileStream out(fd, path, {});
  if (::fstat(fd, &info) != 0) return unreadable(errno);
  if (S_ISDIR(info.st_mode)) return Error("base.file.unreadable", "This is a folder, not a file.").at({.file = path});
  out.stamp_ = {static_cast<std::size_t>(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
  if (out.stamp_.size > kFileLimit)
    return Error("base.file.too_large", "The file is larger than {limit} bytes.",
                 {{"limit", std::to_string(kFileLimit)}})
        .at({.file = path});
  return out;
}

FileStream::FileStream(FileStream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), stamp_(other.stamp_) {}

FileStream::~FileStream() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::size_t> FileStream::read(char* out, std::size_t count) {
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::read(fd_, out + filled, count - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error("base.file.unreadable", "The system says: {reason}.", {{"reason", std::strerror(errno)}})
          .at({.file = path_});
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Error file_changed(const std::string& path) {
  return Error("base.file.changed", "The file was changed while it was read.")
      .at({.file = path})
      .advise("Wait until nothing writes to it any more, and try again.");
}

Result<std::string> file_digest_hex(const std::string& path) {
  HAMDIL_TRY(FileStream file, FileStream::open(path));
  crypto_generichash_state state;
  std::array<char, 32> digest{};
  crypto_generichash_init(&state, nullptr, 0, digest.size());
  std::vector<char> piece(std::size_t{1} << 20);
  while (true) {
    HAMDIL_TRY(const std::size_t got, file.read(piece.data(), piece.size()));
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(piece.data()), got);
    if (got < piece.size()) break;
  }
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(digest.data()), digest.size());
  return to_hex({digest.data(), digest.size()});
}

}  // namespace hamdil
