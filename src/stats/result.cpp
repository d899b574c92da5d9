#include "stats/result.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace hamdil::stats {

const char* flag_name(Flag flag) {
  constexpr std::array<const char*, 9> kNames = {"few_cases",     "few_clusters", "lonely_stratum",
                                                 "wide_interval", "high_refusal", "not_probability",
                                                 "not_converged", "undefined",    "no_interval"};
  return kNames[static_cast<std::size_t>(flag)];
}

namespace {

bool is_nan(double value) { return std::isnan(value); }

struct FindsUndefined {
  bool operator()(double value) const { return is_nan(value); }
  bool operator()(const std::vector<double>& list) const { return std::any_of(list.begin(), list.end(), is_nan); }
  bool operator()(const Matrix& matrix) const { return (*this)(matrix.values); }
  bool operator()(const Figures& figures) const { return has_undefined(figures); }
  bool operator()(const std::vector<Figures>& records) const {
    return std::any_of(records.begin(), records.end(), has_undefined);
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

}  // namespace

bool has_undefined(const Figures& figures) {
  return std::any_of(figures.begin(), figures.end(),
                     [](const Figure& figure) { return std::visit(FindsUndefined(), figure.value); });
}

void note_undefined(ResultTable& table, const std::string& reason) {
  if (std::find(table.flags.begin(), table.flags.end(), Flag::kUndefined) == table.flags.end())
    table.flags.push_back(Flag::kUndefined);
  table.notes.push_back("undefined: " + reason);
}

}  // namespace hamdil::stats
