#include "services/records/reckoning.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "base/env.hpp"
#include "base/time_zone.hpp"

namespace hamdil::services::records {
namespace {

constexpr std::int64_t kFarthestEast = 14 * 3600;  // where days begin first, ahead of UTC

std::string only_one(const std::set<std::string>& said) { return said.size() == 1 ? *said.begin() : std::string(); }

}  // namespace

Result<Reckoning> reckoning_of(const store::Workspace& workspace) {
  const store::WholeView whole(workspace);  // days are the same whoever asks
  HAMDIL_TRY(const std::vector<model::Record> programmes, workspace.list("programme"));
  std::set<std::string> calendars, zones;
  for (const model::Record& programme : programmes) {
    if (programme.deleted) continue;
    const Json fields = programme.fields();
    for (const auto& [name, said] : {std::pair{"calendar", &calendars}, {"time_zone", &zones}})
      if (const auto found = fields.find(name); found != fields.end() && found->is_string()) said->insert(*found);
  }
  return Reckoning{only_one(calendars), only_one(zones)};
}

std::string today(const store::Workspace& workspace, const Reckoning& reckoning) {
  return day_in(reckoning.time_zone, workspace.env().now());
}

std::string last_day_begun(const store::Workspace& workspace, const Reckoning& reckoning) {
  if (!reckoning.time_zone.empty()) return today(workspace, reckoning);
  return format_timestamp(workspace.env().now() + kFarthestEast).substr(0, 10);
}

}  // namespace hamdil::services::records
