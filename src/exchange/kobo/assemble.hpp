// Puts the sheets of an export together: which table a column belongs to, which row of a repeat belongs to which
// submission.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exchange/kobo/columns.hpp"
#include "exchange/kobo/matcher.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::kobo {

// A table while it grows. Every column has as many values as the table has rows, all the time.
class TableBuilder {
 public:
  SurveyTable out;
  std::vector<ColumnBuilder> columns;

  // The column of that key; made by `make` and filled up with kNotAsked when it is new.
  template <class Make>
  std::size_t column(const std::string& key, const Make& make) {
    const auto [place, is_new] = by_key_.try_emplace(key, columns.size());
    if (!is_new) return place->second;
    columns.push_back(make());
    for (std::size_t row = 0; row < out.source_rows.size(); ++row)
      columns.back().append_missing(data::Missing::kNotAsked);
    return place->second;
  }
  bool has_column(const std::string& key) const { return by_key_.contains(key); }
  std::string unique_name(const std::string& wanted);

 private:
  std::unordered_map<std::string, std::size_t> by_key_;
  std::set<std::string> names_;
};

// One sheet of one file, with its header read.
struct SourceSheet {
  std::size_t workbook = 0;
  std::size_t sheet = 0;
  std::size_t batch = 0;  // sheets that are one export; row numbers ("_index") mean something only inside
  std::string file;
  std::string name;
  std::vector<std::string> header;
  std::size_t header_row = 1;
  std::string repeat;                             // path; "" for submissions
  const data::PlacedItem* repeat_item = nullptr;  // in the form
  std::size_t depth = 0;
};

class Assembler {
 public:
  Assembler(const data::Form* form, const ReadOptions& options, Diagnostics& diagnostics);

  const Matcher& matcher() const { return matcher_; }
  // Prepares for the rows of `sheet`; call row() for each, then end_sheet().
  void begin_sheet(const SourceSheet& sheet);
  void row(const RowView& row);
  void end_sheet();
  SurveyExport finish();

  SurveyExport result;

 private:
  // A column of the current sheet and where its cells go.
  struct ColumnPlan {
    enum class Kind { kSkip, kCell, kJoined, kRanking, kRankPlace } kind = Kind::kSkip;
    std::size_t group = 0;           // into groups_
    std::size_t builder = 0;         // of kCell; of a ranking, its ordered answer
    std::vector<std::size_t> flags;  // of kJoined and rankings: one a choice of the list
    std::size_t place = 0;           // of kRankPlace, from 1
    const data::ChoiceList* list = nullptr;
    std::string system;
    data::QuestionType type = data::QuestionType::kNone;
  };
  // Columns that make up one row of one table: the row itself, or one "children[2]" of it.
  struct Group {
    std::size_t table = 0;
    std::string repeat;
    std::vector<std::size_t> positions;
    std::optional<std::size_t> parent;  // into groups_
    std::vector<std::size_t> columns;   // of the sheet
    bool is_row_wise = false;           // a repeat written as further rows with the same submission
    std::size_t last_row = kNoParent;   // row made for the current submission
  };

  std::size_t table_of(const std::string& repeat, const std::string& name);
  std::size_t group_of(const HeaderTarget& target, const std::string& header, bool is_repeated_header,
                       std::size_t occurrence);
  std::size_t make_group(Group wanted);
  ColumnPlan plan(const HeaderTarget& target, std::size_t column, std::size_t group);
  ColumnPlan plan_select_multiple(const HeaderTarget& target, std::size_t column, std::size_t group, bool has_split);
  ColumnPlan plan_ranking(const HeaderTarget& target, std::size_t column, std::size_t group);
  std::size_t flag_column(const HeaderTarget& target, const std::string& choice, std::size_t table, std::size_t column,
                          const std::string& header);
  ColumnInfo info_of(const HeaderTarget& target, std::size_t column) const;
  std::string column_name(const data::PlacedItem& placed) const;
  const data::ChoiceList* list_of(const data::FormItem& item) const;

  RowKey read_key(const RowView& row) const;
  std::string system_value(const RowView& row, std::string_view name) const;
  std::size_t find_parent(const RowView& row, std::size_t table, bool& is_rejected) const;
  void append_groups(const RowView& row, std::size_t own_row);
  void append_row(Group& group, const RowView& row, const RowKey& key, std::size_t parent_row);
  void append_joined(const ColumnPlan& plan, std::string_view cell, TableBuilder& table, std::vector<bool>& is_done);
  void append_ranking(const ColumnPlan& plan, std::string_view cell, std::size_t source_row, TableBuilder& table,
                      std::vector<bool>& is_done);
  bool has_answer(const Group& group, const RowView& row) const;
  void reject(const RowView& row, const char* reason);

  void mark_not_asked();
  std::vector<bool> counted_rows() const;
  void mark_by_version(TableBuilder& table);
  void mark_by_question(TableBuilder& table, const std::vector<std::vector<bool>>& is_asked);

  const data::Form* form_;
  ReadOptions options_;
  Diagnostics& diagnostics_;
  Matcher matcher_;
  std::map<std::string, std::size_t> name_counts_;  // of questions in the form
  std::vector<std::unique_ptr<TableBuilder>> tables_;
  std::map<std::string, std::size_t> table_by_repeat_;
  std::unordered_map<std::string, std::size_t> row_by_uuid_;  // main table

  const SourceSheet* sheet_ = nullptr;
  std::size_t batch_ = 0;  // counts sheets
  std::vector<ColumnPlan> plans_;
  std::vector<Group> groups_;
  std::map<std::pair<std::string, std::vector<std::size_t>>, std::size_t> group_index_;
  std::map<std::string, std::size_t> system_columns_;
  std::size_t start_column_ = kNoParent;
  std::size_t end_column_ = kNoParent;
  std::size_t rejected_parents_ = 0;
  std::vector<std::size_t> orphan_rows_;
  // Of the current export: table and its own row number ("_index" or "KEY") to the row here; kNoParent for a rejected
  // row.
  std::map<std::size_t, std::unordered_map<std::string, std::size_t>> row_by_index_;
  std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> row_by_key_;
  std::size_t export_ = kNoParent;
  std::set<std::string> matched_questions_;
};

}  // namespace hamdil::exchange::kobo
