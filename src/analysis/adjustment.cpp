#include "analysis/adjustment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/options.hpp"
#include "base/text.hpp"

namespace hamdil::analysis {
namespace {

using stats::OptionInfo;
using stats::OptionType;
using stats::survey::Adjustment;
using stats::survey::KnownCounts;

OptionInfo by_option(std::string_view help) {
  return {.name = "by", .type = OptionType::kColumns, .help = help, .initial = "none"};
}

OptionInfo population_option() {
  return {.name = "population",
          .type = OptionType::kRecords,
          .help = "known counts: the level of each column of by, and Freq",
          .initial = "none"};
}

Error wrong_type(const std::string& pointer, const char* wanted) {
  return Error("analysis.spec.wrong_type", "A {wanted} is expected here.", {{"wanted", wanted}})
      .at({.pointer = pointer});
}

Result<KnownCounts> read_counts(const Options& options, const std::string& pointer) {
  KnownCounts out;
  out.by = options.texts("by");
  if (out.by.empty()) return wrong_type(pointer + "/by", "list of columns");
  const std::vector<Options> records = options.records("population");
  if (records.empty()) return wrong_type(pointer + "/population", "list of known counts");
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string place = pointer + "/population/" + std::to_string(i);
    const Json& record = records[i].json();
    KnownCounts::Cell cell;
    for (const std::string& name : out.by) {
      if (!record.contains(name)) return wrong_type(place + "/" + name, "level");
      const Json& level = record[name];
      if (!level.is_string() && !level.is_number()) return wrong_type(place + "/" + name, "level");
      cell.levels.push_back(level.is_string() ? level.get<std::string>() : text::format_number(level.get<double>()));
    }
    if (!record.contains("Freq") || !record["Freq"].is_number()) return wrong_type(place + "/Freq", "number");
    if (record.size() != out.by.size() + 1) return wrong_type(place, "object with the columns of by and Freq, no more");
    cell.count = record["Freq"].get<double>();
    out.cells.push_back(std::move(cell));
  }
  return out;
}

double effect_of(const std::vector<double>& weights) {
  double n = 0, sum = 0, squares = 0;
  for (const double weight : weights) {
    if (weight == 0) continue;
    n += 1;
    sum += weight;
    squares += weight * weight;
  }
  return sum == 0 ? stats::kNaN : n * squares / (sum * sum);
}

}  // namespace

const std::vector<OptionInfo>& adjustment_options() {
  static const std::vector<OptionInfo> kOptions = {
      {.name = "method",
       .type = OptionType::kText,
       .help = "what is done to the weights",
       .allowed = {"poststratify", "rake", "calibrate", "trim"},
       .required = true},
      by_option("poststratify: columns"),
      population_option(),
      {.name = "margins",
       .type = OptionType::kRecords,
       .help = "rake: known counts of one variable after the other",
       .initial = "none",
       .members = {by_option("columns of the margin"), population_option()}},
      {.name = "formula", .type = OptionType::kFormula, .help = "calibrate: ~ a + b", .initial = "none"},
      {.name = "totals",
       .type = OptionType::kWeights,
       .help = "calibrate: known total of each model column",
       .initial = "none"},
      {.name = "distance",
       .type = OptionType::kText,
       .help = "calibrate: how far weights may move",
       .initial = "linear",
       .allowed = {"linear", "raking", "logit"}},
      {.name = "bounds",
       .type = OptionType::kNumbers,
       .help = "calibrate: least and most of new over old weight",
       .initial = "none"},
      {.name = "upper", .type = OptionType::kNumber, .help = "trim: largest weight", .initial = "none"},
      {.name = "lower", .type = OptionType::kNumber, .help = "trim: smallest weight", .initial = "0"},
      {.name = "strict", .type = OptionType::kFlag, .help = "trim until none is beyond", .initial = "false"},
      {.name = "contrasts", .type = OptionType::kNote, .help = "categories enter by treatment contrasts"},
      {.name = "converged_to", .type = OptionType::kNote, .help = "margins are met to 1e-10"},
  };
  return kOptions;
}

Result<Adjustment> read_adjustment(const Json& json, const std::string& pointer) {
  HAMDIL_TRY(const Options options, Options::read(json, adjustment_options(), pointer, "an adjustment"));
  Adjustment out;
  const std::string method = options.text("method");
  if (method == "poststratify") {
    HAMDIL_TRY(KnownCounts counts, read_counts(options, pointer));
    out.counts.push_back(std::move(counts));
  } else if (method == "rake") {
    out.method = Adjustment::Method::kRake;
    const std::vector<Options> margins = options.records("margins");
    if (margins.empty()) return wrong_type(pointer + "/margins", "list of margins");
    for (std::size_t i = 0; i < margins.size(); ++i) {
      HAMDIL_TRY(KnownCounts counts, read_counts(margins[i], pointer + "/margins/" + std::to_string(i)));
      out.counts.push_back(std::move(counts));
    }
  } else if (method == "calibrate") {
    out.method = Adjustment::Method::kCalibrate;
    out.formula = options.text("formula");
    if (out.formula.empty()) return wrong_type(pointer + "/formula", "formula");
    out.totals = options.weights("totals");
    const std::string distance = options.text("distance", "linear");
    out.distance = distance == "raking"  ? Adjustment::Distance::kRaking
                   : distance == "logit" ? Adjustment::Distance::kLogit
                                         : Adjustment::Distance::kLinear;
    const std::vector<double> bounds = options.numbers("bounds");
    if (!bounds.empty() && bounds.size() != 2) return wrong_type(pointer + "/bounds", "list of two numbers");
    if (bounds.size() == 2) out.bounds = {bounds[0], bounds[1]};
  } else {
    out.method = Adjustment::Method::kTrim;
    out.lower = options.number("lower", 0);
    out.upper = options.number("upper", std::numeric_limits<double>::infinity());
    out.strict = options.flag("strict", false);
  }
  return out;
}

void add_adjustment_figures(const stats::survey::SurveyDesign& design, stats::Figures& out) {
  const std::vector<double>& before = design.initial_weights();
  const std::vector<double>& after = design.weights();
  if (before.empty()) return;
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least, least_ratio = least, most_ratio = most;
  for (std::size_t row = 0; row < after.size(); ++row) {
    sum += after[row];
    if (before[row] == 0) continue;
    least = std::min(least, after[row]);
    most = std::max(most, after[row]);
    least_ratio = std::min(least_ratio, after[row] / before[row]);
    most_ratio = std::max(most_ratio, after[row] / before[row]);
  }
  out.push_back({"weights_sum", sum});
  out.push_back({"weights_min", least});
  out.push_back({"weights_max", most});
  out.push_back({"weights_ratio", std::vector<double>{least_ratio, most_ratio}});
  out.push_back({"weighting_effect", std::vector<double>{effect_of(before), effect_of(after)}});
  if (after.size() <= 100'000) out.push_back({"weights", after});
}

}  // namespace hamdil::analysis
