// All kinds of record, joined from the areas. A new kind is one declaration in its area's file and its translations.
#include <algorithm>

#include "model/declare.hpp"

namespace hamdil::model {
namespace {

std::vector<KindDefinition> declare_all() {
  std::vector<KindDefinition> out;
  for (auto* area : {ground_kinds, inception_kinds, review_kinds, field_kinds, protection_kinds, analysis_kinds,
                     qualitative_kinds, context_kinds, findings_kinds, strategy_kinds, budget_kinds, monitoring_kinds,
                     capacity_kinds, coordination_kinds, plan_review_kinds, products_kinds, admin_kinds})
    for (KindDefinition& kind : area()) {
      kind.columns = columns_of_list(kind.name);
      out.push_back(std::move(kind));
    }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace

const std::vector<KindDefinition>& all_kinds() {
  static const std::vector<KindDefinition> kKinds = declare_all();
  return kKinds;
}

}  // namespace hamdil::model
