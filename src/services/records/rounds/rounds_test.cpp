#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsx_write/workbook.hpp"
#include "services/records/records.hpp"
#include "services/records/rounds/round.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records::rounds {
namespace {

const store::Author kAuthor{"tester", ""};
using Grid = std::vector<std::vector<std::string>>;
using Book = std::vector<std::pair<std::string, Grid>>;

Book read_book(const std::string& bytes) {
  auto book = exchange::open_workbook_bytes(bytes, "t");
  EXPECT_TRUE(book);
  Book out;
  for (std::size_t i = 0; i < book->sheets().size(); ++i) {
    Grid grid;
    Diagnostics none;
    EXPECT_TRUE(book->stream(
        i,
        [&](const exchange::RowView& row) {
          grid.resize(row.number);
          for (const auto cell : row.cells) grid.back().emplace_back(cell);
          return true;
        },
        none));
    out.emplace_back(book->sheets()[i].name, std::move(grid));
  }
  return out;
}
std::string write_book(const Book& book) {
  std::vector<exchange::Sheet> sheets;
  for (const auto& [name, grid] : book) {
    exchange::Sheet sheet{.name = name};
    for (const auto& row : grid) {
      sheet.rows.emplace_back();
      for (const auto& cell : row) sheet.rows.back().push_back({.text = cell});
    }
    sheets.push_back(std::move(sheet));
  }
  return *exchange::write_workbook(sheets, {});
}

class Rounds : public store::WorkspaceFixture {
 protected:
  void SetUp() override {
    WorkspaceFixture::SetUp();
    place_ = create("place", {{"title", "North"}, {"fields", {{"names", {{"en", "North"}}}}}}).id;
    visit_ = create("visit", {{"title", "First visit"}, {"fields", {{"place", place_}, {"starts", "2026-03-01"}}}}).id;
    create("visit", {{"title", "=HYPERLINK(\"x\")"}, {"fields", {{"purpose", "-5 people"}}}});
  }
  store::Workspace make(const std::string& name) {
    return std::move(store::Workspace::create(folder_.file(name), {.key_file_bytes = std::string(32, 'k')},
                                              Env::fixed(1'700'000'000))
                         ->workspace);
  }
  model::Record create(const std::string& kind, const Json& body) {
    const auto made = create_record(*workspace_, kAuthor, kind, body);
    EXPECT_TRUE(made && made->problems.empty()) << kind;
    return *made->record;
  }
  Sent send(const std::string& language = "en") {
    auto sent = send_round(*workspace_, kAuthor, {{{.kind = "visit"}}, "Partner in the north", language});
    EXPECT_TRUE(sent) << sent.error().describe();
    return *sent;
  }
  Comparison receive(const std::string& bytes) {
    auto back = receive_round(*workspace_, kAuthor, bytes, "somebody@example.org");
    EXPECT_TRUE(back) << (back ? "" : back.error().describe());
    return *back;
  }
  // Row and column of a field in the first sheet.
  static std::string& cell(Book& book, const std::string& title, const std::string& field) {
    Grid& grid = book.front().second;
    const auto head = std::find_if(grid.begin(), grid.end(),
                                   [](const auto& row) { return !row.empty() && row[0].starts_with("hamdil:"); });
    const auto column =
        static_cast<std::size_t>(std::find(head->begin(), head->end(), "field:" + field) - head->begin());
    for (auto& row : grid)
      if (row.size() > 1 && std::find(row.begin(), row.end(), title) != row.end()) {
        row.resize(std::max(row.size(), column + 1));
        return row[column];
      }
    ADD_FAILURE() << title;
    return grid[0][0];
  }
  model::Record visit() { return **workspace_->find("visit", visit_); }

  std::string place_, visit_;
};

TEST_F(Rounds, WhatComesBackUnchangedChangesNothingEvenAfterAnotherProgramSavedIt) {
  const Sent sent = send();
  EXPECT_EQ(sent.round.fields()["rows"], 2);
  for (const std::string& bytes : {sent.bytes, write_book(read_book(sent.bytes))}) {
    const Comparison back = receive(bytes);
    EXPECT_TRUE(back.cells.empty()) << back.cells.front().label << ": " << back.cells.front().sent << " / "
                                    << back.cells.front().theirs;
    EXPECT_TRUE(back.rows.empty() && back.problems.empty() && back.not_returned.empty() &&
                back.columns_missing.empty());
  }
  EXPECT_EQ(sent.bytes.find("<f>"), std::string::npos);
}

TEST_F(Rounds, CellsAreAcceptedOrRefusedWithAReasonInOneTransaction) {
  const Sent sent = send();
  Book book = read_book(sent.bytes);
  cell(book, "First visit", "purpose") = "Listen";
  cell(book, "First visit", "starts") = "2026-03-05";
  cell(book, "First visit", "ends") = "soon";
  ASSERT_TRUE(change_record(*workspace_, kAuthor, "visit", visit_, {{"fields", {{"starts", "2026-03-09"}}}}));
  const Comparison back = receive(write_book(book));
  ASSERT_EQ(back.cells.size(), 3U);
  std::map<std::string, const CellDifference*> by_field;
  for (const CellDifference& one : back.cells) by_field[one.field] = &one;
  EXPECT_TRUE(by_field.at("starts")->conflict);
  EXPECT_EQ(by_field.at("starts")->sent, "2026-03-01");
  EXPECT_EQ(by_field.at("starts")->now, "2026-03-09");
  EXPECT_FALSE(by_field.at("purpose")->conflict);
  EXPECT_TRUE(by_field.at("ends")->problem);
  std::map<std::string, Decision> decisions = {{by_field.at("starts")->cell, {true, ""}},
                                               {by_field.at("purpose")->cell, {true, ""}}};
  const std::string id = back.round.id;
  EXPECT_EQ(decide_round(*workspace_, kAuthor, id, decisions)->problems.front().problem.code,
            "records.round.undecided");
  decisions[by_field.at("ends")->cell] = {true, ""};
  EXPECT_EQ(decide_round(*workspace_, kAuthor, id, decisions)->problems.front().problem.code,
            "records.round.not_a_value");
  decisions[by_field.at("ends")->cell] = {false, " "};
  EXPECT_EQ(decide_round(*workspace_, kAuthor, id, decisions)->problems.front().problem.code,
            "records.round.no_reason");
  EXPECT_EQ(visit().fields()["starts"], "2026-03-09");
  decisions[by_field.at("ends")->cell] = {false, "not a day"};
  const auto decided = decide_round(*workspace_, kAuthor, id, decisions);
  ASSERT_TRUE(decided && decided->problems.empty());
  EXPECT_EQ(decided->accepted, 2U);
  EXPECT_EQ(decided->refused, 1U);
  EXPECT_EQ(visit().fields()["purpose"], "Listen");
  EXPECT_EQ(visit().fields()["starts"], "2026-03-05");
  const Json round = (*workspace_->find("mail_round", id))->fields();
  EXPECT_EQ(round["accepted"], 2);
  EXPECT_EQ(round["decisions"][0]["reason"], "not a day");
  EXPECT_EQ(round["returned_by"], "somebody@example.org");
  EXPECT_EQ(compare_round(*workspace_, id).error().code, "records.round.not_returned");
}

TEST_F(Rounds, RowsAndColumnsMayBeMovedRemovedAndAdded) {
  const Sent sent = send();
  Book book = read_book(sent.bytes);
  cell(book, "First visit", "purpose") = "Listen";
  Grid& grid = book.front().second;
  const std::size_t width = std::max_element(grid.begin(), grid.end(), [](const auto& x, const auto& y) {
                              return x.size() < y.size();
                            })->size();
  for (auto& row : grid) {
    row.resize(width);
    std::reverse(row.begin(), row.end());
  }
  grid.insert(grid.begin(), {"Dear colleagues, see below"});
  grid.push_back(std::vector<std::string>(grid[3].size()));
  const auto place_of = [&](const char* name) {
    return std::find(grid[3].begin(), grid[3].end(), name) - grid[3].begin();
  };
  const auto gone = place_of("field:starts");
  for (std::size_t i = 1; i < grid.size(); ++i) grid[i].erase(grid[i].begin() + gone);
  const auto title =
      static_cast<std::size_t>(std::find(grid[3].begin(), grid[3].end(), "field:title") - grid[3].begin());
  grid.back()[title] = "A third visit";
  std::erase_if(grid, [](const auto& row) {
    return std::find_if(row.begin(), row.end(),
                        [](const auto& c) { return c.find("HYPERLINK") != std::string::npos; }) != row.end();
  });
  const Comparison back = receive(write_book(book));
  ASSERT_EQ(back.cells.size(), 1U);
  EXPECT_EQ(back.cells.front().theirs, "Listen");
  ASSERT_EQ(back.rows.size(), 1U);
  EXPECT_EQ(back.not_returned, std::vector<std::string>{"=HYPERLINK(\"x\")"});
  EXPECT_EQ(back.columns_missing, std::vector<std::string>{"Starts on"});
  const auto decided = decide_round(*workspace_, kAuthor, back.round.id,
                                    {{back.cells.front().cell, {true, ""}}, {back.rows.front().cell, {true, ""}}});
  ASSERT_TRUE(decided && decided->problems.empty());
  EXPECT_EQ(workspace_->query({.kind = "visit"})->total, 3);
}

TEST_F(Rounds, ForeignTamperedAndKeylessFilesAreRefused) {
  const Sent sent = send();
  Book book = read_book(sent.bytes);
  const auto code = [&](store::Workspace& workspace, const std::string& bytes) {
    const auto back = receive_round(workspace, kAuthor, bytes, "");
    return back ? std::string("taken") : back.error().code;
  };
  store::Workspace other = make("other");
  EXPECT_EQ(code(other, sent.bytes), "records.round.foreign");
  Book changed = book;
  changed.back().second[0][0] = text::replace_all(changed.back().second[0][0], sent.round.id, "0000000000000000");
  EXPECT_EQ(code(*workspace_, write_book(changed)), "records.round.tampered");
  EXPECT_EQ(code(*workspace_, write_book({book.front()})), "records.round.no_keys");
  EXPECT_EQ(code(*workspace_, "id,title\n"), "records.round.no_keys");
  changed = book;
  cell(changed, "First visit", "purpose") = "Not read";
  for (auto& row : changed.front().second)
    if (std::find(row.begin(), row.end(), "First visit") != row.end()) row[0] = std::string(32, 'a');
  const Comparison back = receive(write_book(changed));
  EXPECT_TRUE(back.cells.empty());
  ASSERT_EQ(back.problems.size(), 1U);
  EXPECT_EQ(back.problems.front().problem.code, "records.round.key");
}

TEST_F(Rounds, ChoicesAndYesNoAreWrittenInTheLanguageOfTheReader) {
  create("comment", {{"title", "c"},
                     {"fields", {{"about_kind", "visit"}, {"about_id", visit_}, {"text", "t"}, {"resolved", true}}}});
  const auto sent = send_round(*workspace_, kAuthor, {{{.kind = "comment"}}, "", "tg"});
  ASSERT_TRUE(sent);
  Book book = read_book(sent->bytes);
  EXPECT_EQ(cell(book, "c", "resolved"), "ҳа");
  cell(book, "c", "resolved") = "не";
  const Comparison back = receive(write_book(book));
  ASSERT_EQ(back.cells.size(), 1U);
  EXPECT_FALSE(back.cells.front().problem);
}

TEST_F(Rounds, LibreOfficeSavesItAgainAndItStillComesBack) {
  if (std::system("command -v soffice >/dev/null 2>&1") != 0) GTEST_SKIP() << "LibreOffice is not installed";
  const Sent sent = send("fa-AF");
  ASSERT_TRUE(write_file(folder_.file("out.xlsx"), sent.bytes));
  const std::string command = "cd '" + folder_.path().string() + "' && soffice -env:UserInstallation=file://" +
                              folder_.path().string() +
                              "/profile --headless --convert-to xlsx --outdir again out.xlsx >/dev/null 2>&1";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "LibreOffice does not run here";
  const auto again = read_file(folder_.file("again/out.xlsx"));
  if (!again) GTEST_SKIP() << "LibreOffice is here without its spreadsheets (libreoffice-calc)";
  EXPECT_NE(*again, sent.bytes);
  const Comparison back = receive(*again);
  EXPECT_TRUE(back.cells.empty() && back.rows.empty() && back.problems.empty() && back.not_returned.empty())
      << (back.cells.empty() ? "" : back.cells.front().label + ": " + back.cells.front().theirs);
}

}  // namespace
}  // namespace hamdil::services::records::rounds
