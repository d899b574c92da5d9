// Lists kept elsewhere: where their head stands, under which other names columns are known, and which rows are no
// records. Internal to import_list.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "model/kind.hpp"

namespace hamdil::services::records {

using ListRows = std::vector<std::vector<std::string>>;

// Folded name -> field, of one kind: labels in every language of the catalogue (sure), other names of
// content/import-words.yaml (not sure). A name that two fields have is left out.
struct KnownNames {
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> others;
};
KnownNames known_names(const model::KindDefinition& kind);

// Case, blanks, signs and line breaks of a head say nothing.
std::string folded_head(const std::string& head);

// The names by which a head may be known: the whole, and its parts ("Period / From") from the last to the first.
std::vector<std::string> parts_of(const std::string& head);

// The field whose longest name stands in the head as whole words; "" when none does.
std::string name_within(const std::string& folded, const std::map<std::string, std::string>& names);

struct ListHead {
  std::size_t first = 0;           // of the rows
  std::size_t count = 1;           // two or three where cells above span several columns
  std::vector<std::string> names;  // one a column; "Period / From" where there are several rows
  std::vector<std::string> tags;   // of a row of HXL tags below; empty when there is none
  std::size_t data = 1;            // where the records begin
};
// The block of one to three rows, within the first fifteen, whose names tell most: `worth` says how much a name does.
ListHead find_head(const ListRows& rows, const std::function<int(const std::string&)>& worth);

// Why a row below the head is no record: "total", "heading", "head"; "" when it is one.
std::string why_no_record(const std::vector<std::string>& row, const ListHead& head);

// Columns at the left whose cells were merged downwards: filled in the first row, then often empty where others are
// filled. Fills them and gives their places.
std::vector<std::size_t> fill_down(ListRows& rows, const ListHead& head);

// A number in free text ("about 1 200 people"), and a day ("15 March 2026", "15.03.26" is none).
std::optional<double> loose_number(const std::string& text);
std::optional<std::string> loose_date(const std::string& text);
// A choice by its label in any language, a number or a day in free text.
std::optional<Json> loose_value(const std::string& cell, const model::KindDefinition& kind,
                                const model::FieldDefinition& field);

}  // namespace hamdil::services::records
