// A column as bytes: typed, compressed with zstd; sealing is the caller's. One block holds up to kBlockRows rows.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::store {

inline constexpr std::size_t kBlockRows = std::size_t{1} << 16;

// Rows [first, first + count) of the column's values and missing reasons; name, label and levels are not in it.
std::string encode_block(const data::Column& column, std::size_t first, std::size_t count);
// Appends the block's rows to `column`, whose type says what to expect. Code store.block.damaged.
Status decode_block(std::string_view bytes, data::Column& column);

}  // namespace hamdil::store
