// What is asked of a fitted model as a whole: its table, tests of its terms, information criteria.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/survey/glm_fit.hpp"
#include "stats/survey/regression.hpp"

namespace hamdil::stats::survey {

// What is asked of the rows of a model once it is fitted, wherever they are.
class ModelRows {
 public:
  virtual ~ModelRows() = default;
  virtual const std::vector<std::string>& names() const = 0;           // of its columns
  virtual const std::vector<std::size_t>& term_of_column() const = 0;  // terms.size() for the intercept
  // Deviance of the same rows without some columns (ascending), or under another formula.
  virtual Result<double> deviance_without(const Fit& fit, const std::vector<std::size_t>& columns) = 0;
  virtual Result<double> deviance_of(const Formula& formula, const Fit& like) = 0;
  // Of a gaussian model: sum(w score^2) over the rows, score = -1/(2v) + residual^2/(2v^2), weights as in the fit.
  virtual Result<double> variance_score_square(const Fit& fit, double variance) = 0;
};

// A model, its fit and the design-based covariance of its kept coefficients.
struct FittedModel {
  const Formula& formula;
  ModelRows& rows;
  const Fit& fit;
  const Matrix& covariance;
  double ddf;
};

// What else the table of a model shows; counted on the rows that have all of its values.
struct ModelFacts {
  std::size_t rows = 0;
  std::size_t clusters = 0;
  double degf = kNaN;
  double degf_domain = kNaN;  // of all rows asked for
  double dispersion = kNaN;
};
// The table that estimate_glm() documents.
Result<ResultTable> model_table(const Formula& formula, ModelRows& rows, const Fit& fit, Matrix covariance,
                                const ModelFacts& facts, const GlmRequest& request);

// A formula that says what is explained. Codes of parse_formula().
Result<Formula> formula_with_response(const std::string& text);
// Weighted variance from sum(w), sum(w x), sum(w x^2) of n rows.
double variance_of_sums(double weight, double sum, double square, double n);

// Wald test of all coefficients of a term, and the likelihood ratio against the model without it, whose distribution is
// a mixture by the eigenvalues of the design effect matrix (Rao and Scott 1984; Lumley and Scott 2014).
Result<TermTest> test_term(const FittedModel& fitted, std::size_t term);

// Adds aic/eff_p, aic/AIC, aic/deltabar and the pseudo R squared of Cox and Snell and of Nagelkerke to `out.values`.
// The penalty is the sum of the design effects of the coefficients beside the intercept (Lumley and Scott 2015), and in
// a gaussian model that of the variance, as R `survey` 4.5 has it.
Status add_criteria(const FittedModel& fitted, ResultTable& out);

}  // namespace hamdil::stats::survey
