#include "stats/survey/ordinal.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.hpp"
#include "stats/minimize.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/covariance.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/glm_fit.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

using Dense = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr const char* kResponseName = "\x01 response";  // no column of a file is called so

// The columns of the formula, with the answers' places as numbers.
struct Prepared {
  data::Table table;
  Formula formula;
  std::vector<std::string> answers;  // that occur
};

Result<Prepared> prepare(const data::Table& table, const RowList& rows, const std::string& text) {
  Prepared out;
  HAMDIL_TRY(out.formula, parse_formula(text));
  const Expression& response = out.formula.response.expression;
  if (!out.formula.has_response || response.kind != Expression::Kind::kName)
    return Error("stats.ordinal.response", "The response is the name of a column with ordered answers.");
  HAMDIL_TRY(const data::Column* column, find_column(table, response.text));
  const Encoded encoded = encode(*column);
  std::vector<bool> met(encoded.names.size(), false);
  for (const std::uint32_t row : rows)
    if (encoded.codes[row] >= 0) met[static_cast<std::size_t>(encoded.codes[row])] = true;
  std::vector<double> place(met.size(), kNaN);
  for (std::size_t level = 0; level < met.size(); ++level) {
    if (!met[level]) continue;
    place[level] = static_cast<double>(out.answers.size());
    out.answers.push_back(encoded.names[level]);
  }
  if (out.answers.size() < 3 || out.answers.size() > 50)
    return Error("stats.ordinal.response", "The response needs three to fifty different answers.");
  std::vector<double> values;
  for (const std::int32_t code : encoded.codes)
    values.push_back(code < 0 ? kNaN : place[static_cast<std::size_t>(code)]);
  std::vector<std::string> names;
  for (const Factor& factor : out.formula.factors) factor.expression.collect_names(names);
  out.table.rows = table.rows;
  for (const std::string& name : names) {
    HAMDIL_TRY(const data::Column* own, find_column(table, name));
    if (out.table.find(name) == nullptr) out.table.columns.push_back(*own);
  }
  out.table.columns.push_back(data::Column::of_numbers(kResponseName, std::move(values)));
  out.formula.response.text = kResponseName;
  out.formula.response.expression = Expression{Expression::Kind::kName, 0, kResponseName, {}};
  return out;
}

double logistic(double z) { return z > 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

class Likelihood {
 public:
  Likelihood(const SurveyDesign& design, const ModelMatrix& model, std::vector<std::size_t> kept, std::size_t cuts)
      : model_(model), kept_(std::move(kept)), cuts_(cuts), weights_(model.rows.size()) {
    double sum = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] = design.weights()[model.rows[i]];
    mean_weight_ = sum / static_cast<double>(weights_.size());
  }
  std::size_t size() const { return kept_.size() + cuts_; }
  const std::vector<double>& weights() const { return weights_; }
  double mean_weight() const { return mean_weight_; }

  // log p of one row, and its derivative by coefficients and cut points.
  double row(std::size_t i, const Vector& theta, Vector& score) const {
    const auto k = static_cast<Eigen::Index>(kept_.size());
    const auto answer = static_cast<Eigen::Index>(model_.response[i]);
    double eta = 0;
    Vector x(k);
    for (Eigen::Index c = 0; c < k; ++c) {
      x(c) = model_.columns[kept_[static_cast<std::size_t>(c)]][i];
      eta += x(c) * theta(c);
    }
    const bool has_upper = answer < static_cast<Eigen::Index>(cuts_);
    const bool has_lower = answer > 0;
    const double above = has_upper ? logistic(theta(k + answer) - eta) : 1;
    const double below = has_lower ? logistic(theta(k + answer - 1) - eta) : 0;
    const double p = std::max(above - below, std::numeric_limits<double>::min());
    const double a = above * (1 - above);
    const double b = below * (1 - below);
    score.setZero();
    score.head(k) = -x * ((a - b) / p);
    if (has_upper) score(k + answer) = a / p;
    if (has_lower) score(k + answer - 1) = -b / p;
    return std::log(p);
  }

  // Cut points from the first and the logarithms of the distances, which keeps them in order.
  Vector natural(const std::vector<double>& free) const {
    Vector out = Eigen::Map<const Vector>(free.data(), static_cast<Eigen::Index>(free.size()));
    for (auto j = static_cast<Eigen::Index>(kept_.size()) + 1; j < out.size(); ++j)
      out(j) = out(j - 1) + std::exp(out(j));
    return out;
  }
  // Derivatives of the cut points by what stands for them.
  Dense jacobian(const std::vector<double>& free) const {
    const auto k = static_cast<Eigen::Index>(kept_.size());
    const auto n = static_cast<Eigen::Index>(free.size());
    Dense out = Dense::Identity(n, n);
    out.block(k, k, n - k, 1).setOnes();
    for (Eigen::Index j = k + 1; j < n; ++j)
      out.block(j, j, n - j, 1).setConstant(std::exp(free[static_cast<std::size_t>(j)]));
    return out;
  }

  // Minus the weighted log likelihood, and its derivatives.
  double value(const std::vector<double>& free) const {
    const Vector theta = natural(free);
    if (!theta.allFinite()) return std::numeric_limits<double>::infinity();
    Vector score(theta.size());
    double out = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i)
      if (weights_[i] != 0) out -= weights_[i] * row(i, theta, score);
    return out;
  }
  std::vector<double> gradient(const std::vector<double>& free) const {
    const Vector theta = natural(free);
    Vector score(theta.size());
    Vector sum = Vector::Zero(theta.size());
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      if (weights_[i] == 0) continue;
      row(i, theta, score);
      sum -= weights_[i] * score;
    }
    const Vector out = jacobian(free).transpose() * sum;
    return {out.data(), out.data() + out.size()};
  }
  // Second derivatives from differences of the gradient over 0.001 to both sides.
  Dense curvature(const std::vector<double>& free) const {
    const auto n = static_cast<Eigen::Index>(free.size());
    Dense out(n, n);
    constexpr double kReach = 1e-3;
    for (Eigen::Index i = 0; i < n; ++i) {
      std::vector<double> moved = free;
      moved[static_cast<std::size_t>(i)] = free[static_cast<std::size_t>(i)] + kReach;
      const std::vector<double> above = gradient(moved);
      moved[static_cast<std::size_t>(i)] = free[static_cast<std::size_t>(i)] - kReach;
      const std::vector<double> below = gradient(moved);
      for (Eigen::Index j = 0; j < n; ++j)
        out(i, j) = (above[static_cast<std::size_t>(j)] - below[static_cast<std::size_t>(j)]) / (2 * kReach);
    }
    return (out + out.transpose()) / 2;
  }

 private:
  const ModelMatrix& model_;
  std::vector<std::size_t> kept_;
  std::size_t cuts_;
  std::vector<double> weights_;
  double mean_weight_ = 1;
};

// Model columns without the intercept, which the cut points stand for, and without those that others determine.
std::vector<std::size_t> independent_columns(const ModelMatrix& model) {
  const auto n = static_cast<Eigen::Index>(model.rows.size());
  std::vector<std::size_t> kept;
  Dense basis = Dense::Ones(n, 1) / std::sqrt(static_cast<double>(n));
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    if (model.names[c] == "(Intercept)") continue;
    Vector own(n);
    for (Eigen::Index i = 0; i < n; ++i) own(i) = model.columns[c][static_cast<std::size_t>(i)];
    const double before = own.norm();
    for (int pass = 0; pass < 2; ++pass) own -= basis * (basis.transpose() * own);
    if (!(own.norm() > 1e-9 * before)) continue;
    basis.conservativeResize(Eigen::NoChange, basis.cols() + 1);
    basis.col(basis.cols() - 1) = own / own.norm();
    kept.push_back(c);
  }
  return kept;
}

// Where the search begins: coefficients of a logistic regression of being above the middle cut, cut points spread about
// it.
Result<std::vector<double>> starting_point(const SurveyDesign& design, const ModelMatrix& model,
                                           const std::vector<std::size_t>& kept, std::size_t answers) {
  const std::size_t middle = answers / 2;
  std::vector<double> above;
  for (std::size_t i = 0; i < model.rows.size(); ++i)
    above.push_back(model.response[i] >= static_cast<double>(middle) ? 1 : 0);
  ModelMatrix binary = model;
  binary.response = ModelColumn(std::move(above));
  ScoreTotals unused(design, binary);
  HAMDIL_TRY(const Fit fit, fit_glm(design, binary, Family::kBinomial, Link::kLogit, 0, unused));
  std::vector<double> out;
  for (const std::size_t column : kept)
    out.push_back(std::isfinite(fit.coefficients[column]) ? fit.coefficients[column] : 0);
  double intercept = 0;
  for (std::size_t c = 0; c < model.names.size(); ++c)
    if (model.names[c] == "(Intercept)" && std::isfinite(fit.coefficients[c])) intercept = fit.coefficients[c];
  const auto spread = [&](std::size_t cut) {
    const double share = static_cast<double>(cut) / static_cast<double>(answers);
    return std::log(share / (1 - share)) / 1.7;
  };
  out.push_back(-intercept + spread(1) - spread(middle));
  for (std::size_t cut = 2; cut < answers; ++cut) out.push_back(std::log(spread(cut) - spread(cut - 1)));
  return out;
}

}  // namespace

Result<ResultTable> ordinal_logit(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                  const std::string& formula, double level) {
  HAMDIL_TRY(const Prepared prepared, prepare(table, rows, formula));
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(prepared.formula, prepared.table, rows));
  double weight = 0;
  for (const std::uint32_t row : model.rows) weight += design.weights()[row];
  if (!(weight > 0)) return Error("stats.glm.no_rows", "No row has all the values of the model and a positive weight.");
  const std::vector<std::size_t> kept = independent_columns(model);
  const Likelihood likelihood(design, model, kept, prepared.answers.size() - 1);
  HAMDIL_TRY(std::vector<double> start, starting_point(design, model, kept, prepared.answers.size()));
  if (!std::isfinite(likelihood.value(start)))
    std::fill(start.begin(), start.begin() + static_cast<std::ptrdiff_t>(kept.size()), 0.0);
  const Minimum fit =
      minimize([&](const std::vector<double>& at) { return likelihood.value(at); },
               [&](const std::vector<double>& at) { return likelihood.gradient(at); }, std::move(start));
  const Vector theta = likelihood.natural(fit.at);
  const auto size = static_cast<Eigen::Index>(likelihood.size());
  const Dense jacobian = likelihood.jacobian(fit.at);
  const Dense bread =
      jacobian * likelihood.curvature(fit.at).fullPivLu().solve(Dense::Identity(size, size)) * jacobian.transpose();
  // Coefficients that run away mean that the answers are separated.
  const bool converged = fit.converged && theta.allFinite() && theta.cwiseAbs().maxCoeff() < 500;

  Totals totals(design, likelihood.size());
  std::vector<std::vector<double>> influence(likelihood.size(), std::vector<double>(model.rows.size(), 0.0));
  Vector score(size);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    likelihood.row(i, theta, score);
    const Vector own = likelihood.weights()[i] * (bread * score);
    for (std::size_t c = 0; c < influence.size(); ++c) influence[c][i] = own(static_cast<Eigen::Index>(c));
  }
  for (std::size_t c = 0; c < influence.size(); ++c) totals.add(model.rows, influence[c], c);
  HAMDIL_TRY(Matrix matrix, covariance(design, totals));

  ResultTable out;
  out.level = level;
  out.degf = degrees_of_freedom(design, model.rows);
  out.n = model.rows.size();
  const double df = out.degf + 1 - static_cast<double>(likelihood.size());
  const std::size_t clusters = count_clusters(design, model.rows);
  for (std::size_t i = 0; i < likelihood.size(); ++i) {
    Row row;
    const std::size_t cut = i - std::min(i, kept.size());
    row.term = row.variable =
        i < kept.size() ? model.names[kept[i]] : prepared.answers[cut] + "|" + prepared.answers[cut + 1];
    row.estimate = theta(static_cast<Eigen::Index>(i));
    fill_intervals(row, matrix.at(i, i), df, level);
    row.ci_t_domain = row.ci_t;
    row.degf_domain = df;
    row.statistic = row.estimate / row.se;
    row.p_value = t_two_sided(row.statistic, df);
    row.base_rows = row.cell_rows = model.rows.size();
    row.base_clusters = clusters;
    if (!converged) add_flag(row, Flag::kNotConverged);
    if (!(df >= 8)) add_flag(row, Flag::kFewClusters);
    out.rows.push_back(std::move(row));
  }
  for (std::size_t c = 0; c < model.names.size(); ++c)
    if (model.names[c] != "(Intercept)" && std::find(kept.begin(), kept.end(), c) == kept.end())
      out.notes.push_back("aliased: " + model.names[c] + " is determined by the other columns of the model");
  out.values = {{"deviance", 2 * fit.value / likelihood.mean_weight()},
                {"df_residual", df},
                {"converged", converged ? 1.0 : 0.0},
                {"iterations", static_cast<double>(fit.steps)}};
  out.vcov = std::move(matrix);
  return out;
}

}  // namespace hamdil::stats::survey
