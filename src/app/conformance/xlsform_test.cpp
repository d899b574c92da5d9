#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/conformance/suite.hpp"
#include "app/conformance/xlsform_reference.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/binds.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::conformance {
namespace {

const std::string kFolder = std::string(HAMDIL_SHARED_DIR) + "/golden-xlsform";

// The topics that the suite's README calls "must", and "should" and "could" as far as they are covered: none may fail.
TEST(XlsformConformance, NoTopicFallsBack) {
  if (!is_folder(kFolder)) GTEST_SKIP() << "golden-xlsform is not here";
  const auto results = run_xlsform(kFolder, "");
  ASSERT_TRUE(results) << results.error().describe();
  std::size_t passed = 0;
  for (const CaseResult& one : *results) {
    if (one.outcome == Outcome::kPassed)
      ++passed;
    else
      ADD_FAILURE() << one.id << " (" << one.family << "): " << one.detail;
  }
  EXPECT_GE(passed, 359u);
}

// The comparison itself must see differences: a form whose model is changed no longer equals its reference.
TEST(XlsformConformance, TheComparisonSeesEveryKindOfDifference) {
  const std::string xform =
      R"X(<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
    <h:head><model><itext>
      <translation lang="en"><text id="/data/a:label"><value>Age of <output value=" /data/b "/></value></text></translation>
      <translation lang="fr"><text id="/data/a:label"><value>-</value></text></translation></itext>
      <instance id="yn"><root><item><name>yes</name><label>Yes</label></item><item><name>no</name><label>No</label></item></root></instance>
      <bind nodeset="/data/a" type="int" relevant=" /data/b  = 'yes'"/><bind nodeset="/data/b" type="string"/>
      <bind nodeset="/data/meta/instanceID" type="string"/></model></h:head>
    <h:body><input ref="/data/a"><label ref="jr:itext('/data/a:label')"/></input><select1 ref="/data/b"><label>B</label></select1></h:body></h:html>)X";
  const auto sheets = exchange::sheets_from_markdown(R"(
| survey  |
|         | type          | name | label::en   | label::fr | label | relevant     |
|         | integer       | a    | Age of ${b} |           |       | ${b} = 'yes' |
|         | select_one yn | b    |             |           | B     |              |
| choices |
|         | list_name | name | label |
|         | yn        | yes  | Yes   |
|         | yn        | no   | No    |
)");
  Diagnostics diagnostics;
  auto form = exchange::xlsform::read_xlsform(sheets, "f", diagnostics);
  ASSERT_TRUE(form);
  form->languages.push_back("fr");
  EXPECT_EQ(*compare_with_xform(*form, "data", xform), "");
  const auto differs = [&](auto change) {
    data::Form other = *form;
    change(other);
    return !compare_with_xform(other, "data", xform)->empty();
  };
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].relevant = "${b} = 'no'"; }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].type = data::QuestionType::kText; }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].constraint = ". > 1"; }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].required = "yes"; }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].calculation = "1"; }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[0].label.set("en", "Age"); }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items[1].label.set("", "C"); }));
  EXPECT_TRUE(differs([](data::Form& f) { f.languages.push_back("de"); }));
  EXPECT_TRUE(differs([](data::Form& f) { std::swap(f.lists[0].choices[0], f.lists[0].choices[1]); }));
  EXPECT_TRUE(differs([](data::Form& f) { f.lists[0].choices.pop_back(); }));
  EXPECT_TRUE(differs([](data::Form& f) { f.lists[0].choices[0].label.set("", "Oui"); }));
  EXPECT_TRUE(differs([](data::Form& f) { std::swap(f.items[0], f.items[1]); }));
  EXPECT_TRUE(differs([](data::Form& f) { f.items.pop_back(); }));
}

// The example workbooks in .xls, .xlsx, .csv and Markdown against what the reference made of the same files.
TEST(XlsformConformance, WorkbooksInEveryFormat) {
  const auto manifest = read_json_file(kFolder + "/workbooks/manifest.json");
  if (!manifest) GTEST_SKIP() << "golden-xlsform is not here";
  std::size_t compared = 0;
  const auto files = list_folder(kFolder + "/workbooks");
  ASSERT_TRUE(files);
  for (const std::string& file : *files) {
    const auto xform = read_file(kFolder + "/workbooks/" + file + ".xform.xml");
    if (!xform) continue;
    Diagnostics diagnostics;
    const auto form = exchange::xlsform::read_xlsform_file(kFolder + "/workbooks/" + file, diagnostics);
    ASSERT_TRUE(form) << file << ": " << form.error().describe();
    for (const Diagnostic& one : diagnostics)
      if (one.severity == Severity::kError) ADD_FAILURE() << file << ": " << one.problem.describe();
    // The root element is named after the file in the reference.
    const std::size_t bind = xform->find("<bind nodeset=\"/");
    const std::size_t from = bind + 16;
    const std::string root = xform->substr(from, xform->find('/', from) - from);
    const auto difference = compare_with_xform(*form, root, *xform);
    ASSERT_TRUE(difference);
    EXPECT_EQ(*difference, "") << file;
    ++compared;
  }
  EXPECT_EQ(compared, 16u);
}

}  // namespace
}  // namespace hamdil::conformance
