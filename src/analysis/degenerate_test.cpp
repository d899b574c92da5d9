// Every estimator on input that leaves it nothing to say: an error with its code, or a figure that is not there with a
// flag; never a NaN without a reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/registry.hpp"
#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"

namespace hamdil::analysis {
namespace {

using data::Column;

// A call for every form; columns x, y are numbers, i, j, k, l have a part in common, z 1 to 4, b and c 0 or 1, g and h
// categories, r the round.
const std::map<std::string, const char*, std::less<>>& examples() {
  static const std::map<std::string, const char*, std::less<>> kExamples = {
      {"cdf", R"({"variables": ["x"], "at": [3], "na_rm": true})"},
      {"change", R"({"variable": "x", "round": "r", "from": "one", "to": "two"})"},
      {"chisq", R"({"variables": ["g", "h"], "statistics": ["F", "Wald"]})"},
      {"chisq_unweighted", R"({"variables": ["g", "h"]})"},
      {"contrast", R"({"variable": "x", "by": ["g"], "weights_by_level": {"a": 1, "b": -1}})"},
      {"contrast_nonlinear", R"({"variables": ["x", "y"], "expression": "x / y"})"},
      {"covariance_matrix", R"({"variables": ["x", "y"], "na_rm": true})"},
      {"cronbach_alpha", R"({"variables": ["x", "y", "z"]})"},
      {"design_summary", R"({})"},
      {"difference_in_differences",
       R"({"variable": "x", "round": "r", "from": "one", "to": "two", "arm": "g", "control": "a", "treated": "b"})"},
      {"glm", R"({"formula": "x ~ y", "predict": [{"y": 2}]})"},
      {"mean", R"({"variables": ["x", "g"], "na_rm": true, "deff": "wor"})"},
      {"p_adjust", R"({"p": [0.1, null, 0.01]})"},
      {"proportion", R"({"variables": ["g"], "by": ["h"], "na_rm": true})"},
      {"proportion_ci",
       R"({"variable": "g", "success": "a", "methods": ["logit", "beta", "likelihood", "asin", "mean", "xlogit"]})"},
      {"quantile", R"({"variables": ["x"], "quantiles": [0.5], "na_rm": true})"},
      {"sample_quantile", R"({"variable": "x", "p": [0.1, 0.5], "type": 7})"},
      {"ranktest", R"({"variable": "x", "group": "g"})"},
      {"ratio", R"({"numerator": "x", "denominator": "y", "na_rm": true})"},
      {"reproducibility", R"({"variables": ["b", "c"]})"},
      {"several", R"({"parts": [{"as": "m", "estimator": "mean", "variables": ["x"], "na_rm": true}]})"},
      {"spearman_brown", R"({"variables": ["x", "y"]})"},
      {"table", R"({"variables": ["g", "h"]})"},
      {"total", R"({"variables": ["x"], "na_rm": true})"},
      {"ttest", R"({"variable": "x", "group": "g", "na_rm": true})"},
      {"variance", R"({"variables": ["x"], "na_rm": true})"},
      {"krippendorff_alpha", R"({"columns": ["z", "b", "c"], "metric": "interval"})"},
      {"fleiss_kappa", R"({"columns": ["b", "c"]})"},
      {"gwet_ac1", R"({"columns": ["b", "c"]})"},
      {"cohen_kappa", R"({"columns": ["b", "c"], "weights": "linear"})"},
      {"cohen_kappa_design", R"({"variables": ["x >= 4", "y >= 4"]})"},
      {"light_kappa", R"({"columns": ["b", "c", "z"]})"},
      {"two_coders", R"({"columns": ["b", "c"]})"},
      {"icc", R"({"columns": ["x", "y"]})"},
      {"kendall_w", R"({"columns": ["x", "y"]})"},
      {"alpha_u",
       R"({"units": [{"begin": 0, "length": 3, "observer": "p", "category": "k"}], "length": 10, "observers": 2})"},
      {"u_alpha", R"({"spans": [{"coder": "p", "code": "k", "start": 0, "end": 3}], "length": 10})"},
      {"character_agreement", R"({"coder1": [], "coder2": [], "length": 5})"},
      {"t_test_paired", R"({"variables": ["x", "y"]})"},
      {"wilcoxon_signed_rank", R"({"variables": ["x", "y"]})"},
      {"cor_pearson", R"({"variables": ["x", "y"]})"},
      {"cor_spearman", R"({"variables": ["x", "y"]})"},
      {"cor_kendall", R"({"variables": ["x", "y"]})"},
      {"fisher_exact", R"({"variables": ["b", "c"]})"},
      {"mcnemar", R"({"variables": ["x >= 4", "y >= 4"]})"},
      {"odds_ratio", R"({"variables": ["b", "c"]})"},
      {"prop_test", R"({"variable": "b", "group": "g"})"},
      {"binom_exact", R"({"variable": "b"})"},
      {"wilson", R"({"variable": "b"})"},
      {"cramers_v", R"({"variables": ["g", "h"]})"},
      {"cramers_v_adjusted", R"({"variables": ["g", "h"]})"},
      {"phi", R"({"variables": ["b", "c"]})"},
      {"sample_size_two_proportions", R"({"p1": 0.5, "p2": 0.5})"},
      {"sample_size_two_means", R"({"d": 0})"},
      {"sample_size_share", R"({"margin": 0.05})"},
      {"ols_cluster_robust", R"({"formula": "x ~ y", "cluster": "psu", "type": "CR2"})"},
      {"logit_cluster_robust", R"({"formula": "b ~ y", "cluster": "psu", "type": "HC0"})"},
      {"ordinal_logit", R"({"formula": "z ~ y"})"},
      {"chisq_goodness_of_fit", R"({"variables": ["g"], "p": [0.5, 0.5]})"},
      {"direct_standardisation",
       R"({"variables": ["x"], "by": ["g"], "over": ["r"], "population": [1, 2], "na_rm": true})"},
      {"meta_analysis", R"({"effect": "x", "variance": "y", "study": "psu", "cluster": "st"})"},
      {"list_experiment",
       R"({"variable": "z", "group": "g", "control": "a", "treated": "b", "items": 4, "cluster": "psu"})"},
      {"multiple_imputation_combine",
       R"({"columns": ["x", "y"], "of": [{"as": "m", "estimator": "mean", "variables": ["{column}"], "na_rm": true}]})"},
      {"propensity_logit", R"({"formula": "b ~ x + y"})"},
      {"match_nearest", R"({"formula": "b ~ x + y", "outcome": "z", "options": {"caliper": 0.5, "ratio": 2}})"},
      {"match_exact", R"({"formula": "b ~ x", "on": ["g"]})"},
      {"subclassification", R"({"formula": "b ~ x + y", "n": 2})"},
      {"inverse_probability_weighting", R"({"formula": "b ~ x + y", "outcome": "z"})"},
      {"entropy_balancing", R"({"formula": "b ~ x", "outcome": "z"})"},
      {"item_analysis", R"({"items": ["x", "y", "z"], "reversed": ["z"], "reverse_rule": "5 - x"})"},
      {"pearson_matrix", R"({"items": ["x", "y", "z"]})"},
      {"kmo_bartlett", R"({"items": ["x", "y", "z"]})"},
      {"parallel_analysis_observed", R"({"items": ["x", "y", "z"]})"},
      {"factor_minres", R"({"items": ["i", "j", "k", "l", "x"], "n_factors": 2, "rotation": "oblimin"})"},
      {"omega", R"({"items": ["i", "j", "k", "l", "x", "y"], "n_factors": 3})"},
      {"polychoric", R"({"items": ["z", "b", "c"]})"},
      {"polychoric_pair", R"({"items": ["z", "b", "c"]})"},
      {"cfa", R"({"model": "f =~ i + j + k + l", "options": {"estimator": "MLR"}})"},
      {"cfa_multigroup", R"({"model": "f =~ i + j + k + l", "group": "g", "step": "scalar"})"},
      {"base_weights",
       R"({"stages": [{"how": "size", "sample": "2", "size": "y", "population": "100"}, {"how": "equal", "sample": "4", "population": "w"}], "answered": "b", "classes": ["st"]})"},
      {"fay_herriot", R"({"area": "x", "direct": "y", "variance": "w", "covariates": ["z"]})"},
      {"fixed_effects", R"({"formula": "x ~ y", "absorb": ["psu"], "cluster": "psu"})"},
      {"balance_table", R"({"variables": ["x", "h"], "group": "g"})"},
      {"attrition", R"({"variables": ["x", "y"], "stayed": "b", "arm": "r"})"},
      {"endorsement_experiment", R"({"variable": "x", "group": "h", "control": "k", "policy": "g", "cluster": "psu"})"},
      {"conjoint", R"({"variable": "b", "attributes": ["g", "h"], "respondent": "psu"})"},
      {"invariance_tests", R"({"model": "f =~ i + j + k + l", "group": "g"})"},
  };
  return kExamples;
}

// Families of two groups of numbers share one call.
Json call_of(const stats::EstimatorInfo& info) {
  const auto found = examples().find(info.id);
  const bool grouped = std::any_of(info.options.begin(), info.options.end(),
                                   [](const stats::OptionInfo& option) { return option.name == "group"; });
  Json call = found != examples().end() ? Json::parse(found->second)
              : grouped                 ? Json{{"variable", "x"}, {"group", "g"}}
                                        : Json::object();
  call["estimator"] = std::string(info.name);
  return call;
}

data::Table healthy() {
  data::Table table;
  table.rows = 24;
  std::vector<double> x, y, z, b, c, w, psu, st, i1, j1, k1, l1;
  std::vector<std::int32_t> g, h, r;
  for (std::int32_t i = 0; i < 24; ++i) {
    x.push_back(1 + (i * 7) % 11 + 0.25 * (i % 3));
    y.push_back(2 + (i * 5) % 9);
    z.push_back(1 + (i * 3 + i / 5) % 4);
    b.push_back((i * i + i / 2) % 3 == 0 ? 1 : 0);
    c.push_back((i + i / 4) % 3 == 0 ? 1 : 0);
    w.push_back(10 + i % 4);
    psu.push_back(1 + i / 3);
    st.push_back(1 + i / 12);
    const double common = (i * 11) % 13;
    i1.push_back(common + (i * 3) % 7);
    j1.push_back(common + (i * 5) % 8);
    k1.push_back(2 * common + (i * 7) % 9);
    l1.push_back(10 - common + (i * i) % 5);
    g.push_back((i + i / 7) % 2);
    h.push_back((i / 2 + i / 5) % 3);
    r.push_back((i / 3) % 2);
  }
  for (auto& [name, values] : std::vector<std::pair<const char*, std::vector<double>>>{{"x", x},
                                                                                       {"y", y},
                                                                                       {"z", z},
                                                                                       {"b", b},
                                                                                       {"c", c},
                                                                                       {"w", w},
                                                                                       {"psu", psu},
                                                                                       {"st", st},
                                                                                       {"i", i1},
                                                                                       {"j", j1},
                                                                                       {"k", k1},
                                                                                       {"l", l1}})
    table.put(Column::of_numbers(name, values));
  table.put(Column::of_codes("g", g, {{"a", "A"}, {"b", "B"}}));
  table.put(Column::of_codes("h", h, {{"k", "K"}, {"l", "L"}, {"m", "M"}}));
  table.put(Column::of_codes("r", r, {{"one", "1"}, {"two", "2"}}));
  return table;
}

void fill(data::Table& table, const std::vector<const char*>& names, double value) {
  for (const char* name : names) std::fill(table.find(name)->numbers.begin(), table.find(name)->numbers.end(), value);
}

std::vector<std::pair<std::string, data::Table>> broken_tables() {
  std::vector<std::pair<std::string, data::Table>> out;
  const data::Table good = healthy();
  out.emplace_back("no rows", data::select_rows(good, std::vector<bool>(24, false)));
  std::vector<bool> keep(24, false);
  keep[5] = true;
  out.emplace_back("one row", data::select_rows(good, keep));
  keep[6] = true;
  out.emplace_back("two rows", data::select_rows(good, keep));
  data::Table constant = good;
  fill(constant, {"x", "y", "z", "i", "j", "k", "l"}, 3);
  fill(constant, {"b", "c"}, 1);
  for (const char* name : {"g", "h", "r"})
    std::fill(constant.find(name)->codes.begin(), constant.find(name)->codes.end(), 0);
  out.emplace_back("constant", constant);
  data::Table missing = good;
  for (const char* name : {"x", "y", "z", "b", "c", "g", "h", "r"})
    for (std::size_t row = 0; row < 24; ++row) missing.find(name)->set_missing(row, data::Missing::kBlank);
  out.emplace_back("all missing", missing);
  data::Table weightless = good;
  fill(weightless, {"w"}, 0);
  out.emplace_back("zero weights", weightless);
  data::Table huge = good;
  for (std::size_t row = 0; row < 24; ++row) huge.find("x")->numbers[row] = row % 2 == 0 ? 1e301 : -1e301;
  out.emplace_back("1e301", huge);
  data::Table one_psu = good;
  fill(one_psu, {"psu", "st"}, 1);
  out.emplace_back("one cluster", one_psu);
  return out;
}

bool is_flagged(const std::vector<stats::Flag>& flags) {
  return std::find(flags.begin(), flags.end(), stats::Flag::kUndefined) != flags.end() ||
         std::find(flags.begin(), flags.end(), stats::Flag::kNotConverged) != flags.end();
}

bool has_no_interval(const std::vector<stats::Flag>& flags) {
  return is_flagged(flags) || std::find(flags.begin(), flags.end(), stats::Flag::kNoInterval) != flags.end();
}

std::string silent_error(const stats::ResultTable& table) {
  for (const stats::Row& row : table.rows)
    if (std::isnan(row.se) && !is_flagged(table.flags) && !has_no_interval(row.flags)) return "row " + row.term;
  return {};
}

// What is not there and does not say why; empty when nothing.
std::string silent_nan(const stats::ResultTable& table) {
  const bool whole = is_flagged(table.flags);
  for (const stats::Row& row : table.rows)
    if (std::isnan(row.estimate) && !whole && !is_flagged(row.flags)) return "row " + row.term;
  if (stats::has_undefined(table.figures) && !(whole && !table.notes.empty())) return "a figure";
  for (const stats::ResultTable& part : table.parts)
    if (std::string found = silent_nan(part); !found.empty()) return found;
  return {};
}

Json spec_of(const stats::EstimatorInfo& info, bool with_design) {
  Json spec = {{"call", call_of(info)}};
  const bool wants_none = info.form.without_design || info.basis == stats::Basis::kParameters;
  if (with_design && !wants_none)
    spec["design"] = {{"ids", {"psu"}}, {"strata", {"st"}}, {"weights", "w"}, {"lonely_psu", "adjust"}};
  return spec;
}

// Whether every row of the healthy table has a standard error: then one that misses it has to say why.
bool gives_errors(const Estimator& one, bool with_design) {
  static const data::Table kHealthy = healthy();
  const auto spec = parse_spec(spec_of(one.info, with_design));
  const auto result = spec ? run(*spec, kHealthy) : Result<stats::ResultTable>(spec.error());
  return result && !result->rows.empty() &&
         std::none_of(result->rows.begin(), result->rows.end(),
                      [](const stats::Row& row) { return std::isnan(row.se); });
}

TEST(Degenerate, EveryExampleIsAnswered) {
  for (const auto& [id, call] : examples()) EXPECT_NE(estimator_with_id(id), nullptr) << id;
  const data::Table table = healthy();
  for (const Estimator& one : estimators()) {
    if (!examples().contains(one.info.id)) continue;
    const auto spec = parse_spec(spec_of(one.info, true));
    ASSERT_TRUE(spec) << one.info.id << ": " << spec.error().describe();
    EXPECT_EQ(spec->call.id, one.info.id);
    const auto result = run(*spec, table);
    ASSERT_TRUE(result) << one.info.id << ": " << result.error().describe();
    EXPECT_EQ(silent_nan(*result), "") << one.info.id;
  }
}

TEST(Degenerate, NothingToSayIsSaidWithAReason) {
  for (const auto& [name, table] : broken_tables())
    for (const Estimator& one : estimators())
      for (const bool with_design : {false, true}) {
        const auto spec = parse_spec(spec_of(one.info, with_design));
        if (!spec) continue;  // families whose calls stand in their own tests
        const auto result = run(*spec, table);
        if (!result) {
          EXPECT_FALSE(result.error().code.empty() || result.error().text.empty());
          continue;
        }
        EXPECT_EQ(silent_nan(*result), "") << one.info.id << " with " << name << (with_design ? " and a design" : "");
        if (!gives_errors(one, with_design)) continue;
        EXPECT_EQ(silent_error(*result), "") << one.info.id << " with " << name << (with_design ? " and a design" : "");
        EXPECT_FALSE(to_json(*result).dump().empty());
      }
}

// The order of rows changes nothing but rounding.
void compare(const Json& a, const Json& b, const std::string& place) {
  if (a.is_number() && b.is_number()) {
    const double x = a.get<double>();
    const double y = b.get<double>();
    EXPECT_LE(std::fabs(x - y), 1e-6 * std::max({1e-3, std::fabs(x), std::fabs(y)})) << place;
    return;
  }
  ASSERT_EQ(a.type() == Json::value_t::array, b.type() == Json::value_t::array) << place;
  ASSERT_EQ(a.size(), b.size()) << place;
  if (a.is_array())
    for (std::size_t i = 0; i < a.size(); ++i) compare(a[i], b[i], place + "/" + std::to_string(i));
  else if (a.is_object())
    for (const auto& [key, value] : a.items()) compare(value, b.value(key, Json()), place + "/" + key);
  else
    EXPECT_EQ(a, b) << place;
}

TEST(Invariance, TheOrderOfRowsChangesNothing) {
  const data::Table table = healthy();
  data::Table turned = table;
  for (Column& column : turned.columns) {
    std::reverse(column.numbers.begin(), column.numbers.end());
    std::reverse(column.codes.begin(), column.codes.end());
  }
  for (const Estimator& one : estimators()) {
    const auto spec = parse_spec(spec_of(one.info, true));
    if (!spec) continue;
    const auto before = run(*spec, table);
    const auto after = run(*spec, turned);
    ASSERT_EQ(static_cast<bool>(before), static_cast<bool>(after)) << one.info.id;
    if (!before) continue;
    Json a = to_json(*before);
    Json b = to_json(*after);
    // What is listed by row follows the rows, and groups of factors stand in the order in which they first appear.
    for (Json* json : {&a, &b})
      for (const char* by_row : {"iterations", "fitted", "weights", "control_weights", "control_units", "pairs"})
        json->erase(by_row);
    if (one.info.id == "cfa_multigroup") a.erase("parameters"), b.erase("parameters");
    compare(a, b, std::string(one.info.id));
  }
}

// Each row twice with half its weight: the same estimates and errors, for what stands on the design.
TEST(Invariance, DuplicatedRowsWithHalvedWeightsChangeNothing) {
  const data::Table table = healthy();
  data::Table twice = table;
  twice.rows *= 2;
  for (Column& column : twice.columns) {
    column.numbers.insert(column.numbers.end(), column.numbers.begin(), column.numbers.end());
    column.codes.insert(column.codes.end(), column.codes.begin(), column.codes.end());
  }
  for (double& weight : twice.find("w")->numbers) weight /= 2;
  for (const char* id :
       {"mean", "total", "ratio", "proportion", "change", "difference_in_differences", "contrast", "contrast_nonlinear",
        "ordinal_logit", "cohen_kappa_design", "direct_standardisation", "cdf"}) {
    const stats::EstimatorInfo& info = estimator_with_id(id)->info;
    Json json = spec_of(info, true);
    json["call"].erase("deff");
    const auto spec = parse_spec(json);
    ASSERT_TRUE(spec);
    const auto before = run(*spec, table);
    const auto after = run(*spec, twice);
    ASSERT_TRUE(before && after) << id;
    for (std::size_t i = 0; i < before->rows.size(); ++i) {
      EXPECT_NEAR(before->rows[i].estimate, after->rows[i].estimate, 1e-7 * (1 + std::fabs(before->rows[i].estimate)))
          << id;
      EXPECT_NEAR(before->rows[i].se, after->rows[i].se, 1e-7 * (1 + before->rows[i].se)) << id;
    }
  }
}

}  // namespace
}  // namespace hamdil::analysis
