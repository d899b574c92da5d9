// What a family of estimators is made of: a descriptor and the function that runs it.
#pragma once

#include <string>
#include <string_view>

#include "analysis/spec.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/registry.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"
#include "stats/survey/row_sums.hpp"

namespace hamdil::analysis {

struct Context {
  const stats::survey::SurveyDesign& design;  // without a design: every row is a unit of weight 1
  const data::Table& table;
  const stats::survey::RowList& rows;  // of the domain, ascending
};

struct Estimator {
  stats::EstimatorInfo info;
  Result<stats::ResultTable> (*run)(const Context&, const Call&) = nullptr;
  // From sums of rows that a cluster holds; set where info.pushdown is above 0.
  Result<stats::ResultTable> (*run_pushed)(stats::survey::RowSums&, const Call&) = nullptr;
};

// Runs one call; fills estimator and level of the result. Code analysis.spec.unknown_estimator.
Result<stats::ResultTable> run_call(const Context& context, const Call& call);

// The same on rows that a cluster holds. Code analysis.pushed.none where the estimator needs the rows themselves.
Result<stats::ResultTable> run_pushed_call(stats::survey::RowSums& rows, const Call& call);

// "{estimator} needs {option}." and "{value} is not known here": codes analysis.run.missing_option,
// analysis.spec.unknown_value.
Error missing_option(const Call& call, const char* option);
Error unknown_value(const char* member, const std::string& value, const char* known);

// Options that many descriptors share.
stats::OptionInfo variables_option(std::string_view help = "columns");
stats::OptionInfo variable_option(std::string_view help = "column");
stats::OptionInfo by_option();
stats::OptionInfo na_rm_option(std::string_view initial);
stats::OptionInfo group_option(std::string_view help = "column of the groups");

}  // namespace hamdil::analysis
