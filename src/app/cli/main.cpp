// hamdil: the command line. Every command is declared in a file of its own; nothing is computed or decided here.
#include <fmt/format.h>
#include <malloc.h>

#include <cstdlib>
#include <exception>

#include "app/cli/bin.hpp"
#include "app/cli/command.hpp"
#include "base/version.hpp"

int main(int argc, char** argv) {
  using namespace hamdil::cli;
  // Large tables are freed column by column: given back to the system at once, a national export needs a quarter less
  // memory.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  try {
    CLI::App app{"Hamdil: from household surveys to protected, traceable reports", "hamdil"};
    app.set_version_flag("--version", std::string("hamdil ") + hamdil::kVersion);
    app.require_subcommand(1);
    app.fallthrough();  // --as may stand before or after the command
    app.add_option_function<std::string>(
           "--as", [](const std::string& name) { ::setenv("HAMDIL_USER", name_of_author(name).c_str(), 1); },
           "Your name, as the change log and consent statements keep it (or HAMDIL_USER; else the login name)")
        ->check(not_empty())
        ->option_text("NAME");
    Run run;
    for (const Declare declare :
         {declare_workspace, declare_history, declare_form, declare_import, declare_study, declare_estimate,
          declare_report, declare_export, declare_record, declare_library, declare_terms, declare_round, declare_bin,
          declare_cluster, declare_serve, declare_account, declare_demo})
      declare(app, run);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      const std::string unknown = unknown_command(app, {argv + 1, argv + argc});
      if (!unknown.empty()) {
        fmt::print(stderr, "hamdil: {} [cli.unknown_command]\n", unknown);
        return kWrongUse;
      }
      const int code = app.exit(problem);
      return code == 0 ? kDone : kWrongUse;
    }
    return run ? run() : kWrongUse;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "hamdil: out of memory; nothing was changed. [app.out_of_memory]\n");
    return kSystem;
  } catch (const std::exception&) {
    // The exception's text may quote data: only its kind is told.
    fmt::print(
        stderr,
        "hamdil: an internal error stopped this command; nothing was changed. Please report what you did. [app.bug]\n");
    return kBug;
  }
}
