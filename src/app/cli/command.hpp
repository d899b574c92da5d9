// What every command of `hamdil` shares: keys, output, exit codes. A command parses, calls one service and prints.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::cli {

enum ExitCode { kDone = 0, kAnswerIsNo = 1, kWrongUse = 2, kBadInput = 3, kSystem = 4, kBug = 70 };

// 4 for disk, lock and rights, 1 for a refused gate or failed check, 3 for everything else that came from outside.
int exit_code_of(const Error& error);
// Prints the error on standard error (one line, or JSON with --json) and gives its exit code.
int report(const Error& error, bool json);
void print_diagnostics(const Diagnostics& diagnostics);
Json diagnostics_json(const Diagnostics& diagnostics);
Json error_json(const Error& error, Severity severity = Severity::kError);

// --key-file, HAMDIL_KEY_FILE, HAMDIL_PASSPHRASE, a key file beside the workspace (WS.key), or a question at a
// terminal.
struct KeyOptions {
  std::string key_file;
  std::string recovery_key_file;
  void add_to(CLI::App& command);
  Result<store::KeySource> source(const std::string& workspace) const;
};

// Typed without being shown; empty where nobody sits at a terminal.
std::string ask_hidden(const std::string& question);

Result<store::Workspace> open_workspace(const std::string& path, const KeyOptions& key,
                                        store::Workspace::Access access);
// Who works, as the change log, consent statements, releases and logged looks name them: --as NAME, else HAMDIL_USER,
// else the login name of the system, else "local user". Everything that a command writes takes its name from here.
store::Author author(const std::string& reason);
// A name as it may stand in a line of the log: without control characters and outer blanks, at most 120 bytes.
std::string name_of_author(const std::string& given);

// For options and arguments that say something only when they are not empty.
const CLI::Validator& not_empty();
// The folder that `path` would stand in must be there: code base.file.no_folder names it.
Status need_folder_of(const std::string& path);
// The first word of the command line that should be a command and is none, with the nearest ones; "" when there is
// none.
std::string unknown_command(const CLI::App& app, const std::vector<std::string>& arguments);

// A command is a function that declares its options and sets `run`; main calls `run` of the one that was chosen.
using Run = std::function<int()>;
using Declare = void (*)(CLI::App& parent, Run& run);

void declare_workspace(CLI::App& parent, Run& run);
void declare_history(CLI::App& parent, Run& run);
void declare_form(CLI::App& parent, Run& run);
void declare_import(CLI::App& parent, Run& run);
void declare_study(CLI::App& parent, Run& run);

void declare_estimate(CLI::App& parent, Run& run);
void declare_cluster(CLI::App& parent, Run& run);
void declare_report(CLI::App& parent, Run& run);
void declare_export(CLI::App& parent, Run& run);

void declare_demo(CLI::App& parent, Run& run);
void declare_record(CLI::App& parent, Run& run);
void declare_library(CLI::App& parent, Run& run);
void declare_serve(CLI::App& parent, Run& run);
void declare_account(CLI::App& parent, Run& run);
void declare_terms(CLI::App& parent, Run& run);
void declare_round(CLI::App& parent, Run& run);

}  // namespace hamdil::cli
