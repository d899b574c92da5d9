#include "stats/survey/combine_rows.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats::survey {

Row combine_rows(const ResultTable& table, const std::vector<std::pair<std::size_t, double>>& parts) {
  const Row& first = table.rows[parts.front().first];
  Row out;
  out.term = first.term;
  out.variable = first.variable;
  out.level = first.level;
  out.estimate = 0;
  out.base_rows = first.base_rows;
  out.base_clusters = first.base_clusters;
  out.cell_rows = first.cell_rows;
  out.base_weight = 0;
  out.degf_domain = table.degf;
  for (const auto& [index, weight] : parts) {
    const Row& row = table.rows[index];
    out.estimate += weight * row.estimate;
    out.base_weight += row.base_weight;
    out.missing_rows += row.missing_rows;
    if (row.base_rows < out.base_rows) {
      out.base_rows = row.base_rows;
      out.cell_rows = row.cell_rows;
    }
    out.base_clusters = std::min(out.base_clusters, row.base_clusters);
    out.degf_domain = std::fmin(out.degf_domain, row.degf_domain);
    for (const Flag flag : row.flags)
      if (std::find(out.flags.begin(), out.flags.end(), flag) == out.flags.end()) out.flags.push_back(flag);
  }
  if (table.vcov.rows != table.rows.size() || table.vcov.columns != table.rows.size()) return out;
  double variance = 0;
  for (const auto& [i, wi] : parts)
    for (const auto& [j, wj] : parts) variance += wi * wj * table.vcov.at(i, j);
  out.se = variance > 0 ? std::sqrt(variance) : variance == 0 ? 0 : kNaN;
  const double t = t_quantile(0.5 + table.level / 2, table.degf);
  const double z = normal_quantile(0.5 + table.level / 2);
  out.ci_t = {out.estimate - t * out.se, out.estimate + t * out.se};
  out.ci_normal = {out.estimate - z * out.se, out.estimate + z * out.se};
  out.p_value = out.se > 0 ? t_two_sided(out.estimate / out.se, table.degf) : kNaN;
  return out;
}

}  // namespace hamdil::stats::survey
