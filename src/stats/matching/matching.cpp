#include "stats/matching/matching.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace hamdil::stats::matching {
namespace {

// Controls in order of distance, and which of them are still free.
class Pool {
 public:
  Pool(const Treated& treated, const std::vector<double>& distance) : distance_(distance) {
    for (std::size_t row = 0; row < treated.size(); ++row)
      if (!treated[row]) rows_.push_back(row);
    std::stable_sort(rows_.begin(), rows_.end(),
                     [&](std::size_t a, std::size_t b) { return distance_[a] < distance_[b]; });
    run_.resize(rows_.size());
    for (std::size_t at = 0; at < rows_.size(); ++at)
      run_[at] = at > 0 && distance_[rows_[at]] == distance_[rows_[at - 1]] ? run_[at - 1] : at;
    next_.resize(rows_.size() + 1);
    previous_.resize(rows_.size() + 1);
    std::iota(next_.begin(), next_.end(), std::size_t{0});
    std::iota(previous_.begin(), previous_.end(), std::size_t{0});
  }

  // The place of the nearest free control; the number of controls when none is free.
  std::size_t nearest(double distance) {
    const std::size_t first = first_at_least(distance);
    const std::size_t above = free_from(first);
    std::size_t below = free_before(first);
    if (below == none()) return above;
    below = free_from(run_[below]);  // the earliest row among equals
    if (above == none()) return below;
    const double up = distance_[rows_[above]] - distance;
    const double down = distance - distance_[rows_[below]];
    return up < down || (up == down && rows_[above] < rows_[below]) ? above : below;
  }
  std::size_t nearest_below_first(double distance) {
    const std::size_t first = first_at_least(distance);
    const std::size_t below = free_before(first);
    return below == none() ? free_from(first) : below;
  }
  void take(std::size_t place) {
    next_[place] = place + 1;
    previous_[place + 1] = place;
  }
  // As many as there are below, the nearest first, and then those above; whether free or not.
  std::vector<std::size_t> below_first_of_all(double distance, std::size_t count) const {
    const std::size_t first = first_at_least(distance);
    std::vector<std::size_t> out;
    for (std::size_t at = first; at > 0 && out.size() < count;) out.push_back(--at);
    for (std::size_t at = first; at < none() && out.size() < count; ++at) out.push_back(at);
    return out;
  }
  // The nearest `count` controls, whether free or not.
  std::vector<std::size_t> nearest_of_all(double distance, std::size_t count) const {
    std::size_t above = first_at_least(distance);
    std::size_t below = above;  // one past the next one below
    std::vector<std::size_t> out;
    while (out.size() < count && (above < none() || below > 0)) {
      const double up = above < none() ? distance_[rows_[above]] - distance : INFINITY;
      const double down = below > 0 ? distance - distance_[rows_[below - 1]] : INFINITY;
      if (up < down) {
        out.push_back(above++);
        continue;
      }
      const std::size_t run = run_[below - 1];  // equals below, in the order of rows
      for (std::size_t at = run; at < below && out.size() < count; ++at) out.push_back(at);
      below = run;
    }
    return out;
  }
  std::size_t none() const { return rows_.size(); }
  std::size_t row(std::size_t place) const { return rows_[place]; }

 private:
  std::size_t first_at_least(double distance) const {
    const auto found = std::lower_bound(rows_.begin(), rows_.end(), distance,
                                        [&](std::size_t row, double wanted) { return distance_[row] < wanted; });
    return static_cast<std::size_t>(found - rows_.begin());
  }
  // next_ and previous_ are forests whose roots are free places (previous_ is shifted by one, 0 meaning none).
  static std::size_t root(std::vector<std::size_t>& forest, std::size_t at) {
    while (forest[at] != at) {
      forest[at] = forest[forest[at]];
      at = forest[at];
    }
    return at;
  }
  std::size_t free_from(std::size_t place) { return root(next_, place); }
  std::size_t free_before(std::size_t place) {
    const std::size_t found = root(previous_, place);
    return found == 0 ? none() : found - 1;
  }

  const std::vector<double>& distance_;
  std::vector<std::size_t> rows_;
  std::vector<std::size_t> run_;  // first place of the same distance
  std::vector<std::size_t> next_, previous_;
};

std::vector<std::size_t> choosing_order(const std::vector<Match>& matches, const std::vector<double>& distance,
                                        Order order) {
  std::vector<std::size_t> out(matches.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  if (order == Order::kData) return out;
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    const double left = distance[matches[a].treated];
    const double right = distance[matches[b].treated];
    return order == Order::kLargest ? left > right : left < right;
  });
  return out;
}

}  // namespace

std::vector<Match> nearest_neighbours(const Treated& treated, const std::vector<double>& distance,
                                      const NearestOptions& options) {
  Pool pool(treated, distance);
  std::vector<Match> out;
  for (std::size_t row = 0; row < treated.size(); ++row)
    if (treated[row]) out.push_back({row, {}});
  const auto allowed = [&](std::size_t treated_row, std::size_t place) {
    return place != pool.none() && !(std::abs(distance[treated_row] - distance[pool.row(place)]) > options.caliper);
  };
  const bool below_first = options.search == Search::kBelowFirst;
  if (options.replace) {
    for (Match& match : out) {
      const double here = distance[match.treated];
      for (const std::size_t place :
           below_first ? pool.below_first_of_all(here, options.ratio) : pool.nearest_of_all(here, options.ratio))
        if (allowed(match.treated, place)) match.controls.push_back(pool.row(place));
    }
    return out;
  }
  const std::vector<std::size_t> order = choosing_order(out, distance, options.order);
  for (std::size_t round = 0; round < options.ratio; ++round) {
    for (const std::size_t chooser : order) {
      Match& match = out[chooser];
      const double here = distance[match.treated];
      const std::size_t place = below_first ? pool.nearest_below_first(here) : pool.nearest(here);
      if (!allowed(match.treated, place)) continue;
      match.controls.push_back(pool.row(place));
      pool.take(place);
    }
  }
  return out;
}

std::vector<double> match_weights(const Treated& treated, const std::vector<Match>& matches) {
  std::vector<double> out(treated.size(), 0.0);
  double sum = 0;
  for (const Match& match : matches) {
    if (match.controls.empty()) continue;
    out[match.treated] = 1;
    for (const std::size_t control : match.controls) out[control] += 1.0 / static_cast<double>(match.controls.size());
    sum += 1;
  }
  double used = 0;
  for (std::size_t i = 0; i < out.size(); ++i) used += !treated[i] && out[i] > 0;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!treated[i]) out[i] *= used / sum;
  return out;
}

namespace {

// Numbers keys in order of first row, then drops strata without both groups.
Strata strata_of(const std::vector<std::string>& keys, const Treated& treated) {
  std::map<std::string, std::pair<bool, bool>> holds;
  for (std::size_t i = 0; i < keys.size(); ++i) (treated[i] ? holds[keys[i]].first : holds[keys[i]].second) = true;
  Strata out;
  std::map<std::string, std::size_t> numbers;
  for (const std::string& key : keys) {
    const auto& [with_treated, with_controls] = holds[key];
    if (!with_treated || !with_controls) {
      out.of_row.push_back(kNoStratum);
      continue;
    }
    out.of_row.push_back(numbers.emplace(key, numbers.size()).first->second);
  }
  out.count = numbers.size();
  return out;
}

double quantile_of_sorted(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

}  // namespace

Result<Strata> exact_strata(const data::Table& table, const survey::RowList& rows, const std::vector<std::string>& on,
                            const Treated& treated) {
  std::vector<std::string> keys(rows.size());
  for (const std::string& name : on) {
    const data::Column* column = table.find(name);
    if (column == nullptr)
      return Error("stats.terms.no_column", "There is no column {name}.", {{"name", name}}).at({.pointer = "/call/on"});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string value = column->text_at(rows[i]);
      keys[i] += std::to_string(value.size()) + ":" + value;  // lengths keep neighbours apart
    }
  }
  return strata_of(keys, treated);
}

Strata propensity_strata(const Treated& treated, const std::vector<double>& propensity, std::size_t count) {
  std::vector<double> own;
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (treated[i]) own.push_back(propensity[i]);
  std::sort(own.begin(), own.end());
  std::vector<double> cuts;
  for (std::size_t k = 1; k < count && !own.empty(); ++k)
    cuts.push_back(quantile_of_sorted(own, static_cast<double>(k) / static_cast<double>(count)));
  Strata out{count, {}};
  for (const double value : propensity)
    out.of_row.push_back(static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), value) - cuts.begin()));
  return out;
}

std::vector<double> stratum_weights(const Treated& treated, const Strata& strata) {
  std::vector<double> number_treated(strata.count, 0.0);
  std::vector<double> number_controls(strata.count, 0.0);
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (strata.of_row[i] != kNoStratum) ++(treated[i] ? number_treated : number_controls)[strata.of_row[i]];
  std::vector<double> out(treated.size(), 0.0);
  double sum = 0;
  double used = 0;
  for (std::size_t i = 0; i < treated.size(); ++i) {
    if (strata.of_row[i] == kNoStratum) continue;
    const double treated_here = number_treated[strata.of_row[i]];
    const double controls_here = number_controls[strata.of_row[i]];
    if (treated_here == 0 || controls_here == 0) continue;
    out[i] = treated[i] ? 1 : treated_here / controls_here;
    if (treated[i]) continue;
    sum += out[i];
    used += 1;
  }
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (!treated[i]) out[i] *= used / sum;
  return out;
}

}  // namespace hamdil::stats::matching
