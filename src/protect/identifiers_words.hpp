// Words of column names and question texts, compared without regard to case, letter variants and punctuation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/column.hpp"

namespace hamdil::protect {

using Words = std::vector<std::string>;

// Folded words; punctuation, '_', zero-width joints and changes from lower to upper case ("caseId") separate them.
Words words_of(std::string_view textual);

// Phrases separated by '|' as people write them; folded once, when made.
class Phrases {
 public:
  explicit Phrases(std::string_view alternatives);
  // One of the phrases stands in `words`, its words one after another.
  bool in(const Words& words) const;
  // One of the phrases stands there and every other word only says whose or which one ("of the respondent", "2"), or is
  // in `also`.
  bool alone_in(const Words& words, const Phrases* also = nullptr) const;
  bool has_word(const std::string& word) const;  // a phrase of this one word

 private:
  std::vector<Words> phrases_;
};

// "1", "q7", "2a": numbering, without a meaning of its own.
bool is_numbering(const std::string& word);
// The words ask whether, how many or how often, and so not for the thing itself.
bool asks_whether(const Words& words, bool is_name);

// What the answers of a column say about it; all false for a null column.
struct ValueShape {
  bool known = false;          // there is at least one answer
  bool yes_no = false;         // every answer is yes, no or none of both, or 0 and 1
  bool coded = false;          // its answers have labels, so they were picked from a list
  bool numeric = false;        // numbers, not dates
  bool small_numbers = false;  // all below 10,000 in size
  bool with_digits = false;    // at least half of the texts have three digits or more
  bool fractional = false;     // some number is not whole
  double least = 0, most = 0;  // of the numbers
  std::size_t answers = 0;
  // Different answers. Of numbers, where more than 20 differ and more than a tenth of the answers repeat one: at least
  // that many.
  std::size_t distinct = 0;
  bool mostly_distinct() const { return known && distinct * 10 >= answers * 9; }
};
ValueShape shape_of(const data::Column* values);

}  // namespace hamdil::protect
