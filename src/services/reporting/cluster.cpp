#include "services/reporting/cluster.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/clickhouse/cluster_sums.hpp"
#include "analysis/run.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/plain_table.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {
namespace {

namespace clickhouse = analysis::clickhouse;

std::vector<clickhouse::Node> make_nodes(const std::vector<clickhouse::Address>& addresses, const std::string& database,
                                         const clickhouse::Credentials& credentials, const ClusterAccess& access) {
  clickhouse::Limits limits;
  limits.query = access.timeout;
  std::vector<clickhouse::Node> out;
  for (const clickhouse::Address& address : addresses) out.emplace_back(address, database, credentials, limits);
  return out;
}

Result<std::vector<clickhouse::Node>> nodes_of(const clickhouse::PushedTable& table, const ClusterAccess& access) {
  HAMDIL_TRY(const clickhouse::Credentials credentials, clickhouse::read_credentials(access.credentials_file));
  std::vector<clickhouse::Address> addresses;
  for (const clickhouse::PushedTable::Place& place : table.nodes) addresses.push_back(place.address);
  return make_nodes(addresses, table.database, credentials, access);
}

// What all specifications of a push have in common, and the columns that they ask about together.
struct Asked {
  std::string design = "{}";
  stats::survey::DesignSpec spec;
  std::vector<std::string> columns;
};

Result<Asked> read_asked(const std::vector<std::string>& paths, const Json& default_design) {
  std::optional<Asked> out;
  for (const std::string& path : paths) {
    HAMDIL_TRY(Json json, read_json_file(path));
    if (json.is_object() && !json.contains("design") && !default_design.is_null()) json["design"] = default_design;
    HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(json));
    if (!out) {
      out.emplace();
      if (json.contains("design") && json["design"].is_object()) out->design = json["design"].dump();
      out->spec = spec.design;
    }
    if (!(spec.design == out->spec))
      return Error("reporting.cluster.designs", "The specifications have different designs.")
          .at({.file = path, .pointer = "/design"})
          .advise("Push once for each design.");
    HAMDIL_TRY(const std::vector<std::string> columns, clickhouse::asked_columns(spec));
    for (const std::string& column : columns)
      if (std::find(out->columns.begin(), out->columns.end(), column) == out->columns.end())
        out->columns.push_back(column);
  }
  return out ? *std::move(out) : Asked{};
}

Result<clickhouse::PushSummary> push_table(const data::Table& table, const Asked& asked, const std::string& source,
                                           const ClusterPush& request, const ClusterAccess& access,
                                           const Control& control) {
  HAMDIL_TRY(const clickhouse::Credentials credentials, clickhouse::read_credentials(access.credentials_file));
  std::vector<clickhouse::Address> addresses;
  for (const std::string& url : request.nodes) {
    HAMDIL_TRY(clickhouse::Address address, clickhouse::parse_address(url));
    addresses.push_back(std::move(address));
  }
  std::vector<clickhouse::Node> nodes = make_nodes(addresses, request.database, credentials, access);
  HAMDIL_TRY(clickhouse::PushSummary out,
             clickhouse::push(table, {asked.design, asked.columns, request.cluster, request.database, source}, nodes,
                              control));
  HAMDIL_CHECK(write_file(request.legend, clickhouse::to_json(out.table).dump() + "\n"));
  return out;
}

Result<clickhouse::PushedTable> read_legend(const std::string& path) {
  HAMDIL_TRY(const Json json, read_json_file(path));
  return clickhouse::read_pushed_table(json);
}

Result<stats::ResultTable> run_there(const analysis::AnalysisSpec& spec, const clickhouse::PushedTable& table,
                                     const ClusterAccess& access, const Control& control) {
  HAMDIL_TRY(std::vector<clickhouse::Node> nodes, nodes_of(table, access));
  HAMDIL_TRY(const auto rows, clickhouse::ClusterSums::open(table, std::move(nodes), spec, control));
  return analysis::run_pushed(spec, *rows);
}

}  // namespace

Result<clickhouse::PushSummary> push_file(const std::string& data_path, const ClusterPush& request,
                                          const ClusterAccess& access, const Control& control) {
  HAMDIL_TRY(const Asked asked, read_asked(request.specifications, Json()));
  std::vector<std::string> wanted = asked.columns;
  for (const std::vector<std::string>* names : {&asked.spec.ids, &asked.spec.strata, &asked.spec.fpc})
    wanted.insert(wanted.end(), names->begin(), names->end());
  wanted.push_back(asked.spec.weights);
  HAMDIL_TRY(const data::Table table, exchange::read_typed_columns(data_path, [&](const std::string& name) {
               return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
             }));
  return push_table(table, asked, "", request, access, control);
}

Result<clickhouse::PushSummary> push_workspace(store::Workspace& workspace, const ClusterPush& request,
                                               const ClusterAccess& access, const store::Author& author,
                                               const Control& control) {
  HAMDIL_TRY(const StudyData data, load_study_data(workspace));
  HAMDIL_TRY(const Asked asked,
             read_asked(request.specifications, design_json(data.study.spec.sample, data.rounds.size())));
  const std::string what = text::join(asked.columns, ", ");
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const model::Record& dataset : data.datasets)
      HAMDIL_CHECK(transaction.note("send to cluster", dataset.kind, dataset.id, what));
    return Done{};
  }));
  return push_table(data.table, asked, data.run, request, access, control);
}

Status drop_from_cluster(const std::string& legend_path, const ClusterAccess& access) {
  HAMDIL_TRY(const clickhouse::PushedTable table, read_legend(legend_path));
  HAMDIL_TRY(std::vector<clickhouse::Node> nodes, nodes_of(table, access));
  return clickhouse::drop(table, nodes);
}

Result<stats::ResultTable> estimate_on_cluster(const std::string& spec_path, const std::string& legend_path,
                                               const ClusterAccess& access, const Control& control) {
  HAMDIL_TRY(const Json json, read_json_file(spec_path));
  HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(json));
  HAMDIL_TRY(const clickhouse::PushedTable table, read_legend(legend_path));
  if (!table.source.empty())
    return Error("reporting.cluster.of_workspace", "These rows are those of a workspace.")
        .at({.file = legend_path})
        .advise("Name the workspace with --workspace, so that what is shown passes its gate.");
  return run_there(spec, table, access, control);
}

Runner cluster_runner(const std::string& legend_path, const ClusterAccess& access, const Control& control) {
  return [=](const analysis::AnalysisSpec& spec, const StudyData& data) -> Result<stats::ResultTable> {
    HAMDIL_TRY(const clickhouse::PushedTable table, read_legend(legend_path));
    if (table.source != data.run)
      return Error("reporting.cluster.other_rows",
                   "The rows on the cluster are not those of the workspace as it is now.")
          .at({.file = legend_path})
          .advise("Push the workspace again.");
    return run_there(spec, table, access, control);
  };
}

}  // namespace hamdil::services::reporting
