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
  input.sensitive = data.sensitive;
  input.counted = {spec.breakdowns.begin(), spec.breakdowns.end()};
  for (const study::KnownShares& known : spec.sample.known_shares) input.counted.insert(known.variable);
  for (const std::string& name : {spec.group_variable, spec.district_variable, spec.comparison_variable})
    input.counted.insert(name);
  for (const study::MeasureSpec& measure : spec.measures) {
    std::size_t sensitive = 0;
    for (const study::ItemSpec& item : measure.items) input.scores[measure_column(measure)].push_back(item.question);
    for (const study::ItemSpec& item : measure.items) {
      for (const auto& [group, question] : item.questions)
        if (input.sensitive.contains(question)) input.sensitive.insert(item.question);
      if (input.sensitive.contains(item.question)) ++sensitive;
    }
    if (sensitive == 0) continue;
    // A score of one question is that question's mean: a sensitive answer in disguise.
    (measure.items.size() == 1 ? input.sensitive : input.partly_sensitive).insert(measure_column(measure));
  }
  input.design_has_clusters = !spec.sample.clusters.empty() && spec.sample.clusters[0] != "respondent";
  input.audience = audience;
  input.thresholds = thresholds_of(spec);
  return input;
}

}  // namespace hamdil::services::reporting
