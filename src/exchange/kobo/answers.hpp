// The answers of an export as the expressions of its form see them: raw values of a question in a row, repeats below
// their submission.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/form.hpp"
#include "exchange/kobo/assemble.hpp"
#include "exchange/xpath/evaluate.hpp"

namespace hamdil::exchange::kobo {

inline constexpr std::size_t kNoTable = static_cast<std::size_t>(-1);

// One item of the form with where its answers are.
struct AnswerItem {
  const data::PlacedItem* placed = nullptr;
  std::size_t parent = kNoTable;     // into items; kNoTable at the top
  std::vector<std::size_t> repeats;  // items, outermost first, without the item itself
  std::size_t table = kNoTable;      // of its rows (of a repeat: of the rows around it); kNoTable when not exported
  std::vector<std::size_t> columns;  // of the question, in `table`
  std::size_t whole = kNoTable;      // its column, unless it is split by choice
  std::vector<std::size_t> flags;    // its columns by choice
  bool is_silent = false;            // calculated, and empty in every row: the export lost it
};

class Answers {
 public:
  // With `omits_blanks` a question without a column is one that nobody answered (Kobo's JSON).
  Answers(const std::vector<data::PlacedItem>& items, std::vector<std::unique_ptr<TableBuilder>>& tables,
          const std::map<std::string, std::size_t>& table_by_repeat, bool omits_blanks);

  const std::vector<AnswerItem>& items() const { return items_; }
  std::size_t table_count() const { return tables_.size(); }
  TableBuilder& table(std::size_t index) { return *tables_[index]; }
  std::size_t rows(std::size_t table) const { return tables_[table]->out.source_rows.size(); }
  // The only item of that name; empty for none and for several.
  std::optional<std::size_t> find(std::string_view name) const;
  // Table of the instances of a repeat; kNoTable when it was not exported.
  std::size_t table_of_repeat(std::size_t item) const { return instances_[item]; }
  // Row of the table `outer` around `row` of `table`; kNoParent for an orphan.
  std::size_t row_around(std::size_t table, std::size_t row, std::size_t outer) const;
  // Rows of `table` below a row of its parent table, in the export's order.
  const std::vector<std::size_t>& rows_below(std::size_t table, std::size_t parent_row) const;

  // Appends what the question holds in a row of its table, as the form wrote it; false when that is not known (not
  // exported, unreadable, calculated but empty throughout).
  bool append_value(std::size_t item, std::size_t row, std::string& out) const;
  bool is_exported(std::size_t item) const;

 private:
  std::vector<AnswerItem> items_;
  std::vector<std::size_t> instances_;
  bool omits_blanks_;
  std::map<std::string, std::optional<std::size_t>, std::less<>> by_name_;
  std::vector<std::unique_ptr<TableBuilder>>& tables_;
  std::vector<std::vector<std::vector<std::size_t>>> below_;  // by table and row of its parent table
};

// One submission as a tree, with its repeats.
class SubmissionTree : public xpath::Host {
 public:
  // `wanted` marks the items whose answers are put in; groups and repeats always are.
  SubmissionTree(Answers& answers, const data::Form& form, std::vector<bool> wanted);

  void build(std::size_t row);
  // Nodes of an item in the order of the rows of its table that belong to the submission; rows along with them.
  struct Placed {
    xpath::NodeId node;
    std::size_t row;
  };
  const std::vector<Placed>& nodes_of(std::size_t item) const { return nodes_[item]; }
  const xpath::Document& document() const { return document_; }

  bool find_reference(std::string_view name, xpath::NodeRef current, std::vector<xpath::NodeRef>& out) override;
  std::optional<xpath::NodeRef> find_instance(std::string_view id) override;
  std::optional<std::string> find_choice_label(std::string_view value, std::string_view question) override;

 private:
  void add_children(std::size_t first, xpath::NodeId parent, std::size_t row, std::size_t table);
  void add_item(std::size_t item, xpath::NodeId parent, std::size_t row, std::size_t table);

  Answers& answers_;
  const data::Form& form_;
  std::vector<bool> wanted_;
  std::vector<xpath::NameId> names_;
  std::vector<std::vector<std::size_t>> children_;  // items by parent; the last entry is the top
  std::string root_;
  xpath::Document document_;
  std::vector<std::vector<Placed>> nodes_;
  std::map<std::string, std::unique_ptr<xpath::Document>, std::less<>> instances_;
};

}  // namespace hamdil::exchange::kobo
