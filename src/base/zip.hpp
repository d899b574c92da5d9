// ZIP packages (XLSX, DOCX, QDPX ...): reading within limits, writing with the same bytes every time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil {

// What a package from outside may cost. The defaults fit a national survey export and refuse a bomb.
struct ZipLimits {
  std::uint64_t entries = 10'000;
  std::uint64_t entry_bytes = std::uint64_t{4} << 30;
  std::uint64_t total_bytes = std::uint64_t{6} << 30;  // over everything read from one reader
  std::uint64_t ratio = 1'000;                         // unpacked / packed, looked at once an entry passes 1 MiB
};

// Not thread-safe; movable. Entry names are those in the file; a name with "..", a drive or a leading slash is never
// opened.
class ZipReader {
 public:
  // Codes: base.zip.not_a_zip (also for a truncated file), base.zip.too_many_entries, base.file.missing.
  static Result<ZipReader> open(const std::string& path, const ZipLimits& limits = {});
  // `bytes` must outlive the reader.
  static Result<ZipReader> open_bytes(std::string_view bytes, const std::string& name, const ZipLimits& limits = {});

  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;
  ~ZipReader();

  const std::vector<std::string>& names() const;
  bool contains(const std::string& name) const;
  // Codes: base.zip.no_entry, base.zip.bomb, base.zip.damaged.
  Result<std::string> read(const std::string& name);
  // Hands the entry to `sink` in pieces of at most 256 KiB; a false answer stops without an error.
  Status stream(const std::string& name, const std::function<bool(std::string_view)>& sink);

 private:
  struct State;
  explicit ZipReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Entries in the order added, all dated 1980-01-01, deflated (or stored for .png). Same input, same bytes.
class ZipWriter {
 public:
  void add(std::string name, std::string bytes);
  Result<std::string> finish();

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace hamdil
