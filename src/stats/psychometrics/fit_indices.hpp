// Measures of fit that follow from a test statistic, whatever the estimator. For .cpp files of this folder only.
#pragma once

#include <string>

#include "stats/psychometrics/cfa.hpp"

namespace hamdil::stats::psychometrics {

// P(X >= x) of a chi-square with this noncentrality; NaN without degrees of freedom.
double noncentral_upper(double x, double df, double away);
// The noncentrality under which a statistic of x or more has this probability; 0 where none does.
double noncentrality_at(double x, double df, double upper);

// A model's test against that of items that have nothing to do with each other.
struct Comparison {
  double chisq, df, base, base_df;
};
double comparative_fit(const Comparison& c);  // Bentler (1990), Psychol. Bull. 107, 238-246
double tucker_lewis(const Comparison& c);     // Tucker and Lewis (1973), Psychometrika 38, 1-10

// What a noncentrality is divided by under the root (Steiger 1990, Multivariate Behav. Res. 25, 173-180).
struct Noncentrality {
  double persons, df;
  double root_mean_square(double noncentrality) const;  // 0 for a model that leaves nothing to measure
};
// "rmsea" and its interval of 90 %, with a suffix to their names.
void append_rmsea(double chisq, const Noncentrality& by, const std::string& suffix, FitMeasures& out);

}  // namespace hamdil::stats::psychometrics
