#include "services/reporting/analyses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "base/text.hpp"
#include "services/reporting/derived_columns.hpp"
#include "stats/survey/combine_rows.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::services::reporting {
namespace {

using protect::Domain;
using stats::ResultTable;
using stats::Row;

struct Planned {
  std::string table;
  Json specification;
  const study::MeasureSpec* measure;
};

Json mean_specification(const Json& design, const std::string& variable, std::vector<std::string> by) {
  by.emplace_back(kRoundColumn);
  return {{"design", design},
          {"call",
           {{"estimator", "mean"},
            {"variables", Json::array({variable})},
            {"by", by},
            {"na_rm", true},
            {"covmat", true},
            {"deff", "replace"}}}};
}

Json share_specification(const Json& design, const std::string& variable) {
  return {{"design", design},
          {"call",
           {{"estimator", "proportion"},
            {"variables", Json::array({variable})},
            {"by", Json::array({kRoundColumn})},
            {"na_rm", true}}}};
}

// How much the figures depend on choices: suspect interviews, the rule for strata with one unit, known shares.
void plan_robustness(const StudyData& data, const study::MeasureSpec& measure, std::size_t lonely_strata,
                     std::vector<Planned>& out) {
  const Json design = design_json(data.study.spec.sample, data.rounds.size());
  const std::string column = measure_column(measure);
  if (data.table.find(kFlaggedColumn) != nullptr)
    out.push_back({measure.id + ".by_flagged", mean_specification(design, column, {kFlaggedColumn}), &measure});
  if (lonely_strata > 0)
    for (const char* rule : {"remove", "certainty", "adjust", "average"}) {
      Json other = design;
      other["lonely_psu"] = rule;
      out.push_back({measure.id + ".lonely_" + rule, mean_specification(other, column, {}), &measure});
    }
  if (data.table.find(kRakedColumn) != nullptr) {
    Json other = design;
    other["weights"] = kRakedColumn;
    other.erase("fpc");
    out.push_back({measure.id + ".to_known_shares", mean_specification(other, column, {}), &measure});
    // The weighted figure is made of the parts: the gate must know them.
    for (const study::KnownShares& known : data.study.spec.sample.known_shares)
      out.push_back(
          {measure.id + ".by_" + known.variable, mean_specification(design, column, {known.variable}), &measure});
  }
}

std::vector<Planned> plan(const StudyData& data, std::size_t lonely_strata) {
  const study::StudySpec& spec = data.study.spec;
  const Json design = design_json(spec.sample, data.rounds.size());
  std::vector<Planned> out;
  const auto has = [&](const std::string& column) { return !column.empty() && data.table.find(column) != nullptr; };
  std::set<std::string> items;
  for (const study::MeasureSpec& measure : spec.measures) {
    const auto add = [&](const char* name, std::vector<std::string> by) {
      out.push_back({measure.id + name, mean_specification(design, measure_column(measure), std::move(by)), &measure});
    };
    add(".overall", {});
    if (has(spec.group_variable)) add(".by_group", {spec.group_variable});
    if (has(spec.district_variable)) add(".by_district", {spec.district_variable});
    if (has(spec.group_variable) && has(spec.district_variable))
      add(".by_district_group", {spec.district_variable, spec.group_variable});
    if (has(spec.comparison_variable)) add(".by_comparison", {spec.comparison_variable});
    for (const study::ItemSpec& item : measure.items) {
      const data::Column* column = data.table.find(item.question);
      if (column == nullptr || column->type != data::ColumnType::kCategory || !items.insert(item.question).second)
        continue;
      out.push_back({item.question + ".answers", share_specification(design, item.question), nullptr});
    }
    plan_robustness(data, measure, lonely_strata, out);
  }
  if (spec.sample.how_chosen != "probability")
    for (const study::KnownShares& known : spec.sample.known_shares)
      if (has(known.variable) && data.table.find(known.variable)->type == data::ColumnType::kCategory)
        out.push_back({known.variable + ".known_shares", share_specification(design, known.variable), nullptr});
  return out;
}

std::string level_of(const Domain& domain, const std::string& variable) {
  const auto found =
      std::find_if(domain.begin(), domain.end(), [&](const auto& pair) { return pair.first == variable; });
  return found == domain.end() ? std::string() : found->second;
}

Domain without(Domain domain, const std::string& variable) {
  std::erase_if(domain, [&](const auto& pair) { return pair.first == variable; });
  return domain;
}

// How many answers of a share stand behind a row: the cell that the gate counts.
void count_share_cells(const StudyData& data, const study::MeasureSpec& measure, ResultTable& table) {
  const data::Column& share = *data.table.find(measure_column(measure));
  for (Row& row : table.rows) {
    std::vector<const data::Column*> columns;
    for (const auto& [variable, level] : row.by) columns.push_back(data.table.find(variable));
    std::size_t count = 0;
    for (std::size_t r = 0; r < data.table.rows; ++r) {
      if (share.is_missing(r) || share.numbers[r] != 1) continue;
      bool inside = true;
      for (std::size_t i = 0; i < columns.size() && inside; ++i) inside = columns[i]->text_at(r) == row.by[i].second;
      count += inside;
    }
    row.cell_rows = count;
    row.level = "yes";  // the gate looks at the cell and its complement
  }
}

// One row of a combined table: which rows of the source, with which sign.
struct Recipe {
  Domain by;
  std::vector<std::pair<std::size_t, double>> parts;
};

// Pairs of rows of `source` that differ only in `variable`: `plus` minus `minus`, one recipe for each rest of the
// domain.
std::vector<Recipe> differences(const ResultTable& source, const std::string& variable, const std::string& plus,
                                const std::string& minus) {
  std::map<Domain, std::pair<std::ptrdiff_t, std::ptrdiff_t>> pairs;
  std::vector<Domain> order;
  for (std::size_t i = 0; i < source.rows.size(); ++i) {
    const Domain rest = without(source.rows[i].by, variable);
    const auto [entry, fresh] = pairs.try_emplace(rest, -1, -1);
    if (fresh) order.push_back(rest);
    const std::string level = level_of(source.rows[i].by, variable);
    if (level == plus) entry->second.first = static_cast<std::ptrdiff_t>(i);
    if (level == minus) entry->second.second = static_cast<std::ptrdiff_t>(i);
  }
  std::vector<Recipe> out;
  for (const Domain& rest : order) {
    const auto [a, b] = pairs[rest];
    if (a >= 0 && b >= 0)
      out.push_back({rest, {{static_cast<std::size_t>(a), 1.0}, {static_cast<std::size_t>(b), -1.0}}});
  }
  return out;
}

// The lowest and the highest figure of each round when one part after the other is left out: how much a sample that is
// not random depends on a single place. Nothing with fewer than three parts.
std::vector<Recipe> leave_one_out(const ResultTable& source) {
  std::map<std::string, std::vector<std::size_t>> rounds;
  for (std::size_t i = 0; i < source.rows.size(); ++i)
    if (source.rows[i].base_rows > 0) rounds[level_of(source.rows[i].by, kRoundColumn)].push_back(i);
  std::vector<Recipe> out;
  for (const auto& [round, parts] : rounds) {
    if (parts.size() < 3) continue;
    double weight = 0;
    for (const std::size_t part : parts) weight += source.rows[part].base_weight;
    std::vector<std::pair<double, Recipe>> found;
    for (const std::size_t left_out : parts) {
      Recipe recipe{{{kRoundColumn, round}}, {{left_out, 0.0}}};  // it tells about the part left out as well
      double value = 0;
      for (const std::size_t part : parts) {
        if (part == left_out) continue;
        const double share = source.rows[part].base_weight / (weight - source.rows[left_out].base_weight);
        recipe.parts.emplace_back(part, share);
        value += share * source.rows[part].estimate;
      }
      found.emplace_back(value, std::move(recipe));
    }
    const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
    auto [lowest, highest] = std::minmax_element(found.begin(), found.end(), less);
    lowest->second.by.emplace_back("bound", "lowest");
    highest->second.by.emplace_back("bound", "highest");
    out.push_back(lowest->second);
    out.push_back(highest->second);
  }
  return out;
}

// The difference of two differences, for the change of a gap and for difference-in-differences.
Recipe difference_of(const Recipe& first, const Recipe& second) {
  Recipe out{{}, first.parts};
  for (const auto& [row, sign] : second.parts) out.parts.emplace_back(row, -sign);
  return out;
}

class Builder {
 public:
  Builder(const StudyData& data, Analysed& out) : data_(data), out_(out) {}

  void combine(const std::string& id, const std::string& source_id, const std::vector<Recipe>& recipes) {
    const auto source =
        std::find_if(out_.tables.begin(), out_.tables.end(), [&](const ResultTable& t) { return t.id == source_id; });
    if (source == out_.tables.end() || recipes.empty()) return;
    ResultTable table;
    table.id = id;
    table.estimator = "contrast";
    table.level = source->level;
    table.degf = source->degf;
    table.n = source->n;
    Json parts_json = Json::array();
    for (const Recipe& recipe : recipes) {
      Row row = stats::survey::combine_rows(*source, recipe.parts);
      row.by = recipe.by;
      protect::Combination combination{id, table.rows.size(), source->estimator, {}};
      Json one = Json::array();
      for (const auto& [part, sign] : recipe.parts) {
        combination.parts.push_back(source->rows[part].by);
        one.push_back({{"row", part}, {"times", sign}});
      }
      parts_json.push_back(std::move(one));
      out_.combinations.push_back(std::move(combination));
      table.rows.push_back(std::move(row));
    }
    out_.specifications.push_back(Json{{"combines", source_id}, {"rows", parts_json}}.dump());
    out_.tables.push_back(std::move(table));
  }

  void derive(const study::MeasureSpec& measure) {
    const study::StudySpec& spec = data_.study.spec;
    const std::string& id = measure.id;
    const bool two_groups = spec.group_levels.size() == 2;
    const ResultTable* by_group = find(id + ".by_group");
    const ResultTable* by_district = find(id + ".by_district");
    if (by_district != nullptr && spec.sample.how_chosen != "probability")
      combine(id + ".leave_one_out", id + ".by_district", leave_one_out(*by_district));
    // Two wordings are subtracted only when it is stated that they mean the same.
    const bool same_meaning = !measure.is_mirrored() || !measure.equivalence.empty();
    if (by_group != nullptr && two_groups && same_meaning)
      combine(id + ".gap", id + ".by_group",
              differences(*by_group, spec.group_variable, spec.group_levels[0], spec.group_levels[1]));
    if (data_.rounds.size() < 2) return;
    const std::string& later = data_.rounds.back().name;
    const std::string& earlier = data_.rounds.front().name;
    // Answers to other words are another series.
    if (is_reworded(data_, measure, 0, data_.rounds.size() - 1)) return;
    const auto change = [&](const char* to, const char* from) {
      if (const ResultTable* source = find(id + from))
        combine(id + to, id + from, differences(*source, kRoundColumn, later, earlier));
    };
    change(".change", ".overall");
    change(".change_by_group", ".by_group");
    change(".change_by_district", ".by_district");
    change(".change_by_comparison", ".by_comparison");
    change(".change_by_flagged", ".by_flagged");
    by_group = find(id + ".by_group");
    if (by_group != nullptr && two_groups && same_meaning) {
      const auto changes = differences(*by_group, kRoundColumn, later, earlier);
      const auto of = [&](const std::string& group) {
        return std::find_if(changes.begin(), changes.end(),
                            [&](const Recipe& r) { return level_of(r.by, spec.group_variable) == group; });
      };
      const auto first = of(spec.group_levels[0]);
      const auto second = of(spec.group_levels[1]);
      if (first != changes.end() && second != changes.end())
        combine(id + ".gap_change", id + ".by_group", {difference_of(*first, *second)});
    }
    if (const ResultTable* source = find(id + ".by_comparison")) {
      const auto changes = differences(*source, kRoundColumn, later, earlier);
      const auto of = [&](const std::string& arm) {
        return std::find_if(changes.begin(), changes.end(),
                            [&](const Recipe& r) { return level_of(r.by, spec.comparison_variable) == arm; });
      };
      const auto treated = of(spec.comparison_treated);
      const auto control = of(spec.comparison_control);
      if (treated != changes.end() && control != changes.end())
        combine(id + ".did", id + ".by_comparison", {difference_of(*treated, *control)});
    }
  }

 private:
  const ResultTable* find(const std::string& id) const {
    const auto found =
        std::find_if(out_.tables.begin(), out_.tables.end(), [&](const ResultTable& t) { return t.id == id; });
    return found == out_.tables.end() ? nullptr : &*found;
  }
  const StudyData& data_;
  Analysed& out_;
};

// How well the items of a score hang together: Cronbach's alpha, for two items Spearman and Brown's formula, with the
// design's weights; of a ladder, the coefficient of reproducibility, unweighted. Over the people of all rounds who
// answered every item in the same words.
Status add_reliability(const StudyData& data, const study::MeasureSpec& measure, Analysed& out) {
  const std::vector<std::string> items = item_columns(measure);
  if (measure.is_share() || items.size() < 2) return Done{};
  const char* estimator = measure.is_ladder() ? "reproducibility"
                          : items.size() == 2 ? "spearman_brown"
                                              : "cronbach_alpha";
  const Json specification = {{"design", design_json(data.study.spec.sample, data.rounds.size())},
                              {"call", {{"estimator", estimator}, {"variables", items}}}};
  HAMDIL_TRY(const analysis::AnalysisSpec parsed, analysis::parse_spec(specification));
  HAMDIL_TRY(ResultTable table, analysis::run(parsed, data.table));
  table.id = measure.id + ".reliability";
  table.rows[0].term = table.rows[0].variable = measure_column(measure);
  out.specifications.push_back(specification.dump());
  out.tables.push_back(std::move(table));
  return Done{};
}

// A figure weighted to known shares together with the unweighted one tells about a small part: it goes wherever one of
// the parts goes.
void relate_known_shares(const StudyData& data, Analysed& out) {
  for (const ResultTable& table : out.tables) {
    if (!table.id.ends_with(".to_known_shares")) continue;
    const std::string measure = table.id.substr(0, table.id.rfind('.'));
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      protect::Combination combination{table.id, row, "mean", {}};
      for (const study::KnownShares& known : data.study.spec.sample.known_shares)
        for (const ResultTable& parts : out.tables)
          if (parts.id == measure + ".by_" + known.variable)
            for (const Row& part : parts.rows)
              if (level_of(part.by, kRoundColumn) == level_of(table.rows[row].by, kRoundColumn))
                combination.parts.push_back(part.by);
      out.combinations.push_back(std::move(combination));
    }
  }
}

Status describe_design(const StudyData& data, Analysed& out) {
  const Json specification = {{"design", design_json(data.study.spec.sample, data.rounds.size())},
                              {"call", {{"estimator", "design_summary"}}}};
  HAMDIL_TRY(const analysis::AnalysisSpec parsed, analysis::parse_spec(specification));
  HAMDIL_TRY(const ResultTable summary, analysis::run(parsed, data.table));
  out.design_degf = summary.degf;
  for (const auto& [name, value] : summary.values) {
    if (name == "n_psu") out.clusters = static_cast<std::size_t>(value);
    if (name == "n_strata") out.strata = static_cast<std::size_t>(value);
  }
  HAMDIL_TRY(const auto design, stats::survey::SurveyDesign::make(parsed.design, data.table));
  const stats::survey::Stage& first = design.stages()[0];
  for (std::size_t stratum = 0; stratum < first.groups(); ++stratum)
    if (first.units_in_group[stratum] == 1) out.lonely_strata.push_back(design.stratum_names()[stratum]);
  return Done{};
}

}  // namespace

Json design_json(const study::SampleSpec& sample, std::size_t rounds) {
  std::vector<std::string> strata = sample.strata;
  if (rounds > 1 && sample.clusters.size() == 2 && strata.size() == 1) strata.emplace_back(kRoundColumn);
  Json out = {{"variance", "taylor"}, {"ids", sample.clusters}, {"strata", strata},
              {"fpc", sample.fpc},    {"nest", sample.nest},    {"lonely_psu", sample.lonely_psu}};
  if (!sample.weights.empty()) out["weights"] = sample.weights;
  if (!sample.fpc_meaning.empty()) out["fpc_meaning"] = sample.fpc_meaning;
  return out;
}

Result<Analysed> analyse(const StudyData& data, const Control& control) {
  Analysed out;
  HAMDIL_CHECK(describe_design(data, out));
  const std::vector<Planned> planned = plan(data, out.lonely_strata.size());
  std::vector<analysis::AnalysisSpec> specs;
  for (const Planned& one : planned) {
    HAMDIL_TRY(analysis::AnalysisSpec spec, analysis::parse_spec(one.specification));
    specs.push_back(std::move(spec));
  }
  HAMDIL_TRY(std::vector<Result<ResultTable>> results, analysis::run_many(specs, data.table, control));
  std::size_t without_variance = 0;  // one cause, told once
  for (std::size_t i = 0; i < planned.size(); ++i) {
    if (!results[i]) {
      if (results[i].error().code == "stats.variance.lonely_stratum")
        ++without_variance;
      else
        out.problems.push_back({Severity::kWarning, results[i].error()});
      continue;
    }
    ResultTable table = std::move(*results[i]);
    table.id = planned[i].table;
    if (planned[i].measure != nullptr && planned[i].measure->is_share())
      count_share_cells(data, *planned[i].measure, table);
    out.tables.push_back(std::move(table));
    out.specifications.push_back(planned[i].specification.dump());
  }
  if (without_variance > 0)
    out.problems.push_back(
        {Severity::kWarning,
         Error("reporting.lonely_strata",
               "{tables} of {all} tables are not computed: strata with a single sampling unit ({strata}) give no "
               "variance, and the study file says lonely_psu: fail.",
               {{"tables", std::to_string(without_variance)},
                {"all", std::to_string(planned.size())},
                {"strata", text::join(out.lonely_strata, ", ")}})
             .advise("Join them to neighbouring strata, or choose how single units are treated (lonely_psu: adjust, "
                     "average, certainty or remove).")});
  relate_known_shares(data, out);
  Builder builder(data, out);
  for (const study::MeasureSpec& measure : data.study.spec.measures) builder.derive(measure);
  for (const study::MeasureSpec& measure : data.study.spec.measures) HAMDIL_CHECK(add_reliability(data, measure, out));
  for (ResultTable& table : out.tables) set_references(table, data.run, table.id);
  return out;
}

void keep_for_outsiders(Analysed& analysed) {
  for (std::size_t i = analysed.tables.size(); i-- > 0;)
    if (analysed.tables[i].id.find(".lonely_") != std::string::npos) {
      analysed.tables.erase(analysed.tables.begin() + static_cast<std::ptrdiff_t>(i));
      analysed.specifications.erase(analysed.specifications.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void set_references(ResultTable& table, const std::string& run, const std::string& id) {
  table.id = id;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    table.rows[row].ref = fmt::format("{}:{}:{}", run, id, row + 1);
}

}  // namespace hamdil::services::reporting
