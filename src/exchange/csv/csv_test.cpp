#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdio>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/csv/write.hpp"

namespace hamdil::exchange::csv {
namespace {

RawTable parse(const std::string& bytes, Diagnostics& diagnostics, const ReadOptions& options = {}) {
  auto table = read_csv_bytes(bytes, "t.csv", options, diagnostics);
  EXPECT_TRUE(table) << (table ? "" : table.error().describe());
  return table ? *table : RawTable{};
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsQuotesLineBreaksAndEveryLineEnd) {
  Diagnostics d;
  const RawTable t = parse(
      "\xEF\xBB\xBF"
      "a,b,c\r\n1,\"x, \"\"y\"\"\",\"two\nlines\"\r2,,\n\n3,p,q",
      d);
  EXPECT_EQ(t.header, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(t.rows, (Rows{{"1", "x, \"y\"", "two\nlines"}, {"2"}, {"3", "p", "q"}}));
  EXPECT_EQ(t.source_rows, (std::vector<std::size_t>{2, 3, 5}));
  EXPECT_TRUE(d.empty());
}

TEST(Csv, FindsTheSeparator) {
  EXPECT_EQ(detect_separator("a;b;c\n1,5;2;3\n"), ';');
  EXPECT_EQ(detect_separator("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(detect_separator("a|b\n1|2\n"), '|');
  EXPECT_EQ(detect_separator("a,b\n\"x;y;z\",2\n"), ',');
  EXPECT_EQ(detect_separator("only\none\n"), ',');
}

TEST(Csv, AnUnclosedQuoteDoesNotSwallowTheRest) {
  Diagnostics d;
  const RawTable t = parse("a,b\n1,\"open\n2,x\n3,y\n", d);
  EXPECT_EQ(t.rows, (Rows{{"1", "\"open"}, {"2", "x"}, {"3", "y"}}));
  ASSERT_EQ(d.size(), 1u);
  EXPECT_EQ(d[0].problem.code, "exchange.csv.unclosed_quote");
  EXPECT_EQ(d[0].problem.where.row, 2u);
}

TEST(Csv, MixedCodePagesAreFoundRowByRow) {
  // UTF-8, Windows-1252 (é), Windows-1251 (Да нет), Windows-1256 (السلام)
  Diagnostics d;
  const RawTable t = parse("v\n\xC3\xA9t\xC3\xA9\n\xE9t\xE9\n\xC4\xE0 \xED\xE5\xF2\n\xC7\xE1\xD3\xE1\xC7\xE3\n", d);
  EXPECT_EQ(t.rows, (Rows{{"été"}, {"été"}, {"Да нет"}, {"السلام"}}));
  ASSERT_EQ(d.size(), 3u);
  for (const Diagnostic& one : d) EXPECT_EQ(one.problem.code, "exchange.csv.code_page");
  EXPECT_EQ(d[0].problem.where.row, 4u);  // 1251 first in the order of pages
}

// One word in a header of ASCII names looks Western beside Latin letters; the rows below tell.
TEST(Csv, AHeaderIsReadAsTheRowsBelowIt) {
  // Windows-1256: "\xD4\xE5\xD1" is شهر, "\xDF\xC7\xC8\xE1" is كابل
  const std::string rows = "1;\"\xDF\xC7\xC8\xE1\";\"ok\";2\n2;\"\xE5\xD1\xC7\xCA\";\"ok\";3\n";
  for (const std::string header :
       {"id;\xD4\xE5\xD1;comment;v\n", "id;x\xD4\xE5\xD1;comment;v\n", "id;\xD4;comment;v\n"}) {
    Diagnostics d;
    const RawTable t = parse(header + rows, d);
    EXPECT_EQ(t.rows[0][1], "كابل");
    EXPECT_NE(t.header[1].find("ش"), std::string::npos) << t.header[1];
    ASSERT_EQ(d.size(), 1u);
  }
  // Western rows keep a Western header; a header alone is judged by itself.
  Diagnostics d;
  EXPECT_EQ(parse("n\xE9;v\nMontr\xE9"
                  "al;1\n",
                  d)
                .header[0],
            "né");
  EXPECT_EQ(parse("\xC4\xE0 \xED\xE5\xF2;v\n1;2\n", d).header[0], "Да нет");
  // What stands below UTF-8 comes from somewhere else.
  EXPECT_EQ(parse("n\xE9 o\xF9;v\n\xC3\xA9;1\n\xC7\xE1\xD3\xE1\xC7\xE3 \xC7\xE1\xD3\xE1\xC7\xE3;2\n", d).header[0],
            "né où");
}

TEST(Csv, ReadsUtf16) {
  Diagnostics d;
  const std::string bytes(
      "\xFF\xFE"
      "a\0\t\0b\0\n\0\x31\0\t\0\xDF\0",
      16);
  EXPECT_EQ(parse(bytes, d).rows, (Rows{{"1", "ß"}}));
}

TEST(Csv, RefusesWhatIsNoTextAndWhatIsTooMuch) {
  Diagnostics d;
  EXPECT_EQ(read_csv_bytes(std::string("a,b\n1,\0\n", 8), "t", {}, d).error().code, "exchange.csv.binary");
  ReadOptions options;
  options.limits = {.rows = 2, .columns = 3, .cell_bytes = 4};
  EXPECT_EQ(read_csv_bytes("a\n1\n2\n", "t", options, d).error().code, "exchange.csv.too_many_rows");
  EXPECT_EQ(read_csv_bytes("a,b,c,d\n", "t", options, d).error().code, "exchange.csv.too_many_columns");
  EXPECT_EQ(read_csv_bytes("abcde\n", "t", options, d).error().code, "exchange.csv.cell_too_long");
  EXPECT_EQ(read_csv_bytes("", "t", options, d).error().code, "exchange.csv.empty");
}

TEST(Csv, ThousandsOfColumns) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += (i ? ",c" : "c") + std::to_string(i);
  Diagnostics d;
  EXPECT_EQ(parse(bytes + "\n", d).header.size(), 5000u);
}

TEST(CsvWrite, NeutralisesFormulasButNotNumbers) {
  RawTable t{.header = {"a", "b"}, .rows = {{"=1+1", "-5"}, {"@cmd", "+93 70"}, {"-2+3", "x;\"y\""}}};
  EXPECT_EQ(write_csv(t), "a,b\r\n'=1+1,-5\r\n'@cmd,'+93 70\r\n'-2+3,\"x;\"\"y\"\"\"\r\n");
}

RC_GTEST_PROP(CsvWriteProperty, WhatIsWrittenReadsBack, (std::vector<std::string> cells)) {
  RC_PRE(!cells.empty());
  for (std::string& cell : cells)
    for (char& c : cell)
      if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') c = ';';
  RawTable t{.header = {"first"}, .rows = {}};
  t.header.resize(cells.size(), "h");
  t.rows.push_back(cells);
  WriteOptions write;
  write.neutralise_formulas = false;
  write.quote_all = true;
  Diagnostics d;
  const auto back = read_csv_bytes(write_csv(t, write), "t", {.separator = ','}, d);
  RC_ASSERT(static_cast<bool>(back));
  std::vector<std::string> expected = cells;
  while (!expected.empty() && expected.back().empty()) expected.pop_back();
  const bool is_blank = std::all_of(expected.begin(), expected.end(), [](const std::string& c) {
    return c.find_first_not_of(" \t") == std::string::npos;
  });
  if (is_blank)
    RC_ASSERT(back->rows.empty());
  else
    RC_ASSERT(back->rows == Rows(1, expected));
}

// A row with a quote takes the careful way through the reader; both ways must give the same cells.
TEST(Csv, QuotedRowsReadAsPlainOnesDo) {
  rc::check("any cells without marks", [](const std::vector<std::vector<std::string>>& cells) {
    std::string plain, quoted;
    for (const auto& row : cells) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        std::string cell;
        for (const char c : row[i])
          if (c != '"' && c != ',' && c != '\n' && c != '\r' && c != '\0' && static_cast<unsigned char>(c) < 0x80)
            cell += c;
        plain += (i > 0 ? "," : "") + cell;
        quoted += (i > 0 ? ",\"" : "\"") + cell + "\"";
      }
      plain += "\n";
      quoted += "\r\n";
    }
    const auto read = [](const std::string& bytes) {
      Diagnostics problems;
      std::vector<std::pair<std::size_t, std::vector<std::string>>> rows;
      ReadOptions options;
      options.separator = ',';
      const Status status = stream(
          bytes, "t", options,
          [&](const RowView& row) {
            rows.emplace_back(row.number, std::vector<std::string>(row.cells.begin(), row.cells.end()));
            return true;
          },
          problems);
      RC_ASSERT(static_cast<bool>(status));
      return rows;
    };
    RC_ASSERT(read(plain) == read(quoted));
  });
}

// A file of several windows gives the rows and warnings that its bytes give, wherever a window ends.
TEST(Csv, LargeFilesAreReadInPieces) {
  std::uint32_t state = 11;
  const auto draw = [&state](std::uint32_t below) { return (state = state * 1664525U + 1013904223U) / 65536U % below; };
  const std::vector<std::string> cells = {"plain",
                                          "12.5",
                                          "",
                                          "\"quoted, with a comma\"",
                                          "\"two\nlines\"",
                                          "\"a \"\"word\"\"\"",
                                          "stray\"quote",
                                          "\xEF\xF0\xE8\xE2\xE5\xF2",
                                          "\xD0\xBF\xD1\x80\xD0\xB8",
                                          std::string(3'000, 'x')};
  const std::string path = ::testing::TempDir() + "hamdil_csv_pieces.csv";
  for (const bool has_mark : {true, false})
    for (const char* end : {"\n", "\r\n", "\r"})
      for (const bool is_unclosed : {false, true}) {
        std::string bytes = has_mark ? "\xEF\xBB\xBF" : "";
        bytes += std::string("a,b,c") + end;
        while (bytes.size() < (std::size_t{9} << 20) + draw(1000)) {
          for (int c = 0; c < 3; ++c) bytes += (c > 0 ? "," : "") + cells[draw(40) == 0 ? draw(10) : draw(9)];
          bytes += draw(50) == 0 ? std::string(end) + end : std::string(end);
        }
        if (is_unclosed) bytes.insert(bytes.size() / 2, std::string(end) + "\"never closed" + end);
        if (draw(2) == 0) bytes += "last,row,without end";
        ASSERT_TRUE(write_file(path, bytes));
        const auto digest = [](const auto& read) {
          std::string all;
          Diagnostics problems;
          ReadOptions options;
          options.separator = ',';
          const RowSink sink = [&](const RowView& row) {
            all += std::to_string(row.number);
            for (const std::string_view cell : row.cells) all.append("\x1F").append(cell);
            all = all.size() > (1U << 20) ? digest_hex(all) : std::move(all);
            return true;
          };
          const Status status = read(options, sink, problems);
          for (const Diagnostic& problem : problems) all += problem.problem.describe() + "\n";
          return (status ? "" : status.error().describe()) + digest_hex(all);
        };
        const auto file = FileStream::open(path);
        ASSERT_TRUE(file);
        const std::string whole = digest([&](const ReadOptions& options, const RowSink& sink, Diagnostics& problems) {
          return stream(bytes, path, options, sink, problems);
        });
        const std::string pieces = digest([&](const ReadOptions& options, const RowSink& sink, Diagnostics& problems) {
          return stream_file(path, file->stamp(), options, sink, problems);
        });
        ASSERT_EQ(whole, pieces) << has_mark << is_unclosed << int(end[0]);
      }
  FileStamp other;
  Diagnostics problems;
  const Status changed = stream_file(path, other, {}, [](const RowView&) { return true; }, problems);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, "base.file.changed");
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*file_digest_hex(path), digest_hex(*bytes));
  std::remove(path.c_str());
}

}  // namespace
}  // namespace hamdil::exchange::csv
