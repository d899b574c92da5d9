// Use cases: the rows of a file or of a study brought to a ClickHouse cluster, and specifications run there.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "analysis/clickhouse/node.hpp"
#include "analysis/clickhouse/push.hpp"
#include "base/control.hpp"
#include "base/result.hpp"
#include "services/reporting/estimate.hpp"
#include "stats/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// How nodes are spoken to; where they are stands in the request or in the legend.
struct ClusterAccess {
  std::string credentials_file;  // empty: environment (read_credentials)
  std::chrono::seconds timeout{600};
};

struct ClusterPush {
  std::vector<std::string> specifications;  // files; all of one design, and only what they ask about is pushed
  std::vector<std::string> nodes;           // addresses, every node once
  std::string cluster = "hamdil";
  std::string database = "default";
  std::string legend;  // file to write: it stays here, and whoever has it can ask the cluster
};

// Codes: those of analysis::clickhouse::push, analysis.*, reporting.cluster.designs (specifications of several
// designs).
Result<analysis::clickhouse::PushSummary> push_file(const std::string& data_path, const ClusterPush& request,
                                                    const ClusterAccess& access, const Control& control = {});
// The stacked rounds of the study, as estimate_in_workspace has them. Answers leave the sealed file: before the first
// of them is sent the change log says who sends which columns of which datasets, and why.
Result<analysis::clickhouse::PushSummary> push_workspace(store::Workspace& workspace, const ClusterPush& request,
                                                         const ClusterAccess& access, const store::Author& author,
                                                         const Control& control = {});
Status drop_from_cluster(const std::string& legend_path, const ClusterAccess& access);

// As estimate_on_file: whoever holds the legend pushed the rows. Codes: those of ClusterSums and run_pushed.
Result<stats::ResultTable> estimate_on_cluster(const std::string& spec_path, const std::string& legend_path,
                                               const ClusterAccess& access, const Control& control = {});
// For estimate_in_workspace: the numbers from the cluster; what may be told stays the gate's. Code
// reporting.cluster.other_rows where the answers changed since they were pushed.
Runner cluster_runner(const std::string& legend_path, const ClusterAccess& access, const Control& control = {});

}  // namespace hamdil::services::reporting
