// hamdil cluster push SPEC..., hamdil cluster drop LEGEND
#include "app/cli/cluster.hpp"

#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

namespace hamdil::cli {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

struct PushOptions {
  services::reporting::ClusterPush request;
  std::string workspace;
  std::string data;
  std::string reason;
  ClusterOptions cluster;
  KeyOptions key;
  bool json = false;
};

Result<analysis::clickhouse::PushSummary> push_rows(const PushOptions& options) {
  const Control control = stop_at_interrupt();
  if (!options.data.empty())
    return services::reporting::push_file(options.data, options.request, options.cluster.access(), control);
  HAMDIL_TRY(auto workspace, open_workspace(options.workspace, options.key, store::Workspace::Access::kWrite));
  return services::reporting::push_workspace(workspace, options.request, options.cluster.access(),
                                             author(options.reason), control);
}

int push(const PushOptions& options) {
  if (options.workspace.empty() == options.data.empty())
    return report(Error("cli.cluster.source", "Give either --workspace or --data."), options.json);
  if (!options.workspace.empty() && options.reason.empty())
    return report(Error("cli.cluster.reason", "Answers that leave a workspace need a reason.")
                      .advise("Say why with --reason; the change log keeps it."),
                  options.json);
  if (const auto folder = need_folder_of(options.request.legend); !folder) return report(folder.error(), options.json);
  const auto pushed = push_rows(options);
  if (!pushed) return report(pushed.error(), options.json);
  const analysis::clickhouse::PushedTable& table = pushed->table;
  if (options.json) {
    fmt::print("{}\n", Json{{"table", table.name},
                            {"rows", table.rows},
                            {"units", table.first_stage.units()},
                            {"columns", table.columns.size()},
                            {"bytes_sent", pushed->bytes_sent},
                            {"was_there", pushed->was_there}}
                           .dump(1));
    return kDone;
  }
  fmt::print("{}: {} rows of {} sampling units in {} columns {} on {} nodes, {} bytes sent.\n", table.name, table.rows,
             table.first_stage.units(), table.columns.size(),
             pushed->was_there ? "were there already" : "are there now", table.nodes.size(), pushed->bytes_sent);
  fmt::print("The legend is in {}; without it nobody knows what the numbers mean.\n", options.request.legend);
  return kDone;
}

void declare_push(CLI::App& parent, Run& run) {
  auto options = std::make_shared<PushOptions>();
  auto* command =
      parent.add_subcommand("push", "Bring the rows that specifications ask about to a cluster, as numbers");
  command->add_option("specifications", options->request.specifications, "JSON files with design, domain and call")
      ->required()
      ->check(not_empty());
  command->add_option("--data", options->data, "A CSV file or workbook that you hold");
  command->add_option("--workspace", options->workspace, "The answers of a workspace");
  command->add_option("--reason", options->reason, "Why the answers of a workspace leave it; the change log keeps it");
  command->add_option("--node", options->request.nodes, "Address of a node on this machine; once for each node")
      ->required()
      ->option_text("http://127.0.0.1:PORT ...");
  command->add_option("--legend", options->request.legend, "File to write: what the numbers mean; it stays here")
      ->required()
      ->check(not_empty());
  command->add_option("--cluster", options->request.cluster, "Its name in remote_servers of the nodes")
      ->capture_default_str();
  command->add_option("--database", options->request.database, "Database on the nodes")->capture_default_str();
  options->cluster.add_to(*command);
  options->key.add_to(*command);
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([&run, options] { run = [options] { return push(*options); }; });
}

void declare_drop(CLI::App& parent, Run& run) {
  struct Options {
    std::string legend;
    ClusterOptions cluster;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("drop", "Remove what was pushed from every node");
  command->add_option("legend", options->legend, "The legend that the push wrote")->required()->check(not_empty());
  options->cluster.add_to(*command);
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([&run, options] {
    run = [options] {
      const auto dropped = services::reporting::drop_from_cluster(options->legend, options->cluster.access());
      if (!dropped) return report(dropped.error(), options->json);
      if (!options->json) fmt::print("Removed from every node. The legend is of no use any more.\n");
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace

void ClusterOptions::add_to(CLI::App& command) {
  command.add_option("--credentials", credentials_file,
                     "File of two lines: user and password of the nodes (or HAMDIL_CLICKHOUSE_USER and _PASSWORD)");
  command.add_option("--timeout", timeout, "Longest time of one query, in seconds")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
}

services::reporting::ClusterAccess ClusterOptions::access() const {
  return {credentials_file, std::chrono::seconds(timeout)};
}

Control stop_at_interrupt() {
  std::signal(SIGINT, [](int) { stop_asked = 1; });
  return {{}, [] { return stop_asked != 0; }};
}

void declare_cluster(CLI::App& parent, Run& run) {
  auto* command = parent.add_subcommand("cluster", "Past one machine: rows on a ClickHouse cluster");
  command->require_subcommand(1);
  declare_push(*command, run);
  declare_drop(*command, run);
}

}  // namespace hamdil::cli
