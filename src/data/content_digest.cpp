#include "data/content_digest.hpp"

#include <algorithm>
#include <vector>

#include "base/digest.hpp"

namespace hamdil::data {
namespace {

std::string row_digest(const Table& table, std::size_t row) {
  std::vector<std::string> parts;
  for (const Column& column : table.columns)
    if (!column.name.starts_with("_flag_") && column.reason(row) != Missing::kNotAsked)
      parts.push_back(column.name + "=" + column.text_at(row) + "/" + missing_name(column.reason(row)));
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) all += part + "\x1F";
  return digest_hex(all);
}

}  // namespace

std::string content_digest(const Table& table) {
  std::string all;
  for (std::size_t row = 0; row < table.rows; ++row) all += row_digest(table, row);
  return digest_hex(all);
}

}  // namespace hamdil::data
