#include "data/combine.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hamdil::data {
namespace {

Table part(const std::string& name, std::vector<std::int32_t> codes, std::vector<Level> levels) {
  Table table;
  table.name = name;
  table.put(Column::of_codes("answer", std::move(codes), std::move(levels)));
  return table;
}

}  // namespace

TEST(Stack, LevelsAreJoinedAndLackingColumnsWereNotAsked) {
  Table baseline = part("baseline", {0, 1}, {{"no", "No"}, {"yes", "Yes"}});
  Table endline = part("endline", {0, kNoCode}, {{"yes", "Yes"}, {"never", "Never"}});
  endline.put(Column::of_numbers("age", {30, 40}));
  const Table all = stack({baseline, endline}, "round");
  EXPECT_EQ(all.rows, 4u);
  EXPECT_EQ(all.find("round")->text_at(2), "endline");
  EXPECT_EQ(all.find("answer")->text_at(2), "yes");
  EXPECT_EQ(all.find("answer")->levels.size(), 3u);
  EXPECT_EQ(all.find("answer")->reason(3), Missing::kBlank);
  EXPECT_EQ(all.find("age")->reason(0), Missing::kNotAsked);
  EXPECT_EQ(all.find("age")->number_at(3), 40);
}

TEST(Join, KeysMeetWhateverTheirSpellingAndTheRestIsCounted) {
  Table table;
  table.put(Column::of_texts("settlement", {"buur hakaba", "xuudurHC", "Buur_Hakaba"}));
  Table frame;
  frame.name = "frame.csv";
  frame.put(Column::of_texts("settlement", {"buur_hakaba", "xudurHC"}));
  frame.put(Column::of_numbers("weight", {2.5, 1}));
  const auto report = join(table, frame, {"settlement"}, {"weight"});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->matched, 2u);
  EXPECT_EQ(report->unmatched_keys, std::vector<std::string>{"xuudurHC"});
  EXPECT_EQ(table.find("weight")->number_at(2), 2.5);
  EXPECT_TRUE(table.find("weight")->is_missing(1));
}

TEST(Join, AKeyThatStandsTwiceInTheFrameIsAnError) {
  Table table;
  table.put(Column::of_texts("k", {"a"}));
  Table frame;
  frame.put(Column::of_texts("k", {"a", "A"}));
  EXPECT_EQ(join(table, frame, {"k"}, {}).error().code, "data.join.ambiguous");
}

}  // namespace hamdil::data
