// Matched comparison groups: nearest neighbours, exact strata, subclasses of the propensity, and the weights that they
// give.
#pragma once

#include <string>
#include <vector>

#include "data/column.hpp"
#include "stats/matching/balancing.hpp"

namespace hamdil::stats::matching {

enum class Order : std::uint8_t { kLargest, kSmallest, kData };  // which treated rows choose first

enum class Search : std::uint8_t {
  kNearest,
  // The nearest control strictly below, and one above only where none is left below; the later row of equals. What R's
  // MatchIt 4.5.1 did by mistake (mended after 4.5.3); kept to check the rest of an analysis against its results.
  kBelowFirst,
};

struct NearestOptions {
  Order order = Order::kLargest;
  std::size_t ratio = 1;  // controls a treated row
  bool replace = false;   // a control may serve several treated rows
  double caliper = kNaN;  // largest distance allowed, in the unit of `distance`; NaN: any
  Search search = Search::kNearest;
};

// The controls of each treated row; both by their row.
struct Match {
  std::size_t treated = 0;
  std::vector<std::size_t> controls;  // nearest first; empty where none is within the caliper
};
// Greedy nearest neighbours on one distance, such as the propensity (Ho, Imai, King and Stuart 2007, Political Analysis
// 15, 199-236). With a ratio above 1 each treated row first gets one control, then each a second one, and so on. Equal
// distances: the earlier row. In the order of rows. Time: rows times the logarithm of controls.
std::vector<Match> nearest_neighbours(const Treated& treated, const std::vector<double>& distance,
                                      const NearestOptions& options);
// Treated rows with a match weigh 1; a control gets, from each treated row it serves, 1 / its number of controls, all
// scaled so that the controls' weights sum to their number; other rows 0.
std::vector<double> match_weights(const Treated& treated, const std::vector<Match>& matches);

inline constexpr std::size_t kNoStratum = static_cast<std::size_t>(-1);
// Strata numbered from 0 in order of first row; rows in strata without both groups have none.
struct Strata {
  std::size_t count = 0;
  std::vector<std::size_t> of_row;
};
// Rows alike in all of `on`; a missing value is a value of its own. Code stats.terms.no_column.
Result<Strata> exact_strata(const data::Table& table, const survey::RowList& rows, const std::vector<std::string>& on,
                            const Treated& treated);
// `count` subclasses cut at the quantiles (type 7) of the propensity among the treated, which hold the outer rows too.
Strata propensity_strata(const Treated& treated, const std::vector<double>& propensity, std::size_t count);
// Effect on the treated: treated rows weigh 1, controls as many treated per control as their stratum has, scaled to sum
// to the number of controls in strata; rows outside 0.
std::vector<double> stratum_weights(const Treated& treated, const Strata& strata);

}  // namespace hamdil::stats::matching
