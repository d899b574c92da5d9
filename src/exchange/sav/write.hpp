// SPSS and Stata data files with labels, for people who go on in those programs.
#pragma once

#include <string>

#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::exchange::sav {

// Variable names keep letters, digits, '_' and '.', everything else becomes '_', made unique. Categories are numbers
// with value labels: the levels' own values when all are whole numbers, else 1, 2, 3 in the order of the levels.
// Missing values are user-missing codes with a label that says why ("Refused"); blank ones are system-missing. The same
// table gives the same bytes. Codes: exchange.stat.unwritable.
Result<std::string> write_sav(const data::Table& table);
// The same for Stata 14 and newer; missing values are .a to .f.
Result<std::string> write_dta(const data::Table& table);

}  // namespace hamdil::exchange::sav
