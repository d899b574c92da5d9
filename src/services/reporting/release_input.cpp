#include "services/reporting/release_input.hpp"

namespace hamdil::services::reporting {
namespace {

protect::Thresholds thresholds_of(const study::StudySpec& spec) {
  protect::Thresholds out;
  if (spec.min_rows > 0) out.min_rows = spec.min_rows;
  if (spec.min_clusters > 0) out.min_clusters = spec.min_clusters;
  return out;
}

}  // namespace

protect::GateInput release_input(const StudyData& data, const Analysed& analysed, protect::Audience audience) {
  const study::StudySpec& spec = data.study.spec;
  protect::GateInput input;
  input.tables = analysed.tables;
  input.combinations = analysed.combinations;
  input.sensitive = {spec.sensitive.begin(), spec.sensitive.end()};
  for (const study::MeasureSpec& measure : spec.measures)
    if (measure.is_share() && input.sensitive.contains(measure.items[0].question))
      input.sensitive.insert(measure_column(measure));
  input.design_has_clusters = !spec.sample.clusters.empty() && spec.sample.clusters[0] != "respondent";
  input.audience = audience;
  input.thresholds = thresholds_of(spec);
  return input;
}

}  // namespace hamdil::services::reporting
