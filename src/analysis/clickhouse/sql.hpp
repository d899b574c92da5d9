// A request of sums as one query, and the answer to it as groups. Nothing that a person wrote enters a query: columns
// go by their numbers, levels by their places, and everything else is a number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/clickhouse/pushed_table.hpp"
#include "base/result.hpp"
#include "stats/survey/row_sums.hpp"

namespace hamdil::analysis::clickhouse {

// `domain` are the conditions of the specification (domain_expressions). Code stats.terms.no_column.
Result<std::string> sum_query(const PushedTable& table, const std::vector<stats::Expression>& domain,
                              const stats::survey::SumRequest& request);

// Checked against the request: the number of columns, every figure finite, units and levels that exist, and the rows of
// all groups together equal to the total that the answer ends with. Code analysis.clickhouse.bad_answer.
Result<std::vector<stats::survey::SumGroup>> read_groups(const PushedTable& table,
                                                         const stats::survey::SumRequest& request,
                                                         std::string_view answer);

}  // namespace hamdil::analysis::clickhouse
