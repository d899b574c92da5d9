#include "exchange/dta/read.hpp"

#include "base/file.hpp"
#include "exchange/sav/statfile.hpp"

namespace hamdil::exchange::dta {

Result<data::Table> read_dta_bytes(std::string_view bytes, const std::string& name, const sav::ReadOptions& options,
                                   Diagnostics& diagnostics) {
  return sav::read_stat_file(bytes, name, sav::StatFormat::kDta, options, diagnostics);
}

Result<data::Table> read_dta(const std::string& path, const sav::ReadOptions& options, Diagnostics& diagnostics) {
  HAMDIL_TRY(const std::string bytes, read_file(path));
  return read_dta_bytes(bytes, path, options, diagnostics);
}

}  // namespace hamdil::exchange::dta
