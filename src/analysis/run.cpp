#include "analysis/run.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "stats/survey/estimate.hpp"

namespace hamdil::analysis {
namespace {

using stats::ResultTable;
using stats::survey::Deff;
using stats::survey::EstimateRequest;
using stats::survey::Quantity;
using stats::survey::Reading;
using stats::survey::RowList;
using stats::survey::SurveyDesign;

struct Context {
  const SurveyDesign& design;
  const data::Table& table;
  const RowList& rows;
};

Error missing_option(const Call& call, const char* option) {
  return Error("analysis.run.missing_option", "{estimator} needs {option}.",
               {{"estimator", call.estimator}, {"option", option}})
      .at({.pointer = "/call"});
}

Deff read_deff(const Call& call) {
  return call.deff == "wor" ? Deff::kWor : call.deff == "replace" ? Deff::kReplace : Deff::kNone;
}

Result<ResultTable> run_estimate(const Context& context, const Call& call) {
  EstimateRequest request;
  request.variables = call.variables;
  request.by = call.by;
  request.na_rm = call.na_rm.value_or(false);
  request.deff = read_deff(call);
  request.covmat = call.covmat;
  request.level = call.level;
  if (call.estimator == "total") request.quantity = Quantity::kTotal;
  if (call.estimator == "proportion") request.reading = Reading::kCategories;
  if (call.estimator == "ratio") {
    if (call.numerator.empty() || call.denominator.empty()) return missing_option(call, "numerator and denominator");
    request.quantity = Quantity::kRatio;
    request.reading = Reading::kNumbers;
    request.variables = {call.numerator, call.denominator};
    if (request.by.empty() && request.deff == Deff::kNone) request.deff = Deff::kWor;
  }
  if (request.variables.empty()) return missing_option(call, "variables");
  return stats::survey::estimate(context.design, context.table, context.rows, request);
}

Result<ResultTable> run_several(const Context& context, const Call& call);

struct Runner {
  const char* name;
  Result<ResultTable> (*run)(const Context&, const Call&);
};
constexpr std::array kRunners = {
    Runner{"mean", run_estimate},   Runner{"proportion", run_estimate}, Runner{"ratio", run_estimate},
    Runner{"several", run_several}, Runner{"total", run_estimate},
};

Result<ResultTable> dispatch(const Context& context, const Call& call) {
  const auto found = std::find_if(kRunners.begin(), kRunners.end(),
                                  [&](const Runner& runner) { return call.estimator == runner.name; });
  if (found == kRunners.end())
    return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", call.estimator}});
  HAMDIL_TRY(ResultTable out, found->run(context, call));
  out.estimator = call.estimator;
  out.level = call.level;
  return out;
}

Result<ResultTable> run_several(const Context& context, const Call& call) {
  ResultTable out;
  out.degf = stats::survey::degrees_of_freedom(context.design, context.rows);
  out.n = context.rows.size();
  for (const Call& part : call.parts) {
    if (part.as.empty()) return missing_option(part, "as");
    HAMDIL_TRY(ResultTable result, dispatch(context, part));
    out.part_names.push_back(part.as);
    out.parts.push_back(std::move(result));
  }
  return out;
}

Result<ResultTable> run_on(const AnalysisSpec& spec, const data::Table& table, const SurveyDesign& design) {
  HAMDIL_TRY(const RowList rows, select_domain(spec.domain, table));
  HAMDIL_TRY(ResultTable out, dispatch({design, table, rows}, spec.call));
  out.id = spec.id;
  if (!spec.domain.empty()) {
    out.values.emplace_back("degf_full_design",
                            stats::survey::degrees_of_freedom(design, stats::survey::all_rows(design)));
    out.values.emplace_back("n_domain", static_cast<double>(rows.size()));
  }
  if (design.has_lonely_stratum())
    out.notes.push_back(std::string("lonely_psu.") + stats::survey::lonely_rule_name(spec.design.lonely));
  return out;
}

}  // namespace

Result<ResultTable> run(const AnalysisSpec& spec, const data::Table& table) {
  HAMDIL_TRY(const SurveyDesign design, SurveyDesign::make(spec.design, table));
  return run_on(spec, table, design);
}

std::vector<Result<ResultTable>> run_many(const std::vector<AnalysisSpec>& specs, const data::Table& table) {
  std::vector<Result<ResultTable>> out;
  std::optional<Result<SurveyDesign>> design;
  const stats::survey::DesignSpec* current = nullptr;
  for (const AnalysisSpec& spec : specs) {
    if (current == nullptr || !(*current == spec.design)) {
      design = SurveyDesign::make(spec.design, table);
      current = &spec.design;
    }
    if (!*design)
      out.emplace_back(design->error());
    else
      out.push_back(run_on(spec, table, **design));
  }
  return out;
}

std::vector<std::string> runnable_estimators() {
  std::vector<std::string> names;
  for (const Runner& runner : kRunners) names.emplace_back(runner.name);
  return names;
}

}  // namespace hamdil::analysis
