// Judgements of several coders about the same units, by category.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::agreement {

// codes[unit * coders + coder] is an index into `categories`, -1 where missing. Categories are those that occur, in
// order: levels as the column has them, numbers ascending, texts by bytes.
struct Ratings {
  std::size_t units = 0;
  std::size_t coders = 0;
  std::vector<std::int32_t> codes;
  std::vector<std::string> categories;
  std::vector<double> numbers;  // of the categories; NaN where one is no number

  std::int32_t at(std::size_t unit, std::size_t coder) const { return codes[unit * coders + coder]; }
  bool are_numbers() const;
};

// One coder a column, one unit a row. Code stats.terms.no_column.
Result<Ratings> ratings_of_columns(const data::Table& table, const survey::RowList& rows,
                                   const std::vector<std::string>& columns);
// One unit a row, one coder a column; "" is missing.
Ratings ratings_of_texts(const std::vector<std::vector<std::string>>& units);
// Only units that every coder judged; categories that no longer occur go.
Ratings complete_units(const Ratings& ratings);
// Only two of the coders.
Ratings two_coders(const Ratings& ratings, std::size_t first, std::size_t second);

// counts.at(unit, category): how many coders chose it.
Matrix category_counts(const Ratings& ratings);
// table.at(first coder's category, second coder's), over units that both judged. Two coders.
Matrix contingency(const Ratings& ratings);

}  // namespace hamdil::stats::agreement
