#include "store/column_block.hpp"

#include <zstd.h>

#include <bit>
#include <cstring>

namespace hamdil::store {
namespace {

static_assert(std::endian::native == std::endian::little, "blocks are written little-endian as memory holds them");
constexpr std::size_t kLargestBlock = std::size_t{1} << 30;
constexpr char kFormat = 1;

template <class T>
void put(std::string& out, const T* values, std::size_t count) {
  out.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

Error damaged() {
  return Error("store.block.damaged", "A block of answers cannot be unpacked.")
      .advise("Restore the last backup and run hamdil verify.");
}

// Reads plain values off the front of a view; false when it is too short.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  bool take(T* out, std::size_t count) {
    if (count > bytes_.size() / sizeof(T)) return false;
    std::memcpy(out, bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
    return true;
  }
  bool take_text(std::size_t size, std::string& out) {
    if (size > bytes_.size()) return false;
    out.assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }
  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace

std::string encode_block(const data::Column& column, std::size_t first, std::size_t count) {
  std::string raw;
  const auto rows = static_cast<std::uint32_t>(count);
  const bool has_missing = !column.missing.empty();
  put(raw, &rows, 1);
  raw += static_cast<char>(has_missing);
  if (has_missing) put(raw, column.missing.data() + first, count);
  if (column.type == data::ColumnType::kCategory) {
    put(raw, column.codes.data() + first, count);
  } else if (column.type == data::ColumnType::kText) {
    for (std::size_t row = first; row < first + count; ++row) {
      const auto size = static_cast<std::uint32_t>(column.texts[row].size());
      put(raw, &size, 1);
    }
    for (std::size_t row = first; row < first + count; ++row) raw += column.texts[row];
  } else {
    put(raw, column.numbers.data() + first, count);
  }
  std::string out(ZSTD_compressBound(raw.size()) + 1, '\0');
  out[0] = kFormat;
  out.resize(1 + ZSTD_compress(out.data() + 1, out.size() - 1, raw.data(), raw.size(), 3));
  return out;
}

Status decode_block(std::string_view bytes, data::Column& column) {
  if (bytes.empty() || bytes[0] != kFormat) return damaged();
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data() + 1, bytes.size() - 1);
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kLargestBlock) return damaged();
  std::string raw(size, '\0');
  if (ZSTD_decompress(raw.data(), raw.size(), bytes.data() + 1, bytes.size() - 1) != size) return damaged();
  Cursor cursor(raw);
  std::uint32_t rows = 0;
  char has_missing = 0;
  if (!cursor.take(&rows, 1) || rows > kBlockRows || !cursor.take(&has_missing, 1)) return damaged();
  std::vector<data::Missing> missing(rows, data::Missing::kPresent);
  if (has_missing != 0 && !cursor.take(missing.data(), rows)) return damaged();
  const std::size_t before = column.size();
  if (column.type == data::ColumnType::kCategory) {
    column.codes.resize(before + rows);
    if (!cursor.take(column.codes.data() + before, rows)) return damaged();
    for (std::size_t row = before; row < column.codes.size(); ++row)
      if (column.codes[row] >= static_cast<std::int32_t>(column.levels.size())) return damaged();
  } else if (column.type == data::ColumnType::kText) {
    std::vector<std::uint32_t> sizes(rows);
    if (!cursor.take(sizes.data(), rows)) return damaged();
    for (const std::uint32_t length : sizes) {
      std::string value;
      if (!cursor.take_text(length, value)) return damaged();
      column.texts.push_back(std::move(value));
    }
  } else {
    column.numbers.resize(before + rows);
    if (!cursor.take(column.numbers.data() + before, rows)) return damaged();
  }
  if (!cursor.done()) return damaged();
  if (has_missing != 0 && column.missing.empty()) column.missing.assign(before, data::Missing::kPresent);
  if (!column.missing.empty() || has_missing != 0)
    column.missing.insert(column.missing.end(), missing.begin(), missing.end());
  return Done{};
}

}  // namespace hamdil::store
