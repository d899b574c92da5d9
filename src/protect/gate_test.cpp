#include "protect/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hamdil::protect {
namespace {

stats::Row mean_row(Domain by, std::size_t rows, std::size_t clusters = 9) {
  stats::Row row;
  row.term = row.variable = "trust";
  row.by = std::move(by);
  row.estimate = 3;
  row.base_rows = row.cell_rows = rows;
  row.base_clusters = clusters;
  row.ref = "r";
  return row;
}

stats::ResultTable table(std::string id, std::vector<stats::Row> rows, std::string estimator = "mean") {
  stats::ResultTable out;
  out.id = std::move(id);
  out.estimator = std::move(estimator);
  out.rows = std::move(rows);
  return out;
}

std::vector<Withheld> reasons(const Released<TableSet>& released, std::size_t table) {
  return released->tables[table].withheld;
}

}  // namespace

TEST(Gate, AnEstimateNeedsTenAnswersFromThreePlaces) {
  GateInput input;
  input.tables = {table("t", {mean_row({{"g", "a"}}, 10), mean_row({{"g", "b"}}, 9), mean_row({{"g", "c"}}, 50, 2)})};
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 0), (std::vector<Withheld>{Withheld::kNo, Withheld::kFewRows, Withheld::kFewClusters}));
  EXPECT_TRUE(std::isnan(released->tables[0].table.rows[1].estimate));
  EXPECT_EQ(released->tables[0].table.rows[1].base_rows, 0u);
  EXPECT_EQ(released->tables[0].table.rows[1].ref, "r");
}

TEST(Gate, FiguresThatNoGateLooksIntoDoNotLeave) {
  GateInput input;
  input.tables = {table("t", {mean_row({}, 50)})};
  stats::ResultTable& full = input.tables.front();
  full.figures = {{"kappa", 0.7},
                  {"category", std::vector<stats::Figures>{{{"category", std::string("refused")}, {"n", 1.0}}}}};
  full.values = {{"n_domain", 3}};
  full.series = {{"alpha_without", {0.5}}};
  full.texts = {{"who", "one"}};
  full.matrix = full.counts = {1, 1, {2}};
  full.flags = {stats::Flag::kUndefined};
  full.parts = {table("part", {mean_row({}, 2)})};
  const stats::ResultTable out = Gate::release(input)->tables.front().table;
  EXPECT_FALSE(std::isnan(out.rows.front().estimate));
  EXPECT_TRUE(out.figures.empty() && out.values.empty() && out.series.empty() && out.texts.empty() &&
              out.parts.empty());
  EXPECT_TRUE(out.matrix.values.empty() && out.counts.values.empty() && out.flags.empty());
  input.audience = Audience::kTeam;
  EXPECT_EQ(Gate::release(input)->tables.front().table.figures.size(), 2u);
}

TEST(Gate, PlacesDoNotCountWithoutClustersInTheDesign) {
  GateInput input;
  input.design_has_clusters = false;
  input.tables = {table("t", {mean_row({}, 50, 1)})};
  EXPECT_EQ(reasons(Gate::release(input), 0).front(), Withheld::kNo);
}

TEST(Gate, ALoneWithheldPartTakesTheSmallestOtherPartWithIt) {
  GateInput input;
  input.tables = {table("all", {mean_row({}, 105)}),
                  table("by", {mean_row({{"g", "a"}}, 60), mean_row({{"g", "b"}}, 40), mean_row({{"g", "c"}}, 5)})};
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 0).front(), Withheld::kNo);
  EXPECT_EQ(reasons(released, 1), (std::vector<Withheld>{Withheld::kNo, Withheld::kComplementary, Withheld::kFewRows}));
}

TEST(Gate, TwoTinyPartsThatTellEachOtherTakeAThird) {
  GateInput input;
  input.tables = {table("all", {mean_row({}, 106)}),
                  table("by", {mean_row({{"g", "a"}}, 100), mean_row({{"g", "b"}}, 3), mean_row({{"g", "c"}}, 3)})};
  EXPECT_EQ(reasons(Gate::release(input), 1)[0], Withheld::kComplementary);
}

TEST(Gate, FewPeopleWithoutAGroupAreNotTotalMinusGroups) {
  GateInput input;
  input.tables = {table("all", {mean_row({}, 99)}),
                  table("by", {mean_row({{"g", "a"}}, 80), mean_row({{"g", "b"}}, 18)})};
  // With one group printed, total minus group would tell the other almost exactly: both go.
  EXPECT_EQ(reasons(Gate::release(input), 1),
            (std::vector<Withheld>{Withheld::kComplementary, Withheld::kComplementary}));
  input.tables[0].rows[0].base_rows = 98;  // everybody belongs to a group: nothing to hide
  EXPECT_EQ(reasons(Gate::release(input), 1), (std::vector<Withheld>{Withheld::kNo, Withheld::kNo}));
}

TEST(Gate, AChangeGivesNoWithheldRoundAway) {
  GateInput input;
  input.tables = {table("rounds", {mean_row({{"round", "1"}}, 5), mean_row({{"round", "2"}}, 50)}),
                  table("change", {mean_row({}, 50)}, "change")};
  input.combinations = {{"change", 0, "mean", {{{"round", "1"}}, {{"round", "2"}}}}};
  const auto released = Gate::release(input);
  const int hidden = static_cast<int>(reasons(released, 0)[1] != Withheld::kNo) +
                     static_cast<int>(reasons(released, 1)[0] != Withheld::kNo);
  EXPECT_GE(hidden, 1);
}

TEST(Gate, CellsOfSensitiveQuestionsAndTheirComplementsAreCounted) {
  stats::Row yes = mean_row({}, 100);
  yes.variable = "threat";
  yes.level = "yes";
  yes.term = "threatyes";
  yes.cell_rows = 92;
  stats::Row no = yes;
  no.level = "no";
  no.term = "threatno";
  no.cell_rows = 8;
  GateInput input;
  input.tables = {table("t", {yes, no}, "proportion")};
  EXPECT_EQ(reasons(Gate::release(input), 0).front(), Withheld::kNo);
  input.sensitive = {"threat"};
  EXPECT_EQ(reasons(Gate::release(input), 0), (std::vector<Withheld>{Withheld::kSmallCell, Withheld::kSmallCell}));
}

TEST(Gate, TheTeamSeesSmallCellsMarked) {
  GateInput input;
  input.audience = Audience::kTeam;
  input.tables = {table("t", {mean_row({}, 4)})};
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 0).front(), Withheld::kFewRows);
  EXPECT_EQ(released->tables[0].table.rows[0].estimate, 3);
}

TEST(Gate, TheSameFigureIsWithheldInEveryTable) {
  GateInput input;
  input.tables = {table("a", {mean_row({}, 105)}),
                  table("b", {mean_row({{"g", "a"}}, 60), mean_row({{"g", "b"}}, 40), mean_row({{"g", "c"}}, 5)}),
                  table("c", {mean_row({{"g", "b"}}, 40)})};
  EXPECT_EQ(reasons(Gate::release(input), 2).front(), Withheld::kComplementary);
}

TEST(Gate, AScoreWithASensitiveAnswerAmongOthersNeedsMorePeople) {
  GateInput input;
  input.partly_sensitive = {"trust"};
  input.tables = {table("t", {mean_row({{"g", "a"}}, 19), mean_row({{"g", "b"}}, 20), mean_row({{"g", "c"}}, 19)})};
  EXPECT_EQ(reasons(Gate::release(input), 0),
            (std::vector<Withheld>{Withheld::kFewRows, Withheld::kNo, Withheld::kFewRows}));
}

TEST(Gate, WhatLeftBeforeIsKnownAndItsSecretsStay) {
  const auto all = table("all", {mean_row({}, 105)});
  const auto parts = table("by", {mean_row({{"g", "a"}}, 60), mean_row({{"g", "b"}}, 40), mean_row({{"g", "c"}}, 5)});
  GateInput first;
  first.tables = {parts};
  const auto before = Gate::release(first);
  EXPECT_EQ(reasons(before, 0), (std::vector<Withheld>{Withheld::kNo, Withheld::kNo, Withheld::kFewRows}));
  GateInput second;  // the total would now give the five people away
  second.tables = {all};
  second.earlier = {{parts, before->tables[0].withheld}};
  EXPECT_EQ(reasons(Gate::release(second), 0).front(), Withheld::kComplementary);
  second.earlier.clear();
  EXPECT_EQ(reasons(Gate::release(second), 0).front(), Withheld::kNo);
}

TEST(Gate, ATableOfAnotherQuestionUnderTheSameNameStandsForItself) {
  GateInput input;
  input.tables = {table("all", {mean_row({}, 105), mean_row({{"g", "a"}}, 60)})};
  input.earlier = {
      {table("by", {mean_row({{"g", "a"}}, 45), mean_row({{"g", "b"}}, 5)}), {Withheld::kNo, Withheld::kFewRows}}};
  EXPECT_EQ(reasons(Gate::release(input), 0), (std::vector<Withheld>{Withheld::kNo, Withheld::kNo}));
}

TEST(Gate, ATotalOfAnotherQuestionCompletesTheSamePeople) {
  const auto named = [](stats::Row row, const char* term) {
    row.term = row.variable = term;
    return row;
  };
  GateInput input;
  input.tables = {table("item", {named(mean_row({{"g", "a"}}, 91), "item"), named(mean_row({{"g", "b"}}, 6), "item")}),
                  table("score", {named(mean_row({}, 97), "score")})};
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 0), (std::vector<Withheld>{Withheld::kComplementary, Withheld::kFewRows}));
  // A question that far fewer answered hides nobody else's answers.
  input.tables = {table("item", {named(mean_row({}, 8), "item")}), table("score", {named(mean_row({}, 300), "score")})};
  EXPECT_EQ(reasons(Gate::release(input), 1).front(), Withheld::kNo);
}

TEST(Gate, NoBreakdownByASensitiveAnswerPasses) {
  GateInput input;
  input.sensitive = {"insulted"};
  input.tables = {table("t", {mean_row({{"insulted", "yes"}}, 50), mean_row({{"insulted", "no"}}, 50)})};
  EXPECT_EQ(reasons(Gate::release(input), 0), (std::vector<Withheld>{Withheld::kSmallCell, Withheld::kSmallCell}));
}

TEST(Gate, SharesOfWhoPeopleAreCountPeople) {
  GateInput input;
  input.counted = {"trust"};
  input.tables = {table("t", {mean_row({}, 50)}, "proportion")};
  input.tables[0].rows[0].level = "female";
  input.tables[0].rows[0].cell_rows = 5;
  EXPECT_EQ(reasons(Gate::release(input), 0).front(), Withheld::kSmallCell);
}

TEST(Gate, ARareLevelHidesItselfAndNotTheFiguresOfEverybody) {
  GateInput input;
  input.counted = {"joined"};
  stats::Row few = mean_row({}, 213);
  few.term = "joinedyes";
  few.variable = "joined";
  few.level = "yes";
  few.cell_rows = 5;
  input.tables = {table("all", {mean_row({}, 213)}), table("known", {few}, "proportion")};
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 0).front(), Withheld::kNo);
  EXPECT_EQ(reasons(released, 1).front(), Withheld::kSmallCell);
}

// Four questions are the mean of a score; three of them and the score would give the fourth.
TEST(Gate, AScoreIsNotPrintedBesideAllOfItsQuestionsButOne) {
  const auto question = [](const std::string& name, std::size_t yes) {
    std::vector<stats::Row> rows;
    for (const auto& [level, count] : {std::pair{"yes", yes}, std::pair{"no", 100 - yes}}) {
      stats::Row row = mean_row({{"g", "a"}}, 100);
      row.variable = name;
      row.level = level;
      row.term = name + "=" + level;
      row.cell_rows = count;
      rows.push_back(row);
    }
    return table(name, rows, "proportion");
  };
  stats::Row score = mean_row({{"g", "a"}}, 100);
  score.term = score.variable = "score";
  GateInput input;
  input.sensitive = {"beaten"};
  input.scores = {{"score", {"safe", "at_home", "beaten"}}};
  input.tables = {table("score", {score}), question("safe", 60), question("at_home", 40), question("beaten", 6)};
  const auto beside_all = Gate::release(input);
  EXPECT_EQ(reasons(beside_all, 3).front(), Withheld::kSmallCell);
  EXPECT_EQ(reasons(beside_all, 0).front(), Withheld::kComplementary);
  EXPECT_EQ(reasons(beside_all, 1).front(), Withheld::kNo);
  input.tables.erase(input.tables.begin() + 1);  // two questions unknown: the score tells neither
  EXPECT_EQ(reasons(Gate::release(input), 0).front(), Withheld::kNo);
  // Readers have the score already: another question goes instead.
  GateInput later;
  later.sensitive = input.sensitive;
  later.scores = input.scores;
  later.tables = {question("safe", 60), question("at_home", 40), question("beaten", 6)};
  later.earlier = {{table("score", {score}), {Withheld::kNo}, {}}};
  const auto after = Gate::release(later);
  EXPECT_EQ(reasons(after, 0).front(), Withheld::kComplementary);
  EXPECT_EQ(reasons(after, 1).front(), Withheld::kNo);
}

// A sensitive question is asked of the same people: where their number is hidden, it may not print it.
TEST(Gate, ANumberHiddenForOneQuestionIsNotPrintedWithASensitiveOne) {
  GateInput input;
  input.sensitive = {"beaten"};
  input.tables = {table("all", {mean_row({}, 125)}),
                  table("by", {mean_row({{"g", "a"}}, 75), mean_row({{"g", "b"}}, 45), mean_row({{"g", "c"}}, 5)})};
  std::vector<stats::Row> rows;
  for (const auto& [group, count] : {std::pair{"a", 75u}, std::pair{"b", 45u}, std::pair{"c", 5u}}) {
    stats::Row row = mean_row({{"g", group}}, count);
    row.variable = "beaten";
    row.level = "yes";
    row.term = "beaten=yes";
    row.cell_rows = std::min(22u, count);
    rows.push_back(row);
  }
  input.tables.push_back(table("beaten", rows, "proportion"));
  const auto released = Gate::release(input);
  EXPECT_EQ(reasons(released, 1), (std::vector<Withheld>{Withheld::kNo, Withheld::kComplementary, Withheld::kFewRows}));
  EXPECT_EQ(reasons(released, 2), (std::vector<Withheld>{Withheld::kNo, Withheld::kComplementary, Withheld::kFewRows}));
}

TEST(Gate, WhatCannotBeCheckedIsNotPrinted) {
  // Breakdowns that go round in circles over many levels: more combinations than can be solved.
  std::vector<stats::Row> rows;
  for (const auto& [first, second] : {std::pair{"a", "b"}, std::pair{"b", "c"}, std::pair{"a", "c"}})
    for (int i = 0; i < 40; ++i)
      for (int j = 0; j < 40; ++j)
        rows.push_back(mean_row({{first, std::to_string(i)}, {second, std::to_string(j)}}, 50));
  GateInput input;
  input.tables = {table("t", rows)};
  const auto released = Gate::release(input);
  for (const Withheld reason : reasons(released, 0)) EXPECT_EQ(reason, Withheld::kComplementary);
}

}  // namespace hamdil::protect
