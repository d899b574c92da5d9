// Lists, saves and searches among many records: hamdil-bench-records [RECORDS]. Prints the 95th percentile of each, as
// the interface asks them; checks that what was found is what was written.
#include "services/records/records.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace hamdil {
namespace {

constexpr const char* kWords[] = {"water", "bazaar", "trust",  "school", "dialogue", "mediator", "refugee", "host",
                                  "women", "youth",  "valley", "market", "conflict", "garden",   "elders",  "radio"};

std::string words_of(std::size_t number, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += std::string(kWords[(number * 7 + i * i + number / 16) % 16]) + " ";
  return out + std::to_string(number);
}

template <class Work>
void measure(const char* name, std::size_t times, Work work) {
  std::vector<double> milliseconds;
  for (std::size_t i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (!work(i)) {
      fmt::print(stderr, "{}: a wrong answer\n", name);
      std::exit(1);
    }
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  fmt::print("{:<28} median {:8.2f} ms   p95 {:8.2f} ms\n", name, milliseconds[times / 2],
             milliseconds[times * 95 / 100]);
}

int run(std::size_t records) {
  const auto folder = std::filesystem::temp_directory_path() / ("hamdil_bench_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  auto created =
      store::Workspace::create((folder / "w.hamdil").string(), {.key_file_bytes = std::string(32, 'k')}, Env::system());
  if (!created) return 1;
  store::Workspace& workspace = created->workspace;
  std::string last;
  for (std::size_t first = 0; first < records; first += 1000)
    if (!workspace.write({"bench", ""}, [&](store::Transaction& transaction) -> Status {
          for (std::size_t i = first; i < std::min(records, first + 1000); ++i) {
            HAMDIL_TRY(const auto saved,
                       transaction.save(model::new_record(
                           "document", "Document " + words_of(i, 3),
                           {{"abstract", words_of(i, 60)}, {"year", 2000 + i % 27}, {"type", "assessment"}})));
            last = saved.id;
          }
          return Done{};
        }))
      return 1;
  fmt::print("records {}, file {} MB\n", records, std::filesystem::file_size(folder / "w.hamdil") >> 20);
  const auto page = [&](store::RecordQuery query, std::size_t least) {
    query.kind = "document";
    const auto got = workspace.query(query);
    return got && got->records.size() >= least;
  };
  using Is = store::RecordQuery::Condition::Is;
  measure("first page", 100, [&](std::size_t) { return page({}, 50); });
  measure("page sorted by title", 100, [&](std::size_t) { return page({.sort = "title"}, 50); });
  measure("page sorted by last change", 40,
          [&](std::size_t) { return page({.sort = "changed_at", .descending = true}, 50); });
  measure("page filtered by year", 40, [&](std::size_t i) {
    return page({.conditions = {{"year", Is::kEqual, std::to_string(2000 + i % 27)}}}, 50);
  });
  measure("page with words", 40, [&](std::size_t i) { return page({.words = std::string(kWords[i % 16])}, 50); });
  measure("search, one word", 40, [&](std::size_t i) { return workspace.search(kWords[i % 16])->size() == 20; });
  measure("search, one document", 40,
          [&](std::size_t i) { return !workspace.search("document " + std::to_string(i * 37 % records))->empty(); });
  measure("one field saved", 200, [&](std::size_t i) {
    const auto done = services::records::change_record(workspace, {"bench", ""}, "document", last,
                                                       {{"fields", {{"year", 1900 + i}}}});
    return done && done->record;
  });
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace hamdil

int main(int argc, char** argv) { return hamdil::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000); }
