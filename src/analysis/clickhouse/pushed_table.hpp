// A table that was brought to a cluster, as the legend tells it that stays here: what stands in which column, the names
// of levels and strata, the stratum and population of every sampling unit, and how many rows each node must hold. The
// cluster has numbers only, and none of them is a key to a row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/clickhouse/node.hpp"
#include "analysis/spec.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::analysis::clickhouse {

// A column on the nodes: a number of the answer, or the place of its level (-1: missing).
struct StoredColumn {
  data::Column description;  // name, type, order, levels; no values
  std::size_t number = 0;    // c0, c1, ...
  bool small = false;        // whole numbers that two bytes hold
  bool has_gaps = false;     // beside it stands m0, m1, ...: 0 there, 1 asked and not answered, 2 not asked
};

struct PushedTable {
  std::string name;     // of the table on every node; the one over all of them ends in _all
  std::string cluster;  // as the servers' remote_servers call it
  std::string database;
  struct Place {
    Address address;
    std::size_t rows = 0;
  };
  std::vector<Place> nodes;
  std::size_t rows = 0;
  std::string design;  // JSON, of the specifications that it was pushed for
  std::string source;  // digest of what the rows come from; empty for a file
  std::vector<std::string> strata;
  stats::survey::Stage first_stage;  // units; no rows
  std::vector<StoredColumn> columns;

  const StoredColumn* find(std::string_view name) const;
};

Json to_json(const PushedTable& table);
// Checks every member: a legend may have been edited. Codes analysis.clickhouse.legend with a JSON pointer, .address.
Result<PushedTable> read_pushed_table(const Json& json);

// The design that the rows were pushed with, and whether a specification's may be asked of them: how lonely strata
// count is free. Code analysis.clickhouse.other_design.
Result<stats::survey::DesignSpec> read_design(const std::string& json);
Status check_same_design(const PushedTable& table, const stats::survey::DesignSpec& asked);

// Letters, digits and underscores, at most 64. Code analysis.clickhouse.identifier.
Status check_identifier(const std::string& name, const char* what);

}  // namespace hamdil::analysis::clickhouse
