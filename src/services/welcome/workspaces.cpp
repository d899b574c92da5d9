#include "services/welcome/workspaces.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"

namespace hamdil::services::welcome {
namespace {

constexpr const char* kEnding = ".hamdil";
constexpr std::size_t kMostListed = 500;
constexpr std::size_t kLongestName = 80;
constexpr std::size_t kShortestPassphrase = 8;

// A name and never a way to another folder.
Status check_name(const std::string& name) {
  const bool plain = !name.empty() && name.size() <= kLongestName && name.front() != '.' && text::trim(name) == name &&
                     std::none_of(name.begin(), name.end(), [](char c) {
                       return c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                     });
  if (plain) return Done{};
  return Error("welcome.name", "This cannot be the name of a workspace.")
      .at({.pointer = "/name"})
      .advise("Letters, digits and blanks, without slashes, not longer than 80 bytes.");
}

std::string path_of(const std::string& folder, const std::string& name) { return folder + "/" + name + kEnding; }

Status make_key_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return Error("base.file.unwritable", "The key file cannot be written.").at({.file = path});
  const std::string text = to_hex(protect::random_bytes(32)) + "\n";
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (written) return Done{};
  ::unlink(path.c_str());
  return Error("base.file.unwritable", "The key file cannot be written.").at({.file = path});
}

}  // namespace

std::vector<Listed> list_workspaces(const std::string& folder) {
  std::vector<Listed> out;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end && out.size() < kMostListed;
       file.increment(error)) {
    const std::string name = file->path().filename().string();
    std::error_code ignored;
    if (!name.ends_with(kEnding) || name.front() == '.' || !file->is_regular_file(ignored)) continue;
    out.push_back({name.substr(0, name.size() - std::string(kEnding).size()), file->file_size(ignored),
                   file_exists(file->path().string() + ".key")});
  }
  std::sort(out.begin(), out.end(), [](const Listed& a, const Listed& b) { return a.name < b.name; });
  return out;
}

Result<Made> create_workspace(const std::string& folder, const std::string& name, const std::string& passphrase,
                              const Env& env) {
  HAMDIL_CHECK(check_name(name));
  if (!passphrase.empty() && passphrase.size() < kShortestPassphrase)
    return Error("welcome.passphrase", "A passphrase has 8 characters or more.")
        .at({.pointer = "/passphrase"})
        .advise("Several words are easier to keep in mind than signs.");
  HAMDIL_CHECK(make_folder(folder));
  const std::string path = path_of(folder, name);
  if (file_exists(path))
    return Error("store.workspace.exists", "There is already a file of this name.")
        .at({.pointer = "/name"})
        .advise("Choose another name; an existing workspace is never overwritten.");
  store::KeySource key{.passphrase = passphrase};
  std::string key_file;
  if (passphrase.empty()) {
    key_file = path + ".key";
    HAMDIL_CHECK(make_key_file(key_file));
    HAMDIL_TRY(key.key_file_bytes, read_file(key_file, 4096));
  }
  auto created = store::Workspace::create(path, key, env);
  if (!created) {
    if (!key_file.empty()) ::unlink(key_file.c_str());
    return created.error();
  }
  return Made{std::move(created->workspace), created->recovery_key, key_file};
}

Result<store::Workspace> open_workspace(const std::string& folder, const std::string& name,
                                        const std::string& passphrase, const std::string& recovery_key,
                                        const Env& env) {
  HAMDIL_CHECK(check_name(name));
  const std::string path = path_of(folder, name);
  store::KeySource key;
  if (!recovery_key.empty())
    key.recovery_words = text::trim(recovery_key);
  else if (!passphrase.empty())
    key.passphrase = passphrase;
  else if (file_exists(path + ".key")) {
    HAMDIL_TRY(key.key_file_bytes, read_file(path + ".key", 1 << 20));
  } else {
    return Error("welcome.no_key", "This workspace opens with its passphrase or its recovery key.")
        .at({.pointer = "/passphrase"});
  }
  return store::Workspace::open(path, key, store::Workspace::Access::kWrite, env);
}

}  // namespace hamdil::services::welcome
