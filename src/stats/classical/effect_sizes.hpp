// Sizes of effects with intervals from noncentral distributions.
#pragma once

#include "stats/classical/means.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::classical {

// `ci` is found as the R package effectsize 0.8 finds it, by a simplex search over both ends at once, so that figures
// agree with it; `exact` solves for each end. They part where the lower end is 0: there the search may stop early and
// its upper end is too wide.
struct EffectSize {
  double estimate = kNaN;
  Range ci;
  Range exact;
};

enum class Standardizer : unsigned char { kPooled, kAverage, kSecond };
// Difference of means over a standard deviation: pooled (Cohen's d), of the mean of both variances, or of the second
// group (Glass's delta). `unbiased`: times Hedges' correction.
EffectSize mean_difference(const Values& first, const Values& second, Standardizer by, bool unbiased, double level);
// Share of pairs where the first is larger minus smaller (Cliff 1993); interval by Fisher's z.
EffectSize cliffs_delta(const Values& first, const Values& second, double level);
// Cramer's V, phi in a 2 x 2 table; `adjusted`: Bergsma's (2013) correction. Interval from the noncentral chi-square.
EffectSize cramers_v(const Matrix& counts, bool adjusted, double level);
// Share of variance that groups explain; omega squared is less biased. Interval from the noncentral F.
EffectSize eta_squared(const Groups& groups, bool omega, double level);

}  // namespace hamdil::stats::classical
