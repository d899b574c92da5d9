// A survey's sampling design, checked and encoded once: strata, up to two stages of clusters, weights, population
// sizes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/survey/adjustment.hpp"

namespace hamdil::stats::survey {

// What a stratum with a single first-stage unit contributes to the variance.
enum class LonelyRule : std::uint8_t {
  kFail,       // an error names the stratum
  kRemove,     // nothing
  kCertainty,  // nothing: the unit was taken with certainty
  kAdjust,     // the squared distance of its total from the mean of all units' totals
  kAverage,    // the average of the other strata
};
enum class Pps : std::uint8_t { kNone, kBrewer, kOverton, kHartleyRao };
enum class FpcMeaning : std::uint8_t {
  kByValue,  // above 1 a population size, otherwise a sampling fraction
  kPopulationSize,
  kSamplingFraction,
  kInclusionProbability,
};
const char* lonely_rule_name(LonelyRule rule);  // "fail", "remove", ...
std::optional<LonelyRule> lonely_rule_from_name(std::string_view name);
const char* pps_name(Pps pps);  // "none", "brewer", "overton", "hartley_rao"
std::optional<Pps> pps_from_name(std::string_view name);
std::optional<FpcMeaning> fpc_meaning_from_name(std::string_view name);

// Column names of one table, and how to read them.
struct DesignSpec {
  std::vector<std::string> ids;     // clusters by stage, at most two; empty: every row is a unit
  std::vector<std::string> strata;  // by stage; empty: one stratum
  std::string weights;              // empty: from `fpc` where given, otherwise all 1
  std::vector<std::string> fpc;     // one a stage; empty: with replacement at the first stage
  FpcMeaning fpc_meaning = FpcMeaning::kByValue;
  bool nest = false;  // cluster numbers start again in every stratum
  LonelyRule lonely = LonelyRule::kFail;
  bool adjust_domain_lonely = false;  // kAdjust and kAverage also apply to strata that are single only in a domain
  Pps pps = Pps::kNone;
  double hartley_rao_psum = 0;           // sum of squared inclusion probabilities over the population / n
  std::optional<Adjustment> adjustment;  // of the weights, after the design
  bool operator==(const DesignSpec&) const = default;
};

// One stage. Units are numbered over the whole sample, groups are what they are compared within: strata at stage 1,
// strata inside first-stage units at stage 2.
struct Stage {
  std::vector<std::int32_t> unit_of_row;
  std::vector<std::int32_t> group_of_unit;
  std::vector<std::int32_t> parent_of_unit;  // stage 2: the first-stage unit
  std::vector<double> population_of_unit;    // infinity: with replacement
  std::vector<std::int32_t> units_in_group;
  std::size_t units() const { return group_of_unit.size(); }
  std::size_t groups() const { return units_in_group.size(); }
};

struct Calibration;  // calibrate.hpp

class SurveyDesign {
 public:
  // Encodes and checks. Codes: stats.design.no_column, .missing_value, .bad_weight, .not_nested, .fpc_not_constant,
  // .fpc_too_small (says in how many strata or clusters, no values of rows), .fpc_bad, .fpc_stages, .too_many_stages,
  // .pps_needs_probabilities; of an adjustment those of adjust_weights(). Cost: linear in rows.
  static Result<SurveyDesign> make(const DesignSpec& spec, const data::Table& table);

  // The first stage alone, of a sample whose rows are elsewhere: no rows, no weights. For estimates from sums.
  static SurveyDesign of_units(DesignSpec spec, Stage first, std::vector<std::string> stratum_names);

  const DesignSpec& spec() const { return spec_; }
  std::size_t rows() const { return weights_.size(); }
  const std::vector<double>& weights() const { return weights_; }
  // Before the adjustment; empty without one.
  const std::vector<double>& initial_weights() const { return initial_weights_; }
  // What an adjustment regresses influences on; nullptr when none does.
  const Calibration* calibration() const { return calibration_.get(); }
  const std::vector<Stage>& stages() const { return stages_; }
  // Names of the first-stage strata, as the data write them ("" without strata).
  const std::vector<std::string>& stratum_names() const { return stratum_names_; }
  // Whether later stages add to the variance: only with a finite population at the first stage.
  bool second_stage_counts() const { return stages_.size() > 1 && !spec_.fpc.empty(); }
  bool has_lonely_stratum() const;

  // Facts about the whole sample, counted once when the design is made.
  struct UnitBase {
    double weight = 0;  // sums over the unit's rows
    double square = 0;
    std::uint32_t rows = 0;
    std::uint32_t positive = 0;  // rows with a positive weight
  };
  const std::vector<UnitBase>& unit_bases() const { return unit_bases_; }
  // Stretches of neighbouring rows of one first-stage unit; empty when rows are not mostly sorted by unit.
  struct Run {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::int32_t unit = 0;
  };
  const std::vector<Run>& runs() const { return runs_; }
  double full_degrees_of_freedom() const { return full_degf_; }

 private:
  DesignSpec spec_;
  std::vector<double> weights_;
  std::vector<double> initial_weights_;
  std::shared_ptr<const Calibration> calibration_;
  std::vector<Stage> stages_;
  std::vector<std::string> stratum_names_;
  std::vector<UnitBase> unit_bases_;
  std::vector<Run> runs_;
  double full_degf_ = 0;

  void count_whole_sample();
  Status adjust(const data::Table& table);
};

// Rows of a (sub)population in ascending order. Rows with weight 0 may be among them; they count nowhere but in its
// size.
using RowList = std::vector<std::uint32_t>;
RowList all_rows(const SurveyDesign& design);

// First-stage units minus strata among the rows with a positive weight.
double degrees_of_freedom(const SurveyDesign& design, const RowList& rows);
// Distinct first-stage units among the rows with a positive weight.
std::size_t count_clusters(const SurveyDesign& design, const RowList& rows);

// Dense codes of a column's values: levels in their order, numbers ascending, texts by bytes; -1 where missing.
struct Encoded {
  std::vector<std::int32_t> codes;
  std::vector<std::string> names;
};
Encoded encode(const data::Column& column);

}  // namespace hamdil::stats::survey
