// Effects of several studies put together.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::evidence {

struct MetaAnalysis {
  double studies = 0;
  double clusters = 0;
  double estimate = kNaN;
  double se = kNaN;         // of the random-effects model
  double se_robust = kNaN;  // by cluster, times n/(n-1)
  double p_robust = kNaN;   // t on clusters - 1
  Range ci_robust;
  double tau2 = kNaN;  // variance between studies
  double i2 = kNaN;    // its share of all variance, per cent (Higgins and Thompson 2002)
  double q = kNaN;     // Cochran's heterogeneity
  bool converged = false;
};
// Random effects by restricted maximum likelihood: Fisher scoring from Hedges' estimator, stopped when tau2 moves by at
// most 1e-5 (Viechtbauer 2005, 2010). Standard errors robust to clusters (papers) as Hedges, Tipton and Johnson (2010).
// `effects`, `variances` (above 0) and `clusters` are one a study. NaN for fewer than two studies.
MetaAnalysis random_effects(const std::vector<double>& effects, const std::vector<double>& variances,
                            const std::vector<std::int32_t>& clusters, double level);

}  // namespace hamdil::stats::evidence
