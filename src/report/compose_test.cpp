// What a report may say and must say.
#include "report/compose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "report/composition.hpp"
#include "report/tiny_study.hpp"

namespace hamdil::report {

namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::string all_text(const Document& document) {
  std::string out;
  for_each_runs(document, [&](const Runs& runs) { out += plain_text(runs) + "\n"; });
  return out;
}

protect::Released<Document> composed(const protect::TableSet& tables, const Context& context) {
  return *compose("impact_assessment_report", protect::ReleaseForTests::as_is(tables), context);
}

}  // namespace

TEST(Compose, UnknownProductsAreRefused) {
  const auto answer = compose("novel", protect::ReleaseForTests::as_is(testing::tables()), testing::context());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "report.product.unknown");
}

TEST(Compose, EveryPrintedResultCarriesACellReference) {
  std::set<std::string> refs;
  for (const protect::ReleasedTable& table : testing::tables().tables)
    for (const stats::Row& row : table.table.rows) refs.insert(row.ref);
  std::size_t numbers = 0;
  for_each_runs(*testing::document(), [&](const Runs& runs) {
    for (const auto& run : runs) {
      if (run.kind == RunKind::kNumber) {
        EXPECT_TRUE(refs.contains(run.target)) << run.text << " " << run.target;
      }
      numbers += run.kind == RunKind::kNumber ? 1 : 0;
    }
  });
  EXPECT_GT(numbers, 300u);
}

TEST(Compose, OnlyNumberAndFactRunsHoldDigits) {
  for (const std::string language : {"en", "tg", "fa-AF"})
    for_each_runs(*testing::document(language), [&](const Runs& runs) {
      for (const auto& run : runs)
        if (run.kind == RunKind::kText || run.kind == RunKind::kStrong || run.kind == RunKind::kEmphasis) {
          EXPECT_EQ(run.text.find_first_of("0123456789"), std::string::npos) << language << ": " << run.text;
        }
    });
}

TEST(Compose, WithoutRandomSamplingNothingClaimsMore) {
  Context context = testing::context();
  context.design.sampling = Sampling::kQuota;
  const auto document = composed(testing::tables(), context);
  const std::string text = all_text(*document);
  EXPECT_THAT(text, Not(HasSubstr("95% interval")));
  EXPECT_THAT(text, Not(HasSubstr("p (Holm)")));
  EXPECT_THAT(text, Not(HasSubstr("Standard error\n")));
  EXPECT_THAT(text, Not(HasSubstr("[+")));
  EXPECT_THAT(text, HasSubstr("among those asked"));
  for (const Block& block : document->blocks)
    if (const auto* figure = std::get_if<Figure>(&block)) {
      EXPECT_EQ(figure->spec.find("\"lower\":0"), std::string::npos) << figure->id;
      EXPECT_THAT(figure->alt, Not(HasSubstr("interval"))) << figure->id;
    }
}

TEST(Compose, CausesAreNamedOnlyWithAComparisonGroup) {
  for_each_runs(*testing::document(), [](const Runs& runs) {
    for (const auto& run : runs) {
      if (run.kind != RunKind::kText || run.text == "Impact assessment report") continue;
      for (const char* word : {"because", "impact", "effect of", "led to", "caused by"})
        EXPECT_EQ(run.text.find(word), std::string::npos) << run.text;
    }
  });
}

TEST(Compose, ADifferenceIsAnEffectOnlyWithItsAssumption) {
  protect::TableSet tables = testing::tables();
  tables.tables.push_back(testing::table("trust.did", {testing::row({}, 0.2, 0.07, 800, "T.trust.did")}, "contrast"));
  Context context = testing::context();
  const std::string without = all_text(*composed(tables, context));
  EXPECT_THAT(without, HasSubstr("With and without the programme"));
  EXPECT_THAT(without, HasSubstr("this is a difference and no more"));
  EXPECT_THAT(without, Not(HasSubstr("its effect")));
  context.comparison_group = true;
  context.comparison_assumption = "Both had moved alike in earlier years.";
  const std::string with = all_text(*composed(tables, context));
  EXPECT_THAT(with, HasSubstr("this is its effect"));
  EXPECT_THAT(with, HasSubstr("Both had moved alike in earlier years."));
  EXPECT_THAT(with, Not(HasSubstr("for which it is stated why")));
}

TEST(Compose, EmptyPartsAreLeftOutAndNamed) {
  const auto document = testing::document();
  EXPECT_THAT(document->left_out, Contains("stories"));
  EXPECT_THAT(document->left_out, Contains("recommendations"));
  EXPECT_THAT(document->left_out, Not(Contains("methodology")));
  EXPECT_THAT(all_text(*document), HasSubstr("Testimonials, case studies and field reports; "));
  Context bare;
  const auto empty = composed(protect::TableSet{}, bare);
  for (const Block& block : empty->blocks) EXPECT_FALSE(std::holds_alternative<Figure>(block));
  EXPECT_THAT(empty->left_out, Contains("changes"));
  EXPECT_THAT(empty->left_out, Contains("exec_summary"));
}

TEST(Compose, WithheldCellsPrintTheirReasonAndNeverANumber) {
  protect::TableSet tables = testing::tables();
  for (protect::ReleasedTable& table : tables.tables)
    for (std::size_t i = 0; i < table.table.rows.size(); ++i) testing::withhold(table, i, protect::Withheld::kFewRows);
  const auto document = composed(tables, testing::context());
  std::size_t marks = 0;
  for_each_runs(*document, [&](const Runs& runs) {
    for (const auto& run : runs) {
      EXPECT_NE(run.kind, RunKind::kNumber) << run.text;
      marks += run.kind == RunKind::kMark ? 1 : 0;
    }
  });
  EXPECT_GT(marks, 50u);
  EXPECT_THAT(all_text(*document), HasSubstr("fewer than 10 answers"));
}

TEST(Compose, ReadersAreNotToldOfNearlyAll) {
  for (const protect::Withheld reason : {protect::Withheld::kDominance, protect::Withheld::kSmallCell}) {
    protect::TableSet tables = testing::tables();
    for (protect::ReleasedTable& table : tables.tables)
      for (std::size_t i = 0; i < table.table.rows.size(); ++i) testing::withhold(table, i, reason);
    const std::string text = all_text(*composed(tables, testing::context()));
    EXPECT_THAT(text, HasSubstr("a sensitive answer by too few or by nearly all"));
    EXPECT_THAT(text, Not(HasSubstr("nearly everybody gave")));
    EXPECT_THAT(text, Not(HasSubstr("too few people in the cell")));
  }
}

TEST(Compose, TheTeamSeesSmallCellsMarked) {
  protect::TableSet tables = testing::tables();
  tables.audience = protect::Audience::kTeam;
  tables.tables[1].withheld[0] = protect::Withheld::kFewRows;  // the figure stays
  const auto document = composed(tables, testing::context());
  EXPECT_THAT(all_text(*document), HasSubstr("only for the team"));
  EXPECT_THAT(document->banners, Contains("Working copy, not for release"));
}

TEST(Compose, FlagsMakeTheWordsCareful) {
  protect::TableSet tables = testing::tables();
  for (protect::ReleasedTable& table : tables.tables)
    if (table.table.id == "trust.change") table.table.rows[0].flags = {stats::Flag::kFewClusters};
  const std::string text = all_text(*composed(tables, testing::context()));
  EXPECT_THAT(text, HasSubstr("It rests on few places"));
  EXPECT_THAT(text, HasSubstr("Some figures rest on few places"));
}

TEST(Compose, IdsOfAnyKindBecomeSafeOnes) {
  EXPECT_EQ(safe_id("trust.by_group-2"), "trust.by_group-2");
  EXPECT_EQ(safe_id("a b'\"<"), "a_20b_27_22_3c");
  Context context = testing::context();
  context.dimensions[0].id = "trust' x=\"1\"";
  protect::TableSet tables;
  testing::add_dimension(tables, context.dimensions[0].id, 3, 0.2, 0.05);
  const auto document = composed(tables, context);
  for (const Block& block : document->blocks)
    if (const auto* table = std::get_if<TableBlock>(&block)) {
      EXPECT_EQ(table->id.find_first_of("' \"<"), std::string::npos) << table->id;
    }
}

TEST(Compose, StrongestChangesPassHolmAndAreOrdered) {
  protect::TableSet tables;
  testing::add_dimension(tables, "trust", 3, 0.2, 0.05);     // z 3.3
  testing::add_dimension(tables, "distance", 3, 0.5, 0.05);  // z 8.3
  Document document;
  const Context context = testing::context();
  const Composition composition(tables, context, Catalogue::built_in(), document);
  ASSERT_EQ(composition.changes().size(), 2u);
  EXPECT_TRUE(composition.changes()[0].clear);
  EXPECT_GT(composition.changes()[1].strength, composition.changes()[0].strength);
  const std::string text = all_text(*composed(tables, context));
  EXPECT_LT(text.find("Social distance went up"), text.find("Trust in neighbours went up"));
  EXPECT_THAT(text, HasSubstr("change for the worse"));  // more distance is not better
}

TEST(Holm, StepsDownAndSkipsMissing) {
  // R: p.adjust(c(.01, .04, .03, NA, .005), "holm") = .03 .06 .06 NA .02
  const std::vector<double> adjusted = holm_adjusted({0.01, 0.04, 0.03, stats::kNaN, 0.005});
  EXPECT_DOUBLE_EQ(adjusted[0], 0.03);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.06);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.06);
  EXPECT_TRUE(std::isnan(adjusted[3]));
  EXPECT_DOUBLE_EQ(adjusted[4], 0.02);
  EXPECT_DOUBLE_EQ(holm_adjusted({0.9, 0.8})[0], 1.0);
}

TEST(Rounding, KeepsTwoDigitsOfTheStandardError) {
  Document document;
  const protect::TableSet tables;
  const Context context = testing::context();
  const Composition composition(tables, context, Catalogue::built_in(), document);
  const auto decimals = [&](double se, Unit unit) {
    const stats::Row row = testing::row({}, 3, se, 100, "r");
    return composition.decimals({&row}, unit);
  };
  EXPECT_EQ(decimals(0.043, Unit::kPoints), 3);
  EXPECT_EQ(decimals(0.43, Unit::kPoints), 2);
  EXPECT_EQ(decimals(4.3, Unit::kPoints), 1);
  EXPECT_EQ(decimals(43, Unit::kPoints), 0);
  EXPECT_EQ(decimals(0.021, Unit::kShare), 1);
  EXPECT_EQ(decimals(stats::kNaN, Unit::kShare), 0);
}

TEST(Compose, SameInputSameTree) {
  const auto once = testing::document("fa-AF");
  const auto twice = testing::document("fa-AF");
  EXPECT_EQ(all_text(*once), all_text(*twice));
  EXPECT_TRUE(once->right_to_left);
}

}  // namespace hamdil::report
