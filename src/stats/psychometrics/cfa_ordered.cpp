#include "stats/psychometrics/cfa_ordered.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/psychometrics/fit_indices.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Correlations of items 1 and 2, 1 and 3, ..., 2 and 3, ...
VectorXd correlations_of(const MatrixXd& matrix) {
  const Index p = matrix.rows();
  VectorXd out(p * (p - 1) / 2);
  Index next = 0;
  for (Index i = 0; i < p; ++i)
    for (Index j = i + 1; j < p; ++j) out[next++] = matrix(i, j);
  return out;
}

MatrixXd slopes_of(const Structure& structure, const VectorXd& free) {
  const std::vector<Implied> slopes = structure.derivatives(0, free);
  MatrixXd out(0, 0);
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    const VectorXd column = correlations_of(slopes[k].covariance);
    if (k == 0) out.resize(column.size(), static_cast<Index>(slopes.size()));
    out.col(static_cast<Index>(k)) = column;
  }
  return out;
}

struct Target {
  VectorXd correlations;
  VectorXd weights;     // 1 / variance of each
  MatrixXd covariance;  // times n
};

double misfit(const Structure& structure, const Target& target, const VectorXd& free) {
  const VectorXd away = target.correlations - correlations_of(structure.implied(0, free).covariance);
  return away.cwiseAbs2().dot(target.weights);
}

// Gauss and Newton, with steps that are halved until the misfit falls.
void minimise(const Structure& structure, const Target& target, OrderedFit& out) {
  out.free = structure.start();
  double value = misfit(structure, target, out.free);
  for (int step = 0; step < 1000; ++step) {
    const MatrixXd slopes = slopes_of(structure, out.free);
    const VectorXd away = target.correlations - correlations_of(structure.implied(0, out.free).covariance);
    const VectorXd gradient = slopes.transpose() * target.weights.cwiseProduct(away);
    if (gradient.cwiseAbs().maxCoeff() < 1e-11 * std::max(1.0, target.weights.maxCoeff())) {
      out.converged = true;
      return;
    }
    MatrixXd information = slopes.transpose() * target.weights.asDiagonal() * slopes;
    information.diagonal() *= 1 + 1e-10;
    const VectorXd change = information.ldlt().solve(gradient);
    if (!change.allFinite()) return;
    bool better = false;
    for (double size = 1; size > 1e-9 && !better; size /= 2) {
      const VectorXd next = out.free + size * change;
      const double there = misfit(structure, target, next);
      if (!(there < value)) continue;
      better = true;
      out.free = next;
      value = there;
    }
    if (!better) {
      out.converged = gradient.cwiseAbs().maxCoeff() < 1e-6 * std::max(1.0, target.weights.maxCoeff());
      return;
    }
  }
}

// What is left of the target's noise when a model with these slopes is fitted with weights to it: I - D (D'VD)^-1 D'V.
MatrixXd residual_maker(const Target& target, const MatrixXd& slopes) {
  const Index size = target.correlations.size();
  if (slopes.cols() == 0) return MatrixXd::Identity(size, size);
  const MatrixXd weighted = target.weights.asDiagonal() * slopes;
  return MatrixXd::Identity(size, size) -
         slopes * (slopes.transpose() * weighted).ldlt().solve(MatrixXd(weighted.transpose()));
}

// A weighted sum of squares as a chi-square of the same mean and variance as one of df degrees.
struct Shifted {
  double factor = kNaN;
  double shift = 0;
  double of(double chisq) const { return chisq / factor + shift; }
};
Shifted shifted(const Target& target, const MatrixXd& residuals, double df) {
  const MatrixXd noise = residuals * target.covariance * residuals.transpose();
  const MatrixXd product = target.weights.asDiagonal() * noise;
  const double squares = (product * product).trace();
  const double scale = std::sqrt(df / squares);
  return {1 / scale, df - scale * product.trace()};
}

// The test that normal answers with these correlations would give, and what it is expected to be when the model holds
// (Savalei 2021, Struct. Equ. Modeling 28, 349-362).
struct AsNormal {
  double chisq = 0;
  double correction = 0;
  double away() const { return chisq - correction; }
};
AsNormal as_normal(const MatrixXd& observed, const MatrixXd& implied, const MatrixXd& residuals, const Target& target,
                   double persons) {
  const MatrixXd ratio = implied.llt().solve(observed);
  AsNormal out;
  out.chisq = persons * (ratio.trace() - std::log(ratio.determinant()) - static_cast<double>(observed.rows()));
  const MatrixXd inverse = implied.inverse();
  const Index p = observed.rows();
  MatrixXd weight(target.correlations.size(), target.correlations.size());
  Index row = 0;
  for (Index i = 0; i < p; ++i)
    for (Index j = i + 1; j < p; ++j, ++row) {
      Index column = 0;
      for (Index k = 0; k < p; ++k)
        for (Index l = k + 1; l < p; ++l, ++column)
          weight(row, column) = inverse(i, k) * inverse(j, l) + inverse(i, l) * inverse(j, k);
    }
  // The covariance is that of persons less one; a statistic of all persons is expected to be a little smaller.
  out.correction = (persons - 1) / persons * (weight * residuals * target.covariance * residuals.transpose()).trace();
  return out;
}

void append_scaled(double chisq, const Comparison& plain, const Shifted& own, const Shifted& base, double persons,
                   FitMeasures& out) {
  const double scaled = own.of(chisq);
  const Comparison both{scaled, plain.df, base.of(plain.base), plain.base_df};
  const FitMeasures more = {{"chisq.scaled", scaled},
                            {"df.scaled", plain.df},
                            {"pvalue.scaled", chisq_upper(scaled, plain.df)},
                            {"chisq.scaling.factor", own.factor},
                            {"cfi.scaled", comparative_fit(both)},
                            {"tli.scaled", tucker_lewis(both)}};
  out.insert(out.end(), more.begin(), more.end());
  append_rmsea(scaled, {persons, plain.df}, ".scaled", out);
}

FitMeasures measures(const Structure& structure, const OrderedMoments& moments, const Target& target,
                     const OrderedFit& found) {
  const MatrixXd implied = structure.implied(0, found.free).covariance;
  const MatrixXd residuals = residual_maker(target, slopes_of(structure, found.free));
  const MatrixXd none = residual_maker(target, MatrixXd(target.correlations.size(), 0));
  const double all = static_cast<double>(target.correlations.size());
  const double discrepancy = misfit(structure, target, found.free);
  const double chisq = moments.n * discrepancy;
  const double df = all - static_cast<double>(structure.free_count());
  const double base = moments.n * target.correlations.cwiseAbs2().dot(target.weights);
  const Comparison plain{chisq, df, base, all};
  const double persons = moments.n - 1;
  double cuts = 0;  // weighted squares of the cut points, which every model reproduces
  Index next = 0;
  for (const auto& item : moments.cuts)
    for (const double cut : item) cuts += cut * cut / moments.covariance(next, next), ++next;
  const double p = static_cast<double>(implied.rows());
  const double squares = (target.correlations - correlations_of(implied)).squaredNorm();
  FitMeasures out = {
      {"npar", static_cast<double>(structure.free_count()) + static_cast<double>(moments.cut_count())},
      {"fmin", discrepancy / 2},
      {"chisq", chisq},
      {"df", df},
      {"pvalue", df > 0 ? chisq_upper(chisq, df) : kNaN},
      {"baseline.chisq", base},
      {"baseline.df", all},
      {"cfi", comparative_fit(plain)},
      {"tli", tucker_lewis(plain)},
      {"nfi", (base - chisq) / base},
      {"ifi", (base - chisq) / (base - df)},
      {"rni", (base - all - (chisq - df)) / (base - all)},
      {"rmsea.pvalue", df > 0 ? noncentral_upper(chisq, df, 0.05 * 0.05 * persons * df) : kNaN},
      {"srmr", std::sqrt(squares / (p * (p + 1) / 2))},
      {"gfi", 1 - discrepancy / (target.correlations.cwiseAbs2().dot(target.weights) + cuts)},
  };
  append_rmsea(chisq, {persons, df}, "", out);
  if (!(df > 0)) return out;
  append_scaled(chisq, plain, shifted(target, residuals, df), shifted(target, none, all), persons, out);
  const AsNormal own = as_normal(moments.correlation, implied, residuals, target, moments.n);
  const AsNormal apart =
      as_normal(moments.correlation, MatrixXd::Identity(implied.rows(), implied.rows()), none, target, moments.n);
  out.push_back({"cfi.robust", 1 - std::max(own.away(), 0.0) / std::max({own.away(), apart.away(), 1e-300})});
  out.push_back({"tli.robust", 1 - (own.away() / df) / (apart.away() / all)});
  out.push_back({"rmsea.robust", Noncentrality{persons, df}.root_mean_square(own.away())});
  return out;
}

}  // namespace

OrderedFit fit_ordered(const Structure& structure, const OrderedMoments& moments) {
  const VectorXd correlations = correlations_of(moments.correlation);
  const Index size = correlations.size();
  const MatrixXd covariance = moments.covariance.bottomRightCorner(size, size);
  const Target target{correlations, covariance.diagonal().cwiseInverse(), covariance};
  OrderedFit out;
  minimise(structure, target, out);
  const MatrixXd slopes = slopes_of(structure, out.free);
  const MatrixXd weighted = target.weights.asDiagonal() * slopes;
  const MatrixXd bread = (slopes.transpose() * weighted).inverse();
  out.covariance = bread * weighted.transpose() * target.covariance * weighted * bread / moments.n;
  out.fit = measures(structure, moments, target, out);
  return out;
}

}  // namespace hamdil::stats::psychometrics
