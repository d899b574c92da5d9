#include "analysis/run.hpp"

#include <optional>

#include "analysis/adjustment.hpp"
#include "analysis/estimators/estimator.hpp"
#include "analysis/replicate.hpp"
#include "stats/survey/pushed.hpp"

namespace hamdil::analysis {
namespace {

using stats::ResultTable;
using stats::survey::RowList;
using stats::survey::SurveyDesign;

Result<ResultTable> run_on(const AnalysisSpec& spec, const data::Table& table, const SurveyDesign& design) {
  HAMDIL_TRY(const RowList rows, select_domain(spec.domain, table));
  HAMDIL_TRY(ResultTable out, run_call({design, table, rows}, spec.call));
  out.id = spec.id;
  add_adjustment_figures(design, out.figures);
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

Result<ResultTable> run(const AnalysisSpec& spec, const data::Table& table, const data::Table* replicate_weights) {
  if (spec.replicates) return run_replicates(spec, table, replicate_weights);
  HAMDIL_TRY(const SurveyDesign design, SurveyDesign::make(spec.design, table));
  return run_on(spec, table, design);
}

Result<ResultTable> run_pushed(const AnalysisSpec& spec, stats::survey::RowSums& rows) {
  if (spec.replicates)
    return Error("stats.pushed.design", "A design with {what} needs the rows themselves, not only sums of them.",
                 {{"what", "replicate weights"}})
        .at({.pointer = "/design"})
        .advise("Run it where the rows are: leave --on-cluster out.");
  HAMDIL_CHECK(stats::survey::check_sums_are_enough(spec.design));
  HAMDIL_TRY(ResultTable out, run_pushed_call(rows, spec.call));
  out.id = spec.id;
  if (!spec.domain.empty()) {
    stats::survey::SumRequest whole;
    whole.whole_sample = true;
    HAMDIL_TRY(const stats::survey::SampleBase all, stats::survey::sample_base(rows, whole));
    HAMDIL_TRY(const stats::survey::SampleBase domain, stats::survey::sample_base(rows, {}));
    out.values.emplace_back("degf_full_design", all.degf);
    out.values.emplace_back("n_domain", static_cast<double>(domain.rows));
  }
  if (rows.design().has_lonely_stratum())
    out.notes.push_back(std::string("lonely_psu.") + stats::survey::lonely_rule_name(spec.design.lonely));
  return out;
}

Result<std::vector<Result<ResultTable>>> run_many(const std::vector<AnalysisSpec>& specs, const data::Table& table,
                                                  const Control& control) {
  std::vector<Result<ResultTable>> out;
  std::optional<Result<SurveyDesign>> design;
  const stats::survey::DesignSpec* current = nullptr;
  for (const AnalysisSpec& spec : specs) {
    HAMDIL_CHECK(control.step(static_cast<double>(out.size()) / static_cast<double>(specs.size())));
    if (spec.replicates) {
      out.push_back(run(spec, table));
      continue;
    }
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

}  // namespace hamdil::analysis
