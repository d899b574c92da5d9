// Several calls on one design.
#include "analysis/estimators/families.hpp"
#include "stats/survey/pushed.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

Result<ResultTable> run_several(const Context& context, const Call& call) {
  ResultTable out;
  out.degf = stats::survey::degrees_of_freedom(context.design, context.rows);
  out.n = context.rows.size();
  for (const Call& part : call.parts) {
    if (part.as.empty()) return missing_option(part, "as");
    HAMDIL_TRY(ResultTable result, run_call(context, part));
    out.part_names.push_back(part.as);
    out.parts.push_back(std::move(result));
  }
  return out;
}

Result<ResultTable> run_several_pushed(stats::survey::RowSums& rows, const Call& call) {
  ResultTable out;
  HAMDIL_TRY(const stats::survey::SampleBase sample, stats::survey::sample_base(rows, {}));
  out.degf = sample.degf;
  out.n = sample.rows;
  for (const Call& part : call.parts) {
    if (part.as.empty()) return missing_option(part, "as");
    HAMDIL_TRY(ResultTable result, run_pushed_call(rows, part));
    out.part_names.push_back(part.as);
    out.parts.push_back(std::move(result));
  }
  return out;
}

}  // namespace

std::vector<Estimator> several_estimators() {
  return {
      {{.id = "several",
        .name = "several",
        .family = "several",
        .title = "Several calls",
        .what = "several calls on one design",
        .options = {{.name = "parts", .type = OptionType::kCalls, .help = "calls, each with a name in as"}},
        .figures = {{"(names of the parts)", "the result of each part"}},
        .statements = {"Each part is what it would be alone."},
        .missing = "As the parts say.",
        .cost = "the sum of the parts; the design is encoded once",
        .pushdown = 1e-8,
        .not_pushed = "parts that no cluster computes"},
       run_several,
       run_several_pushed},
  };
}

}  // namespace hamdil::analysis
