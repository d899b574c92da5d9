// hamdil history WS [--kind K] [--since DATE] [--by NAME] [--last N]
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/command.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"

namespace hamdil::cli {
namespace {

constexpr std::size_t kShown = 50;  // a report alone adds some two hundred entries

struct Options {
  std::string workspace;
  std::string kind, since, by;
  std::size_t last = kShown;
  bool last_is_given = false;
  KeyOptions key;
  bool json = false;
};

Status check(const Options& options, const std::vector<store::Change>& changes) {
  if (!options.since.empty() && !parse_date(options.since))
    return Error("cli.history.since", "{date} is not a day.", {{"date", options.since}})
        .advise("Write it like 2026-11-22.");
  std::set<std::string> kinds;
  for (const store::Change& change : changes) kinds.insert(change.kind);
  if (!options.kind.empty() && !kinds.contains(options.kind)) {
    const std::vector<std::string> known(kinds.begin(), kinds.end());
    return Error("cli.history.kind", "The change log has no entry of the kind {kind}.", {{"kind", options.kind}})
        .advise(known.empty() ? "" : "It has: " + text::join(known, ", ") + ".");
  }
  return Done{};
}

Json to_json(const store::Change& change) {
  return {{"sequence", change.sequence}, {"at", change.at},     {"who", change.who},
          {"action", change.action},     {"kind", change.kind}, {"record", change.record},
          {"reason", change.reason},     {"hash", change.hash}};
}

int history(const Options& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  const auto changes = workspace->history();
  if (!changes) return report(changes.error(), options.json);
  if (const auto checked = check(options, *changes); !checked) return report(checked.error(), options.json);
  std::vector<const store::Change*> shown;
  for (const store::Change& change : *changes)
    if ((options.kind.empty() || change.kind == options.kind) && (options.by.empty() || change.who == options.by) &&
        (options.since.empty() || change.at.substr(0, options.since.size()) >= options.since))
      shown.push_back(&change);
  // Programs get everything unless they ask for less.
  const bool is_cut = options.last > 0 && (options.last_is_given || !options.json) && shown.size() > options.last;
  const std::size_t earlier = is_cut ? shown.size() - options.last : 0;
  shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(earlier));
  if (options.json) {
    Json out = Json::array();
    for (const store::Change* change : shown) out.push_back(to_json(*change));
    fmt::print("{}\n", out.dump(1));
    return kDone;
  }
  if (earlier > 0)
    fmt::print("({} earlier entries; --last N shows more, --last 0 all; --kind, --since and --by choose)\n", earlier);
  for (const store::Change* change : shown)
    fmt::print("{:>5}  {}  {}  {} {} {}  {}\n", change->sequence, change->at, change->who, change->action, change->kind,
               change->record, change->reason);
  if (shown.empty()) fmt::print("No entry of the change log is like this.\n");
  return kDone;
}

}  // namespace

void declare_history(CLI::App& parent, Run& run) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("history", "List the change log: who changed what, when and why");
  command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  command->add_option("--kind", options->kind, "Only entries about this kind of record: dataset, release, vault ...")
      ->check(not_empty());
  command->add_option("--since", options->since, "Only entries from this day on (UTC), like 2026-11-22")
      ->check(not_empty());
  command->add_option("--by", options->by, "Only entries of this person, as the log names them")->check(not_empty());
  auto* last = command->add_option("--last", options->last, "The last N entries; 0 for all")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON; all entries unless --last is given");
  options->key.add_to(*command);
  command->callback([&run, options, last] {
    options->last_is_given = last->count() > 0;
    run = [options] { return history(*options); };
  });
}

}  // namespace hamdil::cli
