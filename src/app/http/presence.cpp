#include "app/http/presence.hpp"

#include <algorithm>

namespace hamdil::http {
namespace {
constexpr std::int64_t kSilence = 25;  // seconds
constexpr std::size_t kMostRecords = 5000;
constexpr std::size_t kMostPeople = 100;  // at one record
constexpr std::size_t kMostWindows = 10;  // of one person at one record
}  // namespace

bool Presence::forget_silent(std::vector<Present>& people) const {
  const std::int64_t since = seconds_() - kSilence;
  return std::erase_if(people, [since](const Present& one) { return one.seen < since; }) > 0;
}

bool Presence::here(const std::string& record, const std::string& browser, const std::string& who,
                    const std::string& editing) {
  if (records_.size() >= kMostRecords)
    for (auto one = records_.begin(); one != records_.end();) {
      forget_silent(one->second);
      one = one->second.empty() ? records_.erase(one) : std::next(one);
    }
  if (records_.size() >= kMostRecords && !records_.contains(record)) return false;
  std::vector<Present>& people = records_[record];
  bool changed = forget_silent(people);
  const auto found = std::find_if(people.begin(), people.end(),
                                  [&](const Present& p) { return p.browser == browser && p.who == who; });
  if (found == people.end()) {
    const auto windows = std::count_if(people.begin(), people.end(), [&](const Present& p) { return p.who == who; });
    if (people.size() >= kMostPeople || windows >= static_cast<std::ptrdiff_t>(kMostWindows)) return changed;
    people.push_back({browser, who, editing, seconds_()});
    return true;
  }
  changed = changed || found->editing != editing;
  *found = {browser, who, editing, seconds_()};
  return changed;
}

bool Presence::gone(const std::string& record, const std::string& browser, const std::string& who) {
  const auto found = records_.find(record);
  if (found == records_.end()) return false;
  const bool left =
      std::erase_if(found->second, [&](const Present& one) { return one.browser == browser && one.who == who; }) > 0;
  if (found->second.empty()) records_.erase(found);
  return left;
}

std::vector<Present> Presence::at(const std::string& record) const {
  const auto found = records_.find(record);
  return found == records_.end() ? std::vector<Present>() : found->second;
}

}  // namespace hamdil::http
