// Whole files, read within a limit and written so that a crash leaves the old or the new one, never half.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil {

inline constexpr std::size_t kFileLimit = std::size_t{4} << 30;

// Codes: base.file.missing, base.file.unreadable, base.file.too_large.
Result<std::string> read_file(const std::string& path, std::size_t limit = kFileLimit);
// Written to a temporary neighbour, flushed to disk, then renamed. Codes: base.file.unwritable, base.file.disk_full.
Status write_file(const std::string& path, std::string_view bytes);
Status make_folder(const std::string& path);
bool file_exists(const std::string& path);
bool is_folder(const std::string& path);
// Names (not paths) in the folder, sorted bytewise.
Result<std::vector<std::string>> list_folder(const std::string& path);

}  // namespace hamdil
