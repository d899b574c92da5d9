// The type of a column of texts about which nothing is known.
#pragma once

#include "data/column.hpp"

namespace hamdil::exchange {

struct InferOptions {
  std::size_t most_levels = 40;  // a text column with at most that many, often repeated values becomes a category
};

// `dictionary` is a category column whose level values are the texts of the file, each once; missing reasons are kept.
// Whole numbers of at most 15 digits without leading zeros become kInteger, other numbers kNumber, ISO dates kDate, ISO
// dates with time kDateTime, few repeated short texts kCategory (levels sorted; none when every row is missing);
// everything else becomes kText. One value that does not fit settles it: nothing is turned into a missing value here.
// Cost: distinct values + rows.
data::Column infer_type(data::Column dictionary, const InferOptions& options = {});
// The same for a text column.
data::Column infer_type_of_texts(const data::Column& texts, const InferOptions& options = {});

}  // namespace hamdil::exchange
