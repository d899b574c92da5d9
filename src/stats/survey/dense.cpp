#include "stats/survey/dense.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>

#include "stats/survey/cell_sums.hpp"
#include "stats/survey/dense_layout.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr std::size_t kBlock =
    4;  // numbers summed side by side, so that index and weight are read once for all of them

using Values = std::vector<double>;
using Base = CellSums::Base;

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

// A missing number adds nothing.
inline double known(double value) { return value == value ? value : 0.0; }
template <bool kMissing>
inline double known_if(double value) {
  return kMissing ? known(value) : value;
}

template <std::size_t kColumns, bool kMissing>
void sum_numbers(const Slots& slots, const Values& weights, const std::array<const double*, kColumns>& columns,
                 double* sums) {
  const std::int32_t* slot = slots.data();
  const double* weight = weights.data();
  const std::size_t rows = slots.size();
  for (std::size_t row = 0; row < rows; ++row) {
    double* target = sums + static_cast<std::size_t>(slot[row]) * kColumns;
    for (std::size_t c = 0; c < kColumns; ++c) target[c] += weight[row] * known_if<kMissing>(columns[c][row]);
  }
}

// The whole sample without breakdown, rows sorted by unit: four running sums a stretch, joined in a fixed order.
template <bool kMissing>
void sum_runs(const std::vector<SurveyDesign::Run>& runs, const Values& weights, const double* values, double* sums) {
  const double* weight = weights.data();
  for (const SurveyDesign::Run& run : runs) {
    std::array<double, 4> partial{};
    std::size_t row = run.begin;
    for (; row + 4 <= run.end; row += 4)
      for (std::size_t i = 0; i < 4; ++i) partial[i] += weight[row + i] * known_if<kMissing>(values[row + i]);
    for (; row < run.end; ++row) partial[0] += weight[row] * known_if<kMissing>(values[row]);
    sums[run.unit] += (partial[0] + partial[1]) + (partial[2] + partial[3]);
  }
}

// Adds the rows whose number is missing, without a branch a row.
void find_missing(const Values& numbers, std::vector<std::uint32_t>& rows) {
  std::array<std::uint32_t, 1024> found;
  for (std::size_t begin = 0; begin < numbers.size(); begin += found.size()) {
    const std::size_t end = std::min(begin + found.size(), numbers.size());
    std::size_t count = 0;
    for (std::size_t row = begin; row < end; ++row) {
      found[count] = static_cast<std::uint32_t>(row);
      count += numbers[row] != numbers[row] ? 1 : 0;
    }
    rows.insert(rows.end(), found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

class DensePass {
 public:
  DensePass(const SurveyDesign& design, const Terms& terms, const EstimateRequest& request, DenseLayout layout)
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
    if (any_missing_)
      used_ = sum_base(layout_.slot_of_row, design_.weights(), layout_.slots());
    else
      take_left_out_from_base();
    sum_all();
    if (terms_.sources() > 1) take_left_out_from_sums();
    for (std::size_t source = 0; source < terms_.sources(); ++source) count_refusals(source);
    CellSums out{layout_.units,    layout_.labels,   terms_.list(), std::move(all_),
                 std::move(used_), std::move(sums_), rows.size(),   degrees_of_freedom(design_, rows)};
    HAMDIL_TRY(ResultTable table, estimate_from_sums(design_, out, request_));
    return std::optional<ResultTable>(std::move(table));
  }

 private:
  // Numbers of which less than half are missing: the rows left out are listed and taken from the sums afterwards.
  bool list_left_out() {
    for (std::size_t source = 0; source < terms_.sources(); ++source)
      if (terms_.is_category(source)) return false;
    for (std::size_t source = 0; source < terms_.sources(); ++source)
      if (terms_.has_missing(source)) find_missing(terms_.numbers(source), left_out_);
    if (terms_.sources() > 1) {
      std::sort(left_out_.begin(), left_out_.end());
      left_out_.erase(std::unique(left_out_.begin(), left_out_.end()), left_out_.end());
    }
    const Slots& slots = layout_.slots_of_rows();
    const auto outside = static_cast<std::int32_t>(layout_.slots());
    if (!layout_.whole_sample()) std::erase_if(left_out_, [&](std::uint32_t row) { return slots[row] == outside; });
    if (left_out_.size() * 2 <= slots.size()) return true;
    left_out_.clear();
    return false;
  }

  void take_left_out_from_base() {
    used_ = all_;
    for (const std::uint32_t row : left_out_) {
      Base& base = used_[static_cast<std::size_t>(layout_.slots_of_rows()[row])];
      const double weight = design_.weights()[row];
      base.weight -= weight;
      base.square -= weight * weight;
      --base.rows;
      base.positive -= weight != 0;
      if (base.positive == 0) base.weight = base.square = 0;
    }
  }

  void take_left_out_from_sums() {
    for (const std::uint32_t row : left_out_) {
      const auto slot = static_cast<std::size_t>(layout_.slots_of_rows()[row]);
      for (std::size_t source = 0; source < terms_.sources(); ++source)
        sums_[source].sums[slot] -= design_.weights()[row] * known(terms_.numbers(source)[row]);
    }
  }

  bool leave_out_missing() {
    if (list_left_out()) return left_out_.empty() || request_.na_rm;
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
      const auto sum = left_out_.empty() ? sum_numbers<kBlock, false> : sum_numbers<kBlock, true>;
      sum(layout_.slots_of_rows(), design_.weights(), columns, sums.data());
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
        const auto sum = left_out_.empty() ? sum_runs<false> : sum_runs<true>;
        sum(design_.runs(), design_.weights(), terms_.numbers(source).data(), sums_[source].sums.data());
        continue;
      }
      const auto sum = left_out_.empty() ? sum_numbers<1, false> : sum_numbers<1, true>;
      sum(layout_.slots_of_rows(), design_.weights(), {terms_.numbers(source).data()}, sums_[source].sums.data());
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

  struct RefusalCount {
    std::size_t asked = 0;
    std::size_t unanswered = 0;
  };

  // Refused, don't know and blank among those asked, by cell.
  void count_refusals(std::size_t source) {
    std::vector<RefusalCount> counts(layout_.cells());
    for (std::size_t unit = 0; unit < layout_.units; ++unit)
      for (std::size_t cell = 0; cell < layout_.cells(); ++cell)
        counts[cell].asked += all_[unit * layout_.cells() + cell].rows;
    const std::vector<data::Missing>& reasons = terms_.column(source).missing;
    const Slots& slots = any_missing_ ? before_missing_ : layout_.slots_of_rows();
    for (std::size_t row = 0; row < reasons.size(); ++row) {
      std::uint64_t eight = 1;
      if (row + sizeof eight <= reasons.size()) std::memcpy(&eight, &reasons[row], sizeof eight);
      if (eight == 0) row += sizeof eight - 1;
      if (eight == 0 || reasons[row] == data::Missing::kPresent ||
          slots[row] == static_cast<std::int32_t>(layout_.slots()))
        continue;
      RefusalCount& count = counts[static_cast<std::size_t>(slots[row]) % layout_.cells()];
      if (was_asked(reasons[row]))
        ++count.unanswered;
      else
        --count.asked;
    }
    for (const RefusalCount& count : counts)
      sums_[source].unanswered.push_back(
          count.asked == 0 ? 0 : static_cast<double>(count.unanswered) / static_cast<double>(count.asked));
  }

  const SurveyDesign& design_;
  const Terms& terms_;
  const EstimateRequest& request_;
  DenseLayout layout_;
  Slots before_missing_;  // the layout before missing rows were put outside
  bool any_missing_ = false;
  std::vector<std::uint32_t> left_out_;  // rows inside with a missing value; empty when the layout leaves them out
  std::vector<Base> all_;
  std::vector<Base> used_;
  std::vector<VariableSums> sums_;
};

bool is_dense_kind(const SurveyDesign& design, const EstimateRequest& request) {
  return request.deff == Deff::kNone && !(request.covmat && !request.by.empty()) && !design.second_stage_counts() &&
         design.rows() > 0 && design.stages()[0].units() * 2 < design.rows();
}

}  // namespace

Result<std::optional<ResultTable>> estimate_dense(const SurveyDesign& design, const data::Table& table,
                                                  const RowList& rows, const EstimateRequest& request) {
  if (!is_dense_kind(design, request)) return std::optional<ResultTable>();
  HAMDIL_TRY(const Terms terms, Terms::make(table, request.variables, request.reading));
  HAMDIL_TRY(std::optional<DenseLayout> layout, make_dense_layout(design, table, request.by, rows));
  if (!layout) return std::optional<ResultTable>();
  return DensePass(design, terms, request, *std::move(layout)).run(rows);
}

}  // namespace hamdil::stats::survey
