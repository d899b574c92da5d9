#include "base/env.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "base/text.hpp"

namespace hamdil {

Env Env::system() {
  if (const char* fixed_time = std::getenv("SOURCE_DATE_EPOCH"))
    if (const auto seconds = text::parse_integer(fixed_time)) return fixed(*seconds);
  return {[] { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }};
}

Env Env::fixed(std::int64_t seconds) {
  return {[seconds] { return seconds; }};
}

std::int64_t days_from_civil(int year, int month, int day) {
  using namespace std::chrono;
  return sys_days(std::chrono::year(year) / month / day).time_since_epoch().count();
}

CivilDate civil_from_days(std::int64_t days) {
  using namespace std::chrono;
  const year_month_day date{sys_days(std::chrono::days(days))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string format_date(std::int64_t days_since_epoch) {
  const CivilDate date = civil_from_days(days_since_epoch);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string format_timestamp(std::int64_t seconds) {
  const std::int64_t days = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400);
  const std::int64_t rest = seconds - days * 86400;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_date(days), rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace hamdil
