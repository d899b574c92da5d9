// Columns of answers: typed values, and for every missing one the reason why it is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hamdil::data {

// Why a value is not there. kPresent is 0, so that "any missing" is "any non-zero byte".
enum class Missing : std::uint8_t {
  kPresent = 0,
  kBlank,     // an empty cell of a question that was asked, or nothing is known about why
  kNotAsked,  // the form skipped it, or this version of the form did not have it
  kRefused,
  kDontKnow,
  kNotApplicable,
  kUnreadable,  // something stood there that is not of the column's type
  kSuppressed,  // withheld by disclosure control
};
const char* missing_name(Missing reason);  // "blank", "not_asked", ...
std::optional<Missing> missing_from_name(std::string_view name);

enum class ColumnType : std::uint8_t {
  kInteger,   // whole numbers, in `numbers`
  kNumber,    // in `numbers`
  kCategory,  // codes into `levels`, in `codes`
  kText,      // in `texts`
  kDate,      // days since 1970-01-01, in `numbers`
  kDateTime,  // seconds since 1970-01-01 UTC, in `numbers`; the text as sent stays with the source file
};
const char* column_type_name(ColumnType type);  // "integer", "number", "category", ...
std::optional<ColumnType> column_type_from_name(std::string_view name);

// One answer that a category column can hold. `value` is what the file stores ("1", "strongly_agree"), `label` what
// people read.
struct Level {
  std::string value;
  std::string label;
  bool operator==(const Level&) const = default;
};

inline constexpr std::int32_t kNoCode = -1;

// A column owns its values. Exactly one of `numbers`, `codes`, `texts` has one entry a row, as `type` says.
// Missing rows hold NaN, kNoCode or "" there, and their reason in `missing`, which is empty when nothing is missing.
struct Column {
  std::string name;
  std::string label;  // question text in the dataset's main language; may be empty
  ColumnType type = ColumnType::kText;
  bool ordered = false;       // category levels have an order (Likert)
  std::vector<Level> levels;  // of a category column, in the form's order; the first is the reference in models

  std::vector<double> numbers;
  std::vector<std::int32_t> codes;
  std::vector<std::string> texts;
  std::vector<Missing> missing;

  static Column of_numbers(std::string name, std::vector<double> values,
                           ColumnType type = ColumnType::kNumber);            // NaN = blank
  static Column of_texts(std::string name, std::vector<std::string> values);  // "" = blank
  static Column of_codes(std::string name, std::vector<std::int32_t> codes, std::vector<Level> levels,
                         bool ordered = false);

  bool is_numeric() const { return type != ColumnType::kCategory && type != ColumnType::kText; }
  std::size_t size() const;
  bool is_missing(std::size_t row) const { return !missing.empty() && missing[row] != Missing::kPresent; }
  Missing reason(std::size_t row) const { return missing.empty() ? Missing::kPresent : missing[row]; }
  void set_missing(std::size_t row, Missing reason);  // also blanks the value
  // The value as text, as an export would write it: the level's value, the shortest number, the text; "" when missing.
  std::string text_at(std::size_t row) const;
  // The value as a number: numbers as they are, the numeric value of a level ("3") where it has one; NaN otherwise.
  double number_at(std::size_t row) const;
  std::optional<std::int32_t> find_level(std::string_view value) const;

  // Appending, for readers. The column must have the matching type.
  void append_number(double value);
  void append_code(std::int32_t code);
  void append_text(std::string value);
  void append_missing(Missing reason);
};

// A rectangular table of columns with unique names. `rows` is kept because a table may have no column.
struct Table {
  std::string name;
  std::size_t rows = 0;
  std::vector<Column> columns;

  const Column* find(std::string_view name) const;  // exact name; nullptr when there is none
  Column* find(std::string_view name);
  std::optional<std::size_t> index_of(std::string_view name) const;
  // Adds or replaces a column of `rows` values.
  Column& put(Column column);
};

// The rows where keep[row] is true, in order; missing reasons and levels kept.
Table select_rows(const Table& table, const std::vector<bool>& keep);

}  // namespace hamdil::data
