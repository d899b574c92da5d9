// hamdil export WS --what data|tables|records --format csv|xlsx|sav|json --out DIR
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "services/reporting/export_workspace.hpp"

namespace hamdil::cli {

void declare_export(CLI::App& parent, Run& run) {
  struct Options {
    std::string workspace;
    services::reporting::ExportRequest request;
    KeyOptions key;
    std::string audience = "named_recipients";
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = parent.add_subcommand("export", "Data for other programs, pseudonymised and through the gate");
  command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  command->add_option("--what", options->request.what, "What to export")
      ->required()
      ->check(CLI::IsMember({"data", "tables", "records"}));
  command->add_option("--format", options->request.format, "How")
      ->required()
      ->check(CLI::IsMember({"csv", "xlsx", "sav", "json"}));
  command->add_option("--out", options->request.folder, "Folder to write to")->required()->check(not_empty());
  command->add_option("--audience", options->audience, "Who gets the data: it decides how many people must be alike")
      ->check(CLI::IsMember({"named_recipients", "public"}));
  command->add_option("--despite-earlier", options->request.despite_earlier,
                      "Why tables may leave although nearly the same people were released before; kept");
  command->add_flag("--json", options->json, "Print JSON");
  options->key.add_to(*command);
  command->callback([&run, options] {
    run = [options] {
      auto workspace = open_workspace(
          options->workspace, options->key,
          options->request.what == "records" ? store::Workspace::Access::kRead : store::Workspace::Access::kWrite);
      if (!workspace) return report(workspace.error(), options->json);
      options->request.is_public = options->audience == "public";
      const auto summary = services::reporting::export_workspace(*workspace, options->request, author("export"));
      if (!summary) return report(summary.error(), options->json);
      if (options->json) {
        Json columns = Json::array();
        for (const protect::ColumnLoss& column : summary->columns)
          columns.push_back(
              {{"column", column.column}, {"what", column.what}, {"why", column.why}, {"blanked", column.blanked}});
        fmt::print("{}\n", Json{{"files", summary->files}, {"notes", summary->notes}, {"columns", columns}}.dump(1));
      } else {
        for (const std::string& file : summary->files) fmt::print("{}\n", file);
        for (const std::string& note : summary->notes) fmt::print("{}.\n", note);
      }
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace hamdil::cli
