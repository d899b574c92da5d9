// hamdil form check FORM
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "exchange/xlsform/read.hpp"
#include "services/intake/file_kind.hpp"
#include "services/intake/instrument.hpp"

namespace hamdil::cli {

void declare_form(CLI::App& parent, Run& run) {
  struct Options {
    std::string form;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* group = parent.add_subcommand("form", "Questionnaires");
  group->require_subcommand(1);
  auto* check = group->add_subcommand("check", "Read an XLSForm and list everything that is wrong with it");
  check->add_option("form", options->form, "Workbook (.xlsx, .xls, .csv) or folder of CSV sheets")
      ->required()
      ->check(not_empty());
  check->add_flag("--json", options->json, "Print JSON");
  check->callback([&run, options] {
    run = [options] {
      Diagnostics problems;
      const auto form = exchange::xlsform::read_xlsform_file(options->form, problems);
      if (!form && form.error().code == "exchange.xlsform.no_survey")
        return report(services::intake::not_a_form(options->form), options->json);
      if (!form) {
        if (!options->json) print_diagnostics(problems);
        return report(form.error(), options->json);
      }
      const Json instrument = services::intake::instrument_json(*form);
      const bool usable = !has_errors(problems);
      if (options->json) {
        fmt::print("{}\n",
                   Json{{"usable", usable}, {"problems", diagnostics_json(problems)}, {"form", instrument}}.dump(1));
      } else {
        print_diagnostics(problems);
        fmt::print("{}: {} questions, {} choice lists, languages: {}\n", usable ? "Usable" : "NOT USABLE",
                   instrument["questions"].size(), instrument["lists"].size(), instrument["languages"].dump());
      }
      return static_cast<int>(usable ? kDone : kAnswerIsNo);
    };
  });
}

}  // namespace hamdil::cli
