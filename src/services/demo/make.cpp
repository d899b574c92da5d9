#include "services/demo/make.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/env.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "services/demo/form.hpp"
#include "services/demo/population.hpp"
#include "services/demo/study_file.hpp"

namespace hamdil::services::demo {
namespace {

constexpr std::size_t kSampledSettlements = 10;  // of each district
constexpr double kRefusal = 0.04;
constexpr double kDontKnow = 0.025;
constexpr double kNoAnswer = 0.015;
constexpr double kSpeeder = 0.015;
constexpr double kTypingError = 0.01;
constexpr double kDuplicate = 0.01;

constexpr std::size_t kServerColumns = 11;  // from _id to _index

using Row = std::vector<std::string>;

// Which settlements and how many people were drawn; the same settlements in both rounds, new people in each.
struct Sample {
  std::vector<std::size_t> settlements;
  std::array<std::vector<std::size_t>, kRounds> people;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> drawn;  // settlement, group -> people of one round
};

// People of one settlement and group in one round.
std::size_t people_of_cell(const DemoOptions& options) {
  return std::max<std::size_t>(2, options.size / (districts().size() * kSampledSettlements * kGroups));
}

Sample draw(const Population& population, const DemoOptions& options) {
  Random random(options.sample_seed.value_or(options.seed) ^ 0x5A3D1Eull);
  Sample sample;
  const std::size_t per_cell = people_of_cell(options);
  for (std::size_t d = 0; d < districts().size(); ++d) {
    std::vector<std::size_t> there;
    for (std::size_t s = 0; s < population.settlements.size(); ++s)
      if (population.settlements[s].district == d) there.push_back(s);
    for (const std::size_t pick : random.sample(kSampledSettlements, there.size()))
      sample.settlements.push_back(there[pick]);
  }
  for (const std::size_t s : sample.settlements)
    for (std::size_t group = 0; group < kGroups; ++group) {
      const auto& people = population.settlements[s].people[group];
      const std::size_t count = std::min(per_cell, people.size());
      sample.drawn[{s, group}] = count;
      for (auto& round : sample.people)
        for (const std::size_t pick : random.sample(count, people.size())) round.push_back(people[pick]);
    }
  return sample;
}

std::string uuid(Random& random) {
  const std::string hex = fmt::format("{:016x}{:016x}", random.next(), random.next());
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" + hex.substr(17, 3) + "-" +
         hex.substr(20, 12);
}

std::string kobo_time(std::int64_t seconds) { return format_timestamp(seconds).substr(0, 19) + ".000+05:00"; }

// One round as KoboToolbox exports it: XML names, select_multiple both joined and split, one sheet for the repeat.
class Export {
 public:
  Export(const Population& population, const DemoOptions& options, std::size_t round)
      : population_(population), random_(options.sample_seed.value_or(options.seed) * 7919 + round + 1), round_(round) {
    main_.push_back({"start", "end", "today", "deviceid", "enumerator", "district", "settlement", "group", "consent",
                     "respondent_name", "phone_number", "position", "_position_latitude", "_position_longitude",
                     "_position_altitude", "_position_precision", "sex", "age", "household_size"});
    for (const Item& item : kItems) main_[0].emplace_back(item.name);
    for (const char* name : {"insulted", "sources", "sources/family", "sources/radio", "sources/phone",
                             "sources/leaders", "sources/none", "joined_event", "remark"})
      main_[0].emplace_back(name);
    if (round_ == 1) main_[0].emplace_back("heard_of_programme");
    for (const char* name : {"thanks", "form_language", "_id", "_uuid", "_submission_time", "_validation_status",
                             "_notes", "_status", "_submitted_by", "__version__", "_tags", "meta/rootUuid", "_index"})
      main_[0].emplace_back(name);
    children_.push_back({"child_age", "child_in_school", "_index", "_parent_table_name", "_parent_index",
                         "_submission__id", "_submission__uuid", "_submission__submission_time",
                         "_submission__validation_status", "_submission__notes", "_submission__status",
                         "_submission__submitted_by", "_submission___version__", "_submission__tags",
                         "_submission_meta/rootUuid"});
  }

  void add(const Person& person, std::size_t number) {
    const Settlement& settlement = population_.settlements[person.settlement];
    const bool refuses = random_.uniform() < kRefusal;
    const bool speeds = !refuses && random_.uniform() < kSpeeder;
    const std::int64_t day = days_from_date({round_ == 0 ? 2024 : 2025, 4, 1}) + static_cast<std::int64_t>(number % 24);
    const std::int64_t start = day * 86400 + 8 * 3600 + static_cast<std::int64_t>(random_.below(8 * 3600));
    const std::int64_t minutes = refuses  ? 2
                                 : speeds ? 3 + static_cast<std::int64_t>(random_.below(3))
                                          : 22 + static_cast<std::int64_t>(random_.below(25));
    Row row = {kobo_time(start),
               kobo_time(start + minutes * 60),
               format_date(day),
               fmt::format("collect:DEMO{:012d}", settlement.district),
               fmt::format("e{}", 1 + settlement.district % 6),
               districts()[settlement.district].code,
               settlement.name,
               person.group == 0 ? "refugee" : "host",
               refuses ? "no" : "yes"};
    pending_children_.clear();
    if (refuses)
      row.resize(main_[0].size() - kServerColumns);
    else
      answer(row, person, speeds, number);
    finish(row, start + minutes * 60);
    if (!refuses && random_.uniform() < kDuplicate) repeat_last(start + minutes * 60 + 40);
  }

  Result<std::string> workbook() const {
    return exchange::xlsx::write_workbook({{std::string(kFormTitle).substr(0, 31), main_}, {"children", children_}});
  }

 private:
  std::string likert(int value, bool speeds) {
    const double luck = random_.uniform();
    if (speeds) return "3";
    if (luck < kDontKnow) return "dk";
    if (luck < kDontKnow + kNoAnswer) return "refuse";
    return std::to_string(value);
  }

  void answer(Row& row, const Person& person, bool speeds, std::size_t number) {
    row.push_back(fmt::format("DEMO respondent {:05d}", number + 1));
    row.push_back(fmt::format("+000 55 {:03d} {:04d}", random_.below(1000), random_.below(10000)));
    const double latitude = 10.0 + 0.1 * static_cast<double>(person.settlement) + 0.01 * random_.uniform();
    const double longitude = -35.0 + 0.1 * random_.uniform();  // in the middle of an ocean: nobody's home
    row.push_back(fmt::format("{:.6f} {:.6f} 0 5", latitude, longitude));
    row.insert(row.end(), {fmt::format("{:.6f}", latitude), fmt::format("{:.6f}", longitude), "0", "5"});
    row.push_back(person.female ? "female" : "male");
    const bool mistyped = random_.uniform() < kTypingError;
    row.push_back(mistyped ? fmt::format("{}o", person.age / 10) : std::to_string(person.age));
    row.push_back(std::to_string(person.household));
    for (std::size_t item = 0; item < kItems.size(); ++item)
      row.push_back(likert(person.answers[round_][item], speeds));
    const double luck = random_.uniform();
    row.push_back(luck < 0.03 ? "refuse" : person.insulted[round_] ? "yes" : "no");
    add_sources(row);
    row.push_back(random_.uniform() < 0.3 ? "yes" : "no");
    row.emplace_back("");
    if (round_ == 1)
      row.push_back(population_.settlements[person.settlement].programme && random_.uniform() < 0.7 ? "yes" : "no");
    row.emplace_back("");
    row.emplace_back("en");
    add_children(person);
  }

  void add_sources(Row& row) {
    constexpr std::array<const char*, 4> kNames = {"family", "radio", "phone", "leaders"};
    std::array<bool, 5> ticked{};
    std::string joined;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      ticked[i] = random_.uniform() < 0.4;
      if (ticked[i]) joined += (joined.empty() ? "" : " ") + std::string(kNames[i]);
    }
    if (joined.empty()) {
      ticked[4] = true;
      joined = "none";
    }
    row.push_back(joined);
    for (const bool tick : ticked) row.emplace_back(tick ? "1" : "0");
  }

  void add_children(const Person& person) {
    const std::size_t count = person.household > 3 ? random_.below(3) : 0;
    for (std::size_t i = 0; i < count; ++i)
      pending_children_.push_back({std::to_string(6 + random_.below(11)), random_.uniform() < 0.85 ? "yes" : "no"});
  }

  void finish(Row row, std::int64_t submitted) {
    const std::string id = uuid(random_);
    const std::string index = std::to_string(main_.size());
    const std::string number = std::to_string(100000 * (round_ + 1) + main_.size());
    const std::string time = format_timestamp(submitted).substr(0, 19);
    const std::string version = round_ == 0 ? "1" : "2";
    row.insert(row.end(), {number, id, time, "", "", "submitted_via_web", "", version, "", id, index});
    for (const auto& [age, school] : pending_children_)
      children_.push_back({age, school, std::to_string(children_.size()), kFormTitle, index, number, id, time, "", "",
                           "submitted_via_web", "", version, "", id});
    main_.push_back(std::move(row));
  }

  // The interview sent twice: the same answers and children under another submission number.
  void repeat_last(std::int64_t submitted) {
    Row row = main_.back();
    row.resize(row.size() - kServerColumns);
    finish(std::move(row), submitted);
  }

  const Population& population_;
  Random random_;
  std::size_t round_;
  std::vector<Row> main_;
  std::vector<Row> children_;
  std::vector<std::pair<std::string, std::string>> pending_children_;
};

std::string frame_csv(const Population& population, const Sample& sample) {
  std::string out = "district,settlement,group,arm,n_settlements,n_persons,weight\r\n";
  for (const std::size_t s : sample.settlements) {
    const Settlement& settlement = population.settlements[s];
    std::size_t in_district = 0;
    for (const Settlement& other : population.settlements) in_district += other.district == settlement.district;
    for (std::size_t group = 0; group < kGroups; ++group) {
      const std::size_t drawn = sample.drawn.at({s, group});
      if (drawn == 0) continue;
      const double weight = static_cast<double>(in_district) / kSampledSettlements *
                            static_cast<double>(settlement.people[group].size()) / static_cast<double>(drawn);
      out += fmt::format("{},{},{},{},{},{},{:.6f}\r\n", districts()[settlement.district].code, settlement.name,
                         group == 0 ? "refugee" : "host", settlement.programme ? "programme" : "comparison",
                         in_district, settlement.people[0].size() + settlement.people[1].size(), weight);
    }
  }
  return out;
}

// Six invented districts side by side, in the middle of an ocean.
std::string geojson() {
  Json features = Json::array();
  for (std::size_t d = 0; d < districts().size(); ++d) {
    const double x = -36.0 + static_cast<double>(d % 3);
    const double y = 10.0 + static_cast<double>(d / 3);
    // Borders wander a little, the same way on both sides.
    const auto corner = [](double cx, double cy) {
      return Json::array({cx + 0.12 * std::sin(7 * cx + 3 * cy), cy + 0.10 * std::cos(5 * cx - 2 * cy)});
    };
    Json ring = Json::array();
    for (int i = 0; i < 4; ++i) ring.push_back(corner(x + i / 4.0, y));
    for (int i = 0; i < 4; ++i) ring.push_back(corner(x + 1, y + i / 4.0));
    for (int i = 0; i < 4; ++i) ring.push_back(corner(x + 1 - i / 4.0, y + 1));
    for (int i = 0; i < 4; ++i) ring.push_back(corner(x, y + 1 - i / 4.0));
    ring.push_back(ring.front());
    features.push_back(
        {{"type", "Feature"},
         {"properties", {{"code", districts()[d].code}, {"name", std::string("DEMO ") + districts()[d].name_en}}},
         {"geometry", {{"type", "Polygon"}, {"coordinates", Json::array({ring})}}}});
  }
  return Json{{"type", "FeatureCollection"}, {"name", "DEMO districts, invented"}, {"features", features}}.dump(1) +
         "\n";
}

// Means of the whole population, which the estimates of a sample should cover.
Json truth_of(const Population& population) {
  struct Sum {
    double total = 0;
    double count = 0;
  };
  std::map<std::string, std::map<std::string, Sum>> sums;
  for (const Person& person : population.people)
    for (std::size_t round = 0; round < kRounds; ++round) {
      const std::string r = round == 0 ? "baseline" : "endline";
      const std::string g = person.group == 0 ? "refugee" : "host";
      const std::string d = districts()[population.settlements[person.settlement].district].code;
      const auto add = [&](const std::string& measure, double value) {
        for (const std::string& domain : {r, r + "/" + g, r + "/" + d, r + "/" + d + "/" + g}) {
          sums[measure][domain].total += value;
          sums[measure][domain].count += 1;
        }
      };
      for (const char* dimension : {"trust", "contact", "comfort", "picture", "safety"})
        add(dimension, score(person, round, dimension));
      add("insulted", person.insulted[round] ? 1.0 : 0.0);
    }
  Json out = Json::object();
  for (const auto& [measure, domains] : sums)
    for (const auto& [domain, sum] : domains) out[measure][domain] = sum.total / sum.count;
  return out;
}

}  // namespace

Result<std::vector<std::string>> make_demo(const std::string& folder, const DemoOptions& options) {
  HAMDIL_CHECK(make_folder(folder));
  if (!options.overwrite && file_exists(folder + "/study.yaml")) {
    const auto there = read_file(folder + "/study.yaml");
    if (!there || *there != study_file())
      return Error("demo.make.changed", "The study file in this folder was changed; nothing was written.")
          .at({.file = folder + "/study.yaml"})
          .advise("Give another folder, or --force to overwrite it.");
  }
  const Population population = make_population(options.seed, people_of_cell(options));
  const Sample sample = draw(population, options);
  std::vector<std::string> written;
  const auto write = [&](const std::string& name, const std::string& bytes) -> Status {
    HAMDIL_CHECK(write_file(folder + "/" + name, bytes));
    written.push_back(name);
    return Done{};
  };
  for (int version = 1; version <= 2; ++version) {
    HAMDIL_TRY(const std::string bytes, exchange::xlsx::write_workbook(make_form(population, version)));
    HAMDIL_CHECK(write(fmt::format("form_v{}.xlsx", version), bytes));
  }
  for (std::size_t round = 0; round < kRounds; ++round) {
    Export exported(population, options, round);
    for (std::size_t i = 0; i < sample.people[round].size(); ++i)
      exported.add(population.people[sample.people[round][i]], i);
    HAMDIL_TRY(const std::string bytes, exported.workbook());
    HAMDIL_CHECK(write(round == 0 ? "baseline.xlsx" : "endline.xlsx", bytes));
  }
  HAMDIL_CHECK(write("sampling_frame.csv", frame_csv(population, sample)));
  HAMDIL_CHECK(write("districts.geojson", geojson()));
  HAMDIL_CHECK(write("study.yaml", study_file()));
  const Json truth = {{"demo", "DEMO: invented population"},
                      {"seed", options.seed},
                      {"people", population.people.size()},
                      {"values", truth_of(population)}};
  HAMDIL_CHECK(write("truth.json", truth.dump(1) + "\n"));
  return written;
}

}  // namespace hamdil::services::demo
