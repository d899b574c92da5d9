#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hamdil {
namespace {

Error io_error(const char* code, const std::string& path, int error) {
  if (error == ENOSPC || error == EDQUOT)
    return Error("base.file.disk_full", "The disk is full.")
        .at({.file = path})
        .advise("Free some space and run the command again; nothing was changed.");
  return Error(code, "The system says: {reason}.", {{"reason", std::strerror(error)}}).at({.file = path});
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return Error("base.file.missing", "There is no such file.").at({.file = path});
    return io_error("base.file.unreadable", path, errno);
  }
  struct stat info{};
  if (::fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == S_IFDIR) {
    ::close(fd);
    return Error("base.file.unreadable", "This is a folder, not a file.").at({.file = path});
  }
  std::string out;
  out.resize(static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)) < limit
                 ? static_cast<std::size_t>(info.st_size) + 1
                 : limit + 1);
  std::size_t filled = 0;
  while (true) {
    if (filled == out.size()) {
      if (out.size() > limit) {
        ::close(fd);
        return Error("base.file.too_large", "The file is larger than {limit} bytes.",
                     {{"limit", std::to_string(limit)}})
            .at({.file = path});
      }
      out.resize(std::min(limit + 1, out.size() * 2));
    }
    const ssize_t got = ::read(fd, out.data() + filled, out.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      ::close(fd);
      return io_error("base.file.unreadable", path, error);
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  ::close(fd);
  if (filled > limit)
    return Error("base.file.too_large", "The file is larger than {limit} bytes.", {{"limit", std::to_string(limit)}})
        .at({.file = path});
  out.resize(filled);
  return out;
}

Status write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".part";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return io_error("base.file.unwritable", path, errno);
  std::size_t written = 0;
  int error = 0;
  while (written < bytes.size() && error == 0) {
    const ssize_t put = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (put < 0 && errno != EINTR) error = errno;
    if (put > 0) written += static_cast<std::size_t>(put);
  }
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return io_error("base.file.unwritable", path, error);
  }
  return Done{};
}

Status make_folder(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return io_error("base.file.unwritable", path, problem.value());
  return Done{};
}

bool file_exists(const std::string& path) {
  std::error_code problem;
  return std::filesystem::exists(path, problem);
}

bool is_folder(const std::string& path) {
  std::error_code problem;
  return std::filesystem::is_directory(path, problem);
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  std::error_code problem;
  std::vector<std::string> names;
  for (auto entry = std::filesystem::directory_iterator(path, problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem))
    names.push_back(entry->path().filename().string());
  if (problem) return io_error("base.file.unreadable", path, problem.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hamdil
