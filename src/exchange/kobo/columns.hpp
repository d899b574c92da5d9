// One column of a survey table while rows arrive.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/column.hpp"
#include "data/form.hpp"
#include "exchange/datetime.hpp"
#include "exchange/kobo/read.hpp"

namespace hamdil::exchange::kobo {

// What cells of the column become.
enum class CellKind : std::uint8_t {
  kText,
  kInteger,
  kNumber,
  kDate,
  kDateTime,
  kCategory,
  kOpenCategory,
  kFlag,
  kInferred
};
CellKind kind_of_question(data::QuestionType type);

// By batch: whether a date was seen that can only have the day first, or only the month.
struct DateOrder {
  bool day_first = false;
  bool month_first = false;
};
using DateOrders = std::map<std::size_t, DateOrder>;

class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, CellKind kind, ColumnInfo info);

  // Levels of a category in the form's order; choices that stand for a missing answer are kept apart.
  void use_choices(const data::ChoiceList& list, const std::string& main_language, bool recognise_missing);
  void set_label(std::string label) { column_.label = std::move(label); }

  void append(std::string_view cell, std::size_t source_row);
  void append_missing(data::Missing reason) { column_.append_missing(reason); }
  void append_unreadable(std::string_view cell, std::size_t source_row) { unreadable(cell, source_row); }
  void append_flag(bool is_chosen) { column_.append_code(is_chosen ? 1 : 0); }

  // The choice that stands for a missing answer in that row; nullptr for all other cells.
  const std::string* missing_choice(std::size_t row) const;

  // What the column's dates tell about the order of day and month in each batch.
  void add_date_evidence(DateOrders& orders) const;
  // Dates whose day and month were in doubt get their value; `orders` is the evidence of all columns.
  void settle_dates(const DateOrders& orders, const std::string& file, Diagnostics& diagnostics);
  // The finished column; `orders` is the evidence of all columns. Diagnostics: exchange.survey.unreadable (rows, what
  // was found in kind, what was expected), unlisted_choice, ambiguous_date, fractions.
  data::Column finish(const DateOrders& orders, const std::string& file, Diagnostics& diagnostics);

  const std::string& name() const { return column_.name; }
  CellKind kind() const { return kind_; }
  std::size_t size() const { return column_.size(); }
  const data::Column& column() const { return column_; }
  data::Column& column() { return column_; }
  ColumnInfo info;
  std::size_t batch = 0;    // number of the source sheet that rows come from; dates are spelt one way in one sheet
  bool is_whole = false;    // holds the whole answer of its question, not a part of it
  bool used_label = false;  // a cell held a label where a name was possible

 private:
  void append_value(std::string_view cell, std::size_t source_row);
  void append_category(std::string_view cell, std::size_t source_row);
  void append_to_dictionary(std::string_view cell);
  void append_date(std::string_view cell, std::size_t source_row);
  void append_flag_cell(std::string_view cell, std::size_t source_row);
  void unreadable(std::string_view cell, std::size_t source_row);
  std::optional<std::int32_t> find_code(std::string_view cell);

  struct Entry {
    std::int32_t code = data::kNoCode;
    data::Missing reason = data::Missing::kPresent;
    bool is_label = false;
    std::size_t missing_choice = 0;  // into info.missing_choices, when there is a reason
  };
  struct Pending {
    std::size_t row;
    std::size_t source_row;
    std::size_t batch;
    SlashDate date;
  };

  data::Column column_;
  CellKind kind_;
  std::unordered_map<std::string, std::int32_t> dictionary_;  // of an inferred column
  std::unordered_map<std::string, Entry> entries_;            // by name and by label
  std::unordered_map<std::string, Entry> folded_;             // by folded name and label, where these are unique
  std::vector<Pending> pending_;
  std::vector<std::size_t> unreadable_rows_;
  std::string unreadable_found_;
  std::vector<std::size_t> unlisted_rows_;
  std::size_t unlisted_levels_ = 0;
  std::vector<std::size_t> fraction_rows_;
  std::vector<std::size_t> lost_rows_;
  std::vector<std::pair<std::size_t, std::size_t>> missing_choice_rows_;  // row here, into info.missing_choices
};

// Letters that a program without Unicode wrote as question marks, and what to say of them.
bool is_lost_script(std::string_view cell);
Error lost_script(const std::string& column, const std::vector<std::size_t>& rows, Where where);

// "a text of 7 characters", "a number": what stood in a cell, without quoting it.
std::string describe_cell(std::string_view cell);

}  // namespace hamdil::exchange::kobo
