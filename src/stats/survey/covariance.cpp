#include "stats/survey/covariance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/linear_algebra.hpp"
#include "stats/survey/calibrate.hpp"
#include "stats/survey/stretch.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr double kTakenWhole = 1e-7;  // a stratum with less than this share not sampled adds nothing

using Vector = std::vector<double>;

void add_outer(Matrix& matrix, const Vector& left, const Vector& right, double factor, MatrixPart part) {
  const std::size_t k = matrix.rows;
  if (part == MatrixPart::kDiagonal) {
    for (std::size_t c = 0; c < k; ++c) matrix.at(c, c) += factor * left[c] * right[c];
    return;
  }
  for (std::size_t r = 0; r < k; ++r) {
    const double scaled = factor * left[r];
    if (scaled == 0) continue;
    for (std::size_t c = 0; c < k; ++c) matrix.at(r, c) += scaled * right[c];
  }
}

Matrix zeros(std::size_t k) { return Matrix{k, k, Vector(k * k, 0.0)}; }

// The units of one stage listed by the group they belong to.
struct Groups {
  std::vector<std::size_t> start;
  std::vector<std::size_t> units;
};

Groups by_group(const Stage& stage) {
  Groups out;
  out.start.assign(stage.groups() + 1, 0);
  for (const std::int32_t group : stage.group_of_unit) ++out.start[static_cast<std::size_t>(group) + 1];
  std::partial_sum(out.start.begin(), out.start.end(), out.start.begin());
  out.units.resize(stage.units());
  std::vector<std::size_t> next(out.start.begin(), out.start.end() - 1);
  for (std::size_t unit = 0; unit < stage.units(); ++unit)
    out.units[next[static_cast<std::size_t>(stage.group_of_unit[unit])]++] = unit;
  return out;
}

class StageCovariance {
 public:
  StageCovariance(const SurveyDesign& design, const Totals& totals, std::size_t number, MatrixPart part)
      : design_(design),
        spec_(design.spec()),
        stage_(design.stages()[number]),
        residuals_(design.calibration() != nullptr ? totals.residual_sums(number) : Vector()),
        sums_(design.calibration() != nullptr ? residuals_ : totals.sums(number)),
        present_(totals.present(number)),
        k_(totals.columns()),
        number_(number),
        groups_(by_group(stage_)),
        grand_mean_(k_, 0.0),
        distance_(k_, 0.0),
        part_(part) {
    if (spec_.lonely != LonelyRule::kAdjust) return;
    for (std::size_t unit = 0; unit < stage_.units(); ++unit)
      for (std::size_t c = 0; c < k_; ++c) grand_mean_[c] += sums_[unit * k_ + c];
    for (double& mean : grand_mean_) mean /= static_cast<double>(stage_.units());
  }

  Result<Matrix> run() {
    Matrix sum = zeros(k_);
    std::size_t held = 0;
    std::size_t usable = 0;
    for (std::size_t group = 0; group < stage_.groups(); ++group) {
      const std::size_t held_units = count_present(group);
      if (held_units == 0) continue;
      ++held;
      HAMDIL_TRY(const bool counted, add_group(group, held_units, sum));
      if (counted) ++usable;
    }
    if (spec_.lonely == LonelyRule::kAverage && usable < held) {
      const double factor = usable == 0 ? kNaN : static_cast<double>(held) / static_cast<double>(usable);
      for (double& value : sum.values) value *= factor;
    }
    return sum;
  }

 private:
  std::size_t count_present(std::size_t group) const {
    std::size_t count = 0;
    for (std::size_t i = groups_.start[group]; i < groups_.start[group + 1]; ++i) count += present_[groups_.units[i]];
    return count;
  }

  Vector totals_of(std::size_t unit) const {
    const auto first = sums_.begin() + static_cast<std::ptrdiff_t>(unit * k_);
    return Vector(first, first + static_cast<std::ptrdiff_t>(k_));
  }

  double not_sampled(std::size_t unit, double units) const {
    const double population = stage_.population_of_unit[unit];
    return std::isinf(population) ? 1.0 : (population - units) / population;
  }

  // What the second stage adds of a unit: the sampling fraction of its first-stage unit.
  double outer_fraction(std::size_t unit) const {
    if (number_ == 0) return 1.0;
    const Stage& first = design_.stages()[0];
    const auto parent = static_cast<std::size_t>(stage_.parent_of_unit[unit]);
    const double population = first.population_of_unit[parent];
    return std::isinf(population)
               ? 0.0
               : first.units_in_group[static_cast<std::size_t>(first.group_of_unit[parent])] / population;
  }

  std::string group_name(std::size_t group) const {
    return number_ == 0 ? design_.stratum_names()[group] : std::string();
  }

  // Whether the group's variance is defined (kAverage leaves single ones out).
  Result<bool> add_group(std::size_t group, std::size_t held_units, Matrix& sum) {
    const std::size_t begin = groups_.start[group];
    const std::size_t end = groups_.start[group + 1];
    const std::size_t n = end - begin;
    const double units = static_cast<double>(n);
    const double outer = outer_fraction(groups_.units[begin]);
    if (outer == 0) return true;
    bool all_taken = true;
    for (std::size_t i = begin; i < end && all_taken; ++i)
      all_taken = not_sampled(groups_.units[i], units) < kTakenWhole;
    if (all_taken) return true;
    if (n == 1) {
      if (spec_.lonely == LonelyRule::kFail)
        return Error("stats.variance.lonely_stratum",
                     "Stratum {stratum} has a single sampling unit at stage {stage}, so no variance can be computed.",
                     {{"stratum", group_name(group)}, {"stage", std::to_string(number_ + 1)}})
            .advise(
                "Join it to a neighbouring stratum, or choose how single units are treated (lonely_psu: adjust, "
                "average, certainty or remove).");
      if (spec_.lonely == LonelyRule::kAverage) return false;
      if (spec_.lonely != LonelyRule::kAdjust) return true;
    }
    const bool lonely_in_domain = held_units == 1 && n > 1 && spec_.adjust_domain_lonely;
    if (lonely_in_domain && spec_.lonely == LonelyRule::kAverage) return false;
    if (number_ == 0 && (spec_.pps == Pps::kOverton || spec_.pps == Pps::kHartleyRao) && n > 1) {
      add_unequal(begin, end, sum);
      return true;
    }
    const bool about_grand_mean = spec_.lonely == LonelyRule::kAdjust && (n == 1 || lonely_in_domain);
    const Vector centre = about_grand_mean ? grand_mean_ : mean_of(begin, end);
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t unit = groups_.units[i];
      for (std::size_t c = 0; c < k_; ++c) distance_[c] = sums_[unit * k_ + c] - centre[c];
      const double scale = not_sampled(unit, units) * (n > 1 ? units / (units - 1) : 1.0);
      add_outer(sum, distance_, distance_, scale * outer, part_);
    }
    return true;
  }

  Vector mean_of(std::size_t begin, std::size_t end) const {
    Vector mean(k_, 0.0);
    for (std::size_t i = begin; i < end; ++i)
      for (std::size_t c = 0; c < k_; ++c) mean[c] += sums_[groups_.units[i] * k_ + c];
    for (double& value : mean) value /= static_cast<double>(end - begin);
    return mean;
  }

  // Sum over pairs of (1 - p_i p_j / p_ij) t_i t_j', where p_ij = (n-1) p_i p_j / (n - a (p_i + p_j) + b). With a =
  // 1/2, b = 0 this is Overton's joint probability, with a = 1 and b = psum Hartley and Rao's. The pair term is linear
  // in p_i and p_j, so sums are enough.
  void add_unequal(std::size_t begin, std::size_t end, Matrix& sum) const {
    const double n = static_cast<double>(end - begin);
    const bool overton = spec_.pps == Pps::kOverton;
    const double constant = 1 - (n + (overton ? 0.0 : spec_.hartley_rao_psum)) / (n - 1);
    const double slope = (overton ? 0.5 : 1.0) / (n - 1);
    Vector total(k_, 0.0);
    Vector by_probability(k_, 0.0);
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t unit = groups_.units[i];
      const double p = n / stage_.population_of_unit[unit];
      const Vector own = totals_of(unit);
      for (std::size_t c = 0; c < k_; ++c) {
        total[c] += own[c];
        by_probability[c] += p * own[c];
      }
      add_outer(sum, own, own, (1 - p) - constant - 2 * slope * p, part_);
    }
    add_outer(sum, total, total, constant, part_);
    add_outer(sum, by_probability, total, slope, part_);
    add_outer(sum, total, by_probability, slope, part_);
  }

  const SurveyDesign& design_;
  const DesignSpec& spec_;
  const Stage& stage_;
  Vector residuals_;
  const std::vector<double>& sums_;
  const std::vector<std::uint8_t>& present_;
  std::size_t k_;
  std::size_t number_;
  Groups groups_;
  Vector grand_mean_;
  Vector distance_;
  MatrixPart part_;
};

}  // namespace

Totals::Totals(const SurveyDesign& design, std::size_t columns) : design_(&design), columns_(columns) {
  const std::size_t stages = design.second_stage_counts() ? 2 : 1;
  for (std::size_t stage = 0; stage < stages; ++stage) {
    sums_.emplace_back(design.stages()[stage].units() * columns, 0.0);
    present_.emplace_back(design.stages()[stage].units(), std::uint8_t{0});
  }
  if (design.calibration() != nullptr) projections_.assign(columns * design.calibration()->columns, 0.0);
}

void Totals::project(std::uint32_t row, double value, std::size_t column) {
  const Calibration& c = *design_->calibration();
  const double scaled = c.ratio.empty() ? value : value * c.ratio[row];
  for (std::size_t a = 0; a < c.width; ++a) {
    const std::size_t at = row * c.width + a;
    const std::size_t place = c.index.empty() ? a : static_cast<std::size_t>(c.index[at]);
    projections_[column * c.columns + place] += scaled * (c.value.empty() ? 1 : c.value[at]);
  }
}

std::vector<double> Totals::residual_sums(std::size_t stage) const {
  const Calibration& c = *design_->calibration();
  const Matrix coefficients = multiply(Matrix{columns_, c.columns, projections_}, c.inverse);
  const Matrix explained = multiply(c.unit_totals[stage], transpose(coefficients));
  Vector out = sums_[stage];
  for (std::size_t i = 0; i < out.size(); ++i) out[i] -= explained.values[i];
  return out;
}

void Totals::add(const RowList& rows, const std::vector<double>& values, std::size_t column) {
  for (std::size_t stage = 0; stage < sums_.size(); ++stage) {
    const std::vector<std::int32_t>& unit_of_row = design_->stages()[stage].unit_of_row;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto unit = static_cast<std::size_t>(unit_of_row[rows[i]]);
      sums_[stage][unit * columns_ + column] += values[i];
    }
  }
  if (!projections_.empty())
    for (std::size_t i = 0; i < rows.size(); ++i) project(rows[i], values[i], column);
  if (column == 0) mark(rows);
}

void Totals::add_products(const std::uint32_t* rows, std::size_t size, const double* factor,
                          const std::vector<const double*>& columns) {
  const StretchKernels& kernels = stretch_kernels();
  std::vector<const double*> from(columns_);
  for (std::size_t stage = 0; stage < sums_.size(); ++stage) {
    const std::vector<std::int32_t>& unit_of_row = design_->stages()[stage].unit_of_row;
    for (std::size_t begin = 0; begin < size;) {
      const std::int32_t unit = unit_of_row[rows[begin]];
      std::size_t end = begin + 1;
      while (end < size && unit_of_row[rows[end]] == unit) ++end;
      for (std::size_t c = 0; c < columns_; ++c) from[c] = columns[c] + begin;
      double* sums = sums_[stage].data() + static_cast<std::size_t>(unit) * columns_;
      for (std::size_t c = 0; c < columns_; c += kSideBySide)
        kernels.add_dots(end - begin, factor + begin, std::min(kSideBySide, columns_ - c), from.data() + c, sums + c);
      begin = end;
    }
  }
  if (projections_.empty()) return;
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t c = 0; c < columns_; ++c) project(rows[i], factor[i] * columns[c][i], c);
}

void Totals::mark(const RowList& rows) {
  for (std::size_t stage = 0; stage < sums_.size(); ++stage) {
    const std::vector<std::int32_t>& unit_of_row = design_->stages()[stage].unit_of_row;
    for (const std::uint32_t row : rows) present_[stage][static_cast<std::size_t>(unit_of_row[row])] = 1;
  }
}

void Totals::place(const Totals& other, std::size_t first, std::size_t step) {
  const std::size_t p = projections_.size() / std::max<std::size_t>(1, columns_);
  for (std::size_t c = 0; c < other.columns_; ++c)
    for (std::size_t j = 0; j < p; ++j) projections_[(first + c * step) * p + j] = other.projections_[c * p + j];
  for (std::size_t stage = 0; stage < sums_.size(); ++stage) {
    for (std::size_t unit = 0; unit < present_[stage].size(); ++unit) {
      for (std::size_t c = 0; c < other.columns_; ++c)
        sums_[stage][unit * columns_ + first + c * step] = other.sums_[stage][unit * other.columns_ + c];
    }
  }
}

Totals Totals::combine(const std::vector<std::vector<double>>& coefficients) const {
  Totals out(*design_, coefficients.size());
  out.present_ = present_;
  const std::size_t p = projections_.size() / std::max<std::size_t>(1, columns_);
  for (std::size_t c = 0; c < coefficients.size(); ++c)
    for (std::size_t j = 0; j < columns_; ++j)
      for (std::size_t a = 0; a < p; ++a) out.projections_[c * p + a] += coefficients[c][j] * projections_[j * p + a];
  for (std::size_t stage = 0; stage < sums_.size(); ++stage) {
    const std::size_t units = present_[stage].size();
    for (std::size_t unit = 0; unit < units; ++unit) {
      for (std::size_t c = 0; c < coefficients.size(); ++c) {
        double sum = 0;
        for (std::size_t j = 0; j < columns_; ++j) sum += coefficients[c][j] * sums_[stage][unit * columns_ + j];
        out.sums_[stage][unit * coefficients.size() + c] = sum;
      }
    }
  }
  return out;
}

Result<Matrix> covariance(const SurveyDesign& design, const Totals& totals, MatrixPart part) {
  HAMDIL_TRY(Matrix sum, StageCovariance(design, totals, 0, part).run());
  if (!design.second_stage_counts()) return sum;
  HAMDIL_TRY(const Matrix inner, StageCovariance(design, totals, 1, part).run());
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += inner.values[i];
  return sum;
}

}  // namespace hamdil::stats::survey
