// A weighted sum of rows of one table as a row of its own: changes between rounds, gaps between groups, differences in
// differences.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::survey {

// estimate = sum of weight * estimate; its standard error from the table's covariance, so shared clusters count. t
// interval and p-value on the table's degrees of freedom; the normal interval too. Needs table.vcov for the standard
// error, otherwise NaN. What stands behind it is that of its weakest part: least base_rows, base_clusters, cell_rows;
// flags are joined. Rows whose weight is 0 count for nothing. Flag undefined when the sum is.
Row combine_rows(const ResultTable& table, const std::vector<std::pair<std::size_t, double>>& parts);

}  // namespace hamdil::stats::survey
