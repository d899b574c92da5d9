// What a function may know of the world: the clock. Handed in, so that tests and reproducible builds decide it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace hamdil {

struct Env {
  std::function<std::int64_t()> now;  // seconds since 1970-01-01 UTC

  // The system's clock, or the fixed time in SOURCE_DATE_EPOCH where that is set.
  static Env system();
  static Env fixed(std::int64_t seconds);
};

// "2026-11-22T09:30:00Z" and back; 0 for what cannot be read.
std::string format_timestamp(std::int64_t seconds);
// "2026-11-22"
std::string format_date(std::int64_t days_since_epoch);
}  // namespace hamdil
