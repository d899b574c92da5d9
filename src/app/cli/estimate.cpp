// hamdil estimate SPEC.json [--workspace WS | --data FILE]
#include "services/reporting/estimate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/as_r.hpp"
#include "analysis/as_stata.hpp"
#include "analysis/describe.hpp"
#include "analysis/result_json.hpp"
#include "app/cli/cluster.hpp"
#include "app/cli/command.hpp"
#include "app/cli/estimate_run.hpp"
#include "base/json.hpp"
#include "protect/policy.hpp"

namespace hamdil::cli {
namespace {

struct Options {
  std::string spec;
  std::string workspace;
  std::string data;
  std::string audience = "public";
  std::string despite_earlier;
  std::string on_cluster;
  ClusterOptions cluster;
  KeyOptions key;
  bool json = false;
  bool list = false;
  bool schema = false;
  bool explain = false;
  bool as_r = false;
  bool as_stata = false;
  std::string describe;
};

// What a first look at the figures would ask: why is there no figure, why is there one for every answer?
void print_hints(const stats::ResultTable& table, const std::vector<protect::Withheld>& withheld) {
  bool undefined = false;
  std::set<std::string> texts;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const stats::Row& row = table.rows[i];
    const bool is_hidden = i < withheld.size() && withheld[i] != protect::Withheld::kNo;
    undefined = undefined || (std::isnan(row.estimate) && !is_hidden);
    if ((table.estimator == "mean" || table.estimator == "total") && row.term != row.variable && !row.variable.empty())
      texts.insert(row.variable);
  }
  for (const std::string& name : texts)
    fmt::print(stderr,
               "Hint: {} holds no numbers: each of its answers is counted. For shares ask for the estimator "
               "proportion; should it hold numbers, look for words or decimal commas in its cells.\n",
               name);
  if (undefined)
    fmt::print(
        stderr,
        "Hint: a figure is undefined (-). Where answers are missing, add \"na_rm\": true to the call to leave them "
        "out.\n");
}

int print(const stats::ResultTable& table, const std::vector<protect::Withheld>& withheld, bool outside, bool json) {
  print_hints(table, withheld);
  if (json) {
    Json out =
        outside ? analysis::to_released_json(table, protect::disclosure_policy().min_rows) : analysis::to_json(table);
    for (std::size_t row = 0; row < withheld.size(); ++row)
      if (withheld[row] != protect::Withheld::kNo)
        out["rows"][row]["withheld"] =
            outside ? protect::reader_reason(withheld[row], table.estimator) : protect::withheld_name(withheld[row]);
    fmt::print("{}\n", out.dump(1));
    return kDone;
  }
  const auto text = estimate_table_text(table);
  if (!text) return report(text.error(), json);
  fmt::print("{}", *text);
  const auto count =
      std::count_if(withheld.begin(), withheld.end(), [](protect::Withheld w) { return w != protect::Withheld::kNo; });
  if (count > 0) fmt::print("{} rows are withheld or marked: too few answers or places stand behind them.\n", count);
  return kDone;
}

int describe(const Options& options) {
  if (options.list) fmt::print("{}", analysis::list_text());
  if (options.schema) fmt::print("{}\n", analysis::spec_schema().dump(1));
  if (options.describe.empty()) return kDone;
  const auto text = analysis::describe_text(options.describe);
  if (!text) return report(text.error(), options.json);
  fmt::print("{}", *text);
  return kDone;
}

// What is computed and how, without data.
int tell(const Options& options) {
  const auto json = read_json_file(options.spec);
  if (!json) return report(json.error(), options.json);
  const auto spec = analysis::parse_spec(*json);
  if (!spec) return report(spec.error(), options.json);
  const std::string data = options.data.empty() ? "data.csv" : options.data;
  const auto text = options.as_r       ? analysis::as_r(*spec, data)
                    : options.as_stata ? analysis::as_stata(*spec, data)
                                       : analysis::explain_text(*spec);
  if (!text) return report(text.error(), options.json);
  fmt::print("{}", *text);
  return kDone;
}

int estimate(const Options& options) {
  if (options.list || options.schema || !options.describe.empty()) return describe(options);
  if (options.spec.empty())
    return report(
        Error("cli.estimate.specification", "A specification is needed: a JSON file with design, domain and call."),
        options.json);
  if (options.explain || options.as_r || options.as_stata) return tell(options);
  if (!options.on_cluster.empty() && options.workspace.empty() && options.data.empty()) {
    const auto table = services::reporting::estimate_on_cluster(options.spec, options.on_cluster,
                                                                options.cluster.access(), stop_at_interrupt());
    return table ? print(*table, {}, false, options.json) : report(table.error(), options.json);
  }
  if (!options.on_cluster.empty() && !options.data.empty())
    return report(
        Error("cli.estimate.source", "The rows are on the cluster or in a file: leave out --data or --on-cluster."),
        options.json);
  if (options.workspace.empty() == options.data.empty())
    return report(Error("cli.estimate.source", "Give either --workspace or --data."), options.json);
  if (!options.data.empty()) {
    const auto table = services::reporting::estimate_on_file(options.spec, options.data);
    return table ? print(*table, {}, false, options.json) : report(table.error(), options.json);
  }
  const auto audience = options.audience == "team" ? protect::Audience::kTeam : protect::Audience::kPublic;
  // What leaves is remembered, so that later answers do not give away what this one withheld.
  const auto access =
      audience == protect::Audience::kTeam ? store::Workspace::Access::kRead : store::Workspace::Access::kWrite;
  auto workspace = open_workspace(options.workspace, options.key, access);
  if (!workspace) return report(workspace.error(), options.json);
  const services::reporting::Runner run =
      options.on_cluster.empty()
          ? services::reporting::run_in_memory
          : services::reporting::cluster_runner(options.on_cluster, options.cluster.access(), stop_at_interrupt());
  const auto released = services::reporting::estimate_in_workspace(*workspace, options.spec, audience,
                                                                   author("estimate"), options.despite_earlier, run);
  if (!released) return report(released.error(), options.json);
  const protect::ReleasedTable& table = (*released)->tables.front();
  return print(table.table, table.withheld, audience != protect::Audience::kTeam, options.json);
}

}  // namespace

void declare_estimate(CLI::App& parent, Run& run) {
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("estimate", "Run one specification and print its results");
  command->add_option("specification", options->spec, "JSON file with design, domain and call");
  command->add_flag("--list", options->list, "Name the estimators");
  command->add_option("--describe", options->describe, "Explain one estimator: options, figures, method, sources");
  command->add_flag("--explain", options->explain, "Tell what the specification computes: choices, method, sources");
  command->add_flag("--as-r", options->as_r, "Print R code that gives the same figures; --data names its file");
  command->add_flag("--as-stata", options->as_stata, "Print a do-file for Stata 16 that does the same");
  command->add_flag("--schema", options->schema, "Print the JSON Schema of specifications");
  command->add_option("--workspace", options->workspace,
                      "Estimate on a workspace; what is printed has passed the gate");
  command->add_option("--data", options->data, "Estimate on a CSV file or workbook that you hold");
  command->add_option("--on-cluster", options->on_cluster,
                      "Legend of rows on a cluster, which gives the sums (hamdil cluster push)");
  options->cluster.add_to(*command);
  command->add_option("--audience", options->audience, "Who will see the figures")
      ->capture_default_str()
      ->check(CLI::IsMember({"team", "public"}));
  command->add_option("--despite-earlier", options->despite_earlier,
                      "Why it may leave although nearly the same people were released before; kept");
  command->add_flag("--json", options->json, "Print JSON");
  options->key.add_to(*command);
  command->callback([&run, options] { run = [options] { return estimate(*options); }; });
}

}  // namespace hamdil::cli
