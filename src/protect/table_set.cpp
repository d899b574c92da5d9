#include "protect/table_set.hpp"

#include <algorithm>
#include <array>

namespace hamdil::protect {

namespace {

constexpr std::array<const char*, 7> kNames = {"no",        "few_rows",      "few_clusters", "small_cell",
                                               "dominance", "complementary", "audience"};

}  // namespace

const char* withheld_name(Withheld reason) { return kNames[static_cast<std::size_t>(reason)]; }

const char* reader_reason(Withheld reason, const std::string& estimator) {
  if (reason != Withheld::kSmallCell && reason != Withheld::kDominance) return withheld_name(reason);
  const bool counts = estimator == "total" || estimator == "count" || estimator == "table";
  return counts ? withheld_name(Withheld::kSmallCell) : "sensitive";
}

Withheld withheld_of(const std::string& name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? Withheld::kAudience : static_cast<Withheld>(found - kNames.begin());
}

const ReleasedTable* TableSet::find(const std::string& id) const {
  for (const ReleasedTable& table : tables)
    if (table.table.id == id) return &table;
  return nullptr;
}

}  // namespace hamdil::protect
