#include "stats/scale/reliability.hpp"

#include <cmath>
#include <limits>

namespace hamdil::stats::scale {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
using Items = std::vector<std::vector<double>>;

// Covariances over complete cases, up to the common factor n/(n-1), which cancels in every coefficient here.
struct Covariances {
  std::size_t n = 0;
  Items values;
};

Covariances covariances(const Items& items, const std::vector<double>& weights) {
  Covariances out{0, Items(items.size(), std::vector<double>(items.size(), 0.0))};
  std::vector<std::size_t> persons;
  const std::size_t all = items.empty() ? 0 : items[0].size();
  for (std::size_t person = 0; person < all; ++person) {
    bool complete = weights.empty() || weights[person] > 0;
    for (const std::vector<double>& item : items) complete = complete && !std::isnan(item[person]);
    if (complete) persons.push_back(person);
  }
  out.n = persons.size();
  const auto weight = [&](std::size_t person) { return weights.empty() ? 1.0 : weights[person]; };
  double sum = 0;
  std::vector<double> means(items.size(), 0.0);
  for (const std::size_t person : persons) {
    sum += weight(person);
    for (std::size_t i = 0; i < items.size(); ++i) means[i] += weight(person) * items[i][person];
  }
  for (double& mean : means) mean /= sum;
  for (const std::size_t person : persons) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const double left = weight(person) * (items[i][person] - means[i]) / sum;
      for (std::size_t j = 0; j <= i; ++j) out.values[i][j] += left * (items[j][person] - means[j]);
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) out.values[j][i] = out.values[i][j];
  return out;
}

double alpha_of(const Items& covariance, std::size_t left_out) {
  double own = 0;
  double total = 0;
  double k = 0;
  for (std::size_t i = 0; i < covariance.size(); ++i) {
    if (i == left_out) continue;
    ++k;
    own += covariance[i][i];
    for (std::size_t j = 0; j < covariance.size(); ++j)
      if (j != left_out) total += covariance[i][j];
  }
  return k < 2 || !(total > 0) ? kMissing : k / (k - 1) * (1 - own / total);
}

}  // namespace

Alpha cronbach_alpha(const Items& items, const std::vector<double>& weights) {
  const Covariances found = covariances(items, weights);
  Alpha out{found.n, kMissing, std::vector<double>(items.size(), kMissing)};
  if (found.n < 2) return out;
  out.alpha = alpha_of(found.values, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) out.without[i] = alpha_of(found.values, i);
  return out;
}

double spearman_brown(const std::vector<double>& first, const std::vector<double>& second,
                      const std::vector<double>& weights) {
  const Covariances found = covariances({first, second}, weights);
  if (found.n < 2) return kMissing;
  const double r = found.values[0][1] / std::sqrt(found.values[0][0] * found.values[1][1]);
  return 2 * r / (1 + r);
}

}  // namespace hamdil::stats::scale
