#include "exchange/sav/statfile.hpp"

#include <readstat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "data/form.hpp"
#include "exchange/kobo/missing.hpp"

namespace hamdil::exchange::sav {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;

constexpr std::array<std::pair<Missing, const char*>, 7> kReasonLabels = {{{Missing::kBlank, "No answer recorded"},
                                                                           {Missing::kNotAsked, "Not asked"},
                                                                           {Missing::kRefused, "Refused"},
                                                                           {Missing::kDontKnow, "Don't know"},
                                                                           {Missing::kNotApplicable, "Not applicable"},
                                                                           {Missing::kUnreadable, "Unreadable"},
                                                                           {Missing::kSuppressed, "Suppressed"}}};

struct Variable {
  std::string name;
  std::string label;
  std::string format;
  std::string label_set;
  bool is_text = false;
  bool is_ordinal = false;
  std::vector<std::pair<double, double>> missing_ranges;
  std::vector<double> numbers;
  std::vector<char> tags;  // of extended missing values, empty while there is none
  std::vector<std::string> texts;
  bool is_declared_missing(double value) const {
    return std::any_of(missing_ranges.begin(), missing_ranges.end(),
                       [&](const auto& range) { return value >= range.first && value <= range.second; });
  }
};

struct LabelSet {
  std::map<double, std::string> numbers;
  std::map<char, std::string> tags;
  std::map<std::string, std::string> texts;
};

struct Reading {
  std::string_view bytes;
  std::size_t position = 0;
  std::size_t row_limit = 0;
  std::size_t name_limit = 0;  // bytes of a label set's name, which Stata files need not end with NUL
  bool has_too_many_rows = false;
  std::vector<Variable> variables;
  std::map<std::string, LabelSet> labels;
  std::size_t rows = 0;
};

std::string utf8(const char* s) {
  if (s == nullptr) return {};
  std::string out = text::is_valid_utf8(s) ? std::string(s) : text::decode(s, text::CodePage::kWindows1252);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string bounded(const char* s, std::size_t limit) {
  return s == nullptr ? std::string() : std::string(s, strnlen(s, limit));
}

// ReadStat hands over the names of label sets as they stand in a Stata file: fields of 9, 33 or 129 bytes by the
// format's number.
std::size_t label_set_name_limit(std::string_view bytes, StatFormat format) {
  if (format == StatFormat::kSav) return 1024;
  constexpr std::string_view kMark = "<stata_dta><header><release>";
  int release = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
  if (bytes.starts_with(kMark) && bytes.size() > kMark.size() + 3)
    release =
        100 * (bytes[kMark.size()] - '0') + 10 * (bytes[kMark.size() + 1] - '0') + (bytes[kMark.size() + 2] - '0');
  return release < 110 ? 9 : release < 118 ? 33 : 129;
}

int on_variable(int, readstat_variable_t* variable, const char* label_set, void* context) {
  auto& reading = *static_cast<Reading*>(context);
  Variable one;
  one.name = utf8(readstat_variable_get_name(variable));
  one.label = utf8(readstat_variable_get_label(variable));
  one.format = utf8(readstat_variable_get_format(variable));
  one.label_set = bounded(label_set, reading.name_limit);
  one.is_text = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING;
  one.is_ordinal = readstat_variable_get_measure(variable) == READSTAT_MEASURE_ORDINAL;
  const int ranges = one.is_text ? 0 : readstat_variable_get_missing_ranges_count(variable);
  for (int i = 0; i < ranges; ++i)
    one.missing_ranges.emplace_back(readstat_double_value(readstat_variable_get_missing_range_lo(variable, i)),
                                    readstat_double_value(readstat_variable_get_missing_range_hi(variable, i)));
  reading.variables.push_back(std::move(one));
  return READSTAT_HANDLER_OK;
}

int on_value(int row, readstat_variable_t* variable, readstat_value_t value, void* context) {
  auto& reading = *static_cast<Reading*>(context);
  if (static_cast<std::size_t>(row) >= reading.row_limit) {
    reading.has_too_many_rows = true;
    return READSTAT_HANDLER_ABORT;
  }
  reading.rows = std::max(reading.rows, static_cast<std::size_t>(row) + 1);
  const auto index = static_cast<std::size_t>(readstat_variable_get_index(variable));
  if (index >= reading.variables.size()) return READSTAT_HANDLER_ABORT;
  Variable& one = reading.variables[index];
  if (one.is_text) {
    one.texts.push_back(
        utf8(readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING ? readstat_string_value(value) : nullptr));
    return READSTAT_HANDLER_OK;
  }
  const bool is_tagged = readstat_value_is_tagged_missing(value) != 0;
  if (is_tagged || !one.tags.empty()) {
    one.tags.resize(one.numbers.size(), 0);
    one.tags.push_back(is_tagged ? readstat_value_tag(value) : '\0');
  }
  const bool is_missing = is_tagged || readstat_value_is_system_missing(value) != 0;
  one.numbers.push_back(is_missing ? std::nan("") : readstat_double_value(value));
  return READSTAT_HANDLER_OK;
}

int on_label(const char* set, readstat_value_t value, const char* label, void* context) {
  auto& reading = *static_cast<Reading*>(context);
  LabelSet& labels = reading.labels[bounded(set, reading.name_limit)];
  if (readstat_value_is_tagged_missing(value))
    labels.tags[readstat_value_tag(value)] = utf8(label);
  else if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING)
    labels.texts[utf8(readstat_string_value(value))] = utf8(label);
  else if (const double number = readstat_double_value(value); std::isfinite(number))
    labels.numbers[number] = utf8(label);
  return READSTAT_HANDLER_OK;
}

int on_open(const char*, void*) { return 0; }
int on_close(void*) { return 0; }
readstat_off_t on_seek(readstat_off_t offset, readstat_io_flags_t whence, void* context) {
  auto& reading = *static_cast<Reading*>(context);
  readstat_off_t base = 0;
  if (whence == READSTAT_SEEK_CUR) base = static_cast<readstat_off_t>(reading.position);
  if (whence == READSTAT_SEEK_END) base = static_cast<readstat_off_t>(reading.bytes.size());
  const readstat_off_t target = base + offset;
  if (target < 0 || target > static_cast<readstat_off_t>(reading.bytes.size())) return -1;
  reading.position = static_cast<std::size_t>(target);
  return target;
}
ssize_t on_read(void* out, size_t wanted, void* context) {
  auto& reading = *static_cast<Reading*>(context);
  const std::size_t count = std::min(wanted, reading.bytes.size() - reading.position);
  if (count > 0) std::memcpy(out, reading.bytes.data() + reading.position, count);
  reading.position += count;
  return static_cast<ssize_t>(count);
}

// Which dates a format means, as (type, seconds a unit, seconds from the format's epoch to 1970).
struct DateFormat {
  ColumnType type;
  double unit;
  double epoch;
};
std::optional<DateFormat> date_format(const std::string& format, StatFormat file) {
  constexpr double kDay = 86'400;
  const std::string upper = text::to_lower_ascii(format);
  if (file == StatFormat::kDta) {
    if (upper.starts_with("%td") || upper.starts_with("%d")) return DateFormat{ColumnType::kDate, kDay, 3653 * kDay};
    if (upper.starts_with("%tc")) return DateFormat{ColumnType::kDateTime, 0.001, 3653 * kDay};
    return std::nullopt;
  }
  if (upper.starts_with("datetime") || upper.starts_with("ymdhms"))
    return DateFormat{ColumnType::kDateTime, 1, 141'428 * kDay};
  for (const char* name : {"date", "adate", "edate", "sdate", "jdate"})
    if (upper.starts_with(name)) return DateFormat{ColumnType::kDate, 1, 141'428 * kDay};
  return std::nullopt;
}

class Builder {
 public:
  Builder(const Variable& variable, const LabelSet* labels, StatFormat format, const ReadOptions& options)
      : variable_(variable), labels_(labels), format_(format), options_(options) {}

  Column run(bool& is_partly_labelled) {
    Column out = variable_.is_text ? texts() : numbers(is_partly_labelled);
    out.name = variable_.name;
    out.label = variable_.label;
    return out;
  }

 private:
  Missing reason_of_number(std::size_t row) const {
    const char tag = variable_.tags.empty() ? '\0' : variable_.tags[row];
    if (tag != '\0') return reason_of_tag(tag);
    const double value = variable_.numbers[row];
    if (std::isnan(value)) return Missing::kBlank;
    const std::string* label = label_of(value);
    const Missing named = label == nullptr ? Missing::kPresent : reason_of_label(*label);
    if (variable_.is_declared_missing(value)) return named == Missing::kPresent ? Missing::kBlank : named;
    return options_.recognise_missing_labels ? named : Missing::kPresent;
  }

  Missing reason_of_tag(char tag) const {
    if (labels_ == nullptr) return Missing::kBlank;
    const auto found = labels_->tags.find(tag);
    const Missing reason = found == labels_->tags.end() ? Missing::kPresent : reason_of_label(found->second);
    return reason == Missing::kPresent ? Missing::kBlank : reason;
  }

  const std::string* label_of(double value) const {
    if (labels_ == nullptr) return nullptr;
    const auto found = labels_->numbers.find(value);
    return found == labels_->numbers.end() ? nullptr : &found->second;
  }

  Column numbers(bool& is_partly_labelled) const {
    bool has_labelled = false;
    bool has_unlabelled = false;
    bool is_whole = true;
    for (std::size_t row = 0; row < variable_.numbers.size(); ++row) {
      if (reason_of_number(row) != Missing::kPresent) continue;
      (label_of(variable_.numbers[row]) != nullptr ? has_labelled : has_unlabelled) = true;
      is_whole = is_whole && variable_.numbers[row] == std::floor(variable_.numbers[row]);
    }
    if (has_labelled && !has_unlabelled) return category();
    is_partly_labelled = has_labelled && has_unlabelled;
    const auto date = date_format(variable_.format, format_);
    Column out = Column::of_numbers("", {}, date ? date->type : is_whole ? ColumnType::kInteger : ColumnType::kNumber);
    for (std::size_t row = 0; row < variable_.numbers.size(); ++row) {
      if (const Missing reason = reason_of_number(row); reason != Missing::kPresent) {
        out.append_missing(reason);
      } else if (date) {
        const double seconds = variable_.numbers[row] * date->unit - date->epoch;
        out.append_number(date->type == ColumnType::kDate ? std::floor(seconds / 86'400) : seconds);
      } else {
        out.append_number(variable_.numbers[row]);
      }
    }
    return out;
  }

  Column category() const {
    Column out = Column::of_codes("", {}, {}, variable_.is_ordinal);
    std::map<double, std::int32_t> codes;
    for (const auto& [value, label] : labels_->numbers) {
      const bool is_reason = variable_.is_declared_missing(value) ||
                             (options_.recognise_missing_labels && reason_of_label(label) != Missing::kPresent);
      if (is_reason) continue;
      codes[value] = static_cast<std::int32_t>(out.levels.size());
      out.levels.push_back({text::format_number(value), label});
    }
    for (std::size_t row = 0; row < variable_.numbers.size(); ++row) {
      if (const Missing reason = reason_of_number(row); reason != Missing::kPresent)
        out.append_missing(reason);
      else
        out.append_code(codes.at(variable_.numbers[row]));
    }
    return out;
  }

  Column texts() const {
    Column out = Column::of_texts("", {});
    const bool is_category = labels_ != nullptr && !labels_->texts.empty() &&
                             std::all_of(variable_.texts.begin(), variable_.texts.end(), [&](const std::string& value) {
                               return value.empty() || labels_->texts.contains(value);
                             });
    std::map<std::string_view, std::int32_t> codes;
    if (is_category) {
      out = Column::of_codes("", {}, {}, variable_.is_ordinal);
      for (const auto& [value, label] : labels_->texts) {
        codes[value] = static_cast<std::int32_t>(out.levels.size());
        out.levels.push_back({value, label});
      }
    }
    for (const std::string& value : variable_.texts) {
      if (value.empty())
        out.append_missing(Missing::kBlank);
      else if (is_category)
        out.append_code(codes.at(value));
      else
        out.append_text(value);
    }
    return out;
  }

  const Variable& variable_;
  const LabelSet* labels_;
  StatFormat format_;
  const ReadOptions& options_;
};

}  // namespace

Missing reason_of_label(std::string_view label) {
  for (const auto& [reason, words] : kReasonLabels)
    if (text::equals_ignoring_case(label, words)) return reason;
  return kobo::missing_of_choice(data::Choice{.name = std::string(label)});
}

const char* label_of_reason(Missing reason) {
  for (const auto& [one, words] : kReasonLabels)
    if (one == reason) return words;
  return "";
}

Result<data::Table> read_stat_file(std::string_view bytes, const std::string& name, StatFormat format,
                                   const ReadOptions& options, Diagnostics& diagnostics) {
  Reading reading{.bytes = bytes, .row_limit = options.rows, .name_limit = label_set_name_limit(bytes, format)};
  readstat_parser_t* parser = readstat_parser_init();
  readstat_set_variable_handler(parser, on_variable);
  readstat_set_value_handler(parser, on_value);
  readstat_set_value_label_handler(parser, on_label);
  readstat_set_open_handler(parser, on_open);
  readstat_set_close_handler(parser, on_close);
  readstat_set_seek_handler(parser, on_seek);
  readstat_set_read_handler(parser, on_read);
  readstat_set_io_ctx(parser, &reading);
  const readstat_error_t error = format == StatFormat::kSav ? readstat_parse_sav(parser, name.c_str(), &reading)
                                                            : readstat_parse_dta(parser, name.c_str(), &reading);
  readstat_parser_free(parser);
  if (reading.has_too_many_rows)
    return Error("exchange.table.too_many_rows", "The file has more rows than the {limit} that are read.",
                 {{"limit", std::to_string(options.rows)}})
        .at({.file = name});
  if (error != READSTAT_OK)
    return Error("exchange.stat.damaged", "The {format} file cannot be read: {reason}.",
                 {{"format", format == StatFormat::kSav ? "SPSS" : "Stata"}, {"reason", readstat_error_message(error)}})
        .at({.file = name});
  data::Table table;
  table.rows = reading.rows;
  for (const Variable& variable : reading.variables) {
    const auto labels = reading.labels.find(variable.label_set);
    bool is_partly_labelled = false;
    Column column =
        Builder(variable, variable.label_set.empty() || labels == reading.labels.end() ? nullptr : &labels->second,
                format, options)
            .run(is_partly_labelled);
    if (column.size() != table.rows)
      return Error("exchange.stat.damaged", "The file breaks off in the middle of a row.").at({.file = name});
    if (is_partly_labelled)
      diagnostics.push_back({Severity::kInfo, Error("exchange.stat.partly_labelled",
                                                    "Only some values of {column} have labels; it is read as a number.",
                                                    {{"column", variable.name}})
                                                  .at({.file = name})});
    table.columns.push_back(std::move(column));
  }
  return table;
}

Result<data::Table> read_sav_bytes(std::string_view bytes, const std::string& name, const ReadOptions& options,
                                   Diagnostics& diagnostics) {
  return read_stat_file(bytes, name, StatFormat::kSav, options, diagnostics);
}

Result<data::Table> read_sav(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics) {
  HAMDIL_TRY(const std::string bytes, read_file(path));
  return read_sav_bytes(bytes, path, options, diagnostics);
}

}  // namespace hamdil::exchange::sav
