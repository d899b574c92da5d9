#include "stats/survey/likelihood_interval.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/glm_fit.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;
constexpr int kMostSteps = 9;
constexpr int kGridParts = 5;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// Second derivatives of the interpolating cubic spline at the knots.
Values spline_curvatures(const Values& x, const Values& y) {
  const std::size_t n = x.size();
  const auto gap = [&](std::size_t i) { return x[i + 1] - x[i]; };
  const auto slope = [&](std::size_t i) { return (y[i + 1] - y[i]) / gap(i); };
  const auto third_difference = [&](std::size_t i) {
    if (n < 4) return 0.0;
    const double left = (slope(i + 1) - slope(i)) / (x[i + 2] - x[i]);
    const double right = (slope(i + 2) - slope(i + 1)) / (x[i + 3] - x[i + 1]);
    return (right - left) / (x[i + 3] - x[i]);
  };
  Matrix system{n, n, Values(n * n, 0.0)};
  Matrix right{n, 1, Values(n, 0.0)};
  system.at(0, 0) = -1;
  system.at(0, 1) = 1;
  right.values[0] = 6 * gap(0) * third_difference(0);
  system.at(n - 1, n - 2) = -1;
  system.at(n - 1, n - 1) = 1;
  right.values[n - 1] = 6 * gap(n - 2) * third_difference(n < 4 ? 0 : n - 4);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    system.at(i, i - 1) = gap(i - 1);
    system.at(i, i) = 2 * (gap(i - 1) + gap(i));
    system.at(i, i + 1) = gap(i);
    right.values[i] = 6 * (slope(i) - slope(i - 1));
  }
  return solve(system, right).values;
}

double spline_at(const Values& x, const Values& y, const Values& curvature, double at) {
  std::size_t i = 0;
  while (i + 2 < x.size() && at >= x[i + 1]) ++i;
  const double gap = x[i + 1] - x[i];
  const double a = (x[i + 1] - at) / gap;
  const double b = 1 - a;
  return a * y[i] + b * y[i + 1] +
         ((a * a * a - a) * curvature[i] + (b * b * b - b) * curvature[i + 1]) * gap * gap / 6;
}

// Where the spline through (x, y), sampled at three times as many equal steps and joined by lines, reaches `wanted`.
double invert(const Values& x, const Values& y, double wanted) {
  const Values curvature = spline_curvatures(x, y);
  const std::size_t samples = 3 * x.size();
  double x_before = x.front();
  double y_before = spline_at(x, y, curvature, x_before);
  for (std::size_t i = 1; i < samples; ++i) {
    const double x_now = x.front() + (x.back() - x.front()) * static_cast<double>(i) / static_cast<double>(samples - 1);
    const double y_now = spline_at(x, y, curvature, x_now);
    if (y_before <= wanted && wanted <= y_now)
      return x_before + (x_now - x_before) * (wanted - y_before) / (y_now - y_before);
    x_before = x_now;
    y_before = y_now;
  }
  return kNaN;
}

struct ShareFit {
  bool defined = false;  // some but not all succeed
  double log_odds = kNaN;
  double variance = kNaN;  // of the log odds, linearised
  double naive = kNaN;     // the model's own
  double share = kNaN;     // weighted share itself
};

Result<ShareFit> fit_share(const SurveyDesign& design, const RowList& rows, const Values& successes) {
  ShareFit out;
  double weight = 0;
  double success = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(successes[i])) return out;
    weight += design.weights()[rows[i]];
    success += design.weights()[rows[i]] * successes[i];
  }
  if (!(success > 0) || !(success < weight)) return out;
  const ModelMatrix model{rows, successes, {"(Intercept)"}, {ModelColumn::ones(rows.size())}, {0}};
  HAMDIL_TRY(const FitWithCovariance found, fit_with_covariance(design, model, Family::kBinomial, Link::kLogit));
  const auto& [fit, matrix] = found;
  return ShareFit{true, fit.coefficients[0], matrix.at(0, 0), fit.bread.at(0, 0), success / weight};
}

}  // namespace

Result<MethodInterval> logit_interval(const SurveyDesign& design, const RowList& rows, const Values& successes,
                                      double degf, double level) {
  HAMDIL_TRY(const ShareFit fit, fit_share(design, rows, successes));
  const double half = t_quantile(0.5 + level / 2, degf) * std::sqrt(fit.variance);
  return MethodInterval{
      "logit", logistic(fit.log_odds), {logistic(fit.log_odds - half), logistic(fit.log_odds + half)}};
}

Result<MethodInterval> likelihood_interval(const SurveyDesign& design, const RowList& rows, const Values& successes,
                                           double degf, double level) {
  MethodInterval out{"likelihood", kNaN, {}};
  HAMDIL_TRY(const ShareFit fit, fit_share(design, rows, successes));
  if (!fit.defined || !(degf > 0)) return out;
  const double n = static_cast<double>(rows.size());
  const double centre = fit.log_odds;
  const double p = logistic(centre);
  out.estimate = p;
  const double dispersion = n / (n - 1);
  const double cut = -t_quantile((1 - level) / 2, degf) * std::sqrt(fit.variance / fit.naive);
  const double largest = t_quantile(1 - normal_upper(cut) / 4, n - 1);
  const double step = largest / kGridParts * std::sqrt(fit.variance);
  const auto root = [&](double log_odds) {
    const double q = logistic(log_odds);
    const double deviance = 2 * n * (fit.share * std::log(p / q) + (1 - fit.share) * std::log((1 - p) / (1 - q)));
    return std::copysign(std::sqrt(std::max(0.0, deviance / dispersion)), log_odds - centre);
  };
  std::vector<std::pair<double, double>> knots{{centre, 0.0}};
  for (const int side : {-1, 1}) {
    double z = 0;
    for (int i = 1; i <= kMostSteps && std::fabs(z) < largest; ++i) {
      const double log_odds = centre + side * i * step;
      z = root(log_odds);
      knots.emplace_back(log_odds, z);
    }
  }
  std::sort(knots.begin(), knots.end());
  Values x;
  Values y;
  for (const auto& [log_odds, z] : knots) {
    x.push_back(log_odds);
    y.push_back(z);
  }
  out.ci = {logistic(invert(x, y, -cut)), logistic(invert(x, y, cut))};
  return out;
}

}  // namespace hamdil::stats::survey
