// Unweighted tests of tables of counts.
#pragma once

#include "stats/result.hpp"

namespace hamdil::stats::classical {

struct TableTest {
  double statistic = kNaN;
  double df = kNaN;
  double p_value = kNaN;
  Range ci;
  double estimate = kNaN;
  Matrix residuals;  // standardised
};
// Pearson (1900). `yates`: with his correction, 2 x 2 only. Rows and columns without counts must not be there. NaN for
// fewer than two rows or columns.
TableTest chisq_test(const Matrix& counts, bool yates);
// McNemar (1947), 2 x 2; `correction`: Edwards' 1.
TableTest mcnemar_test(const Matrix& counts, bool correction);
// Fisher (1935), 2 x 2: two-sided p from tables at most as probable; the odds ratio is its conditional maximum
// likelihood estimate and the interval inverts the two one-sided tests. Roots by Brent's search with tolerance
// eps^(1/4), as R does: figures agree with it.
TableTest fisher_exact(const Matrix& counts, double level);

struct OddsRatio {
  double odds_ratio = kNaN;
  Range ci;                  // Wald on the log scale
  double risk_ratio = kNaN;  // second column's share of the second row over the first column's
};
OddsRatio odds_ratio(const Matrix& counts, double level);

// One share against p0, and two shares against each other, without correction.
struct ShareTest {
  double statistic = kNaN;
  double df = 1;
  double p_value = kNaN;
  Range ci;
  double first = kNaN;
  double second = kNaN;
};
// Wilson (1927).
ShareTest wilson_test(double successes, double n, double p0, double level);
// Clopper and Pearson (1934); p sums outcomes at most as probable.
ShareTest binomial_test(double successes, double n, double p0, double level);
// Pearson's test; the interval of the difference is Wald's.
ShareTest two_shares(double x1, double n1, double x2, double n2, double level);

}  // namespace hamdil::stats::classical
