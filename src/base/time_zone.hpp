// Days where people are: time zones by their names in the IANA database, from the data that ICU carries.
#pragma once

#include <cstdint>
#include <string>

namespace hamdil {

bool is_time_zone(const std::string& name);
// The day ("2026-11-22") that it is there at a moment in seconds since 1970-01-01 UTC; that of UTC for an unknown name.
std::string day_in(const std::string& time_zone, std::int64_t seconds);
// What people of the language call it, by its city: "Kabul"; "" where they have no name for it.
std::string city_of_time_zone(const std::string& time_zone, const std::string& language);

}  // namespace hamdil
