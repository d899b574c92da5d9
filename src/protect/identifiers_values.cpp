#include "protect/identifiers_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace hamdil::protect {
namespace {

using enum IdentifierClass;

bool looks_like_phone(std::string_view value) {
  std::size_t digits = 0;
  for (const char c : value) {
    if (c >= '0' && c <= '9')
      ++digits;
    else if (std::string_view("+-() .").find(c) == std::string_view::npos)
      return false;
  }
  return digits >= 9 && digits <= 15;
}

bool looks_like_email(std::string_view value) {
  const std::size_t at = value.find('@');
  return at != std::string_view::npos && at > 0 && value.find('.', at) != std::string_view::npos &&
         value.find(' ') == std::string_view::npos;
}

bool looks_like_position(std::string_view value) {
  const auto parts = text::split_words(text::replace_all(std::string(value), ",", " "));
  if (parts.size() < 2 || parts.size() > 4) return false;
  const auto latitude = text::parse_number(parts[0]);
  const auto longitude = text::parse_number(parts[1]);
  return latitude && longitude && parts[0].find('.') != std::string::npos && parts[1].find('.') != std::string::npos &&
         *latitude >= -90 && *latitude <= 90 && *longitude >= -180 && *longitude <= 180;
}

bool looks_like_network_address(std::string_view value) {
  const auto parts = text::split(value, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           const auto number = text::parse_integer(part);
           return number && part.size() <= 3 && *number >= 0 && *number <= 255;
         });
}

bool looks_like_iban(std::string_view value) {
  const std::string packed = text::replace_all(std::string(value), " ", "");
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return packed.size() >= 15 && packed.size() <= 34 && is_upper(packed[0]) && is_upper(packed[1]) &&
         is_digit(packed[2]) && is_digit(packed[3]) &&
         std::all_of(packed.begin(), packed.end(), [&](char c) { return is_upper(c) || is_digit(c); });
}

bool looks_like_media(std::string_view value) {
  const std::string lower = text::to_lower_ascii(value);
  for (const char* ending : {".jpg", ".jpeg", ".png", ".heic", ".mp3", ".m4a", ".amr", ".wav", ".ogg", ".3gp", ".mp4"})
    if (lower.ends_with(ending)) return true;
  return false;
}

// Whole numbers without an exponent, so that their digits can be counted.
std::string plain_text(const data::Column& column, std::size_t row) {
  if (!column.is_numeric()) return column.text_at(row);
  const double value = column.numbers[row];
  const bool is_whole = value >= 0 && value < 1e15 && value == std::floor(value);
  return is_whole ? text::format_fixed(value, 0) : "";
}

struct Look {
  IdentifierClass kind;
  const char* why;
  bool (*looks)(std::string_view);
};
constexpr auto kLooks = std::to_array<Look>({
    {kDevice, "the answers look like network addresses", looks_like_network_address},
    {kContact, "the answers look like phone numbers", looks_like_phone},
    {kContact, "the answers look like e-mail addresses", looks_like_email},
    {kLocation, "the answers look like coordinates", looks_like_position},
    {kAccount, "the answers look like account numbers", looks_like_iban},
    {kMedia, "the answers look like names of media files", looks_like_media},
});

}  // namespace

std::optional<IdentifierFinding> recognise_by_values(const ColumnFacts& facts) {
  if (facts.values == nullptr) return std::nullopt;
  const data::Column& column = *facts.values;
  if (column.type == data::ColumnType::kDate || column.type == data::ColumnType::kDateTime) return std::nullopt;
  std::array<std::size_t, kLooks.size()> hits{};
  std::size_t answers = 0;
  for (std::size_t row = 0; row < column.size() && answers < 500; ++row) {
    if (column.is_missing(row)) continue;
    const std::string value = text::trim(plain_text(column, row));
    if (value.empty() && !column.is_numeric()) continue;
    ++answers;
    for (std::size_t i = 0; i < kLooks.size(); ++i) hits[i] += kLooks[i].looks(value);
  }
  if (answers < 3) return std::nullopt;
  for (std::size_t i = 0; i < kLooks.size(); ++i)
    if (hits[i] * 10 >= answers * 6) return IdentifierFinding{facts.name, kLooks[i].kind, kLooks[i].why};
  return std::nullopt;
}

}  // namespace hamdil::protect
