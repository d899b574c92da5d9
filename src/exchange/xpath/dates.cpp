#include "exchange/xpath/dates.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "exchange/datetime.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr double kMillisecondsADay = 86'400'000;

// Reads `text` from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<unsigned> number(std::size_t least, std::size_t most) {
    std::size_t length = 0;
    unsigned value = 0;
    while (length < most && length < text_.size() && text_[length] >= '0' && text_[length] <= '9')
      value = value * 10 + static_cast<unsigned>(text_[length++] - '0');
    if (length < least) return std::nullopt;
    text_.remove_prefix(length);
    return value;
  }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool is_done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

struct TimeOfDay {
  double seconds = 0;
  std::optional<int> offset_minutes;
};

std::optional<int> read_offset(Reader& reader) {
  const bool is_negative = reader.take('-');
  if (!is_negative && !reader.take('+')) return std::nullopt;
  const auto hours = reader.number(2, 2);
  reader.take(':');
  const auto minutes = reader.number(2, 2);
  if (!hours || *hours > 14 || (minutes && *minutes > 59)) return std::nullopt;
  const int total = static_cast<int>(*hours * 60 + minutes.value_or(0));
  return is_negative ? -total : total;
}

std::optional<TimeOfDay> read_time(Reader& reader) {
  const auto hour = reader.number(2, 2);
  if (!hour || *hour > 23 || !reader.take(':')) return std::nullopt;
  const auto minute = reader.number(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  TimeOfDay out{.seconds = *hour * 3600.0 + *minute * 60.0};
  if (reader.take(':')) {
    const auto second = reader.number(2, 2);
    if (!second || *second > 59) return std::nullopt;
    out.seconds += *second;
    if (reader.take('.')) {
      double scale = 0.1;
      bool has_digit = false;
      while (const auto digit = reader.number(1, 1)) {
        out.seconds += *digit * scale;
        scale /= 10;
        has_digit = true;
      }
      if (!has_digit) return std::nullopt;
    }
  }
  if (reader.is_done()) return out;
  if (reader.take('Z')) {
    out.offset_minutes = 0;
  } else {
    out.offset_minutes = read_offset(reader);
    if (!out.offset_minutes) return std::nullopt;
  }
  return reader.is_done() ? std::optional(out) : std::nullopt;
}

struct Parts {
  std::int64_t day = 0;  // since 1970-01-01, local
  int year = 0;
  unsigned month = 0, day_of_month = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
};

Parts parts_of(double days, int offset_minutes) {
  const double milliseconds = std::round(days * kMillisecondsADay) + offset_minutes * 60'000.0;
  Parts out;
  out.day = static_cast<std::int64_t>(std::floor(milliseconds / kMillisecondsADay));
  auto rest = static_cast<unsigned>(milliseconds - static_cast<double>(out.day) * kMillisecondsADay);
  out.millisecond = rest % 1000;
  rest /= 1000;
  out.second = rest % 60;
  out.minute = rest / 60 % 60;
  out.hour = rest / 3600;
  const std::string iso = exchange::iso_date(out.day);
  const std::size_t dash = iso.find('-', 1);
  out.year = std::stoi(iso.substr(0, dash));
  out.month = static_cast<unsigned>(std::stoi(iso.substr(dash + 1, 2)));
  out.day_of_month = static_cast<unsigned>(std::stoi(iso.substr(dash + 4, 2)));
  return out;
}

bool is_in_calendar(double days) { return std::isfinite(days) && std::abs(days) < 3'000'000; }

}  // namespace

std::optional<Instant> parse_instant(std::string_view text, int utc_offset_minutes) {
  Reader reader(text);
  const auto year = reader.number(4, 4);
  if (!year || !reader.take('-')) return std::nullopt;
  const auto month = reader.number(1, 2);
  if (!month || !reader.take('-')) return std::nullopt;
  const auto day = reader.number(1, 2);
  if (!day) return std::nullopt;
  const auto date = days_from_civil(*year, *month, *day);
  if (!date) return std::nullopt;
  Instant out{.days = static_cast<double>(*date)};
  int offset = utc_offset_minutes;
  if (!reader.is_done()) {
    if (!reader.take('T') && !reader.take(' ')) return std::nullopt;
    const auto time = read_time(reader);
    if (!time) return std::nullopt;
    out.has_time = true;
    out.days += time->seconds / 86'400;
    offset = time->offset_minutes.value_or(offset);
  }
  out.days -= offset / 1440.0;
  return out;
}

std::optional<double> parse_time_share(std::string_view text, int utc_offset_minutes) {
  Reader reader(text);
  const auto time = read_time(reader);
  if (!time || !reader.is_done()) return std::nullopt;
  const int shift = utc_offset_minutes - time->offset_minutes.value_or(utc_offset_minutes);
  const double share = time->seconds / 86'400 + shift / 1440.0;
  return share - std::floor(share);
}

std::string instant_text(const Instant& instant, int utc_offset_minutes) {
  if (!is_in_calendar(instant.days)) return "Invalid Date";
  const Parts parts = parts_of(instant.days, utc_offset_minutes);
  const std::string date = fmt::format("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day_of_month);
  if (!instant.has_time) return date;
  const int offset = std::abs(utc_offset_minutes);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}{}{:02}:{:02}", date, parts.hour, parts.minute, parts.second,
                     parts.millisecond, utc_offset_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
}

std::string format_instant(double days, std::string_view format, int utc_offset_minutes) {
  if (!is_in_calendar(days)) return {};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static constexpr std::array<const char*, 7> kWeekDays = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  const Parts parts = parts_of(days, utc_offset_minutes);
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out.push_back(format[i]);
      continue;
    }
    switch (format[++i]) {
      case 'Y':
        out += fmt::format("{:04}", parts.year);
        break;
      case 'y':
        out += fmt::format("{:02}", ((parts.year % 100) + 100) % 100);
        break;
      case 'm':
        out += fmt::format("{:02}", parts.month);
        break;
      case 'n':
        out += fmt::format("{}", parts.month);
        break;
      case 'b':
        out += kMonths[parts.month - 1];
        break;
      case 'd':
        out += fmt::format("{:02}", parts.day_of_month);
        break;
      case 'e':
        out += fmt::format("{}", parts.day_of_month);
        break;
      case 'H':
        out += fmt::format("{:02}", parts.hour);
        break;
      case 'h':
        out += fmt::format("{}", parts.hour);
        break;
      case 'M':
        out += fmt::format("{:02}", parts.minute);
        break;
      case 'S':
        out += fmt::format("{:02}", parts.second);
        break;
      case '3':
        out += fmt::format("{:03}", parts.millisecond);
        break;
      case 'a':
        out += kWeekDays[static_cast<std::size_t>(((parts.day % 7) + 7) % 7)];
        break;
      case '%':
        out.push_back('%');
        break;
      default:
        out.push_back('%');
        out.push_back(format[i]);
    }
  }
  return out;
}

}  // namespace hamdil::exchange::xpath
