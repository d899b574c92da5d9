#include "protect/table_set.hpp"

#include <array>

namespace hamdil::protect {

const char* withheld_name(Withheld reason) {
  constexpr std::array<const char*, 7> kNames = {"no",        "few_rows",      "few_clusters", "small_cell",
                                                 "dominance", "complementary", "audience"};
  return kNames[static_cast<std::size_t>(reason)];
}

const ReleasedTable* TableSet::find(const std::string& id) const {
  for (const ReleasedTable& table : tables)
    if (table.table.id == id) return &table;
  return nullptr;
}

}  // namespace hamdil::protect
