// hamdil workspace create, workspace show, verify, backup, restore
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "base/digest.hpp"
#include "base/file.hpp"
#include "protect/seal.hpp"
#include "services/reporting/describe_workspace.hpp"

namespace hamdil::cli {
namespace {

Status write_key(int fd, const std::string& words, const std::string& path) {
  const std::string text = words + "\n";
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return Error("base.file.unwritable", "The key file cannot be written.").at({.file = path});
  return Done{};
}

// A new file that only its owner may read, empty.
Result<int> make_private_file(const std::string& path, const char* what) {
  if (file_exists(path))
    return Error("base.file.exists", "There is already a file of this name; {what} is never written over another.",
                 {{"what", what}})
        .at({.file = path})
        .advise("Choose another name for it.");
  HAMDIL_CHECK(need_folder_of(path));
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return Error("base.file.unwritable", "The file for {what} cannot be written.", {{"what", what}})
        .at({.file = path})
        .advise("Check the rights on its folder, or choose another place.");
  return fd;
}

Status make_key_file(const std::string& path) {
  HAMDIL_TRY(const int fd, make_private_file(path, "a key"));
  return write_key(fd, to_hex(protect::random_bytes(32)), path);
}

// Files made for a workspace go again when it could not be made.
struct MadeFiles {
  std::vector<std::string> paths;
  bool keep = false;
  ~MadeFiles() {
    for (const std::string& path : paths)
      if (!keep) ::unlink(path.c_str());
  }
};

struct CreateOptions {
  std::string workspace;
  KeyOptions key;
  std::string recovery_file;
  bool json = false;
};

int print_created(const CreateOptions& options, const std::string& made_key, const std::string& recovery_key) {
  const bool in_file = !options.recovery_file.empty();
  // Said of a key file only: whoever holds it opens every workspace that was made with it.
  const bool was_there = made_key.empty() && !options.key.key_file.empty();
  if (options.json) {
    Json out = {{"workspace", options.workspace}, {"key_file", made_key}};
    if (in_file)
      out["recovery_key_file"] = options.recovery_file;
    else
      out["recovery_key"] = recovery_key;
    if (was_there) out["key_file_was_there"] = options.key.key_file;
    fmt::print("{}\n", out.dump(1));
    return kDone;
  }
  fmt::print("Workspace {} is ready.\n", options.workspace);
  if (!made_key.empty())
    fmt::print("Its key is in {}: keep a copy apart from the workspace, or move it and pass --key-file.\n", made_key);
  if (was_there)
    fmt::print("Its key is the file {}, which was there before: it opens every workspace that was made with it.\n",
               options.key.key_file);
  if (in_file)
    fmt::print("The recovery key is in {}: take it to a place apart from the workspace and from its key.\n",
               options.recovery_file);
  else
    fmt::print("Recovery key, shown only now. Write it down and keep it apart from the workspace:\n\n    {}\n\n",
               recovery_key);
  return kDone;
}

int create(CreateOptions options) {
  if (file_exists(options.workspace))
    return report(Error("store.workspace.exists", "There is already a file of this name.")
                      .at({.file = options.workspace})
                      .advise("Choose another name; an existing workspace is never overwritten."),
                  options.json);
  if (const auto folder = need_folder_of(options.workspace); !folder) return report(folder.error(), options.json);
  if (options.key.key_file.empty())
    if (const char* from_environment = std::getenv("HAMDIL_KEY_FILE")) options.key.key_file = from_environment;
  if (options.key.key_file.empty() && std::getenv("HAMDIL_PASSPHRASE") == nullptr && ::isatty(STDIN_FILENO) == 0)
    options.key.key_file = options.workspace + ".key";  // no terminal to ask at: a key file beside the workspace
  MadeFiles made;
  std::string made_key;
  int recovery_fd = -1;
  if (!options.recovery_file.empty()) {
    const auto file = make_private_file(options.recovery_file, "a recovery key");
    if (!file) return report(file.error(), options.json);
    recovery_fd = *file;
    made.paths.push_back(options.recovery_file);
  }
  if (!options.key.key_file.empty() && !file_exists(options.key.key_file)) {
    if (const auto key = make_key_file(options.key.key_file); !key) return report(key.error(), options.json);
    made_key = options.key.key_file;
    made.paths.push_back(made_key);
  }
  const auto source = options.key.source(options.workspace);
  if (!source) return report(source.error(), options.json);
  auto created = store::Workspace::create(options.workspace, *source, Env::system());
  if (!created) return report(created.error(), options.json);
  if (recovery_fd >= 0)
    if (const auto written = write_key(recovery_fd, created->recovery_key, options.recovery_file); !written) {
      // Nobody has seen the key: a workspace without one is not left behind.
      ::unlink(options.workspace.c_str());
      return report(written.error(), options.json);
    }
  made.keep = true;
  return print_created(options, made_key, created->recovery_key);
}

struct PlaceOptions {
  std::string workspace;
  std::string file;
  std::string against;
  KeyOptions key;
  bool json = false;
};

int verify(const PlaceOptions& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  std::optional<store::LogHead> against;
  if (!options.against.empty()) {
    against = store::LogHead::parse(options.against);
    if (!against)
      return report(Error("cli.verify.head", "A log head looks like 12:0a1b..., as backups and reports print it."),
                    options.json);
  }
  const auto result = workspace->verify(against);
  if (!result) return report(result.error(), options.json);
  const bool sound = result->problems.empty();
  if (options.json) {
    fmt::print("{}\n", Json{{"sound", sound},
                            {"changes", result->changes},
                            {"stored_files", result->blobs},
                            {"columns", result->blocks},
                            {"head", result->head.text()},
                            {"problems", diagnostics_json(result->problems)}}
                           .dump(1));
  } else {
    print_diagnostics(result->problems);
    fmt::print("{}: {} changes, {} stored files, {} columns of answers. Log head {}\n", sound ? "Sound" : "NOT SOUND",
               result->changes, result->blobs, result->blocks, result->head.text());
  }
  return sound ? kDone : kAnswerIsNo;
}

int backup(const PlaceOptions& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  const auto head = workspace->head();
  if (!head) return report(head.error(), options.json);
  if (const auto folder = need_folder_of(options.file); !folder) return report(folder.error(), options.json);
  if (const auto copied = workspace->backup(options.file); !copied) return report(copied.error(), options.json);
  if (options.json)
    fmt::print("{}\n", Json{{"backup", options.file}, {"head", head->text()}}.dump(1));
  else
    fmt::print("Backup written to {}. Log head {}\n", options.file, head->text());
  return kDone;
}

int restore(const PlaceOptions& options) {
  if (file_exists(options.workspace))
    return report(Error("store.workspace.exists", "There is already a file of this name.")
                      .at({.file = options.workspace})
                      .advise("Restore under another name; an existing workspace is never overwritten."),
                  options.json);
  if (const auto folder = need_folder_of(options.workspace); !folder) return report(folder.error(), options.json);
  auto saved = open_workspace(options.file, options.key, store::Workspace::Access::kRead);
  if (!saved) return report(saved.error(), options.json);
  const auto checked = saved->verify({});
  if (!checked) return report(checked.error(), options.json);
  if (!checked->problems.empty()) {
    print_diagnostics(checked->problems);
    return report(Error("store.verify.backup_unsound", "The backup is not sound; nothing was restored.")
                      .at({.file = options.file}),
                  options.json);
  }
  if (const auto copied = saved->backup(options.workspace); !copied) return report(copied.error(), options.json);
  if (options.json)
    fmt::print("{}\n", Json{{"workspace", options.workspace},
                            {"head", checked->head.text()},
                            {"remembers_releases_until_entry", checked->head.count}}
                           .dump(1));
  else
    fmt::print("Restored to {}. Log head {}\n", options.workspace, checked->head.text());
  fmt::print(stderr,
             "Note: the copy does not remember what left the workspace after entry {} of its change log, where the "
             "backup ends. Reports, exports and queries made since are not protected together with what the copy will "
             "give out: two of them side by side can tell what each withholds.\n",
             checked->head.count);
  return kDone;
}

int show(const PlaceOptions& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  const auto description = services::reporting::describe_workspace(*workspace);
  if (!description) return report(description.error(), options.json);
  fmt::print("{}", options.json ? description->dump(1) + "\n" : services::reporting::description_text(*description));
  return kDone;
}

}  // namespace

void declare_workspace(CLI::App& parent, Run& run) {
  auto create_options = std::make_shared<CreateOptions>();
  auto* group = parent.add_subcommand("workspace", "Make a workspace, or list what one holds");
  group->require_subcommand(1);
  auto* create_command =
      group->add_subcommand("create", "Make an empty, sealed workspace and print its recovery key once");
  create_command->add_option("workspace", create_options->workspace, "File to make, for example study.hamdil")
      ->required()
      ->check(not_empty());
  create_command->add_option("--key-file", create_options->key.key_file,
                             "File with the workspace's key (or HAMDIL_KEY_FILE); made when it is not there");
  create_command->add_option("--recovery-key-file", create_options->recovery_file,
                             "New file to write the recovery key to, instead of printing it");
  create_command->add_flag("--json", create_options->json, "Print JSON");
  create_command->callback([&run, create_options] { run = [create_options] { return create(*create_options); }; });

  auto options = std::make_shared<PlaceOptions>();
  const auto declare_in = [&](CLI::App& above, const char* name, const char* help, int (*action)(const PlaceOptions&)) {
    auto* command = above.add_subcommand(name, help);
    options->key.add_to(*command);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([&run, options, action] { run = [options, action] { return action(*options); }; });
    return command;
  };
  const auto declare = [&](const char* name, const char* help, int (*action)(const PlaceOptions&)) {
    return declare_in(parent, name, help, action);
  };
  auto* show_command =
      declare_in(*group, "show",
                 "List rounds and columns with labels, types, roles and answers, as a study file needs them", show);
  show_command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  auto* verify_command =
      declare("verify", "Check every entry of the change log, every record and every sealed block", verify);
  verify_command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  verify_command->add_option("--against", options->against, "A log head printed earlier, which the log must continue");
  auto* backup_command = declare("backup", "Copy a workspace, also while others use it", backup);
  backup_command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  backup_command->add_option("file", options->file, "The copy to write")->required()->check(not_empty());
  auto* restore_command = declare("restore", "Check a backup and copy it to a new workspace", restore);
  restore_command->add_option("file", options->file, "The backup")->required()->check(not_empty());
  restore_command->add_option("workspace", options->workspace, "The workspace to make")->required()->check(not_empty());
}

}  // namespace hamdil::cli
