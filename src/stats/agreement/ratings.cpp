#include "stats/agreement/ratings.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::agreement {
namespace {

// Numbers ascending where all are numbers; otherwise as given.
void sort_if_numbers(std::vector<std::string>& names) {
  const auto number = [](const std::string& name) { return text::parse_number(name).value_or(kNaN); };
  if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return std::isnan(number(name)); }))
    return;
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) { return number(a) < number(b); });
}

// Codes of values by the order of `names`, of which only those that occur are kept.
Ratings encode(const std::vector<std::vector<std::string>>& units, const std::vector<std::string>& names) {
  Ratings out;
  out.units = units.size();
  out.coders = units.empty() ? 0 : units.front().size();
  std::map<std::string, bool> seen;
  for (const auto& unit : units)
    for (const std::string& value : unit) seen[value] = true;
  std::map<std::string, std::int32_t> code;
  for (const std::string& name : names) {
    if (!seen.contains(name)) continue;
    code[name] = static_cast<std::int32_t>(out.categories.size());
    out.categories.push_back(name);
    out.numbers.push_back(text::parse_number(name).value_or(kNaN));
  }
  for (const auto& unit : units)
    for (const std::string& value : unit) {
      const auto found = code.find(value);
      out.codes.push_back(found == code.end() ? -1 : found->second);
    }
  return out;
}

}  // namespace

bool Ratings::are_numbers() const {
  return std::none_of(numbers.begin(), numbers.end(), [](double value) { return std::isnan(value); });
}

Result<Ratings> ratings_of_columns(const data::Table& table, const survey::RowList& rows,
                                   const std::vector<std::string>& columns) {
  std::vector<std::vector<std::string>> units(rows.size());
  std::vector<std::string> names;
  const auto add_name = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  bool has_levels = false;
  for (const std::string& name : columns) {
    HAMDIL_TRY(const data::Column* column, survey::find_column(table, name));
    has_levels = has_levels || column->type == data::ColumnType::kCategory;
    if (column->type == data::ColumnType::kCategory) {
      for (const data::Level& level : column->levels) add_name(level.value);
    } else {
      for (const std::string& value : survey::encode(*column).names) add_name(value);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) units[i].push_back(column->text_at(rows[i]));
  }
  if (!has_levels) std::sort(names.begin(), names.end());
  sort_if_numbers(names);
  Ratings out = encode(units, names);
  out.coders = columns.size();
  return out;
}

Ratings ratings_of_texts(const std::vector<std::vector<std::string>>& units) {
  std::vector<std::string> names;
  for (const auto& unit : units)
    for (const std::string& value : unit)
      if (!value.empty()) names.push_back(value);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  sort_if_numbers(names);
  return encode(units, names);
}

namespace {

std::vector<std::vector<std::string>> as_texts(const Ratings& ratings, const std::vector<std::size_t>& coders,
                                               bool complete) {
  std::vector<std::vector<std::string>> out;
  for (std::size_t unit = 0; unit < ratings.units; ++unit) {
    std::vector<std::string> row;
    bool whole = true;
    for (const std::size_t coder : coders) {
      const std::int32_t code = ratings.at(unit, coder);
      whole = whole && code >= 0;
      row.push_back(code < 0 ? std::string() : ratings.categories[static_cast<std::size_t>(code)]);
    }
    if (whole || !complete) out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Ratings complete_units(const Ratings& ratings) {
  std::vector<std::size_t> coders(ratings.coders);
  for (std::size_t i = 0; i < coders.size(); ++i) coders[i] = i;
  Ratings out = encode(as_texts(ratings, coders, true), ratings.categories);
  out.coders = ratings.coders;
  return out;
}

Ratings two_coders(const Ratings& ratings, std::size_t first, std::size_t second) {
  Ratings out = encode(as_texts(ratings, {first, second}, true), ratings.categories);
  out.coders = 2;
  return out;
}

Matrix category_counts(const Ratings& ratings) {
  Matrix out{ratings.units, ratings.categories.size(),
             std::vector<double>(ratings.units * ratings.categories.size(), 0.0)};
  for (std::size_t unit = 0; unit < ratings.units; ++unit)
    for (std::size_t coder = 0; coder < ratings.coders; ++coder)
      if (ratings.at(unit, coder) >= 0) out.at(unit, static_cast<std::size_t>(ratings.at(unit, coder))) += 1;
  return out;
}

Matrix contingency(const Ratings& ratings) {
  const std::size_t q = ratings.categories.size();
  Matrix out{q, q, std::vector<double>(q * q, 0.0)};
  for (std::size_t unit = 0; unit < ratings.units; ++unit)
    if (ratings.at(unit, 0) >= 0 && ratings.at(unit, 1) >= 0)
      out.at(static_cast<std::size_t>(ratings.at(unit, 0)), static_cast<std::size_t>(ratings.at(unit, 1))) += 1;
  return out;
}

}  // namespace hamdil::stats::agreement
