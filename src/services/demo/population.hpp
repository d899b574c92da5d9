// An invented population with known answers: districts, settlements, refugee and host households, two rounds.
// DEMO: every place and person is made up; nothing stands for a real place or group.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace hamdil::services::demo {

inline constexpr std::size_t kRounds = 2;
inline constexpr std::size_t kGroups = 2;  // 0 refugee, 1 host

// The Likert items, in the order of the form. Answers run from 1 to `levels`.
struct Item {
  const char* name;
  const char* dimension;
  int levels;
  bool reverse;
};
inline constexpr std::array<Item, 12> kItems = {{{"trust_keep_word", "trust", 5, false},
                                                 {"trust_help", "trust", 5, false},
                                                 {"trust_children_play", "trust", 5, false},
                                                 {"trust_careful", "trust", 5, true},
                                                 {"contact_frequency", "contact", 5, false},
                                                 {"contact_quality", "contact", 5, false},
                                                 {"comfort_neighbour", "comfort", 5, false},
                                                 {"comfort_colleague", "comfort", 5, false},
                                                 {"comfort_family", "comfort", 5, false},
                                                 {"picture_troublemakers", "picture", 5, true},
                                                 {"picture_contribute", "picture", 5, false},
                                                 {"safety_walking", "safety", 4, false}}};

struct Person {
  std::size_t settlement = 0;
  std::size_t group = 0;
  bool female = false;
  int age = 30;
  int household = 4;
  std::array<std::array<std::int8_t, kItems.size()>, kRounds> answers{};
  std::array<bool, kRounds> insulted{};
};

struct Settlement {
  std::size_t district = 0;
  std::string name;
  bool programme = false;
  std::array<std::vector<std::size_t>, kGroups> people;  // indices into Population::people
};

struct District {
  const char* code;
  const char* name_en;
  const char* name_tg;
  const char* name_fa;
};

struct Population {
  std::vector<Settlement> settlements;
  std::vector<Person> people;
};

const std::vector<District>& districts();
// With room for `per_cell` interviews in each settlement and group, and for those that are sent twice; up to 20, as
// large as it is without.
Population make_population(std::uint64_t seed, std::size_t per_cell);
// 0-100 score of one dimension: mean of the rescaled items, reverse items turned round.
double score(const Person& person, std::size_t round, const std::string& dimension);

}  // namespace hamdil::services::demo
