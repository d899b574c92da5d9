// What a stored cell means: number formats, dates, addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hamdil::exchange::xlsx {

enum class CellFormat : std::uint8_t { kPlain, kDate, kTime, kDateTime, kDuration };

// From the number format code of a style ("dd/mm/yyyy", "[$-409]h:mm AM/PM;@"); colours, literals and conditions are
// passed over.
CellFormat classify_format(std::string_view code);
// From the id of a built-in format (14 is a date, 22 a date with time).
CellFormat classify_builtin(unsigned id);

// Days since 1899-12-30 (or 1904-01-01) as ISO text: 2024-01-05, 13:45:00, 2024-01-05T13:45:00. Excel's day 60 of the
// 1900 system, 29 February 1900, does not exist; days below 61 are shifted as Excel shows them. Empty when outside year
// 0-9999.
std::optional<std::string> serial_text(double serial, CellFormat format, bool is_1904);

// The shortest text of a stored number: "1.0" and "1E0" give "1", "0.10000000000000001" gives "0.1".
std::string number_text(std::string_view stored);

// "AB12" to column 28 (from 1); 0 when it is not an address.
std::size_t column_of_address(std::string_view address);

}  // namespace hamdil::exchange::xlsx
