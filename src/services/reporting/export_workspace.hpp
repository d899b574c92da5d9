// Use case: data leave for other programs, pseudonymised and through the gate.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "protect/microdata.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

struct ExportRequest {
  std::string what;    // data, tables, records
  std::string format;  // csv, xlsx, sav, json
  std::string folder;
  std::string despite_earlier;  // why tables may leave although nearly the same people were released before
  bool is_public = false;       // of data: the public's k instead of that for named recipients
};

struct ExportSummary {
  std::vector<std::string> files;
  std::vector<std::string> notes;            // what was blanked, dropped or withheld
  std::vector<protect::ColumnLoss> columns;  // of data: what became of each column that did not leave as it was
};

// `data`: one file of all rounds, its codebook and its release notes. `tables`: every table of the impact report,
// released for the public. `records`: all records but analyses and results, whose numbers have not passed the gate. All
// files are written or none. Tables that left are remembered by the gate, and rows that left by a product record: for
// both the workspace must be open for writing. Codes: reporting.export.format, and the parts'.
Result<ExportSummary> export_workspace(store::Workspace& workspace, const ExportRequest& request,
                                       const store::Author& author);

}  // namespace hamdil::services::reporting
