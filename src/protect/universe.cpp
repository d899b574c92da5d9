#include "protect/universe.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>

namespace hamdil::protect {
namespace {

using Variables = std::set<std::string>;
using Levels = std::map<std::string, std::set<std::string>>;

constexpr const char* kNoAnswer = "\x1F";  // level of people whose answer to a breakdown is missing

// One set of variables that is cross-classified in full, and the one it is tied to.
struct Clique {
  Variables variables;
  std::size_t parent = 0;  // of the root: itself
  Variables overlap;       // with the parent
};

Variables variables_of(const Domain& domain) {
  Variables out;
  for (const auto& [variable, level] : domain) out.insert(variable);
  return out;
}

bool contains(const Variables& all, const Variables& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

Variables overlap_of(const Variables& a, const Variables& b) {
  Variables out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

double combinations(const Variables& variables, const Levels& levels) {
  double out = 1;
  for (const std::string& variable : variables) out *= static_cast<double>(levels.at(variable).size() + 1);
  return out;
}

// Sets that lie in no other.
std::vector<Variables> largest(const std::set<Variables>& sets) {
  std::vector<Variables> out;
  for (const Variables& one : sets)
    if (std::none_of(sets.begin(), sets.end(),
                     [&](const Variables& other) { return other != one && contains(other, one); }))
      out.push_back(one);
  return out;
}

// Takes off sets whose shared variables all lie in one other set (Graham's reduction). Nothing when that ends early:
// then the sets go round in a circle.
std::vector<Clique> as_tree(const std::vector<Variables>& sets) {
  std::vector<Clique> out;
  for (const Variables& one : sets) out.push_back({one, 0, {}});
  std::vector<bool> taken(sets.size(), false);
  for (std::size_t left = sets.size(); left > 1; --left) {
    bool found = false;
    for (std::size_t i = 0; i < sets.size() && !found; ++i) {
      if (taken[i]) continue;
      Variables shared;
      for (std::size_t j = 0; j < sets.size(); ++j)
        if (j != i && !taken[j]) shared.merge(overlap_of(sets[i], sets[j]));
      for (std::size_t j = 0; j < sets.size() && !found; ++j) {
        if (j == i || taken[j] || !contains(sets[j], shared)) continue;
        out[i].parent = j;
        out[i].overlap = shared;
        taken[i] = found = true;
      }
    }
    if (!found) return {};
  }
  for (std::size_t i = 0; i < sets.size(); ++i)
    if (!taken[i]) out[i].parent = i;
  return out;
}

// The two sets whose union has the fewest combinations become one.
std::vector<Variables> merge_cheapest(const std::vector<Variables>& sets, const Levels& levels) {
  double best = std::numeric_limits<double>::infinity();
  std::set<Variables> out;
  std::pair<std::size_t, std::size_t> pair;
  for (std::size_t i = 0; i < sets.size(); ++i)
    for (std::size_t j = i + 1; j < sets.size(); ++j) {
      if (overlap_of(sets[i], sets[j]).empty()) continue;
      Variables both = sets[i];
      both.insert(sets[j].begin(), sets[j].end());
      if (const double cost = combinations(both, levels); cost < best) {
        best = cost;
        pair = {i, j};
      }
    }
  for (std::size_t i = 0; i < sets.size(); ++i)
    if (i != pair.first && i != pair.second) out.insert(sets[i]);
  Variables both = sets[pair.first];
  both.insert(sets[pair.second].begin(), sets[pair.second].end());
  out.insert(std::move(both));
  return largest(out);
}

// All places of a set of variables, each with every level or no answer.
std::vector<Domain> places_of(const Variables& variables, const Levels& levels) {
  std::vector<Domain> out = {{}};
  for (const std::string& variable : variables) {
    std::vector<Domain> next;
    for (const Domain& place : out) {
      for (const std::string& level : levels.at(variable)) {
        next.push_back(place);
        next.back().emplace_back(variable, level);
      }
      next.push_back(place);
      next.back().emplace_back(variable, kNoAnswer);
    }
    out = std::move(next);
  }
  return out;
}

Domain part_of(const Domain& place, const Variables& variables) {
  Domain out;
  for (const auto& pair : place)
    if (variables.contains(pair.first)) out.push_back(pair);
  return out;
}

bool has_missing(const Domain& place) {
  return std::any_of(place.begin(), place.end(), [](const auto& pair) { return pair.second == kNoAnswer; });
}

// Variables whose parts fall short of a total somewhere: some people have no answer to them, and a reader sees it.
Variables incomplete_breakdowns(const std::vector<ListedCell>& cells) {
  std::map<Domain, std::size_t> totals;
  std::map<std::pair<Domain, std::string>, std::size_t> sums;
  for (const ListedCell& cell : cells) {
    totals[cell.domain] = cell.rows;
    for (std::size_t i = 0; i < cell.domain.size(); ++i) {
      Domain parent = cell.domain;
      parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
      sums[{std::move(parent), cell.domain[i].first}] += cell.rows;
    }
  }
  Variables out;
  for (const auto& [part, sum] : sums)
    if (const auto total = totals.find(part.first); total != totals.end() && total->second != sum)
      out.insert(part.second);
  return out;
}

}  // namespace

Universe::Universe(const std::vector<ListedCell>& cells) {
  Levels levels;
  std::map<Variables, std::set<Domain>> listed;
  for (const ListedCell& cell : cells) {
    for (const auto& [variable, level] : cell.domain) levels[variable].insert(level);
    listed[variables_of(cell.domain)].insert(cell.domain);
  }
  std::set<Variables> sets;
  for (const auto& [variables, domains] : listed) sets.insert(variables);
  std::vector<Variables> cliques = largest(sets);
  std::vector<Clique> tree = as_tree(cliques);
  while (tree.empty() && !cliques.empty()) {
    cliques = merge_cheapest(cliques, levels);
    tree = as_tree(cliques);
  }
  double size = 0;
  for (const Clique& clique : tree) size += combinations(clique.variables, levels);
  too_large_ = size > kMostAtoms;
  if (too_large_) return;

  std::vector<std::map<Domain, std::vector<int>>> overlaps(tree.size());  // with the parent, from the child's side
  std::vector<std::vector<std::pair<Domain, int>>> places(tree.size());   // with their atoms
  std::map<Domain, std::vector<int>> atoms_of_domain;
  const Variables incomplete = incomplete_breakdowns(cells);
  for (std::size_t c = 0; c < tree.size(); ++c)
    for (Domain& place : places_of(tree[c].variables, levels)) {
      const int atom = static_cast<int>(atom_count_++);
      const bool possible = std::all_of(place.begin(), place.end(), [&](const auto& pair) {
        return pair.second != kNoAnswer || incomplete.contains(pair.first);
      });
      if (has_missing(place)) (possible ? nobody_missing_ : always_).push_back({{atom}, {}, 0, false});
      if (tree[c].parent != c) overlaps[c][part_of(place, tree[c].overlap)].push_back(atom);
      places[c].emplace_back(std::move(place), atom);
    }
  // Overlaps agree.
  for (std::size_t c = 0; c < tree.size(); ++c) {
    if (tree[c].parent == c) continue;
    std::map<Domain, std::vector<int>> other_side;
    for (const auto& [place, atom] : places[tree[c].parent])
      other_side[part_of(place, tree[c].overlap)].push_back(atom);
    for (const auto& [place, atoms] : overlaps[c]) always_.push_back({atoms, other_side[place], 0, false});
  }
  for (const auto& [variables, domains] : listed) {
    const auto clique =
        std::find_if(tree.begin(), tree.end(), [&](const Clique& one) { return contains(one.variables, variables); });
    for (const auto& [place, atom] : places[static_cast<std::size_t>(clique - tree.begin())]) {
      const Domain part = part_of(place, variables);
      if (has_missing(part)) continue;
      if (domains.contains(part))
        atoms_of_domain[part].push_back(atom);
      else  // a combination that a printed table does not list is empty, and the reader sees it
        always_.push_back({{atom}, {}, 0, false});
    }
  }
  for (const ListedCell& cell : cells) atoms_.push_back(atoms_of_domain[cell.domain]);
}

}  // namespace hamdil::protect
