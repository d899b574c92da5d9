// SPSS data files (.sav, .zsav) as typed tables.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::exchange::sav {

struct ReadOptions {
  // Values labelled "Don't know", "Refused" and so on become missing values with that reason, declared missing or not.
  bool recognise_missing_labels = true;
  std::size_t rows = 5'000'000;
};

// A labelled variable of which every value that occurs has a label becomes a category with its labels in ascending
// order of the values (ordered when its measure is ordinal); dates become kDate, dates with time kDateTime; declared
// missing values get the reason that their label names, kBlank otherwise. Texts lose trailing blanks. Diagnostics:
// exchange.stat.partly_labelled (info). Codes: exchange.stat.damaged, exchange.table.too_many_rows, those of read_file.
Result<data::Table> read_sav(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics);
Result<data::Table> read_sav_bytes(std::string_view bytes, const std::string& name, const ReadOptions& options,
                                   Diagnostics& diagnostics);

}  // namespace hamdil::exchange::sav
