#include "exchange/sav/write.hpp"

#include <readstat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "exchange/sav/statfile.hpp"

namespace hamdil::exchange::sav {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;

constexpr std::array<Missing, 6> kReasons = {Missing::kNotAsked,      Missing::kRefused,    Missing::kDontKnow,
                                             Missing::kNotApplicable, Missing::kUnreadable, Missing::kSuppressed};
constexpr double kDay = 86'400;
constexpr std::size_t kTextLimit = 32'767;

ssize_t on_bytes(const void* bytes, size_t length, void* context) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), length);
  return static_cast<ssize_t>(length);
}

// Cut at a character's boundary.
std::string shortened(const std::string& s, std::size_t bytes) {
  if (s.size() <= bytes) return s;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xC0) == 0x80) --end;
  return s.substr(0, end);
}

std::string variable_name(const std::string& wanted, std::size_t limit, bool allows_dots,
                          std::set<std::string>& taken) {
  std::string name;
  for (const char c : wanted) {
    const bool stays = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                       (c == '.' && allows_dots);
    name.push_back(stays ? c : '_');
  }
  const bool needs_letter = name.empty() || !((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'));
  if (needs_letter) name.insert(0, "v");
  while (!name.empty() && name.back() == '.') name.back() = '_';
  name = name.substr(0, limit);
  std::string unique = name;
  for (std::size_t n = 2; !taken.insert(text::to_lower_ascii(unique)).second; ++n) {
    const std::string suffix = "_" + std::to_string(n);
    unique = name.substr(0, limit - suffix.size()) + suffix;
  }
  return unique;
}

class Writer {
 public:
  Writer(const data::Table& table, StatFormat format)
      : table_(table), format_(format), writer_(readstat_writer_init()) {
    readstat_set_data_writer(writer_, on_bytes);
    readstat_writer_set_file_timestamp(writer_, 315'532'800);  // 1980-01-01, as in packages: same input, same bytes
  }
  ~Writer() { readstat_writer_free(writer_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<std::string> run() {
    for (const Column& column : table_.columns) declare(column);
    const auto rows = static_cast<long>(table_.rows);
    if (format_ == StatFormat::kDta) readstat_writer_set_file_format_version(writer_, 118);
    check(format_ == StatFormat::kSav ? readstat_begin_writing_sav(writer_, &out_, rows)
                                      : readstat_begin_writing_dta(writer_, &out_, rows));
    for (std::size_t row = 0; row < table_.rows && error_ == READSTAT_OK; ++row) {
      check(readstat_begin_row(writer_));
      for (std::size_t i = 0; i < table_.columns.size(); ++i) write_cell(i, row);
      check(readstat_end_row(writer_));
    }
    check(readstat_end_writing(writer_));
    if (error_ != READSTAT_OK)
      return Error(
          "exchange.stat.unwritable", "The table cannot be written as a {format} file: {reason}.",
          {{"format", format_ == StatFormat::kSav ? "SPSS" : "Stata"}, {"reason", readstat_error_message(error_)}});
    return std::move(out_);
  }

 private:
  struct Plan {
    readstat_variable_t* variable = nullptr;
    std::vector<double> codes;  // of the levels
    double first_reason = -99;  // code of kReasons[0]; the others follow upwards
  };

  void check(readstat_error_t error) {
    if (error_ == READSTAT_OK) error_ = error;
  }

  void declare(const Column& column) {
    Plan plan;
    const bool is_text = column.type == ColumnType::kText;
    std::size_t width = 0;
    for (const std::string& value : column.texts) width = std::max(width, std::min(value.size(), kTextLimit));
    const std::size_t name_limit = format_ == StatFormat::kSav ? 64 : 32;
    const std::string name = variable_name(column.name, name_limit, format_ == StatFormat::kSav, names_);
    plan.variable = readstat_add_variable(writer_, name.c_str(), is_text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE,
                                          is_text ? std::max<std::size_t>(width, 1) : 0);
    const std::string label =
        shortened(column.label.empty() ? column.name : column.label, format_ == StatFormat::kSav ? 255 : 80 * 4);
    readstat_variable_set_label(plan.variable, label.c_str());
    if (column.type == ColumnType::kDate)
      readstat_variable_set_format(plan.variable, format_ == StatFormat::kSav ? "SDATE10" : "%td");
    if (column.type == ColumnType::kDateTime)
      readstat_variable_set_format(plan.variable, format_ == StatFormat::kSav ? "DATETIME20" : "%tc");
    if (column.type == ColumnType::kInteger && format_ == StatFormat::kSav)
      readstat_variable_set_format(plan.variable, "F8.0");
    if (column.type == ColumnType::kCategory) {
      readstat_variable_set_measure(plan.variable,
                                    column.ordered ? READSTAT_MEASURE_ORDINAL : READSTAT_MEASURE_NOMINAL);
      plan.codes = level_codes(column);
    }
    if (!is_text) add_labels(column, plan, name);
    plans_.push_back(std::move(plan));
  }

  static std::vector<double> level_codes(const Column& column) {
    std::vector<double> out;
    for (const data::Level& level : column.levels) {
      const auto value = text::parse_integer(level.value);
      if (!value || std::to_string(*value) != level.value) break;
      out.push_back(static_cast<double>(*value));
    }
    if (out.size() == column.levels.size()) return out;
    out.clear();
    for (std::size_t i = 0; i < column.levels.size(); ++i) out.push_back(static_cast<double>(i + 1));
    return out;
  }

  void add_labels(const Column& column, Plan& plan, const std::string& name) {
    std::set<Missing> used;
    for (const Missing reason : column.missing) used.insert(reason);
    used.erase(Missing::kPresent);
    used.erase(Missing::kBlank);
    if (used.empty() && plan.codes.empty()) return;
    readstat_label_set_t* set = readstat_add_label_set(writer_, READSTAT_TYPE_DOUBLE, (name + "_labels").c_str());
    for (std::size_t i = 0; i < plan.codes.size(); ++i)
      readstat_label_double_value(set, plan.codes[i], shortened(column.levels[i].label, 120).c_str());
    if (format_ == StatFormat::kSav && !used.empty()) {
      // Below everything that occurs.
      double least = 0;
      for (const double code : plan.codes) least = std::min(least, code);
      for (std::size_t row = 0; row < column.numbers.size(); ++row)
        if (!column.is_missing(row)) least = std::min(least, stored(column, row));
      while (plan.first_reason + static_cast<double>(kReasons.size()) > least)
        plan.first_reason = plan.first_reason * 10 - 9;  // -99, -999, -9999
      readstat_variable_add_missing_double_range(plan.variable, plan.first_reason,
                                                 plan.first_reason + static_cast<double>(kReasons.size() - 1));
    }
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
      if (!used.contains(kReasons[i])) continue;
      if (format_ == StatFormat::kSav)
        readstat_label_double_value(set, plan.first_reason + static_cast<double>(i), label_of_reason(kReasons[i]));
      else
        readstat_label_tagged_value(set, static_cast<char>('a' + i), label_of_reason(kReasons[i]));
    }
    readstat_variable_set_label_set(plan.variable, set);
  }

  double stored(const Column& column, std::size_t row) const {
    const double value = column.numbers[row];
    if (column.type == ColumnType::kDate) return format_ == StatFormat::kSav ? (value + 141'428) * kDay : value + 3653;
    if (column.type == ColumnType::kDateTime)
      return format_ == StatFormat::kSav ? value + 141'428 * kDay : (value + 3653 * kDay) * 1000;
    return value;
  }

  void write_cell(std::size_t index, std::size_t row) {
    const Column& column = table_.columns[index];
    const Plan& plan = plans_[index];
    if (column.is_missing(row)) return write_missing(plan, column, column.reason(row));
    if (column.type == ColumnType::kText)
      check(readstat_insert_string_value(writer_, plan.variable, shortened(column.texts[row], kTextLimit).c_str()));
    else if (column.type == ColumnType::kCategory)
      check(readstat_insert_double_value(writer_, plan.variable,
                                         plan.codes[static_cast<std::size_t>(column.codes[row])]));
    else
      check(readstat_insert_double_value(writer_, plan.variable, stored(column, row)));
  }

  void write_missing(const Plan& plan, const Column& column, Missing reason) {
    const auto place = std::find(kReasons.begin(), kReasons.end(), reason);
    if (column.type == ColumnType::kText)
      check(readstat_insert_string_value(writer_, plan.variable, ""));
    else if (place == kReasons.end())
      check(readstat_insert_missing_value(writer_, plan.variable));
    else if (format_ == StatFormat::kSav)
      check(readstat_insert_double_value(writer_, plan.variable,
                                         plan.first_reason + static_cast<double>(place - kReasons.begin())));
    else
      check(readstat_insert_tagged_missing_value(writer_, plan.variable,
                                                 static_cast<char>('a' + (place - kReasons.begin()))));
  }

  const data::Table& table_;
  StatFormat format_;
  readstat_writer_t* writer_;
  readstat_error_t error_ = READSTAT_OK;
  std::string out_;
  std::vector<Plan> plans_;
  std::set<std::string> names_;
};

}  // namespace

Result<std::string> write_sav(const data::Table& table) { return Writer(table, StatFormat::kSav).run(); }
Result<std::string> write_dta(const data::Table& table) { return Writer(table, StatFormat::kDta).run(); }

}  // namespace hamdil::exchange::sav
