#include "exchange/plain_table.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "exchange/csv/write.hpp"
#include "exchange/datetime.hpp"
#include "exchange/infer.hpp"
#include "exchange/sav/write.hpp"

namespace hamdil::exchange {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;

std::string path_of(const std::string& name) { return ::testing::TempDir() + "hamdil_plain_" + name; }

std::string write(const std::string& name, const std::string& bytes) {
  EXPECT_TRUE(write_file(path_of(name), bytes));
  return path_of(name);
}

PlainTable read(const std::string& path, const data::Codebook* codebook = nullptr) {
  Diagnostics d;
  auto out = read_plain_table(path, codebook, d);
  EXPECT_TRUE(out) << (out ? "" : out.error().describe());
  return out ? *std::move(out) : PlainTable{};
}

TEST(Infer, TypesOfTexts) {
  const auto type = [](std::vector<std::string> values) {
    return infer_type_of_texts(Column::of_texts("x", std::move(values))).type;
  };
  EXPECT_EQ(type({"1", "", "-3"}), ColumnType::kInteger);
  EXPECT_EQ(type({"1.5", "2"}), ColumnType::kNumber);
  EXPECT_EQ(type({"007", "012"}), ColumnType::kText);          // codes keep their zeros
  EXPECT_EQ(type({"+992900000000", "5"}), ColumnType::kText);  // a telephone number
  EXPECT_EQ(type({"12345678901234567890", "1"}), ColumnType::kText);
  EXPECT_EQ(type({"2024-01-05", "2024-02-29"}), ColumnType::kDate);
  EXPECT_EQ(type({"2024-01-05", "2023-02-29"}), ColumnType::kText);
  EXPECT_EQ(type({"2024-01-05T10:00:00+05:00"}), ColumnType::kDateTime);
  EXPECT_EQ(type({"a", "b", "a", "b"}), ColumnType::kCategory);
  EXPECT_EQ(type({"a", "b", "c"}), ColumnType::kText);
  EXPECT_EQ(type({"", ""}), ColumnType::kCategory);  // nothing is known
}

TEST(DateTime, OffsetsAndOddities) {
  EXPECT_EQ(parse_iso_datetime("2024-05-01T10:00:00.500+03:00"), 1'714'546'800.5);
  EXPECT_EQ(parse_iso_datetime("2024-05-01 07:00 AM"), 1'714'546'800.0);
  EXPECT_EQ(parse_iso_datetime("2024-05-01T25:00:00"), std::nullopt);
  EXPECT_EQ(parse_iso_date("2024-05-32"), std::nullopt);
  EXPECT_EQ(iso_date(*parse_iso_date("1899-12-31")), "1899-12-31");
  EXPECT_EQ(parse_slash_date("7/16/2018")->second, 16u);
  EXPECT_EQ(parse_slash_date("31/31/2018"), std::nullopt);
}

// The same cases in every format that can hold them.
TEST(PlainTable, OneTableInEveryFormat) {
  const RawTable raw{.name = "t",
                     .header = {"id", "score", "day", "group", "words"},
                     .rows = {{"1", "0.5", "2024-01-05", "a", "Салом"},
                              {"2", "-3.25", "1999-12-31", "b", "x;\"y\",\nz"},
                              {"3", "", "2024-02-29", "a", "سلام"},
                              {"4", "1000000", "1970-01-01", "b", "w"}}};
  std::string sheet = "<worksheet><sheetData>";
  std::vector<std::vector<std::string>> all = {raw.header};
  all.insert(all.end(), raw.rows.begin(), raw.rows.end());
  for (const auto& row : all) {
    sheet += "<row>";
    for (std::string cell : row) {
      for (const auto& [from, to] : {std::pair{"&", "&amp;"}, {"<", "&lt;"}})
        for (std::size_t at = cell.find(from); at != std::string::npos; at = cell.find(from, at + 1))
          cell.replace(at, 1, to);
      sheet += "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">" + cell + "</t></is></c>";
    }
    sheet += "</row>";
  }
  ZipWriter xlsx;
  xlsx.add("[Content_Types].xml", "<Types/>");
  xlsx.add("xl/workbook.xml", "<workbook><sheets><sheet name=\"t\" sheetId=\"1\" id=\"r\"/></sheets></workbook>");
  xlsx.add("xl/worksheets/sheet1.xml", sheet + "</sheetData></worksheet>");
  ZipWriter zip;
  zip.add("t.csv", csv::write_csv(raw));
  const PlainTable first = read(write("t.csv", csv::write_csv(raw)));
  EXPECT_EQ(first.source_rows, (std::vector<std::size_t>{2, 3, 4, 5}));
  const std::vector<std::string> paths = {
      write("semicolon.csv", csv::write_csv(raw, {.separator = ';', .byte_order_mark = true})),
      write("tab.tsv", csv::write_csv(raw, {.separator = '\t'})),
      write("pipe.csv", csv::write_csv(raw, {.separator = '|', .quote_all = true})),
      write("t.xlsx", *xlsx.finish()),
      write("t.zip", *zip.finish()),
      write("t.sav", *sav::write_sav(first.table)),
      write("t.dta", *sav::write_dta(first.table))};
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    const PlainTable other = read(path);
    ASSERT_EQ(other.table.rows, 4u);
    ASSERT_EQ(other.table.columns.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(other.table.columns[i].type, first.table.columns[i].type) << i;
      for (std::size_t row = 0; row < 4; ++row) {
        EXPECT_EQ(other.table.columns[i].reason(row), first.table.columns[i].reason(row));
        if (first.table.columns[i].type == ColumnType::kCategory) {
          const auto label = [&](const Column& column) {
            return column.levels[static_cast<std::size_t>(column.codes[row])].label;
          };
          EXPECT_EQ(label(other.table.columns[i]), label(first.table.columns[i]));
        } else {
          EXPECT_EQ(other.table.columns[i].text_at(row), first.table.columns[i].text_at(row));
        }
      }
    }
  }
}

TEST(PlainTable, ACodebookGivesLabelsAndReasons) {
  Diagnostics d;
  const auto codebook = read_codebook(write("book.csv",
                                            "name,label,type,values,missing,ordered\n"
                                            "trust,Trust,,1=Low; 2=High; 9=Don't know,,yes\n"
                                            "age,Age,integer,,-99=refused; -98,\n"
                                            "gone,Gone,,,,\n"),
                                      d);
  ASSERT_TRUE(codebook) << codebook.error().describe();
  const PlainTable t = read(write("coded.csv", "TRUST,age\n1,30\n9,-99\n2,-98\n7,old\n"), &*codebook);
  const Column& trust = t.table.columns[0];
  EXPECT_EQ(trust.label, "Trust");
  EXPECT_TRUE(trust.ordered);
  EXPECT_EQ(trust.levels[1].label, "High");
  EXPECT_EQ(trust.reason(1), Missing::kDontKnow);
  const Column& age = t.table.columns[1];
  EXPECT_EQ(age.type, ColumnType::kInteger);
  EXPECT_EQ(age.reason(1), Missing::kRefused);
  EXPECT_EQ(age.reason(2), Missing::kBlank);
  EXPECT_EQ(age.reason(3), Missing::kUnreadable);
  EXPECT_EQ(t.not_in_data, (std::vector<std::string>{"gone"}));
  const auto long_form = read_codebook(
      write("long.csv", "variable;value;value_label;label\ntrust;1;Low;Trust\n;2;High;\n;3;Refused;\n"), d);
  ASSERT_TRUE(long_form);
  EXPECT_EQ(long_form->entries[0].levels.size(), 2u);
  EXPECT_EQ(long_form->entries[0].missing, (std::vector<std::pair<std::string, Missing>>{{"3", Missing::kRefused}}));
}

TEST(PlainTable, DoubledAndMissingHeaders) {
  const PlainTable t = read(write("doubled.csv", "a,a,,a_2\n1,2,3,4\n"));
  std::vector<std::string> names;
  for (const Column& column : t.table.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "a_2", "column_C", "a_2_2"}));
}

}  // namespace
}  // namespace hamdil::exchange
