// hamdil-conformance realdata: figures of published studies, through the specifications that a user would write.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "app/conformance/suite.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "exchange/plain_table.hpp"

namespace hamdil::conformance {
namespace {

// A specification on a file, and the figures that its result must have, by JSON pointer.
struct Question {
  std::string id;
  std::string file;
  Json spec;
  std::vector<std::pair<std::string, Json>> figures;
};

class Study {
 public:
  Study(std::string folder, std::string family) : folder_(std::move(folder)), family_(std::move(family)) {}

  void ask(Question question) { questions_.push_back(std::move(question)); }
  const std::string& folder() const { return folder_; }

  void run(const std::string& filter, std::vector<CaseResult>& out) {
    for (const Question& question : questions_) {
      CaseResult result;
      result.family = family_;
      result.id = family_ + "." + question.id;
      if (result.id.find(filter) == std::string::npos) continue;
      result.detail = check(question);
      result.outcome = result.detail.empty() ? Outcome::kPassed : Outcome::kFailed;
      out.push_back(std::move(result));
    }
  }

 private:
  // The figures are printed with ten digits.
  static std::string compare(const Json& expected, const Json& actual, const std::string& place) {
    if (expected.is_array()) {
      if (!actual.is_array() || actual.size() != expected.size()) return place + ": lists differ in length";
      for (std::size_t i = 0; i < expected.size(); ++i)
        if (std::string found = compare(expected[i], actual[i], fmt::format("{}/{}", place, i)); !found.empty())
          return found;
      return {};
    }
    const bool pass =
        expected.is_number() && actual.is_number() &&
        std::fabs(expected.get<double>() - actual.get<double>()) <= 1e-6 * std::fabs(expected.get<double>()) + 1e-9;
    return pass ? std::string() : fmt::format("{}: expected {}, got {}", place, expected.dump(), actual.dump());
  }

  Result<const data::Table*> table_of(const std::string& file) {
    const auto known = tables_.find(file);
    if (known != tables_.end()) return &known->second;
    HAMDIL_TRY(data::Table table,
               exchange::read_typed_columns(folder_ + "/" + file, [](const std::string&) { return true; }));
    return &tables_.emplace(file, std::move(table)).first->second;
  }

  std::string check(const Question& question) {
    const auto table = table_of(question.file);
    if (!table) return table.error().describe();
    const auto spec = analysis::parse_spec(question.spec);
    if (!spec) return spec.error().describe();
    const auto result = analysis::run(*spec, **table);
    if (!result) return result.error().describe();
    const Json json = analysis::to_json(*result);
    for (const auto& [pointer, expected] : question.figures) {
      const Json::json_pointer place(pointer);
      if (!json.contains(place)) return pointer + ": expected a value, got nothing";
      if (std::string found = compare(expected, json[place], pointer); !found.empty()) return found;
    }
    return {};
  }

  std::string folder_;
  std::string family_;
  std::vector<Question> questions_;
  std::map<std::string, data::Table> tables_;
};

Json design_of(const std::string& name) {
  Json out = {{"lonely_psu", "remove"}};
  if (name != "srs") out["ids"] = {"village.id"};
  if (name == "strat_village") out["strata"] = {"province"};
  return out;
}

// Who answered, of one province or all: degrees of freedom are those of this subdesign.
Json domain_of(const std::string& province, const std::string& variable) {
  Json out = Json::array({{{"var", variable}, {"op", ">="}, {"value", 0}}});
  if (province != "overall") out.push_back({{"var", "province"}, {"op", "=="}, {"value", province}});
  return out;
}

void ask_mean(Study& suite, const std::string& design, const std::string& variable, const std::string& place,
              const Json& expected, const char* interval) {
  suite.ask({design + "." + variable + "." + place,
             "afghan.csv",
             {{"design", design_of(design)},
              {"domain", domain_of(place, variable)},
              {"call", {{"estimator", "mean"}, {"variables", {variable}}, {"na_rm", true}, {"deff", "replace"}}}},
             {{"/rows/0/base_rows", expected["n"]},
              {"/rows/0/estimate", expected["mean"]},
              {"/rows/0/se", expected["se"]},
              {"/rows/0/deff", expected["deff"]},
              {"/rows/0/degf_domain", expected["df"]},
              {"/rows/0/ci_t_domain", expected[interval]}}});
}

void ask_share_intervals(Study& suite, const std::string& design, const std::string& variable, const std::string& place,
                         const Json& expected) {
  suite.ask(
      {design + "." + variable + "." + place + ".intervals",
       "afghan.csv",
       {{"design", design_of(design)},
        {"domain", domain_of(place, variable)},
        {"call",
         {{"estimator", "proportion_ci"}, {"variable", variable}, {"success", "1"}, {"methods", {"logit", "beta"}}}}},
       {{"/methods/logit/ci", expected["ci_logit"]}, {"/methods/beta/ci", expected["ci_beta"]}}});
}

void ask_crosstab(Study& suite, const std::string& name, const Json& expected) {
  const std::map<std::string, std::string> columns = {{"ISAF", "violent.exp.ISAF"}, {"taliban", "violent.exp.taliban"}};
  const auto column = [&](const std::string& short_name) {
    const auto found = columns.find(short_name);
    return found == columns.end() ? short_name : found->second;
  };
  const std::size_t at = name.find("_by_");
  if (at == std::string::npos) return;
  suite.ask({"crosstab." + name,
             "afghan.csv",
             {{"design", design_of("village")},
              {"call",
               {{"estimator", "chisq"},
                {"variables", {column(name.substr(0, at)), column(name.substr(at + 4))}},
                {"statistics", {"F", "Chisq"}}}}},
             {{"/tests/F/statistic", expected["rao_scott_F"]},
              {"/tests/F/ndf", expected["ndf"]},
              {"/tests/F/ddf", expected["ddf"]},
              {"/tests/F/p_value", expected["p_F"]},
              {"/tests/Chisq/p_value", expected["p_chisq"]}}});
}

void ask_list(Study& suite, const Json& expected) {
  const Json call = {{"estimator", "list_experiment"}, {"variable", "list.response"}, {"group", "list.group"},
                     {"control", "control"},           {"treated", "ISAF"},           {"items", 3},
                     {"cluster", "village.id"}};
  const Json& all = expected["overall"];
  suite.ask({"list.ISAF",
             "afghan.csv",
             {{"call", call}},
             {{"/estimate", all["diff"]},
              {"/n_control", all["n_control"]},
              {"/n_treated", all["n_treat"]},
              {"/mean_control", all["mean_control"]},
              {"/mean_treated", all["mean_treat"]},
              {"/se_hc2", all["se_hc2"]},
              {"/se_clustered", all["se_cr1"]},
              {"/clusters", all["clusters"]},
              {"/t", all["t_cr1"]},
              {"/p_value", all["p_cr1_t"]},
              {"/ci", all["ci_cr1_t"]}}});
  Json other = call;
  other["treated"] = "taliban";
  const Json& taliban = expected["taliban_vs_control"];
  suite.ask({"list.taliban",
             "afghan.csv",
             {{"call", other}},
             {{"/mean_treated", taliban["mean_taliban"]}, {"/mean_control", taliban["mean_control"]}}});
}

void ask_afghan(Study& suite, const Json& expected) {
  for (const auto& [design, variables] : expected["proportions"].items())
    for (const auto& [variable, places] : variables.items())
      for (const auto& [place, figures] : places.items()) {
        ask_mean(suite, design, variable, place, figures, "ci_wald");
        ask_share_intervals(suite, design, variable, place, figures);
      }
  for (const auto& [design, variables] : expected["means"].items())
    for (const auto& [variable, places] : variables.items())
      for (const auto& [place, figures] : places.items()) ask_mean(suite, design, variable, place, figures, "ci");
  for (const auto& [name, figures] : expected["crosstabs"]["village"].items()) ask_crosstab(suite, name, figures);
  for (const auto& [variable, figures] : expected["quantiles"].items()) {
    Json list = Json::array();
    for (const auto& [share, value] : figures.items()) list.push_back(value);
    suite.ask(
        {"quantiles." + variable,
         "afghan.csv",
         {{"call", {{"estimator", "quantile"}, {"variable", variable}, {"p", {0, 0.25, 0.5, 0.75, 1}}, {"type", 7}}}},
         {{"/list", list}}});
  }
  ask_list(suite, expected["list_experiment"]);
  suite.ask({"villages.altitude",
             "afghan-village.csv",
             {{"call", {{"estimator", "t_test"}, {"variable", "altitude"}, {"group", "village.surveyed"}}}},
             {{"/p_value", expected["villages"]["welch_p"]}}});
}

void ask_resume(Study& suite, const Json& expected) {
  const Json& figures = expected["recomputed"];
  suite.ask({"calls",
             "resume.csv",
             {{"call", {{"estimator", "mean"}, {"variables", {"call"}}, {"by", {"race"}}}}},
             {{"/rows/0/estimate", figures["call_black"]}, {"/rows/1/estimate", figures["call_white"]}}});
  suite.ask(
      {"difference",
       "resume.csv",
       {{"call",
         {{"estimator", "ols_cluster_robust"}, {"formula", "call ~ race"}, {"cluster", "firstname"}, {"type", "HC1"}}}},
       {{"/rows/1/estimate", figures["diff"]},
        {"/rows/1/se", figures["se_cr1_firstname"]},
        {"/clusters", figures["clusters"]}}});
  suite.ask(
      {"chisq",
       "resume.csv",
       {{"call", {{"estimator", "chisq"}, {"variables", {"race", "call"}}}}},
       {{"/statistic", figures["pearson_chisq"]},
        {"/table", expected["published"]["table"].is_object()
                       ? Json::array({expected["published"]["table"]["black"], expected["published"]["table"]["white"]})
                       : Json()}}});
  for (const auto& [sex, one] : figures["by_sex"].items())
    suite.ask({"calls." + sex,
               "resume.csv",
               {{"domain", Json::array({{{"var", "sex"}, {"op", "=="}, {"value", sex}}})},
                {"call", {{"estimator", "mean"}, {"variables", {"call"}}, {"by", {"race"}}}}},
               {{"/n", one["n"]}, {"/rows/0/estimate", one["black"]}, {"/rows/1/estimate", one["white"]}}});
}

void ask_prejudice(Study& suite, const Json& expected) {
  const Json& all = expected["recomputed"]["overall"];
  suite.ask({"overall",
             "study_effects.csv",
             {{"call",
               {{"estimator", "meta_analysis"},
                {"effect", "d"},
                {"variance", "var_d"},
                {"study", "unique_study_id"},
                {"cluster", "unique_paper_id"}}}},
             {{"/studies", all["studies"]},
              {"/clusters", all["papers"]},
              {"/estimate", all["d"]},
              {"/se", all["se_re"]},
              {"/se_robust", all["se_robust"]},
              {"/ci_robust", all["ci_robust"]},
              {"/tau2", all["tau2"]},
              {"/I2", all["I2"]},
              {"/Q", all["Q"]}}});
}

}  // namespace

Result<std::vector<CaseResult>> run_realdata(const std::string& folder, const std::string& filter) {
  const std::pair<const char*, void (*)(Study&, const Json&)> studies[] = {
      {"afghan", ask_afghan}, {"resume_audit", ask_resume}, {"evidence_prejudice", ask_prejudice}};
  std::vector<CaseResult> out;
  for (const auto& [name, ask] : studies) {
    const std::string own = folder + "/" + name;
    if (!file_exists(own + "/expected.json")) continue;
    HAMDIL_TRY(const Json expected, read_json_file(own + "/expected.json"));
    Study suite(own, name);
    ask(suite, expected);
    suite.run(filter, out);
  }
  return out;
}

}  // namespace hamdil::conformance
