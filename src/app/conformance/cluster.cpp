// hamdil-conformance cluster: the reference cases of survey statistics that a cluster computes, on a cluster and in
// memory.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "analysis/clickhouse/cluster_sums.hpp"
#include "analysis/clickhouse/push.hpp"
#include "analysis/run.hpp"
#include "app/conformance/suite.hpp"
#include "base/text.hpp"

namespace hamdil::conformance {
namespace {

namespace clickhouse = analysis::clickhouse;

Result<std::vector<clickhouse::Node>> nodes_of_environment() {
  const char* listed = std::getenv("HAMDIL_CLUSTER_NODES");
  if (listed == nullptr)
    return Error("conformance.cluster.nodes", "HAMDIL_CLUSTER_NODES names no node.")
        .advise("Write the addresses of all nodes into it, with commas between.");
  HAMDIL_TRY(const clickhouse::Credentials credentials, clickhouse::read_credentials(""));
  std::vector<clickhouse::Node> out;
  for (const std::string& url : text::split(listed, ',')) {
    HAMDIL_TRY(clickhouse::Address address, clickhouse::parse_address(url));
    out.emplace_back(std::move(address), "default", credentials);
  }
  return out;
}

// The design of a case as JSON: what a key keeps.
Result<std::string> design_of(const Json& one) {
  return one.contains("design") && one["design"].is_object() ? one["design"].dump() : std::string("{}");
}

Result<stats::ResultTable> run_there(const analysis::AnalysisSpec& spec, const Json& one, const data::Table& table,
                                     std::vector<clickhouse::Node> nodes) {
  clickhouse::PushRequest request;
  HAMDIL_TRY(request.design, design_of(one));
  HAMDIL_TRY(request.columns, clickhouse::asked_columns(spec));
  HAMDIL_TRY(const clickhouse::PushSummary pushed, clickhouse::push(table, request, nodes));
  HAMDIL_TRY(const auto rows, clickhouse::ClusterSums::open(pushed.table, nodes, spec));
  Result<stats::ResultTable> out = analysis::run_pushed(spec, *rows);
  HAMDIL_CHECK(clickhouse::drop(pushed.table, nodes));
  return out;
}

}  // namespace

Result<std::vector<CaseResult>> run_cluster(const std::string& folder, const std::string& filter) {
  HAMDIL_TRY(const std::vector<clickhouse::Node> nodes, nodes_of_environment());
  return run_pushed(folder, filter, [&](const analysis::AnalysisSpec& spec, const Json& one, const data::Table& table) {
    return run_there(spec, one, table, nodes);
  });
}

}  // namespace hamdil::conformance
