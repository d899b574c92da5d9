// Weights from the plan of a sample, and those of small areas by a model: what stands before and behind estimates.
#include <algorithm>
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/planning/base_weights.hpp"
#include "stats/survey/small_area.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::kNaN;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;
using stats::planning::WeightSpread;

// A column's numbers at the rows, or the same number for all where the option writes one.
Result<std::vector<double>> numbers_of(const Context& context, const std::string& source) {
  if (const auto number = text::parse_number(source)) return std::vector<double>(context.rows.size(), *number);
  return read_numbers(context, source);
}

// The chance of every row at one stage.
Result<std::vector<double>> chances_of(const Context& context, const Options& stage, const std::string& pointer) {
  const std::string how = stage.text("how");
  const auto read = [&](const char* name) -> Result<std::vector<double>> {
    if (!stage.has(name))
      return Error("analysis.weights.stage", "A stage taken {how} needs {option}.", {{"how", how}, {"option", name}})
          .at({.pointer = pointer});
    return numbers_of(context, stage.text(name));
  };
  if (how == "known") return read("probability");
  HAMDIL_TRY(const std::vector<double> sample, read("sample"));
  HAMDIL_TRY(const std::vector<double> population, read("population"));
  std::vector<double> out(sample.size());
  if (how == "equal") {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = stats::planning::taken_equally(sample[i], population[i]);
    return out;
  }
  HAMDIL_TRY(const std::vector<double> size, read("size"));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = stats::planning::taken_by_size(sample[i], size[i], population[i]);
  return out;
}

// Row numbers of the data count from 1.
Error bad_chance(const Context& context, std::size_t row, const std::string& pointer) {
  return Error("analysis.weights.chance",
               "The chance of row {row} to be taken at this stage is missing or not above 0 and at most 1.",
               {{"row", std::to_string(context.rows[row] + 1)}})
      .at({.pointer = pointer})
      .advise("Samples are at most their population, and every row needs the numbers of its stage.");
}

Figures figures_of(const WeightSpread& spread) {
  return {{"n", spread.n},
          {"sum", spread.sum},
          {"least", spread.least},
          {"greatest", spread.greatest},
          {"largest_ratio", spread.largest_ratio},
          {"effect", spread.effect},
          {"effective_n", spread.effective_n}};
}

// The cells of the response classes at the rows, and their names.
Result<stats::survey::Encoded> classes_of(const Context& context, const std::vector<std::string>& columns) {
  stats::survey::Encoded out{std::vector<std::int32_t>(context.rows.size(), 0), {"all"}};
  for (const std::string& column : columns) {
    HAMDIL_TRY(const stats::survey::Encoded levels, read_levels(context, column));
    std::vector<std::string> names;
    for (const std::string& before : out.names)
      for (const std::string& level : levels.names)
        names.push_back(out.names.size() == 1 && before == "all" ? level : before + " / " + level);
    if (names.size() > 10000)
      return Error("analysis.weights.many_classes", "The response classes have more than 10,000 cells.")
          .at({.pointer = "/call/classes"});
    for (std::size_t i = 0; i < out.codes.size(); ++i)
      out.codes[i] = levels.codes[i] < 0 || out.codes[i] < 0
                         ? -1
                         : out.codes[i] * static_cast<std::int32_t>(levels.names.size()) + levels.codes[i];
    out.names = std::move(names);
  }
  return out;
}

void note_classes(const std::vector<stats::planning::ResponseClass>& classes, double least, double most,
                  ResultTable& out) {
  std::size_t small = 0, steep = 0;
  for (const auto& one : classes) {
    if (one.chosen == 0) continue;
    if (one.answered < least) ++small;
    if (one.factor > most) ++steep;
  }
  if (small > 0)
    out.notes.push_back("small_classes: " + std::to_string(small) + " with fewer than " + text::format_number(least) +
                        " answers; their factors are uncertain, put them together with others");
  if (steep > 0)
    out.notes.push_back("steep_classes: " + std::to_string(steep) + " with a factor above " +
                        text::format_number(most));
}

Result<ResultTable> run_base_weights(const Context& context, const Call& call) {
  std::vector<double> base(context.rows.size(), 1.0);
  const std::vector<Options> stages = call.options.records("stages");
  if (stages.empty()) return missing_option(call, "stages");
  for (std::size_t s = 0; s < stages.size(); ++s) {
    const std::string pointer = "/call/stages/" + std::to_string(s);
    HAMDIL_TRY(const std::vector<double> chances, chances_of(context, stages[s], pointer));
    for (std::size_t i = 0; i < base.size(); ++i) {
      if (!(chances[i] > 0) || chances[i] > 1) return bad_chance(context, i, pointer);
      base[i] /= chances[i];
    }
  }
  std::vector<bool> answered(base.size(), true);
  if (call.options.has("answered")) {
    HAMDIL_TRY(const std::vector<double> numbers, read_numbers(context, call.options.text("answered")));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] != 0 && numbers[i] != 1)
        return Error("analysis.weights.answered", "Row {row}: {column} is 1 for who answered and 0 for who did not.",
                     {{"row", std::to_string(context.rows[i] + 1)}, {"column", call.options.text("answered")}})
            .at({.pointer = "/call/answered"});
      answered[i] = numbers[i] == 1;
    }
  }
  HAMDIL_TRY(stats::survey::Encoded classes, classes_of(context, call.options.texts("classes")));
  for (std::size_t i = 0; i < classes.codes.size(); ++i)
    if (classes.codes[i] < 0)
      return Error("analysis.weights.no_class", "Row {row} belongs to no response class.",
                   {{"row", std::to_string(context.rows[i] + 1)}})
          .at({.pointer = "/call/classes"})
          .advise("Classes are made of what is known of everybody who was chosen.");
  auto weighed = stats::planning::weigh_for_response(base, answered, classes.codes, classes.names.size());
  if (!weighed) return std::move(weighed.error()).at({.pointer = "/call/classes"});
  const double few = call.options.number("least", 20);
  const double steep = call.options.number("most", 2.5);
  std::vector<Figures> rows;
  for (std::size_t c = 0; c < classes.names.size(); ++c)
    if (const auto& one = weighed->classes[c]; one.chosen > 0)
      rows.push_back({{"class", classes.names[c]},
                      {"chosen", one.chosen},
                      {"answered", one.answered},
                      {"weighted_rate", one.weighted_rate},
                      {"factor", one.factor}});
  ResultTable out = with_figures({{"before", figures_of(stats::planning::spread_of(base))},
                                  {"after", figures_of(stats::planning::spread_of(weighed->weights))},
                                  {"classes", std::move(rows)},
                                  {"weights", weighed->weights}},
                                 "there are no rows");
  out.n = base.size();
  note_classes(weighed->classes, few, steep, out);
  return out;
}

// The rows in the order of their areas; each area has one.
Result<std::vector<std::size_t>> one_row_an_area(const Context& context, const Call& call,
                                                 const stats::survey::Encoded& names) {
  std::vector<std::size_t> place(names.names.size(), names.codes.size());
  for (std::size_t i = 0; i < names.codes.size(); ++i) {
    const std::int32_t code = names.codes[i];
    if (code < 0 || place[static_cast<std::size_t>(code)] != names.codes.size())
      return Error("analysis.fay_herriot.area", "Row {row} of {column} names no area, or one that another row has.",
                   {{"row", std::to_string(context.rows[i] + 1)}, {"column", call.options.text("area")}})
          .at({.pointer = "/call/area"});
    place[static_cast<std::size_t>(code)] = i;
  }
  place.erase(std::remove(place.begin(), place.end(), names.codes.size()), place.end());
  return place;
}

Result<ResultTable> run_fay_herriot(const Context& context, const Call& call) {
  HAMDIL_TRY(const std::vector<double> direct, read_numbers(context, call.options.text("direct")));
  HAMDIL_TRY(const std::vector<double> variance, read_numbers(context, call.options.text("variance")));
  HAMDIL_TRY(const stats::survey::Encoded names, read_levels(context, call.options.text("area")));
  const std::vector<std::string> covariates = call.options.texts("covariates");
  stats::survey::AreaData areas{direct, variance, {direct.size(), covariates.size() + 1, {}}};
  areas.x.values.assign(areas.x.rows * areas.x.columns, 1.0);
  for (std::size_t c = 0; c < covariates.size(); ++c) {
    HAMDIL_TRY(const std::vector<double> values, read_numbers(context, covariates[c]));
    for (std::size_t i = 0; i < values.size(); ++i) areas.x.at(i, c + 1) = values[i];
  }
  HAMDIL_TRY(const stats::survey::AreaEstimates found, stats::survey::fay_herriot(areas));
  HAMDIL_TRY(const std::vector<std::size_t> order, one_row_an_area(context, call, names));
  std::vector<Figures> rows, coefficients;
  for (const std::size_t i : order)
    rows.push_back({{"area", names.names[static_cast<std::size_t>(names.codes[i])]},
                    {"direct", direct[i]},
                    {"direct_se", std::sqrt(variance[i])},
                    {"modelled", found.estimate[i]},
                    {"root_mse", std::sqrt(found.mse[i])},
                    {"synthetic", found.synthetic[i]},
                    {"direct_share", found.direct_share[i]}});
  for (std::size_t c = 0; c < found.coefficients.size(); ++c)
    coefficients.push_back({{"term", c == 0 ? std::string("(Intercept)") : covariates[c - 1]},
                            {"estimate", found.coefficients[c]},
                            {"se", found.coefficient_se[c]}});
  ResultTable out =
      with_figures({{"label", std::string("modelled estimates: Fay-Herriot, not direct survey estimates")},
                    {"areas", std::move(rows)},
                    {"coefficients", std::move(coefficients)},
                    {"between", found.between},
                    {"between_se", found.between_se},
                    {"converged", found.converged},
                    {"iterations", static_cast<double>(found.iterations)}},
                   "the model has no answer for these areas");
  out.n = direct.size();
  out.notes.emplace_back(
      "modelled: every area borrows from the others through the model; print it with that label and never as the "
      "survey's own estimate");
  if (found.between == 0)
    out.notes.emplace_back("between: the areas differ no more than by chance, so the model alone speaks");
  if (!found.converged) out.flags.push_back(stats::Flag::kNotConverged);
  return out;
}

}  // namespace

std::vector<Estimator> weight_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "base_weights",
        .name = "base_weights",
        .family = "planning",
        .title = "Weights from the plan, and for who did not answer",
        .what = "how many people does each interview stand for, by the plan of the sample?",
        .options =
            {{.name = "stages",
              .type = OptionType::kRecords,
              .help = "the stages of the plan, from the first to the person",
              .required = true,
              .members = {{.name = "how",
                           .type = OptionType::kWord,
                           .help = "equal chances, by size, or a known chance",
                           .allowed = {"equal", "size", "known"},
                           .required = true},
                          {.name = "sample", .type = OptionType::kText, .help = "units taken: a column or a number"},
                          {.name = "population",
                           .type = OptionType::kText,
                           .help = "units there are; of a stage by size the sum of their sizes: a column or a number"},
                          {.name = "size", .type = OptionType::kText, .help = "the unit's own size"},
                          {.name = "probability", .type = OptionType::kText, .help = "the chance itself"}}},
             {.name = "answered",
              .type = OptionType::kColumn,
              .help = "1 for who answered, 0 for who was chosen and did not",
              .initial = "everybody answered"},
             {.name = "classes",
              .type = OptionType::kColumns,
              .help = "response classes: what is known of everybody chosen",
              .initial = "one class"},
             {.name = "least", .type = OptionType::kCount, .help = "answers a class should have", .initial = "20"},
             {.name = "most",
              .type = OptionType::kNumber,
              .help = "factor above which a class is named",
              .initial = "2.5"}},
        .figures = {{"before, after", "n, sum, least, greatest, largest_ratio, effect (Kish), effective_n"},
                    {"classes[]", "class, chosen, answered, weighted_rate, factor"},
                    {"weights", "by row; 0 for who did not answer"}},
        .statements = {"The base weight is one over the product of the chances of all stages.",
                       "Equal chances: sample / population. By size: sample times size over the sum of sizes, at most "
                       "1.",
                       "Those who answered get their base weight times the sum of base weights of all chosen of their "
                       "class over that of those who answered.",
                       "effect is n sum w^2 / (sum w)^2, effective_n is n / effect; largest_ratio is the greatest over "
                       "the least weight."},
        .missing = "A row without a chance or class is an error that names it.",
        .references = {"Kish (1965) Survey Sampling, 11.7", "Lohr (2010) Sampling: Design and Analysis, 8.5",
                       "Valliant, Dever, Kreuter (2018) Practical Tools for Designing and Weighting Survey Samples"},
        .cost = "one pass over the rows a stage",
        .basis = rows},
       run_base_weights},
      {{.id = "fay_herriot",
        .name = "fay_herriot",
        .family = "models",
        .title = "Small areas by the Fay-Herriot model",
        .what = "what do areas with few interviews look like when they borrow from the others?",
        .options =
            {{.name = "area", .type = OptionType::kColumn, .help = "column of the areas, a row each", .required = true},
             {.name = "direct", .type = OptionType::kColumn, .help = "direct estimates", .required = true},
             {.name = "variance", .type = OptionType::kColumn, .help = "their sampling variances", .required = true},
             {.name = "covariates",
              .type = OptionType::kColumns,
              .help = "what is known of every area from elsewhere",
              .initial = "none"}},
        .figures = {{"areas[]", "area, direct, direct_se, modelled, root_mse, synthetic, direct_share"},
                    {"coefficients[]", "term, estimate, se"},
                    {"between, between_se", "variance of areas around the model, by restricted maximum likelihood"},
                    {"label", "under which modelled estimates are printed"}},
        .statements = {"modelled = direct_share * direct + (1 - direct_share) * synthetic, direct_share = between / "
                       "(between + variance).",
                       "Restricted maximum likelihood by Fisher scoring; a negative variance is 0.",
                       "root_mse is the root of g1 + g2 + 2 g3: of the predictor, of its coefficients, of the variance "
                       "between areas.",
                       "The sampling variances are taken as known; smooth those of areas with few clusters first."},
        .missing = "An area without estimate, variance or covariate is an error that names it.",
        .references = {"Fay, Herriot (1979) J. Am. Stat. Assoc. 74", "Prasad, Rao (1990) J. Am. Stat. Assoc. 85",
                       "Datta, Lahiri (2000) Statistica Sinica 10"},
        .cost = "areas times the square of covariates a step",
        .basis = rows},
       run_fay_herriot},
  };
}

}  // namespace hamdil::analysis
