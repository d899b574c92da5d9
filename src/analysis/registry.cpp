#include "analysis/registry.hpp"

#include <algorithm>
#include <array>

#include "analysis/estimators/families.hpp"

namespace hamdil::analysis {
namespace {

bool has_condition(const stats::Form& form) {
  return !form.with_option.empty() || !form.without_option.empty() || form.without_design;
}

std::vector<Estimator> gather() {
  std::vector<Estimator> out;
  for (const auto family : kFamilies)
    for (Estimator& one : family()) out.push_back(std::move(one));
  std::stable_sort(out.begin(), out.end(), [](const Estimator& a, const Estimator& b) {
    if (a.info.name != b.info.name) return a.info.name < b.info.name;
    return has_condition(a.info.form) && !has_condition(b.info.form);
  });
  return out;
}

}  // namespace

const std::vector<Estimator>& estimators() {
  static const std::vector<Estimator> kList = gather();
  return kList;
}

const Estimator* find_estimator(std::string_view name, const std::function<bool(std::string_view)>& has_option,
                                bool with_design) {
  const Estimator* last = nullptr;
  for (const Estimator& one : estimators()) {
    if (one.info.name != name) continue;
    last = &one;
    const stats::Form& form = one.info.form;
    const bool fits = (form.with_option.empty() || has_option(form.with_option)) &&
                      (form.without_option.empty() || !has_option(form.without_option)) &&
                      !(form.without_design && with_design);
    if (fits) return &one;
  }
  return last;
}

const Estimator* estimator_with_id(std::string_view id) {
  for (const Estimator& one : estimators())
    if (one.info.id == id) return &one;
  return nullptr;
}

}  // namespace hamdil::analysis
