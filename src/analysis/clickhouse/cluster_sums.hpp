// Sums of rows that a cluster holds (stats/survey/row_sums.hpp).
#pragma once

#include <memory>
#include <vector>

#include "analysis/clickhouse/pushed_table.hpp"
#include "analysis/spec.hpp"
#include "base/control.hpp"
#include "base/result.hpp"
#include "stats/survey/row_sums.hpp"

namespace hamdil::analysis::clickhouse {

struct Traffic {
  std::size_t queries = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

class ClusterSums : public stats::survey::RowSums {
 public:
  // What is asked goes to the first node, which asks the others. Before that every node is asked whether it holds the
  // rows that it should. Codes: analysis.clickhouse.other_design, .incomplete, .node_lost, those of Node and
  // domain_expressions.
  static Result<std::unique_ptr<ClusterSums>> open(const PushedTable& table, std::vector<Node> nodes,
                                                   const AnalysisSpec& spec, Control control = {});

  const stats::survey::SurveyDesign& design() const override { return design_; }
  const data::Table& columns() const override { return columns_; }
  bool has_missing(const std::string& column) const override;
  // Code analysis.clickhouse.node_lost where another node stopped: no part of an answer is returned.
  Result<std::vector<stats::survey::SumGroup>> sum(const stats::survey::SumRequest& request) override;

  Traffic traffic() const;

 private:
  ClusterSums(const PushedTable& table, std::vector<Node> nodes, stats::survey::SurveyDesign design, Control control);
  Status check_nodes();
  // The same error, or where other nodes do not answer: which.
  Error blame(Error error);

  const PushedTable& table_;
  std::vector<Node> nodes_;
  stats::survey::SurveyDesign design_;
  Control control_;
  data::Table columns_;
  std::vector<stats::Expression> domain_;
  std::size_t queries_ = 0;
};

}  // namespace hamdil::analysis::clickhouse
