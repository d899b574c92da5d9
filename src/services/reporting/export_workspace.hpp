// Use case: data leave for other programs, pseudonymised and through the gate.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

struct ExportRequest {
  std::string what;    // data, tables, records
  std::string format;  // csv, xlsx, sav, json
  std::string folder;
};

struct ExportSummary {
  std::vector<std::string> files;
  std::vector<std::string> notes;  // what was blanked, dropped or withheld
};

// `data`: one file of all rounds and its codebook. `tables`: every table of the impact report, released for the public.
// `records`: all records but analyses and results, whose numbers have not passed the gate. Codes:
// reporting.export.format, and the parts'.
Result<ExportSummary> export_workspace(const store::Workspace& workspace, const ExportRequest& request);

}  // namespace hamdil::services::reporting
