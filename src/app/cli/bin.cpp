// hamdil bin empty WS [--all], hamdil bin days WS [DAYS]
#include "services/records/bin.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/bin.hpp"

namespace hamdil::cli {
namespace {

struct Options {
  std::string workspace;
  KeyOptions key;
  std::optional<std::int64_t> days;
  bool all = false;
  bool json = false;
};

int empty(const Options& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), options.json);
  const auto gone = services::records::empty_bin(*workspace, author(""), options.all);
  if (!gone) return report(gone.error(), options.json);
  if (options.json)
    fmt::print("{}\n", Json{{"removed", gone->size()}}.dump(1));
  else
    fmt::print("{} records removed for good.\n", gone->size());
  return kDone;
}

int days(const Options& options) {
  const auto access = options.days ? store::Workspace::Access::kWrite : store::Workspace::Access::kRead;
  auto workspace = open_workspace(options.workspace, options.key, access);
  if (!workspace) return report(workspace.error(), options.json);
  if (options.days)
    if (const Status kept = services::records::keep_in_bin(*workspace, author(""), *options.days); !kept)
      return report(kept.error(), options.json);
  const auto now = services::records::days_in_bin(*workspace);
  if (!now) return report(now.error(), options.json);
  if (options.json)
    fmt::print("{}\n", Json{{"days", *now}}.dump(1));
  else
    fmt::print("The bin keeps records for {} days.\n", *now);
  return kDone;
}

}  // namespace

void declare_bin(CLI::App& parent, Run& run) {
  auto options = std::make_shared<Options>();
  auto* group = parent.add_subcommand("bin", "What was deleted, and for how long it can be restored");
  group->require_subcommand(1);
  const auto declare = [&](const char* name, const char* help, int (*action)(const Options&)) {
    auto* command = group->add_subcommand(name, help);
    command->add_option("workspace", options->workspace, "The workspace")->required();
    command->add_flag("--json", options->json, "Print JSON");
    options->key.add_to(*command);
    command->callback([&run, options, action] { run = [options, action] { return action(*options); }; });
    return command;
  };
  declare("empty", "Remove for good what stood in the bin for as long as the workspace keeps it", empty)
      ->add_flag("--all", options->all, "Whatever stands there, however short");
  declare("days", "For how many days the bin keeps records; 30 where nobody said otherwise", days)
      ->add_option("days", options->days, "Keep them for so many days from now on");
}

}  // namespace hamdil::cli
