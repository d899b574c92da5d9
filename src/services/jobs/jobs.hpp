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
#include "services/jobs/orders.hpp"
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
  int attempts = 0;            // how often it was begun and not put down in order
};

using hamdil::Control;
// Gives its result as JSON text. Code jobs.cancelled when it stopped because it was asked to.
using Work = std::function<Result<std::string>(store::Workspace& workspace, const Control& control)>;

// The same of a job that outlives the program. `attempt` is 1 unless the program died over the one before.
struct Turn {
  std::string id;
  int attempt = 1;
  std::string upload;
};
using Task = std::function<Result<std::string>(store::Workspace& workspace, const Control& control, const Turn& turn)>;
// What a kept job is to do, made anew from its specification; an error ends the job with it. Called by Jobs::open.
using Resume = std::function<Result<Task>(const Job& job, const std::string& specification)>;

// Thread-safe but for the constructor and start, which belong to the thread that owns the workspace.
class Jobs {
 public:
  using Listener = std::function<void(const Job&)>;  // called from both threads, at every change of state or progress

  // Takes up what is remembered. What was waiting or running when the program ended goes on where its order was kept
  // and `resume` knows it, unless the program died over it twice (jobs.crashed); other work has failed
  // (jobs.interrupted). `workspace` must live longer.
  static Result<std::unique_ptr<Jobs>> open(store::Workspace& workspace, Listener listener, const Resume& resume = {});
  ~Jobs();  // asks what runs to stop and waits for it; what was kept waits for the next start, other work has failed

  // Code jobs.full when more than 50 wait.
  Result<Job> start(const std::string& what, const std::string& title, const std::string& who, Work work);
  // The same with the order kept until it has ended; the upload is not held in memory meanwhile. Codes of write_file.
  Result<Job> start(const std::string& what, const std::string& title, const std::string& who, Order order, Task task);
  std::optional<Job> find(const std::string& id) const;
  std::vector<Job> all() const;  // newest first, at most 200
  // Codes jobs.unknown, jobs.ended. What waits ends at once, what runs at its next step.
  Status cancel(const std::string& id);

 private:
  struct Entry {
    Job job;
    Work work;
    std::atomic<bool> cancelled = false;
    bool kept = false;  // its order is, and nobody cancelled it
  };
  Jobs(store::Workspace& shared, store::Workspace own, Orders orders, Listener listener)
      : shared_(shared), own_(std::move(own)), orders_(std::move(orders)), listener_(std::move(listener)) {}
  Result<Job> start(std::shared_ptr<Entry> entry);
  Status take_up(const Resume& resume);
  Status take_up(Entry& entry, const Resume& resume);
  Status take_up_forgotten(const std::string& id, const Resume& resume);
  Work work_of(const Job& job, Task task);
  void put_down(Entry& entry);
  void run();
  void run_one(Entry& entry);
  Result<std::string> result_of(Entry& entry);
  void change(Entry& entry, const std::function<void(Job&)>& how, bool keep);

  store::Workspace& shared_;  // of the thread that starts jobs
  store::Workspace own_;      // of the background thread, and of the constructor before it starts
  Orders orders_;
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
