// What all together, one address and one person may hold of the server at once. Asked in one place, before a body is
// read and before any handler runs, so that nobody can take what the others need.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace hamdil::http {

// How much of one thing. `of_stranger` is what an address may hold for nobody who signed in, apart from what is held
// for those who did.
struct Share {
  std::size_t all = 0, of_address = 0, of_person = 0, of_stranger = 0;
  static Share equal(std::size_t all) { return {all, all, all, all}; }
};

struct BudgetLimits {
  // A browser opens six, and one more a window for its stream: several people behind one address of a router stay below
  // 250.
  Share connections{2000, 250, 2000, 250};
  // That wait for the workspace or are answered. One takes a few milliseconds: 64 of one person are a second's wait for
  // the others, no more.
  Share requests{4000, 128, 64, 32};
  // Bodies from their first byte until they are answered, as announced. Reading a list takes about five times its
  // bytes: 384 MB are the most that a small computer stands. One person sends an upload (64 MB) and one more;
  // strangers send a password or a form (1 MB at most).
  Share body_bytes{384u << 20, 192u << 20, 128u << 20, 4u << 20};
  // Lists that a job will take in, as announced, until it has: five of 64 MB a person would fill the disk of a small
  // computer. One person has two of the largest waiting, or as many small ones as may wait.
  Share waiting_bytes{512u << 20, 256u << 20, 128u << 20, 0};
  // Passwords that are looked at, 256 MB and most of a second each, one after the other: 16 wait for a quarter of a
  // minute.
  Share slow{16, 4, 2, 4};
  // Streams of events, one a window.
  Share streams{400, 60, 20, 4};

  // Whoever started the program is alone: only the whole is limited.
  static BudgetLimits alone();
};

// Thread-safe. A lease is one thread's at a time; it gives back what it took when it ends, and must end before the
// budget.
class Budget {
 public:
  enum class Of : std::uint8_t { kConnection, kRequest, kBody, kSlow, kStream, kWaiting };
  enum class Full : std::uint8_t { kNo, kOwn, kAll };  // whose share is used up

  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept { *this = std::move(other); }
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { end(); }
    void end();

   private:
    friend class Budget;
    Budget* budget_ = nullptr;
    Of of_ = Of::kConnection;
    std::string address_, person_;
    std::size_t amount_ = 0;
  };

  explicit Budget(const BudgetLimits& limits) : limits_(limits) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;
  // `person` is "" for strangers. The lease is filled where nothing is full.
  Full take(Of of, const std::string& address, const std::string& person, std::size_t amount, Lease& lease);
  std::size_t held(Of of) const {
    const std::lock_guard lock(mutex_);
    return used_[static_cast<std::size_t>(of)].all;
  }

 private:
  struct Used {
    std::size_t all = 0;
    std::map<std::string, std::size_t> by_address, by_person, by_stranger;  // the last one by address
  };
  const Share& share(Of of) const;
  BudgetLimits limits_;
  mutable std::mutex mutex_;  // what waits ends on the thread of the jobs
  std::array<Used, 6> used_;
};

// What a request holds until it is answered.
struct Held {
  Budget::Lease request, body, slow;
};

// What counts as one address: of IPv6 the network (its first 64 bits), because one computer has as many as it likes.
std::string network_of(const std::string& address);

}  // namespace hamdil::http
