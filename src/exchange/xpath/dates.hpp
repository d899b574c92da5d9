// Dates and times of XForms: ISO texts, days since 1970, formats.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hamdil::exchange::xpath {

struct Instant {
  double days = 0;  // since 1970-01-01T00:00Z
  bool has_time = false;
};

// "2012-07-23", "2012-08-20T00:00:00.00+00:00"; without an offset in that of `utc_offset_minutes`. Empty for all
// others.
std::optional<Instant> parse_instant(std::string_view text, int utc_offset_minutes);
// "06:00:59.000-07:00" as a share of the day in the local time; empty for what is no time.
std::optional<double> parse_time_share(std::string_view text, int utc_offset_minutes);
std::string instant_text(const Instant& instant, int utc_offset_minutes);
// %Y %y %m %n %b %d %e %H %h %M %S %3 %a; others stay as they are.
std::string format_instant(double days, std::string_view format, int utc_offset_minutes);

}  // namespace hamdil::exchange::xpath
