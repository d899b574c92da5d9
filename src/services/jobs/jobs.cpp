#include "services/jobs/jobs.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "protect/seal.hpp"

namespace hamdil::services::jobs {
namespace {

constexpr std::size_t kMostKept = 200;
constexpr std::size_t kMostWaiting = 50;

bool has_ended(const Job& job) { return job.state != "waiting" && job.state != "running"; }

Error interrupted() {
  return Error("jobs.interrupted", "The program ended before this was done.").advise("Start it again.");
}

constexpr int kMostAttempts = 2;

Error crashed() {
  return Error("jobs.crashed", "The program ended twice while this was done; it is not tried again.")
      .advise("Start it again if the computer was switched off; otherwise look at what it works on.");
}

std::string stored(const Job& job) {
  Json out = to_json(job);
  out["attempts"] = job.attempts;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Job> read_stored(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Job job;
  job.id = json.value("id", "");
  job.what = json.value("do", "");
  job.title = json.value("title", "");
  job.who = json.value("who", "");
  job.state = json.value("state", "failed");
  job.progress = json.value("progress", 0.0);
  job.started_at = json.value("started_at", "");
  job.ended_at = json.value("ended_at", "");
  job.attempts = json.value("attempts", 0);
  if (json.contains("result") && !json["result"].is_null()) job.result = json["result"].dump();
  if (const Json error = json.value("error", Json()); error.is_object()) {
    job.error = Error(error.value("code", ""), error.value("text", ""));
    job.error->hint = error.value("hint", "");
    const Json arguments = error.value("arguments", Json::object());
    for (const auto& [name, value] : arguments.items())
      if (value.is_string()) job.error->args.emplace_back(name, value.get<std::string>());
  }
  return job;
}

}  // namespace

Json to_json(const Job& job) {
  Json out = {
      {"id", job.id},       {"do", job.what},           {"title", job.title},           {"who", job.who},
      {"state", job.state}, {"progress", job.progress}, {"started_at", job.started_at}, {"ended_at", job.ended_at},
      {"result", nullptr},  {"error", nullptr}};
  if (!job.result.empty()) out["result"] = Json::parse(job.result, nullptr, false);
  if (job.error) {
    Json arguments = Json::object();
    for (const auto& [name, value] : job.error->args) arguments[name] = value;
    out["error"] = {{"code", job.error->code},
                    {"message", job.error->message()},
                    {"text", job.error->text},
                    {"hint", job.error->hint},
                    {"arguments", arguments}};
  }
  return out;
}

Result<std::unique_ptr<Jobs>> Jobs::open(store::Workspace& workspace, Listener listener, const Resume& resume) {
  HAMDIL_TRY(Orders orders, Orders::open(workspace));
  HAMDIL_TRY(store::Workspace own, workspace.beside());
  workspace.wait_for_writers(std::chrono::milliseconds(100));
  std::unique_ptr<Jobs> out(new Jobs(workspace, std::move(own), std::move(orders), std::move(listener)));
  HAMDIL_CHECK(out->take_up(resume));
  out->thread_ = std::thread([jobs = out.get()] { jobs->run(); });
  return out;
}

Status Jobs::take_up(const Resume& resume) {
  HAMDIL_TRY(const std::vector<std::string> remembered, own_.jobs(kMostKept));
  for (const std::string& text : remembered) {
    auto job = read_stored(text);
    if (!job) continue;
    auto entry = std::make_shared<Entry>();
    entry->job = std::move(*job);
    if (!has_ended(entry->job)) HAMDIL_CHECK(take_up(*entry, resume));
    if (entry->work) waiting_.push_front(entry);  // the newest stand first in `remembered` and are done last
    entries_.push_back(std::move(entry));
  }
  for (const std::string& id : orders_.all()) {
    const auto has_id = [&id](const auto& entry) { return entry->job.id == id; };
    if (std::any_of(waiting_.begin(), waiting_.end(), has_id)) continue;
    // Its order was kept while other work was writing and it could not be remembered itself.
    if (std::none_of(entries_.begin(), entries_.end(), has_id)) HAMDIL_CHECK(take_up_forgotten(id, resume));
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(), has_id);
    if (!waits) orders_.forget(id);  // it ended
  }
  return Done{};
}

Status Jobs::take_up_forgotten(const std::string& id, const Resume& resume) {
  const Result<Order> order = orders_.read(id);
  if (!order) return Done{};
  auto job = read_stored(order->job);
  if (!job || job->id != id) return Done{};
  auto entry = std::make_shared<Entry>();
  entry->job = std::move(*job);
  HAMDIL_CHECK(take_up(*entry, resume));
  if (entry->work) waiting_.push_back(entry);
  entries_.push_front(std::move(entry));
  return Done{};
}

// What became of work that had not ended when the program did.
Status Jobs::take_up(Entry& entry, const Resume& resume) {
  Job& job = entry.job;
  Result<Order> order = orders_.read(job.id);
  Result<Task> task = interrupted();
  if (order && job.attempts >= kMostAttempts)
    task = crashed();
  else if (order && resume)
    task = resume(job, order->specification);
  job.progress = 0;
  if (task) {
    job.state = "waiting";
    entry.kept = true;
    entry.work = work_of(job, std::move(*task));
  } else {
    job.state = "failed";
    job.error = task.error();
  }
  return own_.put_job(job.id, stored(job));
}

Work Jobs::work_of(const Job& job, Task task) {
  return [this, id = job.id, task = std::move(task)](store::Workspace& workspace,
                                                     const Control& control) -> Result<std::string> {
    HAMDIL_TRY(Order order, orders_.read(id));
    return task(workspace, control, Turn{id, find(id).value_or(Job{}).attempts, std::move(order.upload)});
  };
}

Jobs::~Jobs() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& entry : entries_) entry->cancelled = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const auto& entry : entries_)
    if (!has_ended(entry->job)) put_down(*entry);
}

// The program ends in order: this counts as no attempt.
void Jobs::put_down(Entry& entry) {
  const auto how = [&entry](Job& job) {
    if (entry.kept) {
      if (job.state == "running") --job.attempts;
      job.state = "waiting";
    } else {
      job.state = "failed", job.error = interrupted();
    }
  };
  change(entry, how, true);
}

Result<Job> Jobs::start(const std::string& what, const std::string& title, const std::string& who, Work work) {
  auto entry = std::make_shared<Entry>();
  entry->job = {.id = to_hex(protect::random_bytes(8)), .what = what, .title = title, .who = who};
  entry->work = std::move(work);
  return start(std::move(entry));
}

Result<Job> Jobs::start(const std::string& what, const std::string& title, const std::string& who, Order order,
                        Task task) {
  auto entry = std::make_shared<Entry>();
  entry->job = {.id = to_hex(protect::random_bytes(8)), .what = what, .title = title, .who = who};
  entry->work = work_of(entry->job, std::move(task));
  entry->kept = true;
  order.job = stored(entry->job);
  HAMDIL_CHECK(orders_.keep(entry->job.id, order));
  auto started = start(entry);
  if (!started) orders_.forget(entry->job.id);
  return started;
}

Result<Job> Jobs::start(std::shared_ptr<Entry> entry) {
  Job started = entry->job;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting)
      return Error("jobs.full", "Too much is waiting to be done.").advise("Try again when some of it is done.");
  }
  // Remembered before anybody is told of it; where other work is just writing, when its turn comes.
  if (const Status put = shared_.put_job(started.id, stored(started)); !put && put.error().code != "store.sqlite.busy")
    return put.error();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(entry);
    entries_.push_front(entry);
    if (entries_.size() > kMostKept) entries_.pop_back();
  }
  wake_.notify_one();
  return started;
}

std::optional<Job> Jobs::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    if (entry->job.id == id) return entry->job;
  return std::nullopt;
}

std::vector<Job> Jobs::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> out;
  for (const auto& entry : entries_) out.push_back(entry->job);
  return out;
}

Status Jobs::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry->job.id != id) continue;
    if (has_ended(entry->job)) return Error("jobs.ended", "This is already {state}.", {{"state", entry->job.state}});
    entry->cancelled = true;
    if (std::exchange(entry->kept, false) && entry->job.state == "waiting") orders_.forget(id);
    return Done{};
  }
  return Error("jobs.unknown", "There is no such job.");
}

void Jobs::change(Entry& entry, const std::function<void(Job&)>& how, bool keep) {
  Job now;
  {
    const std::lock_guard lock(mutex_);
    how(entry.job);
    now = entry.job;
  }
  if (keep) (void)own_.put_job(now.id, stored(now));  // a full disk stops the record of it, not the work
  if (listener_) listener_(now);
}

void Jobs::run() {
  while (true) {
    std::shared_ptr<Entry> entry;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (ending_) return;
      entry = waiting_.front();
      waiting_.pop_front();
    }
    run_one(*entry);
  }
}

void Jobs::run_one(Entry& entry) {
  const auto now = [this] { return format_timestamp(own_.env().now()); };
  Result<std::string> result = Error("jobs.cancelled", "Nobody wants it any more.");
  if (!entry.cancelled) {
    change(entry, [&](Job& job) { job.state = "running", job.started_at = now(), ++job.attempts; }, true);
    result = result_of(entry);
  }
  entry.work = nullptr;  // and what it held
  if (!result && result.error().code == "jobs.cancelled" && ending_) return put_down(entry);
  change(
      entry,
      [&](Job& job) {
        job.ended_at = now();
        if (result) {
          job.state = "done";
          job.progress = 1;
          job.result = *result;
        } else if (result.error().code == "jobs.cancelled") {
          job.state = "cancelled";
        } else {
          job.state = "failed";
          job.error = result.error();
        }
      },
      true);
  orders_.forget(entry.job.id);
}

Result<std::string> Jobs::result_of(Entry& entry) {
  const Control control{[&](double progress) { change(entry, [=](Job& job) { job.progress = progress; }, false); },
                        [&entry] { return entry.cancelled.load(); }};
  try {
    return entry.work(own_, control);
  } catch (const std::bad_alloc&) {
    return Error("app.out_of_memory", "There was not enough memory.");
  } catch (const std::exception&) {  // its text may quote data
    return Error("jobs.bug", "An internal error stopped this.").advise("Please report what you did.");
  }
}

}  // namespace hamdil::services::jobs
