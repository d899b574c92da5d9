// Linear regression with fixed effects of many levels, which are absorbed and not estimated.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

struct AbsorbedRequest {
  std::string formula;              // without the fixed effects
  std::vector<std::string> absorb;  // columns whose levels have an effect each
  std::string cluster;
  std::string weights;  // column; empty: none
  bool correct = true;  // G/(G-1) (n-1)/(n-K)
  bool normal = false;  // tests and intervals by the normal distribution instead of t on G - 1
  double level = 0.95;
};
// Rows: estimate, se, statistic, p_value, ci_t (of the distribution that was asked for). By the theorem of Frisch,
// Waugh and Lovell the coefficients are those of a regression with a dummy a level. Each column is freed of the effects
// by conjugate gradients on their symmetric alternating projections (Correia 2017) until a step moves it by less than
// 1e-12 of its size; with one effect, by subtracting means. K counts the coefficients and the effects that are not
// nested in the clusters, at least one for the constant; of the effects of two columns exactly (levels less connected
// parts), a third and further ones count their levels less one, which may be too many. Rows whose level occurs once say
// nothing and are left out, again and again. `values`: n, clusters, singletons, absorbed, absorbed_nested, iterations,
// r2_within. A coefficient that the effects determine has no row, and a note names it. Rows with a missing value are
// left out. Codes: of the formula and design, stats.absorbed.no_rows, .not_converged. Cost: linear in rows a step.
Result<ResultTable> absorbed_regression(const data::Table& table, const RowList& rows, const AbsorbedRequest& request);

}  // namespace hamdil::stats::survey
