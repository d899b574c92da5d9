#include "services/reporting/build_report.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/file.hpp"
#include "base/language_tag.hpp"
#include "base/text.hpp"
#include "protect/gate.hpp"
#include "report/compose.hpp"
#include "report/render/render.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/draw.hpp"
#include "services/reporting/release_input.hpp"
#include "services/reporting/releases.hpp"
#include "services/reporting/report_context.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {
namespace {

using model::Record;
using Renderer = Result<std::string> (*)(const protect::Released<report::Document>&, const report::Drawings&);

const std::map<std::string, Renderer>& renderers() {
  static const std::map<std::string, Renderer> kRenderers = {
      {"docx", report::render_docx},
      {"html", report::render_html},
      {"pdf", report::render_pdf},
      {"xlsx", [](const protect::Released<report::Document>& document, const report::Drawings&) {
         return report::render_xlsx(document);
       }}};
  return kRenderers;
}

}  // namespace

Status check_request(const ReportRequest& request) {
  const std::vector<std::string> languages = Catalogue::built_in().languages();
  if (!find_language(request.language, languages))
    return Error("reporting.language.unknown", "There is no language {language}.", {{"language", request.language}})
        .advise("The catalogue has: " + text::join(languages, ", ") + ".");
  if ((request.audience == protect::Audience::kNamedRecipients) == text::trim(request.recipients).empty())
    return Error("reporting.audience.no_recipients",
                 "A product for named recipients names them, and no other product does.")
        .advise("Add --recipients \"WHO, under which agreement\" to --audience named_recipients.");
  for (const std::string& format : request.formats) {
    if (!renderers().contains(format))
      return Error("reporting.format.unknown", "The format {format} is not known.", {{"format", format}});
    if (request.audience == protect::Audience::kTeam && format != "html")
      return Error("reporting.audience.format",
                   "A working view for the team shows small cells, so it is only made as a page to look at (html).")
          .advise("Build it for named_recipients or public to get a file that may be sent.");
  }
  return Done{};
}

namespace {

Status record_product(store::Transaction& transaction, const StudyData& data, const ReportRequest& request,
                      const std::vector<std::pair<std::string, std::string>>& rendered, const std::string& head,
                      ReportSummary& summary) {
  Json files = Json::array();
  for (const auto& [name, bytes] : rendered) {
    HAMDIL_TRY(const std::string address, transaction.put_blob(bytes));
    summary.kept.push_back({name, address, bytes.size(), name.substr(name.rfind('.') + 1)});
    files.push_back(
        {{"name", name}, {"address", address}, {"size", bytes.size()}, {"format", summary.kept.back().format}});
  }
  Json inputs = Json::array();
  for (const Record& dataset : data.datasets)
    inputs.push_back({{"dataset", dataset.id}, {"content", dataset.fields().value("content", "")}});
  HAMDIL_TRY(const Record product,
             transaction.save(model::new_record("product", request.product + " (" + request.language + ")",
                                                {{"study", data.study.id},
                                                 {"outline", request.product},
                                                 {"language", request.language},
                                                 {"audience", audience_name(request.audience)},
                                                 {"recipients", request.recipients},
                                                 {"run", data.run},
                                                 {"inputs", inputs},
                                                 {"log_head", head},
                                                 {"files", files},
                                                 {"left_out", summary.left_out}})));
  summary.product = product.id;
  return Done{};
}

// All files or none: what an error cut off is taken away again.
Status write_all(const std::string& folder, const std::vector<std::pair<std::string, std::string>>& rendered,
                 std::vector<std::string>& files) {
  if (folder.empty()) return Done{};
  HAMDIL_CHECK(make_folder(folder));
  for (const auto& [name, bytes] : rendered) {
    const Status written = write_file(folder + "/" + name, bytes);
    if (!written) {
      for (const std::string& path : files) ::unlink(path.c_str());
      return written.error();
    }
    files.push_back(folder + "/" + name);
  }
  return Done{};
}

}  // namespace

Result<ReportSummary> build_report(store::Workspace& workspace, const ReportRequest& asked, const store::Author& author,
                                   const Control& control) {
  HAMDIL_CHECK(check_request(asked));
  ReportRequest request = asked;
  request.language = *find_language(asked.language, Catalogue::built_in().languages());
  HAMDIL_CHECK(control.step(0));
  HAMDIL_TRY(const StudyData data, load_study_data(workspace));
  const bool figures = report::has_figures(request.product);
  Analysed analysed;  // a print of questionnaire or codebook has no figures
  if (figures) {
    HAMDIL_TRY(analysed, analyse(data, control.part(0.02, 0.15)));
    if (request.audience != protect::Audience::kTeam) keep_for_outsiders(analysed);
  }
  protect::GateInput input = release_input(data, analysed, request.audience);
  const bool leaves = figures && request.audience != protect::Audience::kTeam;
  if (leaves) {
    HAMDIL_CHECK(check_versions(workspace, data, request.despite_earlier));
    HAMDIL_TRY(input.earlier, earlier_releases(workspace, data));
  }
  HAMDIL_CHECK(control.step(0.15));
  const protect::Thresholds thresholds = input.thresholds;
  const protect::Released<protect::TableSet> tables = protect::Gate::release(input);
  HAMDIL_CHECK(control.step(0.18));
  report::Context context = report_context(workspace, data, analysed, thresholds, request.audience, request.language);
  context.recipients = request.recipients;
  HAMDIL_TRY(const protect::Released<report::Document> document, report::compose(request.product, tables, context));
  HAMDIL_CHECK(control.step(0.2));
  const report::Drawings drawings = draw_figures(document, {.is_cancelled = control.is_cancelled});

  ReportSummary summary;
  if (request.language != asked.language)
    summary.problems.push_back(
        {Severity::kInfo, Error("reporting.language.taken", "The language {asked} is taken for {language}.",
                                {{"asked", asked.language}, {"language", request.language}})});
  std::vector<std::pair<std::string, std::string>> rendered;
  for (const std::string& format : request.formats) {
    const double done = static_cast<double>(rendered.size()) / static_cast<double>(request.formats.size());
    HAMDIL_CHECK(control.step(0.55 + 0.4 * done));
    HAMDIL_TRY(std::string bytes, renderers().at(format)(document, drawings));
    rendered.emplace_back(request.product + "." + request.language + "." + format, std::move(bytes));
  }
  HAMDIL_CHECK(control.step(0.95));
  HAMDIL_TRY(const store::LogHead head, workspace.head());
  for (const auto& section : document->left_out) summary.left_out.push_back(section);
  if (leaves) {
    HAMDIL_TRY(Diagnostics corrected, corrected_since_release(workspace, data));
    for (Diagnostic& problem : corrected) summary.problems.push_back(std::move(problem));
  }
  // What may leave is remembered before it does: a figure that somebody holds is never unknown to the gate. The product
  // itself is recorded when its files are there.
  if (figures)
    HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
      return record_release(workspace, transaction, data, analysed.tables, analysed.specifications, *tables,
                            request.product, request.despite_earlier);
    }));
  HAMDIL_CHECK(write_all(request.folder, rendered, summary.files));
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
    return record_product(transaction, data, request, rendered, head.text(), summary);
  }));
  const protect::GateSummary released = protect::summarise(*tables);
  summary.tables = tables->tables.size();
  summary.cells = released.cells;
  summary.withheld = released.withheld_small + released.withheld_complementary;
  summary.run = data.run;
  summary.drawing_problem = drawings.problem;
  for (Diagnostic& problem : design_problems(data)) summary.problems.push_back(std::move(problem));
  summary.problems.insert(summary.problems.end(), analysed.problems.begin(), analysed.problems.end());
  return summary;
}

}  // namespace hamdil::services::reporting
