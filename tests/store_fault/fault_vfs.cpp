#include "fault_vfs.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

namespace hamdil::store_fault {
namespace {

struct State {
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs own{};
  Plan plan;
  std::size_t count = 0;
  bool struck = false;
};
State state;  // the file system of the whole process, which is a test

struct File {
  sqlite3_file base;
  sqlite3_file* real;  // stands right behind in the memory that SQLite gave
};

sqlite3_file* real_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
const sqlite3_io_methods& methods_of(sqlite3_file* file) { return *real_of(file)->pMethods; }

// Whether this operation is the one to fail; never returns where the process is to end.
bool strikes() {
  if (state.plan.fault == Fault::kNone) return false;
  ++state.count;
  const bool now = state.plan.for_good ? state.count >= state.plan.at : state.count == state.plan.at;
  if (now) state.struck = true;
  if (now && state.plan.fault == Fault::kKill) ::_exit(9);
  return now;
}

int write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  if (strikes()) {
    if (state.plan.fault == Fault::kTornWrite) {
      methods_of(file).xWrite(real_of(file), bytes, amount / 2, offset);
      ::_exit(9);
    }
    return state.plan.fault == Fault::kDiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  return methods_of(file).xWrite(real_of(file), bytes, amount, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (state.plan.fault != Fault::kDiskFull && strikes()) {
    if (state.plan.fault == Fault::kTornWrite) ::_exit(9);
    return SQLITE_IOERR_TRUNCATE;
  }
  return methods_of(file).xTruncate(real_of(file), size);
}

int sync(sqlite3_file* file, int flags) {
  if (state.plan.fault != Fault::kDiskFull && strikes()) {
    if (state.plan.fault == Fault::kTornWrite) ::_exit(9);
    return SQLITE_IOERR_FSYNC;
  }
  return methods_of(file).xSync(real_of(file), flags);
}

// Everything else goes straight through.
int close(sqlite3_file* file) {
  const int code = methods_of(file).xClose(real_of(file));
  file->pMethods = nullptr;
  return code;
}
int read(sqlite3_file* file, void* bytes, int amount, sqlite3_int64 offset) {
  return methods_of(file).xRead(real_of(file), bytes, amount, offset);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) { return methods_of(file).xFileSize(real_of(file), size); }
int lock(sqlite3_file* file, int level) { return methods_of(file).xLock(real_of(file), level); }
int unlock(sqlite3_file* file, int level) { return methods_of(file).xUnlock(real_of(file), level); }
int check_reserved(sqlite3_file* file, int* out) { return methods_of(file).xCheckReservedLock(real_of(file), out); }
int control(sqlite3_file* file, int op, void* argument) {
  return methods_of(file).xFileControl(real_of(file), op, argument);
}
int sector_size(sqlite3_file* file) { return methods_of(file).xSectorSize(real_of(file)); }
int characteristics(sqlite3_file* file) { return methods_of(file).xDeviceCharacteristics(real_of(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return methods_of(file).xShmMap(real_of(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return methods_of(file).xShmLock(real_of(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { methods_of(file).xShmBarrier(real_of(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return methods_of(file).xShmUnmap(real_of(file), remove); }

// Version 2: no memory-mapped reading, so that every write comes past here.
constexpr sqlite3_io_methods kMethods = {.iVersion = 2,
                                         .xClose = close,
                                         .xRead = read,
                                         .xWrite = write,
                                         .xTruncate = truncate,
                                         .xSync = sync,
                                         .xFileSize = file_size,
                                         .xLock = lock,
                                         .xUnlock = unlock,
                                         .xCheckReservedLock = check_reserved,
                                         .xFileControl = control,
                                         .xSectorSize = sector_size,
                                         .xDeviceCharacteristics = characteristics,
                                         .xShmMap = shm_map,
                                         .xShmLock = shm_lock,
                                         .xShmBarrier = shm_barrier,
                                         .xShmUnmap = shm_unmap,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* memory, int flags, int* out_flags) {
  auto* file = new (memory) File{};
  file->real = reinterpret_cast<sqlite3_file*>(file + 1);
  file->real->pMethods = nullptr;
  const int code = state.real->xOpen(state.real, name, file->real, flags, out_flags);
  file->base.pMethods = file->real->pMethods == nullptr ? nullptr : &kMethods;
  return code;
}

}  // namespace

void install() {
  if (state.real != nullptr) return;
  state.real = sqlite3_vfs_find(nullptr);
  state.own = *state.real;  // all but opening is the real one's work
  state.own.zName = "hamdil_fault";
  state.own.pNext = nullptr;
  state.own.szOsFile = static_cast<int>(sizeof(File)) + state.real->szOsFile;
  state.own.xOpen = open;
  if (sqlite3_vfs_register(&state.own, 1) != SQLITE_OK) std::abort();
}

void arm(const Plan& plan) {
  state.plan = plan;
  state.count = 0;
  state.struck = false;
}
void disarm() { state.plan = {}; }
std::size_t counted() { return state.count; }
bool struck() { return state.struck; }

}  // namespace hamdil::store_fault
