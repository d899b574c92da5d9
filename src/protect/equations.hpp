// The equations between printed figures that a reader needs no more than pencil and paper for, and the plain rule that
// keeps each from giving a withheld figure away. The gate's own; nothing else includes it.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "protect/figures.hpp"

namespace hamdil::protect {

// Printed figures bound by an equation. With `sums`, the first cell's base is the sum of the others'.
struct Relation {
  std::vector<std::size_t> cells;
  bool sums = false;
  bool of_people = false;  // figures of different questions, which about the same people answered
};

// A score in one domain and, question by question, the figures that tell its answers there.
struct Composed {
  std::size_t score = kNoCell;
  std::vector<std::vector<std::size_t>> questions;
};

struct Combined {
  std::size_t whole = kNoCell;
  std::vector<std::size_t> parts;
};

class Equations {
 public:
  explicit Equations(Figures& figures);

  // Once over all of them; true when it withheld more.
  bool mend();
  // Changes and gaps follow their parts; called last, for nothing depends on them.
  void withhold_combinations();

 private:
  // A printed total with the parts of one more breakdown: refugees + hosts = all, districts of refugees = refugees.
  void relate_totals_to_parts();
  // The shares of one question in one domain add up to one.
  void relate_shares_of_one_question();
  // A change or a gap goes wherever one of its parts goes: with the other parts printed it would give that one away.
  void find_combinations();
  // The same figure in two tables is withheld in both.
  void relate_repeats();
  // Mostly the same people answer every question: numbers of answers that differ by less than the threshold tell of
  // each other, so a domain hidden for one such question is hidden for all, and a total of one completes the parts of
  // another. A question that far fewer answered is a secret of its own. Figures that are hidden for their answer
  // (sensitive questions, scores with one, counts) are no secret of size: they follow the others and are not followed.
  void relate_same_people();
  // Parts of one question and the total of another that as many answered.
  void complete_parts(const CellKey& whole, const std::vector<std::size_t>& children,
                      const std::map<Domain, std::vector<std::size_t>>& totals);
  // A score and the figures of its questions about the same people: the score less all questions but one is that one.
  void find_composed_scores();
  bool tells_answers(std::size_t cell) const;
  bool are_near(std::size_t a, std::size_t b) const;
  // Where one question of a printed score is withheld, the score goes; where readers have the score, another question.
  bool mend(const Composed& composed);
  bool mend(const Relation& relation);
  bool mend_repeats();
  std::size_t rest_of(const Relation& relation) const;

  Figures& figures_;
  std::vector<Relation> relations_;
  std::vector<Relation> repeats_;
  std::vector<std::pair<std::size_t, std::size_t>> follows_;  // where the first is hidden, the second is
  std::vector<Combined> combined_;
  std::vector<Composed> composed_;
};

}  // namespace hamdil::protect
