// What SPSS and Stata files have in common, through ReadStat.
#pragma once

#include "exchange/sav/read.hpp"

namespace hamdil::exchange::sav {

enum class StatFormat { kSav, kDta };
Result<data::Table> read_stat_file(std::string_view bytes, const std::string& name, StatFormat format,
                                   const ReadOptions& options, Diagnostics& diagnostics);

// The reason that words such as "Not asked", "Refused" or "Don't know" name; kPresent for others.
data::Missing reason_of_label(std::string_view label);
const char* label_of_reason(data::Missing reason);  // English, read back by reason_of_label

}  // namespace hamdil::exchange::sav
