#include "stats/survey/dense_layout.hpp"

#include <algorithm>

namespace hamdil::stats::survey {
namespace {

constexpr std::size_t kMostSlots = std::size_t{1} << 22;

// Keys of the breakdown, the first variable fastest; -1 where a label is missing or the row is outside.
struct Keys {
  Slots key_of_row;
  std::vector<std::vector<std::pair<std::string, std::string>>> labels;  // by key
};

Result<std::optional<Keys>> make_keys(const data::Table& table, const std::vector<std::string>& by, const RowList& rows,
                                      std::size_t all_rows_count) {
  std::vector<Encoded> encoded;
  std::size_t product = 1;
  for (const std::string& name : by) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    encoded.push_back(encode(*column));
    product *= std::max<std::size_t>(1, encoded.back().names.size());
    if (product > kMostSlots) return std::optional<Keys>();
  }
  Keys keys;
  const bool everyone = rows.size() == all_rows_count;
  if (everyone && encoded.size() == 1) {
    keys.key_of_row = std::move(encoded[0].codes);
  } else {
    keys.key_of_row.assign(all_rows_count, everyone ? 0 : -1);
    if (!everyone)
      for (const std::uint32_t row : rows) keys.key_of_row[row] = 0;
    std::size_t step = 1;
    for (const Encoded& one : encoded) {
      for (std::size_t row = 0; row < all_rows_count; ++row) {
        std::int32_t& key = keys.key_of_row[row];
        const std::int32_t code = one.codes[row];
        key = key < 0 || code < 0 ? -1 : key + code * static_cast<std::int32_t>(step);
      }
      step *= std::max<std::size_t>(1, one.names.size());
    }
  }
  keys.labels.resize(product);
  for (std::size_t key = 0; key < product; ++key) {
    std::size_t rest = key;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const std::size_t levels = std::max<std::size_t>(1, encoded[i].names.size());
      if (!encoded[i].names.empty()) keys.labels[key].emplace_back(by[i], encoded[i].names[rest % levels]);
      rest /= levels;
    }
  }
  return std::optional<Keys>(std::move(keys));
}

}  // namespace

Result<std::optional<DenseLayout>> make_dense_layout(const SurveyDesign& design, const data::Table& table,
                                                     const std::vector<std::string>& by, const RowList& rows) {
  if (by.empty() && rows.size() == design.rows()) {
    DenseLayout whole;
    whole.borrowed = &design.stages()[0].unit_of_row;
    whole.units = design.stages()[0].units();
    whole.labels.resize(1);
    return whole.slots() > kMostSlots ? std::optional<DenseLayout>() : std::optional<DenseLayout>(std::move(whole));
  }
  HAMDIL_TRY(std::optional<Keys> keys, make_keys(table, by, rows, design.rows()));
  if (!keys) return std::optional<DenseLayout>();
  std::vector<std::int32_t> cell_of_key(keys->labels.size(), -1);
  for (const std::int32_t key : keys->key_of_row)
    if (key >= 0) cell_of_key[static_cast<std::size_t>(key)] = 0;
  DenseLayout layout;
  for (std::size_t key = 0; key < cell_of_key.size(); ++key) {
    if (cell_of_key[key] < 0 && !by.empty()) continue;
    cell_of_key[key] = static_cast<std::int32_t>(layout.labels.size());
    layout.labels.push_back(std::move(keys->labels[key]));
  }
  const Stage& stage = design.stages()[0];
  layout.units = stage.units();
  if (layout.slots() > kMostSlots) return std::optional<DenseLayout>();
  const auto cells = static_cast<std::int32_t>(layout.cells());
  const auto outside = static_cast<std::int32_t>(layout.slots());
  layout.slot_of_row = std::move(keys->key_of_row);
  for (std::size_t row = 0; row < layout.slot_of_row.size(); ++row) {
    std::int32_t& slot = layout.slot_of_row[row];
    slot = slot < 0 ? outside : stage.unit_of_row[row] * cells + cell_of_key[static_cast<std::size_t>(slot)];
  }
  return std::optional<DenseLayout>(std::move(layout));
}

}  // namespace hamdil::stats::survey
