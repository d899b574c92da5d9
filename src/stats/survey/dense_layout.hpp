// The slots that a dense pass over rows adds to: one a sampling unit and cell of the breakdown.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {

using Slots = std::vector<std::int32_t>;

// Where each row's contribution goes: unit * cells + cell. Rows outside, and rows left out because a value is missing
// (NaN), go to one slot more, which nobody reads.
struct DenseLayout {
  Slots slot_of_row;
  const Slots* borrowed = nullptr;  // the design's own units, when there is no breakdown and no domain
  bool whole_sample() const { return borrowed != nullptr; }
  const Slots& slots_of_rows() const { return borrowed != nullptr ? *borrowed : slot_of_row; }
  std::size_t units = 0;
  std::vector<std::vector<std::pair<std::string, std::string>>> labels;  // by cell
  std::size_t cells() const { return labels.size(); }
  std::size_t slots() const { return units * cells(); }
};

// The cells of `by` that hold a row, the first variable fastest. Nothing when there would be too many slots for a dense
// pass to pay. Code stats.terms.no_column.
Result<std::optional<DenseLayout>> make_dense_layout(const SurveyDesign& design, const data::Table& table,
                                                     const std::vector<std::string>& by, const RowList& rows);

}  // namespace hamdil::stats::survey
