#include "exchange/infer.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// What may be a number, if it can be read as one.
bool is_plain_number(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  // "007" and "+93" are codes and telephone numbers, "1e5" may be a code, too, but spreadsheets write numbers so.
  if (s.empty() || s[0] == '+' || (s.size() > 1 && s[0] == '0' && s[1] != '.')) return false;
  const auto whole = s.substr(0, s.find_first_of(".eE"));
  return whole.size() <= 15;
}

// The column as numbers when every level parses.
template <class Parse>
std::optional<Column> as_numbers(const Column& dictionary, ColumnType type, const Parse& parse) {
  if (dictionary.levels.empty()) return std::nullopt;
  std::vector<double> values;
  values.reserve(dictionary.levels.size());
  for (const data::Level& level : dictionary.levels) {
    const std::optional<double> value = parse(level.value);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  Column out = Column::of_numbers(dictionary.name, {}, type);
  out.label = dictionary.label;
  out.missing = dictionary.missing;
  out.numbers.reserve(dictionary.codes.size());
  for (const std::int32_t code : dictionary.codes)
    out.numbers.push_back(code == data::kNoCode ? std::numeric_limits<double>::quiet_NaN()
                                                : values[static_cast<std::size_t>(code)]);
  return out;
}

bool may_be_category(const Column& dictionary, const InferOptions& options) {
  const auto present = static_cast<std::size_t>(std::count_if(dictionary.codes.begin(), dictionary.codes.end(),
                                                              [](std::int32_t code) { return code != data::kNoCode; }));
  if (dictionary.levels.size() > options.most_levels || dictionary.levels.size() * 2 > present) return present == 0;
  return std::all_of(dictionary.levels.begin(), dictionary.levels.end(), [](const data::Level& level) {
    return level.value.size() <= 60 && level.value.find('\n') == std::string::npos;
  });
}

Column with_sorted_levels(Column dictionary) {
  std::vector<std::size_t> order(dictionary.levels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return dictionary.levels[a].value < dictionary.levels[b].value; });
  std::vector<data::Level> levels;
  std::vector<std::int32_t> place(order.size());
  for (const std::size_t from : order) {
    place[from] = static_cast<std::int32_t>(levels.size());
    levels.push_back({dictionary.levels[from].value, dictionary.levels[from].value});
  }
  for (std::int32_t& code : dictionary.codes)
    if (code != data::kNoCode) code = place[static_cast<std::size_t>(code)];
  dictionary.levels = std::move(levels);
  return dictionary;
}

Column as_texts(const Column& dictionary) {
  Column out = Column::of_texts(dictionary.name, {});
  out.label = dictionary.label;
  out.missing = dictionary.missing;
  out.texts.reserve(dictionary.codes.size());
  for (const std::int32_t code : dictionary.codes)
    out.texts.push_back(code == data::kNoCode ? std::string()
                                              : dictionary.levels[static_cast<std::size_t>(code)].value);
  return out;
}

}  // namespace

std::optional<double> plain_integer(std::string_view cell) {
  return is_plain_integer(cell) ? text::parse_number(cell) : std::nullopt;
}

std::optional<double> plain_number(std::string_view cell) {
  return is_plain_number(cell) ? text::parse_number(cell) : std::nullopt;
}

std::optional<double> plain_date(std::string_view cell) {
  const auto days = cell.size() <= 10 ? parse_iso_date(cell) : std::nullopt;
  return days ? std::optional(static_cast<double>(*days)) : std::nullopt;
}

std::optional<double> plain_datetime(std::string_view cell) { return parse_iso_datetime(cell); }

Column infer_type(Column dictionary, const InferOptions& options) {
  if (auto out = as_numbers(dictionary, ColumnType::kInteger, plain_integer)) return *std::move(out);
  if (auto out = as_numbers(dictionary, ColumnType::kNumber, plain_number)) return *std::move(out);
  if (auto out = as_numbers(dictionary, ColumnType::kDate, plain_date)) return *std::move(out);
  if (auto out = as_numbers(dictionary, ColumnType::kDateTime, plain_datetime)) return *std::move(out);
  return may_be_category(dictionary, options) ? with_sorted_levels(std::move(dictionary)) : as_texts(dictionary);
}

Column infer_type_of_texts(const Column& texts, const InferOptions& options) {
  Column dictionary = Column::of_codes(texts.name, {}, {});
  dictionary.label = texts.label;
  std::unordered_map<std::string_view, std::int32_t> codes;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    if (texts.is_missing(row)) {
      dictionary.append_missing(texts.reason(row));
      continue;
    }
    const auto [place, is_new] =
        codes.try_emplace(texts.texts[row], static_cast<std::int32_t>(dictionary.levels.size()));
    if (is_new) dictionary.levels.push_back({texts.texts[row], ""});
    dictionary.append_code(place->second);
  }
  return infer_type(std::move(dictionary), options);
}

}  // namespace hamdil::exchange
