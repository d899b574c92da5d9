// Which question a column header of an export belongs to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/form.hpp"
#include "exchange/kobo/read.hpp"

namespace hamdil::exchange::kobo {

// What a header stands for.
struct HeaderTarget {
  enum class Part : std::uint8_t {
    kWhole,
    kChoice,
    kLatitude,
    kLongitude,
    kAltitude,
    kPrecision,
    kUrl,
    kRank,
    kSystem,
    kUnknown
  };
  Part part = Part::kUnknown;
  const data::PlacedItem* item = nullptr;  // of the question; nullptr for system columns and unknown ones
  std::string choice;                      // name of the choice, for kChoice; the place ("2"), for kRank
  std::string system;                      // canonical name ("_uuid", "_index", "KEY" ...), for kSystem
  Match match = Match::kNotInForm;
  std::vector<std::size_t> positions;  // n of "children[n]/age", outermost first; empty for others
};

// Canonical name of a column that the server adds ("X_uuid" is "_uuid", "meta-instanceID" is "instanceID"); empty for
// others.
std::string system_column(std::string_view header);

class Matcher {
 public:
  // `form` may be nullptr; otherwise it must outlive the matcher.
  explicit Matcher(const data::Form* form);

  // All headers of one sheet, left to right: equal labels go to the questions in the form's order. `repeat` limits what
  // plain names mean when the sheet is that of a repeat (nullptr: no limit).
  std::vector<HeaderTarget> match(const std::vector<std::string>& headers, const data::FormItem* repeat) const;

  const std::vector<data::PlacedItem>& items() const { return items_; }
  // The repeat that a sheet's name means: its name, its label or its path, cut to 31 characters or not; nullptr for
  // none.
  const data::PlacedItem* repeat_of_sheet(std::string_view sheet) const;

 private:
  struct Candidate {
    std::size_t item;
    std::string choice;
    Match match;
  };
  using Index = std::unordered_map<std::string, std::vector<Candidate>>;

  void add(Index& index, const std::string& key, std::size_t item, const std::string& choice, Match match);
  void index_item(std::size_t item);
  void index_choices(std::size_t item, const std::vector<std::string>& keys, Match match, bool by_label);
  std::optional<HeaderTarget> find(const std::string& header, const data::FormItem* repeat,
                                   std::map<std::string, std::size_t>& used) const;

  const data::Form* form_;
  std::vector<data::PlacedItem> items_;
  Index exact_;
  Index munged_;
  Index labels_;
};

}  // namespace hamdil::exchange::kobo
