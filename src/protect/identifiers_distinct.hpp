// Which of many values are the same, found without copies of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hamdil::protect {

// Hashes that nobody can foresee, so that no file can be written whose values all fall into one place. What is found
// with them does not depend on them: values with equal hashes are compared.
class ValueHash {
 public:
  ValueHash();
  std::uint64_t operator()(std::string_view bytes) const;
  std::uint64_t operator()(double value) const;  // 0 and -0 alike
  // The hash of a row from that of its cells before and that of the next cell.
  std::uint64_t with(std::uint64_t row, std::uint64_t cell) const;

 private:
  std::uint64_t seed_, factor_;
};

// Rows by their values: each value's first row, of less than 2^32 rows. 16 to 32 bytes a distinct value.
class DistinctRows {
 public:
  // The first row with the value of `row`, which is `row` itself where the value is new. `same(a, b)` compares the
  // values of two rows.
  template <class Same>
  std::size_t first_of(std::uint64_t hash, std::size_t row, const Same& same) {
    if (size_ * 2 >= places_.size()) grow();
    const std::size_t mask = places_.size() - 1;
    const auto kept = static_cast<std::uint32_t>(hash);
    std::size_t at = kept & mask;
    for (; places_[at].row != kFree; at = (at + 1) & mask)
      if (places_[at].hash == kept && same(std::size_t{places_[at].row}, row)) return places_[at].row;
    places_[at] = {kept, static_cast<std::uint32_t>(row)};
    ++size_;
    return row;
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kFree = static_cast<std::uint32_t>(-1);
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t row = kFree;
  };
  void grow();

  std::vector<Place> places_;
  std::size_t size_ = 0;
};

}  // namespace hamdil::protect
