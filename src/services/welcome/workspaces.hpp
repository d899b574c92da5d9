// The workspaces of one folder, for a program that was started without one: listed, made, opened by their names.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::welcome {

struct Listed {
  std::string name;  // of the file, without ".hamdil"
  std::uint64_t size = 0;
  bool has_key_file = false;  // NAME.hamdil.key stands beside it
};
// In alphabetical order, at most 500; none where the folder is not there.
std::vector<Listed> list_workspaces(const std::string& folder);

struct Made {
  store::Workspace workspace;
  std::string recovery_key;
  std::string key_file;  // "" with a passphrase
};
// With a passphrase (8 characters or more) or, where it is empty, with a new key file beside it that only this user may
// read. Codes welcome.name, welcome.passphrase, store.workspace.exists, base.file.*.
Result<Made> create_workspace(const std::string& folder, const std::string& name, const std::string& passphrase,
                              const Env& env);
// With the passphrase, the recovery key, or the key file beside it. Codes welcome.name, welcome.no_key and those of
// Workspace::open.
Result<store::Workspace> open_workspace(const std::string& folder, const std::string& name,
                                        const std::string& passphrase, const std::string& recovery_key, const Env& env);

}  // namespace hamdil::services::welcome
