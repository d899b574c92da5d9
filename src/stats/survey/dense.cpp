#include "stats/survey/dense.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <thread>

namespace hamdil::stats::survey {
namespace {

constexpr std::size_t kMostSlots = std::size_t{1} << 22;
constexpr std::size_t kBlock =
    4;  // numbers summed side by side, so that index and weight are read once for all of them

using Values = std::vector<double>;
using Slots = std::vector<std::int32_t>;

// Where each row's contribution goes: unit * cells + cell. Rows outside, and rows left out because a value is missing
// (NaN), go to one slot more, which nobody reads.
struct Layout {
  Slots slot_of_row;
  const Slots* borrowed = nullptr;  // the design's own units, when there is no breakdown and no domain
  bool whole_sample() const { return borrowed != nullptr; }
  const Slots& slots_of_rows() const { return borrowed != nullptr ? *borrowed : slot_of_row; }
  std::size_t units = 0;
  std::vector<std::vector<std::pair<std::string, std::string>>> labels;  // by cell
  std::size_t cells() const { return labels.size(); }
  std::size_t slots() const { return units * cells(); }
};

// Keys of the breakdown, the first variable fastest; -1 where a label is missing or the row is outside.
struct Keys {
  Slots key_of_row;
  std::vector<std::vector<std::pair<std::string, std::string>>> labels;  // by key
};

Result<std::optional<Keys>> make_keys(const data::Table& table, const std::vector<std::string>& by, const RowList& rows,
                                      std::size_t all_rows_count) {
  std::vector<Encoded> encoded;
  std::size_t product = 1;
  for (const std::string& name : by) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    encoded.push_back(encode(*column));
    product *= std::max<std::size_t>(1, encoded.back().names.size());
    if (product > kMostSlots) return std::optional<Keys>();
  }
  Keys keys;
  const bool everyone = rows.size() == all_rows_count;
  if (everyone && encoded.size() == 1) {
    keys.key_of_row = std::move(encoded[0].codes);
  } else {
    keys.key_of_row.assign(all_rows_count, everyone ? 0 : -1);
    if (!everyone)
      for (const std::uint32_t row : rows) keys.key_of_row[row] = 0;
    std::size_t step = 1;
    for (const Encoded& one : encoded) {
      for (std::size_t row = 0; row < all_rows_count; ++row) {
        std::int32_t& key = keys.key_of_row[row];
        const std::int32_t code = one.codes[row];
        key = key < 0 || code < 0 ? -1 : key + code * static_cast<std::int32_t>(step);
      }
      step *= std::max<std::size_t>(1, one.names.size());
    }
  }
  keys.labels.resize(product);
  for (std::size_t key = 0; key < product; ++key) {
    std::size_t rest = key;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const std::size_t levels = std::max<std::size_t>(1, encoded[i].names.size());
      if (!encoded[i].names.empty()) keys.labels[key].emplace_back(by[i], encoded[i].names[rest % levels]);
      rest /= levels;
    }
  }
  return std::optional<Keys>(std::move(keys));
}

Result<std::optional<Layout>> make_layout(const SurveyDesign& design, const data::Table& table,
                                          const std::vector<std::string>& by, const RowList& rows) {
  if (by.empty() && rows.size() == design.rows()) {
    Layout whole;
    whole.borrowed = &design.stages()[0].unit_of_row;
    whole.units = design.stages()[0].units();
    whole.labels.resize(1);
    return whole.slots() > kMostSlots ? std::optional<Layout>() : std::optional<Layout>(std::move(whole));
  }
  HAMDIL_TRY(std::optional<Keys> keys, make_keys(table, by, rows, design.rows()));
  if (!keys) return std::optional<Layout>();
  std::vector<std::int32_t> cell_of_key(keys->labels.size(), -1);
  for (const std::int32_t key : keys->key_of_row)
    if (key >= 0) cell_of_key[static_cast<std::size_t>(key)] = 0;
  Layout layout;
  for (std::size_t key = 0; key < cell_of_key.size(); ++key) {
    if (cell_of_key[key] < 0 && !by.empty()) continue;
    cell_of_key[key] = static_cast<std::int32_t>(layout.labels.size());
    layout.labels.push_back(std::move(keys->labels[key]));
  }
  const Stage& stage = design.stages()[0];
  layout.units = stage.units();
  if (layout.slots() > kMostSlots) return std::optional<Layout>();
  const auto cells = static_cast<std::int32_t>(layout.cells());
  const auto outside = static_cast<std::int32_t>(layout.slots());
  layout.slot_of_row = std::move(keys->key_of_row);
  for (std::size_t row = 0; row < layout.slot_of_row.size(); ++row) {
    std::int32_t& slot = layout.slot_of_row[row];
    slot = slot < 0 ? outside : stage.unit_of_row[row] * cells + cell_of_key[static_cast<std::size_t>(slot)];
  }
  return std::optional<Layout>(std::move(layout));
}

// What the rows of a slot amount to, whatever the variable.
using Base = SurveyDesign::UnitBase;

std::vector<Base> sum_base(const Slots& slots, const Values& weights, std::size_t count) {
  std::vector<Base> out(count + 1);
  for (std::size_t row = 0; row < slots.size(); ++row) {
    Base& base = out[static_cast<std::size_t>(slots[row])];
    const double weight = weights[row];
    base.weight += weight;
    base.square += weight * weight;
    ++base.rows;
    base.positive += weight != 0;
  }
  return out;
}

template <std::size_t kColumns>
void sum_numbers(const Slots& slots, const Values& weights, const std::array<const double*, kColumns>& columns,
                 double* sums) {
  const std::int32_t* slot = slots.data();
  const double* weight = weights.data();
  const std::size_t rows = slots.size();
  for (std::size_t row = 0; row < rows; ++row) {
    double* target = sums + static_cast<std::size_t>(slot[row]) * kColumns;
    for (std::size_t c = 0; c < kColumns; ++c) target[c] += weight[row] * columns[c][row];
  }
}

// The whole sample without breakdown, rows sorted by unit: four running sums a stretch, joined in a fixed order.
void sum_runs(const std::vector<SurveyDesign::Run>& runs, const Values& weights, const double* values, double* sums) {
  const double* weight = weights.data();
  for (const SurveyDesign::Run& run : runs) {
    std::array<double, 4> partial{};
    std::size_t row = run.begin;
    for (; row + 4 <= run.end; row += 4)
      for (std::size_t i = 0; i < 4; ++i) partial[i] += weight[row + i] * values[row + i];
    for (; row < run.end; ++row) partial[0] += weight[row] * values[row];
    sums[run.unit] += (partial[0] + partial[1]) + (partial[2] + partial[3]);
  }
}

// Sums of a variable's terms by slot (slots x terms), and unweighted rows by cell and level.
struct VariableSums {
  std::size_t terms = 1;
  Values sums;
  std::vector<std::uint32_t> rows;  // cells x levels, of categories
};

class DenseEstimate {
 public:
  DenseEstimate(const SurveyDesign& design, const Terms& terms, const EstimateRequest& request, Layout layout)
      : design_(design), terms_(terms), request_(request), layout_(std::move(layout)) {}

  // Nothing when a value is missing and na_rm does not say to drop it.
  Result<std::optional<ResultTable>> run(const RowList& rows) {
    if (layout_.whole_sample()) {
      all_ = design_.unit_bases();
      all_.emplace_back();
    } else {
      all_ = sum_base(layout_.slot_of_row, design_.weights(), layout_.slots());
    }
    if (!leave_out_missing()) return std::optional<ResultTable>();
    used_ = any_missing_ ? sum_base(layout_.slot_of_row, design_.weights(), layout_.slots()) : all_;
    ResultTable out;
    out.level = request_.level;
    out.degf = degrees_of_freedom(design_, rows);
    out.n = rows.size();
    sum_all();
    out.rows.resize(terms_.size() * layout_.cells());
    for (std::size_t cell = 0; cell < layout_.cells(); ++cell) HAMDIL_CHECK(estimate_cell(cell, out));
    return std::optional<ResultTable>(std::move(out));
  }

 private:
  bool leave_out_missing() {
    const auto outside = static_cast<std::int32_t>(layout_.slots());
    Slots kept;
    for (std::size_t source = 0; source < terms_.sources(); ++source) {
      if (!terms_.has_missing(source)) continue;
      if (kept.empty()) kept = layout_.slots_of_rows();
      for (std::size_t row = 0; row < kept.size(); ++row) {
        if (!terms_.is_missing(source, row)) continue;
        if (!request_.na_rm && kept[row] != outside) return false;
        kept[row] = outside;
      }
    }
    any_missing_ = !kept.empty();
    if (!any_missing_) return true;
    before_missing_ = layout_.slots_of_rows();
    layout_.slot_of_row = std::move(kept);
    layout_.borrowed = nullptr;
    return true;
  }

  // Blocks of numbers and single categories are independent pieces of work; each is summed by one thread from first row
  // to last.
  void sum_all() {
    std::vector<std::vector<std::size_t>> work;
    for (std::size_t source = 0; source < terms_.sources(); ++source) {
      const bool number = !terms_.is_category(source);
      const bool join =
          number && !work.empty() && !terms_.is_category(work.back().front()) && work.back().size() < kBlock;
      if (join)
        work.back().push_back(source);
      else
        work.push_back({source});
    }
    sums_.resize(terms_.sources());
    std::atomic<std::size_t> next{0};
    const auto labour = [&] {
      for (std::size_t i = next++; i < work.size(); i = next++) sum_work(work[i]);
    };
    const std::size_t wanted =
        request_.threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : request_.threads;
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < std::min(wanted, work.size()); ++i) helpers.emplace_back(labour);
    labour();
    for (std::thread& helper : helpers) helper.join();
  }

  void sum_work(const std::vector<std::size_t>& sources) {
    if (terms_.is_category(sources.front())) return sum_category(sources.front());
    const std::size_t slots = layout_.slots() + 1;
    if (sources.size() == kBlock) {
      std::array<const double*, kBlock> columns{};
      for (std::size_t c = 0; c < kBlock; ++c) columns[c] = terms_.numbers(sources[c]).data();
      Values sums(slots * kBlock, 0.0);
      sum_numbers<kBlock>(layout_.slots_of_rows(), design_.weights(), columns, sums.data());
      for (std::size_t c = 0; c < kBlock; ++c) {
        VariableSums& own = sums_[sources[c]];
        own.sums.resize(slots);
        for (std::size_t slot = 0; slot < slots; ++slot) own.sums[slot] = sums[slot * kBlock + c];
      }
      return;
    }
    for (const std::size_t source : sources) {
      sums_[source].sums.assign(slots, 0.0);
      if (layout_.whole_sample() && !any_missing_ && !design_.runs().empty()) {
        sum_runs(design_.runs(), design_.weights(), terms_.numbers(source).data(), sums_[source].sums.data());
        continue;
      }
      sum_numbers<1>(layout_.slots_of_rows(), design_.weights(), {terms_.numbers(source).data()},
                     sums_[source].sums.data());
    }
  }

  void sum_category(std::size_t source) {
    const std::vector<std::int32_t>& codes = terms_.codes(source);
    const std::size_t levels = terms_.levels(source);
    VariableSums& own = sums_[source];
    own.terms = levels;
    own.sums.assign((layout_.slots() + 1) * levels, 0.0);
    own.rows.assign(layout_.cells() * levels, 0);
    const auto outside = static_cast<std::int32_t>(layout_.slots());
    const Slots& slots = layout_.slots_of_rows();
    for (std::size_t row = 0; row < codes.size(); ++row) {
      const std::int32_t slot = slots[row];
      if (slot == outside) continue;
      const auto code = static_cast<std::size_t>(codes[row]);
      const double weight = design_.weights()[row];
      own.sums[static_cast<std::size_t>(slot) * levels + code] += weight;
      own.rows[static_cast<std::size_t>(slot) % layout_.cells() * levels + code] += weight != 0;
    }
  }

  struct CellBase {
    Base sum;
    std::size_t clusters = 0;
    double degf = kNaN;
    std::size_t all_rows = 0;
    bool lonely = false;
  };

  CellBase cell_base(std::size_t cell) const {
    CellBase out;
    const Stage& stage = design_.stages()[0];
    std::vector<bool> held(stage.groups(), false);
    std::size_t units = 0;
    std::size_t groups = 0;
    for (std::size_t unit = 0; unit < layout_.units; ++unit) {
      const Base& all = all_[unit * layout_.cells() + cell];
      const Base& used = used_[unit * layout_.cells() + cell];
      const auto group = static_cast<std::size_t>(stage.group_of_unit[unit]);
      out.all_rows += all.rows;
      out.sum.weight += used.weight;
      out.sum.square += used.square;
      out.sum.rows += used.rows;
      out.sum.positive += used.positive;
      out.clusters += used.positive > 0;
      out.lonely = out.lonely || (used.rows > 0 && stage.units_in_group[group] == 1);
      if (all.positive == 0) continue;
      ++units;
      groups += !held[group];
      held[group] = true;
    }
    out.degf = static_cast<double>(units) - static_cast<double>(groups);
    return out;
  }

  double sum_at(std::size_t term, std::size_t slot) const {
    const Term& what = terms_.list()[term];
    const VariableSums& own = sums_[what.source];
    return own.sums[slot * own.terms + (what.code < 0 ? 0 : static_cast<std::size_t>(what.code))];
  }

  Status estimate_cell(std::size_t cell, ResultTable& out) {
    const CellBase base = cell_base(cell);
    const std::size_t columns = terms_.size();
    const bool mean = request_.quantity == Quantity::kMean;
    Totals totals(design_, columns);
    Values estimates(columns, 0.0);
    for (std::size_t unit = 0; unit < layout_.units; ++unit)
      for (std::size_t term = 0; term < columns; ++term) estimates[term] += sum_at(term, unit * layout_.cells() + cell);
    for (double& estimate : estimates) {
      if (mean)
        estimate /= base.sum.weight;
      else if (base.sum.rows == 0)
        estimate = kNaN;
    }
    for (std::size_t unit = 0; unit < layout_.units; ++unit) {
      const std::size_t slot = unit * layout_.cells() + cell;
      if (used_[slot].rows == 0) continue;
      totals.mark_unit(unit);
      for (std::size_t term = 0; term < columns; ++term) {
        const double sum = sum_at(term, slot);
        totals.set(unit, term, mean ? (sum - estimates[term] * used_[slot].weight) / base.sum.weight : sum);
      }
    }
    const bool whole = request_.by.empty();
    HAMDIL_TRY(Matrix matrix, covariance(design_, totals, whole ? MatrixPart::kAll : MatrixPart::kDiagonal));
    for (std::size_t term = 0; term < columns; ++term)
      out.rows[term * layout_.cells() + cell] =
          describe(term, cell, base, estimates[term], matrix.at(term, term), out.degf);
    if (whole) out.vcov = std::move(matrix);
    return Done{};
  }

  Row describe(std::size_t term, std::size_t cell, const CellBase& base, double estimate, double variance,
               double degf) {
    const Term& what = terms_.list()[term];
    Row row;
    row.term = what.term;
    row.variable = what.variable;
    row.level = what.level;
    row.by = layout_.labels[cell];
    row.estimate = estimate;
    row.base_rows = base.sum.positive;
    row.base_clusters = base.clusters;
    row.base_weight = base.sum.weight;
    row.missing_rows = base.all_rows - base.sum.rows;
    row.cell_rows =
        what.code < 0 ? row.base_rows
                      : sums_[what.source].rows[cell * sums_[what.source].terms + static_cast<std::size_t>(what.code)];
    row.degf_domain = request_.by.empty() ? degf : base.degf;
    fill_intervals(row, variance, row.degf_domain, request_.level);
    row.ci_t_domain = row.ci_t;
    if (!request_.by.empty()) fill_intervals(row, variance, degf, request_.level);
    add_base_flags(row, base.sum.square, unanswered_share(what.source, cell));
    add_estimate_flags(row, base.lonely);
    return row;
  }

  // Refused, don't know and blank among those asked, by cell; counted once a variable.
  double unanswered_share(std::size_t source, std::size_t cell) {
    if (refusals_.size() < terms_.sources()) refusals_.resize(terms_.sources());
    std::vector<RefusalCount>& counts = refusals_[source];
    if (counts.empty()) count_refusals(source, counts);
    return counts[cell].asked == 0
               ? 0
               : static_cast<double>(counts[cell].unanswered) / static_cast<double>(counts[cell].asked);
  }

  struct RefusalCount {
    std::size_t asked = 0;
    std::size_t unanswered = 0;
  };

  void count_refusals(std::size_t source, std::vector<RefusalCount>& counts) const {
    counts.resize(layout_.cells());
    for (std::size_t unit = 0; unit < layout_.units; ++unit)
      for (std::size_t cell = 0; cell < layout_.cells(); ++cell)
        counts[cell].asked += all_[unit * layout_.cells() + cell].rows;
    const std::vector<data::Missing>& reasons = terms_.column(source).missing;
    const Slots& slots = any_missing_ ? before_missing_ : layout_.slots_of_rows();
    for (std::size_t row = 0; row < reasons.size(); ++row) {
      if (reasons[row] == data::Missing::kPresent || slots[row] == static_cast<std::int32_t>(layout_.slots())) continue;
      RefusalCount& count = counts[static_cast<std::size_t>(slots[row]) % layout_.cells()];
      if (was_asked(reasons[row]))
        ++count.unanswered;
      else
        --count.asked;
    }
  }

  const SurveyDesign& design_;
  const Terms& terms_;
  const EstimateRequest& request_;
  Layout layout_;
  Slots before_missing_;  // the layout before missing rows were put outside
  bool any_missing_ = false;
  std::vector<Base> all_;
  std::vector<Base> used_;
  std::vector<VariableSums> sums_;
  std::vector<std::vector<RefusalCount>> refusals_;
};

bool is_dense_kind(const SurveyDesign& design, const EstimateRequest& request) {
  return request.quantity != Quantity::kRatio && request.deff == Deff::kNone &&
         !(request.covmat && !request.by.empty()) && !design.second_stage_counts() && design.rows() > 0 &&
         design.stages()[0].units() * 2 < design.rows();
}

}  // namespace

Result<std::optional<ResultTable>> estimate_dense(const SurveyDesign& design, const data::Table& table,
                                                  const RowList& rows, const EstimateRequest& request) {
  if (!is_dense_kind(design, request)) return std::optional<ResultTable>();
  HAMDIL_TRY(const Terms terms, Terms::make(table, request.variables, request.reading));
  HAMDIL_TRY(std::optional<Layout> layout, make_layout(design, table, request.by, rows));
  if (!layout) return std::optional<ResultTable>();
  return DenseEstimate(design, terms, request, *std::move(layout)).run(rows);
}

}  // namespace hamdil::stats::survey
