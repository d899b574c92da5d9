#include "stats/survey/terms.hpp"

#include <cmath>
#include <map>

#include "base/text.hpp"

namespace hamdil::stats::survey {

Result<const data::Column*> find_column(const data::Table& table, const std::string& name) {
  const data::Column* column = table.find(name);
  if (column != nullptr) return column;
  std::vector<std::string> names;
  for (const data::Column& other : table.columns) names.push_back(other.name);
  Error error("stats.terms.no_column", "The data have no column {column}.", {{"column", name}});
  const std::vector<std::string> near = text::nearest(name, names);
  if (!near.empty()) error.advise("Nearest names: " + text::join(near, ", "));
  return error;
}

Result<Terms> Terms::make(const data::Table& table, const std::vector<std::string>& variables, Reading reading) {
  Terms out;
  for (const std::string& variable : variables) {
    HAMDIL_TRY(const data::Column* column, find_column(table, variable));
    Source source{column, nullptr, nullptr};
    const std::size_t index = out.sources_.size();
    if (reading == Reading::kNumbers && !column->is_numeric()) {
      auto numbers = std::make_shared<std::vector<double>>(table.rows);
      for (std::size_t row = 0; row < table.rows; ++row) (*numbers)[row] = column->number_at(row);
      source.own_numbers = std::move(numbers);
      out.terms_.push_back({variable, variable, "", index, -1});
    } else if (reading != Reading::kCategories && column->is_numeric()) {
      out.terms_.push_back({variable, variable, "", index, -1});
    } else {
      source.encoded = std::make_shared<Encoded>(encode(*column));
      const std::vector<std::string>& names = source.encoded->names;
      for (std::size_t level = 0; level < names.size(); ++level)
        out.terms_.push_back(
            {variable + names[level], variable, names[level], index, static_cast<std::int32_t>(level)});
    }
    out.sources_.push_back(std::move(source));
  }
  return out;
}

bool Terms::is_missing(std::size_t source, std::size_t row) const {
  const Source& from = sources_[source];
  return from.encoded ? from.encoded->codes[row] < 0 : std::isnan(from.numbers()[row]);
}

RowList Terms::complete(const RowList& rows) const {
  RowList kept;
  kept.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    bool missing = false;
    for (std::size_t source = 0; source < sources_.size() && !missing; ++source) missing = is_missing(source, row);
    if (!missing) kept.push_back(row);
  }
  return kept;
}

void Terms::values(std::size_t term, const RowList& rows, std::vector<double>& out) const {
  const Term& wanted = terms_[term];
  const Source& from = sources_[wanted.source];
  out.resize(rows.size());
  if (wanted.code < 0) {
    const std::vector<double>& numbers = from.numbers();
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = numbers[rows[i]];
    return;
  }
  const std::vector<std::int32_t>& codes = from.encoded->codes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t code = codes[rows[i]];
    out[i] = code < 0 ? std::nan("") : code == wanted.code ? 1.0 : 0.0;
  }
}

Result<std::vector<Cell>> split_by(const data::Table& table, const std::vector<std::string>& by, const RowList& rows) {
  if (by.empty()) return std::vector<Cell>{Cell{{}, rows}};
  std::vector<Encoded> labels;
  for (const std::string& name : by) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    labels.push_back(encode(*column));
  }
  std::map<std::uint64_t, RowList> cells;
  for (const std::uint32_t row : rows) {
    std::uint64_t key = 0;
    bool missing = false;
    for (std::size_t i = labels.size(); i-- > 0 && !missing;) {
      const std::int32_t code = labels[i].codes[row];
      missing = code < 0;
      key = key * labels[i].names.size() + static_cast<std::uint64_t>(missing ? 0 : code);
    }
    if (!missing) cells[key].push_back(row);
  }
  std::vector<Cell> out;
  for (auto& [key, members] : cells) {
    Cell cell;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const auto code = static_cast<std::size_t>(labels[i].codes[members.front()]);
      cell.by.emplace_back(by[i], labels[i].names[code]);
    }
    cell.rows = std::move(members);
    out.push_back(std::move(cell));
  }
  return out;
}

}  // namespace hamdil::stats::survey
