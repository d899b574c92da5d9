// The type of a column of texts about which nothing is known.
#pragma once

#include <optional>
#include <string_view>

#include "data/column.hpp"

namespace hamdil::exchange {

// One cell as what a column of that type holds; empty when it is not written so. Whole numbers have at most 15 digits
// and no leading zeros; dates are days since 1970-01-01, dates with time (also without one) seconds.
std::optional<double> plain_integer(std::string_view cell);
std::optional<double> plain_number(std::string_view cell);
std::optional<double> plain_date(std::string_view cell);
std::optional<double> plain_datetime(std::string_view cell);

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
