#include "protect/equations.hpp"

#include <algorithm>

namespace hamdil::protect {

using stats::ResultTable;

Equations::Equations(Figures& figures) : figures_(figures) {
  relate_totals_to_parts();
  relate_shares_of_one_question();
  find_combinations();
  relate_repeats();
  relate_same_people();
  find_composed_scores();
}

bool Equations::mend() {
  bool changed = mend_repeats();
  for (const Relation& relation : relations_) changed = mend(relation) || changed;
  for (const Composed& composed : composed_) changed = mend(composed) || changed;
  return changed;
}

void Equations::relate_totals_to_parts() {
  std::map<std::pair<CellKey, std::string>, std::vector<std::size_t>> parts;
  for (const auto& [key, cells] : figures_.by_key())
    for (std::size_t i = 0; i < key.second.size(); ++i) {
      Domain parent = key.second;
      const std::string variable = parent[i].first;
      parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
      parts[{{key.first, parent}, variable}].push_back(cells.front());
    }
  for (const auto& [key, children] : parts) {
    const auto parent = figures_.by_key().find(key.first);
    if (parent == figures_.by_key().end()) continue;
    Relation relation{{parent->second.front()}, true};
    relation.cells.insert(relation.cells.end(), children.begin(), children.end());
    relations_.push_back(std::move(relation));
  }
}

void Equations::relate_shares_of_one_question() {
  std::map<std::pair<const ResultTable*, std::pair<std::string, Domain>>, std::vector<std::size_t>> questions;
  for (std::size_t c = 0; c < figures_.size(); ++c)
    if (!figures_.row(c).level.empty())
      questions[{&figures_.table(c), {figures_.row(c).variable, figures_.row(c).by}}].push_back(c);
  for (const auto& [question, shares] : questions)
    if (shares.size() > 1) relations_.push_back({shares});
}

void Equations::find_combinations() {
  for (const Combination& combination : figures_.input().combinations) {
    Combined combined;
    for (std::size_t c = 0; c < figures_.printed_now(); ++c)
      if (figures_.table(c).id == combination.table && &figures_.row(c) == &figures_.table(c).rows[combination.row])
        combined.whole = c;
    if (combined.whole == kNoCell) continue;
    const std::string term = figures_.row(combined.whole).term;
    for (const Domain& part : combination.parts) {
      const auto found = figures_.by_key().find({combination.parts_table + "\n" + term, sorted_domain(part)});
      if (found != figures_.by_key().end()) combined.parts.push_back(found->second.front());
    }
    combined_.push_back(std::move(combined));
  }
}

void Equations::withhold_combinations() {
  for (const Combined& combined : combined_)
    if (std::any_of(combined.parts.begin(), combined.parts.end(),
                    [&](std::size_t part) { return figures_.cell(part).withheld != Withheld::kNo; }))
      figures_.withhold(combined.whole);
}

void Equations::relate_repeats() {
  for (const auto& [key, cells] : figures_.by_key())
    for (std::size_t i = 1; i < cells.size(); ++i) repeats_.push_back({{cells.front(), cells[i]}});
}

void Equations::relate_same_people() {
  std::map<Domain, std::vector<std::size_t>> people, followers;
  std::map<std::pair<CellKey, std::string>, std::vector<std::size_t>> parts;
  for (const auto& [key, cells] : figures_.by_key()) {
    const std::size_t cell = cells.front();
    if (!adds_up(figures_.table(cell).estimator) || figures_.is_combined(figures_.table(cell).id)) continue;
    (figures_.is_hidden_for_its_answer(cell) ? followers : people)[key.second].push_back(cell);
    for (std::size_t i = 0; i < key.second.size(); ++i) {
      Domain parent = key.second;
      parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
      parts[{{key.first, parent}, key.second[i].first}].push_back(cell);
    }
  }
  for (auto& [domain, cells] : people) {
    std::stable_sort(cells.begin(), cells.end(), [&](std::size_t a, std::size_t b) {
      return figures_.row(a).base_rows < figures_.row(b).base_rows;
    });
    for (std::size_t i = 1; i < cells.size(); ++i)
      if (are_near(figures_.row(cells[i - 1]).base_rows, figures_.row(cells[i]).base_rows))
        repeats_.push_back({{cells[i - 1], cells[i]}, false, true});
    for (const std::size_t follower : followers[domain])
      for (const std::size_t cell : cells)
        if (are_near(figures_.row(cell).base_rows, figures_.row(follower).base_rows)) {
          follows_.emplace_back(cell, follower);
          break;  // those near it are hidden together
        }
  }
  for (const auto& [part, children] : parts)
    for (const auto& totals : {people, followers}) complete_parts(part.first, children, totals);
}

void Equations::complete_parts(const CellKey& whole, const std::vector<std::size_t>& children,
                               const std::map<Domain, std::vector<std::size_t>>& totals) {
  const auto candidates = totals.find(whole.second);
  if (candidates == totals.end()) return;
  std::size_t together = 0;
  for (const std::size_t child : children) together += figures_.row(child).base_rows;
  for (const std::size_t total : candidates->second) {
    if (figures_.cell(total).key == whole.first || !are_near(figures_.row(total).base_rows, together)) continue;
    Relation relation{{total}, true, true};
    relation.cells.insert(relation.cells.end(), children.begin(), children.end());
    relations_.push_back(std::move(relation));
    return;  // one such total tells as much as all of them: they are linked
  }
}

void Equations::find_composed_scores() {
  std::map<std::pair<std::string, Domain>, std::vector<std::size_t>> figures;  // variable and domain
  for (const auto& [key, cells] : figures_.by_key())
    if (tells_answers(cells.front()))
      figures[{figures_.row(cells.front()).variable, key.second}].push_back(cells.front());
  for (const auto& [key, cells] : figures) {
    const auto score = figures_.input().scores.find(key.first);
    if (score == figures_.input().scores.end() || !figures_.row(cells.front()).level.empty()) continue;
    Composed composed{cells.front(), {}};
    for (const std::string& question : score->second) {
      const auto found = figures.find({question, key.second});
      if (found == figures.end()) continue;
      if (are_near(figures_.row(found->second.front()).base_rows, figures_.row(cells.front()).base_rows))
        composed.questions.push_back(found->second);
    }
    if (composed.questions.size() == score->second.size()) composed_.push_back(std::move(composed));
  }
}

bool Equations::tells_answers(std::size_t cell) const {
  const std::string& estimator = figures_.table(cell).estimator;
  return (estimator == "mean" || estimator == "proportion") && !figures_.is_combined(figures_.table(cell).id);
}

bool Equations::are_near(std::size_t a, std::size_t b) const {
  return std::max(a, b) - std::min(a, b) < figures_.input().thresholds.min_rows;
}

bool Equations::mend(const Composed& composed) {
  const auto is_told = [&](const std::vector<std::size_t>& question) {
    return std::none_of(question.begin(), question.end(), [&](std::size_t cell) { return figures_.is_hidden(cell); });
  };
  if (figures_.is_hidden(composed.score)) return false;
  if (std::count_if(composed.questions.begin(), composed.questions.end(), is_told) + 1 !=
      static_cast<std::ptrdiff_t>(composed.questions.size()))
    return false;
  if (figures_.withhold_for_its_answer(composed.score)) return true;
  for (const std::vector<std::size_t>& question : composed.questions) {
    if (!is_told(question)) continue;
    bool changed = false;
    for (const std::size_t cell : question) changed = figures_.withhold_for_its_answer(cell) || changed;
    if (changed) return true;
  }
  return false;
}

bool Equations::mend(const Relation& relation) {
  std::size_t hidden = 0;
  // Answers that the hidden parts share among them, known to a reader as total minus printed parts.
  std::size_t hidden_rows = 0;
  bool tells_of_size = false;
  for (const std::size_t cell : relation.cells)
    if (figures_.is_hidden(cell)) {
      ++hidden;
      tells_of_size = tells_of_size || figures_.is_size_secret(cell);
      hidden_rows += figures_.row(cell).base_rows;
    }
  // People in the total who belong to no printed part are a part themselves: total minus parts would tell about them.
  const std::size_t rest = rest_of(relation);
  if (rest > 0 && rest < figures_.input().thresholds.min_rows) {
    ++hidden;
    hidden_rows += rest;
    tells_of_size = true;
  }
  if (hidden == 0 || (relation.of_people && !tells_of_size)) return false;
  const bool total_is_printed = relation.sums && !figures_.is_hidden(relation.cells.front());
  const bool too_narrow = total_is_printed && hidden_rows <= figures_.input().thresholds.min_rows;
  if (hidden >= 2 && !too_narrow) return false;
  // The smallest printed part goes too: it costs the reader least. The total is the last to go.
  std::size_t best = kNoCell;
  for (std::size_t i = relation.sums ? 1 : 0; i < relation.cells.size(); ++i) {
    const std::size_t cell = relation.cells[i];
    if (figures_.may_be_hidden(cell) &&
        (best == kNoCell || figures_.row(cell).base_rows < figures_.row(best).base_rows))
      best = cell;
  }
  if (best == kNoCell && relation.sums) best = relation.cells.front();
  if (best == kNoCell) return false;
  return tells_of_size ? figures_.withhold(best) : figures_.withhold_for_its_answer(best);
}

bool Equations::mend_repeats() {
  bool changed = false;
  for (const auto& [leader, follower] : follows_)
    if (figures_.is_hidden(leader) && figures_.is_size_secret(leader)) changed = figures_.withhold(follower) || changed;
  for (const Relation& pair : repeats_) {
    const std::size_t hidden = figures_.is_hidden(pair.cells[0]) ? pair.cells[0] : pair.cells[1];
    if (figures_.is_hidden(pair.cells[0]) == figures_.is_hidden(pair.cells[1])) continue;
    if (pair.of_people && !figures_.is_size_secret(hidden)) continue;
    changed = figures_.withhold(hidden == pair.cells[0] ? pair.cells[1] : pair.cells[0]) || changed;
  }
  return changed;
}

std::size_t Equations::rest_of(const Relation& relation) const {
  if (!relation.sums || relation.of_people) return 0;  // fewer may have answered one question than another
  std::size_t parts = 0;
  for (std::size_t i = 1; i < relation.cells.size(); ++i) parts += figures_.row(relation.cells[i]).base_rows;
  const std::size_t total = figures_.row(relation.cells.front()).base_rows;
  return total > parts ? total - parts : 0;
}

}  // namespace hamdil::protect
