#include "stats/agreement/continuum.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace hamdil::stats::agreement {
namespace {

// A stretch of a coder's continuum: valued with a category, or a gap (-1).
struct Piece {
  double begin = 0;
  double end = 0;
  int category = -1;
  double length() const { return end - begin; }
};
using Continuum = std::vector<Piece>;

double shared(const Piece& a, const Piece& b) {
  return std::max(0.0, std::min(a.end, b.end) - std::max(a.begin, b.begin));
}

Continuum with_gaps(std::vector<Piece> units, double begin, double end) {
  std::sort(units.begin(), units.end(), [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  Continuum out;
  double at = begin;
  for (const Piece& unit : units) {
    if (unit.begin > at) out.push_back({at, unit.begin, -1});
    out.push_back(unit);
    at = unit.end;
  }
  if (end > at) out.push_back({at, end, -1});
  return out;
}

std::vector<std::string> names_of(const std::vector<Unit>& units, std::string Unit::* member) {
  std::set<std::string> names;
  for (const Unit& unit : units) names.insert(unit.*member);
  return {names.begin(), names.end()};
}

int index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<int>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
}

// The squared difference of two pieces of two coders (Krippendorff 1995, eq. 6).
double squared_difference(const Piece& a, const Piece& b) {
  if (a.category >= 0 && b.category >= 0)
    return shared(a, b) > 0 ? std::pow(a.begin - b.begin, 2) + std::pow(a.end - b.end, 2) : 0;
  const Piece& unit = a.category >= 0 ? a : b;
  const Piece& gap = a.category >= 0 ? b : a;
  if (unit.category < 0 || unit.begin < gap.begin || unit.end > gap.end) return 0;
  return unit.length() * unit.length();
}

double observed_u(const std::vector<Continuum>& coders, double length) {
  double sum = 0;
  for (std::size_t i = 0; i < coders.size(); ++i)
    for (std::size_t j = 0; j < coders.size(); ++j)
      if (i != j)
        for (const Piece& a : coders[i])
          for (const Piece& b : coders[j]) sum += squared_difference(a, b);
  const auto m = static_cast<double>(coders.size());
  return sum / (m * (m - 1) * length * length);
}

double expected_u(const std::vector<Continuum>& coders, double length) {
  double units = 0;
  double correction = 0;
  std::vector<double> gaps;
  for (const Continuum& coder : coders)
    for (const Piece& piece : coder) {
      if (piece.category < 0) {
        gaps.push_back(piece.length());
      } else {
        ++units;
        correction += piece.length() * (piece.length() - 1);
      }
    }
  double sum = 0;
  for (const Continuum& coder : coders)
    for (const Piece& piece : coder) {
      if (piece.category < 0) continue;
      const double l = piece.length();
      sum += (units - 1) / 3 * (2 * l * l * l - 3 * l * l + l);
      for (const double gap : gaps)
        if (gap >= l) sum += l * l * (gap - l + 1);
    }
  const double places = static_cast<double>(coders.size()) * length;
  return 2 / length * sum / (places * (places - 1) - correction);
}

// Coincidences of values on the continuum and what is taken off the squares of their sums: index 0 is the gap.
struct Coincidences {
  Matrix pairs;
  std::vector<double> sums;
  std::vector<double> corrections;
};

double disagreement(const Coincidences& c) {
  double all = 0;
  double same = 0;
  for (const double value : c.pairs.values) all += value;
  for (std::size_t k = 0; k < c.pairs.rows; ++k) same += c.pairs.at(k, k);
  return all > 0 ? 1 - same / all : kNaN;
}

double expected_disagreement(const Coincidences& c) {
  double all = 0;
  double squares = 0;
  double corrections = 0;
  for (std::size_t k = 0; k < c.sums.size(); ++k) {
    all += c.sums[k];
    squares += c.sums[k] * c.sums[k];
    corrections += c.corrections[k];
  }
  return (all * all - squares) / (all * all - corrections);
}

double alpha_of(double observed, double expected) { return expected > 0 ? 1 - observed / expected : kNaN; }

Coincidences coincide(const std::vector<Continuum>& coders, std::size_t categories) {
  const std::size_t q = categories + 1;
  Coincidences out{{q, q, std::vector<double>(q * q, 0.0)}, std::vector<double>(q, 0.0), std::vector<double>(q, 0.0)};
  const double others = static_cast<double>(coders.size()) - 1;
  for (std::size_t i = 0; i < coders.size(); ++i)
    for (const Piece& a : coders[i]) {
      const auto value = static_cast<std::size_t>(a.category + 1);
      out.sums[value] += a.length();
      out.corrections[value] += a.category < 0 ? a.length() : a.length() * a.length();
      for (std::size_t j = 0; j < coders.size(); ++j)
        if (j != i)
          for (const Piece& b : coders[j])
            out.pairs.at(value, static_cast<std::size_t>(b.category + 1)) += shared(a, b) / others;
    }
  return out;
}

// The same of stretches that both coders of a pair valued; index 0 stays empty.
Coincidences coincide_valued(const std::vector<Continuum>& coders, std::size_t categories) {
  const std::size_t q = categories + 1;
  Coincidences out{{q, q, std::vector<double>(q * q, 0.0)}, std::vector<double>(q, 0.0), std::vector<double>(q, 0.0)};
  const double others = static_cast<double>(coders.size()) - 1;
  for (std::size_t i = 0; i < coders.size(); ++i)
    for (const Piece& a : coders[i]) {
      if (a.category < 0) continue;
      const auto value = static_cast<std::size_t>(a.category + 1);
      for (std::size_t j = 0; j < coders.size(); ++j) {
        double covered = 0;
        for (const Piece& b : coders[j]) {
          if (j == i || b.category < 0) continue;
          covered += shared(a, b);
          out.pairs.at(value, static_cast<std::size_t>(b.category + 1)) += shared(a, b) / others;
        }
        out.sums[value] += covered / others;
        out.corrections[value] += covered * covered / others;
      }
    }
  return out;
}

double position_count(const std::vector<bool>& marks) {
  return static_cast<double>(std::count(marks.begin(), marks.end(), true));
}

}  // namespace

Status check_units(const std::vector<Unit>& units, double begin, double length, std::size_t coders, bool by_category) {
  if (!(length > 0) || !(length <= 1e8))
    return Error("stats.continuum.length", "The continuum needs a length above 0 and at most 100 million positions.");
  if (coders < 2) return Error("stats.continuum.few_coders", "Agreement needs two or more coders.");
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<double, double>>> taken;
  for (const Unit& unit : units) {
    if (!(unit.end > unit.begin)) return Error("stats.continuum.empty_unit", "A unit has no length.");
    if (!(unit.begin >= begin) || !(unit.end <= begin + length))
      return Error("stats.continuum.outside", "A unit lies outside the continuum.");
    taken[{unit.coder, by_category ? unit.category : std::string()}].emplace_back(unit.begin, unit.end);
  }
  for (auto& [key, stretches] : taken) {
    std::sort(stretches.begin(), stretches.end());
    for (std::size_t i = 1; i < stretches.size(); ++i)
      if (stretches[i].first < stretches[i - 1].second)
        return Error("stats.continuum.overlap", "Two units of one coder overlap; each place has one value a coder.");
  }
  return Done{};
}

AlphaU alpha_u(const std::vector<Unit>& units, double begin, double length, std::size_t coders) {
  AlphaU out;
  const std::vector<std::string> categories = names_of(units, &Unit::category);
  const std::vector<std::string> names = names_of(units, &Unit::coder);
  double observed = 0;
  double expected = 0;
  for (const std::string& category : categories) {
    std::vector<std::vector<Piece>> marked(std::max(coders, names.size()));
    for (const Unit& unit : units)
      if (unit.category == category)
        marked[static_cast<std::size_t>(index_of(names, unit.coder))].push_back({unit.begin, unit.end, 0});
    std::vector<Continuum> continua;
    for (auto& one : marked) continua.push_back(with_gaps(std::move(one), begin, begin + length));
    CategoryAlpha found{category, observed_u(continua, length), expected_u(continua, length), kNaN};
    found.alpha = alpha_of(found.observed, found.expected);
    observed += found.observed;
    expected += found.expected;
    out.categories.push_back(std::move(found));
  }
  out.alpha = alpha_of(observed, expected);
  return out;
}

UAlpha u_alpha(const std::vector<Unit>& units, double length) {
  UAlpha out;
  const std::vector<std::string> categories = names_of(units, &Unit::category);
  const std::vector<std::string> names = names_of(units, &Unit::coder);
  if (names.size() < 2) return out;
  std::vector<std::vector<Piece>> marked(names.size());
  for (const Unit& unit : units)
    marked[static_cast<std::size_t>(index_of(names, unit.coder))].push_back(
        {unit.begin, unit.end, index_of(categories, unit.category)});
  std::vector<Continuum> continua;
  for (auto& one : marked) continua.push_back(with_gaps(std::move(one), 0, length));
  const Coincidences all = coincide(continua, categories.size());
  out.u_alpha = alpha_of(disagreement(all), expected_disagreement(all));
  std::vector<Continuum> binary = continua;
  for (Continuum& one : binary)
    for (Piece& piece : one) piece.category = std::min(piece.category, 0);
  const Coincidences two = coincide(binary, 1);
  out.bar_u_alpha = alpha_of(disagreement(two), expected_disagreement(two));

  const Coincidences valued = coincide_valued(continua, categories.size());
  double total = 0;
  for (const double sum : valued.sums) total += sum;
  out.cu_coverage = total / (static_cast<double>(names.size()) * length);
  if (total > 0) out.cu_alpha = alpha_of(disagreement(valued), expected_disagreement(valued));
  for (std::size_t k = 0; k < categories.size(); ++k) {
    const double sum = valued.sums[k + 1];
    CategoryCoverage found{categories[k], kNaN, sum / all.sums[k + 1]};
    if (sum > 0)
      found.alpha = alpha_of(1 - valued.pairs.at(k + 1, k + 1) / sum,
                             sum * (total - sum) / (sum * total - valued.corrections[k + 1]));
    out.k_u_alpha.push_back(std::move(found));
  }
  return out;
}

CharacterAgreement character_agreement(const std::vector<Unit>& first, const std::vector<Unit>& second, double length) {
  const auto marks = [&](const std::vector<Unit>& units) {
    std::vector<bool> out(static_cast<std::size_t>(length), false);
    for (const Unit& unit : units)
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(unit.begin),
                out.begin() + static_cast<std::ptrdiff_t>(unit.end), true);
    return out;
  };
  const std::vector<bool> a = marks(first);
  const std::vector<bool> b = marks(second);
  CharacterAgreement out;
  for (std::size_t i = 0; i < a.size(); ++i) out.both += a[i] && b[i] ? 1 : 0;
  out.first = position_count(a) - out.both;
  out.second = position_count(b) - out.both;
  out.neither = static_cast<double>(a.size()) - out.both - out.first - out.second;
  const double any = out.both + out.first + out.second;
  if (any > 0) {
    out.jaccard = out.both / any;
    out.holsti = 2 * out.both / (any + out.both);
  }
  return out;
}

}  // namespace hamdil::stats::agreement
