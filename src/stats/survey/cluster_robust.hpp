// Regression with errors that are robust to clusters, for data without a survey design.
#pragma once

#include <string>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

enum class Robust : std::uint8_t {
  kHc0,  // scores summed by cluster, no correction (Liang and Zeger 1986)
  kHc1,  // times G/(G-1) (n-1)/(n-k)
  kCr2,  // bias-reduced, Satterthwaite degrees of freedom (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018)
};

struct RobustRequest {
  std::string formula;
  std::string cluster;
  std::string weights;  // column; empty: none
  Robust type = Robust::kHc1;
  bool logit = false;
  double level = 0.95;
};
// Rows: estimate, se, t, p_value and ci_t on G - 1 degrees of freedom, with kCr2 on Satterthwaite's; vcov; `values` n,
// clusters. The working model of kCr2 gives every row the same variance, also with weights. Rows with a missing value
// are left out. Codes: those of the formula and glm, stats.robust.cluster_size (kCr2: more than 3000 rows in a
// cluster), stats.robust.logit_cr2. Cost: as a model; kCr2 also the cube of the largest cluster and the square of their
// number.
Result<ResultTable> cluster_robust(const data::Table& table, const RowList& rows, const RobustRequest& request);

}  // namespace hamdil::stats::survey
