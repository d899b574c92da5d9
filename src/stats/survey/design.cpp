#include "stats/survey/design.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "base/text.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::array<const char*, 5> kLonelyNames = {"fail", "remove", "certainty", "adjust", "average"};
constexpr std::array<const char*, 4> kPpsNames = {"none", "brewer", "overton", "hartley_rao"};

constexpr std::int64_t kMostDirect = 1 << 22;

struct Range {
  double lowest = kInfinity;
  double highest = -kInfinity;
};

// Of the numbers that are there, several side by side, so that a comparison need not wait for the one before it.
Range range_of(const std::vector<double>& numbers) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> lowest;
  std::array<double, kLanes> highest;
  lowest.fill(kInfinity);
  highest.fill(-kInfinity);
  const auto take = [&](std::size_t lane, double value) {  // every comparison with NaN is false
    lowest[lane] = value < lowest[lane] ? value : lowest[lane];
    highest[lane] = value > highest[lane] ? value : highest[lane];
  };
  std::size_t row = 0;
  for (; row + kLanes <= numbers.size(); row += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) take(lane, numbers[row + lane]);
  for (; row < numbers.size(); ++row) take(0, numbers[row]);
  return {*std::min_element(lowest.begin(), lowest.end()), *std::max_element(highest.begin(), highest.end())};
}

// Whole numbers within a narrow range, as codes, ids and years are: a table instead of a search. False when they are
// not so.
bool encode_directly(const std::vector<double>& numbers, Encoded& out) {
  const Range range = range_of(numbers);
  const double lowest = range.lowest;
  if (!(range.highest - lowest < static_cast<double>(kMostDirect)) || std::fabs(lowest) > 1e15) return false;
  std::vector<std::int32_t> code_of(static_cast<std::size_t>(range.highest - lowest) + 1, -1);
  out.codes.resize(numbers.size());  // places in code_of first
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    const double value = numbers[row];
    if (std::isnan(value)) {
      out.codes[row] = -1;
      continue;
    }
    const auto place = static_cast<std::int32_t>(value - lowest);
    if (lowest + place != value) return false;
    code_of[static_cast<std::size_t>(place)] = 0;
    out.codes[row] = place;
  }
  for (std::size_t place = 0; place < code_of.size(); ++place) {
    if (code_of[place] < 0) continue;
    code_of[place] = static_cast<std::int32_t>(out.names.size());
    out.names.push_back(text::format_number(lowest + static_cast<double>(place)));
  }
  const bool gaps = out.names.size() < code_of.size();
  if (gaps)
    for (std::int32_t& code : out.codes) code = code < 0 ? -1 : code_of[static_cast<std::size_t>(code)];
  return true;
}

Encoded encode_numbers(const data::Column& column) {
  Encoded direct;
  if (encode_directly(column.numbers, direct)) return direct;
  std::vector<double> values;
  // Codes of a questionnaire are few and repeat, so a sorted copy of the distinct ones stays small; others cost one
  // sort.
  std::unordered_map<double, std::int32_t> seen;
  seen.reserve(1024);
  double last = std::numeric_limits<double>::quiet_NaN();
  for (const double value : column.numbers) {
    if (value == last || std::isnan(value)) continue;
    last = value;
    if (seen.emplace(value, 0).second) values.push_back(value);
  }
  std::sort(values.begin(), values.end());
  Encoded out;
  out.names.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    seen[values[i]] = static_cast<std::int32_t>(i);
    out.names.push_back(text::format_number(values[i]));
  }
  out.codes.resize(column.numbers.size());
  last = std::numeric_limits<double>::quiet_NaN();
  std::int32_t last_code = -1;
  for (std::size_t row = 0; row < out.codes.size(); ++row) {
    const double value = column.numbers[row];
    if (value != last) {
      last = value;
      last_code = std::isnan(value) ? -1 : seen.find(value)->second;
    }
    out.codes[row] = last_code;
  }
  return out;
}

Encoded encode_texts(const data::Column& column) {
  std::unordered_map<std::string, std::int32_t> seen;
  Encoded out;
  out.codes.assign(column.texts.size(), -1);
  for (std::size_t row = 0; row < column.texts.size(); ++row)
    if (!column.is_missing(row)) seen.emplace(column.texts[row], 0);
  for (const auto& [name, code] : seen) out.names.push_back(name);
  std::sort(out.names.begin(), out.names.end());
  for (std::size_t i = 0; i < out.names.size(); ++i) seen[out.names[i]] = static_cast<std::int32_t>(i);
  for (std::size_t row = 0; row < column.texts.size(); ++row)
    if (!column.is_missing(row)) out.codes[row] = seen.find(column.texts[row])->second;
  return out;
}

// Numbers pairs (outer, inner) densely in the order of first appearance.
struct Pairs {
  std::vector<std::int32_t> codes;
  std::vector<std::int32_t> outer_of;
};
std::size_t count_codes(const std::vector<std::int32_t>& codes) {
  return codes.empty() ? 0 : static_cast<std::size_t>(*std::max_element(codes.begin(), codes.end())) + 1;
}

Pairs pair_up(const std::vector<std::int32_t>& outer, const std::vector<std::int32_t>& inner) {
  Pairs out;
  out.codes.resize(outer.size());
  const std::size_t inner_count = count_codes(inner);
  const std::size_t product = count_codes(outer) * inner_count;
  if (product <= static_cast<std::size_t>(kMostDirect)) {
    std::vector<std::int32_t> code_of(product, -1);
    for (std::size_t row = 0; row < outer.size(); ++row) {
      std::int32_t& code =
          code_of[static_cast<std::size_t>(outer[row]) * inner_count + static_cast<std::size_t>(inner[row])];
      if (code < 0) {
        code = static_cast<std::int32_t>(out.outer_of.size());
        out.outer_of.push_back(outer[row]);
      }
      out.codes[row] = code;
    }
    return out;
  }
  std::unordered_map<std::int64_t, std::int32_t> seen;
  std::int64_t last_key = -1;
  std::int32_t last_code = -1;
  for (std::size_t row = 0; row < outer.size(); ++row) {
    const std::int64_t key = (static_cast<std::int64_t>(outer[row]) << 32) | static_cast<std::uint32_t>(inner[row]);
    if (key != last_key) {
      const auto [place, fresh] = seen.emplace(key, static_cast<std::int32_t>(out.outer_of.size()));
      if (fresh) out.outer_of.push_back(outer[row]);
      last_key = key;
      last_code = place->second;
    }
    out.codes[row] = last_code;
  }
  return out;
}

Result<const data::Column*> need_column(const data::Table& table, const std::string& name, const char* role) {
  const data::Column* column = table.find(name);
  if (column == nullptr) {
    std::vector<std::string> names;
    for (const data::Column& other : table.columns) names.push_back(other.name);
    return Error("stats.design.no_column",
                 "The design names the column {column} for {role}, which the data do not have.",
                 {{"column", name}, {"role", role}})
        .advise("Nearest names: " + text::join(text::nearest(name, names), ", "));
  }
  return column;
}

Result<Encoded> encode_complete(const data::Table& table, const std::string& name, const char* role) {
  HAMDIL_TRY(const data::Column* column, need_column(table, name, role));
  Encoded encoded = encode(*column);
  for (std::size_t row = 0; row < encoded.codes.size(); ++row) {
    if (encoded.codes[row] < 0)
      return Error("stats.design.missing_value",
                   "The {role} {column} is missing in a row; every row of the design needs one.",
                   {{"role", role}, {"column", name}})
          .at({.row = row + 1, .column_name = name});
  }
  return encoded;
}

Result<std::vector<double>> numbers_complete(const data::Table& table, const std::string& name, const char* role) {
  HAMDIL_TRY(const data::Column* column, need_column(table, name, role));
  std::vector<double> values(table.rows);
  for (std::size_t row = 0; row < table.rows; ++row) {
    values[row] = column->is_numeric() ? column->numbers[row] : column->number_at(row);
    if (!std::isfinite(values[row]))
      return Error("stats.design.missing_value",
                   "The {role} {column} is missing in a row; every row of the design needs one.",
                   {{"role", role}, {"column", name}})
          .at({.row = row + 1, .column_name = name});
  }
  return values;
}

std::vector<std::int32_t> each_row_its_own(std::size_t rows) {
  std::vector<std::int32_t> codes(rows);
  std::iota(codes.begin(), codes.end(), 0);
  return codes;
}

void finish_stage(Stage& stage, std::size_t groups) {
  stage.units_in_group.assign(groups, 0);
  for (const std::int32_t group : stage.group_of_unit) ++stage.units_in_group[static_cast<std::size_t>(group)];
}

Status check_nested(const std::string& column, const std::vector<std::int32_t>& strata, const Encoded& clusters) {
  std::vector<std::int32_t> stratum_of(clusters.names.size(), -1);
  for (std::size_t row = 0; row < strata.size(); ++row) {
    std::int32_t& stratum = stratum_of[static_cast<std::size_t>(clusters.codes[row])];
    if (stratum < 0) stratum = strata[row];
    if (stratum != strata[row])
      return Error("stats.design.not_nested", "A cluster of {column} stands in more than one stratum.",
                   {{"column", column}})
          .at({.row = row + 1, .column_name = column})
          .advise(
              "If cluster numbers start again in every stratum, set nest to true; otherwise correct the cluster or the "
              "stratum.");
  }
  return Done{};
}

Result<Stage> first_stage(const DesignSpec& spec, const data::Table& table, const Encoded& strata) {
  Stage stage;
  if (spec.ids.empty()) {
    stage.unit_of_row = each_row_its_own(table.rows);
    stage.group_of_unit = strata.codes;
  } else {
    HAMDIL_TRY(Encoded clusters, encode_complete(table, spec.ids[0], "cluster"));
    Pairs pairs = pair_up(strata.codes, clusters.codes);
    if (!spec.nest) HAMDIL_CHECK(check_nested(spec.ids[0], strata.codes, clusters));
    stage.unit_of_row = std::move(pairs.codes);
    stage.group_of_unit = std::move(pairs.outer_of);
  }
  finish_stage(stage, strata.names.size());
  return stage;
}

Result<Stage> second_stage(const DesignSpec& spec, const data::Table& table, const Stage& first) {
  std::vector<std::int32_t> strata(table.rows, 0);
  if (spec.strata.size() > 1) {
    HAMDIL_TRY(Encoded encoded, encode_complete(table, spec.strata[1], "second-stage stratum"));
    strata = std::move(encoded.codes);
  }
  HAMDIL_TRY(Encoded clusters, encode_complete(table, spec.ids[1], "second-stage cluster"));
  const Pairs groups = pair_up(first.unit_of_row, strata);
  Pairs units = pair_up(groups.codes, clusters.codes);
  Stage stage;
  stage.unit_of_row = std::move(units.codes);
  stage.group_of_unit = std::move(units.outer_of);
  for (const std::int32_t group : stage.group_of_unit)
    stage.parent_of_unit.push_back(groups.outer_of[static_cast<std::size_t>(group)]);
  finish_stage(stage, groups.outer_of.size());
  return stage;
}

bool reads_as_fraction(FpcMeaning meaning, const std::vector<double>& values) {
  if (meaning == FpcMeaning::kPopulationSize) return false;
  if (meaning != FpcMeaning::kByValue) return true;
  return std::all_of(values.begin(), values.end(), [](double value) { return value <= 1.0; });
}

Status add_fpc(const DesignSpec& spec, const data::Table& table, std::size_t number, Stage& stage) {
  const std::string& name = spec.fpc[number];
  HAMDIL_TRY(const std::vector<double> values, numbers_complete(table, name, "population size"));
  const bool fraction = reads_as_fraction(spec.fpc_meaning, values);
  std::vector<double> of_unit(stage.units(), -1);
  std::vector<double> of_group(stage.groups(), -1);
  std::vector<bool> too_small(stage.groups(), false);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const Where place{.row = row + 1, .column_name = name};
    const auto unit = static_cast<std::size_t>(stage.unit_of_row[row]);
    const auto group = static_cast<std::size_t>(stage.group_of_unit[unit]);
    const double sampled = stage.units_in_group[group];
    if (!(values[row] > 0) || (fraction && values[row] > 1))
      return Error("stats.design.fpc_bad", "{column} must be a population size above 0 or a fraction between 0 and 1.",
                   {{"column", name}})
          .at(place);
    double& before = spec.pps == Pps::kNone && spec.fpc_meaning != FpcMeaning::kInclusionProbability ? of_group[group]
                                                                                                     : of_unit[unit];
    if (before < 0) before = values[row];
    if (before != values[row])
      return Error("stats.design.fpc_not_constant",
                   "{column} is not the same over a stratum (stage 1) or a cluster (stage 2).", {{"column", name}})
          .at(place);
    if (!fraction && values[row] < sampled) too_small[group] = true;
    stage.population_of_unit[unit] = fraction ? sampled / values[row] : values[row];
  }
  // How many strata or clusters, and not which with how many: whoever asks from outside the team reads this, too.
  if (const auto wrong = std::count(too_small.begin(), too_small.end(), true); wrong > 0)
    return Error("stats.design.fpc_too_small",
                 "{column} says fewer units than were sampled in {wrong} of {all} {groups} of stage {stage}.",
                 {{"column", name},
                  {"wrong", std::to_string(wrong)},
                  {"all", std::to_string(stage.groups())},
                  {"groups", number == 0 ? "strata" : "clusters"},
                  {"stage", std::to_string(number + 1)}})
        .at({.column_name = name})
        .advise("Count what was sampled there, interviews sent twice included, and mend the sampling frame.");
  return Done{};
}

Result<std::vector<double>> make_weights(const DesignSpec& spec, const data::Table& table,
                                         const std::vector<Stage>& stages) {
  if (!spec.weights.empty()) {
    HAMDIL_TRY(std::vector<double> weights, numbers_complete(table, spec.weights, "weight"));
    for (std::size_t row = 0; row < weights.size(); ++row) {
      if (weights[row] < 0)
        return Error("stats.design.bad_weight", "The weight {column} is negative in a row.", {{"column", spec.weights}})
            .at({.row = row + 1, .column_name = spec.weights});
    }
    return weights;
  }
  std::vector<double> weights(table.rows, 1.0);
  if (spec.fpc.empty()) return weights;
  for (const Stage& stage : stages) {
    for (std::size_t row = 0; row < weights.size(); ++row) {
      const auto unit = static_cast<std::size_t>(stage.unit_of_row[row]);
      weights[row] *=
          stage.population_of_unit[unit] / stage.units_in_group[static_cast<std::size_t>(stage.group_of_unit[unit])];
    }
  }
  return weights;
}

template <class Enum, std::size_t kSize>
std::optional<Enum> from_name(const std::array<const char*, kSize>& names, std::string_view name) {
  for (std::size_t i = 0; i < kSize; ++i)
    if (name == names[i]) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

const char* lonely_rule_name(LonelyRule rule) { return kLonelyNames[static_cast<std::size_t>(rule)]; }
std::optional<LonelyRule> lonely_rule_from_name(std::string_view name) {
  return from_name<LonelyRule>(kLonelyNames, name);
}
const char* pps_name(Pps pps) { return kPpsNames[static_cast<std::size_t>(pps)]; }
std::optional<Pps> pps_from_name(std::string_view name) { return from_name<Pps>(kPpsNames, name); }

std::optional<FpcMeaning> fpc_meaning_from_name(std::string_view name) {
  if (name == "sampling_rate" || name == "fraction") return FpcMeaning::kSamplingFraction;
  constexpr std::array<const char*, 4> kNames = {"by_value", "population_size", "sampling_fraction",
                                                 "inclusion_probability"};
  return from_name<FpcMeaning>(kNames, name);
}

Encoded encode(const data::Column& column) {
  if (column.type == data::ColumnType::kText) return encode_texts(column);
  if (column.type != data::ColumnType::kCategory) return encode_numbers(column);
  Encoded out;
  out.codes = column.codes;
  for (const data::Level& level : column.levels) out.names.push_back(level.value);
  return out;
}

Result<SurveyDesign> SurveyDesign::make(const DesignSpec& spec, const data::Table& table) {
  if (spec.ids.size() > 2 || spec.strata.size() > std::max<std::size_t>(1, spec.ids.size()))
    return Error("stats.design.too_many_stages",
                 "A design has at most two stages of clusters, and strata for the stages it has.");
  const std::size_t stage_count = std::max<std::size_t>(1, spec.ids.size());
  if (!spec.fpc.empty() && spec.fpc.size() != stage_count)
    return Error("stats.design.fpc_stages", "Give a population size for each of the {stages} stages, or none.",
                 {{"stages", std::to_string(stage_count)}});
  if (spec.pps != Pps::kNone && spec.fpc.empty())
    return Error("stats.design.pps_needs_probabilities",
                 "Sampling with unequal probabilities needs the column of inclusion probabilities in fpc.");
  SurveyDesign design;
  design.spec_ = spec;
  Encoded strata{std::vector<std::int32_t>(table.rows, 0), {""}};
  if (!spec.strata.empty()) {
    HAMDIL_TRY(strata, encode_complete(table, spec.strata[0], "stratum"));
  }
  design.stratum_names_ = strata.names;
  HAMDIL_TRY(Stage first, first_stage(spec, table, strata));
  design.stages_.push_back(std::move(first));
  if (spec.ids.size() > 1) {
    HAMDIL_TRY(Stage second, second_stage(spec, table, design.stages_[0]));
    design.stages_.push_back(std::move(second));
  }
  for (std::size_t number = 0; number < stage_count; ++number) {
    Stage& stage = design.stages_[number];
    stage.population_of_unit.assign(stage.units(), kInfinity);
    if (!spec.fpc.empty()) HAMDIL_CHECK(add_fpc(spec, table, number, stage));
  }
  HAMDIL_TRY(design.weights_, make_weights(spec, table, design.stages_));
  if (spec.adjustment) HAMDIL_CHECK(design.adjust(table));
  design.count_whole_sample();
  return design;
}

SurveyDesign SurveyDesign::of_units(DesignSpec spec, Stage first, std::vector<std::string> stratum_names) {
  SurveyDesign design;
  design.spec_ = std::move(spec);
  design.stratum_names_ = std::move(stratum_names);
  finish_stage(first, design.stratum_names_.size());
  if (first.population_of_unit.empty()) first.population_of_unit.assign(first.units(), kInfinity);
  design.stages_.push_back(std::move(first));
  return design;
}

void SurveyDesign::count_whole_sample() {
  constexpr std::size_t kRowsInRun = 16;  // on average, for runs to be worth their memory
  const Stage& stage = stages_[0];
  unit_bases_.resize(stage.units());
  for (std::size_t begin = 0; begin < rows();) {
    const std::int32_t unit = stage.unit_of_row[begin];
    UnitBase& base = unit_bases_[static_cast<std::size_t>(unit)];
    std::size_t end = begin;
    for (; end < rows() && stage.unit_of_row[end] == unit; ++end) {
      base.weight += weights_[end];
      base.square += weights_[end] * weights_[end];
      ++base.rows;
      base.positive += weights_[end] != 0;
    }
    if (runs_.size() <= rows() / kRowsInRun)
      runs_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), unit});
    begin = end;
  }
  if (runs_.size() > rows() / kRowsInRun) runs_.clear();
  runs_.shrink_to_fit();
  std::vector<bool> held(stage.groups(), false);
  for (std::size_t unit = 0; unit < stage.units(); ++unit) {
    if (unit_bases_[unit].positive == 0) continue;
    const auto group = static_cast<std::size_t>(stage.group_of_unit[unit]);
    full_degf_ += held[group] ? 1 : 0;
    held[group] = true;
  }
}

bool SurveyDesign::has_lonely_stratum() const {
  const std::vector<std::int32_t>& counts = stages_[0].units_in_group;
  return std::find(counts.begin(), counts.end(), 1) != counts.end();
}

RowList all_rows(const SurveyDesign& design) {
  RowList rows(design.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

std::size_t count_clusters(const SurveyDesign& design, const RowList& rows) {
  std::size_t count = 0;
  if (rows.size() == design.rows()) {
    for (const SurveyDesign::UnitBase& unit : design.unit_bases()) count += unit.positive > 0;
    return count;
  }
  const Stage& stage = design.stages()[0];
  std::vector<bool> seen(stage.units(), false);
  for (const std::uint32_t row : rows) {
    const auto unit = static_cast<std::size_t>(stage.unit_of_row[row]);
    if (design.weights()[row] == 0 || seen[unit]) continue;
    seen[unit] = true;
    ++count;
  }
  return count;
}

double degrees_of_freedom(const SurveyDesign& design, const RowList& rows) {
  if (rows.size() == design.rows()) return design.full_degrees_of_freedom();
  const Stage& stage = design.stages()[0];
  std::vector<bool> seen(stage.groups(), false);
  std::size_t groups = 0;
  for (const std::uint32_t row : rows) {
    const auto group = static_cast<std::size_t>(stage.group_of_unit[static_cast<std::size_t>(stage.unit_of_row[row])]);
    if (design.weights()[row] == 0 || seen[group]) continue;
    seen[group] = true;
    ++groups;
  }
  return static_cast<double>(count_clusters(design, rows)) - static_cast<double>(groups);
}

}  // namespace hamdil::stats::survey
