#include "stats/survey/combine_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

namespace {

// What stands behind a difference is its weakest part: it gives away the smaller of them.
void weaken(Row& out, const Row& part) {
  if (part.base_rows < out.base_rows) {
    out.base_rows = part.base_rows;
    out.cell_rows = part.cell_rows;
  }
  out.base_clusters = std::min(out.base_clusters, part.base_clusters);
  out.degf_domain = std::fmin(out.degf_domain, part.degf_domain);
  for (const Flag flag : part.flags) add_flag(out, flag);
}

}  // namespace

Row combine_rows(const ResultTable& table, const std::vector<std::pair<std::size_t, double>>& parts) {
  const Row& first = table.rows[parts.front().first];
  Row out;
  out.term = first.term;
  out.variable = first.variable;
  out.level = first.level;
  out.estimate = 0;
  out.base_rows = out.cell_rows = out.base_clusters = std::numeric_limits<std::size_t>::max();
  out.base_weight = 0;
  out.degf_domain = table.degf;
  for (const auto& [index, weight] : parts) {
    if (weight == 0) continue;
    const Row& row = table.rows[index];
    out.estimate += weight * row.estimate;
    out.base_weight += row.base_weight;
    out.missing_rows += row.missing_rows;
    weaken(out, row);
  }
  if (std::isnan(out.estimate)) add_flag(out, Flag::kUndefined);
  if (table.vcov.rows != table.rows.size() || table.vcov.columns != table.rows.size()) return out;
  double variance = 0;
  for (const auto& [i, wi] : parts)
    for (const auto& [j, wj] : parts) variance += wi * wj * table.vcov.at(i, j);
  fill_intervals(out, variance, table.degf, table.level);
  out.ci_t_domain = out.ci_t;
  out.statistic = out.estimate / out.se;
  out.p_value = out.se > 0 ? t_two_sided(out.statistic, table.degf) : kNaN;
  add_undefined_flags(out);
  return out;
}

}  // namespace hamdil::stats::survey
