#include "protect/families.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace hamdil::protect {
namespace {

template <class Cells, class Predicate>
bool any_of(const Cells& cells, Predicate predicate) {
  return std::any_of(cells.begin(), cells.end(), predicate);
}

template <class Cells, class Predicate>
bool all_of(const Cells& cells, Predicate predicate) {
  return std::all_of(cells.begin(), cells.end(), predicate);
}

// Of what may still go, the smallest that makes the number wide enough; where no single one does, the smallest.
template <class Size, class Narrow>
std::optional<std::size_t> cheapest(std::vector<std::size_t> candidates, Size size, Narrow is_narrow_without) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](std::size_t a, std::size_t b) { return size(a) < size(b); });
  for (const std::size_t candidate : candidates)
    if (!is_narrow_without(candidate)) return candidate;
  if (candidates.empty()) return std::nullopt;
  return candidates.front();
}

// How far the number of a domain can move while everything known holds. People without an answer to a breakdown stand
// in no part of it; they only give room where the printed numbers cannot do without them. Nothing when it cannot be
// solved.
std::optional<double> width(const Universe& universe, std::vector<KnownSum> known, std::size_t target) {
  known.insert(known.end(), universe.always().begin(), universe.always().end());
  std::vector<KnownSum> strict = known;
  strict.insert(strict.end(), universe.nobody_missing().begin(), universe.nobody_missing().end());
  for (const std::vector<KnownSum>* believed : {&strict, &known})
    if (const auto found = feasible_width(universe.atom_count(), *believed, universe.atoms(target))) return found;
  return std::nullopt;
}

}  // namespace

bool Families::widen_narrow_cells() {
  for (const Family& family : families_)
    for (std::size_t domain = 0; domain < family.domains.size(); ++domain)
      if (widen_people(family, domain) || widen_answers(family, domain)) return true;
  return false;
}

bool Families::widen_people(const Family& family, std::size_t domain) {
  const std::vector<std::size_t>& figures = family.domains[domain];
  if (wide_domains_.contains(&figures) || std::none_of(figures.begin(), figures.end(), [&](std::size_t c) {
        return figures_.is_hidden(c) && figures_.is_size_secret(c);
      }))
    return false;
  const auto is_narrow = [&](std::size_t unprinted) {
    const auto is_told = [&](std::size_t other) {
      return other != unprinted && any_of(family.domains[other], [&](std::size_t c) { return !figures_.is_hidden(c); });
    };
    const auto was_told = [&](std::size_t other) {
      return any_of(family.domains[other], [&](std::size_t c) { return figures_.cell(c).known; });
    };
    return too_narrow(people_width(family, domain, is_told), [&] { return people_width(family, domain, was_told); });
  };
  if (!is_narrow(kNoCell)) {
    wide_domains_.insert(&figures);  // and stays so: withholding more tells less
    return false;
  }
  std::vector<std::size_t> candidates;
  for (std::size_t other = 0; other < family.domains.size(); ++other)
    if (all_of(family.domains[other], [&](std::size_t c) { return !figures_.cell(c).known; }) &&
        any_of(family.domains[other], [&](std::size_t c) { return figures_.may_be_hidden(c); }))
      candidates.push_back(other);
  const auto chosen =
      cheapest(candidates, [&](std::size_t d) { return figures_.row(family.domains[d].front()).base_rows; }, is_narrow);
  bool changed = false;
  if (chosen)
    for (const std::size_t cell : family.domains[*chosen]) changed = figures_.withhold(cell) || changed;
  return changed;
}

bool Families::widen_answers(const Family& family, std::size_t domain) {
  for (const std::size_t target : family.domains[domain]) {
    if (!figures_.is_hidden(target) || !counts_cell(target) || wide_.contains(target)) continue;
    const std::vector<std::size_t> same = same_answer(family, target);
    const auto is_narrow = [&](std::size_t unprinted) {
      const auto is_told = [&](std::size_t c) { return c != unprinted && !figures_.is_hidden(c); };
      const auto was_told = [&](std::size_t c) { return figures_.cell(c).known; };
      return too_narrow(answer_width(family, same, target, is_told),
                        [&] { return answer_width(family, same, target, was_told); });
    };
    if (!is_narrow(kNoCell)) {
      wide_.insert(target);
      continue;
    }
    std::vector<std::size_t> candidates;
    std::copy_if(same.begin(), same.end(), std::back_inserter(candidates),
                 [&](std::size_t c) { return figures_.may_be_hidden(c); });
    const auto chosen = cheapest(candidates, [&](std::size_t c) { return figures_.row(c).base_rows; }, is_narrow);
    if (chosen && figures_.withhold_for_its_answer(*chosen)) return true;
  }
  return false;
}

// Whole numbers, solved in floating point.
double Families::limit() const { return static_cast<double>(figures_.input().thresholds.min_rows) + 0.5; }

template <class Before>
bool Families::too_narrow(std::optional<double> width, Before before) const {
  if (width.value_or(0) > limit()) return false;
  if (figures_.size() == figures_.printed_now()) return true;
  return width.value_or(0) + 1e-6 < before().value_or(std::numeric_limits<double>::infinity());
}

template <class Told>
std::optional<double> Families::people_width(const Family& family, std::size_t target, Told is_told) const {
  std::vector<KnownSum> known;
  for (std::size_t domain = 0; domain < family.domains.size(); ++domain) {
    const double people = static_cast<double>(figures_.row(family.domains[domain].front()).base_rows);
    // A withheld row is listed: somebody stands behind it.
    const bool told = is_told(domain);
    known.push_back({family.universe.atoms(domain), {}, told ? people : 1, !told});
  }
  const auto by_people = width(family.universe, known, target);
  if (!figures_.input().equal_weights || by_people.value_or(0) <= limit()) return by_people;
  return std::min(*by_people, width_by_answers(family, known, target, is_told).value_or(*by_people));
}

template <class Told>
std::optional<double> Families::width_by_answers(const Family& family, const std::vector<KnownSum>& people,
                                                 std::size_t target, Told is_told) const {
  std::map<std::string, std::vector<KnownSum>> questions;
  for (std::size_t domain = 0; domain < family.domains.size(); ++domain) {
    std::set<std::string> told;  // a table that repeats a figure with other weights tells no sum
    for (const std::size_t cell : family.domains[domain]) {
      const std::string& question = figures_.cell(cell).key;
      const auto sum = is_told(domain) && !figures_.is_hidden(cell) ? sum_of_answers(cell) : std::nullopt;
      if (sum && told.insert(question).second)
        questions[question].push_back({family.universe.atoms(domain), {}, *sum, false, true});
    }
  }
  std::optional<double> least;
  for (auto& [question, known] : questions) {
    for (KnownSum overlap : family.universe.always()) {
      overlap.of_answers = true;
      known.push_back(std::move(overlap));
    }
    known.insert(known.end(), people.begin(), people.end());
    const auto found = width(family.universe, std::move(known), target);
    if (found && (!least || *found < *least)) least = found;
  }
  return least;
}

// Of everybody behind a figure, each from 0 to 1.
std::optional<double> Families::sum_of_answers(std::size_t cell) const {
  const stats::Row& row = figures_.row(cell);
  const std::string& estimator = figures_.table(cell).estimator;
  if (estimator == "proportion" && !row.level.empty()) return static_cast<double>(row.cell_rows);
  const auto scale = figures_.input().scales.find(row.variable);
  if (estimator != "mean" || !row.level.empty() || scale == figures_.input().scales.end()) return std::nullopt;
  const auto [least, greatest] = scale->second;
  if (!(greatest > least)) return std::nullopt;
  return (row.estimate - least) / (greatest - least) * static_cast<double>(row.base_rows);
}

template <class Told>
std::optional<double> Families::answer_width(const Family& family, const std::vector<std::size_t>& same,
                                             std::size_t target, Told is_told) const {
  std::vector<KnownSum> known;
  for (const std::size_t cell : same)
    if (is_told(cell))
      known.push_back({family.universe.atoms(family.domain_of.at(cell)),
                       {},
                       static_cast<double>(figures_.row(cell).cell_rows),
                       false});
  return width(family.universe, std::move(known), family.domain_of.at(target));
}

std::vector<std::size_t> Families::same_answer(const Family& family, std::size_t target) const {
  std::vector<std::size_t> out;
  for (const auto& [cell, domain] : family.domain_of)
    if (figures_.row(cell).term == figures_.row(target).term) out.push_back(cell);
  return out;
}

bool Families::counts_cell(std::size_t cell) const {
  return figures_.counts_people(cell) ||
         (!figures_.row(cell).level.empty() && figures_.input().sensitive.contains(figures_.row(cell).variable));
}

void Families::find_families() {
  std::map<std::string, std::vector<std::size_t>> by_term;
  for (const auto& [key, cells] : figures_.by_key()) {
    const std::size_t cell = cells.front();
    if (figures_.is_combined(figures_.table(cell).id)) continue;
    const bool shares_people = adds_up(figures_.table(cell).estimator) &&
                               figures_.cell(cell).key == figures_.key_of(figures_.table(cell), figures_.row(cell));
    by_term[shares_people ? figures_.row(cell).term : "\n" + key.first].push_back(cell);
  }
  std::vector<std::map<Domain, std::vector<std::size_t>>> groups;
  std::vector<bool> joinable;
  for (const auto& [term, cells] : by_term) {
    std::map<Domain, std::vector<std::size_t>> domains;
    for (const std::size_t cell : cells) domains[sorted_domain(figures_.row(cell).by)].push_back(cell);
    const bool may_join = !term.starts_with('\n');
    std::size_t g = 0;
    while (may_join && g < groups.size() && !(joinable[g] && same_people(groups[g], domains))) ++g;
    if (!may_join || g == groups.size()) {
      groups.push_back(std::move(domains));
      joinable.push_back(may_join);
      continue;
    }
    for (const auto& [domain, figures] : domains)
      groups[g][domain].insert(groups[g][domain].end(), figures.begin(), figures.end());
  }
  for (const auto& group : groups) add_family(group);
}

bool Families::same_people(const std::map<Domain, std::vector<std::size_t>>& group,
                           const std::map<Domain, std::vector<std::size_t>>& term) const {
  bool comparable = false;
  for (const auto& [domain, figures] : term) {
    const auto found = group.find(domain);
    if (found == group.end()) continue;
    if (figures_.row(found->second.front()).base_rows != figures_.row(figures.front()).base_rows) return false;
    comparable = true;
  }
  return comparable;
}

void Families::add_family(const std::map<Domain, std::vector<std::size_t>>& group) {
  std::vector<ListedCell> listed;
  std::vector<std::vector<std::size_t>> domains;
  std::map<std::size_t, std::size_t> domain_of;
  for (const auto& [domain, figures] : group) {
    for (const std::size_t cell : figures) domain_of[cell] = domains.size();
    listed.push_back({domain, figures_.row(figures.front()).base_rows});
    domains.push_back(figures);
  }
  Universe universe(listed);
  if (universe.too_large())
    for (const auto& [cell, domain] : domain_of) figures_.withhold(cell);  // what cannot be checked is not printed
  else
    families_.push_back({std::move(domains), std::move(domain_of), std::move(universe)});
}

}  // namespace hamdil::protect
