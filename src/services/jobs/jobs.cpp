#include "services/jobs/jobs.hpp"

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

std::string stored(const Job& job) { return to_json(job).dump(-1, ' ', false, Json::error_handler_t::replace); }

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

Result<std::unique_ptr<Jobs>> Jobs::open(store::Workspace& workspace, Listener listener) {
  HAMDIL_TRY(store::Workspace own, workspace.beside());
  workspace.wait_for_writers(std::chrono::milliseconds(100));
  std::unique_ptr<Jobs> out(new Jobs(workspace, std::move(own), std::move(listener)));
  HAMDIL_TRY(const std::vector<std::string> kept, out->own_.jobs(kMostKept));
  for (const std::string& text : kept) {
    auto job = read_stored(text);
    if (!job) continue;
    auto entry = std::make_shared<Entry>();
    entry->job = std::move(*job);
    if (!has_ended(entry->job)) {
      entry->job.state = "failed";
      entry->job.error = interrupted();
      HAMDIL_CHECK(out->own_.put_job(entry->job.id, stored(entry->job)));
    }
    out->entries_.push_back(std::move(entry));
  }
  out->thread_ = std::thread([jobs = out.get()] { jobs->run(); });
  return out;
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
    if (!has_ended(entry->job) || (entry->job.error && entry->job.error->code == "jobs.interrupted"))
      change(*entry, [](Job& job) { job.state = "failed", job.error = interrupted(); }, true);
}

Result<Job> Jobs::start(const std::string& what, const std::string& title, const std::string& who, Work work) {
  auto entry = std::make_shared<Entry>();
  entry->job.id = to_hex(protect::random_bytes(8));
  entry->job.what = what;
  entry->job.title = title;
  entry->job.who = who;
  entry->work = std::move(work);
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
  if (entry.cancelled) {
    change(entry, [&](Job& job) { job.state = "cancelled", job.ended_at = now(); }, true);
    return;
  }
  change(entry, [&](Job& job) { job.state = "running", job.started_at = now(); }, true);
  const Control control{[&](double progress) { change(entry, [=](Job& job) { job.progress = progress; }, false); },
                        [&entry] { return entry.cancelled.load(); }};
  Result<std::string> result = Error("jobs.failed", "This could not be done.");
  try {
    result = entry.work(own_, control);
  } catch (const std::bad_alloc&) {
    result = Error("app.out_of_memory", "There was not enough memory.");
  } catch (const std::exception&) {  // its text may quote data
    result = Error("jobs.bug", "An internal error stopped this.").advise("Please report what you did.");
  }
  entry.work = nullptr;
  change(
      entry,
      [&](Job& job) {
        job.ended_at = now();
        if (result) {
          job.state = "done";
          job.progress = 1;
          job.result = *result;
        } else if (result.error().code == "jobs.cancelled") {
          job.state = ending_ ? "failed" : "cancelled";
          if (ending_) job.error = interrupted();
        } else {
          job.state = "failed";
          job.error = result.error();
        }
      },
      true);
}

}  // namespace hamdil::services::jobs
