#include "analysis/clickhouse/cluster_sums.hpp"

#include "analysis/clickhouse/sql.hpp"
#include "analysis/run.hpp"
#include "base/text.hpp"

namespace hamdil::analysis::clickhouse {

using stats::survey::SumGroup;
using stats::survey::SumRequest;
using stats::survey::SurveyDesign;

ClusterSums::ClusterSums(const PushedTable& table, std::vector<Node> nodes, SurveyDesign design, Control control)
    : table_(table), nodes_(std::move(nodes)), design_(std::move(design)), control_(std::move(control)) {
  for (const StoredColumn& column : table.columns) columns_.columns.push_back(column.description);
}

Result<std::unique_ptr<ClusterSums>> ClusterSums::open(const PushedTable& table, std::vector<Node> nodes,
                                                       const AnalysisSpec& spec, Control control) {
  HAMDIL_CHECK(check_same_design(table, spec.design));
  SurveyDesign design = SurveyDesign::of_units(spec.design, table.first_stage, table.strata);
  std::unique_ptr<ClusterSums> out(new ClusterSums(table, std::move(nodes), std::move(design), std::move(control)));
  HAMDIL_TRY(out->domain_, domain_expressions(spec.domain, out->columns_));
  HAMDIL_CHECK(out->check_nodes());
  return out;
}

Status ClusterSums::check_nodes() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto answer = nodes_[i].query(
        "SELECT sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table = '" + table_.name +
            "' FORMAT TabSeparated",
        {}, control_);
    if (!answer) return blame(answer.error());
    const auto rows = text::parse_integer(text::trim(*answer));
    if (!rows || *rows < 0 || static_cast<std::size_t>(*rows) != table_.nodes[i].rows)
      return Error("analysis.clickhouse.incomplete", "{node} holds {found} of {wanted} rows.",
                   {{"node", nodes_[i].address().text()},
                    {"found", std::to_string(rows.value_or(0))},
                    {"wanted", std::to_string(table_.nodes[i].rows)}})
          .advise("Push the table again.");
  }
  return Done{};
}

bool ClusterSums::has_missing(const std::string& column) const {
  const StoredColumn* found = table_.find(column);
  return found != nullptr && found->has_gaps;
}

Result<std::vector<SumGroup>> ClusterSums::sum(const SumRequest& request) {
  HAMDIL_CHECK(control_.step(0));
  HAMDIL_TRY(const std::string sql, sum_query(table_, domain_, request));
  ++queries_;
  const auto answer = nodes_.front().query(sql, {}, control_);
  if (!answer) return blame(answer.error());
  return read_groups(table_, request, *answer);
}

Error ClusterSums::blame(Error error) {
  if (error.code == "jobs.cancelled" || error.code == "analysis.clickhouse.credentials") return error;
  std::vector<std::string> lost;
  for (Node& node : nodes_)
    if (!node.answers()) lost.push_back(node.address().text());
  if (lost.empty()) return error;
  return Error("analysis.clickhouse.node_lost", "{nodes} does not answer, so nothing was computed.",
               {{"nodes", text::join(lost, ", ")}})
      .advise("Start it again (its rows are on its disk), then repeat this command.");
}

Traffic ClusterSums::traffic() const {
  Traffic out;
  out.queries = queries_;
  for (const Node& node : nodes_) {
    out.sent += node.bytes_sent();
    out.received += node.bytes_received();
  }
  return out;
}

}  // namespace hamdil::analysis::clickhouse
