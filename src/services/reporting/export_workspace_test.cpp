// What leaves as rows: keys in the words of the people, the content's k, names as the file has them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "exchange/sav/read.hpp"
#include "protect/policy.hpp"
#include "services/reporting/export_workspace_data.hpp"

namespace hamdil::services::reporting {
namespace {

data::Column category(const std::string& name, const std::string& label, std::size_t rows, std::size_t levels,
                      std::size_t step) {
  std::vector<std::int32_t> codes;
  std::vector<data::Level> all;
  for (std::size_t i = 0; i < levels; ++i) all.push_back({"v" + std::to_string(i), "Answer " + std::to_string(i)});
  for (std::size_t row = 0; row < rows; ++row)
    codes.push_back(static_cast<std::int32_t>(row / step % std::max<std::size_t>(levels, 1)));
  data::Column out = data::Column::of_codes(name, codes, all);
  out.label = label;
  return out;
}

StudyData study() {
  constexpr std::size_t kRows = 240;
  StudyData data;
  data.study.spec.group_variable = "group";
  data.study.spec.sample.clusters = {"place"};
  data.study.spec.sensitive = {"harmed"};
  std::vector<std::string> ids;
  std::vector<double> size, flag;
  for (std::size_t row = 0; row < kRows; ++row) {
    ids.push_back("id" + std::to_string(row * 7919 % 1000));
    size.push_back(static_cast<double>(1 + row % 9));
    flag.push_back(static_cast<double>(row % 2));
  }
  data.table.rows = kRows;
  data.table.put(data::Column::of_texts("respondent", ids));
  data.table.put(category("round", "", kRows, 1, 1));
  data.table.put(category("group", "", kRows, 2, 1));
  data.table.put(category("place", "", kRows, 12, 20));
  data.table.put(category("q4", "Сатҳи маълумоти шумо", kRows, 4, 2));
  data.table.put(category("q5", "حالت مدنی", kRows, 3, 5));
  data.table.put(data::Column::of_numbers("hh_size", size, data::ColumnType::kInteger));
  data.table.put(data::Column::of_numbers("displaced", flag, data::ColumnType::kInteger));
  data.table.put(category("harmed", "", kRows, 2, 3));
  data.table.put(category("channels/radio or TV", "", kRows, 2, 2));
  data.table.put(category("enumerator", "", kRows, 6, 40));
  data.table.put(category("landmark", "", kRows, 24, 10));
  return data;
}

const protect::ColumnLoss* find(const std::vector<protect::ColumnLoss>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& one) { return one.column == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::string file(const DataExport& exported, const std::string& name) {
  for (const auto& [one, bytes] : exported.files)
    if (one == name) return bytes;
  return {};
}

}  // namespace

TEST(ExportData, KeysAreKnownByWordsAndByDeclaration) {
  StudyData data = study();
  const protect::MicrodataPolicy named = microdata_policy(data, false);
  EXPECT_EQ(named.keys, (std::vector<std::string>{"hh_size", "q4", "q5", "displaced", "place", "group", "round"}));
  EXPECT_EQ(named.k, protect::disclosure_policy().k_named_recipients);
  EXPECT_EQ(microdata_policy(data, true).k, protect::disclosure_policy().k_public);
  EXPECT_TRUE(named.left_out.contains("enumerator"));
  study::MeasureSpec measure;
  measure.id = "schooled";
  measure.items.emplace_back().question = "q4";
  data.study.spec.measures = {measure};
  EXPECT_TRUE(microdata_policy(data, false).left_out.contains("measure_schooled"));
  data.study.spec.keys = {"landmark"};
  data.study.spec.not_keys = {"displaced"};
  const auto keys = microdata_policy(data, false).keys;
  EXPECT_NE(std::find(keys.begin(), keys.end(), "landmark"), keys.end());
  EXPECT_EQ(std::find(keys.begin(), keys.end(), "displaced"), keys.end());
}

TEST(ExportData, NotesNameWhatWasBlankedAndLeftOut) {
  const auto exported = export_data(study(), "csv", false);
  ASSERT_TRUE(exported);
  for (const char* gone : {"enumerator", "landmark"}) {
    ASSERT_NE(find(exported->columns, gone), nullptr) << gone;
    EXPECT_EQ(find(exported->columns, gone)->what, "left out");
  }
  const std::string notes = file(*exported, "release_notes.txt");
  for (const char* words : {"release_notes", "id0", "id791"}) EXPECT_EQ(notes.find(words), std::string::npos) << words;
  for (const char* words : {"landmark: left out: each of its answers", "values blanked (", "an empty cell"})
    EXPECT_NE(notes.find(words), std::string::npos) << words << " in " << notes;
  const std::string header = file(*exported, "data.csv").substr(0, file(*exported, "data.csv").find('\n'));
  EXPECT_EQ(header.find("landmark"), std::string::npos);
  EXPECT_EQ(file(*exported, "data.csv").find("id791"), std::string::npos);
}

TEST(ExportData, AnSpssFileIsDescribedAsItIs) {
  const auto exported = export_data(study(), "sav", false);
  ASSERT_TRUE(exported);
  Diagnostics ignored;
  const auto read = exchange::sav::read_sav_bytes(file(*exported, "data.sav"), "data.sav", {}, ignored);
  ASSERT_TRUE(read);
  const std::string codebook = file(*exported, "codebook.csv");
  for (const data::Column& column : read->columns)
    EXPECT_NE(codebook.find(column.name), std::string::npos) << column.name;
  EXPECT_EQ(codebook.find("\nchannels/radio"), std::string::npos);
  EXPECT_NE(codebook.find("1=Answer 0"), std::string::npos) << codebook;
  EXPECT_NE(file(*exported, "release_notes.txt").find("suppressed"), std::string::npos);
  std::map<std::string, std::size_t> groups;
  for (std::size_t row = 0; row < read->rows; ++row) {
    std::string key;
    for (const char* name : {"place", "group", "q4", "q5", "hh_size", "displaced", "round"})
      if (const data::Column* column = read->find(name))
        key += column->text_at(row) + "/" + data::missing_name(column->reason(row)) + "|";
    ++groups[key];
  }
  for (const auto& [key, count] : groups) EXPECT_GE(count, protect::disclosure_policy().k_named_recipients) << key;
}

}  // namespace hamdil::services::reporting
