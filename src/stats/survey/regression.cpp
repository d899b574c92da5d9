#include "stats/survey/regression.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr int kMaxIterations = 50;
constexpr double kTolerance = 1e-8;
constexpr std::size_t kStretch = 512;  // rows worked on at a time, so that they stay in the cache
constexpr double kCollinear = 1e-11;   // of a column's own sum of squares left after the columns before it

using Values = std::vector<double>;

struct LinkPoint {
  double mean = 0;
  double slope = 0;  // d mean / d eta
};

LinkPoint from_eta(Link link, double eta) {
  constexpr double kEpsilon = 2.220446049250313e-16;
  switch (link) {
    case Link::kIdentity:
      return {eta, 1};
    case Link::kLogit: {
      const double share = 1 / (1 + std::exp(-eta));
      return {std::clamp(share, kEpsilon, 1 - kEpsilon), std::max(share * (1 - share), kEpsilon)};
    }
    case Link::kProbit:
      return {std::clamp(normal_upper(-eta), kEpsilon, 1 - kEpsilon),
              std::max(std::exp(-eta * eta / 2) / std::sqrt(2 * M_PI), kEpsilon)};
    case Link::kCloglog: {
      const double bounded = std::min(eta, 700.0);
      const double share = -std::expm1(-std::exp(bounded));
      return {std::clamp(share, kEpsilon, 1 - kEpsilon),
              std::max(std::exp(bounded) * std::exp(-std::exp(bounded)), kEpsilon)};
    }
    case Link::kLog: {
      const double mean = std::max(std::exp(eta), kEpsilon);
      return {mean, mean};
    }
  }
  return {};
}

double to_eta(Link link, double mean) {
  switch (link) {
    case Link::kIdentity:
      return mean;
    case Link::kLogit:
      return std::log(mean / (1 - mean));
    case Link::kProbit:
      return normal_quantile(mean);
    case Link::kCloglog:
      return std::log(-std::log1p(-mean));
    case Link::kLog:
      return std::log(mean);
  }
  return kNaN;
}

double variance_of(Family family, double mean) {
  return family == Family::kGaussian ? 1 : family == Family::kBinomial ? mean * (1 - mean) : mean;
}

double y_log_ratio(double y, double mean) { return y == 0 ? 0 : y * std::log(y / mean); }

double deviance_of(Family family, double y, double mean) {
  if (family == Family::kGaussian) return (y - mean) * (y - mean);
  if (family == Family::kPoisson) return 2 * (y_log_ratio(y, mean) - (y - mean));
  return 2 * (y_log_ratio(y, mean) + y_log_ratio(1 - y, 1 - mean));
}

double starting_mean(Family family, double y, double weight) {
  if (family == Family::kGaussian) return y;
  if (family == Family::kPoisson) return y + 0.1;
  return (weight * y + 0.5) / (weight + 1);
}

// Solves weighted least squares by Cholesky on the cross-products, leaves out columns that depend on earlier ones, and
// refines the solution once from its residuals, which restores what the cross-products lose.
class LeastSquares {
 public:
  LeastSquares(const ModelMatrix& model, const Values& weights) : model_(model), weights_(weights) { factorize(); }

  const std::vector<std::size_t>& kept() const { return kept_; }

  Values solve(const Values& response) const {
    Values beta(kept_.size(), 0.0);
    Values residuals = response;
    for (int pass = 0; pass < 2; ++pass) {
      Values step = back_substitute(cross(residuals));
      for (std::size_t j = 0; j < kept_.size(); ++j) {
        const Values& column = model_.columns[kept_[j]];
        for (std::size_t i = 0; i < residuals.size(); ++i) residuals[i] -= step[j] * column[i];
        beta[j] += step[j];
      }
    }
    return beta;
  }

  // One solution without refinement: enough for a step towards a solution that is already near.
  Values step(const Values& residuals) const { return back_substitute(cross(residuals)); }

  Matrix inverse() const {
    const std::size_t k = kept_.size();
    Matrix out{k, k, {}};
    out.values.resize(k * k);
    for (std::size_t j = 0; j < k; ++j) {
      Values unit(k, 0.0);
      unit[j] = 1;
      const Values column = back_substitute(unit);
      for (std::size_t i = 0; i < k; ++i) out.at(i, j) = column[i];
    }
    return out;
  }

 private:
  Values cross(const Values& response) const {
    Values out(kept_.size(), 0.0);
    std::array<double, kStretch> weighted{};
    for (std::size_t begin = 0; begin < response.size(); begin += kStretch) {
      const std::size_t length = std::min(kStretch, response.size() - begin);
      for (std::size_t i = 0; i < length; ++i) weighted[i] = weights_[begin + i] * response[begin + i];
      for (std::size_t j = 0; j < kept_.size(); ++j) {
        const double* column = model_.columns[kept_[j]].data() + begin;
        std::array<double, 4> partial{};
        std::size_t i = 0;
        for (; i + 4 <= length; i += 4)
          for (std::size_t lane = 0; lane < 4; ++lane) partial[lane] += weighted[i + lane] * column[i + lane];
        for (; i < length; ++i) partial[0] += weighted[i] * column[i];
        out[j] += (partial[0] + partial[1]) + (partial[2] + partial[3]);
      }
    }
    return out;
  }

  // Weighted cross-products of all columns, a stretch of rows at a time so that it stays in the cache.
  std::vector<Values> cross_products() const {
    const std::size_t k = model_.columns.size();
    std::vector<Values> out(k, Values(k, 0.0));
    std::array<double, kStretch> weighted{};
    for (std::size_t begin = 0; begin < weights_.size(); begin += kStretch) {
      const std::size_t length = std::min(kStretch, weights_.size() - begin);
      for (std::size_t r = 0; r < k; ++r) {
        for (std::size_t i = 0; i < length; ++i) weighted[i] = weights_[begin + i] * model_.columns[r][begin + i];
        for (std::size_t c = 0; c <= r; ++c) {
          const double* other = model_.columns[c].data() + begin;
          std::array<double, 4> partial{};
          std::size_t i = 0;
          for (; i + 4 <= length; i += 4)
            for (std::size_t lane = 0; lane < 4; ++lane) partial[lane] += weighted[i + lane] * other[i + lane];
          for (; i < length; ++i) partial[0] += weighted[i] * other[i];
          out[r][c] += (partial[0] + partial[1]) + (partial[2] + partial[3]);
        }
      }
    }
    return out;
  }

  void factorize() {
    const std::vector<Values> products = cross_products();
    for (std::size_t column = 0; column < products.size(); ++column) {
      Values line;
      const double own = products[column][column];
      double left = own;
      for (std::size_t j = 0; j < kept_.size(); ++j) {
        double value = products[column][kept_[j]];
        for (std::size_t l = 0; l < j; ++l) value -= factor_[j][l] * line[l];
        line.push_back(value / factor_[j][j]);
        left -= line.back() * line.back();
      }
      if (!(left > kCollinear * own)) continue;
      line.push_back(std::sqrt(left));
      factor_.push_back(std::move(line));
      kept_.push_back(column);
    }
  }

  Values back_substitute(Values right) const {
    const std::size_t k = kept_.size();
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < i; ++j) right[i] -= factor_[i][j] * right[j];
      right[i] /= factor_[i][i];
    }
    for (std::size_t i = k; i-- > 0;) {
      for (std::size_t j = i + 1; j < k; ++j) right[i] -= factor_[j][i] * right[j];
      right[i] /= factor_[i][i];
    }
    return right;
  }

  const ModelMatrix& model_;
  const Values& weights_;
  std::vector<Values> factor_;  // lower triangle, row by row
  std::vector<std::size_t> kept_;
};

class Fitter {
 public:
  Fitter(const ModelMatrix& model, Family family, Link link, Fit& fit)
      : model_(model), family_(family), link_(link), fit_(fit), rows_(model.rows.size()) {}

  void run() {
    eta_.resize(rows_);
    mean_.resize(rows_);
    slope_.resize(rows_);
    for (std::size_t i = 0; i < rows_; ++i)
      eta_[i] = to_eta(link_, starting_mean(family_, model_.response[i], fit_.prior_weights[i]));
    double before = update_means();
    Values weights(rows_);
    Values target(rows_);
    for (fit_.iterations = 1; fit_.iterations <= kMaxIterations; ++fit_.iterations) {
      for (std::size_t i = 0; i < rows_; ++i) {
        weights[i] = fit_.prior_weights[i] * slope_[i] * slope_[i] / variance_of(family_, mean_[i]);
        target[i] = (model_.response[i] - mean_[i]) / slope_[i];
      }
      const LeastSquares squares(model_, weights);
      improve(squares, target);
      fit_.bread = squares.inverse();
      const double now = update_means();
      fit_.converged = std::fabs(now - before) / (std::fabs(now) + 0.1) < kTolerance;
      before = now;
      if (fit_.converged) break;
    }
    fit_.iterations = std::min(fit_.iterations, kMaxIterations);
    fit_.working_weights = std::move(weights);
    fit_.deviance = before;
    finish();
  }

 private:
  // Coefficients of the least squares of eta + residuals. Once eta is a combination of the same columns, only the step
  // to the next one is solved for, from the residuals: the same, in one pass, and as precise as a refined solution.
  void improve(const LeastSquares& squares, Values& residuals) {
    if (fit_.iterations > 1 && squares.kept() == fit_.kept) {
      const Values step = squares.step(residuals);
      for (std::size_t j = 0; j < step.size(); ++j) fit_.coefficients[fit_.kept[j]] += step[j];
    } else {
      for (std::size_t i = 0; i < rows_; ++i) residuals[i] += eta_[i];
      const Values beta = squares.solve(residuals);
      fit_.kept = squares.kept();
      fit_.coefficients.assign(model_.columns.size(), kNaN);
      for (std::size_t j = 0; j < beta.size(); ++j) fit_.coefficients[fit_.kept[j]] = beta[j];
    }
    for (std::size_t begin = 0; begin < rows_; begin += kStretch) {
      const std::size_t end = std::min(rows_, begin + kStretch);
      std::fill(eta_.begin() + static_cast<std::ptrdiff_t>(begin), eta_.begin() + static_cast<std::ptrdiff_t>(end),
                0.0);
      for (const std::size_t column : fit_.kept) {
        const double beta = fit_.coefficients[column];
        const double* values = model_.columns[column].data();
        for (std::size_t i = begin; i < end; ++i) eta_[i] += beta * values[i];
      }
    }
  }

  // Means and slopes at eta; returns the deviance there.
  double update_means() {
    double sum = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
      const LinkPoint point = from_eta(link_, eta_[i]);
      mean_[i] = point.mean;
      slope_[i] = point.slope;
      sum += fit_.prior_weights[i] * deviance_of(family_, model_.response[i], point.mean);
    }
    return sum;
  }

  void finish() {
    double weight = 0;
    double mean = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
      fit_.working_residuals.push_back((model_.response[i] - mean_[i]) / slope_[i]);
      weight += fit_.prior_weights[i];
      mean += fit_.prior_weights[i] * model_.response[i];
    }
    mean /= weight;
    fit_.fitted = std::move(mean_);
    fit_.null_deviance = 0;
    for (std::size_t i = 0; i < rows_; ++i)
      fit_.null_deviance += fit_.prior_weights[i] * deviance_of(family_, model_.response[i], mean);
  }

  const ModelMatrix& model_;
  Family family_;
  Link link_;
  Fit& fit_;
  std::size_t rows_;
  Values eta_;
  Values mean_;
  Values slope_;
};

bool in_range(Family family, double y) {
  return family == Family::kGaussian || (y >= 0 && (family == Family::kPoisson || y <= 1));
}

Row coefficient_row(const SurveyDesign& design, const ModelMatrix& model, std::size_t column, const Fit& fit,
                    double variance, double df, double level) {
  Row row;
  row.term = model.names[column];
  row.variable = row.term;
  row.estimate = fit.coefficients[column];
  fill_intervals(row, variance, df, level);
  row.ci_t_domain = row.ci_t;
  row.degf_domain = df;
  row.statistic = row.estimate / row.se;
  row.p_value = t_two_sided(row.statistic, df);
  row.base_rows = model.rows.size();
  row.cell_rows = model.rows.size();
  row.base_clusters = count_clusters(design, model.rows);
  if (std::isnan(row.estimate)) add_flag(row, Flag::kUndefined);
  if (!fit.converged) add_flag(row, Flag::kNotConverged);
  if (!(df >= 8)) add_flag(row, Flag::kFewClusters);
  return row;
}

}  // namespace

Result<Fit> fit_glm(const SurveyDesign& design, const ModelMatrix& model, Family family, Link link,
                    double mean_weight) {
  double sum = 0;
  for (const std::uint32_t row : model.rows) sum += design.weights()[row];
  if (model.rows.empty() || !(sum > 0))
    return Error("stats.glm.no_rows", "No row has all the values of the model and a positive weight.");
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    if (!in_range(family, model.response[i]))
      return Error("stats.glm.bad_response",
                   "The response lies outside the range of the family (0 to 1 for binomial, 0 and above for poisson).")
          .at({.row = model.rows[i] + 1});
  }
  Fit fit;
  const double mean = mean_weight > 0 ? mean_weight : sum / static_cast<double>(model.rows.size());
  for (const std::uint32_t row : model.rows) fit.prior_weights.push_back(design.weights()[row] / mean);
  Fitter(model, family, link, fit).run();
  return fit;
}

Totals coefficient_totals(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit) {
  const std::size_t k = fit.kept.size();
  Totals scores(design, k);
  scores.mark(model.rows);
  Values values(model.rows.size());
  for (std::size_t j = 0; j < k; ++j) {
    const Values& column = model.columns[fit.kept[j]];
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = fit.working_weights[i] * fit.working_residuals[i] * column[i];
    scores.add(model.rows, values, j);
  }
  std::vector<Values> bread;
  for (std::size_t r = 0; r < k; ++r) {
    const auto line = fit.bread.values.begin() + static_cast<std::ptrdiff_t>(r * k);
    bread.emplace_back(line, line + static_cast<std::ptrdiff_t>(k));
  }
  return scores.combine(bread);
}

namespace {

double mean_weight_of(const SurveyDesign& design, const RowList& rows) {
  double sum = 0;
  for (const std::uint32_t row : rows) sum += design.weights()[row];
  return sum / static_cast<double>(rows.size());
}

// The part of a matrix at some of its rows and columns.
Matrix part_of(const Matrix& whole, const std::vector<std::size_t>& at) {
  Matrix out{at.size(), at.size(), {}};
  for (const std::size_t r : at)
    for (const std::size_t c : at) out.values.push_back(whole.at(r, c));
  return out;
}

// Places among the kept coefficients that belong to a term; of several terms, to any in `wanted`.
std::vector<std::size_t> places_of(const ModelMatrix& model, const Fit& fit, std::size_t term) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < fit.kept.size(); ++j)
    if (model.term_of_column[fit.kept[j]] == term) out.push_back(j);
  return out;
}

// Scale factors of the likelihood ratio: eigenvalues of V0^-1 V, largest first.
Values scale_factors(const Matrix& matrix, const Matrix& bread, const std::vector<std::size_t>& at) {
  Values lambda = eigenvalues(solve(part_of(bread, at), part_of(matrix, at)));
  std::sort(lambda.rbegin(), lambda.rend());
  return lambda;
}

Result<TermTest> test_term(const SurveyDesign& design, const data::Table& table, const Formula& formula,
                           const ModelMatrix& model, const Fit& fit, const Matrix& matrix, std::size_t term,
                           const GlmRequest& request, double ddf, double mean_weight) {
  TermTest out;
  out.term = formula.term_name(term);
  const std::vector<std::size_t> at = places_of(model, fit, term);
  out.df = static_cast<double>(at.size());
  out.ddf = ddf;
  if (at.empty()) return out;
  Values own;
  for (const std::size_t place : at) own.push_back(fit.coefficients[fit.kept[place]]);
  out.wald = quadratic_form(own, part_of(matrix, at));
  out.p_f = f_upper(out.wald / out.df, out.df, ddf);
  out.p_chisq = chisq_upper(out.wald, out.df);
  Formula reduced = formula;
  reduced.terms.erase(reduced.terms.begin() + static_cast<std::ptrdiff_t>(term));
  ModelMatrix smaller;
  if (!reduced.terms.empty() || reduced.intercept) {
    HAMDIL_TRY(smaller, make_model_matrix(reduced, table, model.rows));
    HAMDIL_TRY(const Fit without, fit_glm(design, smaller, request.family, request.link, mean_weight));
    out.lrt = without.deviance - fit.deviance;
  }
  out.lambda = scale_factors(matrix, fit.bread, at);
  out.p_lrt = f_mixture_upper(std::max(0.0, out.lrt), out.lambda, ddf);
  return out;
}

// The information about a gaussian model's variance over the spread of its scores: the variance's part of the penalty.
double variance_penalty(const ModelMatrix& model, const Fit& fit, double variance) {
  double information = 0;
  double spread = 0;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const double residual = model.response[i] - fit.fitted[i];
    const double score = -1 / (2 * variance) + residual * residual / (2 * variance * variance);
    information += fit.prior_weights[i] / (2 * variance * variance);
    spread += fit.prior_weights[i] * score * score;
  }
  return information / spread;
}

// Information criteria of a survey model (Lumley and Scott 2015): the penalty is the sum of the design effects of the
// coefficients beside the intercept, and in a gaussian model that of the variance, as R `survey` 4.5 has it.
void add_criteria(const ModelMatrix& model, const Fit& fit, const Matrix& matrix, Family family, bool intercept,
                  ResultTable& out) {
  std::vector<std::size_t> at;
  for (std::size_t j = 0; j < fit.kept.size(); ++j)
    if (!intercept || fit.kept[j] != 0) at.push_back(j);
  double n = 0;
  for (const double weight : fit.prior_weights) n += weight;
  double penalty = 0;
  for (const double lambda : at.empty() ? Values() : scale_factors(matrix, fit.bread, at)) penalty += lambda;
  double count = static_cast<double>(at.size());
  double fitted = fit.deviance;
  if (family == Family::kGaussian) {
    const double variance = fit.deviance / n;
    penalty = penalty / variance + variance_penalty(model, fit, variance);
    fitted = n * (std::log(2 * M_PI * variance) + 1);
    ++count;
  }
  out.values.emplace_back("aic/eff_p", penalty);
  out.values.emplace_back("aic/AIC", fitted + 2 * penalty);
  out.values.emplace_back("aic/deltabar", penalty / count);
  const double cox_snell = 1 - std::exp((fit.deviance - fit.null_deviance) / n);
  out.values.emplace_back("psrsq/cox_snell", cox_snell);
  out.values.emplace_back("psrsq/nagelkerke", cox_snell / (1 - std::exp(-fit.null_deviance / n)));
}

}  // namespace

Result<ResultTable> estimate_glm(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                 const GlmRequest& request) {
  HAMDIL_TRY(const Formula formula, parse_formula(request.formula));
  if (!formula.has_response)
    return Error("stats.formula.syntax", "The formula cannot be read at \"{part}\".",
                 {{"part", request.formula.substr(0, 60)}});
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, table, rows));
  const double mean_weight = mean_weight_of(design, rows);
  HAMDIL_TRY(const Fit fit, fit_glm(design, model, request.family, request.link, mean_weight));
  HAMDIL_TRY(Matrix matrix, covariance(design, coefficient_totals(design, model, fit)));
  ResultTable out;
  out.level = request.level;
  out.degf = degrees_of_freedom(design, model.rows);
  out.n = model.rows.size();
  const double df = out.degf + 1 - static_cast<double>(fit.kept.size());
  std::size_t next = 0;
  for (std::size_t column = 0; column < model.columns.size(); ++column) {
    const bool kept = next < fit.kept.size() && fit.kept[next] == column;
    out.rows.push_back(
        coefficient_row(design, model, column, fit, kept ? matrix.at(next, next) : kNaN, df, request.level));
    if (kept) ++next;
  }
  Values pearson(model.rows.size());
  for (std::size_t i = 0; i < pearson.size(); ++i)
    pearson[i] = (model.response[i] - fit.fitted[i]) / std::sqrt(variance_of(request.family, fit.fitted[i]));
  out.values = {
      {"degf_design", degrees_of_freedom(design, rows)},
      {"df_residual", df},
      {"n_used", static_cast<double>(out.n)},
      {"converged", fit.converged ? 1.0 : 0.0},
      {"iterations", static_cast<double>(fit.iterations)},
      {"dispersion", weighted_variance(design, model.rows, pearson) * mean_weight_of(design, model.rows) / mean_weight},
      {"deviance_scaled_weights", fit.deviance},
      {"null_deviance_scaled_weights", fit.null_deviance}};
  add_criteria(model, fit, matrix, request.family, formula.intercept, out);
  for (std::size_t term = 0; request.term_tests && term < formula.terms.size(); ++term) {
    HAMDIL_TRY(TermTest test, test_term(design, table, formula, model, fit, matrix, term, request, df, mean_weight));
    out.term_tests.push_back(std::move(test));
  }
  out.vcov = std::move(matrix);
  return out;
}

}  // namespace hamdil::stats::survey
