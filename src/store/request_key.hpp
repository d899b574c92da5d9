// Requests that come twice: a client that did not hear the answer asks again under the same key, and nothing is done
// twice.
#pragma once

#include <string>

#include "store/workspace.hpp"

namespace hamdil::store {

// For as long as it lives, what Workspace::write changes is changed under this key: the key is noted in the same
// transaction, so that it is known however the program ends, and for as long as the workspace is: a telephone may be
// away for weeks. One at a time for a workspace. The last answers are kept sealed beside the records, for a week at
// most; whoever empties or erases something takes all of them away. A key under which nothing was changed goes with its
// answer.
class RequestKey {
 public:
  static constexpr std::size_t kMostAnswers = 2000, kMostBytes = 16 << 20;
  static constexpr std::size_t kLongestAnswer = 256 * 1024;
  static constexpr std::int64_t kKeptSeconds = 7 * 24 * 3600;

  // `request` is all by which two requests under one key are told apart. Both are kept as keyed digests.
  RequestKey(Workspace& workspace, const std::string& key, const std::string& request);
  ~RequestKey();
  RequestKey(const RequestKey&) = delete;
  RequestKey& operator=(const RequestKey&) = delete;

  struct Known {
    enum class Is : std::uint8_t { kNew, kSame, kOther } is = Is::kNew;
    std::string answer = {};  // of the same request; "" where it was done and no answer is kept
  };
  // What is known of the key. Codes store.sqlite.*, protect.seal.broken.
  Result<Known> known() const;
  // The request was done, and nothing more is written under its key: its answer, which is left away where it is too
  // long. Codes store.sqlite.*.
  Status keep(const std::string& answer) const;
  // The request was refused after all, and may come again.
  Status forget() const;

 private:
  friend class Workspace;
  Status note(bool wrote) const;  // inside a transaction
  Workspace& workspace_;
  std::string key_, request_;
};

}  // namespace hamdil::store
