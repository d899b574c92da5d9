// A small invented study for the tests of reports: two rounds, two groups, three districts, two dimensions. Figures are
// made up.
#pragma once

#include <cmath>

#include "protect/released.hpp"
#include "report/compose.hpp"

namespace hamdil::protect {
// Tables whose cells are withheld by hand, without the gate.
class ReleaseForTests {
 public:
  template <class T>
  static Released<T> as_is(T value) {
    return Released<T>(std::move(value));
  }
};
}  // namespace hamdil::protect

namespace hamdil::report::testing {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline stats::Row row(Pairs by, double estimate, double se, std::size_t n, std::string ref, std::string level = "") {
  stats::Row out;
  out.by = std::move(by);
  out.level = std::move(level);
  out.estimate = estimate;
  out.se = se;
  out.ci_t = {estimate - 2.05 * se, estimate + 2.05 * se};
  out.base_rows = out.cell_rows = n;
  out.base_clusters = 20;
  out.p_value = std::erfc(std::fabs(estimate / se) / std::sqrt(2.0));
  out.ref = std::move(ref);
  return out;
}

inline protect::ReleasedTable table(std::string id, std::vector<stats::Row> rows, std::string estimator = "mean") {
  protect::ReleasedTable out;
  out.table.id = std::move(id);
  out.table.estimator = std::move(estimator);
  out.table.rows = std::move(rows);
  out.withheld.assign(out.table.rows.size(), protect::Withheld::kNo);
  return out;
}

inline void withhold(protect::ReleasedTable& released, std::size_t index, protect::Withheld reason) {
  stats::Row& r = released.table.rows[index];
  r.estimate = r.se = r.p_value = stats::kNaN;
  r.ci_t = {};
  r.base_rows = r.cell_rows = 0;
  r.flags.clear();
  released.withheld[index] = reason;
}

inline void add_dimension(protect::TableSet& set, const std::string& id, double start, double change, double se) {
  const auto ref = [&](const std::string& cell) { return "T." + id + "." + cell; };
  set.tables.push_back(table(id + ".overall", {row({{"round", "r1"}}, start, se, 612, ref("o1")),
                                               row({{"round", "r2"}}, start + change, se, 587, ref("o2"))}));
  std::vector<stats::Row> by_group;
  std::vector<stats::Row> by_district;
  std::vector<stats::Row> both;
  std::vector<stats::Row> change_by_district;
  int step = 0;
  for (const std::string round : {"r1", "r2"}) {
    const double level = start + (round == "r2" ? change : 0);
    for (const std::string group : {"host", "refugee"})
      by_group.push_back(row({{"group", group}, {"round", round}}, level + (group == "host" ? 0.12 : -0.14), se * 1.4,
                             300, ref("g" + group + round)));
    for (const std::string district : {"d1", "d2", "d3"}) {
      by_district.push_back(row({{"district", district}, {"round", round}}, level + 0.1 * (++step % 4 - 2), se * 1.7,
                                200, ref(district + round)));
      for (const std::string group : {"host", "refugee"})
        both.push_back(row({{"district", district}, {"group", group}, {"round", round}},
                           level + 0.07 * (++step % 5 - 2), se * 2.3, 98, ref(district + group + round)));
    }
  }
  for (const std::string district : {"d1", "d2", "d3"})
    change_by_district.push_back(
        row({{"district", district}}, change + 0.1 * (++step % 3 - 1), se * 2.2, 400, ref("cd" + district)));
  set.tables.push_back(table(id + ".by_group", by_group));
  set.tables.push_back(table(id + ".by_district", by_district));
  set.tables.push_back(table(id + ".by_district_group", both));
  withhold(set.tables.back(), 3, protect::Withheld::kFewRows);
  withhold(set.tables.back(), 9, protect::Withheld::kComplementary);
  set.tables.push_back(table(id + ".change", {row({}, change, se * 1.2, 1199, ref("c"))}));
  set.tables.push_back(
      table(id + ".change_by_group", {row({{"group", "host"}}, change * 0.7, se * 1.8, 600, ref("ch")),
                                      row({{"group", "refugee"}}, change * 1.3, se * 1.8, 599, ref("cr"))}));
  set.tables.push_back(table(id + ".change_by_district", change_by_district));
  set.tables.push_back(table(id + ".gap", {row({{"round", "r1"}}, -0.26, se * 1.9, 612, ref("p1")),
                                           row({{"round", "r2"}}, -0.18, se * 1.9, 587, ref("p2"))}));
  set.tables.push_back(table(id + ".gap_change", {row({}, 0.08, se * 2.6, 1199, ref("pc"))}));
}

inline protect::TableSet tables() {
  protect::TableSet set;
  add_dimension(set, "trust", 2.9, 0.31, 0.043);
  add_dimension(set, "distance", 2.6, -0.06, 0.081);
  set.tables.back().table.rows[0].flags = {stats::Flag::kWideInterval};
  set.tables[0].table.rows[0].flags = {stats::Flag::kHighRefusal};
  const double shares[3][5] = {
      {0.08, 0.17, 0.21, 0.34, 0.20}, {0.12, 0.22, 0.18, 0.30, 0.18}, {0.05, 0.11, 0.24, 0.38, 0.22}};
  for (int item = 0; item < 3; ++item) {
    const std::string name = "trust_" + std::to_string(item + 1);
    std::vector<stats::Row> rows;
    for (int answer = 0; answer < 5; ++answer)
      rows.push_back(row({{"round", "r2"}}, shares[item][answer], 0.021, 587,
                         "T." + name + "." + std::to_string(answer + 1), std::to_string(answer + 1)));
    set.tables.push_back(table(name + ".answers", std::move(rows), "proportion"));
  }
  return set;
}

inline Context context(const std::string& language = "en") {
  Context c;
  c.language = language;
  c.calendar = language == "fa-AF" ? CalendarKind::kSolarHijri : CalendarKind::kGregorian;
  c.study_title = "Living together";
  c.programme = {"Neighbours programme",
                 "Example organisation",
                 "Two invented provinces",
                 "To see whether neighbours trust each other more.",
                 "Three districts, refugees and hosts.",
                 "The organisation and its partners.",
                 "Families arrived over several years and live next to those who were there before.",
                 {"Joint workshops", "School councils"}};
  c.rounds = {{"r1", "Baseline", Date{2024, 3, 4}, Date{2024, 3, 22}},
              {"r2", "Endline", Date{2025, 3, 3}, Date{2025, 3, 25}}};
  c.comparisons = {{"r2-r1", "r1", "r2"}};
  c.design.sampling = Sampling::kProbability;
  c.design.strata_label = "district";
  c.design.strata = 3;
  c.design.cluster_label = "settlement";
  c.design.clusters = 60;
  c.design.weighted = true;
  c.design.degrees_of_freedom = 57;
  c.design.same_clusters = true;
  c.receipts = {{"r1",
                 640,
                 612,
                 {{"no_consent", "no consent", 21}, {"duplicate", "duplicate", 7}},
                 33,
                 {{"host", 310}, {"refugee", 302}}},
                {"r2", 601, 587, {{"no_consent", "no consent", 14}}, 28, {{"host", 296}, {"refugee", 291}}}};
  c.consent = {"consent_text_seen", "", "the programme's data protection focal point", "1 April 2025", false};
  Dimension trust;
  trust.id = "trust";
  trust.title = "Trust in neighbours";
  trust.description = "How far people rely on their neighbours of the other group.";
  trust.items = {{"trust_1", "I would leave my keys with a neighbour from the other group."},
                 {"trust_2", "Most people of the other group keep their word."},
                 {"trust_3", "If I fell ill, neighbours of the other group would help."}};
  trust.minimum_label = "no trust at all";
  trust.maximum_label = "full trust";
  Dimension distance;
  distance.id = "distance";
  distance.title = "Social distance";
  distance.section = "discrimination";
  distance.higher_is_better = false;
  distance.items = {{"distance_1", "I would not want my child to sit next to a child of the other group."}};
  c.dimensions = {trust, distance};
  const std::vector<LevelLabel> scale = {
      {"1", "Strongly disagree"}, {"2", "Disagree"}, {"3", "Neither"}, {"4", "Agree"}, {"5", "Strongly agree"}};
  c.variables = {{"group", "Group", {{"host", "Hosts"}, {"refugee", "Refugees"}}},
                 {"district", "District", {{"d1", "Northern valley"}, {"d2", "River bend"}, {"d3", "Old town"}}},
                 {"trust_1", "", scale},
                 {"trust_2", "", scale},
                 {"trust_3", "", scale}};
  c.group_variable = "group";
  c.district_variable = "district";
  c.questionnaire = {{"trust_1", trust.items[0].text, scale},
                     {"trust_2", trust.items[1].text, scale},
                     {"trust_3", trust.items[2].text, scale}};
  c.datasets = {{"r1", "baseline.xlsx", "5f1d9c0e", 612}, {"r2", "endline.xlsx", "77aa03b2", 587}};
  c.policy = {10, 3};
  c.report_date = "2025-04-15";
  c.created = "2025-04-15T08:00:00Z";
  c.software_version = "hamdil 0.1.0";
  c.run = "a1b2c3d4";
  c.demo = true;
  return c;
}

inline protect::Released<Document> document(const std::string& language = "en") {
  return *compose("impact_assessment_report", protect::ReleaseForTests::as_is(tables()), context(language));
}

}  // namespace hamdil::report::testing
