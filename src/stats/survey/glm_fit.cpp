#include "stats/survey/glm_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "stats/linear_algebra.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr int kMaxIterations = 50;
constexpr double kTolerance = 1e-8;

using Values = std::vector<double>;
using Stretch = std::array<double, kStretch>;

// The rows of a model in memory, a stretch at a time; some of its columns may be left out.
class Rows : public ModelPasses {
 public:
  Rows(const SurveyDesign& design, const ModelMatrix& model, Family family, Link link, double mean_weight)
      : weights_(design.weights()),
        model_(model),
        kernel_(family, link, model.response),
        kernels_(stretch_kernels()),
        scale_(1 / mean_weight),
        columns_(model.columns.size()) {
    for (std::size_t c = 0; c < columns_.size(); ++c) columns_[c] = c;
  }

  void leave_out(const std::vector<std::size_t>& without) {
    std::erase_if(columns_, [&](std::size_t c) { return std::binary_search(without.begin(), without.end(), c); });
  }
  std::size_t columns() const override { return columns_.size(); }
  Result<Step> start() override;
  Result<Values> unexplained(const Values& coefficients) override;
  Result<Step> step(const Values& coefficients) override;

  // Calls work(begin, row values, columns) for every stretch.
  template <class Work>
  void each(Work work) {
    StretchColumns columns(columns_.size());
    for (std::size_t begin = 0; begin < model_.rows.size(); begin += kStretch) {
      const std::size_t size = std::min(kStretch, model_.rows.size() - begin);
      read_weights(model_.rows.data() + begin, size);
      for (std::size_t c = 0; c < columns.size(); ++c) columns[c] = model_.columns[columns_[c]].from(begin);
      work(begin,
           RowStretch{size, model_.response.from(begin), prior_.data(), mean_.data(), weight_.data(), score_.data(),
                      deviance_.data()},
           columns);
    }
  }

  void start_at(const RowStretch& rows) {
    kernel_.start(rows, eta_.data());
    kernel_.update(rows, eta_.data());
  }
  void update(const RowStretch& rows, const StretchColumns& columns, const Values& coefficients) {
    combine(rows.size, columns, coefficients);
    kernel_.update(rows, eta_.data());
  }
  // The combination of the columns whose coefficient is there.
  const Stretch& combine(std::size_t size, const StretchColumns& columns, const Values& coefficients) {
    StretchColumns used;
    Values factors;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (std::isnan(coefficients[c])) continue;
      used.push_back(columns[c]);
      factors.push_back(coefficients[c]);
    }
    kernels_.combine(size, used.size(), used.data(), factors.data(), eta_.data());
    return eta_;
  }
  const Stretch& eta() const { return eta_; }
  const RowKernel& kernel() const { return kernel_; }

 private:
  void read_weights(const std::uint32_t* rows, std::size_t size) {
    const double* first = weights_.data() + rows[0];
    if (rows[size - 1] - rows[0] + 1 == size)
      kernels_.combine(size, 1, &first, &scale_, prior_.data());
    else
      for (std::size_t i = 0; i < size; ++i) prior_[i] = weights_[rows[i]] * scale_;
  }

  const Values& weights_;
  const ModelMatrix& model_;
  RowKernel kernel_;
  const StretchKernels& kernels_;
  double scale_;
  std::vector<std::size_t> columns_;
  Stretch prior_;
  Stretch eta_;
  Stretch mean_;
  Stretch weight_;
  Stretch score_;
  Stretch deviance_;
};

double sum_of(const double* values, std::size_t size) {
  std::array<double, 4> partial{};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) partial[lane] += values[i + lane];
  for (; i < size; ++i) partial[0] += values[i];
  return (partial[0] + partial[1]) + (partial[2] + partial[3]);
}

Result<ModelPasses::Step> Rows::start() {
  Step out{NormalEquations(columns())};
  each([&](std::size_t, const RowStretch& rows, const StretchColumns& columns) {
    start_at(rows);
    for (std::size_t i = 0; i < rows.size; ++i) rows.score[i] += rows.weight[i] * eta_[i];
    out.equations.add(columns, rows.size, rows.weight, rows.score);
    out.deviance += sum_of(rows.deviance, rows.size);
  });
  return out;
}

Result<Values> Rows::unexplained(const Values& coefficients) {
  NormalEquations left(columns());
  each([&](std::size_t, const RowStretch& rows, const StretchColumns& columns) {
    start_at(rows);
    for (std::size_t i = 0; i < rows.size; ++i) rows.score[i] += rows.weight[i] * eta_[i];
    const Stretch& explained = combine(rows.size, columns, coefficients);
    for (std::size_t i = 0; i < rows.size; ++i) rows.score[i] -= rows.weight[i] * explained[i];
    left.add_right(columns, rows.size, rows.score);
  });
  return left.right();
}

Result<ModelPasses::Step> Rows::step(const Values& coefficients) {
  Step out{NormalEquations(columns())};
  each([&](std::size_t, const RowStretch& rows, const StretchColumns& columns) {
    update(rows, columns, coefficients);
    out.equations.add(columns, rows.size, rows.weight, rows.score);
    out.deviance += sum_of(rows.deviance, rows.size);
  });
  return out;
}

bool is_settled(double before, double now) { return std::fabs(now - before) / (std::fabs(now) + 0.1) < kTolerance; }

Values spread(const std::vector<std::size_t>& kept, const Values& solution, std::size_t columns) {
  Values out(columns, kNaN);
  for (std::size_t j = 0; j < kept.size(); ++j) out[kept[j]] = solution[j];
  return out;
}

// Goes to the next coefficients; returns by how much the deviance will fall if it is a parabola. When other columns are
// kept than before, they are solved for anew, and nothing is foretold.
double move(const NormalEquations& equations, const Factorized& factorized, std::vector<std::size_t>& kept,
            Values& coefficients) {
  if (factorized.kept() != kept) {
    kept = factorized.kept();
    coefficients = spread(kept, factorized.solve(equations.right_plus(coefficients)), coefficients.size());
    return kNaN;
  }
  const Values step = factorized.solve(equations.right());
  double fall = 0;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    coefficients[kept[j]] += step[j];
    fall += step[j] * equations.right()[kept[j]];
  }
  return fall;
}

// Shows the rows to the visitor; returns the deviance.
Result<double> show(Rows& all, const Fit& fit, FitVisitor& visitor) {
  Stretch influence;
  double deviance = 0;
  visitor.begin(fit);
  all.each([&](std::size_t begin, RowStretch rows, const StretchColumns& columns) {
    double* const deviances = std::exchange(rows.deviance, nullptr);
    if (fit.before.empty()) {
      rows.deviance = deviances;
      all.start_at(rows);
    } else {
      all.update(rows, columns, fit.before);
    }
    std::copy(rows.weight, rows.weight + rows.size, influence.begin());
    rows.deviance = deviances;
    all.update(rows, columns, fit.coefficients);
    for (std::size_t i = 0; i < rows.size; ++i)
      influence[i] = rows.weight[i] == 0 ? 0 : influence[i] * (rows.score[i] / rows.weight[i]);
    visitor.visit({begin, rows.size, rows.prior, rows.mean, influence.data()});
    deviance += sum_of(rows.deviance, rows.size);
  });
  return deviance;
}

// The minimum over the remaining coefficients of the parabola that the bread describes.
Values remaining_start(const Fit& whole, const std::vector<std::size_t>& gone) {
  std::vector<std::size_t> rest;
  for (const std::size_t column : whole.kept)
    if (!std::binary_search(gone.begin(), gone.end(), column)) rest.push_back(column);
  Matrix own{gone.size(), 1, {}};
  for (const std::size_t column : gone) own.values.push_back(whole.coefficients[column]);
  const Matrix pull = multiply(part_of(whole.bread, rest, gone), solve(part_of(whole.bread, gone, gone), own));
  Values out;
  for (std::size_t i = 0; i < rest.size(); ++i) out.push_back(whole.coefficients[rest[i]] - pull.values[i]);
  return out;
}

// Deviance of the model that gives every row the same mean.
double deviance_of_mean(Rows& all, const Fit& fit, double weight, double sum) {
  const double mean = sum / weight;
  if (all.kernel().zero_one() && sum > 0 && sum < weight)
    return sum * deviance_of(fit.family, 1, mean) + (weight - sum) * deviance_of(fit.family, 0, mean);
  double deviance = 0;
  all.each([&](std::size_t, const RowStretch& rows, const StretchColumns&) {
    for (std::size_t i = 0; i < rows.size; ++i)
      deviance += rows.prior[i] * deviance_of(fit.family, rows.response[i], mean);
  });
  return deviance;
}

}  // namespace

Status search_coefficients(ModelPasses& passes, Fit& fit, const std::function<Result<double>(const Fit&)>& show) {
  HAMDIL_TRY(const ModelPasses::Step first, passes.start());
  double before = first.deviance;
  Factorized factorized(first.equations);
  fit.kept = factorized.kept();
  fit.coefficients = spread(fit.kept, factorized.solve(first.equations.right()), passes.columns());
  if (fit.link == Link::kIdentity) {
    // What cross-products leave unexplained, as a correction: they lose half of the digits. Others take more steps,
    // each of which refines.
    HAMDIL_TRY(const Values left, passes.unexplained(fit.coefficients));
    const Values correction = factorized.solve(left);
    for (std::size_t j = 0; j < fit.kept.size(); ++j) fit.coefficients[fit.kept[j]] += correction[j];
  }
  double fall = kNaN;
  bool shown = false;
  for (fit.iterations = 1;; ++fit.iterations) {
    if (show && is_settled(before, before - fall)) {
      HAMDIL_TRY(fit.deviance, show(fit));
      shown = fit.converged = is_settled(before, fit.deviance);
      if (fit.converged) break;
    }
    HAMDIL_TRY(const ModelPasses::Step next, passes.step(fit.coefficients));
    fit.deviance = next.deviance;
    fit.converged = is_settled(before, fit.deviance);
    if (fit.converged || fit.iterations == kMaxIterations) break;
    before = fit.deviance;
    fit.before = fit.coefficients;
    factorized = Factorized(next.equations);
    fall = move(next.equations, factorized, fit.kept, fit.coefficients);
  }
  fit.bread = factorized.inverse();
  if (show && !shown) HAMDIL_CHECK(show(fit));
  return Done{};
}

Result<double> search_without(ModelPasses& passes, const Fit& whole, std::size_t all_columns,
                              const std::vector<std::size_t>& without) {
  Fit smaller;
  smaller.family = whole.family;
  smaller.link = whole.link;
  if (whole.kept.size() < all_columns) {
    HAMDIL_CHECK(search_coefficients(passes, smaller, nullptr));
    return smaller.deviance;
  }
  smaller.coefficients = remaining_start(whole, without);
  for (std::size_t c = 0; c < passes.columns(); ++c) smaller.kept.push_back(c);
  double before = kNaN;
  for (int iteration = 0; iteration <= kMaxIterations; ++iteration) {
    HAMDIL_TRY(const ModelPasses::Step next, passes.step(smaller.coefficients));
    smaller.deviance = next.deviance;
    if (is_settled(before, smaller.deviance)) break;
    before = smaller.deviance;
    move(next.equations, Factorized(next.equations), smaller.kept, smaller.coefficients);
  }
  return smaller.deviance;
}

Result<Fit> fit_glm(const SurveyDesign& design, const ModelMatrix& model, Family family, Link link, double mean_weight,
                    FitVisitor& visitor) {
  double weight = 0;
  double sum = 0;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const double response = model.response[i];
    if (!in_range(family, response))
      return Error("stats.glm.bad_response",
                   "The response lies outside the range of the family (0 to 1 for binomial, 0 and above for poisson).")
          .at({.row = model.rows[i] + 1});
    weight += design.weights()[model.rows[i]];
    sum += design.weights()[model.rows[i]] * response;
  }
  if (!(weight > 0)) return Error("stats.glm.no_rows", "No row has all the values of the model and a positive weight.");
  Fit fit;
  fit.family = family;
  fit.link = link;
  fit.mean_weight = mean_weight > 0 ? mean_weight : weight / static_cast<double>(model.rows.size());
  fit.weight = weight / fit.mean_weight;
  Rows rows(design, model, family, link, fit.mean_weight);
  fit.null_deviance = deviance_of_mean(rows, fit, fit.weight, sum / fit.mean_weight);
  HAMDIL_CHECK(search_coefficients(rows, fit, [&](const Fit& found) { return show(rows, found, visitor); }));
  return fit;
}

Result<double> deviance_of_model(const SurveyDesign& design, const ModelMatrix& model, const Fit& like) {
  Rows rows(design, model, like.family, like.link, like.mean_weight);
  Fit fit;
  fit.family = like.family;
  fit.link = like.link;
  HAMDIL_CHECK(search_coefficients(rows, fit, nullptr));
  return fit.deviance;
}

Result<double> deviance_without(const SurveyDesign& design, const ModelMatrix& model, const Fit& whole,
                                const std::vector<std::size_t>& without) {
  Rows rows(design, model, whole.family, whole.link, whole.mean_weight);
  rows.leave_out(without);
  return search_without(rows, whole, model.columns.size(), without);
}

void visit_fitted(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit, FitVisitor& visitor) {
  Rows rows(design, model, fit.family, fit.link, fit.mean_weight);
  (void)show(rows, fit, visitor);
}

void ScoreTotals::begin(const Fit& fit) {
  kept_ = fit.kept;
  scores_.emplace(design_, kept_.size());
  scores_->mark(model_.rows);
}

void ScoreTotals::visit(const FittedStretch& rows) {
  StretchColumns columns;
  for (const std::size_t column : kept_) columns.push_back(model_.columns[column].from(rows.begin));
  scores_->add_products(model_.rows.data() + rows.begin, rows.size, rows.influence, columns);
}

Totals ScoreTotals::influence(const Fit& fit) const {
  const std::size_t k = kept_.size();
  std::vector<Values> bread;
  for (std::size_t r = 0; r < k; ++r) {
    const auto line = fit.bread.values.begin() + static_cast<std::ptrdiff_t>(r * k);
    bread.emplace_back(line, line + static_cast<std::ptrdiff_t>(k));
  }
  return scores_->combine(bread);
}

Result<FitWithCovariance> fit_with_covariance(const SurveyDesign& design, const ModelMatrix& model, Family family,
                                              Link link) {
  ScoreTotals scores(design, model);
  HAMDIL_TRY(Fit fit, fit_glm(design, model, family, link, 0, scores));
  HAMDIL_TRY(Matrix matrix, covariance(design, scores.influence(fit)));
  return FitWithCovariance{std::move(fit), std::move(matrix)};
}

}  // namespace hamdil::stats::survey
