// Do 95 % intervals cover the truth 95 times out of 100? Samples of five designs from one invented population of
// persons in villages in districts; the truth is what its rows say. Each design is drawn kDraws times.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <random>

#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr int kDraws = 2000;
constexpr std::size_t kDistricts = 6, kVillages = 240;
// True 95 % would leave these bounds less than once in ten thousand sets of 2,000 draws.
constexpr double kLowest = 0.93, kHighest = 0.97;

struct Person {
  double trust;
  std::size_t village;
};
struct Population {
  std::vector<Person> persons;
  std::array<std::vector<std::size_t>, kVillages> of_village;  // persons
  std::array<std::vector<std::size_t>, kDistricts> villages;   // villages of each district
  double truth = 0;
};

// Villages of 20 to 120 persons that differ from each other (intraclass correlation about 0.1) and between districts.
const Population& population() {
  static const Population kPopulation = [] {
    Population out;
    std::mt19937_64 random(20260101);
    const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    const auto normal = [&] {
      return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * 3.141592653589793 * uniform());
    };
    for (std::size_t village = 0; village < kVillages; ++village) {
      const std::size_t district = village % kDistricts;
      out.villages[district].push_back(village);
      const double level = 3 + 0.3 * static_cast<double>(district) + 0.35 * normal();
      const std::size_t persons = 20 + random() % 101;
      for (std::size_t i = 0; i < persons; ++i) {
        out.of_village[village].push_back(out.persons.size());
        out.persons.push_back({std::clamp(std::round(level + normal()), 1.0, 5.0), village});
      }
    }
    for (const Person& one : out.persons) out.truth += one.trust / static_cast<double>(out.persons.size());
    return out;
  }();
  return kPopulation;
}

// Columns of one sample, and how it was drawn.
struct Sample {
  std::vector<double> trust, weight, village, district, villages_there, persons_there;
  DesignSpec spec;
  void add(std::size_t person, double w, double of_first, double of_second) {
    const Person& one = population().persons[person];
    trust.push_back(one.trust);
    weight.push_back(w);
    village.push_back(static_cast<double>(one.village));
    district.push_back(static_cast<double>(one.village % kDistricts));
    villages_there.push_back(of_first);
    persons_there.push_back(of_second);
  }
};

// `n` of a list, each as likely as the others.
std::vector<std::size_t> drawn(std::vector<std::size_t> from, std::size_t n, std::mt19937_64& random) {
  for (std::size_t i = 0; i < n; ++i) std::swap(from[i], from[i + random() % (from.size() - i)]);
  from.resize(n);
  return from;
}

std::vector<std::size_t> up_to(std::size_t n) {
  std::vector<std::size_t> out(n);
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

Sample simple(std::mt19937_64& random) {
  const auto all = static_cast<double>(population().persons.size());
  Sample out;
  for (const std::size_t person : drawn(up_to(population().persons.size()), 400, random))
    out.add(person, all / 400, all, 0);
  out.spec.fpc = {"first"};
  return out;
}

Sample stratified(std::mt19937_64& random) {
  Sample out;
  for (const auto& villages : population().villages) {
    std::vector<std::size_t> persons;
    for (const std::size_t village : villages)
      persons.insert(persons.end(), population().of_village[village].begin(), population().of_village[village].end());
    const auto there = static_cast<double>(persons.size());
    for (const std::size_t person : drawn(persons, 70, random)) out.add(person, there / 70, there, 0);
  }
  out.spec.strata = {"district"};
  out.spec.fpc = {"first"};
  return out;
}

Sample clusters(std::mt19937_64& random) {
  Sample out;
  for (const std::size_t village : drawn(up_to(kVillages), 40, random))
    for (const std::size_t person : population().of_village[village]) out.add(person, kVillages / 40.0, kVillages, 0);
  out.spec.ids = {"village"};
  out.spec.fpc = {"first"};
  return out;
}

// Villages within districts, persons within villages, both without replacement.
Sample two_stages(std::mt19937_64& random) {
  Sample out;
  for (const auto& villages : population().villages)
    for (const std::size_t village : drawn(villages, 10, random)) {
      const auto& persons = population().of_village[village];
      const auto there = static_cast<double>(persons.size());
      for (const std::size_t person : drawn(persons, 8, random))
        out.add(person, static_cast<double>(villages.size()) / 10 * there / 8, static_cast<double>(villages.size()),
                there);
    }
  out.spec.ids = {"village", "person"};
  out.spec.strata = {"district"};
  out.spec.fpc = {"first", "second"};
  return out;
}

// Villages with probability proportional to their persons and with replacement, ten persons each: every person is as
// likely.
Sample by_size(std::mt19937_64& random) {
  Sample out;
  const auto& persons = population().persons;
  for (std::size_t draw = 0; draw < 50; ++draw) {
    const std::size_t village = persons[random() % persons.size()].village;
    for (const std::size_t person : drawn(population().of_village[village], 10, random)) {
      out.add(person, static_cast<double>(persons.size()) / 500, 0, 0);
      out.village.back() = static_cast<double>(draw);  // a village drawn twice is two units
    }
  }
  out.spec.ids = {"village"};
  return out;
}

double coverage_of(const std::function<Sample(std::mt19937_64&)>& draw) {
  int inside = 0;
  for (int number = 0; number < kDraws; ++number) {
    std::mt19937_64 random(static_cast<std::uint64_t>(number) * 7919 + 1);
    Sample sample = draw(random);
    data::Table table;
    std::vector<double> person(sample.trust.size());
    std::iota(person.begin(), person.end(), 0.0);
    table.put(data::Column::of_numbers("trust", std::move(sample.trust)));
    table.put(data::Column::of_numbers("weight", std::move(sample.weight)));
    table.put(data::Column::of_numbers("village", std::move(sample.village)));
    table.put(data::Column::of_numbers("district", std::move(sample.district)));
    table.put(data::Column::of_numbers("first", std::move(sample.villages_there)));
    table.put(data::Column::of_numbers("second", std::move(sample.persons_there)));
    table.put(data::Column::of_numbers("person", std::move(person)));
    sample.spec.weights = "weight";
    const auto design = SurveyDesign::make(sample.spec, table);
    EXPECT_TRUE(design) << (design ? "" : design.error().describe());
    if (!design) return 0;
    EstimateRequest request;
    request.variables = {"trust"};
    const auto found = estimate(*design, table, all_rows(*design), request);
    EXPECT_TRUE(found);
    if (!found) return 0;
    const Range& ci = found->rows[0].ci_t;
    if (ci.lower <= population().truth && population().truth <= ci.upper) ++inside;
  }
  return static_cast<double>(inside) / kDraws;
}

TEST(Coverage, OfFiveDesigns) {
  const std::pair<const char*, Sample (*)(std::mt19937_64&)> designs[] = {
      {"simple random, finite population", simple},
      {"stratified by district", stratified},
      {"whole villages", clusters},
      {"two stages within districts, finite at both", two_stages},
      {"villages by size, ten persons each", by_size}};
  for (const auto& [name, draw] : designs) {
    const double share = coverage_of(draw);
    std::printf("coverage of 95 %% intervals, %s: %.3f of %d samples\n", name, share, kDraws);
    EXPECT_GE(share, kLowest) << name;
    EXPECT_LE(share, kHighest) << name;
  }
}

// Intervals that forget the villages are too short: the test above could fail.
TEST(Coverage, IntervalsThatForgetTheVillagesDoNotCover) {
  const double share = coverage_of([](std::mt19937_64& random) {
    Sample out = clusters(random);
    out.spec.ids = {};
    out.spec.fpc = {};
    return out;
  });
  EXPECT_LT(share, 0.85);
}

}  // namespace
}  // namespace hamdil::stats::survey
