// Agreement about where units begin and end on a continuum: text, recordings.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::agreement {

// A stretch that a coder gave a category: [begin, end) in whole positions.
struct Unit {
  std::string coder;
  std::string category;
  double begin = 0;
  double end = 0;
};

// Checks that units lie on [begin, begin + length), have a length and, with `apart`, that those of one coder (and one
// category, with `by_category`) do not overlap. Codes stats.continuum.outside, .empty_unit, .overlap, .few_coders.
Status check_units(const std::vector<Unit>& units, double begin, double length, std::size_t coders, bool by_category);

// Krippendorff (1995; 2004 ch. 11.6), alpha_U: each category by itself, squared differences of length; the whole from
// the sums over categories.
struct CategoryAlpha {
  std::string category;
  double observed = kNaN;
  double expected = kNaN;
  double alpha = kNaN;
};
struct AlphaU {
  std::vector<CategoryAlpha> categories;  // by name
  double alpha = kNaN;
};
// `coders`: how many looked at the continuum, also those who marked nothing.
AlphaU alpha_u(const std::vector<Unit>& units, double begin, double length, std::size_t coders);

// Krippendorff, Mathet, Bouvry and Widlöcher (2016): u_alpha of values and gaps, bar_u of units against gaps, cu of the
// stretches that both coders of a pair valued, k_u of one category among them. Coverage is the share of a category's
// length that another coder valued too (cu: of the whole continuum).
struct CategoryCoverage {
  std::string category;
  double alpha = kNaN;
  double coverage = kNaN;
};
struct UAlpha {
  double u_alpha = kNaN;
  double bar_u_alpha = kNaN;
  double cu_alpha = kNaN;
  double cu_coverage = kNaN;
  std::vector<CategoryCoverage> k_u_alpha;
};
UAlpha u_alpha(const std::vector<Unit>& units, double length);

// One code, two coders, position by position: which of `length` positions each marked.
struct CharacterAgreement {
  double both = 0, first = 0, second = 0, neither = 0;  // positions: marked by both, only one, none
  double jaccard = kNaN;                                // both over any
  double holsti = kNaN;                                 // 2 both over the sum of both coders' marks
  Matrix table() const { return {2, 2, {neither, second, first, both}}; }
};
CharacterAgreement character_agreement(const std::vector<Unit>& first, const std::vector<Unit>& second, double length);

}  // namespace hamdil::stats::agreement
