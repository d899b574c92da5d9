// Functions of ODK XForms on dates and times.
#include <cmath>
#include <limits>

#include "exchange/xpath/dates.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Days since 1970 of anything that can be a date; NaN for the rest.
double days_of(Call& call, const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNumber:
    case Value::Kind::kDate:
      return value.number;
    case Value::Kind::kBoolean:
      return kNaN;
    default:
      break;
  }
  const auto instant = parse_instant(call.text_of(value), call.settings().utc_offset_minutes);
  return instant ? instant->days : kNaN;
}

Value as_date(Call& call, bool has_time) {
  const Value value = call.value(0);
  if (call.failed()) return value;
  const bool is_text = value.kind == Value::Kind::kString || value.kind == Value::Kind::kNodes;
  if (is_text && call.text_of(value).empty()) return Value::of(std::string());
  const double days = days_of(call, value);
  if (std::isnan(days) && call.settings().rules.refuses_bad_dates)
    return call.fail("exchange.xpath.type", "A text that is no date stands where a date is needed.");
  return Value::date(days, has_time);
}

Value date(Call& call) { return as_date(call, false); }
Value date_time(Call& call) { return as_date(call, true); }

Value now(Call& call) { return call.settings().now ? Value::date(*call.settings().now, true) : call.unavailable(); }

Value today(Call& call) {
  if (!call.settings().now) return call.unavailable();
  const double offset = call.settings().utc_offset_minutes / 1440.0;
  return Value::date(std::floor(*call.settings().now + offset) - offset, false);
}

Value decimal_date_time(Call& call) {
  const Value value = call.value(0);
  const double days = days_of(call, value);
  const bool is_text = value.kind == Value::Kind::kString || value.kind == Value::Kind::kNodes;
  if (std::isnan(days) && is_text && call.settings().rules.refuses_bad_dates)
    return call.fail("exchange.xpath.type", "A text that is no date stands where a date is needed.");
  return Value::of(days);
}

Value decimal_time(Call& call) {
  return Value::of(parse_time_share(call.text(0), call.settings().utc_offset_minutes).value_or(kNaN));
}

Value format_date(Call& call) {
  const double days = days_of(call, call.value(0));
  const std::string format = call.text(1);
  return Value::of(std::isnan(days) ? std::string() : format_instant(days, format, call.settings().utc_offset_minutes));
}

}  // namespace

std::vector<Function> date_functions() {
  return {{"date", 1, 1, date, false},
          {"date-time", 1, 1, date_time, false},
          {"now", 0, 0, now, false},
          {"today", 0, 0, today, false},
          {"decimal-date-time", 1, 1, decimal_date_time, false},
          {"decimal-time", 1, 1, decimal_time, false},
          {"format-date", 2, 2, format_date, false},
          {"format-date-time", 2, 2, format_date, false}};
}

}  // namespace hamdil::exchange::xpath
