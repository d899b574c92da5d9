#include "services/intake/merge_round.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "data/combine.hpp"
#include "data/content_digest.hpp"

namespace hamdil::services::intake {
namespace {

const data::Table* find_repeat(const std::vector<data::Table>& repeats, const std::string& name) {
  const auto found =
      std::find_if(repeats.begin(), repeats.end(), [&](const data::Table& table) { return table.name == name; });
  return found == repeats.end() ? nullptr : &*found;
}

// What is known of each person: the digest of the answers, then those of the rows of the repeats that `compared` has,
// in order. People are named where they stand in the tables.
std::unordered_map<std::string_view, std::string> digests_by_person(const RoundTables& tables,
                                                                    const std::vector<data::Table>& compared) {
  std::unordered_map<std::string_view, std::string> out;
  const data::Column* ids = tables.answers.find("respondent");
  const data::RowDigests digest_of(tables.answers);
  for (std::size_t row = 0; row < tables.answers.rows; ++row) out.emplace(ids->texts[row], digest_of(row));
  std::map<std::string, const data::Table*> by_name;  // the order of the tables does not matter
  for (const data::Table& repeat : tables.repeats)
    if (find_repeat(compared, repeat.name) != nullptr) by_name.emplace(repeat.name, &repeat);
  for (const auto& [name, repeat] : by_name)
    if (const data::Column* people = repeat->find("respondent")) {
      const data::RowDigests digest_of_row(*repeat);
      for (std::size_t row = 0; row < repeat->rows; ++row)
        out[people->texts[row]] += "/" + name + ":" + digest_of_row(row);
    }
  return out;
}

data::Table below(data::Table old, data::Table incoming) {
  const std::string name = incoming.name;
  old.name = "before";
  incoming.name = "now";
  std::vector<data::Table> parts;  // moved into it: a list in braces would copy both
  parts.push_back(std::move(old));
  parts.push_back(std::move(incoming));
  data::Table merged = data::stack(parts, "_import");
  std::erase_if(merged.columns, [](const data::Column& column) { return column.name == "_import"; });
  merged.name = name;
  return merged;
}

// The rows of `before` of people that are not in `gone`.
data::Table rows_staying(const data::Table& before, const std::unordered_set<std::string_view>& gone) {
  const data::Column* people = before.find("respondent");
  std::vector<bool> stays(before.rows);
  for (std::size_t row = 0; row < before.rows; ++row) stays[row] = !gone.contains(people->texts[row]);
  data::Table out = data::select_rows(before, stays);
  out.name = before.name;
  return out;
}

using People = std::unordered_set<std::string_view>;

KeptRepeat count_kept(const data::Table& repeat, const People& mentioned, const People& corrected) {
  KeptRepeat out{.name = repeat.name};
  People seen;
  for (const std::string& person : repeat.find("respondent")->texts) {
    if (!mentioned.contains(person)) continue;
    ++out.rows;
    if (seen.insert(person).second) out.corrected += corrected.contains(person) ? 1 : 0;
  }
  out.people = seen.size();
  return out;
}

}  // namespace

Merged merge_round(const RoundTables& before, RoundTables incoming, const std::set<std::string>& rejected,
                   Receipt& receipt) {
  Merged out;
  if (before.answers.rows == 0 && before.repeats.empty()) {  // a first file is compared with nothing
    receipt.added = incoming.answers.rows;
    out.tables = std::move(incoming);
    return out;
  }
  People corrected;
  People mentioned;  // where they stand in the tables: none is moved before the last look
  std::size_t met = 0;
  {
    const auto old_digests = digests_by_person(before, incoming.repeats);
    const auto new_digests = digests_by_person(incoming, incoming.repeats);
    for (const std::string& person : incoming.answers.find("respondent")->texts) {
      mentioned.insert(person);
      const auto old = old_digests.find(person);
      if (old == old_digests.end()) continue;
      ++met;
      const bool is_same = old->second == new_digests.at(person);
      ++(is_same ? receipt.unchanged : receipt.corrected);
      if (!is_same) corrected.insert(person);
    }
  }
  receipt.added = incoming.answers.rows - met;
  for (const std::string& person : before.answers.find("respondent")->texts) {
    const bool is_mentioned = mentioned.contains(person);
    const bool is_rejected = rejected.contains(person);
    if (!is_mentioned && is_rejected) {
      out.withdrawn.push_back(person);
    }
    out.covers_all = out.covers_all && (is_mentioned || is_rejected);
  }
  const People withdrawn(out.withdrawn.begin(), out.withdrawn.end());
  std::vector<data::Table> old_repeats;
  for (const data::Table& repeat : before.repeats) {
    const bool is_in_file = find_repeat(incoming.repeats, repeat.name) != nullptr;
    if (!is_in_file)
      if (KeptRepeat kept = count_kept(repeat, mentioned, corrected); kept.rows > 0)
        out.kept_repeats.push_back(std::move(kept));
    People gone = withdrawn;
    if (is_in_file) gone.insert(mentioned.begin(), mentioned.end());
    old_repeats.push_back(rows_staying(repeat, gone));
  }
  mentioned.insert(withdrawn.begin(), withdrawn.end());
  data::Table old_answers = rows_staying(before.answers, mentioned);
  out.tables = std::move(incoming);
  if (old_answers.rows > 0) out.tables.answers = below(std::move(old_answers), std::move(out.tables.answers));
  for (data::Table& old : old_repeats) {
    const auto same = std::find_if(out.tables.repeats.begin(), out.tables.repeats.end(),
                                   [&](const data::Table& table) { return table.name == old.name; });
    if (same == out.tables.repeats.end())
      out.tables.repeats.push_back(std::move(old));
    else if (old.rows > 0)
      *same = below(std::move(old), std::move(*same));
  }
  return out;
}

data::Table merge_rejected(const data::Table& before, const data::Table& incoming,
                           const std::unordered_set<std::string_view>& kept, bool covers_all) {
  std::map<std::string, std::pair<std::string, std::string>> state;
  const auto take = [&](const data::Table& table, bool is_new) {
    for (std::size_t row = 0; row < table.rows; ++row) {
      const std::string submission = table.find("submission")->text_at(row);
      const std::string keyed = table.find("keyed")->text_at(row);
      const std::string reason = table.find("reason")->text_at(row);
      if (is_new ? state.contains(submission) && state[submission].first == "withdrawn"
                 : kept.contains(submission) || (covers_all && keyed != "1"))
        continue;
      state[submission] = {reason, keyed};
    }
  };
  take(before, false);
  take(incoming, true);
  std::vector<std::string> submissions, reasons, keyed;
  for (const auto& [submission, what] : state) {
    submissions.push_back(submission);
    reasons.push_back(what.first);
    keyed.push_back(what.second);
  }
  data::Table out;
  out.rows = state.size();
  out.put(data::Column::of_texts("submission", std::move(submissions)));
  out.put(data::Column::of_texts("reason", std::move(reasons)));
  out.put(data::Column::of_texts("keyed", std::move(keyed)));
  return out;
}

}  // namespace hamdil::services::intake
