// Trust by district, with clusters, strata and weights: a share with its design-based error.
#include <cstdio>

#include "stats/survey/estimate.hpp"

int main() {
  using namespace hamdil;
  data::Table answers;
  answers.put(data::Column::of_numbers("village", {1, 1, 2, 2, 3, 3, 4, 4}));
  answers.put(data::Column::of_numbers("stratum", {1, 1, 1, 1, 2, 2, 2, 2}));
  answers.put(data::Column::of_numbers("weight", {10, 10, 12, 12, 8, 8, 9, 9}));
  answers.put(data::Column::of_numbers("trusts", {1, 0, 1, 1, 0, 0, 1, 0}));

  stats::survey::DesignSpec plan;
  plan.ids = {"village"};
  plan.strata = {"stratum"};
  plan.weights = "weight";
  const auto design = stats::survey::SurveyDesign::make(plan, answers);
  if (!design) return std::puts(design.error().describe().c_str()), 1;

  stats::survey::EstimateRequest what;
  what.variables = {"trusts"};
  const auto found = stats::survey::estimate(*design, answers, stats::survey::all_rows(*design), what);
  if (!found) return std::puts(found.error().describe().c_str()), 1;
  for (const stats::Row& row : found->rows)
    std::printf("%s %.6f (%.6f), 95%% %.4f to %.4f\n", row.term.c_str(), row.estimate, row.se, row.ci_t.lower,
                row.ci_t.upper);
}
