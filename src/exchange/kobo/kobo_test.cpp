#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/file.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::exchange::kobo {
namespace {

const std::string kShared = HAMDIL_SHARED_DIR;

const data::Column* column(const SurveyTable& table, const std::string& name) { return table.table.find(name); }

std::size_t count(const data::Column& column, data::Missing reason) {
  std::size_t n = 0;
  for (std::size_t row = 0; row < column.size(); ++row) n += column.reason(row) == reason ? 1 : 0;
  return n;
}

using Counts = std::map<std::string, std::size_t>;
Counts counts(const data::Column& column) {
  Counts out;
  for (std::size_t row = 0; row < column.size(); ++row)
    ++out[column.is_missing(row) ? std::string("<") + data::missing_name(column.reason(row)) + ">"
                                 : column.text_at(row)];
  return out;
}

// The workbook names its repeats and counts: taken from its XML with a short Python script.
TEST(KoboField, ReadsTheMsnaWorkbookWithItsRepeats) {
  const std::string folder = kShared + "/fieldforms/msna2024/";
  if (!file_exists(folder + "data.xlsx")) GTEST_SKIP() << "fieldforms is not here";
  Diagnostics d;
  const auto form = xlsform::read_xlsform_file(folder + "form.xlsx", d);
  ASSERT_TRUE(form) << form.error().describe();
  EXPECT_FALSE(has_errors(d));
  const auto read = read_survey_export({folder + "data.xlsx"}, &*form, {}, d);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->rows_read, 241u + 4 * 965u);
  EXPECT_TRUE(read->rejected.empty());
  ASSERT_EQ(read->tables.size(), 5u);
  EXPECT_EQ(read->tables[0].table.rows, 241u);
  for (std::size_t i = 1; i < 5; ++i) {
    const SurveyTable& table = read->tables[i];
    EXPECT_EQ(table.table.rows, 965u) << table.repeat;
    EXPECT_EQ(std::count(table.parent_rows.begin(), table.parent_rows.end(), kNoParent), 0) << table.repeat;
  }
  EXPECT_EQ(read->tables[1].repeat, "consented/demographics/roster");
}

data::Form somalia_form() {
  const std::string folder = kShared + "/realdata/idp_host_somalia/";
  Diagnostics d;
  auto survey = csv::read_csv(folder + "form_questions.csv", {}, d);
  auto choices = csv::read_csv(folder + "form_choices.csv", {}, d);
  survey->name = "survey";
  choices->name = "choices";
  auto form = xlsform::read_xlsform({*survey, *choices}, "form", d);
  return *form;
}

TEST(KoboField, ReadsTheSomaliaExtractsWithTheirOverlap) {
  const std::string folder = kShared + "/realdata/idp_host_somalia/";
  if (!is_folder(folder)) GTEST_SKIP() << "realdata is not here";
  const data::Form form = somalia_form();
  Diagnostics d;
  const auto read = read_survey_export({folder + "households_a.csv", folder + "households_b.csv"}, &form, {}, d);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->rows_read, 131u + 190u);
  EXPECT_EQ(read->rejected.size(), 32u);
  ASSERT_EQ(read->tables.size(), 1u);
  const SurveyTable& main = read->tables[0];
  EXPECT_EQ(main.table.rows, 289u);
  for (const data::Column& one : main.table.columns) EXPECT_EQ(one.size(), 289u) << one.name;
  EXPECT_EQ(counts(*column(main, "relations_host")),
            (Counts{{"very_good", 152}, {"good", 110}, {"fair", 21}, {"very_bad", 1}, {"<dont_know>", 5}}));
  EXPECT_EQ(counts(*column(main, "household_expenditure/father")), (Counts{{"0", 163}, {"1", 126}}));
  EXPECT_EQ(counts(*column(main, "resp_gender")), (Counts{{"female", 223}, {"male", 66}}));
  // 42 times 7/22/2018 in the one file, 30 times 22/07/2018 in the other.
  const data::Column& today = *column(main, "today");
  EXPECT_EQ(std::count(today.numbers.begin(), today.numbers.end(), 17'734.0), 72);
  EXPECT_EQ(count(today, data::Missing::kPresent), 289u);
  // Only the second file has weights; the apostrophes of the answers differ from the form's.
  EXPECT_EQ(count(*column(main, "weights_"), data::Missing::kNotAsked), 131u);
  EXPECT_EQ(column(main, "no_vaccination")->levels.size(), form.find_list("no_vaccination")->choices.size());
}

struct OnaCase {
  const char* form;
  const char* data;
  std::vector<std::size_t> rows;  // of each table
  std::size_t rows_read;
};

TEST(KoboField, ReadsEveryOnaDialect) {
  const std::string folder = kShared + "/fieldforms/";
  if (!is_folder(folder)) GTEST_SKIP() << "fieldforms is not here";
  const std::vector<OnaCase> cases = {
      {"ona-tutorial-repeats/form.xlsx", "ona-tutorial-repeats/tutorial_w_repeats.csv", {1, 2}, 1},
      {"ona-tutorial-repeats/form.xlsx", "ona-tutorial-repeats/tutorial_w_repeats_flattened.csv", {1, 2}, 2},
      {"ona-tutorial-repeats/form.xlsx", "ona-tutorial-repeats/tutorial_w_repeats_truncate_titles.csv", {1, 2}, 1},
      {"ona-tutorial-repeats/form.xlsx", "ona-tutorial-repeats/tutorial_w_repeats_import.csv", {1, 6}, 1},
      {"ona-tutorial-repeats/tutorial.xlsx", "ona-tutorial-repeats/tutorial.csv", {1}, 1},
      {"ona-tutorial-repeats/double_repeat.xlsx", "ona-tutorial-repeats/export.csv", {1, 2, 3}, 1},
      {"ona-transportation/form.xlsx", "ona-transportation/main_export.csv", {4}, 4},
      {"ona-transportation/form.xlsx", "ona-transportation/viewer_transportation.csv", {1}, 1},
      {"ona-transportation/form.xlsx", "ona-transportation/viewer_transportation_labels_only.csv", {1}, 1},
      {"ona-transportation/form.xlsx", "ona-transportation/viewer_transportation_no_group_names.csv", {1}, 1},
      {"ona-transportation/form.xlsx", "ona-transportation/viewer_transportation_without_na.csv", {1}, 1},
  };
  for (const OnaCase& one : cases) {
    SCOPED_TRACE(one.data);
    Diagnostics d;
    const auto form = xlsform::read_xlsform_file(folder + one.form, d);
    ASSERT_TRUE(form);
    const auto read = read_survey_export({folder + one.data}, &*form, {}, d);
    ASSERT_TRUE(read) << read.error().describe();
    EXPECT_EQ(read->dialect, Dialect::kOna);
    std::vector<std::size_t> rows;
    for (const SurveyTable& table : read->tables) rows.push_back(table.table.rows);
    EXPECT_EQ(rows, one.rows);
    EXPECT_EQ(read->rows_read, one.rows_read);
    EXPECT_TRUE(read->not_in_form.empty()) << read->not_in_form.front();
    EXPECT_TRUE(read->rejected.empty());
  }
}

TEST(KoboField, AnOnaRepeatKeepsItsCellsAndItsParent) {
  const std::string folder = kShared + "/fieldforms/ona-tutorial-repeats/";
  if (!is_folder(folder)) GTEST_SKIP() << "fieldforms is not here";
  Diagnostics d;
  const auto form = xlsform::read_xlsform_file(folder + "form.xlsx", d);
  ASSERT_TRUE(form);
  for (const char* file :
       {"tutorial_w_repeats.csv", "tutorial_w_repeats_flattened.csv", "tutorial_w_repeats_truncate_titles.csv"}) {
    SCOPED_TRACE(file);
    const auto read = read_survey_export({folder + file}, &*form, {}, d);
    ASSERT_TRUE(read);
    const SurveyTable& main = read->tables[0];
    EXPECT_EQ(main.keys[0].uuid, "b31c6ac2-b8ca-4180-914f-c844fa10ed3b");
    EXPECT_EQ(count(*column(main, "web_browsers/ie"), data::Missing::kBlank), 1u);  // "n/a", and asked of everybody
    EXPECT_DOUBLE_EQ(column(main, "gps_longitude")->numbers[0], 36.7921711);
    const SurveyTable& children = read->tables[1];
    EXPECT_EQ(children.parent_rows, (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(column(children, "childs_name")->texts, (std::vector<std::string>{"Tom", "Dick"}));
    EXPECT_EQ(column(children, "childs_age")->numbers, (std::vector<double>{12, 5}));
  }
  const auto nested_form = xlsform::read_xlsform_file(folder + "double_repeat.xlsx", d);
  const auto nested = read_survey_export({folder + "export.csv"}, &*nested_form, {}, d);
  ASSERT_TRUE(nested);
  EXPECT_EQ(nested->tables[2].parent_table, 1u);
  EXPECT_EQ(nested->tables[2].parent_rows, (std::vector<std::size_t>{0, 0, 1}));
}

}  // namespace
}  // namespace hamdil::exchange::kobo
