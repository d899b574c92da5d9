#include "stats/classical/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hamdil::stats::classical {

double brent_root(const std::function<double(double)>& f, double lower, double upper, double tolerance) {
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  double a = lower, fa = f(a);
  double b = upper, fb = f(b);
  if (fa == 0) return a;
  if (fb == 0) return b;
  if (!(fa * fb < 0)) return std::nan("");
  double c = a, fc = fa;  // the end that keeps the root enclosed with b
  for (int step = 0; step < 1000; ++step) {
    const double previous = b - a;
    if (std::fabs(fc) < std::fabs(fb)) {
      a = b, b = c, c = a;
      fa = fb, fb = fc, fc = fa;
    }
    const double enough = 2 * kEps * std::fabs(b) + tolerance / 2;
    double move = (c - b) / 2;
    if (std::fabs(move) <= enough || fb == 0) return b;
    if (std::fabs(previous) >= enough && std::fabs(fa) > std::fabs(fb)) {
      const double width = c - b;
      const double s = fb / fa;
      double p, q;
      if (a == c) {  // a straight line through two points
        p = width * s;
        q = 1 - s;
      } else {  // a parabola in the inverse
        const double t = fa / fc;
        const double r = fb / fc;
        p = s * (width * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0)
        q = -q;
      else
        p = -p;
      if (p < 0.75 * width * q - std::fabs(enough * q) / 2 && p < std::fabs(previous * q / 2)) move = p / q;
    }
    if (std::fabs(move) < enough) move = move > 0 ? enough : -enough;
    a = b;
    fa = fb;
    b += move;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) {
      c = a;
      fc = fa;
    }
  }
  return b;
}

namespace {

using Point = std::vector<double>;

struct Corner {
  Point at;
  double value = 0;
};

class Simplex {
 public:
  Simplex(const std::function<double(const Point&)>& f, const Point& start) : f_(f) {
    corners_.push_back(corner(start));
    double step = 0;
    for (const double x : start) step = std::max(step, 0.1 * std::fabs(x));
    if (step == 0) step = 0.1;
    for (std::size_t i = 0; i < start.size(); ++i) {
      Point at = start;
      double tried = step;
      for (; at[i] == start[i]; tried *= 10) at[i] = start[i] + tried;
      size_ += tried;
      corners_.push_back({std::move(at), 0});
    }
  }

  Point minimum(double absolute, double relative) {
    const double enough = relative * (std::fabs(corners_[0].value) + relative);
    bool evaluate = true;
    do {
      if (evaluate)
        for (std::size_t j = 0; j < corners_.size(); ++j)
          if (j != least_) corners_[j] = corner(corners_[j].at);
      evaluate = false;
      find_ends();
      const double low = corners_[least_].value;
      if (corners_[most_].value <= low + enough || low <= absolute) break;
      const Point centre = centre_without_most();
      const Corner reflected = corner(between(corners_[most_].at, centre, 2));
      if (reflected.value < low) {
        const Corner expanded = corner(between(centre, reflected.at, 2));
        corners_[most_] = expanded.value < reflected.value ? expanded : reflected;
        continue;
      }
      const double high = corners_[most_].value;
      if (reflected.value < high) corners_[most_] = reflected;
      const Corner contracted = corner(between(corners_[most_].at, centre, 0.5));
      if (contracted.value < corners_[most_].value) {
        corners_[most_] = contracted;
      } else if (reflected.value >= high) {
        if (!shrink()) break;
        evaluate = true;
      }
    } while (count_ <= 500);
    return corners_[least_].at;
  }

 private:
  Corner corner(Point at) {
    ++count_;
    const double value = f_(at);
    return {std::move(at), std::isfinite(value) ? value : 1e35};
  }

  static Point between(const Point& from, const Point& to, double share) {
    Point out(from.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = (1 - share) * from[i] + share * to[i];
    return out;
  }

  void find_ends() {
    most_ = least_;
    double low = corners_[least_].value;
    double high = low;
    const std::size_t before = least_;
    for (std::size_t j = 0; j < corners_.size(); ++j) {
      if (j == before) continue;
      if (corners_[j].value < low) low = corners_[least_ = j].value;
      if (corners_[j].value > high) high = corners_[most_ = j].value;
    }
  }

  Point centre_without_most() const {
    Point out(corners_.size() - 1, 0.0);
    for (std::size_t i = 0; i < out.size(); ++i) {
      double sum = -corners_[most_].at[i];
      for (const Corner& one : corners_) sum += one.at[i];
      out[i] = sum / static_cast<double>(out.size());
    }
    return out;
  }

  // All corners half way to the least; false when the simplex does not get smaller.
  bool shrink() {
    double size = 0;
    for (std::size_t j = 0; j < corners_.size(); ++j) {
      if (j == least_) continue;
      for (std::size_t i = 0; i < corners_[j].at.size(); ++i) {
        const double target = corners_[least_].at[i];
        corners_[j].at[i] = 0.5 * (corners_[j].at[i] - target) + target;
        size += std::fabs(corners_[j].at[i] - target);
      }
    }
    if (!(size < size_)) return false;
    size_ = size;
    return true;
  }

  const std::function<double(const Point&)>& f_;
  std::vector<Corner> corners_;
  std::size_t least_ = 0;
  std::size_t most_ = 0;
  double size_ = 0;
  int count_ = 0;
};

}  // namespace

std::vector<double> nelder_mead(const std::function<double(const std::vector<double>&)>& f, std::vector<double> start,
                                double absolute, double relative) {
  return Simplex(f, start).minimum(absolute, relative);
}

}  // namespace hamdil::stats::classical
