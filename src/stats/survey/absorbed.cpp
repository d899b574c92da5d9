#include "stats/survey/absorbed.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/distributions.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

using Dense = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// Levels of one column at the rows of the model, numbered from 0 without gaps.
struct Effect {
  std::vector<std::uint32_t> level;
  std::size_t levels = 0;
};

Effect renumbered(const std::vector<std::int32_t>& codes, const std::vector<std::uint32_t>& rows) {
  Effect out;
  std::vector<std::int64_t> place(
      codes.empty() ? 0 : static_cast<std::size_t>(*std::max_element(codes.begin(), codes.end()) + 1), -1);
  for (const std::uint32_t row : rows) {
    std::int64_t& at = place[static_cast<std::size_t>(codes[row])];
    if (at < 0) at = static_cast<std::int64_t>(out.levels++);
    out.level.push_back(static_cast<std::uint32_t>(at));
  }
  return out;
}

// Rows of the model with a level of every effect and of the clusters, without those whose level occurs once.
struct Sample {
  std::vector<std::uint32_t> of_model;  // places in the model's rows
  std::vector<std::uint32_t> rows;      // in the table
  std::size_t singletons = 0;
};

Sample without_singletons(const RowList& model_rows, const std::vector<std::vector<std::int32_t>>& effects,
                          const std::vector<std::int32_t>& clusters) {
  Sample out;
  for (std::uint32_t i = 0; i < model_rows.size(); ++i) {
    const std::uint32_t row = model_rows[i];
    const bool known = clusters[row] >= 0 &&
                       std::all_of(effects.begin(), effects.end(), [&](const auto& codes) { return codes[row] >= 0; });
    if (known) out.of_model.push_back(i), out.rows.push_back(row);
  }
  for (bool again = true; again;) {
    again = false;
    for (const auto& codes : effects) {
      std::vector<std::uint32_t> count;
      for (const std::uint32_t row : out.rows) {
        count.resize(std::max(count.size(), static_cast<std::size_t>(codes[row]) + 1));
        ++count[static_cast<std::size_t>(codes[row])];
      }
      std::size_t kept = 0;
      for (std::size_t i = 0; i < out.rows.size(); ++i)
        if (count[static_cast<std::size_t>(codes[out.rows[i]])] > 1) {
          out.rows[kept] = out.rows[i];
          out.of_model[kept++] = out.of_model[i];
        }
      if (kept == out.rows.size()) continue;
      again = effects.size() > 1;
      out.singletons += out.rows.size() - kept;
      out.rows.resize(kept);
      out.of_model.resize(kept);
    }
  }
  return out;
}

class Absorber {
 public:
  Absorber(std::vector<Effect> effects, const Vector& weights) : effects_(std::move(effects)), weights_(weights) {
    for (const Effect& effect : effects_) {
      sums_.emplace_back(effect.levels, 0.0);
      for (std::size_t i = 0; i < effect.level.size(); ++i)
        sums_.back()[effect.level[i]] += weights(static_cast<Eigen::Index>(i));
    }
  }

  // What the effects do not explain of a column; false when a step still moves it.
  bool absorb(Vector& column) {
    const double size = norm(column);
    if (effects_.size() == 1 || size == 0) {
      sweep(column);
      return true;
    }
    // The fixed points of a symmetric sweep T are what is wanted; (I - T) z = (I - T) y is solved by conjugate
    // gradients. Begun anew until what is left of the effects itself, and not its running sum, is small.
    for (int start = 0; start < kMostStarts; ++start) {
      const Vector residual = column - swept(column);
      if (norm(residual) <= kStill * size) return true;
      descend(residual, kStill * size, column);
    }
    return false;
  }
  int iterations() const { return iterations_; }

 private:
  static constexpr int kMostSteps = 10000;
  static constexpr int kMostStarts = 5;
  static constexpr double kStill = 1e-12;

  void descend(Vector residual, double small, Vector& column) {
    Vector direction = residual;
    double square = dot(residual, residual);
    for (int step = 0; step < kMostSteps && std::sqrt(square) > small; ++step) {
      const Vector moved = direction - swept(direction);
      const double length = square / dot(direction, moved);
      if (!std::isfinite(length)) return;
      column -= length * direction;
      residual -= length * moved;
      const double next = dot(residual, residual);
      direction = residual + next / square * direction;
      square = next;
      ++iterations_;
    }
  }

  double dot(const Vector& a, const Vector& b) const { return a.cwiseProduct(weights_).dot(b); }
  double norm(const Vector& a) const { return std::sqrt(dot(a, a)); }

  void subtract_means(const Effect& effect, const std::vector<double>& sums, Vector& column) const {
    std::vector<double> means(effect.levels, 0.0);
    for (std::size_t i = 0; i < effect.level.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      means[effect.level[i]] += weights_(row) * column(row);
    }
    for (std::size_t level = 0; level < means.size(); ++level)
      means[level] = sums[level] > 0 ? means[level] / sums[level] : 0.0;
    for (std::size_t i = 0; i < effect.level.size(); ++i)
      column(static_cast<Eigen::Index>(i)) -= means[effect.level[i]];
  }
  // Forth and back, so that the whole is symmetric.
  void sweep(Vector& column) const {
    for (std::size_t e = 0; e < effects_.size(); ++e) subtract_means(effects_[e], sums_[e], column);
    for (std::size_t e = effects_.size(); e-- > 1;) subtract_means(effects_[e - 1], sums_[e - 1], column);
  }
  Vector swept(Vector column) const {
    sweep(column);
    return column;
  }

  std::vector<Effect> effects_;
  const Vector& weights_;
  std::vector<std::vector<double>> sums_;  // weights by level
  int iterations_ = 0;
};

// Whether all rows of a level are of one cluster.
bool is_nested(const Effect& effect, const Effect& clusters) {
  std::vector<std::int64_t> of_level(effect.levels, -1);
  for (std::size_t i = 0; i < effect.level.size(); ++i) {
    std::int64_t& seen = of_level[effect.level[i]];
    if (seen >= 0 && seen != clusters.level[i]) return false;
    seen = clusters.level[i];
  }
  return true;
}

// Parts of the graph whose edges are rows between the levels of two effects.
std::size_t connected_parts(const Effect& a, const Effect& b) {
  std::vector<std::size_t> parent(a.levels + b.levels);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t one) {
    while (parent[one] != one) one = parent[one] = parent[parent[one]];
    return one;
  };
  std::size_t parts = parent.size();
  for (std::size_t i = 0; i < a.level.size(); ++i) {
    const std::size_t from = root(a.level[i]), to = root(a.levels + b.level[i]);
    if (from != to) parent[from] = to, --parts;
  }
  return parts;
}

struct Absorbed {
  double all = 0;     // effects that are estimated, so to say
  double nested = 0;  // of these, those within clusters
};

Absorbed count_absorbed(const std::vector<Effect>& effects, const Effect& clusters) {
  Absorbed out;
  for (std::size_t e = 0; e < effects.size(); ++e) {
    const double overlap = e == 0 ? 0 : e == 1 ? static_cast<double>(connected_parts(effects[0], effects[1])) : 1;
    const double own = static_cast<double>(effects[e].levels) - overlap;
    out.all += own;
    if (is_nested(effects[e], clusters)) out.nested += own;
  }
  return out;
}

// Columns that vary once the effects are taken out, and are not combinations of earlier ones.
std::vector<Eigen::Index> independent(const Dense& x, const std::vector<double>& sizes_before, const Vector& w) {
  std::vector<Eigen::Index> kept;
  Dense basis(x.rows(), x.cols());
  const Vector root = w.cwiseSqrt();
  for (Eigen::Index c = 0; c < x.cols(); ++c) {
    Vector rest = x.col(c).cwiseProduct(root);
    for (int twice = 0; twice < 2; ++twice)
      for (std::size_t k = 0; k < kept.size(); ++k) {
        const auto before = static_cast<Eigen::Index>(k);
        rest -= basis.col(before).dot(rest) * basis.col(before);
      }
    const double left = rest.norm();
    if (!(left > 1e-7 * sizes_before[static_cast<std::size_t>(c)])) continue;
    basis.col(static_cast<Eigen::Index>(kept.size())) = rest / left;
    kept.push_back(c);
  }
  return kept;
}

struct Fitted {
  Vector beta;
  Dense covariance;  // summed by cluster, uncorrected
  double r2_within = kNaN;
};

Fitted fit(const Dense& x, const Vector& y, const Vector& w, const Effect& clusters) {
  const Dense weighted = w.asDiagonal() * x;
  const Dense bread = (x.transpose() * weighted).ldlt().solve(Dense::Identity(x.cols(), x.cols()));
  Fitted out{bread * (weighted.transpose() * y), {}, kNaN};
  const Vector residual = y - x * out.beta;
  Dense scores = Dense::Zero(static_cast<Eigen::Index>(clusters.levels), x.cols());
  for (std::size_t i = 0; i < clusters.level.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    scores.row(static_cast<Eigen::Index>(clusters.level[i])) += residual(row) * weighted.row(row);
  }
  out.covariance = bread * (scores.transpose() * scores) * bread;
  out.r2_within = 1 - residual.cwiseProduct(w).dot(residual) / y.cwiseProduct(w).dot(y);
  return out;
}

Row row_of(const std::string& term, double estimate, double variance, double df, bool normal, double level) {
  Row out;
  out.term = out.variable = term;
  out.estimate = estimate;
  fill_intervals(out, variance, df, level);
  if (normal) out.ci_t = out.ci_normal;
  out.ci_t_domain = out.ci_t;
  out.degf_domain = df;
  out.statistic = out.estimate / out.se;
  out.p_value = normal ? normal_two_sided(out.statistic) : t_two_sided(out.statistic, df);
  return out;
}

}  // namespace

Result<ResultTable> absorbed_regression(const data::Table& table, const RowList& rows, const AbsorbedRequest& request) {
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
  HAMDIL_TRY(const Terms terms, Terms::make(table, request.absorb, Reading::kCategories));
  std::vector<std::vector<std::int32_t>> codes;
  for (std::size_t e = 0; e < terms.sources(); ++e) codes.push_back(terms.codes(e));
  const std::vector<std::int32_t>& units = design.stages()[0].unit_of_row;
  const Sample sample = without_singletons(model.rows, codes, units);
  if (sample.rows.empty())
    return Error("stats.absorbed.no_rows", "No rows are left whose level of every fixed effect occurs more than once.")
        .advise("Fixed effects of levels with one row each explain everything; take coarser ones.");

  const auto n = static_cast<Eigen::Index>(sample.rows.size());
  std::vector<Effect> effects;
  for (const auto& one : codes) effects.push_back(renumbered(one, sample.rows));
  const Effect clusters = renumbered(units, sample.rows);
  Vector w(n), y(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    w(i) = design.weights()[sample.rows[static_cast<std::size_t>(i)]];
    y(i) = model.response[sample.of_model[static_cast<std::size_t>(i)]];
  }
  const Absorbed absorbed = count_absorbed(effects, clusters);
  Absorber absorber(effects, w);
  bool converged = absorber.absorb(y);
  std::vector<std::string> names;
  std::vector<double> sizes;
  Dense x(n, static_cast<Eigen::Index>(model.columns.size()));
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    if (model.names[c] == "(Intercept)") continue;
    Vector column(n);
    for (Eigen::Index i = 0; i < n; ++i) column(i) = model.columns[c][sample.of_model[static_cast<std::size_t>(i)]];
    sizes.push_back(std::sqrt(column.cwiseProduct(w).dot(column)));
    converged = absorber.absorb(column) && converged;
    x.col(static_cast<Eigen::Index>(names.size())) = column;
    names.push_back(model.names[c]);
  }
  if (!converged)
    return Error("stats.absorbed.not_converged", "The fixed effects could not be taken out to within 1e-12.")
        .advise("Their levels hardly overlap; absorb fewer of them.");
  x.conservativeResize(n, static_cast<Eigen::Index>(names.size()));
  const std::vector<Eigen::Index> kept = independent(x, sizes, w);

  ResultTable out;
  out.level = request.level;
  out.n = sample.rows.size();
  const auto groups = static_cast<double>(clusters.levels);
  out.degf = groups - 1;
  out.texts = {{"distribution", request.normal ? "normal" : "t"}, {"correction", request.correct ? "HC1" : "HC0"}};
  const Dense chosen = x(Eigen::all, kept);
  const Fitted found = kept.empty() ? Fitted{} : fit(chosen, y, w, clusters);  // where the effects leave nothing to fit
  const double k = static_cast<double>(kept.size()) + std::max(1.0, absorbed.all - absorbed.nested);
  const auto count = static_cast<double>(n);
  const double factor = !request.correct          ? 1
                        : groups > 1 && count > k ? groups / (groups - 1) * (count - 1) / (count - k)
                                                  : kNaN;
  out.vcov = {kept.size(), kept.size(), {}};
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    Row row = row_of(names[static_cast<std::size_t>(kept[i])], found.beta(at), factor * found.covariance(at, at),
                     groups - 1, request.normal, request.level);
    row.base_rows = row.cell_rows = sample.rows.size();
    row.base_clusters = clusters.levels;
    if (!(groups - 1 >= 8)) add_flag(row, Flag::kFewClusters);
    if (!std::isfinite(row.estimate) || !std::isfinite(row.se)) add_flag(row, Flag::kUndefined);
    out.rows.push_back(std::move(row));
    for (std::size_t j = 0; j < kept.size(); ++j)
      out.vcov.values.push_back(factor * found.covariance(at, static_cast<Eigen::Index>(j)));
  }
  for (std::size_t c = 0; c < names.size(); ++c)
    if (std::find(kept.begin(), kept.end(), static_cast<Eigen::Index>(c)) == kept.end())
      out.notes.push_back("aliased: " + names[c] +
                          " is determined by the fixed effects or the other columns of the model");
  if (kept.empty()) out.flags.push_back(Flag::kUndefined);
  out.values = {{"clusters", groups},
                {"singletons", static_cast<double>(sample.singletons)},
                {"absorbed", absorbed.all},
                {"absorbed_nested", absorbed.nested},
                {"iterations", static_cast<double>(absorber.iterations())},
                {"r2_within", found.r2_within}};
  return out;
}

}  // namespace hamdil::stats::survey
