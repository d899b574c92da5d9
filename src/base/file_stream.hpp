// Large files read piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace hamdil {

// What tells whether a file is still the one that was looked at before.
struct FileStamp {
  std::size_t size = 0;
  std::int64_t changed_seconds = 0;
  std::int64_t changed_nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};

// Moves, does not copy. Codes: base.file.missing, base.file.unreadable, base.file.too_large (above kFileLimit).
class FileStream {
 public:
  static Result<FileStream> open(const std::string& path);
  FileStream(FileStream&& other) noexcept;
  FileStream& operator=(FileStream&&) = delete;
  ~FileStream();

  // Up to `count` bytes, fewer only at the end of the file.
  Result<std::size_t> read(char* out, std::size_t count);
  const FileStamp& stamp() const { return stamp_; }  // when it was opened

 private:
  FileStream(int fd, std::string path, FileStamp stamp) : fd_(fd), path_(std::move(path)), stamp_(stamp) {}
  int fd_ = -1;
  std::string path_;
  FileStamp stamp_;
};

Error file_changed(const std::string& path);  // code base.file.changed

// digest_hex() of the file's bytes, of which only a piece is held.
Result<std::string> file_digest_hex(const std::string& path);

}  // namespace hamdil
