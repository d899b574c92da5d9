#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "services/records/terms/split.hpp"
#include "services/records/terms/words.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records::terms {
namespace {

Split split_sample(const std::string& name) {
  const auto bytes = read_file(std::string(HAMDIL_SOURCE_DIR) + "/tests/terms/" + name);
  EXPECT_TRUE(bytes) << name;
  auto document = read_source(*bytes, name);
  EXPECT_TRUE(document) << name;
  return split_terms(std::move(*document));
}
std::vector<const Proposal*> of_kind(const Split& split, const std::string& kind) {
  std::vector<const Proposal*> out;
  for (const Proposal& one : split.proposals)
    if (one.kind == kind) out.push_back(&one);
  return out;
}
std::string all_of(const Split& split) {
  std::string out;
  for (const Proposal& one : split.proposals)
    out += one.key + " (" + one.deliverable + ") " + one.title + " | " + one.due + "\n";
  return out;
}

TEST(TermsWords, DatesAreReadInFourLanguagesAndTwoCalendars) {
  EXPECT_EQ(find_date("by 15 March 2026."), "2026-03-15");
  EXPECT_EQ(find_date("March 15th, 2026"), "2026-03-15");
  EXPECT_EQ(find_date("the 2nd of April 2026"), "2026-04-02");
  EXPECT_EQ(find_date("до 15 марта 2026 г."), "2026-03-15");
  EXPECT_EQ(find_date("то 15 марти соли 2026"), "2026-03-15");
  EXPECT_EQ(find_date("۱۵ مارچ ۲۰۲۶"), "2026-03-15");
  EXPECT_EQ(find_date("۲۴ حوت ۱۴۰۴"), "2026-03-15");
  EXPECT_EQ(find_date("15.03.2026"), "2026-03-15");
  EXPECT_EQ(find_date("2026-03-15"), "2026-03-15");
  EXPECT_EQ(find_date("30 February 2026"), std::nullopt);
  EXPECT_EQ(find_date("within 15 days of 2026"), std::nullopt);
  EXPECT_EQ(find_date("March 2026"), std::nullopt);
  EXPECT_EQ(find_percent("۲۰٪ پس از تایید"), 20);
  EXPECT_EQ(find_percent("12,5 процентов"), 12.5);
  EXPECT_EQ(find_percent("250%"), std::nullopt);
  EXPECT_EQ(find_days("15 working days"), 15);
}

exchange::TextDocument document_of(const std::vector<std::string>& headings, bool is_marked) {
  using Kind = exchange::TextBlock::Kind;
  exchange::TextDocument out;
  const auto add = [&](Kind kind, const std::string& text, std::vector<std::string> cells = {}) {
    exchange::TextBlock block;
    block.kind = kind;
    block.text = text;
    block.cells = std::move(cells);
    block.is_marked = kind != Kind::kText;
    block.level = 1;
    block.is_bold = kind == Kind::kText;
    out.blocks.push_back(std::move(block));
  };
  const Kind heading = is_marked ? Kind::kHeading : Kind::kText;
  add(heading, headings[0]);
  add(Kind::kItem, "Conduct a survey of 800 households.");
  add(heading, headings[1]);
  add(Kind::kRow, "No | Deliverable | Due date | Payment", {"No", "Deliverable", "Due date", "Payment"});
  add(Kind::kRow, "1 | Inception report | 15 March 2027 | 20%", {"1", "Inception report", "15 March 2027", "20%"});
  add(Kind::kRow, "2 | Final report | 30/04/2027 | 80 %", {"2", "Final report", "30/04/2027", "80 %"});
  add(heading, headings[2]);
  add(Kind::kItem, "Reports are submitted on time;");
  return out;
}

// Headings as people write them: bold lines, numbers typed by hand, the word that matters in the middle.
TEST(TermsSplit, HeadingsThatAreBoldNumberedOrLonger) {
  const std::vector<std::vector<std::string>> written = {
      {"Scope of work", "Deliverables and payment schedule", "Performance indicators for evaluation of results"},
      {"2. Scope of work", "3. Deliverables", "4. Performance indicators"},
      {"II. Scope of work", "III. Deliverables & Timeline", "IV. Performance Indicators"}};
  for (const bool is_marked : {false, true})
    for (const auto& headings : written) {
      const Split split = split_terms(document_of(headings, is_marked));
      const auto deliverables = of_kind(split, "deliverable");
      ASSERT_EQ(deliverables.size(), 2U) << headings[1] << " " << is_marked << "\n" << all_of(split);
      EXPECT_EQ(deliverables[0]->due, "2027-03-15");
      EXPECT_EQ(deliverables[1]->due, "2027-04-30");
      EXPECT_EQ(of_kind(split, "requirement").size(), 1U) << all_of(split);
      EXPECT_EQ(of_kind(split, "acceptance_indicator").size(), 1U) << all_of(split);
    }
  const Split within = split_terms(
      document_of({"Tasks to be performed", "Tangible and measurable outputs", "Indicators of success"}, true));
  EXPECT_EQ(of_kind(within, "deliverable").size(), 2U) << all_of(within);
}

TEST(TermsSplit, EnglishConsultantWithNumberedHeadings) {
  const Split split = split_sample("consultant.en.txt");
  EXPECT_EQ(split.contract_number, "DEMO-2026/14");
  EXPECT_EQ(split.starts, "2026-03-01");
  EXPECT_EQ(split.ends, "2026-08-31");
  const auto deliverables = of_kind(split, "deliverable");
  ASSERT_EQ(deliverables.size(), 3U) << all_of(split);
  EXPECT_EQ(deliverables[0]->title, "Inception report");
  EXPECT_EQ(deliverables[0]->due, "2026-03-15");
  EXPECT_EQ(deliverables[0]->payment_share, 20);
  EXPECT_EQ(deliverables[1]->due, "2026-06-30");
  EXPECT_EQ(deliverables[1]->payment_share, 50) << "from the payment schedule";
  EXPECT_EQ(deliverables[2]->payment_share, 30);
  EXPECT_EQ(deliverables[2]->paragraphs.size(), 2U);
  const auto indicators = of_kind(split, "acceptance_indicator");
  ASSERT_EQ(indicators.size(), 3U) << all_of(split);
  EXPECT_EQ(indicators[0]->deliverable, deliverables[0]->key);
  EXPECT_EQ(indicators[1]->deliverable, deliverables[1]->key);
  EXPECT_EQ(indicators[2]->deliverable, "");
  std::map<std::string, const Proposal*> requirements;
  for (const Proposal* one : of_kind(split, "requirement")) requirements[one->title] = one;
  EXPECT_EQ(requirements.size(), 11U) << all_of(split);
  EXPECT_FALSE(requirements.at("All partners must be named in reports")->sure);
  EXPECT_TRUE(requirements.at("The consultant shall protect all personal data")->sure);
  EXPECT_EQ(requirements.at("methodology with tools")->deliverable, deliverables[0]->key);
  EXPECT_EQ(requirements.at("Work with international organisations is an advantage")->need, "advantage");
  EXPECT_EQ(requirements.at("Knowledge of social cohesion is a strong advantage")->need, "strong_advantage");
  for (const Proposal& one : split.proposals) {
    ASSERT_FALSE(one.paragraphs.empty());
    EXPECT_NE(split.paragraphs[one.paragraphs.front() - 1].text.find(one.text), std::string::npos)
        << "the anchor leads to the words: " << one.text;
  }
}

// As a word processor writes it: words in several runs, headings by style, by automatic number and in bold with a
// number typed by hand, lists that are counted and not written, a table with its head, a content control, a tracked
// change.
std::string docx_of(const std::string& body) {
  const std::string open = R"( xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">)";
  ZipWriter zip;
  const auto list = [](int id, const char* format, const char* text) {
    const std::string n = std::to_string(id);
    return "<w:abstractNum w:abstractNumId='" + n + "'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='" +
           format + "'/><w:lvlText w:val='" + text + "'/></w:lvl></w:abstractNum>";
  };
  zip.add("[Content_Types].xml",
          "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
          "<Default Extension='xml' ContentType='application/xml'/></Types>");
  zip.add("word/styles.xml",
          "<w:styles" + open +
              "<w:style w:type='paragraph' w:styleId='Heading1'><w:name w:val='heading 1'/><w:pPr><w:numPr>"
              "<w:numId w:val='2'/></w:numPr><w:outlineLvl w:val='0'/></w:pPr><w:rPr><w:b/></w:rPr></w:style>"
              "<w:style w:type='paragraph' w:styleId='Title'><w:name w:val='Title'/></w:style></w:styles>");
  std::string numbering =
      "<w:numbering" + open + list(1, "lowerLetter", "%1)") + list(2, "decimal", "%1.") + list(3, "bullet", "•");
  for (const char* id : {"1", "2", "3"})
    numbering += std::string("<w:num w:numId='") + id + "'><w:abstractNumId w:val='" + id + "'/></w:num>";
  zip.add("word/numbering.xml", numbering + "</w:numbering>");
  zip.add("word/document.xml", "<w:document" + open + "<w:body>" + body + "<w:sectPr/></w:body></w:document>");
  return *zip.finish();
}
std::string run(const std::string& text, bool bold = false) {
  return std::string("<w:r>") + (bold ? "<w:rPr><w:b/></w:rPr>" : "") + R"(<w:t xml:space="preserve">)" + text +
         "</w:t></w:r>";
}
std::string paragraph(const std::string& runs, const std::string& properties = {}) {
  return "<w:p><w:pPr>" + properties + "</w:pPr>" + runs + "</w:p>";
}
std::string listed(int list, const std::string& text) {
  return paragraph(run(text),
                   R"(<w:numPr><w:ilvl w:val="0"/><w:numId w:val=")" + std::to_string(list) + R"("/></w:numPr>)");
}

TEST(TermsSplit, ADocumentOfAWordProcessor) {
  const std::string heading = R"(<w:pStyle w:val="Heading1"/>)";
  const auto row = [](std::initializer_list<const char*> cells, bool head) {
    std::string out = "<w:tr>";
    for (const char* cell : cells) out += "<w:tc>" + paragraph(run(cell, head)) + "</w:tc>";
    return out + "</w:tr>";
  };
  const std::string body =
      paragraph(run("Terms of Reference"), R"(<w:pStyle w:val="Title"/>)") +
      paragraph(run("Contract No. ") + run("DEMO-2026/14", true)) + paragraph(run("Dura") + run("tion"), heading) +
      paragraph(run("The contract runs from 1 March 2026 to ") +
                "<w:del><w:r><w:delText>31 July 2026</w:delText></w:r></w:del><w:ins>" + run("31 August 2026") +
                "</w:ins>" + run(".")) +
      paragraph(run("Scope of work"), heading) + paragraph(run("The consultant will work with the partners:")) +
      listed(1, "Review earlier survey reports and partner notes") + listed(1, "Visit each district at least once") +
      "<w:sdt><w:sdtContent>" + paragraph(run("The consultant shall protect all personal data.")) +
      "</w:sdtContent></w:sdt>" +
      paragraph(run("3.", true) + "<w:r><w:tab/></w:r>" + run("Deliver", true) + run("ables", true)) + "<w:tbl>" +
      row({"Deliverable", "Due date", "Payment"}, true) + row({"Inception report", "15 March 2026", "20%"}, false) +
      row({"Impact assessment report", "30 June 2026", "80%"}, false) + "</w:tbl>" +
      paragraph(run("Acceptance criteria", true)) +
      listed(3, "The inception report follows the outline of the office") + paragraph(run("Qualifications", true)) +
      listed(3, "Five years of research with communities");
  auto document = read_source(docx_of(body), "terms.docx");
  ASSERT_TRUE(document) << document.error().describe();
  const Split split = split_terms(std::move(*document));
  EXPECT_EQ(split.contract_number, "DEMO-2026/14");
  EXPECT_EQ(split.starts, "2026-03-01");
  EXPECT_EQ(split.ends, "2026-08-31") << "what was struck out is not read";
  const auto deliverables = of_kind(split, "deliverable");
  ASSERT_EQ(deliverables.size(), 2U) << all_of(split);
  EXPECT_EQ(deliverables[0]->title, "Inception report");
  EXPECT_EQ(deliverables[0]->due, "2026-03-15");
  EXPECT_EQ(deliverables[0]->payment_share, 20);
  EXPECT_EQ(deliverables[1]->due, "2026-06-30");
  EXPECT_EQ(deliverables[1]->section, "Deliverables");
  const auto indicators = of_kind(split, "acceptance_indicator");
  ASSERT_EQ(indicators.size(), 1U) << all_of(split);
  EXPECT_EQ(indicators[0]->deliverable, deliverables[0]->key);
  std::set<std::string> requirements;
  for (const Proposal* one : of_kind(split, "requirement")) requirements.insert(one->title);
  for (const char* title :
       {"Review earlier survey reports and partner notes", "Visit each district at least once",
        "The consultant shall protect all personal data", "Five years of research with communities"})
    EXPECT_TRUE(requirements.contains(title)) << title << "\n" << all_of(split);
  std::vector<std::string> labels;
  for (const exchange::TextBlock& block : split.paragraphs)
    if (!block.label.empty()) labels.push_back(block.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"1.", "2.", "a)", "b)", "3.", "•", "•"}));
}

TEST(TermsSplit, OtherLanguages) {
  for (const char* name : {"consultant.ru.txt", "consultant.tg.txt", "consultant.fa-AF.txt"}) {
    const Split split = split_sample(name);
    const auto deliverables = of_kind(split, "deliverable");
    ASSERT_EQ(deliverables.size(), 2U) << name << "\n" << all_of(split);
    EXPECT_EQ(deliverables[0]->due, "2026-03-15") << name;
    EXPECT_EQ(deliverables[1]->due, "2026-06-30") << name;
    EXPECT_EQ(deliverables[0]->payment_share, 20) << name;
    EXPECT_EQ(deliverables[1]->payment_share, 80) << name;
    EXPECT_GE(of_kind(split, "requirement").size(), 2U) << name << "\n" << all_of(split);
    EXPECT_EQ(of_kind(split, "acceptance_indicator").size(), 1U) << name << "\n" << all_of(split);
  }
}

TEST(TermsSplit, ATableOfDeliverablesWithItsHead) {
  const Split split = split_terms(
      exchange::blocks_from_text("EXPECTED OUTPUTS\n\n"
                                 "No   Deliverable              Due date        Payment    Acceptance criteria\n"
                                 "1    Inception report         15 March 2026   20%        Plan is complete\n"
                                 "2    Final report with        within 2 weeks   80%       Data are attached\n"
                                 "     all annexes\n"));
  const auto deliverables = of_kind(split, "deliverable");
  ASSERT_EQ(deliverables.size(), 2U) << all_of(split);
  EXPECT_EQ(deliverables[0]->due, "2026-03-15");
  EXPECT_EQ(deliverables[1]->text, "Final report with all annexes");
  EXPECT_EQ(deliverables[1]->due_text, "within 2 weeks");
  EXPECT_EQ(deliverables[1]->payment_share, 80);
  const auto indicators = of_kind(split, "acceptance_indicator");
  ASSERT_EQ(indicators.size(), 2U);
  EXPECT_EQ(indicators[1]->deliverable, deliverables[1]->key);
}

TEST(TermsSplit, WhatIsNoTermsOfReferenceGivesNothingToConfirm) {
  EXPECT_TRUE(split_terms(exchange::blocks_from_text("Dear friends,\n\nthe weather is fine.\n")).proposals.empty());
  EXPECT_EQ(read_source("", "x").error().code, "records.terms.empty");
  EXPECT_EQ(read_source(std::string("a\0b", 3), "x").error().code, "records.terms.not_text");
  EXPECT_EQ(read_source("PK\x03\x04 nothing", "x.docx").error().code, "base.zip.not_a_zip");
}

class TermsConfirm : public store::WorkspaceFixture {
 protected:
  static Confirmation confirmation() {
    Split split = split_sample("consultant.en.txt");
    return {split.title, split.contract_number, split.starts, split.ends, split.paragraphs, split.proposals};
  }
};

TEST_F(TermsConfirm, OneStepMakesLinkedRecordsThatTellTheirParagraph) {
  const auto done = confirm_terms(*workspace_, {"tester", ""}, confirmation());
  ASSERT_TRUE(done) << done.error().describe();
  ASSERT_TRUE(done->problems.empty()) << done->problems.front().problem.describe();
  EXPECT_EQ(done->records.size(), 18U);
  const std::string terms = done->records.front().id;
  EXPECT_EQ(workspace_->referrers("terms_of_reference", terms)->size(), 14U) << "deliverables and requirements";
  const auto reports = workspace_->list("deliverable");
  ASSERT_EQ(reports->size(), 3U);
  const Json fields = reports->front().fields();
  EXPECT_EQ(fields["terms_of_reference"], terms);
  const std::string text = done->records.front().fields()["text"];
  EXPECT_NE(text.find("[" + fields["source"].get<std::string>() + "] 4.1 Inception report"), std::string::npos)
      << fields;
  EXPECT_EQ(workspace_->referrers("deliverable", reports->front().id)->size(), 3U);
}

TEST_F(TermsConfirm, OneWrongProposalAndNothingIsWritten) {
  Confirmation given = confirmation();
  const auto wrong = std::find_if(given.proposals.begin(), given.proposals.end(),
                                  [](const Proposal& one) { return one.kind == "deliverable"; });
  wrong->due = "soon";
  const auto refused = confirm_terms(*workspace_, {"tester", ""}, given);
  ASSERT_TRUE(refused);
  ASSERT_EQ(refused->problems.size(), 1U);
  EXPECT_EQ(refused->problems.front().problem.where.pointer,
            "/proposals/" + std::to_string(wrong - given.proposals.begin()) + "/due");
  wrong->due.clear();
  given.proposals.front().paragraphs = {9'999};
  given.proposals.back().deliverable = "d99";
  EXPECT_EQ(confirm_terms(*workspace_, {"tester", ""}, given)->problems.size(), 2U);
  EXPECT_TRUE(workspace_->list("terms_of_reference")->empty());
  EXPECT_TRUE(workspace_->list("deliverable")->empty());
}

}  // namespace
}  // namespace hamdil::services::records::terms
