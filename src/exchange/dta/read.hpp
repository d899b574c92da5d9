// Stata data files (.dta) as typed tables.
#pragma once

#include "exchange/sav/read.hpp"

namespace hamdil::exchange::dta {

// As sav::read_sav; extended missing values (.a to .z) get the reason that their label names, kBlank otherwise.
Result<data::Table> read_dta(const std::string& path, const sav::ReadOptions& options, Diagnostics& diagnostics);
Result<data::Table> read_dta_bytes(std::string_view bytes, const std::string& name, const sav::ReadOptions& options,
                                   Diagnostics& diagnostics);

}  // namespace hamdil::exchange::dta
