// Sums over a table in memory, row by row: what the answers of a cluster are compared with. Plain and slow.
#pragma once

#include <memory>
#include <vector>

#include "analysis/spec.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/survey/row_sums.hpp"

namespace hamdil::analysis {

// A text column as a category of the texts that occur; the type stays. For both sides of a push.
data::Column column_to_push(const data::Column& column);
// The columns of a table with their levels and without values.
data::Table columns_without_values(const data::Table& table);

// `table` must outlive what is made. Codes: those of SurveyDesign::make, stats.pushed.design.
Result<std::unique_ptr<stats::survey::RowSums>> memory_sums(const data::Table& table, const AnalysisSpec& spec);

}  // namespace hamdil::analysis
