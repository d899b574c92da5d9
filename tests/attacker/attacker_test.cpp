// An attacker who knows every printed figure solves for the withheld ones (design/quality: "Safety").
//
// He knows every printed n and mean, that tables add up, that no count or weight is negative, and, where everybody
// counts as one, that a mean times its n is a sum of answers that lie on the scale. For every withheld row a linear
// programme gives the least and the greatest n that fit. The gate holds when that interval is wider than the threshold.
#include <gtest/gtest.h>

#include <ClpSimplex.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "protect/gate.hpp"

namespace hamdil::protect {
namespace {

using stats::ResultTable;
using stats::Row;

struct Person {
  std::vector<std::size_t> place;  // level of each variable
  std::size_t cluster;
  double weight;
  double answer;
  bool said_yes;  // to a sensitive question
};

constexpr std::size_t kNoAnswer = 999;
constexpr double kTop = 100;  // of the answers' scale

struct Study {
  std::vector<std::string> variables;
  std::vector<std::size_t> levels;
  std::vector<Person> people;
  bool equal_weights = false;
};

// Sparse studies have many small cells; ordinary ones hold as many people as surveys do, and groups of like size.
enum class Kind { kSparse, kOrdinary };

Study random_study(std::mt19937_64& random, Kind kind = Kind::kSparse) {
  const auto between = [&](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  Study study;
  study.variables = {"round", "district", "group"};
  study.levels = {between(1, 2), between(2, 6), between(2, 4)};
  const bool sparse = kind == Kind::kSparse;
  const std::size_t people = sparse ? between(40, 500) : between(600, 3000);
  study.equal_weights = people % 3 == 0;
  const bool has_missing = between(0, 2) == 0;  // in some studies a few people belong to no known group
  // Some places and groups are rare, so that small cells occur.
  std::vector<std::vector<double>> chances;
  for (const std::size_t count : study.levels) {
    std::vector<double> chance;
    for (std::size_t i = 0; i < count; ++i)
      chance.push_back(std::pow(std::uniform_real_distribution<double>(sparse ? 0.05 : 0.3, 1)(random), 2));
    chances.push_back(chance);
  }
  for (std::size_t i = 0; i < people; ++i) {
    Person person;
    for (const auto& chance : chances)
      person.place.push_back(std::discrete_distribution<std::size_t>(chance.begin(), chance.end())(random));
    if (has_missing && between(0, 40) == 0) person.place[2] = kNoAnswer;
    person.cluster = person.place[1] * 8 + between(0, 7);
    person.weight = std::exp(std::normal_distribution<double>(0, 0.5)(random));
    if (study.equal_weights) person.weight = 1;
    person.answer = static_cast<double>(between(0, 10)) * 10;
    person.said_yes = between(0, 9) < 2;
    study.people.push_back(std::move(person));
  }
  return study;
}

ResultTable table_by(const Study& study, const std::string& id, const std::vector<std::size_t>& by) {
  std::map<std::vector<std::size_t>, std::vector<const Person*>> cells;
  for (const Person& person : study.people) {
    std::vector<std::size_t> key;
    for (const std::size_t variable : by) key.push_back(person.place[variable]);
    if (std::find(key.begin(), key.end(), kNoAnswer) == key.end()) cells[key].push_back(&person);
  }
  ResultTable table;
  table.id = id;
  table.estimator = "mean";
  for (const auto& [key, members] : cells) {
    Row row;
    row.term = row.variable = "score";
    std::map<std::size_t, bool> clusters;
    double total = 0;
    row.base_weight = 0;
    for (const Person* person : members) {
      clusters[person->cluster] = true;
      row.base_weight += person->weight;
      total += person->weight * person->answer;
    }
    for (std::size_t i = 0; i < by.size(); ++i) row.by.emplace_back(study.variables[by[i]], std::to_string(key[i]));
    row.estimate = total / row.base_weight;
    row.base_rows = row.cell_rows = members.size();
    row.base_clusters = clusters.size();
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Which atoms (full cross-classification) a row's domain covers.
std::vector<int> atoms_of(const Study& study, const Domain& domain) {
  std::vector<int> out;
  int atom = 0;
  for (std::size_t r = 0; r < study.levels[0]; ++r)
    for (std::size_t d = 0; d < study.levels[1]; ++d)
      for (std::size_t g = 0; g <= study.levels[2]; ++g, ++atom) {
        const std::size_t place[] = {r, d, g == study.levels[2] ? kNoAnswer : g};
        const bool inside = std::all_of(domain.begin(), domain.end(), [&](const auto& pair) {
          const auto variable = static_cast<std::size_t>(
              std::find(study.variables.begin(), study.variables.end(), pair.first) - study.variables.begin());
          return std::to_string(place[variable]) == pair.second;
        });
        if (inside) out.push_back(atom);
      }
  return out;
}

// What the attacker writes down: sums over atoms that he knows.
struct Knowledge {
  std::vector<std::pair<std::vector<int>, double>> counts;
  std::vector<std::vector<int>> somebody;  // rows that are listed though withheld: at least one person each
  std::vector<std::pair<std::vector<int>, double>> answers;  // their sum
  int atoms = 0;
};

// The sum of the answers of an atom is a column too: between nothing and the top of the scale for everybody in it.
void add_answers(const Knowledge& known, ClpSimplex& program) {
  for (int atom = 0; atom < known.atoms; ++atom) program.addColumn(0, nullptr, nullptr, 0, COIN_DBL_MAX, 0);
  for (int atom = 0; atom < known.atoms; ++atom) {
    const int columns[] = {known.atoms + atom, atom};
    const double factors[] = {1, -kTop};
    program.addRow(2, columns, factors, -COIN_DBL_MAX, 0);
  }
  for (const auto& [atoms, sum] : known.answers) {
    std::vector<int> columns;
    for (const int atom : atoms) columns.push_back(known.atoms + atom);
    const std::vector<double> ones(atoms.size(), 1.0);
    program.addRow(static_cast<int>(atoms.size()), columns.data(), ones.data(), sum - 1e-6, sum + 1e-6);
  }
}

// Widest difference of sum over `target` that fits what is known.
std::optional<double> feasible_width(const Knowledge& known, const std::vector<int>& target) {
  ClpSimplex program;
  program.setLogLevel(0);
  program.resize(0, known.atoms);
  for (int atom = 0; atom < known.atoms; ++atom) program.setColumnBounds(atom, 0, COIN_DBL_MAX);
  for (const auto& [atoms, sum] : known.counts) {
    const std::vector<double> ones(atoms.size(), 1.0);
    program.addRow(static_cast<int>(atoms.size()), atoms.data(), ones.data(), sum, sum);
  }
  for (const std::vector<int>& atoms : known.somebody) {
    const std::vector<double> ones(atoms.size(), 1.0);
    program.addRow(static_cast<int>(atoms.size()), atoms.data(), ones.data(), 1, COIN_DBL_MAX);
  }
  if (!known.answers.empty()) add_answers(known, program);
  double bounds[2];
  for (int side = 0; side < 2; ++side) {
    for (int atom = 0; atom < known.atoms; ++atom) program.setObjectiveCoefficient(atom, 0);
    for (const int atom : target) program.setObjectiveCoefficient(atom, side == 0 ? 1 : -1);
    program.primal();
    if (program.isProvenDualInfeasible() && program.primalFeasible()) return INFINITY;
    if (!program.isProvenOptimal()) return std::nullopt;
    bounds[side] = (side == 0 ? 1 : -1) * program.objectiveValue();
  }
  return bounds[1] - bounds[0];
}

using Release = std::vector<ReleasedTable>;

// In every second study the tables leave one after another, as answers to questions asked on different days; in the
// others together, as one product.
std::vector<Release> released_in_turns(const Study& study, const std::vector<ResultTable>& tables, int number) {
  const std::size_t at_once = number % 2 == 0 ? tables.size() : static_cast<std::size_t>(number % 3) + 1;
  std::vector<Release> out;
  GateInput input;
  input.design_has_clusters = number % 4 < 2;
  input.equal_weights = study.equal_weights;
  input.scales = {{"score", {0, kTop}}};
  for (std::size_t first = 0; first < tables.size(); first += at_once) {
    const auto begin = tables.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = tables.begin() + static_cast<std::ptrdiff_t>(std::min(tables.size(), first + at_once));
    input.tables = {begin, end};
    const auto released = Gate::release(input);
    out.push_back(released->tables);
    for (std::size_t t = 0; t < input.tables.size(); ++t)
      input.earlier.push_back({input.tables[t], released->tables[t].withheld});
  }
  return out;
}

void read(const Row& row, const std::vector<int>& atoms, bool equal_weights, Knowledge& known) {
  const auto n = static_cast<double>(row.base_rows);
  known.counts.emplace_back(atoms, n);
  if (equal_weights) known.answers.emplace_back(atoms, row.estimate * n);
}

// Everything he reads in the first `releases`; of the last of them only its labels when `without_last`.
Knowledge read_all(const Study& study, const std::vector<Release>& releases, std::size_t count, bool without_last,
                   bool everybody_answered) {
  Knowledge known;
  known.atoms = static_cast<int>(study.levels[0] * study.levels[1] * (study.levels[2] + 1));
  std::vector<bool> listed(static_cast<std::size_t>(known.atoms), true);
  for (std::size_t number = 0; number < count; ++number)
    for (const ReleasedTable& table : releases[number]) {
      std::vector<bool> covered(static_cast<std::size_t>(known.atoms), false);
      for (std::size_t r = 0; r < table.table.rows.size(); ++r) {
        const std::vector<int> atoms = atoms_of(study, table.table.rows[r].by);
        for (const int atom : atoms) covered[static_cast<std::size_t>(atom)] = true;
        if (table.withheld[r] != Withheld::kNo)
          known.somebody.push_back(atoms);
        else if (!without_last || number + 1 < count)
          read(table.table.rows[r], atoms, study.equal_weights, known);
      }
      // A combination that a table does not list is empty, and the reader sees it: every row of a table is listed,
      // printed or withheld.
      for (std::size_t atom = 0; atom < covered.size(); ++atom) listed[atom] = listed[atom] && covered[atom];
    }
  for (int atom = 0; atom < known.atoms; ++atom) {
    const bool without_group = (atom + 1) % static_cast<int>(study.levels[2] + 1) == 0;
    if (without_group ? everybody_answered : !listed[static_cast<std::size_t>(atom)])
      known.counts.push_back({{atom}, 0.0});
  }
  return known;
}

// He first believes that everybody belongs to a group; only where that cannot be he allows for people without one.
double width_after(const Study& study, const std::vector<Release>& releases, std::size_t count, bool without_last,
                   const std::vector<int>& target) {
  const auto strict = feasible_width(read_all(study, releases, count, without_last, true), target);
  return strict ? *strict : feasible_width(read_all(study, releases, count, without_last, false), target).value_or(0);
}

TEST(Attacker, CannotNarrowAnyWithheldCountToTheThreshold) {
  const int studies =
      std::getenv("HAMDIL_ATTACKED_STUDIES") != nullptr ? std::atoi(std::getenv("HAMDIL_ATTACKED_STUDIES")) : 1000;
  std::size_t withheld = 0;
  std::size_t printed = 0;
  std::size_t complementary = 0;
  for (int number = 0; number < studies; ++number) {
    std::mt19937_64 random(static_cast<std::uint64_t>(number) + 1);
    const Study study = random_study(random);
    std::vector<ResultTable> tables = {table_by(study, "all", {}),
                                       table_by(study, "overall", {0}),
                                       table_by(study, "by_group", {0, 2}),
                                       table_by(study, "by_district", {0, 1}),
                                       table_by(study, "by_district_group", {0, 1, 2}),
                                       table_by(study, "group_only", {2})};
    if (number % 3 == 0) tables.erase(tables.begin());
    if (number % 4 == 0) tables.pop_back();
    const std::vector<Release> releases = released_in_turns(study, tables, number);
    std::set<Domain> read_before;  // what one release withholds and an earlier one prints is no secret
    std::set<Domain> secrets;
    for (std::size_t last = 0; last < releases.size(); ++last) {
      for (const ReleasedTable& table : releases[last])
        for (std::size_t r = 0; r < table.table.rows.size(); ++r) {
          const Domain& domain = table.table.rows[r].by;
          if (table.withheld[r] == Withheld::kNo) {
            ++printed;
            EXPECT_FALSE(secrets.contains(domain)) << "study " << number << " prints what it withheld before";
            read_before.insert(domain);
          } else {
            ++withheld;
            complementary += table.withheld[r] == Withheld::kComplementary;
            if (!read_before.contains(domain)) secrets.insert(domain);
          }
        }
      for (const Domain& secret : secrets) {
        const std::vector<int> target = atoms_of(study, secret);
        const double width = width_after(study, releases, last + 1, false, target);
        if (width > static_cast<double>(Thresholds().min_rows)) continue;
        // Part of a group of eleven that was printed before anybody asked for the part: that much was known already.
        // This release must not have told more.
        ASSERT_GT(last, 0u) << "study " << number;
        ASSERT_GE(width + 1e-6, width_after(study, releases, last + 1, true, target))
            << "study " << number << ", release " << last + 1;
      }
    }
  }
  EXPECT_GT(withheld, static_cast<std::size_t>(studies));
  // The gate must not win by printing nothing: it withholds fewer further figures than there are small ones. Said of
  // the thousand studies; the short run of the sanitizer build is too few to judge by.
  if (studies >= 1000) {
    EXPECT_LT(complementary, withheld - complementary);
    EXPECT_GT(printed, withheld / 2);
  }
  RecordProperty("withheld", static_cast<int>(withheld));
  RecordProperty("complementary", static_cast<int>(complementary));
  RecordProperty("printed", static_cast<int>(printed));
}

// The share of yes and of no to the sensitive question, among the people of `table_by` of the same breakdown.
ResultTable shares_by(const Study& study, const std::string& id, const std::vector<std::size_t>& by) {
  ResultTable table = table_by(study, id, by);
  table.estimator = "proportion";
  std::vector<Row> rows;
  for (const Row& whole : table.rows)
    for (const bool yes : {true, false}) {
      Row row = whole;
      row.variable = "beaten";
      row.level = yes ? "yes" : "no";
      row.term = row.variable + "=" + row.level;
      row.cell_rows =
          static_cast<std::size_t>(std::count_if(study.people.begin(), study.people.end(), [&](const Person& person) {
            return person.said_yes == yes && std::all_of(by.begin(), by.end(), [&](std::size_t variable) {
                     return std::find(whole.by.begin(), whole.by.end(),
                                      std::pair{study.variables[variable], std::to_string(person.place[variable])}) !=
                            whole.by.end();
                   });
          }));
      row.estimate = static_cast<double>(row.cell_rows) / static_cast<double>(row.base_rows);
      rows.push_back(std::move(row));
    }
  table.rows = std::move(rows);
  return table;
}

// Atoms of those who said yes and of those who said no stand side by side.
std::vector<int> answering(const std::vector<int>& atoms, const std::string& level) {
  std::vector<int> out;
  for (const int atom : atoms) {
    if (level != "no") out.push_back(2 * atom);
    if (level != "yes") out.push_back(2 * atom + 1);
  }
  return out;
}

// Two questions that the same people answered, one of them sensitive: he reads both, and the numbers of people printed
// with either. How many stand behind a figure must not be known below the threshold, nor how many gave an answer.
TEST(Attacker, ReadsTwoQuestionsOfTheSamePeople) {
  std::size_t printed_shares = 0;
  std::size_t secrets = 0;
  for (int number = 0; number < 300; ++number) {
    std::mt19937_64 random(static_cast<std::uint64_t>(number) + 9000);
    const Study study = random_study(random, number % 2 == 0 ? Kind::kSparse : Kind::kOrdinary);
    GateInput input;
    input.sensitive = {"beaten"};
    input.design_has_clusters = number % 4 < 2;
    const std::vector<std::vector<std::size_t>> breakdowns = {{}, {0}, {0, 2}, {0, 1}, {0, 1, 2}, {2}, {1}};
    for (std::size_t b = 0; b < breakdowns.size(); ++b) {
      if ((static_cast<std::size_t>(number) + b) % 4 != 0)
        input.tables.push_back(table_by(study, "mean" + std::to_string(b), breakdowns[b]));
      if ((static_cast<std::size_t>(number) + b) % 3 != 0)
        input.tables.push_back(shares_by(study, "share" + std::to_string(b), breakdowns[b]));
    }
    const auto released = Gate::release(input);
    Knowledge known;
    known.atoms = static_cast<int>(2 * study.levels[0] * study.levels[1] * (study.levels[2] + 1));
    std::vector<bool> listed(static_cast<std::size_t>(known.atoms), true);
    std::map<std::vector<int>, double> hidden;  // and how wide it is when nothing is told of it
    for (std::size_t t = 0; t < input.tables.size(); ++t) {
      std::vector<bool> covered(listed.size(), false);
      for (std::size_t r = 0; r < input.tables[t].rows.size(); ++r) {
        const Row& row = input.tables[t].rows[r];
        const std::vector<int> people = answering(atoms_of(study, row.by), "");
        const std::vector<int> cell = answering(atoms_of(study, row.by), row.level);
        for (const int atom : people) covered[static_cast<std::size_t>(atom)] = true;
        if (released->tables[t].withheld[r] == Withheld::kNo) {
          known.counts.emplace_back(people, static_cast<double>(row.base_rows));
          known.counts.emplace_back(cell, static_cast<double>(row.cell_rows));
          printed_shares += !row.level.empty();
          continue;
        }
        known.somebody.push_back(people);
        // Fewer than the threshold: their number is the secret. Otherwise what they answered is.
        if (row.base_rows < input.thresholds.min_rows) hidden[people] = INFINITY;
        if (!row.level.empty()) hidden.try_emplace(cell, static_cast<double>(row.base_rows));
      }
      for (std::size_t atom = 0; atom < covered.size(); ++atom) listed[atom] = listed[atom] && covered[atom];
    }
    for (int atom = 0; atom < known.atoms; ++atom) {
      const bool without_group = (atom / 2 + 1) % static_cast<int>(study.levels[2] + 1) == 0;
      if (without_group || !listed[static_cast<std::size_t>(atom)]) known.counts.push_back({{atom}, 0.0});
    }
    for (const auto& [secret, untold] : hidden) {
      ++secrets;
      const auto width = feasible_width(known, secret);
      if (!width) continue;  // some people belong to no group: what he believes cannot be
      ASSERT_GT(*width + 1e-6, std::min(untold, static_cast<double>(input.thresholds.min_rows) + 1))
          << "study " << number;
    }
  }
  EXPECT_GT(secrets, 1000u);
  EXPECT_GT(printed_shares, 1000u);
  RecordProperty("secrets", static_cast<int>(secrets));
  RecordProperty("printed_shares", static_cast<int>(printed_shares));
}

// Safe by printing nothing would be easy: of an ordinary study nearly everything is printed.
TEST(Attacker, OrdinaryStudiesArePrintedNearlyWhole) {
  std::size_t printed = 0;
  std::size_t small = 0;
  std::size_t complementary = 0;
  for (int number = 0; number < 100; ++number) {
    std::mt19937_64 random(static_cast<std::uint64_t>(number) + 5000);
    const Study study = random_study(random, Kind::kOrdinary);
    GateInput input;
    input.tables = {table_by(study, "overall", {0}), table_by(study, "by_group", {0, 2}),
                    table_by(study, "by_district", {0, 1}), table_by(study, "by_district_group", {0, 1, 2})};
    const auto released = Gate::release(input);
    for (const ReleasedTable& table : released->tables)
      for (const Withheld reason : table.withheld) {
        printed += reason == Withheld::kNo;
        complementary += reason == Withheld::kComplementary;
        small += reason != Withheld::kNo && reason != Withheld::kComplementary;
      }
  }
  // A lone small cell inside a table of two breakdowns takes three others with it (the corners of a rectangle).
  EXPECT_LT(complementary, 3 * small);
  EXPECT_GT(printed, 4 * (small + complementary));
  RecordProperty("printed", static_cast<int>(printed));
  RecordProperty("small", static_cast<int>(small));
  RecordProperty("complementary", static_cast<int>(complementary));
}

}  // namespace
}  // namespace hamdil::protect
