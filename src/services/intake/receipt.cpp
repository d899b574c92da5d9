#include "services/intake/receipt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hamdil::services::intake {
namespace {

constexpr std::size_t kPlacesShown = 5;

}  // namespace

std::vector<ProblemGroup> group_problems(const Diagnostics& diagnostics) {
  std::vector<ProblemGroup> groups;
  for (const Diagnostic& diagnostic : diagnostics) {
    const Error& problem = diagnostic.problem;
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const ProblemGroup& g) { return g.code == problem.code; });
    if (group == groups.end()) {
      groups.push_back({problem.code, diagnostic.severity, problem.message(), fill(problem.hint, problem.args), 0, {}});
      group = groups.end() - 1;
    }
    ++group->count;
    const std::string place = problem.where.describe();
    if (!place.empty() && group->places.size() < kPlacesShown) group->places.push_back(place);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const ProblemGroup& a, const ProblemGroup& b) { return a.severity > b.severity; });
  return groups;
}

Json to_json(const Receipt& receipt) {
  Json problems = Json::array();
  for (const ProblemGroup& group : receipt.problems)
    problems.push_back({{"code", group.code},
                        {"severity", group.severity == Severity::kError     ? "error"
                                     : group.severity == Severity::kWarning ? "warning"
                                                                            : "info"},
                        {"count", group.count},
                        {"example", group.example},
                        {"fix", group.fix},
                        {"places", group.places}});
  const auto columns_json = [](const std::vector<SealedColumn>& columns) {
    Json out = Json::array();
    for (const SealedColumn& column : columns)
      out.push_back({{"column", column.column}, {"class", column.kind}, {"why", column.why}});
    return out;
  };
  Json relevance = Json::array();
  for (const Receipt::Relevance& one : receipt.relevance)
    relevance.push_back({{"question", one.question},
                         {"not_asked", one.not_asked},
                         {"blank", one.blank},
                         {"answered_though_not_asked", one.answered},
                         {"could_not_be_evaluated", one.unknown}});
  return {{"round", receipt.round},
          {"dialect", receipt.dialect},
          {"read", receipt.read},
          {"kept", receipt.kept},
          {"rejected", receipt.rejected},
          {"flagged", receipt.flagged},
          {"repeats", receipt.repeats},
          {"sealed", columns_json(receipt.sealed)},
          {"not_stored", columns_json(receipt.dropped)},
          {"relevance", relevance},
          {"consent", receipt.consent},
          {"not_in_form", receipt.not_in_form},
          {"not_in_data", receipt.not_in_data},
          {"rows_before", receipt.rows_before},
          {"added", receipt.added},
          {"corrected", receipt.corrected},
          {"unchanged", receipt.unchanged},
          {"stayed", receipt.stayed},
          {"withdrawn", receipt.withdrawn},
          {"rows_after", receipt.rows_after},
          {"dataset_version", receipt.dataset_version},
          {"dataset", receipt.dataset},
          {"dry_run", receipt.dry_run},
          {"problems", problems}};
}

std::string to_text(const Receipt& receipt) {
  std::string out;
  std::size_t rejected = 0;
  for (const auto& [reason, count] : receipt.rejected) rejected += count;
  out += fmt::format("Round {} ({}){}: read {} = kept {} + rejected {}\n", receipt.round, receipt.dialect,
                     receipt.dry_run ? ", dry run" : "", receipt.read, receipt.kept, rejected);
  for (const auto& [reason, count] : receipt.rejected) out += fmt::format("  rejected  {:<24} {}\n", reason, count);
  for (const auto& [flag, count] : receipt.flagged) out += fmt::format("  flagged   {:<24} {}\n", flag, count);
  for (const auto& [name, count] : receipt.repeats) out += fmt::format("  repeat    {:<24} {} rows\n", name, count);
  if (receipt.rows_before == 0)
    out += fmt::format("  the round is new: {} rows\n", receipt.rows_after);
  else
    out += fmt::format(
        "  the round had {} rows: {} replaced, {} unchanged, {} stay though this file does not hold them, {} taken out "
        "(consent withdrawn); {} are new; it has {} rows {}\n",
        receipt.rows_before, receipt.corrected, receipt.unchanged, receipt.stayed, receipt.withdrawn, receipt.added,
        receipt.rows_after, receipt.dry_run ? "afterwards" : "now");
  Receipt::Relevance all;
  std::size_t unknown_questions = 0;
  for (const Receipt::Relevance& one : receipt.relevance) {
    all.not_asked += one.not_asked;
    all.blank += one.blank;
    all.answered += one.answered;
    all.unknown += one.unknown;
    unknown_questions += one.unknown > 0 ? 1 : 0;
  }
  if (!receipt.relevance.empty())
    out += fmt::format(
        "  conditions of the form: {} blank cells were not asked, {} were asked; {} answers stand where nothing was "
        "asked; relevance could not be evaluated for {} cells of {} questions\n",
        all.not_asked, all.blank, all.answered, all.unknown, unknown_questions);
  out += fmt::format("  consent   {}\n", receipt.consent);
  const auto list = [&out](const char* heading, const std::vector<SealedColumn>& columns) {
    if (!columns.empty()) out += heading;
    for (const SealedColumn& column : columns)
      out += fmt::format("    {:<28} {:<11} {}\n", column.column, column.kind, column.why);
  };
  list("  sealed in the vault, not in the dataset:\n", receipt.sealed);
  list("  not stored at all:\n", receipt.dropped);
  for (const ProblemGroup& group : receipt.problems) {
    out += fmt::format("  {} x{}: {} [{}]\n",
                       group.severity == Severity::kError     ? "ERROR"
                       : group.severity == Severity::kWarning ? "problem"
                                                              : "note",
                       group.count, group.example, group.code);
    if (!group.places.empty())
      out += fmt::format("      at {}{}\n", fmt::join(group.places, "; "),
                         group.count > group.places.size() ? "; ..." : "");
    if (!group.fix.empty()) out += fmt::format("      fix: {}\n", group.fix);
  }
  if (receipt.dry_run)
    out +=
        receipt.nothing_new
            ? "Nothing was written, and an import would write nothing: the same rows are already there.\n"
            : fmt::format("Nothing was written; an import would write dataset version {}.\n", receipt.dataset_version);
  else if (receipt.dataset.empty())
    out += "Nothing changed: the same rows are already there.\n";
  else
    out += fmt::format("Dataset version {} is written.\n", receipt.dataset_version);
  return out;
}

}  // namespace hamdil::services::intake
