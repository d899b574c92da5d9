// hamdil import survey, import table, import undo
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "services/intake/import_survey.hpp"

namespace hamdil::cli {
namespace {

using services::intake::ImportRequest;
using services::intake::Receipt;

struct Options {
  std::string workspace;
  ImportRequest request;
  KeyOptions key;
  bool dry_run = false;
  bool json = false;
};

int print(const Receipt& receipt, bool json) {
  if (json)
    fmt::print("{}\n", services::intake::to_json(receipt).dump(1));
  else
    fmt::print("{}", services::intake::to_text(receipt));
  return kDone;
}

int import_survey(const Options& options) {
  // The workspace is opened first: a long reading that ends at a locked door would be unkind.
  auto workspace = open_workspace(options.workspace, options.key,
                                  options.dry_run ? store::Workspace::Access::kRead : store::Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), options.json);
  Diagnostics problems;
  auto prepared = services::intake::prepare_import(options.request, problems);
  if (!prepared) {
    if (!options.json) print_diagnostics(problems);
    return report(prepared.error(), options.json);
  }
  if (options.dry_run) {
    const auto predicted = services::intake::predict_import(*workspace, std::move(*prepared), options.request);
    if (!predicted) return report(predicted.error(), options.json);
    return print(*predicted, options.json);
  }
  const auto receipt = services::intake::commit_import(*workspace, std::move(*prepared), options.request,
                                                       author("import of round " + options.request.round));
  if (!receipt) return report(receipt.error(), options.json);
  return print(*receipt, options.json);
}

int undo(const Options& options) {
  auto workspace = open_workspace(options.workspace, options.key, store::Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), options.json);
  if (const auto undone = services::intake::undo_import(*workspace, options.request.round, author("undo import"));
      !undone)
    return report(undone.error(), options.json);
  if (options.json)
    fmt::print("{}\n", Json{{"round", options.request.round}, {"undone", true}}.dump(1));
  else
    fmt::print("The last import of round {} was taken back.\n", options.request.round);
  return kDone;
}

}  // namespace

void declare_import(CLI::App& parent, Run& run) {
  auto options = std::make_shared<Options>();
  auto* group = parent.add_subcommand("import", "Answers come in");
  group->require_subcommand(1);
  const auto common = [&](CLI::App* command) {
    command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
    command->add_option("--round", options->request.round, "Name of the round, for example baseline")
        ->required()
        ->check(not_empty());
    command->add_flag("--json", options->json, "Print JSON");
    options->key.add_to(*command);
  };
  const auto reading = [&](CLI::App* command) {
    command->add_option("--data", options->request.data, "Export file; may be given several times")
        ->required()
        ->check(not_empty());
    command
        ->add_option("--consent-basis", options->request.consent_basis,
                     "On what basis the answers may be used, where no question asks for consent")
        ->check(not_empty());
    command->add_option("--seal", options->request.seal_columns,
                        "A column to seal as an identifier although it was not recognised");
    command->add_option("--keep", options->request.keep_columns,
                        "A column to keep although it was recognised as an identifier");
    command->add_flag("--dry-run", options->dry_run, "Read, check and print the receipt; write nothing");
    command->callback([&run, options] { run = [options] { return import_survey(*options); }; });
  };
  auto* survey = group->add_subcommand("survey", "An export of KoboToolbox, ODK Central or Ona with its XLSForm");
  common(survey);
  survey
      ->add_option("--form", options->request.forms,
                   "XLSForm workbook or folder; several versions may be given, oldest first")
      ->required()
      ->check(not_empty());
  survey->add_flag("--accept-form-errors", options->request.accept_form_errors,
                   "Go on although the form has errors; they stand in the receipt");
  reading(survey);
  auto* table = group->add_subcommand("table", "A plain table (CSV, XLSX, XLS, SPSS .sav, Stata .dta)");
  common(table);
  table
      ->add_option("--id", options->request.id_column,
                   "Column that tells the rows apart: a later file replaces the rows with the same value")
      ->check(not_empty());
  table->add_option("--codebook", options->request.codebook, "Sheet with name, label, type, values and missing codes");
  reading(table);
  auto* undo_command = group->add_subcommand("undo", "Take the last import of a round back");
  common(undo_command);
  undo_command->callback([&run, options] { run = [options] { return undo(*options); }; });
}

}  // namespace hamdil::cli
