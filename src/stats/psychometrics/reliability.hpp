// How well the items of a scale hang together, unweighted, from pairwise complete answers.
#pragma once

#include <vector>

#include "stats/psychometrics/items.hpp"

namespace hamdil::stats::psychometrics {

struct AlphaFigures {
  double raw = kNaN;           // Cronbach (1951), from covariances
  double standardised = kNaN;  // from correlations
  double lambda6 = kNaN;       // Guttman (1945), by squared multiple correlations
  double average_r = kNaN;
  double median_r = kNaN;
  double signal_noise = kNaN;  // k r / (1 - r), r the average correlation
};
// Of a covariance or correlation matrix of the items.
AlphaFigures alpha_figures(const Matrix& covariance);

struct ItemFigures {
  std::size_t n = 0;
  double mean = kNaN;
  double sd = kNaN;
  double raw_r = kNaN;   // with the mean of the person's answers
  double std_r = kNaN;   // with the sum of standardised items
  double r_cor = kNaN;   // the same, its own part replaced by the squared multiple correlation
  double r_drop = kNaN;  // with the sum of the other items
  AlphaFigures without;  // of the scale that is left when the item is taken out
};
struct Reliability {
  std::size_t n = 0;  // persons
  AlphaFigures alpha;
  double standard_error = kNaN;  // of the raw alpha: Duhachek and Iacobucci (2004), J. Appl. Psychol. 89, 792-808
  Range feldt;                   // Feldt (1965), Psychometrika 30, 357-370
  double scale_mean = kNaN;      // of the persons' means over the items they answered
  double scale_sd = kNaN;
  std::vector<ItemFigures> items;
};
// NaN where a figure is not defined: fewer than two items, no variance.
Reliability reliability(const Items& items, double level = 0.95);

}  // namespace hamdil::stats::psychometrics
