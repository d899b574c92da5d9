// Long work in the background: one thing after the other on a thread and a workspace object of its own, with progress,
// cancel and a result that outlive a restart.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/control.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::jobs {

struct Job {
  std::string id;
  std::string what;   // "report"
  std::string title;  // for people
  std::string who;
  std::string state = "waiting";  // waiting, running, done, failed, cancelled
  double progress = 0;            // 0 to 1
  std::string started_at, ended_at;
  std::string result;          // JSON; "" until it is done
  std::optional<Error> error;  // why it failed
};

using hamdil::Control;
// Gives its result as JSON text. Code jobs.cancelled when it stopped because it was asked to.
using Work = std::function<Result<std::string>(store::Workspace& workspace, const Control& control)>;

// Thread-safe but for the constructor and start, which belong to the thread that owns the workspace.
class Jobs {
 public:
  using Listener = std::function<void(const Job&)>;  // called from both threads, at every change of state or progress

  // Takes up what is remembered: what was waiting or running when the program ended has failed (jobs.interrupted).
  // `workspace` must live longer.
  static Result<std::unique_ptr<Jobs>> open(store::Workspace& workspace, Listener listener);
  ~Jobs();  // asks what runs to stop, waits for it, and marks it and what waits as interrupted

  // Code jobs.full when more than 50 wait.
  Result<Job> start(const std::string& what, const std::string& title, const std::string& who, Work work);
  std::optional<Job> find(const std::string& id) const;
  std::vector<Job> all() const;  // newest first, at most 200
  // Codes jobs.unknown, jobs.ended. What waits ends at once, what runs at its next step.
  Status cancel(const std::string& id);

 private:
  struct Entry {
    Job job;
    Work work;
    std::atomic<bool> cancelled = false;
  };
  Jobs(store::Workspace& shared, store::Workspace own, Listener listener)
      : shared_(shared), own_(std::move(own)), listener_(std::move(listener)) {}
  void run();
  void run_one(Entry& entry);
  void change(Entry& entry, const std::function<void(Job&)>& how, bool keep);

  store::Workspace& shared_;  // of the thread that starts jobs
  store::Workspace own_;      // of the background thread, and of the constructor before it starts
  Listener listener_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Entry>> waiting_;
  std::deque<std::shared_ptr<Entry>> entries_;  // newest first
  bool ending_ = false;
  std::thread thread_;
};

// {"id", "do", "title", "who", "state", "progress", "started_at", "ended_at", "result", "error"}; the last two null
// where there is none.
Json to_json(const Job& job);

}  // namespace hamdil::services::jobs
