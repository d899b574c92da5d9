#include "analysis/clickhouse/sql.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/clickhouse/push.hpp"

namespace hamdil::analysis::clickhouse {
namespace {

using stats::survey::call_of;
using stats::survey::name_of;
using stats::survey::number_of;
using stats::survey::SumRequest;

// A table whose names try to be queries.
PushedTable make_table() {
  PushedTable out;
  out.name = "hamdil_0123";
  out.cluster = "hamdil";
  out.database = "default";
  out.nodes = {{{"127.0.0.1", 8123}, 5}};
  out.rows = 5;
  out.design = "{}";
  out.strata = {"a'; DROP TABLE x; --"};
  out.first_stage.group_of_unit = {0, 0, 0};
  StoredColumn age;
  age.description.name = "age\"; DROP";
  age.description.type = data::ColumnType::kNumber;
  age.has_gaps = true;
  StoredColumn sex;
  sex.description.name = "s'ex";
  sex.description.type = data::ColumnType::kCategory;
  sex.description.levels = {{"f' OR 1=1", ""}, {"7", ""}};
  sex.number = 1;
  sex.small = true;
  out.columns = {age, sex};
  return out;
}

TEST(ClickHouseSql, HoldsNumbersAndNumberedColumnsAndNothingAPersonWrote) {
  const PushedTable table = make_table();
  SumRequest request;
  request.by = {"s'ex"};
  request.by_unit = true;
  request.complete = {"age\"; DROP"};
  request.cells = {{0}, {1}};
  request.cell_columns = {"s'ex"};
  request.by_cell = {{"$m'; --", {1.5, -2}}};
  request.values = {{"$x y", call_of("exp", {name_of("age\"; DROP")})}};
  request.weighted = {call_of("*", {name_of("$x y"), name_of("$m'; --")}), name_of("s'ex")};
  const auto sql = sum_query(table, {call_of("==", {call_of("code", {name_of("s'ex")}), number_of(1)})}, request);
  ASSERT_TRUE(sql) << sql.error().describe();
  EXPECT_EQ(*sql,
            "WITH indexOf([0.0,1.0], toFloat64(c1)) AS v0, if((v0 != 0 AND 0 = 0), 2 + 1 * (v0 - 1), 1) AS v1, "
            "[0.0,1.5,(-2.0)][toUInt32(v1)] AS v2, exp(toFloat64(c0)) AS v3 SELECT u, toFloat64(c1) AS k1, count(), "
            "sum(w != 0), sum(w), sum(w * w), sum(w * (v3 * v2)), sum(w * [0.0,nan,7.0][toUInt32(c1 + 2)]) FROM "
            "hamdil_0123_all WHERE (toFloat64(toFloat64(c1) = 1.0) != 0) AND (m0 = 0) GROUP BY u, k1 WITH TOTALS "
            "FORMAT TabSeparated");
  request.by = {"age"};
  const auto unknown = sum_query(table, {}, request);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "analysis.clickhouse.no_column");
}

std::string read(const char* answer) {
  const PushedTable table = make_table();
  SumRequest request;
  request.by = {"s'ex"};
  request.by_unit = true;
  request.weighted = {number_of(1)};
  const auto groups = read_groups(table, request, answer);
  return groups ? std::to_string(groups->size()) : groups.error().code;
}

TEST(ClickHouseSql, AnAnswerThatIsNotWhatWasAskedIsAnError) {
  constexpr const char* kBad = "analysis.clickhouse.bad_answer";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\t1\n0\t0\t2\t2\t1\t1\t1\n\n0\t0\t5\t5\t5.5\t8\t2\n"), "2");
  EXPECT_EQ(read("\n0\t0\t0\t0\t0\t0\t0\n"), "0");
  EXPECT_EQ(read(""), kBad) << "not even a total";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\t1\n"), kBad) << "cut off at the end of a line";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\t1\n\n0\t0\t5\t5\t5.5\t8\t2\n"), kBad) << "a group is missing";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\t1\n\n0\t0\t3\t3\t5.5"), kBad) << "cut off within a line";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\n\n0\t0\t3\t3\t4.5\t7\n"), kBad) << "too few columns";
  EXPECT_EQ(read("2\t1\t3\t3\t4.5\t7\t1\t9\n\n0\t0\t3\t3\t4.5\t7\t1\t9\n"), kBad) << "too many columns";
  EXPECT_EQ(read("2\t1\t3\t3\tnan\t7\t1\n\n0\t0\t3\t3\tnan\t7\t1\n"), kBad);
  EXPECT_EQ(read("2\t1\t3\t3\tinf\t7\t1\n\n0\t0\t3\t3\tinf\t7\t1\n"), kBad);
  EXPECT_EQ(read("2\t1\t3\t3\t1e999\t7\t1\n\n0\t0\t3\t3\t1\t7\t1\n"), kBad);
  EXPECT_EQ(read("3\t1\t3\t3\t4.5\t7\t1\n\n0\t0\t3\t3\t4.5\t7\t1\n"), kBad) << "a unit that there is not";
  EXPECT_EQ(read("2\t2\t3\t3\t4.5\t7\t1\n\n0\t0\t3\t3\t4.5\t7\t1\n"), kBad) << "a level that there is not";
  EXPECT_EQ(read("2\t1\t-3\t3\t4.5\t7\t1\n\n0\t0\t-3\t3\t4.5\t7\t1\n"), kBad);
  EXPECT_EQ(read("2\t1\t5e9\t3\t4.5\t7\t1\n\n0\t0\t5e9\t3\t4.5\t7\t1\n"), kBad);
  EXPECT_EQ(read("Code: 241, e.displayText() = DB::Exception\n"), kBad);
}

TEST(ClickHouseLegend, ReadsBackAndATamperedOneIsRefused) {
  const Json written = to_json(make_table());
  const auto back = read_pushed_table(written);
  ASSERT_TRUE(back) << back.error().describe();
  EXPECT_EQ(to_json(*back), written);
  const auto refused = [&](const char* pointer, const Json& value) {
    Json changed = written;
    changed[Json::json_pointer(pointer)] = value;
    const auto read_back = read_pushed_table(changed);
    return read_back ? std::string() : read_back.error().code;
  };
  EXPECT_EQ(refused("/format", "other"), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/table", "x; DROP TABLE y"), "analysis.clickhouse.identifier");
  EXPECT_EQ(refused("/cluster", "a b"), "analysis.clickhouse.identifier");
  EXPECT_EQ(refused("/nodes/0/address", "http://example.org:80"), "analysis.clickhouse.not_loopback");
  EXPECT_EQ(refused("/nodes", Json::array()), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/stratum_of_unit/0", 1), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/population_of_unit", {1, 2}), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/columns/0/type", "secret"), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/columns/0/levels", {1}), "analysis.clickhouse.legend");
  EXPECT_EQ(refused("/rows", -1), "analysis.clickhouse.legend");
  EXPECT_FALSE(read_pushed_table(Json()));
}

TEST(ClickHousePush, ColumnsThatSinglePeopleOutAreRefusedBeforeAnythingIsSent) {
  data::Table table;
  table.rows = 20;
  std::vector<std::string> words, names, often;
  std::vector<double> days, infinite;
  for (int row = 0; row < 20; ++row) {
    words.push_back("said " + std::to_string(row));
    names.push_back("DEMO " + std::to_string(row));
    often.push_back(row % 2 == 0 ? "yes" : "no");
    days.push_back(20'000 + row);
    infinite.push_back(row == 3 ? HUGE_VAL : row);
  }
  table.put(data::Column::of_texts("opinion", words));
  table.put(data::Column::of_texts("respondent_name", names));
  table.put(data::Column::of_texts("answer", often));
  table.put(data::Column::of_numbers("day", days, data::ColumnType::kDate));
  table.put(data::Column::of_numbers("much", infinite));
  table.put(data::Column::of_numbers("$weight", infinite));
  const auto code = [&](const char* column) {
    std::vector<Node> nobody;  // where the first query would fail
    nobody.emplace_back(Address{"127.0.0.1", 1}, "default", Credentials{});
    const auto pushed = push(table, {"{}", {column}, "hamdil", "default", ""}, nobody);
    EXPECT_FALSE(pushed);
    return pushed.error().code;
  };
  EXPECT_EQ(code("opinion"), "analysis.clickhouse.text");
  EXPECT_EQ(code("respondent_name"), "analysis.clickhouse.identifying");
  EXPECT_EQ(code("day"), "analysis.clickhouse.date");
  EXPECT_EQ(code("much"), "analysis.clickhouse.infinite");
  EXPECT_EQ(code("$weight"), "analysis.clickhouse.column_name");
  EXPECT_EQ(code("nothing"), "stats.terms.no_column");
  EXPECT_EQ(code("answer"), "analysis.clickhouse.unreachable") << "words that repeat are levels";
}

}  // namespace
}  // namespace hamdil::analysis::clickhouse
