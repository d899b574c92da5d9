// The bin forgets: what stands in it longer than the workspace keeps it is removed for good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

inline constexpr std::int64_t kUsualBinDays = 30;

// For how many days the workspace keeps what is in its bin: 30 where nobody said otherwise.
Result<std::int64_t> days_in_bin(const store::Workspace& workspace);
// From 1 to 3650. Code records.bin.days.
Status keep_in_bin(store::Workspace& workspace, const store::Author& author, std::int64_t days);

// The day ("2026-12-22") on which a record that was moved to the bin at that moment is removed.
std::string day_of_removal(const std::string& binned_at, std::int64_t days);

// Removes for good what stood in the bin for that long by the workspace's clock, with the comments about it, in one
// transaction. `all`: whatever stands there, however short. Gives kind and id of what went.
Result<std::vector<std::pair<std::string, std::string>>> empty_bin(store::Workspace& workspace,
                                                                   const store::Author& author, bool all = false);

// Once a day of the workspace's clock, for a program that runs on: at its first call and when the day has changed.
class DailyBin {
 public:
  // What went; nothing on the days when it was done already.
  Result<std::size_t> look(store::Workspace& workspace);

 private:
  std::string done_on_;
};

}  // namespace hamdil::services::records
