// The type of a column of texts about which nothing is known.
#pragma once

#include <functional>
#include <string_view>

#include "data/column.hpp"

namespace hamdil::exchange {

struct InferOptions {
  std::size_t most_levels = 40;  // a text column with at most that many, often repeated values becomes a category
};

// `texts` is a text column; missing reasons are kept. Whole numbers of at most 15 digits without leading zeros become
// kInteger, other numbers kNumber, ISO dates kDate, ISO dates with time kDateTime, few repeated short texts kCategory
// (levels sorted); everything else stays text. One value that does not fit settles it: nothing is turned into a missing
// value here.
data::Column infer_type(data::Column texts, const InferOptions& options = {});

}  // namespace hamdil::exchange
