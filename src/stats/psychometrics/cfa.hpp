// Confirmatory factor analysis by maximum likelihood, in one group or several.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "stats/psychometrics/items.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::psychometrics {

// "trust =~ q1 + q2 + q3", one factor a line; an item may load on several factors. # begins a comment.
struct FactorModel {
  std::vector<std::string> factors;
  std::vector<std::string> items;  // in the order they are first named
  struct Loading {
    std::size_t factor;
    std::size_t item;
  };
  std::vector<Loading> loadings;  // as written
};
// Codes stats.cfa.syntax (with the line), .repeated (an item twice on one factor).
Result<FactorModel> parse_factor_model(std::string_view source);

// What is the same in all groups. Each asks for the ones before it.
enum class Invariance : std::uint8_t { kConfigural, kMetric, kScalar, kStrict };

enum class CfaErrors : std::uint8_t {
  kExpected,       // from the expected information: normal answers
  kRobustHuber,    // sandwich of the observed information; test statistic scaled after Yuan and Bentler (Mplus variant)
  kRobustSatorra,  // Satorra and Bentler (1994)
};

struct CfaOptions {
  // Persons who answered some of the items count with what they answered (full-information maximum likelihood; Arbuckle
  // 1996); otherwise only those who answered all. Holds where answers are missing at random, given the others.
  bool keep_incomplete = false;
  // Items are ordered categories: the model is fitted to their polychoric correlations by diagonally weighted least
  // squares, with robust errors and a scaled and shifted test (WLSMV). One group of complete persons.
  bool ordered = false;
  bool unit_variances = false;  // factors have variance 1; otherwise each factor's first loading is 1
  CfaErrors errors = CfaErrors::kExpected;
  Invariance invariance = Invariance::kConfigural;
};

struct CfaParameter {
  std::string left;  // factor, or item
  // "=~" loading, "~~" variance or covariance, "~1" intercept or mean, "|" cut point, "~*~" scale of an ordered item
  std::string op;
  std::string right;
  std::size_t group = 0;  // from 0
  double estimate = kNaN;
  double se = 0;                      // 0: fixed
  double standardised_factor = kNaN;  // with factors of variance 1
  double standardised = kNaN;         // with items of variance 1, too
  bool fixed = false;
};

// Named as in the literature: chisq, df, pvalue, cfi, tli, nfi, ifi, rni, logl, aic, bic, rmsea, srmr, gfi, ...; with
// robust errors also .scaled and .robust.
using FitMeasures = std::vector<std::pair<std::string, double>>;

struct Cfa {
  std::size_t n = 0;
  bool converged = false;
  std::vector<CfaParameter> parameters;
  FitMeasures fit;
  double measure(std::string_view name) const;  // NaN when there is none
};

// Answers of one group to the model's items, in their order; NaN: not answered. Persons who answered nothing are left
// out, others as the options say. With several groups, and with incomplete persons, intercepts are in the model; factor
// means where intercepts are equal.
// Minimises the normal likelihood by Fisher scoring (Joreskog 1969, Psychometrika 34, 183-202).
// Codes stats.cfa.few_cases (fewer persons than items in a group), .singular (items that determine each other),
// .apart (two items that nobody answered both), .ordered_groups (ordered items in several groups), .few_categories,
// .many_categories (ordered items that are none), .robust_incomplete (robust errors ask for complete persons),
// .not_identified (more parameters than moments).
Result<Cfa> fit_cfa(const FactorModel& model, const std::vector<Items>& groups, const CfaOptions& options);

}  // namespace hamdil::stats::psychometrics
