#include "stats/survey/cluster_robust.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/glm_fit.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

using Dense = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// The model as dense columns, row by cluster.
struct Problem {
  Dense x;
  Vector y;
  Vector w;
  std::vector<std::vector<Eigen::Index>> clusters;  // rows of each
};

Problem gather(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit) {
  const auto n = static_cast<Eigen::Index>(model.rows.size());
  Problem out{Dense(n, static_cast<Eigen::Index>(fit.kept.size())), Vector(n), Vector(n), {}};
  std::map<std::int32_t, std::size_t> place;
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::size_t row = static_cast<std::size_t>(i);
    for (std::size_t c = 0; c < fit.kept.size(); ++c)
      out.x(i, static_cast<Eigen::Index>(c)) = model.columns[fit.kept[c]][row];
    out.y(i) = model.response[row];
    out.w(i) = design.weights()[model.rows[row]];
    const auto [found, is_new] = place.emplace(design.stages()[0].unit_of_row[model.rows[row]], out.clusters.size());
    if (is_new) out.clusters.emplace_back();
    out.clusters[found->second].push_back(i);
  }
  return out;
}

Dense inverse_root(const Dense& symmetric) {
  if (!symmetric.allFinite()) return Dense::Constant(symmetric.rows(), symmetric.cols(), kNaN);
  const Eigen::SelfAdjointEigenSolver<Dense> solver(symmetric);
  Vector values = solver.eigenvalues();
  const double least = 1e-10 * std::max(1e-300, values.maxCoeff());
  for (double& one : values) one = one > least ? 1 / std::sqrt(one) : 0.0;
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().transpose();
}

struct Reduced {
  Dense covariance;
  Vector df;
};

// With H = X M X'W and a working variance of 1: A_g = (I - H)_g (I - H)_g' to the power -1/2.
Reduced bias_reduced(const Problem& problem, const Vector& beta) {
  const Eigen::Index k = problem.x.cols();
  const Dense wx = problem.w.asDiagonal() * problem.x;
  const Dense m = (problem.x.transpose() * wx).ldlt().solve(Dense::Identity(k, k));
  const Dense middle = m * (wx.transpose() * wx) * m;
  const Vector residual = problem.y - problem.x * beta;
  const std::size_t groups = problem.clusters.size();
  Dense meat = Dense::Zero(k, k);
  std::vector<Dense> a(groups);   // A_g' W_g X_g M: one column a coefficient
  std::vector<Dense> xa(groups);  // X_g' of these
  std::vector<Dense> wa(groups);  // X_g' W_g of these
  for (std::size_t g = 0; g < groups; ++g) {
    const auto& rows = problem.clusters[g];
    const auto n = static_cast<Eigen::Index>(rows.size());
    const Dense x = problem.x(rows, Eigen::all);
    const Dense own = wx(rows, Eigen::all);
    const Dense cross = x * m * own.transpose();
    const Dense b = Dense::Identity(n, n) - cross - cross.transpose() + x * middle * x.transpose();
    const Dense root = inverse_root(b);
    const Vector score = own.transpose() * root * residual(rows);
    meat += score * score.transpose();
    a[g] = root * own * m;
    xa[g] = x.transpose() * a[g];
    wa[g] = own.transpose() * a[g];
  }
  Reduced out{m * meat * m, Vector::Zero(k)};
  for (Eigen::Index c = 0; c < k; ++c) {
    double trace = 0;
    double squares = 0;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t h = 0; h <= g; ++h) {
        double product = -wa[g].col(c).dot(m * xa[h].col(c)) - xa[g].col(c).dot(m * wa[h].col(c)) +
                         xa[g].col(c).dot(middle * xa[h].col(c));
        if (g == h) product += a[g].col(c).squaredNorm();
        if (g == h) trace += product;
        squares += (g == h ? 1 : 2) * product * product;
      }
    out.df(c) = squares > 0 ? trace * trace / squares : kNaN;
  }
  return out;
}

void add_rows(const ModelMatrix& model, const Fit& fit, const Matrix& matrix, const std::vector<double>& df,
              std::size_t clusters, ResultTable& out) {
  for (std::size_t i = 0; i < fit.kept.size(); ++i) {
    Row row;
    row.term = row.variable = model.names[fit.kept[i]];
    row.estimate = fit.coefficients[fit.kept[i]];
    fill_intervals(row, matrix.at(i, i), df[i], out.level);
    row.ci_t_domain = row.ci_t;
    row.degf_domain = df[i];
    row.statistic = row.estimate / row.se;
    row.p_value = t_two_sided(row.statistic, df[i]);
    row.base_rows = row.cell_rows = model.rows.size();
    row.base_clusters = clusters;
    add_undefined_flags(row);
    if (!fit.converged) add_flag(row, Flag::kNotConverged);
    if (!(df[i] >= 8)) add_flag(row, Flag::kFewClusters);
    out.rows.push_back(std::move(row));
  }
}

}  // namespace

Result<ResultTable> cluster_robust(const data::Table& table, const RowList& rows, const RobustRequest& request) {
  if (request.logit && request.type == Robust::kCr2)
    return Error("stats.robust.logit_cr2",
                 "Bias-reduced errors are there for linear models; for a logit ask for HC0 or HC1.");
  DesignSpec spec;
  spec.ids = {request.cluster};
  spec.weights = request.weights;
  spec.lonely = LonelyRule::kRemove;
  HAMDIL_TRY(const SurveyDesign design, SurveyDesign::make(spec, table));
  HAMDIL_TRY(const Formula formula, parse_formula(request.formula));
  if (!formula.has_response)
    return Error("stats.formula.syntax", "The formula cannot be read at \"{part}\".",
                 {{"part", request.formula.substr(0, 60)}});
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, table, rows));
  HAMDIL_TRY(FitWithCovariance found,
             fit_with_covariance(design, model, request.logit ? Family::kBinomial : Family::kGaussian,
                                 request.logit ? Link::kLogit : Link::kIdentity));
  const auto clusters = static_cast<double>(count_clusters(design, model.rows));
  const auto n = static_cast<double>(model.rows.size());
  const auto k = static_cast<double>(found.fit.kept.size());
  ResultTable out;
  out.level = request.level;
  out.degf = clusters - 1;
  out.n = model.rows.size();
  out.values = {{"clusters", clusters}};
  std::vector<double> df(found.fit.kept.size(), clusters - 1);
  if (request.type == Robust::kCr2) {
    const Problem problem = gather(design, model, found.fit);
    for (const auto& one : problem.clusters)
      if (one.size() > 3000)
        return Error("stats.robust.cluster_size",
                     "Bias-reduced errors are not computed with more than 3000 rows in a cluster.");
    Vector beta(problem.x.cols());
    for (std::size_t i = 0; i < found.fit.kept.size(); ++i)
      beta(static_cast<Eigen::Index>(i)) = found.fit.coefficients[found.fit.kept[i]];
    const Reduced reduced = bias_reduced(problem, beta);
    for (Eigen::Index i = 0; i < beta.size(); ++i) {
      df[static_cast<std::size_t>(i)] = reduced.df(i);
      for (Eigen::Index j = 0; j < beta.size(); ++j)
        found.covariance.at(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = reduced.covariance(i, j);
    }
  } else {
    // The design's covariance carries G/(G-1).
    const double factor = request.type == Robust::kHc0 ? (clusters - 1) / clusters : (n - 1) / (n - k);
    for (double& value : found.covariance.values) value *= clusters > 1 ? factor : kNaN;
  }
  add_rows(model, found.fit, found.covariance, df, static_cast<std::size_t>(clusters), out);
  out.vcov = std::move(found.covariance);
  return out;
}

}  // namespace hamdil::stats::survey
