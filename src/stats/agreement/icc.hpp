// Agreement of measurements: intraclass correlations and concordance of ranks.
#pragma once

#include <string>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::agreement {

// One of the six forms of Shrout and Fleiss (1979): "ICC1", "ICC2", "ICC3" of a single rater, "ICC1k", ... of the mean
// of k.
struct IccForm {
  std::string form;
  double estimate = kNaN;
  double f = kNaN;
  double df1 = kNaN;
  double df2 = kNaN;
  double p_value = kNaN;
  Range ci;  // McGraw and Wong (1996)
};
// `values.at(unit, rater)` without missing values, two units and two raters or more; otherwise empty. NaN without any
// variation.
std::vector<IccForm> intraclass_correlations(const Matrix& values, double level);

// Kendall and Babington Smith (1939): W of the ranks that raters give to units, corrected for ties; chi-square k (n-1)
// W.
struct Concordance {
  double w = kNaN;
  double chisq = kNaN;
  double df = kNaN;
  double p_value = kNaN;
  bool ties = false;
};
Concordance kendall_w(const Matrix& values);

}  // namespace hamdil::stats::agreement
