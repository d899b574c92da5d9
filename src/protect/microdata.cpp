#include "protect/microdata.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "protect/gate.hpp"

namespace hamdil::protect {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;
using data::Table;

// "31" -> level "30-39", so that the key and what is written are the same.
Column banded(const Column& column, double width) {
  Column out;
  out.name = column.name;
  out.label = column.label;
  out.type = ColumnType::kCategory;
  out.ordered = true;
  std::set<double> starts;
  for (std::size_t row = 0; row < column.size(); ++row)
    if (!column.is_missing(row)) starts.insert(std::floor(column.numbers[row] / width) * width);
  for (const double start : starts) {
    const std::string band = text::format_number(start) + "-" + text::format_number(start + width - 1);
    out.levels.push_back({band, band});
  }
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row))
      out.append_missing(column.reason(row));
    else
      out.append_code(static_cast<std::int32_t>(
          std::distance(starts.begin(), starts.find(std::floor(column.numbers[row] / width) * width))));
  }
  return out;
}

Column renumbered(const Column& column) {
  std::map<std::string, double> number;
  Column out;
  out.name = column.name;
  out.type = ColumnType::kInteger;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) {
      out.append_missing(column.reason(row));
      continue;
    }
    const auto [entry, fresh] = number.try_emplace(column.text_at(row), static_cast<double>(number.size() + 1));
    out.append_number(entry->second);
  }
  return out;
}

std::map<std::string, std::vector<std::size_t>> groups_of(const Table& table, const std::vector<std::string>& keys,
                                                          const std::vector<bool>& keep) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (!keep[row]) continue;
    std::string key;
    for (const std::string& name : keys) {
      const Column& column = *table.find(name);
      key += (column.is_missing(row) ? "\x1E" : column.text_at(row)) + "\x1F";
    }
    groups[key].push_back(row);
  }
  return groups;
}

}  // namespace

Released<ReleasedMicrodata> Gate::release_treated(ReleasedMicrodata data) {
  return Released<ReleasedMicrodata>(std::move(data));
}

Released<ReleasedMicrodata> release_microdata(Table source, const MicrodataPolicy& policy) {
  ReleasedMicrodata out;
  out.table.name = source.name;
  out.table.rows = source.rows;
  const auto listed = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (Column& column : source.columns) {
    const bool is_date = column.type == ColumnType::kDate || column.type == ColumnType::kDateTime;
    if (column.name.starts_with('_') || is_date || listed(policy.left_out, column.name)) continue;
    if (listed(policy.cluster_columns, column.name))
      out.table.columns.push_back(renumbered(column));
    else if (column.type == ColumnType::kText && column.name != "respondent")
      ++out.loss.texts_dropped;
    else if (listed(policy.keys, column.name) &&
             (column.type == ColumnType::kInteger || column.type == ColumnType::kNumber))
      out.table.columns.push_back(banded(column, policy.age_band));
    else
      out.table.columns.push_back(std::move(column));
  }
  std::vector<std::string> keys;
  for (const std::string& key : policy.cluster_columns)
    if (out.table.find(key) != nullptr) keys.push_back(key);  // blanked first: few people share a settlement
  for (const std::string& key : policy.keys)
    if (out.table.find(key) != nullptr) keys.push_back(key);
  std::vector<bool> keep(out.table.rows, true);
  for (const std::string& blanked : keys) {
    Column& column = *out.table.find(blanked);
    for (const auto& [key, rows] : groups_of(out.table, keys, keep))
      if (rows.size() < policy.k)
        for (const std::size_t row : rows)
          if (column.reason(row) != Missing::kSuppressed) {
            column.set_missing(row, Missing::kSuppressed);
            ++out.loss.cells_blanked;
          }
  }
  for (const auto& [key, rows] : groups_of(out.table, keys, keep))
    if (!keys.empty() && rows.size() < policy.k)
      for (const std::size_t row : rows) {
        keep[row] = false;
        ++out.loss.rows_left_below_k;
      }
  if (out.loss.rows_left_below_k > 0) out.table = data::select_rows(out.table, keep);
  out.loss.rows = out.table.rows;
  return Gate::release_treated(std::move(out));
}

}  // namespace hamdil::protect
