#include "stats/survey/small_area.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace hamdil::stats::survey {
namespace {

using Dense = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

struct Problem {
  Dense x;
  Vector y, d;
};

Result<Problem> checked(const AreaData& areas) {
  const std::size_t m = areas.direct.size();
  if (m <= areas.x.columns)
    return Error("stats.small_area.few_areas",
                 "There are {areas} areas for {columns} columns of the model; more areas than columns are needed.",
                 {{"areas", std::to_string(m)}, {"columns", std::to_string(areas.x.columns)}});
  Problem out{Dense(m, areas.x.columns), Vector(m), Vector(m)};
  for (std::size_t i = 0; i < m; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    out.y(row) = areas.direct[i];
    out.d(row) = areas.variance[i];
    for (std::size_t c = 0; c < areas.x.columns; ++c) out.x(row, static_cast<Eigen::Index>(c)) = areas.x.at(i, c);
    if (!std::isfinite(areas.direct[i]) || !out.x.row(row).allFinite())
      return Error("stats.small_area.missing", "Area {area} lacks its estimate or a covariate.",
                   {{"area", std::to_string(i + 1)}})
          .advise("Leave it out, or give a covariate that every area has.");
    if (!(areas.variance[i] > 0) || !std::isfinite(areas.variance[i]))
      return Error("stats.small_area.bad_variance", "The variance of area {area} is not above 0.",
                   {{"area", std::to_string(i + 1)}})
          .advise(
              "An area with one cluster, or where all said the same, has no variance of its own: smooth the variances "
              "first.");
  }
  const Eigen::ColPivHouseholderQR<Dense> shape(out.x);
  if (shape.rank() < out.x.cols())
    return Error("stats.small_area.collinear", "A covariate follows from the others.").advise("Take it out.");
  return out;
}

// What the likelihood and the predictor need at one variance between areas.
struct At {
  Vector inverse_variance;  // 1 / (between + d)
  Dense bread;              // (X'V^-1 X)^-1
  Vector beta;
};

At at(const Problem& problem, double between) {
  At out{(problem.d.array() + between).inverse().matrix(), {}, {}};
  const Dense weighted = out.inverse_variance.asDiagonal() * problem.x;
  out.bread = (problem.x.transpose() * weighted).ldlt().solve(Dense::Identity(problem.x.cols(), problem.x.cols()));
  out.beta = out.bread * (weighted.transpose() * problem.y);
  return out;
}

// Score and information of the restricted likelihood. With P = V^-1 - V^-1 X bread X' V^-1: (y'PPy - tr P) / 2 and
// tr(PP) / 2.
struct Slope {
  double score;
  double information;
};

Slope slope(const Problem& problem, const At& now) {
  const Vector& v = now.inverse_variance;
  const Vector py = v.cwiseProduct(problem.y - problem.x * now.beta);
  const Dense square = problem.x.transpose() * v.array().square().matrix().asDiagonal() * problem.x;
  const Dense cube = problem.x.transpose() * v.array().cube().matrix().asDiagonal() * problem.x;
  const Dense reduced = now.bread * square;
  const double trace = v.sum() - reduced.trace();
  const double trace_of_square = v.squaredNorm() - 2 * (now.bread * cube).trace() + (reduced * reduced).trace();
  return {0.5 * (py.squaredNorm() - trace), 0.5 * trace_of_square};
}

double median(Vector values) {
  std::sort(values.begin(), values.end());
  const Eigen::Index n = values.size();
  return n % 2 == 1 ? values(n / 2) : (values(n / 2 - 1) + values(n / 2)) / 2;
}

constexpr int kMostSteps = 200;
constexpr double kStill = 1e-12;  // of the scale of the variances

}  // namespace

Result<AreaEstimates> fay_herriot(const AreaData& areas) {
  HAMDIL_TRY(const Problem problem, checked(areas));
  AreaEstimates out;
  const double scale = median(problem.d);
  double between = scale;
  while (!out.converged && out.iterations < kMostSteps) {
    ++out.iterations;
    const Slope here = slope(problem, at(problem, between));
    // A step below 0 ends at 0; where the likelihood still falls there, that is its maximum.
    const double next = std::max(0.0, between + here.score / here.information);
    out.converged = std::fabs(next - between) <= kStill * (scale + between);
    between = next;
  }
  const At found = at(problem, between);
  const Vector& v = found.inverse_variance;
  out.between = between;
  out.between_se = 1 / std::sqrt(slope(problem, found).information);
  const double variance_of_between = 2 / v.squaredNorm();
  for (Eigen::Index c = 0; c < problem.x.cols(); ++c) {
    out.coefficients.push_back(found.beta(c));
    out.coefficient_se.push_back(std::sqrt(found.bread(c, c)));
  }
  const Vector synthetic = problem.x * found.beta;
  for (Eigen::Index i = 0; i < problem.y.size(); ++i) {
    const double d = problem.d(i);
    const double share = between * v(i);
    const double rest = d * v(i);
    const double g1 = share * d;
    const double g2 = rest * rest * problem.x.row(i).dot(found.bread * problem.x.row(i).transpose());
    const double g3 = rest * rest * v(i) * variance_of_between;
    out.synthetic.push_back(synthetic(i));
    out.direct_share.push_back(share);
    out.estimate.push_back(share * problem.y(i) + rest * synthetic(i));
    out.mse.push_back(g1 + g2 + 2 * g3);
  }
  return out;
}

}  // namespace hamdil::stats::survey
