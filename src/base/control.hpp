// What long work may say and ask while it runs.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace hamdil {

// Both may be empty: nobody listens, nobody stops it.
struct Control {
  std::function<void(double done)> progress;  // 0 to 1
  std::function<bool()> is_cancelled;

  bool stops() const { return is_cancelled && is_cancelled(); }
  // Between two steps: tells how far it is. Code jobs.cancelled when it was asked to stop.
  Status step(double done) const {
    if (stops()) return Error("jobs.cancelled", "This was stopped because somebody asked for it.");
    if (progress) progress(done);
    return Done{};
  }
  // Of a part of the work: its 0 and 1 are `from` and `to` of the whole.
  Control part(double from, double to) const {
    if (!progress) return {{}, is_cancelled};
    return {[tell = progress, from, to](double done) { tell(from + done * (to - from)); }, is_cancelled};
  }
};

}  // namespace hamdil
