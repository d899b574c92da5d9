#include "base/time_zone.hpp"

#include <unicode/locid.h>
#include <unicode/timezone.h>
#include <unicode/tznames.h>

#include <memory>

#include "base/env.hpp"

namespace hamdil {
namespace {

std::unique_ptr<icu::TimeZone> zone_of(const std::string& name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (name.empty() || !zone || *zone == icu::TimeZone::getUnknown()) return nullptr;
  return zone;
}

}  // namespace

bool is_time_zone(const std::string& name) { return zone_of(name) != nullptr; }

std::string day_in(const std::string& time_zone, std::int64_t seconds) {
  std::int64_t offset = 0;
  if (const auto zone = zone_of(time_zone)) {
    constexpr double kMilliseconds = 1000;
    std::int32_t standard = 0, summer = 0;
    UErrorCode status = U_ZERO_ERROR;
    zone->getOffset(static_cast<UDate>(seconds) * kMilliseconds, 0, standard, summer, status);
    if (U_SUCCESS(status)) offset = (standard + summer) / 1000;
  }
  return format_timestamp(seconds + offset).substr(0, 10);
}

std::string city_of_time_zone(const std::string& time_zone, const std::string& language) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::TimeZoneNames> names(
      icu::TimeZoneNames::createInstance(icu::Locale::createCanonical(language.c_str()), status));
  std::string out;
  if (U_FAILURE(status) || !names) return out;
  icu::UnicodeString city;
  names->getExemplarLocationName(icu::UnicodeString::fromUTF8(time_zone), city);
  if (!city.isBogus()) city.toUTF8String(out);
  return out;
}

}  // namespace hamdil
