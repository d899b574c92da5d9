#include "stats/survey/ordinal.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/covariance.hpp"
#include "stats/survey/estimate.hpp"
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

struct Step {
  double deviance = 0;
  Vector score;
  Dense information;
};

class Likelihood {
 public:
  Likelihood(const SurveyDesign& design, const ModelMatrix& model, std::vector<std::size_t> kept, std::size_t cuts)
      : model_(model), kept_(std::move(kept)), cuts_(cuts), weights_(model.rows.size()) {
    double sum = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] = design.weights()[model.rows[i]];
    mean_weight_ = sum / static_cast<double>(weights_.size());
    for (double& weight : weights_) weight /= mean_weight_;
  }
  std::size_t size() const { return kept_.size() + cuts_; }
  const std::vector<double>& weights() const { return weights_; }

  // Cut points that give the weighted shares without any covariate.
  Vector start() const {
    Vector out = Vector::Zero(static_cast<Eigen::Index>(size()));
    std::vector<double> sums(cuts_ + 1, 0.0);
    double all = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      sums[static_cast<std::size_t>(model_.response[i])] += weights_[i];
      all += weights_[i];
    }
    double below = 0;
    for (std::size_t j = 0; j < cuts_; ++j) {
      below += sums[j];
      const double share = std::clamp(below / all, 1e-6, 1 - 1e-6);
      out(static_cast<Eigen::Index>(kept_.size() + j)) = std::log(share / (1 - share)) + 1e-9 * static_cast<double>(j);
    }
    return out;
  }

  // Score of one row; its share of the information is added when `information` is given. Returns log p.
  double row(std::size_t i, const Vector& theta, Vector& score, Dense* information) const {
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
    if (information != nullptr) {
      const double da = a * (1 - 2 * above);
      const double db = b * (1 - 2 * below);
      const double l11 = da / p - a * a / (p * p);
      const double l00 = -db / p - b * b / (p * p);
      const double l10 = a * b / (p * p);
      const double w = weights_[i];
      information->topLeftCorner(k, k) -= w * (l11 + l00 + 2 * l10) * x * x.transpose();
      const auto add_cut = [&](Eigen::Index cut, double own, double both) {
        information->block(0, cut, k, 1) += w * (own + both) * x;
        information->block(cut, 0, 1, k) += w * (own + both) * x.transpose();
        (*information)(cut, cut) -= w * own;
      };
      if (has_upper) add_cut(k + answer, l11, l10);
      if (has_lower) add_cut(k + answer - 1, l00, l10);
      if (has_upper && has_lower) {
        (*information)(k + answer, k + answer - 1) -= w * l10;
        (*information)(k + answer - 1, k + answer) -= w * l10;
      }
    }
    return std::log(p);
  }

  Step at(const Vector& theta) const {
    const auto n = static_cast<Eigen::Index>(size());
    Step out{0, Vector::Zero(n), Dense::Zero(n, n)};
    for (Eigen::Index j = static_cast<Eigen::Index>(kept_.size()) + 1; j < n; ++j)
      if (!(theta(j) > theta(j - 1))) {
        out.deviance = std::numeric_limits<double>::infinity();
        return out;
      }
    Vector score(n);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      if (weights_[i] == 0) continue;
      out.deviance -= 2 * weights_[i] * row(i, theta, score, &out.information);
      out.score += weights_[i] * score;
    }
    return out;
  }

 private:
  const ModelMatrix& model_;
  std::vector<std::size_t> kept_;
  std::size_t cuts_;
  std::vector<double> weights_;
  double mean_weight_ = 1;
};

struct OrdinalFit {
  Vector theta;
  Step last;
  int iterations = 0;
  bool converged = false;
};

OrdinalFit search(const Likelihood& likelihood) {
  OrdinalFit fit;
  fit.theta = likelihood.start();
  fit.last = likelihood.at(fit.theta);
  for (fit.iterations = 1; fit.iterations <= 100; ++fit.iterations) {
    const Vector move = fit.last.information.ldlt().solve(fit.last.score);
    if (!move.allFinite() || !std::isfinite(fit.last.deviance)) break;
    double share = 1;
    Step next;
    for (int halving = 0; halving < 40; ++halving, share /= 2) {
      next = likelihood.at(fit.theta + share * move);
      if (next.deviance <= fit.last.deviance + 1e-9 * std::fabs(fit.last.deviance)) break;
    }
    if (!std::isfinite(next.deviance)) break;
    fit.theta += share * move;
    const double fall = fit.last.deviance - next.deviance;
    fit.last = std::move(next);
    fit.converged = std::fabs(fall) <= 1e-12 * (std::fabs(fit.last.deviance) + 0.1) && share == 1;
    if (fit.converged) break;
  }
  // Coefficients that run away mean that the answers are separated.
  if (fit.theta.cwiseAbs().maxCoeff() > 500) fit.converged = false;
  return fit;
}

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
  const OrdinalFit fit = search(likelihood);
  const auto size = static_cast<Eigen::Index>(likelihood.size());
  const Dense bread = fit.last.information.ldlt().solve(Dense::Identity(size, size));

  Totals totals(design, likelihood.size());
  std::vector<std::vector<double>> influence(likelihood.size(), std::vector<double>(model.rows.size(), 0.0));
  Vector score(size);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    likelihood.row(i, fit.theta, score, nullptr);
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
    row.estimate = fit.theta(static_cast<Eigen::Index>(i));
    fill_intervals(row, matrix.at(i, i), df, level);
    row.ci_t_domain = row.ci_t;
    row.degf_domain = df;
    row.statistic = row.estimate / row.se;
    row.p_value = t_two_sided(row.statistic, df);
    row.base_rows = row.cell_rows = model.rows.size();
    row.base_clusters = clusters;
    if (!fit.converged) add_flag(row, Flag::kNotConverged);
    if (!(df >= 8)) add_flag(row, Flag::kFewClusters);
    out.rows.push_back(std::move(row));
  }
  for (std::size_t c = 0; c < model.names.size(); ++c)
    if (model.names[c] != "(Intercept)" && std::find(kept.begin(), kept.end(), c) == kept.end())
      out.notes.push_back("aliased: " + model.names[c] + " is determined by the other columns of the model");
  out.values = {{"deviance", fit.last.deviance},
                {"df_residual", df},
                {"converged", fit.converged ? 1.0 : 0.0},
                {"iterations", static_cast<double>(fit.iterations)}};
  out.vcov = std::move(matrix);
  return out;
}

}  // namespace hamdil::stats::survey
