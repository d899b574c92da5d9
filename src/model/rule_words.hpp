// Short words for writing rules over the JSON fields of a record.
#pragma once

#include <nlohmann/json.hpp>
#include <set>

#include "model/rules.hpp"

namespace hamdil::model::words {

// The fields of a record, asked for by name; absent and null are the same.
class Fields {
 public:
  explicit Fields(const Record& record) : json_(record.fields()) {}
  bool has(const std::string& name) const;          // filled: not absent, null, blank or an empty list or object
  std::string text(const std::string& name) const;  // "" unless a text
  std::optional<double> number(const std::string& name) const;
  bool is_true(const std::string& name) const;
  std::vector<std::string> ids(const std::string& name) const;  // of one reference or a list; addresses of files

 private:
  Json json_;
};

// Days since 1970-01-01 of "2026-11-22"; empty for anything else.
std::optional<long> day_number(const std::string& date);
std::string add_months(const std::string& date, int months);  // the day is kept up to 28
// What stands in `field` and, from there, in the same field of the records it names, goes in a circle.
bool goes_in_a_circle(const Record& record, const std::string& field, const RecordLookup& lookup);
// The record's programme has nobody else to check: its own, or the only one.
bool is_solo(const Record& record, const RecordLookup& lookup);
// One of the fields is filled, or a link of type "cites" or "derived_from" starts at the record.
bool has_evidence(const Record& record, const RecordLookup& lookup, const std::vector<std::string>& fields);
// The place or one it lies in is among `places`.
bool lies_in(const std::string& place, const std::vector<std::string>& places, const RecordLookup& lookup);

// Without what was given up.
std::vector<Record> standing(std::vector<Record> records);
inline Named named(std::string arg, const Record& record) {
  return {std::move(arg), record.kind, record.id, record.title};
}

using Breaches = std::vector<Breach>;
inline Breaches holds_if(bool condition, std::string field, Error::Args args = {}) {
  if (condition) return {};
  return {Breach{std::move(field), std::move(args)}};
}

}  // namespace hamdil::model::words
