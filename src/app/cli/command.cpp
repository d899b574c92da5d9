#include "app/cli/command.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

const char* severity_name(Severity severity) {
  return severity == Severity::kError ? "error" : severity == Severity::kWarning ? "warning" : "info";
}

}  // namespace

std::string ask_hidden(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return {};
  termios shown{};
  ::tcgetattr(STDIN_FILENO, &shown);
  termios hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  fmt::print(stderr, "{}: ", question);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  std::string line;
  std::getline(std::cin, line);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &shown);
  fmt::print(stderr, "\n");
  return line;
}

int exit_code_of(const Error& error) {
  static const std::vector<std::string> kWrongUseCodes = {
      "reporting.export.format", "reporting.format.unknown", "reporting.language.unknown",
      "report.product.unknown",  "reporting.trace.bad_ref",  "reporting.audience.no_recipients",
      "demo.programme.language"};
  if (std::find(kWrongUseCodes.begin(), kWrongUseCodes.end(), error.code) != kWrongUseCodes.end()) return kWrongUse;
  static const std::vector<std::string> kSystemCodes = {
      "base.file.no_folder",    "store.sqlite.cannot_open",  "base.file.disk_full",  "base.file.unwritable",
      "store.sqlite.disk_full", "store.sqlite.io",           "store.sqlite.busy",    "store.sqlite.read_only",
      "store.workspace.busy",   "store.workspace.read_only", "reporting.draw.failed"};
  static const std::vector<std::string> kClusterCodes = {
      "analysis.clickhouse.unreachable", "analysis.clickhouse.timeout",    "analysis.clickhouse.broken_answer",
      "analysis.clickhouse.node_lost",   "analysis.clickhouse.incomplete", "analysis.clickhouse.server_error",
      "analysis.clickhouse.bad_answer",  "analysis.clickhouse.too_large",  "analysis.clickhouse.not_one_cluster"};
  if (std::find(kClusterCodes.begin(), kClusterCodes.end(), error.code) != kClusterCodes.end()) return kSystem;
  if (std::find(kSystemCodes.begin(), kSystemCodes.end(), error.code) != kSystemCodes.end()) return kSystem;
  if (error.code.starts_with("cli.")) return kWrongUse;
  static const std::vector<std::string> kRefusedCodes = {"reporting.estimate.not_released",
                                                         "reporting.release.few_differ", "reporting.audience.format"};
  if (std::find(kRefusedCodes.begin(), kRefusedCodes.end(), error.code) != kRefusedCodes.end()) return kAnswerIsNo;
  if (error.code.starts_with("protect.gate.") || error.code.starts_with("store.verify.")) return kAnswerIsNo;
  return kBadInput;
}

Json error_json(const Error& error, Severity severity) {
  Json out = {{"code", error.code}, {"severity", severity_name(severity)}, {"message", error.message()}};
  if (!error.where.file.empty()) out["file"] = error.where.file;
  if (!error.where.sheet.empty()) out["sheet"] = error.where.sheet;
  if (error.where.row) out["row"] = *error.where.row;
  if (error.where.column) out["column"] = *error.where.column;
  if (!error.where.column_name.empty()) out["column_name"] = error.where.column_name;
  if (!error.where.pointer.empty()) out["pointer"] = error.where.pointer;
  if (!error.hint.empty()) out["hint"] = fill(error.hint, error.args);
  return out;
}

Json diagnostics_json(const Diagnostics& diagnostics) {
  Json out = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) out.push_back(error_json(diagnostic.problem, diagnostic.severity));
  return out;
}

int report(const Error& error, bool json) {
  if (json)
    fmt::print("{}\n", Json{{"error", error_json(error)}}.dump(1));
  else
    fmt::print(stderr, "hamdil: {}\n", error.describe());
  return exit_code_of(error);
}

void print_diagnostics(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics)
    fmt::print(stderr, "{}: {}\n", severity_name(diagnostic.severity), diagnostic.problem.describe());
}

void KeyOptions::add_to(CLI::App& command) {
  command.add_option("--key-file", key_file, "File with the workspace's key (or HAMDIL_KEY_FILE)");
  command.add_option("--recovery-key-file", recovery_key_file,
                     "File with the recovery key that was printed when the workspace was created");
}

Result<store::KeySource> KeyOptions::source(const std::string& workspace) const {
  store::KeySource source;
  const auto empty_key = [](const std::string& file, const char* what, const char* advice) {
    return Error("store.key.empty", "The {what} is empty.", {{"what", what}}).at({.file = file}).advise(advice);
  };
  if (!recovery_key_file.empty()) {
    HAMDIL_TRY(source.recovery_words, read_file(recovery_key_file, 4096));
    if (text::trim(source.recovery_words).empty())
      return empty_key(recovery_key_file, "file of the recovery key",
                       "Write into it the recovery key that was printed when the workspace was created.");
    return source;
  }
  std::string file = key_file.empty() ? environment("HAMDIL_KEY_FILE") : key_file;
  if (file.empty() && environment("HAMDIL_PASSPHRASE").empty() && file_exists(workspace + ".key"))
    file = workspace + ".key";
  if (!file.empty()) {
    HAMDIL_TRY(source.key_file_bytes, read_file(file, 1 << 20));
    if (source.key_file_bytes.empty())
      return empty_key(file, "key file", "Use the key file that the workspace was created with.");
    return source;
  }
  source.passphrase = environment("HAMDIL_PASSPHRASE");
  if (source.passphrase.empty()) source.passphrase = ask_hidden("Passphrase");
  return source;
}

Result<store::Workspace> open_workspace(const std::string& path, const KeyOptions& key,
                                        store::Workspace::Access access) {
  if (!file_exists(path))
    return Error("store.workspace.missing", "There is no such workspace.")
        .at({.file = path})
        .advise("Make one with: hamdil workspace create FILE.");
  HAMDIL_TRY(const store::KeySource source, key.source(path));
  return store::Workspace::open(path, source, access, Env::system());
}

const CLI::Validator& not_empty() {
  static const CLI::Validator kNotEmpty(
      [](std::string& given) { return text::trim(given).empty() ? std::string("it may not be empty") : std::string(); },
      "");
  return kNotEmpty;
}

Status need_folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  if (is_folder(folder)) return Done{};
  return Error("base.file.no_folder", "There is no folder {folder}.", {{"folder", folder}})
      .at({.file = path})
      .advise("Make the folder first, or give another place.");
}

std::string unknown_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* at = &app;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (at == &app && word.starts_with("--as")) {  // the one option that may stand before the command
      i += word == "--as" ? 1 : 0;
      continue;
    }
    if (word.starts_with('-')) return {};
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
      if (command->get_name() == word) next = command;
    }
    if (names.empty()) return {};
    if (next == nullptr) {
      auto near = text::nearest(word, names, 2);
      if (near.empty())
        for (const std::string& name : names)
          if (name.starts_with(word.substr(0, 1)) && near.size() < 2) near.push_back(name);
      const std::string where = at == &app ? "hamdil" : "hamdil " + at->get_name();
      return fmt::format(
          "{} has no command {}. {}", where, word,
          near.empty() ? "It has: " + text::join(names, ", ") + "." : "Did you mean " + text::join(near, " or ") + "?");
    }
    at = next;
  }
  return {};
}

std::string name_of_author(const std::string& given) {
  constexpr std::size_t kLongest = 120;
  std::string name;
  for (const char c : given) name.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
  name = text::trim(name);
  if (name.size() <= kLongest) return name;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // whole characters
  return text::trim(name.substr(0, end));
}

store::Author author(const std::string& reason) {
  std::string who = name_of_author(environment("HAMDIL_USER"));
  if (who.empty())
    if (const passwd* account = ::getpwuid(::geteuid()); account != nullptr && account->pw_name != nullptr)
      who = name_of_author(account->pw_name);
  return {who.empty() ? "local user" : who, reason};
}

}  // namespace hamdil::cli
