// hamdil study apply WS STUDY.yaml
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "services/reporting/study_data.hpp"
#include "services/study/apply_study.hpp"

namespace hamdil::cli {

void declare_study(CLI::App& parent, Run& run) {
  struct Options {
    std::string workspace;
    std::string file;
    KeyOptions key;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* group = parent.add_subcommand("study", "How people were chosen, what is measured, what is compared");
  group->require_subcommand(1);
  auto* apply = group->add_subcommand("apply", "Check a study file against the answers and keep it in the workspace");
  apply->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  apply->add_option("file", options->file, "The study file (YAML)")->required()->check(not_empty());
  apply->add_flag("--json", options->json, "Print JSON");
  options->key.add_to(*apply);
  apply->callback([&run, options] {
    run = [options] {
      auto workspace = open_workspace(options->workspace, options->key, store::Workspace::Access::kWrite);
      if (!workspace) return report(workspace.error(), options->json);
      Diagnostics problems;
      const auto applied = services::study::apply_study(*workspace, options->file, author("study file"), problems);
      // What does not fit together shows only where frame and answers meet; it is a warning, the file is kept.
      if (applied) {
        if (const auto data = services::reporting::load_study_data(*workspace)) {
          for (Diagnostic& problem : services::reporting::design_problems(*data))
            problems.push_back(std::move(problem));
        } else {
          problems.push_back({Severity::kWarning, data.error()});
        }
      }
      if (!options->json) print_diagnostics(problems);
      if (!applied) {
        if (options->json)
          fmt::print(
              "{}\n",
              Json{{"applied", false}, {"error", error_json(applied.error())}, {"problems", diagnostics_json(problems)}}
                  .dump(1));
        return options->json ? exit_code_of(applied.error()) : report(applied.error(), false);
      }
      if (options->json)
        fmt::print("{}\n", Json{{"applied", true}, {"problems", diagnostics_json(problems)}}.dump(1));
      else
        fmt::print("The study file is applied.\n");
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace hamdil::cli
