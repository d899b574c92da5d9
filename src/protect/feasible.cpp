#include "protect/feasible.hpp"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <algorithm>
#include <limits>
#include <utility>

namespace hamdil::protect {

namespace {

bool is_empty_atom(const KnownSum& sum) {
  return sum.atoms.size() == 1 && sum.less.empty() && sum.sum == 0 && !sum.at_least && !sum.of_answers;
}

// The programme's columns: only atoms that may hold somebody. -1 for the others.
std::vector<int> columns_of(std::size_t atoms, const std::vector<KnownSum>& known, int& count) {
  std::vector<int> out(atoms, 0);
  for (const KnownSum& sum : known)
    if (is_empty_atom(sum)) out[static_cast<std::size_t>(sum.atoms.front())] = -1;
  count = 0;
  for (int& column : out)
    if (column == 0) column = count++;
  return out;
}

// Rows of the programme, as CLP takes them.
class Rows {
 public:
  void add(const std::vector<std::pair<int, double>>& entries, double least, double greatest) {
    for (const auto& [column, factor] : entries) {
      rows_.push_back(static_cast<int>(lower_.size()));
      columns_.push_back(column);
      factors_.push_back(factor);
    }
    lower_.push_back(least);
    upper_.push_back(greatest);
  }

  void load_into(ClpSimplex& program, int columns) const {
    const std::vector<double> zeros(static_cast<std::size_t>(columns), 0.0);
    const std::vector<double> unbounded(static_cast<std::size_t>(columns), COIN_DBL_MAX);
    CoinPackedMatrix matrix(false, rows_.data(), columns_.data(), factors_.data(),
                            static_cast<CoinBigIndex>(factors_.size()));
    matrix.setDimensions(static_cast<int>(lower_.size()), columns);  // also columns that no row mentions
    program.loadProblem(matrix, zeros.data(), unbounded.data(), zeros.data(), lower_.data(), upper_.data());
  }

 private:
  std::vector<int> rows_, columns_;
  std::vector<double> factors_, lower_, upper_;
};

}  // namespace

std::optional<double> feasible_width(std::size_t atoms, const std::vector<KnownSum>& known,
                                     const std::vector<int>& target) {
  if (known.empty()) return target.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  int columns = 0;
  const std::vector<int> column_of = columns_of(atoms, known, columns);
  const auto column = [&](int atom) { return column_of[static_cast<std::size_t>(atom)]; };
  Rows rows;
  for (const KnownSum& sum : known) {
    if (is_empty_atom(sum)) continue;
    std::vector<std::pair<int, double>> entries;
    for (const auto& [some, sign] : {std::pair{&sum.atoms, 1.0}, std::pair{&sum.less, -1.0}})
      for (const int atom : *some)
        if (column(atom) >= 0) entries.emplace_back(column(atom) + (sum.of_answers ? columns : 0), sign);
    if (!entries.empty())
      rows.add(entries, sum.sum, sum.at_least ? COIN_DBL_MAX : sum.sum);
    else if (sum.sum > 0)
      return std::nullopt;  // somebody in places that are all empty
  }
  const bool with_answers = std::any_of(known.begin(), known.end(), [](const KnownSum& sum) { return sum.of_answers; });
  for (int atom = 0; with_answers && atom < columns; ++atom)
    rows.add({{columns + atom, 1.0}, {atom, -1.0}}, -COIN_DBL_MAX, 0);  // nobody answers more than 1
  ClpSimplex program;
  program.setLogLevel(0);
  rows.load_into(program, with_answers ? 2 * columns : columns);
  double least = 0;
  for (const double direction : {1.0, -1.0}) {
    for (const int atom : target)
      if (column(atom) >= 0) program.setObjectiveCoefficient(column(atom), direction);
    program.primal();
    if (program.isProvenDualInfeasible() && program.primalFeasible()) return std::numeric_limits<double>::infinity();
    if (!program.isProvenOptimal()) return std::nullopt;
    if (direction > 0)
      least = program.objectiveValue();
    else
      return -program.objectiveValue() - least;
  }
  return std::nullopt;
}

}  // namespace hamdil::protect
