#include "exchange/infer.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "exchange/datetime.hpp"

namespace hamdil::exchange {
namespace {

using data::Column;
using data::ColumnType;

bool is_plain_integer(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  if (s.empty() || s.size() > 15 || (s.size() > 1 && s[0] == '0')) return false;
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_plain_number(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  // "007" and "+93" are codes and telephone numbers, "1e5" may be a code, too, but spreadsheets write numbers so.
  if (s.empty() || s[0] == '+' || (s.size() > 1 && s[0] == '0' && s[1] != '.')) return false;
  const auto whole = s.substr(0, s.find_first_of(".eE"));
  return whole.size() <= 15 && text::parse_number(s).has_value();
}

template <class Parse>
std::optional<Column> as_numbers(const Column& texts, ColumnType type, const Parse& parse) {
  Column out = Column::of_numbers(texts.name, {}, type);
  out.label = texts.label;
  bool has_value = false;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    if (texts.is_missing(row)) {
      out.append_missing(texts.reason(row));
      continue;
    }
    const std::optional<double> value = parse(texts.texts[row]);
    if (!value) return std::nullopt;
    out.append_number(*value);
    has_value = true;
  }
  return has_value ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<Column> as_category(const Column& texts, const InferOptions& options) {
  std::map<std::string_view, std::int32_t> codes;
  std::size_t present = 0;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    if (texts.is_missing(row)) continue;
    ++present;
    const std::string& value = texts.texts[row];
    if (value.size() > 60 || value.find('\n') != std::string::npos) return std::nullopt;
    codes.emplace(value, 0);
    if (codes.size() > options.most_levels) return std::nullopt;
  }
  if (codes.empty() || codes.size() * 2 > present) return std::nullopt;
  Column out = Column::of_codes(texts.name, {}, {});
  out.label = texts.label;
  for (auto& [value, code] : codes) {
    code = static_cast<std::int32_t>(out.levels.size());
    out.levels.push_back({std::string(value), std::string(value)});
  }
  for (std::size_t row = 0; row < texts.size(); ++row) {
    if (texts.is_missing(row))
      out.append_missing(texts.reason(row));
    else
      out.append_code(codes.at(texts.texts[row]));
  }
  return out;
}

}  // namespace

Column infer_type(Column texts, const InferOptions& options) {
  const auto number_if = [](bool fits, const std::string& s) { return fits ? text::parse_number(s) : std::nullopt; };
  if (auto out = as_numbers(texts, ColumnType::kInteger,
                            [&](const std::string& s) { return number_if(is_plain_integer(s), s); }))
    return *std::move(out);
  if (auto out = as_numbers(texts, ColumnType::kNumber,
                            [&](const std::string& s) { return number_if(is_plain_number(s), s); }))
    return *std::move(out);
  const auto day = [](const std::string& s) -> std::optional<double> {
    const auto days = s.size() <= 10 ? parse_iso_date(s) : std::nullopt;
    return days ? std::optional(static_cast<double>(*days)) : std::nullopt;
  };
  if (auto out = as_numbers(texts, ColumnType::kDate, day)) return *std::move(out);
  if (auto out = as_numbers(texts, ColumnType::kDateTime, [](const std::string& s) { return parse_iso_datetime(s); }))
    return *std::move(out);
  if (auto out = as_category(texts, options)) return *std::move(out);
  return texts;
}

}  // namespace hamdil::exchange
