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
  bool unit_variances = false;  // factors have variance 1; otherwise each factor's first loading is 1
  CfaErrors errors = CfaErrors::kExpected;
  Invariance invariance = Invariance::kConfigural;
};

struct CfaParameter {
  std::string left;  // factor, or item
  std::string op;    // "=~" loading, "~~" variance or covariance, "~1" intercept or mean
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

// Answers of one group to the model's items, in their order; persons who did not answer all of them are left out.
// Groups with means: with several groups intercepts are in the model, and factor means where intercepts are equal.
// Minimises the normal likelihood by Fisher scoring (Joreskog 1969, Psychometrika 34, 183-202).
// Codes stats.cfa.few_cases (fewer persons than items in a group), .singular (items that determine each other),
// .not_identified (more parameters than moments).
Result<Cfa> fit_cfa(const FactorModel& model, const std::vector<Items>& groups, const CfaOptions& options);

}  // namespace hamdil::stats::psychometrics
