// What a dataset record says of its rows, so that a later look can tell whether they are still the same.
#pragma once

#include <string>
#include <vector>

#include "data/column.hpp"

namespace hamdil::data {

// Digests of rows, whatever the order of columns: of name, value and reason for being missing of every cell, written
// "name=value/reason" and put in the order of these texts. Flags ("_flag_...", they depend on the other rows) and cells
// that were not asked (they come and go with other files' columns) do not count. The table must outlive it.
class RowDigests {
 public:
  explicit RowDigests(const Table& table);
  std::string operator()(std::size_t row) const;  // 64 hexadecimal digits

 private:
  struct Part {
    const Column* column;
    std::string start;  // "name="
  };
  std::vector<Part> parts_;
  bool has_plain_names_ = true;
};

// Digest over the digests of all rows in order. Cost: all cells as text.
std::string content_digest(const Table& table);

}  // namespace hamdil::data
