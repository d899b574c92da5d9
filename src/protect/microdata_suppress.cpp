#include "protect/microdata_suppress.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace hamdil::protect {
namespace {

using data::Missing;

constexpr std::int64_t code_of(Missing reason) { return -1 - static_cast<std::int64_t>(reason); }
constexpr std::int64_t kBlanked = code_of(Missing::kSuppressed);

class Suppressor {
 public:
  Suppressor(std::vector<SuppressionKey> keys, std::size_t k) : keys_(std::move(keys)), k_(k) {}

  Suppressed run() {
    out_.blanked.resize(keys_.size());
    const std::size_t rows = keys_.empty() ? 0 : keys_.front().codes.size();
    all_.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) all_[row] = row;
    while (true) {
      const std::vector<std::size_t> unsafe = unsafe_rows();
      if (unsafe.empty() || !blank_once(unsafe)) break;
    }
    out_.too_few = unsafe_rows();
    for (auto& blanked : out_.blanked) std::sort(blanked.begin(), blanked.end());
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // The row's key values as bytes; `blanked` is taken as blank.
  std::string pattern(std::size_t row, std::size_t blanked = kNone) const {
    std::string out(keys_.size() * sizeof(std::int64_t), '\0');
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const std::int64_t code = i == blanked ? kBlanked : keys_[i].codes[row];
      out.replace(i * sizeof code, sizeof code, reinterpret_cast<const char*>(&code), sizeof code);
    }
    return out;
  }

  std::vector<std::size_t> unsafe_rows() const {
    std::unordered_map<std::string, std::size_t> counts;
    for (const std::size_t row : all_) ++counts[pattern(row)];
    std::vector<std::size_t> out;
    for (const std::size_t row : all_)
      if (counts[pattern(row)] < k_) out.push_back(row);
    return out;
  }

  // Of the unsafe rows, those that stand in a group of k once `key` is blank in all of them.
  std::vector<std::size_t> made_safe(const std::vector<std::size_t>& unsafe, std::size_t key) const {
    std::unordered_map<std::string, std::size_t> counts;
    std::vector<bool> counted(all_.size(), false);
    for (const std::size_t row : unsafe)
      if (keys_[key].codes[row] != kBlanked) {
        ++counts[pattern(row, key)];
        counted[row] = true;
      }
    if (counts.empty()) return {};
    for (const std::size_t row : all_)
      if (!counted[row] && keys_[key].codes[row] == kBlanked) {
        const auto found = counts.find(pattern(row));
        if (found != counts.end()) ++found->second;
      }
    std::vector<std::size_t> out;
    for (const std::size_t row : unsafe)
      if (counted[row] && counts[pattern(row, key)] >= k_) out.push_back(row);
    return out;
  }

  void blank(std::size_t key, const std::vector<std::size_t>& rows) {
    for (const std::size_t row : rows)
      if (keys_[key].codes[row] != kBlanked) {
        keys_[key].codes[row] = kBlanked;
        out_.blanked[key].push_back(row);
      }
  }

  bool blank_once(const std::vector<std::size_t>& unsafe) {
    for (const bool of_kept : {false, true}) {
      std::vector<std::size_t> best;
      std::size_t best_key = kNone;
      for (std::size_t key = 0; key < keys_.size(); ++key) {
        if (keys_[key].keep_long != of_kept) continue;
        std::vector<std::size_t> safe = made_safe(unsafe, key);
        if (safe.size() > best.size()) {
          best = std::move(safe);
          best_key = key;
        }
      }
      if (best_key != kNone) {
        blank(best_key, best);
        return true;
      }
      std::size_t most = 0;
      for (std::size_t key = 0; key < keys_.size(); ++key) {
        if (keys_[key].keep_long != of_kept) continue;
        std::set<std::int64_t> values;
        for (const std::size_t row : unsafe)
          if (keys_[key].codes[row] != kBlanked) values.insert(keys_[key].codes[row]);
        if (values.size() > most) {
          most = values.size();
          best_key = key;
        }
      }
      if (best_key != kNone) {
        blank(best_key, unsafe);
        return true;
      }
    }
    return false;
  }

  std::vector<SuppressionKey> keys_;
  std::size_t k_;
  std::vector<std::size_t> all_;
  Suppressed out_;
};

}  // namespace

std::vector<std::int64_t> value_codes(const data::Column& column) {
  std::vector<std::int64_t> out(column.size());
  std::map<double, std::int64_t> numbers;
  std::map<std::string, std::int64_t> texts;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row))
      out[row] = code_of(column.reason(row));
    else if (column.type == data::ColumnType::kCategory)
      out[row] = column.codes[row];
    else if (column.is_numeric())
      out[row] = numbers.try_emplace(column.numbers[row], static_cast<std::int64_t>(numbers.size())).first->second;
    else
      out[row] = texts.try_emplace(column.texts[row], static_cast<std::int64_t>(texts.size())).first->second;
  }
  return out;
}

Suppressed suppress_below_k(std::vector<SuppressionKey> keys, std::size_t k) {
  return Suppressor(std::move(keys), k).run();
}

}  // namespace hamdil::protect
