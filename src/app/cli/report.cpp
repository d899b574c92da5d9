// hamdil report WS PRODUCT, hamdil trace WS REF
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/trace_text.hpp"
#include "base/text.hpp"
#include "services/reporting/build_report.hpp"
#include "services/reporting/trace.hpp"

namespace hamdil::cli {
namespace {

struct ReportOptions {
  std::string workspace;
  std::string formats = "docx,html";
  std::string audience = "public";
  services::reporting::ReportRequest request;
  KeyOptions key;
  bool json = false;
};

int build(ReportOptions options) {
  options.request.formats = text::split(options.formats, ',');
  options.request.audience = options.audience == "team"               ? protect::Audience::kTeam
                             : options.audience == "named_recipients" ? protect::Audience::kNamedRecipients
                                                                      : protect::Audience::kPublic;
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), options.json);
  const auto summary = services::reporting::build_report(*workspace, options.request, author("report"));
  if (!summary) return report(summary.error(), options.json);
  if (options.json) {
    fmt::print("{}\n", Json{{"files", summary->files},
                            {"run", summary->run},
                            {"tables", summary->tables},
                            {"cells", summary->cells},
                            {"withheld", summary->withheld},
                            {"left_out", summary->left_out},
                            {"drawing_problem", summary->drawing_problem},
                            {"problems", diagnostics_json(summary->problems)}}
                           .dump(1));
    return kDone;
  }
  print_diagnostics(summary->problems);
  for (const std::string& file : summary->files) fmt::print("{}\n", file);
  fmt::print("Run {}: {} tables, {} cells, {} withheld.\n", summary->run, summary->tables, summary->cells,
             summary->withheld);
  if (!summary->left_out.empty())
    fmt::print("Sections without anything to print yet: {}\n", fmt::join(summary->left_out, ", "));
  if (!summary->drawing_problem.empty()) fmt::print("Figures: {}\n", summary->drawing_problem);
  return kDone;
}

struct TraceOptions {
  std::string workspace;
  std::string ref;
  bool rows = false;
  std::string reason;
  bool json = false;
  KeyOptions key;
};

int trace(const TraceOptions& options) {
  if (options.rows && options.reason.empty())
    return report(Error("cli.trace.reason", "Looking at the interviews behind a number needs a reason.")
                      .advise("Add --reason \"...\"; it is kept in the change log with your name."),
                  options.json);
  auto workspace = open_workspace(options.workspace, options.key,
                                  options.rows ? store::Workspace::Access::kWrite : store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  const auto look = options.rows ? std::optional(author(options.reason)) : std::nullopt;
  const auto answer = services::reporting::trace(*workspace, options.ref, look);
  if (!answer) return report(answer.error(), options.json);
  if (options.json) {
    fmt::print("{}\n", *answer);
    return kDone;
  }
  const Json json = Json::parse(*answer);
  fmt::print("{}", trace_text(json));
  if (json.contains("rows")) {
    fmt::print("  {:<15} {} interviews; not for release\n", "rows", json["rows"].size());
    for (const Json& row : json["rows"])
      fmt::print("    {}  {}\n", row.value("round", ""), row.value("respondent", ""));
  }
  return kDone;
}

}  // namespace

void declare_report(CLI::App& parent, Run& run) {
  auto options = std::make_shared<ReportOptions>();
  auto* report_command = parent.add_subcommand("report", "Build a product from the workspace");
  report_command->add_option("workspace", options->workspace, "The workspace")->required();
  report_command->add_option("product", options->request.product, "Outline, for example impact_assessment_report")
      ->required();
  report_command->add_option("--format", options->formats, "docx, pdf, html, xlsx, separated by commas")
      ->capture_default_str();
  report_command->add_option("--language", options->request.language, "Language tag: en, tg, fa-AF")
      ->capture_default_str();
  report_command->add_option("--audience", options->audience, "Who will read it")
      ->capture_default_str()
      ->check(CLI::IsMember({"team", "named_recipients", "public"}));
  report_command->add_option("--recipients", options->request.recipients,
                             "Who the named recipients are and under which agreement; printed and kept");
  report_command->add_option("--despite-earlier", options->request.despite_earlier,
                             "Why it may leave although nearly the same people were released before; kept");
  report_command->add_option("--out", options->request.folder, "Folder to write to")->required();
  report_command->add_flag("--json", options->json, "Print JSON");
  options->key.add_to(*report_command);
  report_command->callback([&run, options] { run = [options] { return build(*options); }; });

  auto trace_options = std::make_shared<TraceOptions>();
  auto* trace_command =
      parent.add_subcommand("trace", "From a printed number back to its cell, specification, data and rows");
  trace_command->add_option("workspace", trace_options->workspace, "The workspace")->required();
  trace_command->add_option("ref", trace_options->ref, "The reference, for example 1a2b3c4d:trust.overall:2")
      ->required();
  trace_command->add_flag("--rows", trace_options->rows,
                          "Also the pseudonyms of the interviews, for people who may see the answers; logged");
  trace_command->add_option("--reason", trace_options->reason, "Why you look at the interviews; kept in the log");
  trace_command->add_flag("--json", trace_options->json, "Print JSON");
  trace_options->key.add_to(*trace_command);
  trace_command->callback([&run, trace_options] { run = [trace_options] { return trace(*trace_options); }; });
}

}  // namespace hamdil::cli
