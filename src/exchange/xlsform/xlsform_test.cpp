#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/binds.hpp"
#include "exchange/xlsform/headers.hpp"
#include "exchange/xlsform/merge.hpp"
#include "exchange/xlsform/read.hpp"
#include "exchange/xlsform/types.hpp"

namespace hamdil::exchange::xlsform {
namespace {

data::Form read(const std::string& markdown, Diagnostics& diagnostics) {
  auto form = read_xlsform(sheets_from_markdown(markdown), "form", diagnostics);
  EXPECT_TRUE(form) << (form ? "" : form.error().describe());
  return form ? *form : data::Form{};
}

data::Form read(const std::string& markdown) {
  Diagnostics d;
  data::Form form = read(markdown, d);
  for (const Diagnostic& one : d)
    if (one.severity == Severity::kError) ADD_FAILURE() << one.problem.describe();
  return form;
}

struct Found {
  std::string code;
  std::string sheet;
  std::size_t row;
  bool operator==(const Found&) const = default;
};

std::vector<Found> errors(const std::string& markdown) {
  Diagnostics d;
  read(markdown, d);
  std::vector<Found> out;
  for (const Diagnostic& one : d)
    if (one.severity == Severity::kError)
      out.push_back({one.problem.code.substr(std::string("exchange.xlsform.").size()), one.problem.where.sheet,
                     one.problem.where.row.value_or(0)});
  return out;
}

void PrintTo(const Found& found, std::ostream* out) { *out << found.code << "@" << found.sheet << ":" << found.row; }

TEST(XlsformHeaders, AliasesLanguagesAndBothSeparators) {
  const auto roles = read_headers({"Type", "caption", "label::English (en)", "media :: image :: French", "Relevance",
                                   "constraining message", "bind::jr:constraintMsg::fr", "jr:count", "my column"},
                                  SheetKind::kSurvey);
  const auto is = [&](std::size_t i, const char* field, const char* language, bool known) {
    EXPECT_EQ(roles[i].field, field);
    EXPECT_EQ(roles[i].language, language);
    EXPECT_EQ(roles[i].is_known, known);
  };
  is(0, "type", "", true);
  is(1, "label", "", true);
  is(2, "label", "English (en)", true);
  is(3, "media::image", "French", true);
  is(4, "relevant", "", true);
  is(5, "constraint_message", "", true);
  is(6, "constraint_message", "fr", true);
  is(7, "repeat_count", "", true);
  is(8, "my column", "", false);
  EXPECT_EQ(read_headers({"label:English", "hint:French"}, SheetKind::kSurvey)[1].language, "French");
  EXPECT_EQ(read_headers({"value"}, SheetKind::kChoices)[0].field, "name");
}

TEST(XlsformTypes, SpellingsPeopleUse) {
  EXPECT_EQ(read_type(" Add  Text Prompt").type, data::QuestionType::kText);
  EXPECT_EQ(read_type("select all that apply from Colours or specify other").list, "Colours");
  EXPECT_TRUE(read_type("select_one yes_no or_other").or_other);
  EXPECT_EQ(read_type("select_one ${child}").source, data::FormItem::ChoiceSource::kRepeat);
  EXPECT_EQ(read_type("select_one_from_file camps.csv").source, data::FormItem::ChoiceSource::kFile);
  EXPECT_EQ(read_type("begin group").kind, RowKind::kBeginGroup);
  EXPECT_EQ(read_type("end_repeat").kind, RowKind::kEndRepeat);
  EXPECT_EQ(read_type("rank colours").type, data::QuestionType::kRank);
  EXPECT_EQ(read_type("selectone x").kind, RowKind::kUnknown);
}

TEST(Xlsform, AllProblemsAtOnceEachWithItsRow) {
  EXPECT_EQ(errors(R"(
| survey |
|  | type           | name  | label   | relevant      | calculation |
|  | txt            | a     | A       |               |             |
|  | text           |       | B       |               |             |
|  | text           | 2c    | C       |               |             |
|  | text           | d     |         |               |             |
|  | text           | e     | E ${aa} |               |             |
|  | begin_group    | g     | G       |               |             |
|  | text           | f     | F       | ${zzz} = 1    |             |
|  | end_repeat     |       |         |               |             |
|  | select_one nix | h     | H       |               |             |
|  | calculate      | i     |         |               |             |
|  | text           | e     | again   |               |             |
|  | begin_repeat   | r     | R       |               |             |
|  | text           | meta  | M       |               |             |
| choices |
|  | list_name | name | label |
|  | yn        | yes  | Yes   |
|  | yn        | yes  | Yes   |
|  | yn        |      | No    |
)"),
            (std::vector<Found>{{"duplicate_choice", "choices", 3},
                                {"choice_without_name", "choices", 4},
                                {"unknown_type", "survey", 2},
                                {"no_name", "survey", 3},
                                {"bad_name", "survey", 4},
                                {"no_label", "survey", 5},
                                {"unmatched_end", "survey", 9},
                                {"no_calculation", "survey", 11},
                                {"reserved_name", "survey", 14},
                                {"unclosed", "survey", 13},
                                {"duplicate_name", "survey", 12},
                                {"unknown_reference", "survey", 6},
                                {"unknown_reference", "survey", 8},
                                {"unknown_list", "survey", 10}}));
}

struct Refusal {
  const char* form;
  Found expected;
};

TEST(Xlsform, SingleProblemsAreRefusedAtTheirRow) {
  const std::string yn =
      "| choices |\n|  | list_name | name | label |\n|  | yn | yes | Yes |\n|  | sp | a b | A |\n|  | rf | x | "
      "${nobody} |\n";
  const std::vector<Refusal> cases = {
      {"|  | type | name | label | choice_filter |\n|  | select_one yn or_other | q | Q | name='yes' |\n",
       {"filtered_or_other", "survey", 2}},
      {"|  | type | name | label |\n|  | select_multiple sp | q | Q |\n", {"choice_with_space", "survey", 2}},
      {"|  | type | name | label |\n|  | rank | q | Q |\n", {"no_list", "survey", 2}},
      {"|  | type | name | label | relevant | relevance |\n|  | text | q | Q | 1 | 2 |\n",
       {"duplicate_column", "survey", 0}},
      {"|  | type | name | label |\n|  | csv-external | f | |\n|  | select_one_from_file f.xml | q | Q |\n",
       {"duplicate_instance", "survey", 3}},
      {"|  | type | name | label | parameters |\n|  | audio | q | Q | quality=loud |\n",
       {"bad_parameter", "survey", 2}},
      {"|  | type | name | label | parameters |\n|  | select_one yn | q | Q | randomize=true, seed=x |\n",
       {"bad_parameter", "survey", 2}},
      {"|  | type | name | label | trigger |\n|  | text | q | Q | q |\n", {"bad_trigger", "survey", 2}},
      {"|  | type | name | label | repeat_count |\n|  | text | r_count | Q | |\n|  | begin_repeat | r | R | 2 |\n|  | "
       "text | a | A | |\n|  | end_repeat | | | |\n",
       {"duplicate_name", "survey", 3}},
      {"|  | type | name | label |\n|  | text | q | Q ${} |\n", {"bad_reference", "survey", 2}},
      {"|  | type | name | label |\n|  | begin_group | g | G |\n|  | text | q | Q |\n|  | end_group | | |\n|  | text | "
       "q | Q |\n|  | note | n | ${q} |\n",
       {"ambiguous_reference", "survey", 6}},
  };
  for (const Refusal& one : cases) {
    SCOPED_TRACE(one.form);
    std::vector<Found> found = errors("| survey |\n" + std::string(one.form) + yn);
    // The list rf is wrong in every one of them: its label refers to nobody.
    std::erase(found, Found{"unknown_reference", "choices", 4});
    EXPECT_EQ(found, (std::vector<Found>{one.expected}));
  }
}

TEST(Xlsform, HintsNameTheNearest) {
  Diagnostics d;
  read(
      "| survey |\n|  | type | name | label |\n|  | integr | age | Age |\n|  | text | who | Hello ${agee} |\n|  | "
      "integer | age | A |\n",
      d);
  ASSERT_EQ(d.size(), 2u);
  EXPECT_NE(d[0].problem.hint.find("integer"), std::string::npos);
  EXPECT_EQ(d[1].problem.hint, "Did you mean age?");
  const auto missing = read_xlsform(sheets_from_markdown("| surve |\n|  | type |\n|  | text |\n"), "f", d);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().hint.find("surve"), std::string::npos);
}

TEST(Xlsform, OrOtherMediaCommentsAndUnknownColumns) {
  const data::Form form = read(R"(
| survey |
|  | type                  | name | label::en  | label::fr | media::image::en | my note | required | bind::foo |
|  |                       |      |            |           |                  | a comment |        |           |
|  | select_one c or_other | q    | “Which?”   | Lequel ?  | q.png            | keep me | yes      | bar       |
| choices |
|  | list_name | name | label::en | label::fr | region |
|  | c         | 1    | One       | Un        | n      |
|  | c         | 01   | Oh one    | Zéro un   | s      |
)");
  ASSERT_EQ(form.items.size(), 2u);
  const data::FormItem& q = form.items[0];
  EXPECT_EQ(*q.label.find("en"), "\"Which?\"");
  EXPECT_EQ(*q.media.image.find("en"), "q.png");
  EXPECT_EQ(*q.extra_value("my note"), "keep me");
  EXPECT_EQ(*q.extra_value("bind::foo"), "bar");
  EXPECT_EQ(q.row, 3u);
  EXPECT_EQ(form.items[1].name, "q_other");
  EXPECT_EQ(form.lists[0].choices.size(), 3u);
  EXPECT_EQ(form.lists[0].choices[1].name, "01");
  EXPECT_EQ(form.lists[0].choices[1].extra, (std::vector<std::pair<std::string, std::string>>{{"region", "s"}}));
  EXPECT_EQ(form.languages, (std::vector<std::string>{"en", "fr", ""}));  // "Specify other." has no language
  EXPECT_EQ(form.default_language, "en");
}

TEST(Xlsform, ReferencesBecomePathsRelativeInRepeats) {
  const data::Form form = read(R"(
| survey |
|  | type         | name | label | relevant            | calculation                        | repeat_count |
|  | integer      | n    | N     |                     |                                    |              |
|  | begin_repeat | r    | R     |                     |                                    | ${n} + 1     |
|  | text         | a    | A     | ${n} > 1            |                                    |              |
|  | begin_group  | g    | G     |                     |                                    |              |
|  | text         | b    | B     | ${a} = 'x' and ${n} |                                    |              |
|  | calculate    | c    |       |                     | instance('l')/root/item[k=${a}]/v  |              |
|  | end_group    |      |       |                     |                                    |              |
|  | end_repeat   |      |       |                     |                                    |              |
|  | calculate    | d    |       |                     | indexed-repeat(${a}, ${r}, 2)      |              |
|  | calculate    | e    |       |                     | ${last-saved#n}                    |              |
)");
  const std::vector<Bind> binds = form_binds(form, "data");
  const auto bind = [&](const std::string& nodeset) {
    const auto found = std::find_if(binds.begin(), binds.end(), [&](const Bind& b) { return b.nodeset == nodeset; });
    return found == binds.end() ? Bind{.nodeset = "none"} : *found;
  };
  EXPECT_EQ(bind("/data/r_count").calculate, " /data/n  + 1");
  EXPECT_EQ(bind("/data/r/a").relevant, " /data/n  > 1");
  EXPECT_EQ(bind("/data/r/g/b").relevant, " ../../a  = 'x' and  /data/n ");
  EXPECT_EQ(bind("/data/r/g/c").calculate, "instance('l')/root/item[k= current()/../../a ]/v");
  EXPECT_EQ(bind("/data/d").calculate, "indexed-repeat( /data/r/a ,  /data/r , 2)");
  EXPECT_EQ(bind("/data/e").calculate, " instance('__last-saved')/data/n ");
  EXPECT_EQ(bind("/data/meta/instanceID").type, "string");
}

TEST(Xlsform, SameFormFromEveryFormat) {
  const std::string markdown =
      "| survey |\n|  | type | name | label |\n|  | select_one yn | q | Ok? |\n| choices |\n|  | list_name | name | "
      "label |\n|  | yn | 1 | Yes |\n";
  const std::string csv =
      "survey,,,\n,type,name,label\n,select_one yn,q,Ok?\nchoices,,,\n,list_name,name,label\n,yn,1,Yes\n";
  const std::string folder = ::testing::TempDir() + "hamdil_form_folder";
  ASSERT_TRUE(make_folder(folder));
  ASSERT_TRUE(write_file(folder + "/survey.csv", "type;name;label\nselect_one yn;q;Ok?\n"));
  ASSERT_TRUE(write_file(folder + "/choices.csv", "list_name,name,label\nyn,1,Yes\n"));
  ASSERT_TRUE(write_file(folder + ".md", markdown));
  ASSERT_TRUE(write_file(folder + ".csv", csv));
  for (const std::string& path : {folder, folder + ".md", folder + ".csv"}) {
    Diagnostics d;
    const auto form = read_xlsform_file(path, d);
    ASSERT_TRUE(form) << form.error().describe();
    EXPECT_TRUE(d.empty()) << d[0].problem.describe();
    ASSERT_EQ(form->items.size(), 1u) << path;
    EXPECT_EQ(form->items[0].label.best(""), "Ok?");
    ASSERT_NE(form->find_list("yn"), nullptr);
    EXPECT_EQ(form->find_list("yn")->choices[0].name, "1");
  }
}

TEST(XlsformMerge, NewestHoldsAndNothingIsLost) {
  const std::string head = "| survey |\n|  | type | name | label::en |\n";
  const std::string choices = "| choices |\n|  | list_name | name | label::en |\n";
  const data::Form v1 = read(head +
                             "|  | text | a | A |\n|  | text | gone | Gone |\n|  | begin_group | g | G |\n|  | integer "
                             "| b | B |\n|  | end_group | | |\n|  | select_one l | c | C |\n" +
                             choices + "|  | l | x | X |\n|  | l | y | Y |\n");
  const data::Form v2 = read(head +
                             "|  | text | a | A new |\n|  | begin_group | h | H |\n|  | decimal | b | B |\n|  | "
                             "end_group | | |\n|  | select_one l | c | C |\n|  | text | d | D |\n" +
                             choices + "|  | l | y | Why |\n|  | l | z | Z |\n");
  const MergedForm merged = merge_forms({v1, v2});
  std::vector<std::string> paths;
  for (const data::PlacedItem& placed : data::walk(merged.form)) paths.push_back(placed.path());
  EXPECT_EQ(paths, (std::vector<std::string>{"a", "gone", "h", "h/b", "c", "d"}));
  std::vector<std::string> changes;
  for (const FormChange& change : merged.changes)
    changes.push_back(std::string(change_name(change.kind)) + " " + change.path);
  EXPECT_EQ(changes, (std::vector<std::string>{"relabelled a", "dropped gone", "dropped g", "moved h/b", "retyped h/b",
                                               "added h", "added d", "choice_added l/z", "choice_dropped l/x",
                                               "choice_relabelled l/y"}));
  std::vector<std::string> names;
  for (const data::Choice& choice : merged.form.lists[0].choices) names.push_back(choice.name);
  EXPECT_EQ(names, (std::vector<std::string>{"y", "z", "x"}));
  EXPECT_EQ(merge_forms({v1, v1}).changes.size(), 0u);
}

// Counts taken from the files' XML and CSV by a separate script.
TEST(XlsformField, FieldFormsInPlace) {
  const std::string shared = HAMDIL_SHARED_DIR;
  if (!file_exists(shared + "/fieldforms/msna2024/form.xlsx")) GTEST_SKIP() << "fieldforms is not here";
  Diagnostics d;
  const auto msna = read_xlsform_file(shared + "/fieldforms/msna2024/form.xlsx", d);
  ASSERT_TRUE(msna);
  EXPECT_FALSE(has_errors(d));
  EXPECT_EQ(data::walk(*msna).size(), 298u);
  EXPECT_EQ(msna->lists.size(), 58u);
  std::size_t choices = 0;
  for (const data::ChoiceList& list : msna->lists) choices += list.choices.size();
  EXPECT_EQ(choices, 451u);
  EXPECT_EQ(msna->languages, (std::vector<std::string>{"english", "french"}));
  for (const char* file : {"ona-multilingual/choice_filter.xlsx", "ona-multilingual/external_choice_form_v1.xlsx",
                           "ona-multilingual/gps_data.xlsx", "ona-multilingual/multi_lingual_form.xlsx",
                           "ona-multilingual/tutorial_arabic_labels.xlsx", "ona-transportation/form.xlsx",
                           "ona-tutorial-repeats/form.xlsx", "ona-tutorial-repeats/double_repeat.xlsx",
                           "ona-tutorial-repeats/repeat_w_note.xlsx", "ona-tutorial-repeats/tutorial.xlsx"}) {
    Diagnostics own;
    const auto form = read_xlsform_file(shared + "/fieldforms/" + file, own);
    ASSERT_TRUE(form) << file << form.error().describe();
    for (const Diagnostic& one : own)
      if (one.severity == Severity::kError) ADD_FAILURE() << file << ": " << one.problem.describe();
  }
}

TEST(XlsformField, BothSpellingsOfGroupLinesBalance) {
  const std::string folder = std::string(HAMDIL_SHARED_DIR) + "/realdata/idp_host_somalia/";
  if (!file_exists(folder + "form_questions.csv")) GTEST_SKIP() << "realdata is not here";
  Diagnostics d;
  auto survey = csv::read_csv(folder + "form_questions.csv", {}, d);
  auto choices = csv::read_csv(folder + "form_choices.csv", {}, d);
  ASSERT_TRUE(survey && choices);
  EXPECT_EQ(survey->rows.size(), 506u);
  EXPECT_EQ(choices->rows.size(), 1119u);
  survey->name = "survey";
  choices->name = "choices";
  d.clear();
  const auto form = read_xlsform({*survey, *choices}, "somalia", d);
  ASSERT_TRUE(form);
  std::size_t repeats = 0;
  std::size_t groups = 0;
  for (const data::PlacedItem& placed : data::walk(*form)) {
    repeats += placed.item->kind == data::ItemKind::kRepeat ? 1 : 0;
    groups += placed.item->kind == data::ItemKind::kGroup ? 1 : 0;
  }
  EXPECT_EQ(repeats, 2u);
  EXPECT_EQ(groups, 55u);
  EXPECT_EQ(form->lists.size(), 124u);
  for (const Diagnostic& one : d) {
    EXPECT_NE(one.problem.code, "exchange.xlsform.unmatched_end");
    EXPECT_NE(one.problem.code, "exchange.xlsform.unclosed");
  }
}

TEST(XlsForm, OldLoopsFillInTheChoiceEverywhere) {
  Diagnostics problems;
  const auto form = read_xlsform(sheets_from_markdown(R"(
| survey |
|  | type                     | name | label           | relevant                        |
|  | select_multiple kinds    | have | Which?          |                                 |
|  | begin loop over kinds    | each |                 |                                 |
|  | text                     | how  | How %(label)s?  | selected(${have}, '%(name)s')   |
|  | end loop                 |      |                 |                                 |
| choices |
|  | list_name | name | label |
|  | kinds     | bus  | Bus   |
)"),
                                 "form", problems);
  ASSERT_TRUE(form);
  const data::FormItem& question = form->items[1].children[0].children[0];
  EXPECT_EQ(question.label.best(""), "How Bus?");
  EXPECT_EQ(question.relevant, "selected(${have}, 'bus')");
}

}  // namespace
}  // namespace hamdil::exchange::xlsform
