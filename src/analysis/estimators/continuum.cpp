// Agreement about stretches of text or recordings.
#include "stats/agreement/continuum.hpp"

#include <cmath>
#include <set>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/agreement/chance.hpp"
#include "stats/agreement/krippendorff.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::agreement;  // NOLINT(google-build-using-namespace): the whole file is about them
using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

constexpr const char* kNothingMarked = "nothing or everything was marked, or by one coder only: chance cannot be told";

std::string text_of(const Options& one, const char* name) { return one.text(name); }

std::size_t coders_in(const std::vector<Unit>& units) {
  std::set<std::string> names;
  for (const Unit& unit : units) names.insert(unit.coder);
  return names.size();
}

Error at_units(Error error, const char* where) {
  error.where.pointer = std::string("/call/") + where;
  return error;
}

Result<ResultTable> run_alpha_u(const Context&, const Call& call) {
  std::vector<Unit> units;
  for (const Options& one : call.options.records("units")) {
    const double begin = one.number("begin", 0);
    units.push_back({text_of(one, "observer"), text_of(one, "category"), begin, begin + one.number("length", 0)});
  }
  const double begin = call.options.number("begin", 0);
  const double length = call.options.number("length", 0);
  const auto observers = static_cast<std::size_t>(
      std::min(1e4, std::max(call.options.number("observers", 0), static_cast<double>(coders_in(units)))));
  if (const auto fine = check_units(units, begin, length, observers, true); !fine)
    return at_units(fine.error(), "units");
  const AlphaU found = alpha_u(units, begin, length, observers);
  Figures categories;
  for (const CategoryAlpha& one : found.categories)
    categories.push_back({one.category, Figures{{"Do", one.observed}, {"De", one.expected}, {"alpha", one.alpha}}});
  ResultTable out = with_figures({{"alpha_u", found.alpha}, {"categories", std::move(categories)}}, kNothingMarked);
  out.n = units.size();
  return out;
}

Result<ResultTable> run_u_alpha(const Context&, const Call& call) {
  std::vector<Unit> units;
  for (const Options& one : call.options.records("spans"))
    units.push_back({text_of(one, "coder"), text_of(one, "code"), one.number("start", 0), one.number("end", 0)});
  const double length = call.options.number("length", 0);
  if (const auto fine = check_units(units, 0, length, 2, false); !fine) return at_units(fine.error(), "spans");
  const UAlpha found = u_alpha(units, length);
  Figures categories;
  for (const CategoryCoverage& one : found.k_u_alpha)
    categories.push_back({one.category, Figures{{"alpha", one.alpha}, {"coverage", one.coverage}}});
  ResultTable out = with_figures({{"u_alpha", found.u_alpha},
                                  {"bar_u_alpha", found.bar_u_alpha},
                                  {"cu_alpha", found.cu_alpha},
                                  {"continuum_coverage_cu", found.cu_coverage},
                                  {"k_u_alpha", std::move(categories)}},
                                 kNothingMarked);
  out.n = units.size();
  return out;
}

Result<std::vector<Unit>> read_stretches(const Call& call, const char* name) {
  std::vector<Unit> out;
  for (const std::vector<Cell>& row : call.options.rows(name)) {
    if (row.size() != 2) return missing_option(call, "stretches of two numbers, start and end");
    for (const Cell& cell : row)
      if (std::isnan(cell.number) || cell.number != std::floor(cell.number))
        return Error("analysis.agreement.bad_stretch", "Positions are whole numbers.")
            .at({.pointer = std::string("/call/") + name});
    out.push_back({name, "", row[0].number, row[1].number});
  }
  return out;
}

Result<ResultTable> run_character_agreement(const Context&, const Call& call) {
  HAMDIL_TRY(const std::vector<Unit> first, read_stretches(call, "coder1"));
  HAMDIL_TRY(const std::vector<Unit> second, read_stretches(call, "coder2"));
  const double length = call.options.number("length", 0);
  if (length != std::floor(length))
    return Error("analysis.agreement.bad_stretch", "Positions are whole numbers.").at({.pointer = "/call/length"});
  for (const auto& [units, name] : {std::pair{&first, "coder1"}, std::pair{&second, "coder2"}})
    if (const auto fine = check_units(*units, 0, length, 2, true); !fine) return at_units(fine.error(), name);
  const CharacterAgreement found = character_agreement(first, second, length);
  const Kappa kappa = cohen_kappa(found.table());
  // Coincidences of two judgements a position, without writing them out one by one.
  const double n = 2 * length;
  const double marked = 2 * found.both + found.first + found.second;
  const double expected = 2 * marked * (n - marked) / (n * (n - 1));
  const double observed = (found.first + found.second) / length;
  ResultTable out = with_figures({{"po", kappa.observed},
                                  {"pe", kappa.expected},
                                  {"kappa", kappa.kappa},
                                  {"jaccard", found.jaccard},
                                  {"holsti", found.holsti},
                                  {"krippendorff_alpha_nominal", expected > 0 ? 1 - observed / expected : stats::kNaN},
                                  {"positions", Figures{{"both", found.both},
                                                        {"only_first", found.first},
                                                        {"only_second", found.second},
                                                        {"neither", found.neither}}}},
                                 kNothingMarked);
  out.n = static_cast<std::size_t>(length);
  return out;
}

OptionInfo length_option() {
  return {
      .name = "length", .type = OptionType::kNumber, .help = "of the continuum", .required = true, .unit = "positions"};
}

OptionInfo coder_option(std::string_view name) {
  return {.name = name,
          .type = OptionType::kRows,
          .help = "stretches [start, end) that this coder marked",
          .required = true,
          .unit = "positions from 0"};
}

}  // namespace

std::vector<Estimator> continuum_estimators() {
  const auto parameters = stats::Basis::kParameters;
  return {
      {{.id = "alpha_u",
        .name = "alpha_u",
        .family = "agreement",
        .title = "Krippendorff's alpha_U",
        .what = "agreement about where units of each category begin and end",
        .options =
            {{.name = "units",
              .type = OptionType::kRecords,
              .help = "what was marked",
              .required = true,
              .members = {{.name = "begin", .type = OptionType::kNumber, .help = "first position", .required = true},
                          {.name = "length", .type = OptionType::kNumber, .help = "positions", .required = true},
                          {.name = "observer", .type = OptionType::kText, .help = "who marked it", .required = true},
                          {.name = "category", .type = OptionType::kText, .help = "as what", .required = true}}},
             {.name = "begin", .type = OptionType::kNumber, .help = "where the continuum begins", .initial = "0"},
             length_option(),
             {.name = "observers",
              .type = OptionType::kCount,
              .help = "how many looked at it, also those who marked nothing",
              .initial = "those who marked something"}},
        .figures = {{"alpha_u", "over all categories: 1 - sum Do / sum De"}, {"categories", "by name: Do, De, alpha"}},
        .statements =
            {"The squared difference of two units that overlap is the sum of the squared distances of their "
             "beginnings and of their ends; of a unit that lies within a gap its squared length.",
             "Do is the mean over pairs of observers over the squared length of the continuum; De that of all "
             "places that the units could have had.",
             "Units of one observer and category do not overlap."},
        .missing = "Who marked nothing is an observer with one gap.",
        .references =
            {"Krippendorff (1995) On the reliability of unitizing continuous data, Sociological Methodology 25",
             "Krippendorff (2004) Content Analysis, 2nd ed., 11.6"},
        .cost = "units of two observers squared",
        .basis = parameters},
       run_alpha_u},
      {{.id = "u_alpha",
        .name = "u_alpha",
        .family = "agreement",
        .title = "The u-alpha family",
        .what =
            "agreement of coded stretches of text: of all values and gaps, of marking at all, of codes, of each code",
        .options =
            {{.name = "spans",
              .type = OptionType::kRecords,
              .help = "coded stretches, half open",
              .required = true,
              .members =
                  {{.name = "coder", .type = OptionType::kText, .help = "who", .required = true},
                   {.name = "code", .type = OptionType::kText, .help = "as what", .required = true},
                   {.name = "start", .type = OptionType::kNumber, .help = "first position", .required = true},
                   {.name = "end", .type = OptionType::kNumber, .help = "position after the last", .required = true}}},
             length_option()},
        .figures = {{"u_alpha", "values and gaps"},
                    {"bar_u_alpha", "units against gaps"},
                    {"cu_alpha, continuum_coverage_cu",
                     "codes where both coders of a pair coded; that share of the continuum"},
                    {"k_u_alpha", "by code: alpha, coverage"}},
        .statements = {"Coincidences are lengths of intersections of stretches of two coders over m - 1.",
                       "What the expected coincidences of a value with itself leave out are the squared lengths of its "
                       "units; gaps count as pieces of length 1.",
                       "cu and k_u take from each unit, by other coder, the part that this coder valued too.",
                       "A code that no other coder met has no alpha: null, with a note.",
                       "Stretches of one coder do not overlap."},
        .missing = "Coders who marked nothing are not known to it and do not count.",
        .references =
            {"Krippendorff, Mathet, Bouvry, Widloecher (2016) On the reliability of unitizing textual continua, "
             "Quality and Quantity 50(6)"},
        .cost = "spans of two coders squared",
        .basis = parameters},
       run_u_alpha},
      {{.id = "character_agreement",
        .name = "character_agreement",
        .family = "agreement",
        .title = "Agreement character by character",
        .what = "agreement of two coders about which positions have one code",
        .options = {coder_option("coder1"), coder_option("coder2"), length_option()},
        .figures = {{"po, pe, kappa", "Cohen, each position a unit"},
                    {"jaccard", "marked by both over marked by any"},
                    {"holsti", "2 M / (N1 + N2)"},
                    {"krippendorff_alpha_nominal", "each position a unit"},
                    {"positions", "both, only_first, only_second, neither"}},
        .statements = {"Every position is a unit that each coder marked or not.",
                       "Without any mark jaccard and holsti are undefined."},
        .missing = "A position without a mark is unmarked.",
        .references = {"Holsti (1969) Content Analysis for the Social Sciences and Humanities", "Cohen (1960)"},
        .cost = "one pass over the positions",
        .basis = parameters},
       run_character_agreement},
  };
}

}  // namespace hamdil::analysis
