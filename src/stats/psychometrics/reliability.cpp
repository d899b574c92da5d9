#include "stats/psychometrics/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.hpp"
#include "stats/psychometrics/dense.hpp"

namespace hamdil::stats::psychometrics {
namespace {

double median_below_diagonal(const Eigen::MatrixXd& r) {
  std::vector<double> values;
  for (Eigen::Index i = 0; i < r.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j) values.push_back(r(i, j));
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Eigen::MatrixXd without(const Eigen::MatrixXd& m, Eigen::Index left_out) {
  const Eigen::Index size = m.rows() - 1;
  Eigen::MatrixXd out(size, size);
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j) out(i, j) = m(i + (i >= left_out), j + (j >= left_out));
  return out;
}

struct Moments {
  std::size_t n = 0;
  double mean = kNaN;
  double sd = kNaN;
};
Moments moments(const std::vector<double>& values) {
  Moments out;
  double sum = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, ++out.n;
  if (out.n == 0) return out;
  out.mean = sum / static_cast<double>(out.n);
  double squares = 0;
  for (const double value : values)
    if (!std::isnan(value)) squares += (value - out.mean) * (value - out.mean);
  if (out.n > 1) out.sd = std::sqrt(squares / static_cast<double>(out.n - 1));
  return out;
}

std::vector<double> mean_of_answered(const Items& items) {
  std::vector<double> out(items[0].size(), kNaN);
  for (std::size_t person = 0; person < out.size(); ++person) {
    double sum = 0;
    double answered = 0;
    for (const std::vector<double>& item : items)
      if (!std::isnan(item[person])) sum += item[person], answered += 1;
    if (answered > 0) out[person] = sum / answered;
  }
  return out;
}

double standard_error_of_alpha(const Eigen::MatrixXd& c, double n) {
  const auto k = static_cast<double>(c.rows());
  const double sum = c.sum();
  const Eigen::MatrixXd squared = c * c;
  const double q = 2 * k * k / ((k - 1) * (k - 1) * sum * sum * sum) *
                   (sum * (squared.trace() + c.trace() * c.trace()) - 2 * c.trace() * squared.sum());
  return std::sqrt(q / n);
}

Range feldt_interval(double alpha, double n, double k, double level) {
  const double tail = (1 - level) / 2;
  // The F quantile by way of the beta distribution.
  const auto f_quantile = [&](double p) {
    const double a = (n - 1) / 2;
    const double b = (n - 1) * (k - 1) / 2;
    const double x = beta_quantile(p, a, b);
    return b * x / (a * (1 - x));
  };
  return {1 - (1 - alpha) * f_quantile(1 - tail), 1 - (1 - alpha) * f_quantile(tail)};
}

}  // namespace

AlphaFigures alpha_figures(const Matrix& m) {
  const Eigen::MatrixXd covariance = dense(m);
  AlphaFigures out;
  const auto k = static_cast<double>(covariance.rows());
  if (k < 2 || !covariance.allFinite() || !(covariance.diagonal().minCoeff() > 0)) return out;
  const Eigen::MatrixXd r = dense(to_correlation(m));
  double explained = 0;
  for (const double smc : squared_multiple_correlations(matrix(r))) explained += smc;
  out.raw = (1 - covariance.trace() / covariance.sum()) * k / (k - 1);
  out.standardised = (1 - k / r.sum()) * k / (k - 1);
  out.lambda6 = 1 - (k - explained) / r.sum();
  out.average_r = (r.sum() - k) / (k * (k - 1));
  out.median_r = median_below_diagonal(r);
  out.signal_noise = k * out.average_r / (1 - out.average_r);
  return out;
}

Reliability reliability(const Items& items, double level) {
  Reliability out;
  if (items.empty()) return out;
  out.n = items[0].size();
  const Eigen::MatrixXd covariance = dense(pairwise_covariance(items));
  out.alpha = alpha_figures(matrix(covariance));
  const std::vector<double> total = mean_of_answered(items);
  const Moments scale = moments(total);
  out.scale_mean = scale.mean;
  out.scale_sd = scale.sd;
  const bool defined = !std::isnan(out.alpha.raw);
  if (defined) {
    out.standard_error = standard_error_of_alpha(covariance, static_cast<double>(out.n));
    out.feldt = feldt_interval(out.alpha.raw, static_cast<double>(out.n), static_cast<double>(items.size()), level);
  }
  const Matrix correlations = to_correlation(matrix(covariance));
  const std::vector<double> smc = squared_multiple_correlations(correlations);
  const Eigen::MatrixXd r = dense(correlations);
  double corrected_sum = r.sum();
  for (const double one : smc) corrected_sum += one - 1;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    const Moments own = moments(items[i]);
    ItemFigures item{own.n, own.mean, own.sd};
    item.raw_r = correlation(items[i], total);
    if (defined) {
      item.std_r = r.col(at).sum() / std::sqrt(r.sum());
      item.r_cor = (r.col(at).sum() - 1 + smc[i]) / std::sqrt(corrected_sum);
      const double others = covariance.col(at).sum() - covariance(at, at);
      item.r_drop = others / std::sqrt(covariance(at, at) *
                                       (covariance.sum() - 2 * covariance.col(at).sum() + covariance(at, at)));
      item.without = alpha_figures(matrix(without(covariance, at)));
    }
    out.items.push_back(item);
  }
  return out;
}

}  // namespace hamdil::stats::psychometrics
