// hamdil library
#include "services/records/library.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"

namespace hamdil::cli {
namespace {

namespace records = services::records;

struct LibraryOptions {
  std::string workspace;
  std::string kind;
  std::string words;
  std::string language = "en";
  std::vector<std::string> take;
  bool all = false;
  bool json = false;
  KeyOptions key;
};

int list_kinds() {
  for (const std::string& kind : records::library_kinds())
    fmt::print("{:<24} {}\n", kind, records::count_in_library(kind));
  return kDone;
}

int list(const LibraryOptions& options, const store::Workspace& workspace) {
  const records::LibraryQuery query{.kind = options.kind,
                                    .words = options.words,
                                    .language = options.language,
                                    .limit = records::count_in_library(options.kind)};
  const auto page = records::look_in_library(workspace, query);
  if (!page) return report(page.error(), options.json);
  Json out = Json::array();
  for (const records::LibraryLine& line : page->lines) {
    if (options.json)
      out.push_back({{"library_id", line.library_id}, {"title", line.title}, {"taken", line.taken}});
    else
      fmt::print("{:<24} {}{}\n", line.library_id, line.title, line.taken.empty() ? "" : "  [" + line.taken + "]");
  }
  if (options.json) fmt::print("{}\n", out.dump(1));
  return kDone;
}

int take(const LibraryOptions& options, store::Workspace& workspace) {
  std::vector<std::string> wanted = options.take;
  if (options.all) {
    const auto entries = records::list_library(options.kind);
    if (!entries) return report(entries.error(), options.json);
    for (const records::LibraryEntry& entry : *entries) wanted.push_back(entry.library_id);
  }
  const auto taken = records::take_from_library(workspace, author(""), options.kind, wanted, options.language);
  if (!taken) return report(taken.error(), options.json);
  if (options.json) {
    Json ids = Json::array();
    for (const model::Record& record : taken->records) ids.push_back(record.id);
    fmt::print("{}\n", Json{{"records", ids}, {"made", taken->made.size()}, {"undo", taken->undo}}.dump(1));
    return kDone;
  }
  for (const model::Record& record : taken->records) fmt::print("{}  {}\n", record.id, record.title);
  fmt::print("{} taken, {} records new, with what they refer to\n", taken->records.size(), taken->made.size());
  return kDone;
}

int run_library(const LibraryOptions& options) {
  if (options.kind.empty()) return list_kinds();
  const bool takes = options.all || !options.take.empty();
  auto workspace = open_workspace(options.workspace, options.key,
                                  takes ? store::Workspace::Access::kWrite : store::Workspace::Access::kRead);
  if (!workspace) return report(workspace.error(), options.json);
  return takes ? take(options, *workspace) : list(options, *workspace);
}

}  // namespace

void declare_library(CLI::App& parent, Run& run) {
  auto* command = parent.add_subcommand("library", "What is shipped with the program, and taking it in");
  auto options = std::make_shared<LibraryOptions>();
  command->add_option("workspace", options->workspace, "The workspace")->required()->check(not_empty());
  command->add_option("kind", options->kind, "The kind of record, for example tool; without it: the kinds there are");
  command->add_option("--words", options->words, "Only entries with these words");
  command->add_option("--language", options->language, "Of titles and of what is taken")->capture_default_str();
  command->add_option("--take", options->take, "Ids of entries to make records of");
  command->add_flag("--all", options->all, "Makes records of all entries of the kind");
  command->add_flag("--json", options->json, "As JSON");
  options->key.add_to(*command);
  command->callback([options, &run] { run = [options] { return run_library(*options); }; });
}

}  // namespace hamdil::cli
