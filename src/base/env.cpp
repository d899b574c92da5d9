#include "base/env.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace hamdil {

Env Env::system() {
  if (const char* fixed_time = std::getenv("SOURCE_DATE_EPOCH"))
    if (const auto seconds = text::parse_integer(fixed_time)) return fixed(*seconds);
  return {[] {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }};
}

Env Env::fixed(std::int64_t seconds) {
  return {[seconds] { return seconds; }};
}

std::string format_date(std::int64_t days_since_epoch) { return iso_date(date_from_days(days_since_epoch)); }

std::string format_timestamp(std::int64_t seconds) {
  const std::int64_t days = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400);
  const std::int64_t rest = seconds - days * 86400;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", format_date(days), rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace hamdil
