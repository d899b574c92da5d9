#include "stats/psychometrics/polychoric.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numbers>

#include "stats/distributions.hpp"

namespace hamdil::stats::psychometrics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMostCorrelation = 0.9999;
constexpr double kLeastProbability = 1e-300;  // of a cell, so that its logarithm is finite

double normal_lower(double x) { return normal_upper(-x); }
double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

double bivariate_density(double h, double k, double rho) {
  if (std::isinf(h) || std::isinf(k)) return 0;
  const double rest = 1 - rho * rho;
  return std::exp(-(h * h - 2 * rho * h * k + k * k) / (2 * rest)) / (2 * std::numbers::pi * std::sqrt(rest));
}

// d P(X <= h, Y <= k) / dh
double slope_of_first(double h, double k, double rho) {
  if (std::isinf(h)) return 0;
  return normal_density(h) * normal_lower((k - rho * h) / std::sqrt(1 - rho * rho));
}

// Counts of the categories of two items, and the likelihood of cut points and a correlation.
class CrossTable {
 public:
  CrossTable(const Ordered& x, const Ordered& y) {
    std::vector<int> rows, columns;
    for (std::size_t i = 0; i < x.category.size(); ++i) {
      if (x.category[i] == kNoCategory || y.category[i] == kNoCategory) continue;
      rows.push_back(x.category[i]);
      columns.push_back(y.category[i]);
    }
    n_ = rows.size();
    counts_ =
        Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(x.values.size()), static_cast<Eigen::Index>(y.values.size()));
    for (std::size_t i = 0; i < n_; ++i) ++counts_(rows[i], columns[i]);
  }

  // Without categories that nobody of these persons chose.
  void drop_empty() {
    const auto kept = [](const Eigen::VectorXd& sums) {
      std::vector<Eigen::Index> out;
      for (Eigen::Index i = 0; i < sums.size(); ++i)
        if (sums[i] > 0) out.push_back(i);
      return out;
    };
    counts_ = Eigen::MatrixXd(counts_(kept(counts_.rowwise().sum()), kept(counts_.colwise().sum().transpose())));
  }

  const Eigen::MatrixXd& counts() const { return counts_; }
  std::size_t n() const { return n_; }
  Eigen::Index rows() const { return counts_.rows(); }
  Eigen::Index columns() const { return counts_.cols(); }

  std::vector<double> row_cuts() const { return cuts(counts_.rowwise().sum()); }
  std::vector<double> column_cuts() const { return cuts(counts_.colwise().sum().transpose()); }

 private:
  std::vector<double> cuts(const Eigen::VectorXd& sums) const {
    std::vector<double> out;
    double below = 0;
    for (Eigen::Index i = 0; i + 1 < sums.size(); ++i) {
      below += sums[i];
      out.push_back(normal_quantile(below / static_cast<double>(n_)));
    }
    return out;
  }

  std::size_t n_ = 0;
  Eigen::MatrixXd counts_;
};

// Cut points with both ends.
std::vector<double> with_ends(const std::vector<double>& cuts) {
  std::vector<double> out = {-kInfinity};
  out.insert(out.end(), cuts.begin(), cuts.end());
  out.push_back(kInfinity);
  return out;
}

template <typename Function>
Eigen::MatrixXd at_corners(const std::vector<double>& rows, const std::vector<double>& columns, const Function& f) {
  Eigen::MatrixXd out(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
  for (Eigen::Index i = 0; i < out.rows(); ++i)
    for (Eigen::Index j = 0; j < out.cols(); ++j)
      out(i, j) = f(rows[static_cast<std::size_t>(i)], columns[static_cast<std::size_t>(j)]);
  return out;
}

// Differences over each cell of values at its corners.
Eigen::MatrixXd over_cells(const Eigen::MatrixXd& corners) {
  const Eigen::Index r = corners.rows() - 1;
  const Eigen::Index c = corners.cols() - 1;
  return corners.bottomRightCorner(r, c) - corners.topRightCorner(r, c) - corners.bottomLeftCorner(r, c) +
         corners.topLeftCorner(r, c);
}

Eigen::MatrixXd cell_probabilities(const std::vector<double>& rows, const std::vector<double>& columns, double rho) {
  return over_cells(at_corners(rows, columns, [rho](double h, double k) { return bivariate_normal(h, k, rho); }))
      .cwiseMax(kLeastProbability);
}

double log_likelihood(const Eigen::MatrixXd& counts, const Eigen::MatrixXd& probabilities) {
  return (counts.array() * probabilities.array().log()).sum();
}

double score_of_rho(const Eigen::MatrixXd& counts, const std::vector<double>& rows, const std::vector<double>& columns,
                    double rho) {
  const Eigen::MatrixXd p = cell_probabilities(rows, columns, rho);
  const Eigen::MatrixXd slope =
      over_cells(at_corners(rows, columns, [rho](double h, double k) { return bivariate_density(h, k, rho); }));
  return (counts.array() * slope.array() / p.array()).sum();
}

// The root of the score in rho, which falls through it: bisection made faster by secants (Illinois).
double best_rho(const Eigen::MatrixXd& counts, const std::vector<double>& rows, const std::vector<double>& columns) {
  double low = -kMostCorrelation;
  double high = kMostCorrelation;
  double at_low = score_of_rho(counts, rows, columns, low);
  double at_high = score_of_rho(counts, rows, columns, high);
  if (at_low <= 0) return low;
  if (at_high >= 0) return high;
  for (int step = 0; step < 200 && high - low > 1e-13; ++step) {
    double middle = step % 3 == 2 ? (low + high) / 2 : low + (high - low) * at_low / (at_low - at_high);
    if (!(middle > low && middle < high)) middle = (low + high) / 2;
    const double there = score_of_rho(counts, rows, columns, middle);
    if (there == 0) return middle;
    (there > 0 ? low : high) = middle;
    (there > 0 ? at_low : at_high) = there;
    (there > 0 ? at_high : at_low) /= 2;
  }
  return (low + high) / 2;
}

// rho, then the cut points of rows and of columns.
struct Parameters {
  double rho = 0;
  std::vector<double> rows, columns;

  std::size_t size() const { return 1 + rows.size() + columns.size(); }
  double& operator[](std::size_t i) {
    if (i == 0) return rho;
    return i <= rows.size() ? rows[i - 1] : columns[i - 1 - rows.size()];
  }
  bool valid() const {
    return std::abs(rho) < kMostCorrelation && std::is_sorted(rows.begin(), rows.end()) &&
           std::is_sorted(columns.begin(), columns.end());
  }
};

Eigen::VectorXd score(const Eigen::MatrixXd& counts, const Parameters& at) {
  const std::vector<double> rows = with_ends(at.rows);
  const std::vector<double> columns = with_ends(at.columns);
  const Eigen::ArrayXXd ratio = counts.array() / cell_probabilities(rows, columns, at.rho).array();
  Eigen::VectorXd out(static_cast<Eigen::Index>(at.size()));
  out[0] = score_of_rho(counts, rows, columns, at.rho);
  const double rho = at.rho;
  const Eigen::MatrixXd by_row =
      at_corners(rows, columns, [rho](double h, double k) { return slope_of_first(h, k, rho); });
  const Eigen::MatrixXd by_column =
      at_corners(rows, columns, [rho](double h, double k) { return slope_of_first(k, h, rho); });
  Eigen::Index next = 1;
  for (Eigen::Index i = 1; i < by_row.rows() - 1; ++i, ++next) {  // a cut lies between cells i - 1 and i
    const Eigen::ArrayXd along =
        by_row.row(i).tail(counts.cols()).transpose().array() - by_row.row(i).head(counts.cols()).transpose().array();
    out[next] = ((ratio.row(i - 1) - ratio.row(i)).transpose() * along).sum();
  }
  for (Eigen::Index j = 1; j < by_column.cols() - 1; ++j, ++next) {
    const Eigen::ArrayXd along =
        by_column.col(j).tail(counts.rows()).array() - by_column.col(j).head(counts.rows()).array();
    out[next] = ((ratio.col(j - 1) - ratio.col(j)) * along).sum();
  }
  return out;
}

// Observed information by central differences of the score.
Eigen::MatrixXd information(const Eigen::MatrixXd& counts, const Parameters& at) {
  const auto size = static_cast<Eigen::Index>(at.size());
  Eigen::MatrixXd out(size, size);
  constexpr double kStep = 1e-5;
  for (Eigen::Index i = 0; i < size; ++i) {
    Parameters up = at;
    Parameters down = at;
    up[static_cast<std::size_t>(i)] += kStep;
    down[static_cast<std::size_t>(i)] -= kStep;
    out.col(i) = (score(counts, down) - score(counts, up)) / (2 * kStep);
  }
  return (out + out.transpose()) / 2;
}

double log_likelihood(const Eigen::MatrixXd& counts, const Parameters& at) {
  return log_likelihood(counts, cell_probabilities(with_ends(at.rows), with_ends(at.columns), at.rho));
}

Parameters maximise(const Eigen::MatrixXd& counts, Parameters at) {
  double value = log_likelihood(counts, at);
  for (int step = 0; step < 50; ++step) {
    const Eigen::VectorXd slope = score(counts, at);
    const Eigen::VectorXd change = information(counts, at).ldlt().solve(slope);
    if (!change.allFinite() || change.norm() < 1e-10) break;
    bool better = false;
    for (double scale = 1; scale > 1e-6 && !better; scale /= 2) {
      Parameters next = at;
      for (std::size_t i = 0; i < next.size(); ++i) next[i] += scale * change[static_cast<Eigen::Index>(i)];
      if (!next.valid()) continue;
      const double there = log_likelihood(counts, next);
      if (there < value) continue;
      better = there > value;
      at = next;
      value = there;
      break;
    }
    if (!better) break;
  }
  return at;
}

}  // namespace

double bivariate_normal(double h, double k, double rho) {
  if (h == -kInfinity || k == -kInfinity) return 0;
  if (h == kInfinity) return normal_lower(k);
  if (k == kInfinity) return normal_lower(h);
  const auto integrand = [h, k](double angle) {
    const double cosine = std::cos(angle);
    return std::exp(-(h * h + k * k - 2 * h * k * std::sin(angle)) / (2 * cosine * cosine));
  };
  // Near a correlation of one the integrand falls within a small angle: pieces that halve towards it.
  const double end = std::asin(rho);
  double sum = 0;
  double from = 0;
  const int pieces = std::abs(rho) < 0.9 ? 1 : std::abs(rho) < 0.99 ? 3 : 8;
  for (int piece = 1; piece <= pieces; ++piece) {
    const double to = piece == pieces ? end : from + (end - from) / 2;
    sum += (to > from ? 1 : -1) *
           boost::math::quadrature::gauss<double, 25>::integrate(integrand, std::min(from, to), std::max(from, to));
    from = to;
  }
  return normal_lower(h) * normal_lower(k) + sum / (2 * std::numbers::pi);
}

Ordered ordered_categories(const std::vector<double>& answers) {
  Ordered out;
  for (const double one : answers)
    if (!std::isnan(one)) out.values.push_back(one);
  std::sort(out.values.begin(), out.values.end());
  out.values.erase(std::unique(out.values.begin(), out.values.end()), out.values.end());
  for (const double one : answers) {
    const auto found = std::lower_bound(out.values.begin(), out.values.end(), one);
    out.category.push_back(std::isnan(one) ? kNoCategory : static_cast<int>(found - out.values.begin()));
  }
  return out;
}

std::vector<double> thresholds(const Ordered& item) {
  std::vector<double> counts(item.values.size(), 0.0);
  double n = 0;
  for (const int category : item.category)
    if (category != kNoCategory) ++counts[static_cast<std::size_t>(category)], ++n;
  std::vector<double> out;
  double below = 0;
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) out.push_back(normal_quantile((below += counts[i]) / n));
  return out;
}

Polychoric polychoric_pair(const Ordered& x, const Ordered& y, PolychoricMethod method) {
  CrossTable table(x, y);
  Polychoric out;
  out.n = table.n();
  if (out.n == 0) return out;
  table.drop_empty();
  if (table.rows() < 2 || table.columns() < 2) return out;
  const Eigen::MatrixXd& counts = table.counts();
  Parameters at{0, table.row_cuts(), table.column_cuts()};
  at.rho = best_rho(counts, with_ends(at.rows), with_ends(at.columns));
  if (method == PolychoricMethod::kMaximumLikelihood) at = maximise(counts, at);
  const Eigen::MatrixXd observed = information(counts, at);
  out.rho = at.rho;
  out.se = method == PolychoricMethod::kTwoStep ? std::sqrt(1 / observed(0, 0)) : std::sqrt(observed.inverse()(0, 0));
  const auto n = static_cast<double>(out.n);
  const double saturated = (counts.array() * (counts.array() / n).max(kLeastProbability).log()).sum();
  out.chisq = 2 * (saturated - log_likelihood(counts, at));
  out.df = static_cast<double>(counts.size() - table.rows() - table.columns());
  return out;
}

CellScores cell_scores(const std::vector<double>& row_cuts, const std::vector<double>& column_cuts, double rho) {
  const std::vector<double> rows = with_ends(row_cuts);
  const std::vector<double> columns = with_ends(column_cuts);
  const Eigen::MatrixXd p = cell_probabilities(rows, columns, rho);
  const auto ratio = [&](const Eigen::MatrixXd& slopes) {
    Matrix out{static_cast<std::size_t>(p.rows()), static_cast<std::size_t>(p.cols()), {}};
    for (Eigen::Index i = 0; i < p.rows(); ++i)
      for (Eigen::Index j = 0; j < p.cols(); ++j) out.values.push_back(slopes(i, j) / p(i, j));
    return out;
  };
  CellScores out;
  out.by_rho =
      ratio(over_cells(at_corners(rows, columns, [rho](double h, double k) { return bivariate_density(h, k, rho); })));
  // A cut point moves probability from the cells after it to those before.
  const Eigen::MatrixXd row_edges =
      at_corners(rows, columns, [rho](double h, double k) { return slope_of_first(h, k, rho); });
  for (Eigen::Index cut = 0; cut < p.rows() - 1; ++cut) {
    Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(p.rows(), p.cols());
    slopes.row(cut) = row_edges.row(cut + 1).tail(p.cols()) - row_edges.row(cut + 1).head(p.cols());
    slopes.row(cut + 1) = -slopes.row(cut);
    out.by_row_cut.push_back(ratio(slopes));
  }
  const Eigen::MatrixXd column_edges =
      at_corners(rows, columns, [rho](double h, double k) { return slope_of_first(k, h, rho); });
  for (Eigen::Index cut = 0; cut < p.cols() - 1; ++cut) {
    Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(p.rows(), p.cols());
    slopes.col(cut) = column_edges.col(cut + 1).tail(p.rows()) - column_edges.col(cut + 1).head(p.rows());
    slopes.col(cut + 1) = -slopes.col(cut);
    out.by_column_cut.push_back(ratio(slopes));
  }
  return out;
}

Matrix polychoric_matrix(const std::vector<Ordered>& items) {
  const std::size_t size = items.size();
  Matrix out{size, size, std::vector<double>(size * size, 1.0)};
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < i; ++j)
      out.at(i, j) = out.at(j, i) = polychoric_pair(items[i], items[j], PolychoricMethod::kTwoStep).rho;
  return out;
}

}  // namespace hamdil::stats::psychometrics
