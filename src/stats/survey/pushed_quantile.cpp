#include <algorithm>
#include <array>
#include <cmath>

#include "stats/survey/pushed_cells.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

constexpr double kBins = 1024;
constexpr int kMostPartings = 40;  // a parting leaves about 1/1024 of a range, and doubles are fewer than 2^64

// Values from `least` to `greatest` and their weight; nothing is known of what lies between.
struct Segment {
  double least = 0;
  double greatest = 0;
  double weight = 0;
};

// The weighted distribution function of a variable in one cell, in ascending segments.
struct PushedDistribution {
  std::vector<Segment> segments;
  double total = 0;  // does not change when segments are parted
};

class QuantilePass {
 public:
  QuantilePass(RowSums& rows, const QuantileRequest& request) : rows_(rows), request_(request) {}

  Result<ResultTable> run() {
    HAMDIL_TRY(variables_, read_variables(rows_, request_.variables, Reading::kNumbers));
    EstimateRequest cells_request;
    cells_request.by = request_.by;
    cells_request.na_rm = request_.na_rm;
    HAMDIL_TRY(cells_, sum_cells(rows_, variables_, cells_request));
    ResultTable out;
    out.level = request_.level;
    out.degf = cells_.sample.degf;
    out.n = cells_.sample.rows;
    for (std::size_t source = 0; source < variables_.size(); ++source) {
      HAMDIL_CHECK(begin(variables_[source], source));
      std::vector<std::vector<Row>> found(request_.quantiles.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        HAMDIL_TRY(found[i], rows_at(request_.quantiles[i], source));
      }
      for (std::size_t cell = 0; cell < cells_.sums.cells(); ++cell)
        for (const std::vector<Row>& row : found) out.rows.push_back(row[cell]);
    }
    return out;
  }

 private:
  // The rows of all cells that enter; those with weight 0 are no part of a distribution.
  SumRequest weighted_rows() const {
    SumRequest out = used_rows();
    out.where.push_back(call_of(">", {name_of("$weight"), number_of(0)}));
    return out;
  }
  SumRequest used_rows() const {
    SumRequest out;
    out.by = out.cell_columns = request_.by;
    out.cells = cells_.keys;
    if (request_.na_rm) keep_complete(variables_, out);
    return out;
  }

  std::size_t cell_of(const SumGroup& group) const {
    const std::vector<double> key(group.key.begin(),
                                  group.key.begin() + static_cast<std::ptrdiff_t>(request_.by.size()));
    return static_cast<std::size_t>(std::find(cells_.keys.begin(), cells_.keys.end(), key) - cells_.keys.begin());
  }

  // Looks at a variable: the range of each cell, parted once.
  Status begin(const PushedVariable& variable, std::size_t source) {
    value_ = variable.value;
    distributions_.assign(cells_.sums.cells(), {});
    defined_.assign(cells_.sums.cells(), true);
    for (std::size_t slot = 0; slot < cells_.sums.slots(); ++slot)
      if (std::isnan(cells_.sums.variables[source].sums[slot])) defined_[slot % cells_.sums.cells()] = false;
    SumRequest range = weighted_rows();
    range.extremes = {value_};
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(range));
    std::vector<Segment> whole(cells_.sums.cells());
    for (const SumGroup& group : groups) whole[cell_of(group)] = {group.least, group.greatest, group.base.weight};
    HAMDIL_TRY(const std::vector<std::vector<Segment>> parts, part(weighted_rows(), whole));
    for (std::size_t cell = 0; cell < parts.size(); ++cell) {
      long double sum = 0;
      for (const Segment& segment : parts[cell]) sum += segment.weight;
      distributions_[cell] = {parts[cell], static_cast<double>(sum)};
    }
    return Done{};
  }

  // The segments that stand in a range of each cell.
  Result<std::vector<std::vector<Segment>>> part(SumRequest asked, const std::vector<Segment>& ranges) {
    Values least;
    Values scale;
    for (const Segment& range : ranges) {
      least.push_back(range.least);
      scale.push_back(range.greatest > range.least ? kBins / (range.greatest - range.least) : 0);
    }
    asked.by_cell.push_back({"$least", least});
    asked.by_cell.push_back({"$scale", scale});
    const Expression place =
        call_of("floor", {call_of("*", {call_of("-", {value_, name_of("$least")}), name_of("$scale")})});
    asked.parted_by = {call_of("min", {place, number_of(kBins - 1)})};
    asked.extremes = {value_};
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(asked));
    std::vector<std::vector<Segment>> out(ranges.size());
    for (const SumGroup& group : groups)
      out[cell_of(group)].push_back({group.least, group.greatest, group.base.weight});
    for (std::vector<Segment>& segments : out)
      std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.least < b.least; });
    return out;
  }

  // Parts one segment of one cell further.
  Status refine(std::size_t cell, std::size_t at) {
    PushedDistribution& own = distributions_[cell];
    const Segment range = own.segments[at];
    SumRequest asked = weighted_rows();
    Values is_cell(cells_.sums.cells(), 0.0);
    is_cell[cell] = 1;
    asked.by_cell.push_back({"$here", std::move(is_cell)});
    asked.where.push_back(name_of("$here"));
    asked.where.push_back(call_of(">=", {value_, number_of(range.least)}));
    asked.where.push_back(call_of("<=", {value_, number_of(range.greatest)}));
    HAMDIL_TRY(const std::vector<std::vector<Segment>> parts,
               part(std::move(asked), std::vector<Segment>(cells_.sums.cells(), range)));
    const auto place = own.segments.erase(own.segments.begin() + static_cast<std::ptrdiff_t>(at));
    own.segments.insert(place, parts[cell].begin(), parts[cell].end());
    return Done{};
  }

  // NaN for shares outside 0 to 1.
  Result<double> quantile(std::size_t cell, double p) {
    const PushedDistribution& d = distributions_[cell];
    if (!(p >= 0 && p <= 1) || d.segments.empty()) return kNaN;
    for (int parting = 0; parting < kMostPartings; ++parting) {
      long double sum = 0;
      std::size_t next = 0;
      while (next < d.segments.size() && !(static_cast<double>(sum + d.segments[next].weight) > p * d.total))
        sum += d.segments[next++].weight;
      if (next == 0 && d.segments[0].least == d.segments[0].greatest) return d.segments[0].least;
      if (next == d.segments.size()) return d.segments.back().greatest;
      if (d.segments[next].least == d.segments[next].greatest)
        return quantile_at_step(request_.rule, d.segments[next - 1].greatest, d.segments[next].least,
                                p - static_cast<double>(sum) / d.total == 0);
      HAMDIL_CHECK(refine(cell, next));
    }
    return kNaN;
  }

  // Shares of the values up to each cell's quantile, with their variances.
  Result<std::vector<ShareWithVariance>> shares_up_to(const Values& quantiles) {
    SumRequest asked = used_rows();
    asked.by_unit = true;
    asked.by_cell.push_back({"$quantile", quantiles});
    asked.weighted = {call_of("<=", {value_, name_of("$quantile")})};
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(asked));
    const CellSums& sums = cells_.sums;
    CellSums shares{sums.units, sums.labels, {{"", "", "", 0, -1}}, sums.all, sums.used, {{}}, 0, 0};
    shares.variables[0].sums.assign(sums.slots(), 0.0);
    shares.variables[0].unanswered.assign(sums.cells(), 0.0);
    for (const SumGroup& group : groups)
      shares.variables[0].sums[group.unit * sums.cells() + cell_of(group)] = group.weighted[0];
    EstimateRequest request;
    request.by = request_.by;
    HAMDIL_TRY(const ResultTable table, estimate_from_sums(rows_.design(), shares, request));
    std::vector<ShareWithVariance> out;
    for (const Row& row : table.rows) out.push_back({row.estimate, row.se * row.se});
    return out;
  }

  // One row a cell.
  Result<std::vector<Row>> rows_at(double p, std::size_t source) {
    const CellSums& sums = cells_.sums;
    Values estimates(sums.cells(), 0.0);
    for (std::size_t cell = 0; cell < sums.cells(); ++cell) {
      if (!defined_[cell] || distributions_[cell].segments.empty()) continue;
      HAMDIL_TRY(estimates[cell], quantile(cell, p));
    }
    HAMDIL_TRY(const std::vector<ShareWithVariance> shares, shares_up_to(estimates));
    std::vector<Row> out;
    for (std::size_t cell = 0; cell < sums.cells(); ++cell) {
      Row row;
      row.at = p;
      const CellBase base = cell_base(rows_.design(), sums, cell);
      if (defined_[cell] && base.sum.rows > 0) {
        const Range limits = woodruff_shares(shares[cell], request_.interval, request_.level, base.used_degf,
                                             static_cast<double>(base.sum.rows));
        HAMDIL_TRY(const double lower, quantile(cell, limits.lower));
        HAMDIL_TRY(const double upper, quantile(cell, limits.upper));
        fill_quantile(row, estimates[cell], {lower, upper}, request_.level, base.used_degf);
      }
      row.degf_domain = base.degf;
      row.term = row.variable = sums.terms[source].variable;
      row.by = sums.labels[cell];
      fill_base(row, base, sums.variables[source].unanswered[cell]);
      add_estimate_flags(row, base.lonely);
      out.push_back(std::move(row));
    }
    return out;
  }

  RowSums& rows_;
  const QuantileRequest& request_;
  std::vector<PushedVariable> variables_;
  PushedCells cells_;
  Expression value_;
  std::vector<PushedDistribution> distributions_;  // by cell
  std::vector<bool> defined_;                      // by cell: no answer is missing
};

}  // namespace

Result<ResultTable> estimate_quantiles(RowSums& rows, const QuantileRequest& request) {
  constexpr std::array kRules = {QuantileRule::kMath, QuantileRule::kSchool, QuantileRule::kHf1, QuantileRule::kHf2};
  if (std::find(kRules.begin(), kRules.end(), request.rule) == kRules.end())
    return not_pushed("qrule", quantile_rule_name(request.rule), "math, school, hf1 and hf2");
  if (request.interval == QuantileInterval::kScore)
    return not_pushed("interval", "score", "mean, beta, xlogit and asin");
  return QuantilePass(rows, request).run();
}

}  // namespace hamdil::stats::survey
