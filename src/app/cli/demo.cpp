// hamdil demo make DIR, demo fill WS, demo translate WS, demo remove WS
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "services/demo/make.hpp"
#include "services/demo/programme.hpp"

namespace hamdil::cli {
namespace {

using ProgrammeStep = Result<std::size_t> (*)(store::Workspace&, const std::string& language);
enum class Language : std::uint8_t { kNone, kOptional, kRequired };

void declare_programme(CLI::App& group, Run& run, const char* name, const char* purpose, const char* done,
                       Language language, ProgrammeStep step) {
  struct Options {
    std::string workspace;
    std::string language = "en";
    KeyOptions key;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand(name, purpose);
  command->add_option("workspace", options->workspace, "The workspace")->required();
  if (language != Language::kNone)
    command->add_option("--language", options->language, "Of its titles and texts: en, tg, fa-AF")
        ->capture_default_str()
        ->required(language == Language::kRequired);
  command->add_flag("--json", options->json, "Print JSON");
  options->key.add_to(*command);
  command->callback([&run, options, done, step] {
    run = [options, done, step] {
      auto workspace = open_workspace(options->workspace, options->key, store::Workspace::Access::kWrite);
      if (!workspace) return report(workspace.error(), options->json);
      const auto count = step(*workspace, options->language);
      if (!count) return report(count.error(), options->json);
      if (options->json)
        fmt::print("{}\n", Json{{"records", *count}}.dump(1));
      else
        fmt::print("{} DEMO records {}.\n", *count, done);
      return static_cast<int>(kDone);
    };
  });
}

}  // namespace

void declare_demo(CLI::App& parent, Run& run) {
  struct Options {
    std::string folder;
    services::demo::DemoOptions demo;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* group = parent.add_subcommand("demo", "The demonstration study: invented places and people with known truth");
  group->require_subcommand(1);
  auto* make = group->add_subcommand(
      "make", "Write a synthetic field package: forms, exports of two rounds, frame, districts, study file, truth");
  make->add_option("folder", options->folder, "Folder to write to")->required();
  make->add_option("--seed", options->demo.seed, "Another seed gives another population")->capture_default_str();
  make->add_option("--sample-seed", options->demo.sample_seed,
                   "Another sample of the same population; the seed when it is not given");
  make->add_option("--size", options->demo.size, "Interviews in each round, about")
      ->capture_default_str()
      ->check(CLI::Range(60, 200'000));
  make->add_flag("--force", options->demo.overwrite, "Overwrite also a study file that was changed");
  make->add_flag("--json", options->json, "Print JSON");
  make->callback([&run, options] {
    run = [options] {
      const auto files = services::demo::make_demo(options->folder, options->demo);
      if (!files) return report(files.error(), options->json);
      if (options->json) {
        fmt::print("{}\n", Json{{"folder", options->folder}, {"files", *files}}.dump(1));
      } else {
        fmt::print("DEMO field package in {}:\n", options->folder);
        for (const std::string& file : *files) fmt::print("  {}\n", file);
      }
      return static_cast<int>(kDone);
    };
  });
  declare_programme(*group, run, "fill", "Write the demonstration programme: invented records of every kind", "written",
                    Language::kOptional, &services::demo::fill_programme);
  declare_programme(
      *group, run, "translate", "Put what it says into another language; what people changed stays", "changed",
      Language::kRequired, [](store::Workspace& workspace, const std::string& language) -> Result<std::size_t> {
        HAMDIL_TRY(const auto changed, services::demo::translate_programme(workspace, language, author("")));
        return changed.size();
      });
  declare_programme(*group, run, "remove", "Move the demonstration programme to the bin", "moved to the bin",
                    Language::kNone, [](store::Workspace& workspace, const std::string&) -> Result<std::size_t> {
                      HAMDIL_TRY(const auto removed, services::demo::remove_programme(workspace, author("")));
                      return removed.size();
                    });
}

}  // namespace hamdil::cli
