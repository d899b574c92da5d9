#include "services/demo/population.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hamdil::services::demo {
namespace {

constexpr std::size_t kSettlementsPerDistrict = 40;
constexpr std::size_t kFewestPeople = 30;  // of a group in a settlement
constexpr std::size_t kPlainDraw = 20;     // as many can be drawn from that few, and some sent twice

// Where a group starts and how far the programme and the passing of time move it, on a latent scale with unit spread.
struct Dynamics {
  const char* dimension;
  std::array<double, kGroups> start;  // refugee, host
  double time;                        // everybody
  double programme;                   // only in programme settlements
};
constexpr std::array<Dynamics, 5> kDynamics = {{{"trust", {0.10, -0.15}, 0.05, 0.35},
                                                {"contact", {-0.05, -0.25}, 0.10, 0.45},
                                                {"comfort", {0.25, -0.30}, 0.00, 0.25},
                                                {"picture", {0.15, -0.20}, 0.00, 0.15},
                                                {"safety", {-0.10, 0.20}, 0.05, 0.05}}};
constexpr std::array<double, 6> kDistrictLevel = {0.25, -0.20, 0.05, 0.35, -0.40, 0.0};

const Dynamics& dynamics_of(const std::string& dimension) {
  return *std::find_if(kDynamics.begin(), kDynamics.end(), [&](const Dynamics& d) { return dimension == d.dimension; });
}

std::int8_t answer(double latent, int levels, bool reverse) {
  // Cut points spread evenly over the latent scale; a little of the first and last level is always taken.
  int value = 1;
  for (int cut = 1; cut < levels; ++cut)
    if (latent > -1.5 + 3.0 * cut / levels) ++value;
  return static_cast<std::int8_t>(reverse ? levels + 1 - value : value);
}

}  // namespace

const std::vector<District>& districts() {
  static const std::vector<District> kDistricts = {
      {"D1", "Amber", "Қаҳрабо", "کهربا"}, {"D2", "Birch", "Тӯс", "توس"},          {"D3", "Cedar", "Сарв", "سرو"},
      {"D4", "Dune", "Регзор", "ریگزار"},  {"D5", "Elm", "Садақайрағоч", "نارون"}, {"D6", "Fern", "Сарахс", "سرخس"}};
  return kDistricts;
}

Population make_population(std::uint64_t seed, std::size_t per_cell) {
  Random random(seed ^ 0xD3300ull);
  const std::size_t times = std::max<std::size_t>(1, (per_cell + kPlainDraw - 1) / kPlainDraw);
  Population population;
  for (std::size_t d = 0; d < districts().size(); ++d)
    for (std::size_t s = 0; s < kSettlementsPerDistrict; ++s) {
      Settlement settlement;
      settlement.district = d;
      const std::string number = std::to_string(s + 1);
      settlement.name = std::string(districts()[d].code) + "-" + (number.size() < 2 ? "0" : "") + number;
      settlement.programme = s % 2 == 0;
      const double place = kDistrictLevel[d] + 0.3 * random.normal();
      for (std::size_t group = 0; group < kGroups; ++group) {
        // Hardly any refugees live in the last district: its refugee figures are too few to print.
        const std::size_t count = group == 0 && d == 5 ? (s < 3 ? 4 : 0) : times * (kFewestPeople + random.below(50));
        for (std::size_t i = 0; i < count; ++i) {
          Person person;
          person.settlement = population.settlements.size();
          person.group = group;
          person.female = random.uniform() < 0.52;
          person.age = 18 + static_cast<int>(random.below(53));
          person.household = 1 + static_cast<int>(random.below(10));
          const double leaning = 0.6 * random.normal();
          for (std::size_t round = 0; round < kRounds; ++round) {
            for (std::size_t item = 0; item < kItems.size(); ++item) {
              const Dynamics& moves = dynamics_of(kItems[item].dimension);
              const double moved = round == 0 ? 0 : moves.time + (settlement.programme ? moves.programme : 0);
              const double latent = moves.start[group] + place + leaning + moved + 0.7 * random.normal();
              person.answers[round][item] = answer(latent, kItems[item].levels, kItems[item].reverse);
            }
            const double exposed =
                (group == 0 ? 0.30 : 0.12) - 0.15 * place - (round == 1 && settlement.programme ? 0.06 : 0);
            person.insulted[round] = random.uniform() < std::clamp(exposed, 0.02, 0.9);
          }
          settlement.people[group].push_back(population.people.size());
          population.people.push_back(person);
        }
      }
      population.settlements.push_back(std::move(settlement));
    }
  return population;
}

double score(const Person& person, std::size_t round, const std::string& dimension) {
  double sum = 0;
  int count = 0;
  for (std::size_t item = 0; item < kItems.size(); ++item) {
    if (dimension != kItems[item].dimension) continue;
    const double rescaled = 100.0 * (person.answers[round][item] - 1) / (kItems[item].levels - 1);
    sum += kItems[item].reverse ? 100.0 - rescaled : rescaled;
    ++count;
  }
  return sum / count;
}

}  // namespace hamdil::services::demo
