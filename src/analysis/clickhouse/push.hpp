// Brings the rows of a table to the nodes of a cluster, as numbers: without identifiers, texts, or a key to a row.
#pragma once

#include <string>
#include <vector>

#include "analysis/clickhouse/pushed_table.hpp"
#include "base/control.hpp"
#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::analysis::clickhouse {

struct PushRequest {
  std::string design;                // JSON,                     // as in a specification
  std::vector<std::string> columns;  // that specifications ask about, beside the design
  std::string cluster = "hamdil";    // as the servers' remote_servers call it
  std::string database = "default";
  std::string source;  // kept in the legend
};
struct PushSummary {
  PushedTable table;
  std::uint64_t bytes_sent = 0;
  bool was_there = false;  // every node held it already
};

// The sampling units are numbered anew and decide on the node, so clusters stay whole; weights, numbers and places of
// levels follow. The name of the table is a digest of all that, so pushing the same again sends nothing, and a push
// that broke off is begun anew where it is not complete: rows enter under another name, which is changed once a node
// holds all of them. At the end the table over all nodes must count every row. Codes: those of SurveyDesign::make and
// Node, stats.pushed.design, analysis.clickhouse.identifying (a column that singles people out), .text (a text that is
// no list of answers), .date, .column_name, .levels, .incomplete, .node_twice, .not_one_cluster.
Result<PushSummary> push(const data::Table& table, const PushRequest& request, std::vector<Node>& nodes,
                         const Control& control = {});

// The columns that a specification asks about: of its call and domain, not of its design. Codes of parse_formula().
Result<std::vector<std::string>> asked_columns(const AnalysisSpec& spec);

// Removes what was pushed from every node.
Status drop(const PushedTable& table, std::vector<Node>& nodes);

}  // namespace hamdil::analysis::clickhouse
