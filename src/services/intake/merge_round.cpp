#include "services/intake/merge_round.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "data/combine.hpp"
#include "data/content_digest.hpp"

namespace hamdil::services::intake {
namespace {

constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
constexpr std::size_t kCellsAtOnce = 1'000'000;  // of the version before, while it is read

using People = std::unordered_set<std::string_view>;

const data::Table* find_repeat(const std::vector<data::Table>& repeats, const std::string& name) {
  const auto found =
      std::find_if(repeats.begin(), repeats.end(), [&](const data::Table& table) { return table.name == name; });
  return found == repeats.end() ? nullptr : &*found;
}

// What is known of each person from the repeats that `compared` has, too: the digests of the rows, in order. People are
// named where they stand in the tables.
std::unordered_map<std::string_view, std::string> repeat_digests(const std::vector<data::Table>& repeats,
                                                                 const std::vector<data::Table>& compared) {
  std::unordered_map<std::string_view, std::string> out;
  std::map<std::string, const data::Table*> by_name;  // the order of the tables does not matter
  for (const data::Table& repeat : repeats)
    if (find_repeat(compared, repeat.name) != nullptr) by_name.emplace(repeat.name, &repeat);
  for (const auto& [name, repeat] : by_name)
    if (const data::Column* people = repeat->find("respondent")) {
      const data::RowDigests digest_of_row(*repeat);
      for (std::size_t row = 0; row < repeat->rows; ++row)
        out[people->texts[row]] += "/" + name + ":" + digest_of_row(row);
    }
  return out;
}

// Calls `use` with every column of the version before, a few of them at a time in memory.
Status each_column(const EarlierRound& before, const std::function<void(data::Column&)>& use) {
  const std::size_t at_once = std::max<std::size_t>(1, kCellsAtOnce / std::max<std::size_t>(1, before.people.size()));
  for (std::size_t first = 0; first < before.columns.size(); first += at_once) {
    const auto begin = before.columns.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(at_once, before.columns.size() - first);
    HAMDIL_TRY(data::Table some, before.read({begin, begin + static_cast<std::ptrdiff_t>(count)}));
    for (data::Column& column : some.columns) use(column);
  }
  return Done{};
}

// Present values of two columns that are called alike.
class SameValue {
 public:
  SameValue(const data::Column& before, const data::Column& now) : before_(before), now_(now) {
    if (before.type != data::ColumnType::kCategory || now.type != data::ColumnType::kCategory) return;
    for (const data::Level& level : before.levels)
      codes_.push_back(now.find_level(level.value).value_or(data::kNoCode));
  }
  bool operator()(std::size_t old_row, std::size_t row) const {
    if (before_.type == data::ColumnType::kText && now_.type == data::ColumnType::kText)
      return before_.texts[old_row] == now_.texts[row];
    if (before_.type == now_.type && before_.is_numeric() && before_.numbers[old_row] == now_.numbers[row]) return true;
    if (!codes_.empty() && before_.codes[old_row] >= 0)
      return codes_[static_cast<std::size_t>(before_.codes[old_row])] == now_.codes[row];
    return before_.text_at(old_row) == now_.text_at(row);
  }

 private:
  const data::Column& before_;
  const data::Column& now_;
  std::vector<std::int32_t> codes_;  // of `now`, by code of `before`
};

// Which rows of the new file say something else than the version before said of the same people.
class Comparison {
 public:
  Comparison(const EarlierRound& before, const RoundTables& incoming) : before_(before), incoming_(incoming) {}

  Status run() {
    match();
    HAMDIL_CHECK(each_column(before_, [&](data::Column& column) {
      if (column.name != "respondent") compare(&column, incoming_.answers.find(column.name));
    }));
    for (const data::Column& column : incoming_.answers.columns)
      if (std::find(before_.columns.begin(), before_.columns.end(), column.name) == before_.columns.end())
        compare(nullptr, &column);
    compare_repeats();
    return Done{};
  }

  bool is_new(std::size_t row) const { return old_rows_[row] == kNoRow; }
  bool differs(std::size_t row) const { return differs_[row]; }

 private:
  const std::vector<std::string>& people() const { return incoming_.answers.find("respondent")->texts; }

  void match() {
    std::unordered_map<std::string_view, std::size_t> place;
    place.reserve(before_.people.size());
    for (std::size_t row = 0; row < before_.people.size(); ++row) place.emplace(before_.people[row], row);
    for (const std::string& person : people()) {
      const auto found = place.find(person);
      old_rows_.push_back(found == place.end() ? kNoRow : found->second);
    }
    differs_.resize(old_rows_.size());
  }

  void compare(const data::Column* before, const data::Column* now) {
    const std::string& name = before != nullptr ? before->name : now->name;
    if (name.starts_with("_flag_")) return;
    std::optional<SameValue> same;
    if (before != nullptr && now != nullptr) same.emplace(*before, *now);
    for (std::size_t row = 0; row < old_rows_.size(); ++row) {
      const std::size_t old = old_rows_[row];
      if (old == kNoRow || differs_[row]) continue;
      const auto was = before == nullptr ? data::Missing::kNotAsked : before->reason(old);
      const auto is = now == nullptr ? data::Missing::kNotAsked : now->reason(row);
      if (was != is)
        differs_[row] = true;
      else if (was == data::Missing::kPresent && same)
        differs_[row] = !(*same)(old, row);
    }
  }

  void compare_repeats() {
    if (before_.repeats.empty() && incoming_.repeats.empty()) return;
    const auto was = repeat_digests(before_.repeats, incoming_.repeats);
    const auto is = repeat_digests(incoming_.repeats, incoming_.repeats);
    static const std::string kNone;
    const auto of = [](const auto& digests, const std::string& person) -> const std::string& {
      const auto found = digests.find(person);
      return found == digests.end() ? kNone : found->second;
    };
    for (std::size_t row = 0; row < old_rows_.size(); ++row)
      if (!is_new(row) && of(was, people()[row]) != of(is, people()[row])) differs_[row] = true;
  }

  const EarlierRound& before_;
  const RoundTables& incoming_;
  std::vector<std::size_t> old_rows_;  // by row of the new file
  std::vector<bool> differs_;
};

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
data::Table rows_staying(const data::Table& before, const People& gone) {
  const data::Column* people = before.find("respondent");
  std::vector<bool> stays(before.rows);
  for (std::size_t row = 0; row < before.rows; ++row) stays[row] = !gone.contains(people->texts[row]);
  data::Table out = data::select_rows(before, stays);
  out.name = before.name;
  return out;
}

// The same for the answers, a few columns at a time.
Result<data::Table> answers_staying(const EarlierRound& before, const People& gone) {
  data::Table out;
  std::vector<bool> stays(before.people.size());
  for (std::size_t row = 0; row < stays.size(); ++row) {
    stays[row] = !gone.contains(before.people[row]);
    out.rows += stays[row] ? 1 : 0;
  }
  if (out.rows == 0) return out;
  HAMDIL_CHECK(each_column(before, [&](data::Column& column) {
    data::Table one;
    one.rows = stays.size();
    one.columns.push_back(std::move(column));
    out.columns.push_back(std::move(data::select_rows(one, stays).columns.front()));
  }));
  return out;
}

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

Result<Merged> merge_round(const EarlierRound& before, RoundTables incoming, const std::set<std::string>& rejected,
                           Receipt& receipt) {
  Merged out;
  if (before.people.empty() && before.repeats.empty()) {  // a first file is compared with nothing
    receipt.added = incoming.answers.rows;
    out.tables = std::move(incoming);
    return out;
  }
  People corrected;
  People mentioned;  // where they stand in the tables: none is moved before the last look
  {
    Comparison comparison(before, incoming);
    HAMDIL_CHECK(comparison.run());
    const auto& people = incoming.answers.find("respondent")->texts;
    mentioned.reserve(people.size());
    for (std::size_t row = 0; row < people.size(); ++row) {
      mentioned.insert(people[row]);
      if (!comparison.is_new(row) && comparison.differs(row)) corrected.insert(people[row]);
      ++(comparison.is_new(row) ? receipt.added : comparison.differs(row) ? receipt.corrected : receipt.unchanged);
    }
  }
  for (const std::string& person : before.people) {
    const bool is_mentioned = mentioned.contains(person);
    const bool is_rejected = rejected.contains(person);
    if (!is_mentioned && is_rejected) out.withdrawn.push_back(person);
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
  HAMDIL_TRY(data::Table old_answers, answers_staying(before, mentioned));
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
