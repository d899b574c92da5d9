// hamdil terms split, take; hamdil round out, in
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "base/file.hpp"
#include "services/records/rounds/round.hpp"
#include "services/records/terms/split.hpp"

namespace hamdil::cli {
namespace {

namespace terms = services::records::terms;
namespace rounds = services::records::rounds;
using store::Workspace;

constexpr std::size_t kDocumentLimit = 64u << 20;

struct DocumentOptions {
  std::string workspace;
  std::string file;
  std::string what;
  std::string person;
  std::string language = "en";
  std::string reason;
  bool accept = false;
  bool json = false;
  KeyOptions key;
};
using Options = std::shared_ptr<DocumentOptions>;

Result<terms::Split> split_file(const std::string& path) {
  HAMDIL_TRY(const std::string bytes, read_file(path, kDocumentLimit));
  HAMDIL_TRY(exchange::TextDocument document, terms::read_source(bytes, path));
  return terms::split_terms(std::move(document));
}

void print_split(const terms::Split& split) {
  fmt::print("{}\n", split.title);
  for (const terms::Proposal& one : split.proposals) {
    fmt::print("  {:<4} {:<20} {}{}{}{}\n", one.key, one.kind, one.title, one.due.empty() ? "" : "  due " + one.due,
               one.payment_share ? fmt::format("  {}%", *one.payment_share) : "",
               one.deliverable.empty() ? "" : "  of " + one.deliverable);
    fmt::print("       paragraph {}{}\n", fmt::join(one.paragraphs, ", "), one.sure ? "" : "  (please check)");
  }
}

Json split_json(const terms::Split& split) {
  Json out = Json::array();
  for (const terms::Proposal& one : split.proposals)
    out.push_back({{"key", one.key},
                   {"kind", one.kind},
                   {"title", one.title},
                   {"text", one.text},
                   {"paragraphs", one.paragraphs},
                   {"deliverable", one.deliverable},
                   {"due", one.due},
                   {"payment_share", one.payment_share ? Json(*one.payment_share) : Json()},
                   {"need", one.need},
                   {"sure", one.sure}});
  return {{"title", split.title}, {"proposals", out}};
}

int split(const DocumentOptions& options) {
  const auto found = split_file(options.file);
  if (!found) return report(found.error(), options.json);
  if (options.json)
    fmt::print("{}\n", split_json(*found).dump(1));
  else
    print_split(*found);
  return kDone;
}

int take(const DocumentOptions& options, Workspace& workspace) {
  auto found = split_file(options.file);
  if (!found) return report(found.error(), options.json);
  terms::Confirmation given{found->title, found->contract_number, found->starts, found->ends, found->paragraphs, {}};
  for (terms::Proposal& one : found->proposals)
    if (one.sure) given.proposals.push_back(std::move(one));
  const auto done = terms::confirm_terms(workspace, author(options.reason), given);
  if (!done) return report(done.error(), options.json);
  if (!done->problems.empty()) {
    print_diagnostics(done->problems);
    return kBadInput;
  }
  fmt::print("{} records; terms_of_reference {}\n", done->records.size(), done->records.front().id);
  return kDone;
}

int out(const DocumentOptions& options, Workspace& workspace) {
  rounds::SendRequest request{{}, options.person, options.language};
  std::vector<std::string> kinds = rounds::kinds_of_set(options.what);
  if (kinds.empty()) kinds = {options.what};
  for (const std::string& kind : kinds) request.parts.push_back({.kind = kind});
  const auto sent = rounds::send_round(workspace, author(options.reason), request);
  if (!sent) return report(sent.error(), options.json);
  if (const Status written = write_file(options.file, sent->bytes); !written)
    return report(written.error(), options.json);
  fmt::print("{} rows in {}; mail_round {}\n", sent->round.fields()["rows"].get<std::int64_t>(), options.file,
             sent->round.id);
  return kDone;
}

void print_comparison(const rounds::Comparison& found) {
  for (const rounds::CellDifference& one : found.cells)
    fmt::print("{:<16} {} / {}: \"{}\" -> \"{}\"{}{}\n", one.cell, one.title, one.label, one.sent, one.theirs,
               one.conflict ? fmt::format("  CONFLICT, now \"{}\"", one.now) : "",
               one.problem ? "  " + one.problem->message() : "");
  for (const rounds::NewRow& one : found.rows) {
    fmt::print("{:<16} new {}:", one.cell, one.kind);
    for (const auto& [label, text] : one.values) fmt::print(" {}=\"{}\"", label, text);
    for (const Error& problem : one.problems) fmt::print("  {}", problem.message());
    fmt::print("\n");
  }
  for (const std::string& title : found.not_returned) fmt::print("not in the file: {}\n", title);
  for (const std::string& label : found.columns_missing) fmt::print("column missing: {}\n", label);
  for (const std::string& label : found.columns_unknown) fmt::print("column not read: {}\n", label);
  print_diagnostics(found.problems);
  fmt::print("{} cells and {} new rows differ.\n", found.cells.size(), found.rows.size());
}

// Everything that is a value and no conflict; the rest is refused with its reason.
std::map<std::string, rounds::Decision> decisions_of(const rounds::Comparison& found) {
  std::map<std::string, rounds::Decision> out;
  for (const rounds::CellDifference& one : found.cells)
    out[one.cell] = {!one.problem && !one.conflict, one.problem    ? one.problem->message()
                                                    : one.conflict ? "changed here meanwhile"
                                                                   : ""};
  for (const rounds::NewRow& one : found.rows)
    out[one.cell] = {one.problems.empty(), one.problems.empty() ? "" : one.problems.front().message()};
  return out;
}

int in(const DocumentOptions& options, Workspace& workspace) {
  const auto bytes = read_file(options.file, kDocumentLimit);
  if (!bytes) return report(bytes.error(), options.json);
  const auto found = rounds::receive_round(workspace, author(options.reason), *bytes, options.person);
  if (!found) return report(found.error(), options.json);
  print_comparison(*found);
  if (!options.accept || found->cells.size() + found->rows.size() == 0) return kDone;
  const auto done = rounds::decide_round(workspace, author(options.reason), found->round.id, decisions_of(*found));
  if (!done) return report(done.error(), options.json);
  if (!done->problems.empty()) {
    print_diagnostics(done->problems);
    return kBadInput;
  }
  fmt::print("{} accepted, {} refused.\n", done->accepted, done->refused);
  return kDone;
}

CLI::App* declare(CLI::App& group, Run& run, const Options& options, const char* name, const char* help,
                  int (*action)(const DocumentOptions&, Workspace&)) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("workspace", options->workspace, "The workspace")->required();
  command->add_option("--reason", options->reason, "Why; kept in the change log");
  options->key.add_to(*command);
  command->callback([&run, options, action] {
    run = [options, action] {
      auto workspace = open_workspace(options->workspace, options->key, Workspace::Access::kWrite);
      return workspace ? action(*options, *workspace) : report(workspace.error(), options->json);
    };
  });
  return command;
}

}  // namespace

void declare_terms(CLI::App& parent, Run& run) {
  auto options = std::make_shared<DocumentOptions>();
  auto* group = parent.add_subcommand("terms", "Terms of reference: DOCX, PDF or text");
  group->require_subcommand(1);
  auto* split_command = group->add_subcommand("split", "What rules find in a document; nothing is saved");
  split_command->add_option("file", options->file, "The document")->required();
  split_command->add_flag("--json", options->json, "Print JSON");
  split_command->callback([&run, options] { run = [options] { return split(*options); }; });
  declare(*group, run, options, "take", "Its sure proposals as linked records", take)
      ->add_option("file", options->file, "The document")
      ->required();
}

void declare_round(CLI::App& parent, Run& run) {
  auto options = std::make_shared<DocumentOptions>();
  auto* group = parent.add_subcommand("round", "Lists out as a spreadsheet with keys, and back");
  group->require_subcommand(1);
  auto* out_command = declare(*group, run, options, "out", "Writes the spreadsheet", out);
  out_command->add_option("what", options->what, "A kind of record, or matrix, plan, comments")->required();
  out_command->add_option("file", options->file, "The XLSX to write")->required();
  out_command->add_option("--to", options->person, "To whom it goes");
  out_command->add_option("--language", options->language, "Of labels and instructions")->capture_default_str();
  auto* in_command = declare(*group, run, options, "in", "Compares what came back, cell by cell", in);
  in_command->add_option("file", options->file, "The XLSX that came back")->required();
  in_command->add_option("--from", options->person, "Who sent it back");
  in_command->add_flag("--accept", options->accept, "Take all that is no conflict and a value; refuse the rest");
}

}  // namespace hamdil::cli
