#include "stats/registry.hpp"

#include <array>
#include <cstddef>

namespace hamdil::stats {

const char* option_type_name(OptionType type) {
  constexpr std::array<const char*, 19> kNames = {"text",
                                                  "word",
                                                  "column",
                                                  "list of columns",
                                                  "list of texts",
                                                  "number",
                                                  "whole number",
                                                  "number from 0 to 1",
                                                  "list of numbers",
                                                  "list of numbers from 0 to 1",
                                                  "true or false",
                                                  "formula",
                                                  "object of numbers",
                                                  "matrix",
                                                  "list of rows",
                                                  "object",
                                                  "list of objects",
                                                  "list of calls",
                                                  "note for readers"};
  return kNames[static_cast<std::size_t>(type)];
}

const char* basis_text(Basis basis) {
  constexpr std::array<const char*, 4> kTexts = {
      "Stands on the strata, clusters and weights of the design; without a design every row counts once.",
      "Stands on the weights of the design; without a design every row counts once.",
      "Stands on the rows of the domain, each counting once: a design does not enter.",
      "Stands on its options alone: no data enter."};
  return kTexts[static_cast<std::size_t>(basis)];
}

}  // namespace hamdil::stats
