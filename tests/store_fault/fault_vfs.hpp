// A SQLite file system that fails or ends the process at a chosen write, as a full or dying disk does.
#pragma once

#include <cstddef>

namespace hamdil::store_fault {

enum class Fault {
  kNone,
  kIoError,    // a write or sync answers that the disk is at fault
  kDiskFull,   // a write answers that no room is left
  kKill,       // the process ends before the write
  kTornWrite,  // the process ends with half of the write done
};

struct Plan {
  Fault fault = Fault::kNone;
  std::size_t at = 0;     // which write or sync since arm(), from 1
  bool for_good = false;  // every one after it fails, too
};

// Makes the file system the default of this process. Once.
void install();
void arm(const Plan& plan);  // starts counting anew
void disarm();
std::size_t counted();  // writes, truncations and syncs since arm()
bool struck();          // whether the fault happened since arm()

}  // namespace hamdil::store_fault
