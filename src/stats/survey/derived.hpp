// Figures that follow from shares and totals of a survey, with standard errors by their derivatives.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

// Cohen's kappa of two codings of the same rows: first[row], second[row] from 0 to categories - 1, -1 where missing,
// over the whole table. estimate, se, interval (t on degf) of the one row; delta method on the shares of all pairs.
Result<ResultTable> survey_kappa(const SurveyDesign& design, const RowList& rows,
                                 const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second,
                                 std::size_t categories, double level);

// Whether the shares of a column's levels are `p` (any positive scale): X2 = sum (O - E)^2 / E over estimated totals,
// its distribution a mixture of chi-squares by Satterthwaite's approximation with the eigenvalues of the covariance of
// (O - E)/sqrt(E). Code stats.gof.levels (not one p a level).
struct GoodnessOfFit {
  double statistic = kNaN;
  double scale = kNaN;
  double df = kNaN;
  double p_value = kNaN;
  double degf = kNaN;
};
Result<GoodnessOfFit> goodness_of_fit(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                      const std::string& variable, const std::vector<double>& p);

// Direct standardisation: within each cell of `over` weights are post-stratified so that `by` has the same distribution
// in all of the domain (`population`: any positive scale, the first column's levels running fastest); then means over
// the cells of `over`, with the standard errors of a post-stratified design. Rows with a missing value in by or over
// are an error of adjust_weights(). Code stats.standardize.population.
struct StandardizeRequest {
  std::vector<std::string> variables;
  std::vector<std::string> by;
  std::vector<std::string> over;
  std::vector<double> population;
  bool na_rm = false;
  double level = 0.95;
};
Result<ResultTable> standardized_means(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                       const StandardizeRequest& request);

}  // namespace hamdil::stats::survey
