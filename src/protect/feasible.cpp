#include "protect/feasible.hpp"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <limits>
#include <utility>

namespace hamdil::protect {

namespace {

bool is_empty_atom(const KnownSum& sum) {
  return sum.atoms.size() == 1 && sum.less.empty() && sum.sum == 0 && !sum.at_least;
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

}  // namespace

std::optional<double> feasible_width(std::size_t atoms, const std::vector<KnownSum>& known,
                                     const std::vector<int>& target) {
  if (known.empty()) return target.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  int columns = 0;
  const std::vector<int> column_of = columns_of(atoms, known, columns);
  const auto column = [&](int atom) { return column_of[static_cast<std::size_t>(atom)]; };
  std::vector<int> row_indices, column_indices;
  std::vector<double> signs, lower, upper;
  for (const KnownSum& sum : known) {
    if (is_empty_atom(sum)) continue;
    const int row = static_cast<int>(lower.size());
    const std::size_t before = signs.size();
    for (const auto& [some, sign] : {std::pair{&sum.atoms, 1.0}, std::pair{&sum.less, -1.0}})
      for (const int atom : *some)
        if (column(atom) >= 0) {
          row_indices.push_back(row);
          column_indices.push_back(column(atom));
          signs.push_back(sign);
        }
    if (signs.size() == before) {
      if (sum.sum > 0) return std::nullopt;  // somebody in places that are all empty
      continue;
    }
    lower.push_back(sum.sum);
    upper.push_back(sum.at_least ? COIN_DBL_MAX : sum.sum);
  }
  const std::vector<double> zeros(static_cast<std::size_t>(columns), 0.0);
  const std::vector<double> unbounded(static_cast<std::size_t>(columns), COIN_DBL_MAX);
  CoinPackedMatrix matrix(false, row_indices.data(), column_indices.data(), signs.data(),
                          static_cast<CoinBigIndex>(signs.size()));
  matrix.setDimensions(static_cast<int>(lower.size()), columns);  // also columns that no row mentions
  ClpSimplex program;
  program.setLogLevel(0);
  program.loadProblem(matrix, zeros.data(), unbounded.data(), zeros.data(), lower.data(), upper.data());
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
