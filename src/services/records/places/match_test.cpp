#include "services/records/places/match.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "exchange/workbook.hpp"
#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class PlaceMatchTest : public store::WorkspaceFixture {
 protected:
  std::string place(const std::string& title, const std::string& code, const Json& names = Json::object()) {
    Json fields = {{"code", code}, {"code_list", "list of 2019"}};
    if (!names.empty()) fields["names"] = names;
    const auto made = create_record(*workspace_, kAuthor, "place", {{"title", title}, {"fields", fields}});
    EXPECT_TRUE(made && made->problems.empty()) << title;
    return made->record->id;
  }
  PlaceProposal match(const std::string& code, const std::string& name) {
    return match_places(*workspace_, {{code, name}})->front();
  }
};

TEST_F(PlaceMatchTest, ACodeIsOnlySureTogetherWithTheName) {
  const std::string north = place("North", "07");
  const std::string south = place("South", "08");
  EXPECT_EQ(match("07", "NORTH").how, PlaceMatch::kCodeAndName);
  const PlaceProposal swapped = match("07", "South");
  EXPECT_EQ(swapped.how, PlaceMatch::kCodeOtherName);
  EXPECT_EQ(swapped.place, south) << "the name decides";
  EXPECT_EQ(swapped.others, std::vector<std::string>{north});
  EXPECT_EQ(match("07", "Elsewhere").place, "") << "never by the code alone";
  EXPECT_EQ(match("7", "Elsewhere").how, PlaceMatch::kNone) << "leading zeros are part of a code";
  EXPECT_EQ(match("7", "North").how, PlaceMatch::kName);
  EXPECT_EQ(match("07", "").how, PlaceMatch::kCodeOnly);
  EXPECT_TRUE(match("", "08").name_is_code);
}

TEST_F(PlaceMatchTest, NamesAcrossTransliterationsAndScripts) {
  const std::string rudaki = place("Rudaki", "3509058", {{"tg", "Рӯдакӣ"}, {"fa-AF", "رودکی"}});
  place("Tuz Khurmatu", "IQG16Q07");
  place("Vahdat", "3509018");
  place("Vahdat", "3509065");
  EXPECT_EQ(match("", "ноҳияи Рудаки").place, rudaki);
  EXPECT_EQ(match("", "رودكي").place, rudaki) << "Arabic forms of the letters";
  EXPECT_EQ(match("", "Tooz Khurmatu").how, PlaceMatch::kNearName);
  const PlaceProposal twice = match("", "Vahdat");
  EXPECT_EQ(twice.how, PlaceMatch::kSeveral);
  EXPECT_EQ(twice.place, "");
  EXPECT_EQ(twice.others.size(), 2U);
  EXPECT_EQ(match("3509065", "Vahdat").how, PlaceMatch::kCodeAndName);
}

using Rows = std::vector<std::vector<std::string>>;
Rows read_rows(const std::string& path) {
  auto book = exchange::open_workbook(path);
  EXPECT_TRUE(book);
  Rows out;
  Diagnostics none;
  EXPECT_TRUE(book->stream(
      0,
      [&](const exchange::RowView& row) {
        out.emplace_back(row.cells.begin(), row.cells.end());
        return true;
      },
      none));
  return out;
}

// Codes of 2015 beside places of 2019: nine of eighteen codes are other places now.
TEST_F(PlaceMatchTest, RealCodesOfAnotherListLeadNowhereWrong) {
  const std::string shared = std::string(HAMDIL_SHARED_DIR) + "/realdata/";
  const auto expected = read_json_file(shared + "activities_iraq/expected.json");
  if (!expected) GTEST_SKIP() << "the shared data are not there";
  std::map<std::string, std::string> title_of_code;
  for (const auto& [code, name] : (*expected)["boundary_codes_2019"].items()) {
    place(name.get<std::string>(), code);
    title_of_code[code] = name.get<std::string>();
  }
  std::size_t same = 0;
  std::size_t by_name = 0;
  std::size_t open = 0;
  const Json names_2015 = (*expected)["code_names_2015"];
  for (const auto& [code, name] : names_2015.items()) {
    // What a spreadsheet does to the code when somebody takes the hyphen away.
    const std::string bare = "IQG" + code.substr(4);
    const PlaceProposal found = match(bare, name.get<std::string>());
    if (found.how == PlaceMatch::kCodeAndName) {
      ++same;
      EXPECT_EQ(found.title, title_of_code[bare]);
    } else if (!found.place.empty()) {
      ++by_name;
      EXPECT_EQ(found.how, PlaceMatch::kCodeOtherName);
      EXPECT_NE(found.title, title_of_code[bare]) << code << " " << name;
    } else {
      ++open;
    }
  }
  EXPECT_GE(same, 7U);
  EXPECT_LE(same, 9U) << "never more than those that are the same place";
  EXPECT_GE(same + by_name, 12U) << open << " are left to a person";
}

TEST_F(PlaceMatchTest, RealDistrictsFindThemselvesInTheirOtherScript) {
  const std::string path = std::string(HAMDIL_SHARED_DIR) + "/realdata/boundaries/tajikistan_districts.csv";
  if (!file_exists(path)) GTEST_SKIP() << "the shared data are not there";
  const Rows rows = read_rows(path);
  std::map<std::string, std::string> code_of;
  for (std::size_t i = 1; i < rows.size(); ++i) code_of[place(rows[i][1], rows[i][0])] = rows[i][0];
  std::size_t right = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const PlaceProposal found = match("", rows[i][2]);
    if (found.place.empty()) continue;
    ++(code_of[found.place] == rows[i][0] ? right : wrong);
  }
  EXPECT_EQ(wrong, 0U);
  // Eight names are those of a town and a district, and some are other names altogether.
  EXPECT_GE(right, 38U) << "of " << rows.size() - 1;
}

}  // namespace
}  // namespace hamdil::services::records
