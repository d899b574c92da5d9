#include "services/reporting/release_input.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::services::reporting {
namespace {

protect::Thresholds thresholds_of(const study::StudySpec& spec) {
  protect::Thresholds out;
  if (spec.min_rows > 0) out.min_rows = spec.min_rows;
  if (spec.min_clusters > 0) out.min_clusters = spec.min_clusters;
  return out;
}

bool weights_are_equal(const StudyData& data) {
  const std::string& name = data.study.spec.sample.weights;
  const data::Column* weights = name.empty() ? nullptr : data.table.find(name);
  for (std::size_t row = 1; weights != nullptr && row < data.table.rows; ++row)
    if (weights->number_at(row) != weights->number_at(0)) return false;
  return true;
}

// Of every number that a mean is taken of: from the least to the greatest answer anybody gave.
std::map<std::string, std::pair<double, double>> scales_of(const StudyData& data, const Analysed& analysed) {
  std::map<std::string, std::pair<double, double>> out;
  for (const stats::ResultTable& table : analysed.tables)
    for (const stats::Row& row : table.rows) {
      const data::Column* column = table.estimator == "mean" ? data.table.find(row.variable) : nullptr;
      if (column == nullptr || column->type != data::ColumnType::kNumber || out.contains(row.variable)) continue;
      auto& [least, greatest] = out[row.variable] = {INFINITY, -INFINITY};
      for (std::size_t person = 0; person < data.table.rows; ++person)
        if (!column->is_missing(person)) {
          least = std::min(least, column->number_at(person));
          greatest = std::max(greatest, column->number_at(person));
        }
    }
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
  input.equal_weights = weights_are_equal(data);
  if (input.equal_weights) input.scales = scales_of(data, analysed);
  input.design_has_clusters = !spec.sample.clusters.empty() && spec.sample.clusters[0] != "respondent";
  input.audience = audience;
  input.thresholds = thresholds_of(spec);
  return input;
}

}  // namespace hamdil::services::reporting
