// A column of a table about which nothing is known, typed while its cells arrive, in about the room that the finished
// column needs.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/column.hpp"

namespace hamdil::exchange {

// Gives the column that infer_type() gives for the same cells. Few distinct texts are kept as a dictionary; when they
// become many, the column turns into numbers, dates or texts, whatever all of them are. Numbers and dates forget how
// they were written: when something else follows, the column is lost and must be read again as text.
class TypedColumn {
 public:
  explicit TypedColumn(std::string name) { column_.name = std::move(name); }

  void append(std::string_view text);
  void append_missing(data::Missing reason);

  bool is_lost() const { return mode_ == Mode::kLost; }
  // Empties a lost column; all cells must be appended again.
  void restart_as_text();

  const std::string& name() const { return column_.name; }
  data::Column finish();

  // Before finish(): whether all present cells are numbers, at least one of them with a comma for the decimal point.
  // Where every comma stands before three digits ("12,345") it may part thousands.
  enum class Commas : std::uint8_t { kNone, kDecimal, kAmbiguous };
  Commas commas() const;
  // Turns such cells into ones with a point, so that finish() gives numbers.
  void read_decimal_commas();

 private:
  enum class Mode : std::uint8_t { kDictionary, kInteger, kNumber, kDate, kDateTime, kText, kLost };

  void settle();  // more distinct texts than a dictionary holds
  void append_number(std::string_view text);
  template <class Parse>
  bool all_levels(std::vector<double>& values, const Parse& parse) const;

  Mode mode_ = Mode::kDictionary;
  data::Column column_;
  std::size_t rows_ = 0;
  std::deque<std::string> levels_;
  std::unordered_map<std::string_view, std::int32_t> codes_;
};

}  // namespace hamdil::exchange
