#include "stats/survey/family.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr double kEpsilon = 2.220446049250313e-16;

struct LinkPoint {
  double mean = 0;
  double slope = 0;  // d mean / d eta
};

LinkPoint from_eta(Link link, double eta) {
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
  return 0;
}

double y_log_ratio(double y, double mean) { return y == 0 ? 0 : y * std::log(y / mean); }

double starting_mean(Family family, double y, double weight) {
  if (family == Family::kGaussian) return y;
  if (family == Family::kPoisson) return y + 0.1;
  return (weight * y + 0.5) / (weight + 1);
}

}  // namespace

double mean_at(Link link, double eta) { return from_eta(link, eta).mean; }
double slope_at(Link link, double eta) { return from_eta(link, eta).slope; }

bool in_range(Family family, double y) {
  return family == Family::kGaussian || (y >= 0 && (family == Family::kPoisson || y <= 1));
}

double variance_of(Family family, double mean) {
  return family == Family::kGaussian ? 1 : family == Family::kBinomial ? mean * (1 - mean) : mean;
}

double deviance_of(Family family, double y, double mean) {
  if (family == Family::kGaussian) return (y - mean) * (y - mean);
  if (family == Family::kPoisson) return 2 * (y_log_ratio(y, mean) - (y - mean));
  return 2 * (y_log_ratio(y, mean) + y_log_ratio(1 - y, 1 - mean));
}

RowKernel::RowKernel(Family family, Link link, const ModelColumn& response)
    : family_(family),
      link_(link),
      zero_one_(family == Family::kBinomial && link == Link::kLogit),
      kernels_(stretch_kernels()) {
  for (std::size_t row = 0; zero_one_ && row < response.size(); ++row)
    zero_one_ = response[row] == 0 || response[row] == 1;
}

void RowKernel::start(const RowStretch& rows, double* eta) const {
  if (zero_one_) return kernels_.logistic_start(rows, eta);
  for (std::size_t i = 0; i < rows.size; ++i)
    eta[i] = to_eta(link_, starting_mean(family_, rows.response[i], rows.prior[i]));
  update(rows, eta);
}

void RowKernel::update(const RowStretch& rows, double* eta) const {
  if (zero_one_) return kernels_.logistic(rows, eta);
  for (std::size_t i = 0; i < rows.size; ++i) {
    const LinkPoint point = from_eta(link_, eta[i]);
    const double variance = variance_of(family_, point.mean);
    rows.mean[i] = point.mean;
    rows.weight[i] = rows.prior[i] * point.slope * point.slope / variance;
    rows.score[i] = rows.prior[i] * point.slope / variance * (rows.response[i] - point.mean);
    if (rows.deviance != nullptr) rows.deviance[i] = rows.prior[i] * deviance_of(family_, rows.response[i], point.mean);
  }
}

}  // namespace hamdil::stats::survey
