#include "services/intake/merge_round.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "data/content_digest.hpp"

namespace hamdil::services::intake {
namespace {

// The rule that the datasets of workspaces were written by, cell by cell.
std::string plain_rule(const data::Table& table) {
  std::string all;
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::vector<std::string> parts;
    for (const data::Column& column : table.columns)
      if (!column.name.starts_with("_flag_") && column.reason(row) != data::Missing::kNotAsked)
        parts.push_back(column.name + "=" + column.text_at(row) + "/" + data::missing_name(column.reason(row)));
    std::sort(parts.begin(), parts.end());
    std::string joined;
    for (const std::string& part : parts) joined += part + "\x1F";
    all += digest_hex(joined);
  }
  return digest_hex(all);
}

TEST(ContentDigest, IsThatOfThePlainRuleWhateverTheNames) {
  data::Table table;
  table.rows = 3;
  table.put(data::Column::of_texts("b", {"x", "", "z"}));
  table.put(data::Column::of_numbers("a", {1, 2.5, 1e21}));
  table.put(data::Column::of_texts("ab", {"=", "/", "1"}));
  table.put(data::Column::of_texts("a-b", {"q", "q", "r"}));
  table.put(data::Column::of_codes("c", {1, -1, 0}, {{"no", "No"}, {"yes", "Yes"}}));
  table.put(data::Column::of_codes("_flag_x", {0, 1, 0}, {{"0", "No"}, {"1", "Yes"}}));
  table.columns[0].set_missing(2, data::Missing::kNotAsked);
  table.columns[1].set_missing(0, data::Missing::kRefused);
  EXPECT_EQ(data::content_digest(table), plain_rule(table));
  for (const char* name : {"a=", "a=1", "a=b"}) {
    table.put(data::Column::of_texts(name, {"0", "2", "1/present"}));
    EXPECT_EQ(data::content_digest(table), plain_rule(table)) << name;
  }
}

EarlierRound earlier(const RoundTables& tables) {
  EarlierRound out{
      .people = tables.answers.find("respondent")->texts, .columns = {}, .read = {}, .repeats = tables.repeats};
  for (const data::Column& column : tables.answers.columns) out.columns.push_back(column.name);
  out.read = [&tables](const std::vector<std::string>& names) -> Result<data::Table> {
    data::Table some;
    some.rows = tables.answers.rows;
    for (const std::string& name : names) some.columns.push_back(*tables.answers.find(name));
    return some;
  };
  return out;
}

// Random rounds of a few people: what is corrected is what has another digest. A repeat that the new file has no table
// for says nothing and is not compared.
TEST(MergeRound, CountsWhatTheDigestsTellApart) {
  std::uint32_t state = 7;
  const auto draw = [&state](std::uint32_t below) { return (state = state * 1664525U + 1013904223U) / 65536U % below; };
  const auto some_round = [&] {
    RoundTables out;
    std::vector<std::string> people, texts;
    std::vector<double> numbers;
    std::vector<std::int32_t> codes;
    for (const char* person : {"p1", "p2", "p3", "p4", "p5"}) {
      if (draw(4) == 0) continue;
      people.emplace_back(person);
      texts.emplace_back(draw(2) == 0 ? "1" : "2");
      numbers.push_back(draw(2) == 0 ? 1 : 2);
      codes.push_back(static_cast<std::int32_t>(draw(2)));
    }
    out.answers.rows = people.size();
    out.answers.put(data::Column::of_texts("respondent", people));
    if (draw(3) > 0) {  // one question, of whatever type the file gave it
      data::Column question;
      const std::uint32_t type = draw(4);
      if (type == 0)
        question = data::Column::of_texts("q", texts);
      else if (type == 1)
        question = data::Column::of_numbers("q", numbers, data::ColumnType::kInteger);
      else if (type == 2)
        question = data::Column::of_codes("q", codes, {{"1", "One"}, {"2", "Two"}});
      else
        question = data::Column::of_codes("q", codes, {{"2", "Two"}, {"1", "One"}});
      for (std::size_t row = 0; row < people.size(); ++row)
        if (draw(3) == 0) question.set_missing(row, draw(2) == 0 ? data::Missing::kNotAsked : data::Missing::kRefused);
      out.answers.put(std::move(question));
    }
    out.answers.put(data::Column::of_numbers("_flag_x", numbers));
    if (draw(2) == 0 && !people.empty()) {
      data::Table repeat;
      repeat.name = "child";
      repeat.rows = 1;
      repeat.put(data::Column::of_texts("respondent", {people[draw(static_cast<std::uint32_t>(people.size()))]}));
      repeat.put(data::Column::of_numbers("age", {static_cast<double>(draw(2))}));
      out.repeats.push_back(std::move(repeat));
    }
    return out;
  };
  const auto digests = [](const RoundTables& tables, bool with_repeats) {
    std::map<std::string, std::string> out;
    const data::RowDigests digest_of(tables.answers);
    for (std::size_t row = 0; row < tables.answers.rows; ++row)
      out[tables.answers.find("respondent")->texts[row]] = digest_of(row);
    for (const data::Table& repeat : with_repeats ? tables.repeats : std::vector<data::Table>()) {
      const data::RowDigests digest_of_row(repeat);
      for (std::size_t row = 0; row < repeat.rows; ++row)
        out[repeat.find("respondent")->texts[row]] += digest_of_row(row);
    }
    return out;
  };
  for (int turn = 0; turn < 2'000; ++turn) {
    const RoundTables before = some_round(), now = some_round();
    // A file without a table for the repeat says nothing of it.
    const bool with_repeats = !now.repeats.empty();
    const auto was = digests(before, with_repeats);
    const auto is = digests(now, with_repeats);
    Receipt receipt;
    const auto merged = merge_round(earlier(before), now, {}, receipt);
    ASSERT_TRUE(merged);
    std::size_t added = 0, corrected = 0, unchanged = 0;
    for (const auto& [person, digest] : is) {
      const auto old = was.find(person);
      ++(old == was.end() ? added : old->second == digest ? unchanged : corrected);
    }
    ASSERT_EQ(receipt.added, added) << turn;
    ASSERT_EQ(receipt.corrected, corrected) << turn;
    ASSERT_EQ(receipt.unchanged, unchanged) << turn;
    std::set<std::string> everybody;
    for (const auto& [person, digest] : was) everybody.insert(person);
    for (const auto& [person, digest] : is) everybody.insert(person);
    const auto& people = merged->tables.answers.find("respondent")->texts;
    ASSERT_EQ(std::set<std::string>(people.begin(), people.end()), everybody) << turn;
    ASSERT_EQ(people.size(), everybody.size()) << turn;
    if (!with_repeats && !before.repeats.empty()) {
      ASSERT_EQ(merged->tables.repeats.at(0).rows, before.repeats[0].rows) << turn;
      const bool is_mentioned = is.contains(before.repeats[0].find("respondent")->texts[0]);
      ASSERT_EQ(merged->kept_repeats.size(), is_mentioned ? 1u : 0u) << turn;
    }
  }
}

}  // namespace
}  // namespace hamdil::services::intake
