// Weighted maximum likelihood of a generalised linear model, and the influence of each row on its coefficients.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "stats/model_matrix.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"
#include "stats/survey/family.hpp"
#include "stats/survey/normal_equations.hpp"

namespace hamdil::stats::survey {

struct Fit {
  Family family = Family::kGaussian;
  Link link = Link::kIdentity;
  double mean_weight = 1;            // weights were divided by it
  double weight = 0;                 // their sum after that
  std::vector<double> coefficients;  // NaN for a column that the others already determine
  std::vector<double> before;        // the coefficients before the last step; empty: starting values
  std::vector<std::size_t> kept;     // columns with a coefficient
  Matrix bread;                      // inverse of X'WX over the kept columns, weights scaled to mean 1, W at `before`
  double deviance = kNaN;
  double null_deviance = kNaN;
  int iterations = 0;
  bool converged = false;
};

// The passes over the rows of a model that a search for its coefficients is made of, whoever holds the rows. Equations
// have one column a column of the model; a coefficient that is NaN takes no part.
class ModelPasses {
 public:
  struct Step {
    NormalEquations equations;
    double deviance = 0;
  };
  virtual ~ModelPasses() = default;
  virtual std::size_t columns() const = 0;
  // Equations for the coefficients themselves, from the starting values; the deviance there.
  virtual Result<Step> start() = 0;
  // The right side of these equations less what the coefficients explain.
  virtual Result<std::vector<double>> unexplained(const std::vector<double>& coefficients) = 0;
  // Equations for the step from the coefficients to the next ones; the deviance at the coefficients.
  virtual Result<Step> step(const std::vector<double>& coefficients) = 0;
};

// Searches from the starting values on: iteratively reweighted least squares. `show` sees the fit that is found and
// gives its deviance; where the next deviance is foretold to settle it is asked instead of a pass whose equations
// nobody needs, and again when that was wrong. Without it nobody looks.
Status search_coefficients(ModelPasses& passes, Fit& fit, const std::function<Result<double>(const Fit&)>& show);
// The same for the model of `passes` whose columns are those of `whole` but for `without`, from where the fit of all
// columns says the minimum would be; gives the deviance.
Result<double> search_without(ModelPasses& passes, const Fit& whole, std::size_t all_columns,
                              const std::vector<std::size_t>& without);

// Rows from `begin` on as a fit sees them.
struct FittedStretch {
  std::size_t begin = 0;
  std::size_t size = 0;
  const double* prior = nullptr;      // scaled weights
  const double* mean = nullptr;       // fitted
  const double* influence = nullptr;  // working weight before the last step times working residual after it
};
// Sees the rows of a fit, all of them after every begin().
class FitVisitor {
 public:
  virtual ~FitVisitor() = default;
  virtual void begin(const Fit& fit) = 0;
  virtual void visit(const FittedStretch& rows) = 0;
};

// Iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5), stopped when the deviance changes by less than
// 1e-8 of itself, at most 50 times. Codes stats.glm.no_rows, .bad_response (outside the family's range). Weights are
// divided by `mean_weight` (0: their own mean), which deviances follow. What the visitor saw since the last begin() is
// the fit that is returned. Cost: one pass over the columns an iteration and one more; no memory but for a few
// stretches of rows.
Result<Fit> fit_glm(const SurveyDesign& design, const ModelMatrix& model, Family family, Link link, double mean_weight,
                    FitVisitor& visitor);

// The deviance of the model without some columns, which `without` lists in ascending order. The search begins where the
// fit of all columns to the same rows says the minimum would be.
Result<double> deviance_without(const SurveyDesign& design, const ModelMatrix& model, const Fit& whole,
                                const std::vector<std::size_t>& without);

// The deviance of another model of the same rows, fitted with the family, link and weights of `like`.
Result<double> deviance_of_model(const SurveyDesign& design, const ModelMatrix& model, const Fit& like);

// Shows the rows of a fit once more.
void visit_fitted(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit, FitVisitor& visitor);

// Gathers the scores of the kept coefficients.
class ScoreTotals : public FitVisitor {
 public:
  ScoreTotals(const SurveyDesign& design, const ModelMatrix& model) : design_(design), model_(model) {}
  void begin(const Fit& fit) override;
  void visit(const FittedStretch& rows) override;
  // Influence totals of the coefficients: bread times the scores (Binder 1983). After a visit.
  Totals influence(const Fit& fit) const;

 private:
  const SurveyDesign& design_;
  const ModelMatrix& model_;
  std::vector<std::size_t> kept_;
  std::optional<Totals> scores_;
};

// A fit and the covariance of its kept coefficients under the design.
struct FitWithCovariance {
  Fit fit;
  Matrix covariance;
};
Result<FitWithCovariance> fit_with_covariance(const SurveyDesign& design, const ModelMatrix& model, Family family,
                                              Link link);

}  // namespace hamdil::stats::survey
