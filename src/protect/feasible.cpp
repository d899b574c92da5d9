#include "protect/feasible.hpp"

#include <ClpSimplex.hpp>
#include <limits>

namespace hamdil::protect {

std::optional<double> feasible_width(std::size_t atoms, const std::vector<KnownSum>& known,
                                     const std::vector<int>& target) {
  if (known.empty()) return target.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  ClpSimplex program;
  program.setLogLevel(0);
  program.resize(0, static_cast<int>(atoms));
  for (int atom = 0; atom < static_cast<int>(atoms); ++atom) program.setColumnBounds(atom, 0, COIN_DBL_MAX);
  for (const KnownSum& sum : known) {
    if (sum.atoms.size() == 1 && sum.less.empty() && !sum.at_least) {  // a bound is cheaper than a row
      program.setColumnBounds(sum.atoms.front(), sum.sum, sum.sum);
      continue;
    }
    std::vector<int> columns = sum.atoms;
    columns.insert(columns.end(), sum.less.begin(), sum.less.end());
    std::vector<double> signs(sum.atoms.size(), 1.0);
    signs.resize(columns.size(), -1.0);
    program.addRow(static_cast<int>(columns.size()), columns.data(), signs.data(), sum.sum,
                   sum.at_least ? COIN_DBL_MAX : sum.sum);
  }
  double least = 0;
  for (const double direction : {1.0, -1.0}) {
    for (int atom = 0; atom < static_cast<int>(atoms); ++atom) program.setObjectiveCoefficient(atom, 0);
    for (const int atom : target) program.setObjectiveCoefficient(atom, direction);
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
