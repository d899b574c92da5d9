// By which calendar and clock the programmes of a workspace count their days.
#pragma once

#include <string>

#include "store/workspace.hpp"

namespace hamdil::services::records {

// What the programme says, or all of them alike; "" where none does or two differ.
struct Reckoning {
  std::string calendar;   // "gregorian" or "solar"
  std::string time_zone;  // "Asia/Kabul"
};
Result<Reckoning> reckoning_of(const store::Workspace& workspace);

// The day that it is by the workspace's clock: in the programme's time zone, else in UTC.
std::string today(const store::Workspace& workspace, const Reckoning& reckoning);
// The last day that may have begun: today where the time zone is known, else the first day to begin anywhere on Earth.
std::string last_day_begun(const store::Workspace& workspace, const Reckoning& reckoning);

}  // namespace hamdil::services::records
