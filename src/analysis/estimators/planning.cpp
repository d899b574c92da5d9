// Before the interviews and after them: how many, how divided, and how many of those chosen answered. No data is read.
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/planning/allocation.hpp"
#include "stats/planning/change_size.hpp"
#include "stats/planning/response_rates.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::planning;  // NOLINT(google-build-using-namespace): the whole file is about it
using stats::Figures;
using stats::kNaN;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

Test test_of(const Call& call) {
  return {.alpha = call.options.number("alpha", 0.05),
          .two_sided = call.options.flag("two_sided", true),
          .power = call.options.number("power", 0.8)};
}

Result<TwoRounds> rounds_of(const Call& call) {
  const double first = call.options.number("p1", kNaN);
  const double second = call.options.number("p2", first);
  const bool of_shares = call.options.has("p1");
  TwoRounds out{.cluster_size = call.options.number("cluster_size", 1),
                .icc = call.options.number("icc", 0),
                .overlap = call.options.number("overlap", 0),
                .correlation = call.options.number("correlation", 0),
                .population = call.options.number("population", kNaN),
                .response = call.options.number("response", 1)};
  out.sd_first = of_shares ? std::sqrt(first * (1 - first)) : call.options.number("sd", kNaN);
  out.sd_second = of_shares ? std::sqrt(second * (1 - second)) : call.options.number("sd2", out.sd_first);
  if (std::isnan(out.sd_first)) return missing_option(call, "sd");
  if (!(out.cluster_size >= 1) || !(out.response > 0) || out.sd_first < 0 || out.sd_second < 0 || out.population < 1)
    return Error(
               "analysis.planning.bad_plan",
               "cluster_size and population are 1 or more, response is above 0, standard deviations are not negative.")
        .at({.pointer = "/call"});
  return out;
}

Result<ResultTable> run_change_size(const Context&, const Call& call) {
  HAMDIL_TRY(const TwoRounds plan, rounds_of(call));
  if (call.options.has("p2") && call.options.has("change"))
    return Error("analysis.planning.two_changes", "p2 and change both say what is to be found; give one of them.")
        .at({.pointer = "/call/change"});
  const double change = call.options.has("p2") ? call.options.number("p2", 0) - call.options.number("p1", 0)
                                               : call.options.number("change", kNaN);
  if (std::isnan(change)) return missing_option(call, "change");
  const ChangePlan found = interviews_for_change(plan, change, test_of(call));
  return with_figures({{"interviews", found.completed},
                       {"chosen", found.chosen},
                       {"clusters", found.clusters},
                       {"deff", design_effect(plan.cluster_size, plan.icc)}},
                      "there is no change to find, or all people together are not enough");
}

Result<ResultTable> run_smallest_change(const Context&, const Call& call) {
  HAMDIL_TRY(const TwoRounds plan, rounds_of(call));
  const double n = call.options.number("n", 0);
  Figures out = {{"change", smallest_change(plan, n, test_of(call))},
                 {"se", se_of_change(plan, n)},
                 {"deff", design_effect(plan.cluster_size, plan.icc)}};
  if (call.options.has("p1"))
    out.push_back({"p2", smallest_second_share(plan, call.options.number("p1", 0), n, test_of(call))});
  return with_figures(std::move(out), "n is 0, above the population, or too small for any change");
}

constexpr std::pair<std::string_view, Allocation> kRules[] = {{"proportional", Allocation::kProportional},
                                                              {"equal", Allocation::kEqual},
                                                              {"neyman", Allocation::kNeyman},
                                                              {"cost", Allocation::kCost},
                                                              {"power", Allocation::kPower}};

Result<ResultTable> run_allocation(const Context&, const Call& call) {
  std::vector<Stratum> strata;
  for (const Options& one : call.options.records("strata"))
    strata.push_back({one.text("name"), one.number("population", 0), one.number("sd", 1), one.number("cost", 1)});
  Allocation how = Allocation::kProportional;
  for (const auto& [name, rule] : kRules)
    if (call.options.text("rule", "proportional") == name) how = rule;
  HAMDIL_TRY(const AllocationPlan found, allocate(strata, call.options.number("total", 0), how,
                                                  call.options.number("least", 2), call.options.number("q", 0.5)));
  std::vector<Figures> rows;
  for (std::size_t i = 0; i < strata.size(); ++i)
    rows.push_back({{"stratum", strata[i].name},
                    {"interviews", found.interviews[i]},
                    {"weight", found.interviews[i] > 0 ? strata[i].population / found.interviews[i] : kNaN},
                    {"se", found.se[i]}});
  return with_figures({{"strata", std::move(rows)},
                       {"effective_n", found.effective},
                       {"weighting_effect", found.weighting_effect},
                       {"se", found.se_of_mean}},
                      "a stratum has no interviews");
}

Result<ResultTable> run_response_rates(const Context&, const Call& call) {
  const auto count = [&](const char* name) { return call.options.number(name, 0); };
  const ResponseRates found = response_rates({.complete = count("complete"),
                                              .partial = count("partial"),
                                              .refusal = count("refusal"),
                                              .no_contact = count("no_contact"),
                                              .other = count("other"),
                                              .unknown_household = count("unknown_household"),
                                              .unknown_other = count("unknown_other"),
                                              .not_eligible = count("not_eligible"),
                                              .eligible_share = call.options.number("e", kNaN)});
  return with_figures({{"e", found.eligible_share},
                       {"RR1", found.rr1},
                       {"RR2", found.rr2},
                       {"RR3", found.rr3},
                       {"RR4", found.rr4},
                       {"RR5", found.rr5},
                       {"RR6", found.rr6},
                       {"COOP1", found.coop1},
                       {"COOP2", found.coop2},
                       {"COOP3", found.coop3},
                       {"COOP4", found.coop4},
                       {"REF1", found.ref1},
                       {"REF2", found.ref2},
                       {"REF3", found.ref3},
                       {"CON1", found.con1},
                       {"CON2", found.con2},
                       {"CON3", found.con3}},
                      "nobody stands below the line of a rate");
}

OptionInfo number(std::string_view name, std::string_view help, std::string_view initial, std::string_view unit = {}) {
  return {.name = name, .type = OptionType::kNumber, .help = help, .initial = initial, .unit = unit};
}
OptionInfo share(std::string_view name, std::string_view help, std::string_view initial) {
  return {.name = name, .type = OptionType::kShare, .help = help, .initial = initial};
}
OptionInfo count(std::string_view name, std::string_view help) {
  return {.name = name, .type = OptionType::kCount, .help = help, .initial = "0", .unit = "people"};
}

// Of both questions about two rounds.
std::vector<OptionInfo> round_options() {
  return {share("p1", "share in the first round; for a mean give sd instead", "none"),
          share("p2", "share in the second round", "as p1"),
          number("sd", "standard deviation of one answer in the first round", "from p1"),
          number("sd2", "the same in the second round", "as sd"),
          number("cluster_size", "interviews a primary sampling unit", "1"),
          share("icc", "intraclass correlation within a unit", "0"),
          share("overlap", "share of the people interviewed in both rounds; a panel: 1", "0"),
          share("correlation", "of the answers of the same person in both rounds", "0"),
          number("population", "people altogether", "no finite population correction", "people"),
          share("response", "share of those chosen who answer", "1"),
          share("alpha", "chance of finding a change that is not there", "0.05"),
          {.name = "two_sided", .type = OptionType::kFlag, .help = "a change to either side counts", .initial = "true"},
          share("power", "chance of finding a change that is there", "0.8")};
}

constexpr std::string_view kVariance =
    "Variance of the change: deff (s1^2 + s2^2 - 2 overlap r s1 s2) (1 - n/N) / n, deff = 1 + (m - 1) icc; a share has "
    "s^2 = p (1 - p).";

}  // namespace

std::vector<Estimator> planning_estimators() {
  std::vector<Estimator> out;
  const auto add = [&](std::string_view id, std::string_view title, std::string_view what,
                       std::vector<OptionInfo> options, std::vector<stats::FigureInfo> figures,
                       std::vector<std::string_view> statements, std::string_view source,
                       decltype(Estimator::run) run) {
    out.push_back({{.id = id,
                    .name = id,
                    .family = "sample size",
                    .title = title,
                    .what = what,
                    .options = std::move(options),
                    .figures = std::move(figures),
                    .statements = std::move(statements),
                    .missing = "There is no data.",
                    .references = {source},
                    .cost = "none: no data",
                    .basis = stats::Basis::kParameters},
                   run});
  };
  std::vector<OptionInfo> change = round_options();
  change.push_back(number("change", "difference of the means to be found; for shares p2 says it", "p2 - p1"));
  add("sample_size_change", "Sample size for a change", "interviews a round to find a change between two rounds",
      std::move(change),
      {{"interviews", "that must come about in each round, not rounded"},
       {"chosen", "people to choose a round: over the response, rounded up"},
       {"clusters", "primary sampling units of that size, rounded up"},
       {"deff", "design effect of the clusters"}},
      {kVariance, "n = n0 / (1 + n0/N), n0 the variance times ((z_alpha + z_power) / change)^2.",
       "Shares have their own variances in both rounds; sample_size_two_proportions takes the mean of both under no "
       "change, and asks for a little more."},
      "Kish (1965) Survey Sampling, 5.4 and 12.4; Cochran (1977) Sampling Techniques, 4.4", run_change_size);
  std::vector<OptionInfo> smallest = round_options();
  smallest.push_back({.name = "n",
                      .type = OptionType::kCount,
                      .help = "interviews that come about in each round",
                      .required = true,
                      .unit = "people"});
  add("smallest_change", "Minimum detectable change", "the smallest change that two rounds can show",
      std::move(smallest),
      {{"change", "found with this power"},
       {"se", "of the difference"},
       {"p2", "smallest second share above p1 that is found, with its own variance"},
       {"deff", "design effect of the clusters"}},
      {kVariance, "change = (z_alpha + z_power) se. p2 is found by halving."},
      "Bloom (1995) Evaluation Review 19; Kish (1965) Survey Sampling, 12.4", run_smallest_change);
  add("sample_allocation", "Allocation to strata", "a sample divided among strata, and what the division costs",
      {{.name = "strata",
        .type = OptionType::kRecords,
        .help = "the strata",
        .required = true,
        .members = {{.name = "name", .type = OptionType::kText, .help = "name", .required = true},
                    {.name = "population", .type = OptionType::kNumber, .help = "units", .required = true},
                    number("sd", "standard deviation of what is measured", "1"),
                    number("cost", "of an interview, in any unit", "1")}},
       {.name = "total", .type = OptionType::kCount, .help = "interviews altogether", .required = true},
       {.name = "rule",
        .type = OptionType::kText,
        .help = "to the population; the same in each; population times sd; that over the root of the cost; population "
                "to the power q times sd",
        .initial = "proportional",
        .allowed = {"proportional", "equal", "neyman", "cost", "power"}},
       {.name = "least", .type = OptionType::kCount, .help = "interviews a stratum at least", .initial = "2"},
       share("q", "power of the rule of that name", "0.5")},
      {{"strata[]", "stratum, interviews, weight of an interview, se of the stratum's mean"},
       {"effective_n, weighting_effect", "Kish's, of the unequal weights"},
       {"se", "of the mean of all"}},
      {"A stratum beyond its population or below the least is set there, and the rest is divided again.",
       "Fractions go to the largest remainders; interviews sum to the total."},
      "Cochran (1977) Sampling Techniques, 5.3 to 5.9; Bankier (1988) Am. Stat. 42", run_allocation);
  add("response_rates", "Response, cooperation, refusal and contact rates",
      "what became of all who were chosen, in the standard rates",
      {count("complete", "interviews"), count("partial", "interviews broken off after a good part"),
       count("refusal", "refused or broken off early"), count("no_contact", "never met"),
       count("other", "ill, no common language, and the like"),
       count("unknown_household", "nobody knows whether it is a household"),
       count("unknown_other", "a household; whether anybody in it belongs to the survey is not known"),
       count("not_eligible", "outside the survey"),
       share("e", "share of the unknown that belong to the survey", "as among the known")},
      {{"RR1 ... RR6", "response; odd without partial interviews"},
       {"COOP1 ... COOP4", "cooperation of those met"},
       {"REF1 ... REF3", "refusal"},
       {"CON1 ... CON3", "contact"},
       {"e", "the share that was taken"}},
      {"RR1 and RR2 count all unknown as belonging to the survey, RR3 and RR4 the share e, RR5 and RR6 none; so REF "
       "and "
       "CON 1, 2, 3."},
      "AAPOR (2023) Standard Definitions, 10th edition", run_response_rates);
  return out;
}

}  // namespace hamdil::analysis
