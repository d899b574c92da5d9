// Use case: a product is built from the workspace. Load, analyse, release, compose, draw, render, record.
#pragma once

#include <string>
#include <vector>

#include "base/control.hpp"
#include "base/result.hpp"
#include "protect/table_set.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

struct ReportRequest {
  std::string product = "impact_assessment_report";
  std::vector<std::string> formats = {"docx", "html"};  // docx, pdf, html, xlsx
  std::string language = "en";
  protect::Audience audience = protect::Audience::kPublic;
  std::string recipients;  // who they are and under which agreement; needed for named recipients, printed and logged
  std::string despite_earlier;  // why it may leave although nearly the same people were released before
  std::string folder;  // written to as <product>.<language>.<format>; "" where only the workspace keeps the files
};

// A file of a product as the workspace keeps it, sealed.
struct KeptFile {
  std::string name;
  std::string address;  // of the blob
  std::size_t size = 0;
  std::string format;
};

struct ReportSummary {
  std::vector<std::string> files;  // written to the folder
  std::vector<KeptFile> kept;
  std::string product;                // id of its record
  std::vector<std::string> left_out;  // sections without a feed
  std::size_t tables = 0;
  std::size_t cells = 0;
  std::size_t withheld = 0;
  std::string run;
  std::string drawing_problem;  // why figures are missing; "" when none is
  Diagnostics problems;         // tables that could not be computed
};

// What can be said before anything is computed. Codes: reporting.format.unknown, reporting.language.unknown,
// reporting.audience.format, reporting.audience.no_recipients, report.product.unknown.
Status check_request(const ReportRequest& request);

// Codes: reporting.format.unknown, reporting.audience.format (a working view has no format meant for sending),
// reporting.audience.no_recipients, report.product.unknown, and those of the parts. Files appear only when all of them
// could be made. `control` hears of every analysis, chart and format and may stop it (jobs.cancelled) until the product
// is remembered as released; nothing is left behind then.
Result<ReportSummary> build_report(store::Workspace& workspace, const ReportRequest& request,
                                   const store::Author& author, const Control& control = {});

}  // namespace hamdil::services::reporting
