#include "stats/survey/cell_sums.hpp"

#include <cmath>

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;
using Base = CellSums::Base;

void add(Base& sum, const Base& other) {
  sum.weight += other.weight;
  sum.square += other.square;
  sum.rows += other.rows;
  sum.positive += other.positive;
}

class CellEstimates {
 public:
  CellEstimates(const SurveyDesign& design, const CellSums& sums, const EstimateRequest& request)
      : design_(design), sums_(sums), request_(request), columns_(is_ratio() ? 1 : sums.terms.size()) {}

  Result<ResultTable> run() {
    ResultTable out;
    out.level = request_.level;
    out.degf = sums_.degf;
    out.n = sums_.rows;
    out.rows.resize(columns_ * sums_.cells());
    const bool across = request_.covmat && !request_.by.empty();
    Totals joint(design_, across ? out.rows.size() : 0);
    for (std::size_t unit = 0; across && unit < sums_.units; ++unit)
      if (sums_.held[unit] != 0) joint.mark_unit(unit);
    for (std::size_t cell = 0; cell < sums_.cells(); ++cell) {
      HAMDIL_TRY(const Totals totals, estimate_cell(cell, out));
      if (across) joint.place(totals, cell, sums_.cells());
    }
    if (across) {
      HAMDIL_TRY(out.vcov, covariance(design_, joint));
    }
    return out;
  }

 private:
  bool is_ratio() const { return request_.quantity == Quantity::kRatio; }
  std::size_t slot(std::size_t unit, std::size_t cell) const { return unit * sums_.cells() + cell; }

  // What sums of influences are divided by: the weights of a mean, the denominator of a ratio.
  double scale_of(std::size_t cell, const Base& base) const {
    if (request_.quantity == Quantity::kTotal) return 1;
    if (!is_ratio()) return base.weight;
    double sum = 0;
    for (std::size_t unit = 0; unit < sums_.units; ++unit) sum += sums_.sum_at(1, slot(unit, cell));
    return sum;
  }

  Values estimates(const Base& base, std::size_t cell, double scale) const {
    Values out(columns_, 0.0);
    for (std::size_t unit = 0; unit < sums_.units; ++unit)
      for (std::size_t term = 0; term < columns_; ++term) out[term] += sums_.sum_at(term, slot(unit, cell));
    for (double& estimate : out) {
      if (request_.quantity != Quantity::kTotal)
        estimate /= scale;
      else if (base.rows == 0)
        estimate = kNaN;
    }
    return out;
  }

  Result<Totals> estimate_cell(std::size_t cell, ResultTable& out) const {
    const CellBase base = cell_base(design_, sums_, cell);
    const double scale = scale_of(cell, base.sum);
    const Values found = estimates(base.sum, cell, scale);
    Totals totals(design_, columns_);
    for (std::size_t unit = 0; unit < sums_.units; ++unit) {
      const Base& used = sums_.used[slot(unit, cell)];
      if (used.rows == 0) continue;
      totals.mark_unit(unit);
      const double beside = is_ratio() ? sums_.sum_at(1, slot(unit, cell)) : used.weight;
      for (std::size_t term = 0; term < columns_; ++term) {
        const double sum = sums_.sum_at(term, slot(unit, cell));
        const bool total = request_.quantity == Quantity::kTotal;
        totals.set(unit, term, total ? sum : (sum - found[term] * beside) / scale);
      }
    }
    const bool whole = request_.by.empty();
    HAMDIL_TRY(Matrix matrix, covariance(design_, totals, whole ? MatrixPart::kAll : MatrixPart::kDiagonal));
    for (std::size_t term = 0; term < columns_; ++term) {
      Row& row = out.rows[term * sums_.cells() + cell];
      row = describe(term, cell, base, found[term], matrix.at(term, term), out.degf);
      if (request_.deff != Deff::kNone)
        row.deff = design_effect(matrix.at(term, term), simple_variance(term, cell, base.sum, scale));
    }
    if (whole) out.vcov = std::move(matrix);
    return totals;
  }

  double simple_variance(std::size_t term, std::size_t cell, const Base& base, double scale) const {
    return simple_random_variance(sums_.simple_squares[term * sums_.cells() + cell], base.positive, base.weight,
                                  request_.deff, scale);
  }

  Row describe(std::size_t term, std::size_t cell, const CellBase& base, double estimate, double variance,
               double degf) const {
    const Term& what = sums_.terms[term];
    const VariableSums& own = sums_.variables[what.source];
    Row row;
    row.term = is_ratio() ? what.variable + "/" + sums_.terms[1].variable : what.term;
    row.variable = what.variable;
    row.level = what.level;
    row.by = sums_.labels[cell];
    row.estimate = estimate;
    fill_base(row, base, own.unanswered[cell]);
    if (what.code >= 0) row.cell_rows = own.rows[cell * own.terms + static_cast<std::size_t>(what.code)];
    row.degf_domain = request_.by.empty() ? degf : base.degf;
    fill_intervals(row, variance, row.degf_domain, request_.level);
    row.ci_t_domain = row.ci_t;
    if (!request_.by.empty()) fill_intervals(row, variance, degf, request_.level);
    add_estimate_flags(row, base.lonely);
    return row;
  }

  const SurveyDesign& design_;
  const CellSums& sums_;
  const EstimateRequest& request_;
  std::size_t columns_;
};

}  // namespace

CellBase cell_base(const SurveyDesign& design, const CellSums& sums, std::size_t cell) {
  CellBase out;
  const Stage& stage = design.stages()[0];
  std::vector<bool> held(stage.groups(), false);
  std::vector<bool> used_held(stage.groups(), false);
  std::size_t units = 0;
  std::size_t groups = 0;
  std::size_t used_groups = 0;
  for (std::size_t unit = 0; unit < sums.units; ++unit) {
    const Base& all = sums.all[unit * sums.cells() + cell];
    const Base& used = sums.used[unit * sums.cells() + cell];
    const auto group = static_cast<std::size_t>(stage.group_of_unit[unit]);
    out.all_rows += all.rows;
    add(out.sum, used);
    out.lonely = out.lonely || (used.rows > 0 && stage.units_in_group[group] == 1);
    if (all.positive == 0) continue;
    ++units;
    groups += !held[group];
    held[group] = true;
    if (used.positive == 0) continue;
    ++out.clusters;
    used_groups += !used_held[group];
    used_held[group] = true;
  }
  out.degf = static_cast<double>(units) - static_cast<double>(groups);
  out.used_degf = static_cast<double>(out.clusters) - static_cast<double>(used_groups);
  return out;
}

void fill_base(Row& row, const CellBase& base, double unanswered_share) {
  row.base_rows = row.cell_rows = base.sum.positive;
  row.base_clusters = base.clusters;
  row.base_weight = base.sum.weight;
  row.missing_rows = base.all_rows - base.sum.rows;
  add_base_flags(row, base.sum.square, unanswered_share);
}

Result<ResultTable> estimate_from_sums(const SurveyDesign& design, const CellSums& sums,
                                       const EstimateRequest& request) {
  return CellEstimates(design, sums, request).run();
}

}  // namespace hamdil::stats::survey
