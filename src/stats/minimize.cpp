#include "stats/minimize.hpp"

#include <cmath>

namespace hamdil::stats {
namespace {

using Point = std::vector<double>;

// The inverse of the second derivatives as it is known so far.
class Metric {
 public:
  explicit Metric(std::size_t n) : n_(n), values_(n * n, 0.0) { reset(); }
  void reset() {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j <= i; ++j) lower(i, j) = i == j ? 1 : 0;
  }
  Point times(const Point& x) const {
    Point out(n_, 0.0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) out[i] += values_[i * n_ + j] * x[j];
      for (std::size_t j = i + 1; j < n_; ++j) out[i] += values_[j * n_ + i] * x[j];
    }
    return out;
  }
  // False when the step tells nothing of a minimum.
  bool update(const Point& step, const Point& turn) {
    double along = 0;
    for (std::size_t i = 0; i < n_; ++i) along += step[i] * turn[i];
    if (!(along > 0)) return false;
    const Point turned = times(turn);
    double across = 0;
    for (std::size_t i = 0; i < n_; ++i) across += turned[i] * turn[i];
    across = 1 + across / along;
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        lower(i, j) += (across * step[i] * step[j] - step[i] * turned[j] - turned[i] * step[j]) / along;
    return true;
  }

 private:
  double& lower(std::size_t i, std::size_t j) { return values_[i * n_ + j]; }
  std::size_t n_;
  Point values_;
};

}  // namespace

Minimum minimize(const std::function<double(const Point&)>& value, const std::function<Point(const Point&)>& gradient,
                 Point start, double relative, int most) {
  constexpr double kBack = 0.2;
  constexpr double kEnough = 1e-4;
  constexpr double kNoticed = 10;  // a coordinate moves when it does beside this number
  const std::size_t n = start.size();
  Minimum out{std::move(start), 0, false, 1};
  out.value = value(out.at);
  Point slope = gradient(out.at);
  Metric metric(n);
  int fresh = 1;  // step at which the metric was last reset
  int gradients = 1;
  bool done = false;
  while (!done) {
    if (fresh == gradients) metric.reset();
    const Point from = out.at;
    const Point before = slope;
    Point step = metric.times(slope);
    double fall = 0;
    for (std::size_t i = 0; i < n; ++i) fall += (step[i] = -step[i]) * slope[i];
    if (!(fall < 0)) {
      done = fresh == gradients;
      fresh = gradients;
      continue;
    }
    double length = 1;
    double next = out.value;
    std::size_t still = 0;
    for (bool accepted = false; !accepted;) {
      still = 0;
      for (std::size_t i = 0; i < n; ++i) {
        out.at[i] = from[i] + length * step[i];
        still += kNoticed + from[i] == kNoticed + out.at[i];
      }
      if (still == n) break;
      next = value(out.at);
      accepted = std::isfinite(next) && next <= out.value + fall * length * kEnough;
      if (!accepted) length *= kBack;
    }
    const bool moved = still < n && std::fabs(next - out.value) > relative * (std::fabs(out.value) + relative);
    if (still < n) out.value = next;
    if (!moved) {
      done = fresh == gradients;  // once more along the gradient before it is believed
      fresh = gradients;
      continue;
    }
    slope = gradient(out.at);
    ++gradients;
    ++out.steps;
    Point turn(n);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] *= length;
      turn[i] = slope[i] - before[i];
    }
    if (!metric.update(step, turn)) fresh = gradients;
    if (out.steps >= most) return out;
    if (gradients - fresh > 2 * static_cast<int>(n)) fresh = gradients;
  }
  out.converged = true;
  return out;
}

}  // namespace hamdil::stats
