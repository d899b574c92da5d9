#include "services/records/library_content.hpp"

#include <algorithm>
#include <map>

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace hamdil::services::records {
namespace {

const char* const kOwnLanguage = "en";  // in which the content is written

Json or_empty_list(const Json& object, const char* key) { return object.value(key, Json::array()); }

// "2026-06" as its first or its last day; a whole date stays.
std::string first_day(const std::string& month) { return month.size() == 7 ? month + "-01" : month; }
std::string last_day(const std::string& month) {
  const auto first = parse_date(first_day(month));
  if (!first || month.size() != 7) return month;
  const Date next{first->month == 12 ? first->year + 1 : first->year, first->month % 12 + 1, 1};
  return iso_date(date_from_days(days_from_date(next) - 1));
}

}  // namespace

const std::vector<LibraryFile>& library_files() {
  static const std::vector<LibraryFile> kFiles = {{"competencies.yaml", read_competencies},
                                                  {"training-modules.yaml", read_training},
                                                  {"ngo-tools.yaml", read_tools},
                                                  {"do-no-harm-checklist.yaml", read_checklists},
                                                  {"data-protection-principles.yaml", read_principles},
                                                  {"sc-indicators.yaml", read_indicators},
                                                  {"consent-texts.yaml", read_consent_texts},
                                                  {"fgd-kii-guides.yaml", read_guides},
                                                  {"codebook-starter.yaml", read_codebook},
                                                  {"admin-units.yaml", read_places},
                                                  {"terms-of-reference.yaml", read_terms_of_reference},
                                                  {"results-matrix-sample.yaml", read_results_matrix}};
  return kFiles;
}

void read_indicators(const Json& content, std::vector<LibraryEntry>& out) {
  const Json& defaults = content.at("defaults");
  for (const Json& one : content.at("indicators")) {
    Json fields = {{"level", one.at("level")},
                   {"unit", one.at("unit")},
                   {"better", one.at("direction")},
                   {"source", one.at("mov")}};
    for (const char* same : {"definition", "numerator", "denominator", "dimension"})
      copy_present(one, same, fields, same);
    fields["disaggregation"] = one.value("disaggregation", defaults.at("disaggregation"));
    copy_present(one, "item_refs", fields, "items");
    copy_present(one, "counting_rule", fields, "double_counting");
    out.push_back(library_entry("monitoring_indicator", one.at("id"), one.at("name"), fields));
  }
}

namespace {

// What is spoken, with what is added on the telephone.
Json spoken_lines(const Json& one) {
  Json lines = one.at("text");
  if (one.contains("phone_extra")) lines.push_back(one["phone_extra"]);
  return lines;
}

}  // namespace

void read_consent_texts(const Json& content, std::vector<LibraryEntry>& out) {
  for (const Json& one : content.at("texts")) {
    Json purposes = Json::array();
    for (const Json& decision : or_empty_list(one, "decisions"))
      if (decision.contains("purpose")) purposes.push_back(decision["purpose"]);
    Json fields = {{"text_version", content.at("meta").at("status")},
                   {"names", in_english(one.at("title"))},
                   {"text", in_english(spoken_lines(one))},
                   {"modes", one.at("mode")},
                   {"purposes", purposes}};
    copy_present(one, "check_questions", fields, "check_questions");
    if (one.contains("check_questions")) fields["check_by_language"] = in_english(one["check_questions"]);
    copy_present(one, "min_age", fields, "least_age");
    if (one.contains("rules")) fields["note"] = joined_lines(one["rules"]);
    out.push_back(library_entry("consent_text", one.at("id"), one.at("title"), fields));
  }
}

void read_guides(const Json& content, std::vector<LibraryEntry>& out) {
  static const std::map<std::string, const char*> kMethods = {{"fgd", "focus_group"},
                                                              {"kii", "key_informant_interview"},
                                                              {"fgd_or_kii", "focus_group"},
                                                              {"kii_or_fgd", "key_informant_interview"},
                                                              {"consultation", "consultation"}};
  const std::string opening = joined_lines(content.at("opening")), closing = joined_lines(content.at("closing"));
  for (const Json& one : content.at("guides")) {
    Json questions = Json::array({one.at("warm_up")});
    for (const Json& question : one.at("questions")) questions.push_back(question);
    Json fields = {{"method", kMethods.at(one.at("method"))},
                   {"opening", opening},
                   {"closing", closing},
                   {"caution", joined_lines(content.at("never_ask"))},
                   {"caution_by_language", in_english(content.at("never_ask"))},
                   {"names", in_english(one.at("title"))},
                   {"questions", questions},
                   {"spoken_by_language", in_english(Json::array({opening, joined_lines(questions), closing}))},
                   {"languages", content.at("languages")}};
    if (const std::string tier = one.at("tier"); tier == "primary" || tier == "secondary" || tier == "tertiary")
      fields["audience_tier"] = tier;
    fields["note"] = one.at("note").get<std::string>() + "\n" + one.at("referral_note").get<std::string>();
    out.push_back(library_entry("guide", one.at("id"), one.at("title"), fields));
  }
}

void read_codebook(const Json& content, std::vector<LibraryEntry>& out) {
  for (const Json& theme : content.at("themes")) {
    out.push_back(library_entry("code", theme.at("id"), theme.at("name"), {{"colour", theme.at("colour")}}));
    for (const Json& one : theme.at("codes")) {
      Json fields = {{"colour", theme.at("colour")}};
      for (const auto& [key, field] : {std::pair{"definition", "definition"},
                                       {"use", "when_to_use"},
                                       {"not", "when_not_to_use"},
                                       {"example", "example"}})
        copy_present(one, key, fields, field);
      out.push_back(
          library_entry("code", one.at("id"), one.at("label"), fields, {{"parent", "code", {theme.at("id")}}}));
    }
  }
}

void read_places(const Json& content, std::vector<LibraryEntry>& out) {
  const Json& valid_from = content.at("meta").at("source_valid_from");
  for (const Json& country : content.at("countries")) {
    const std::string iso = country.at("iso3");
    const std::string list = "OCHA P-codes " + iso + " " + valid_from.at(iso).get<std::string>();
    for (const Json& unit : country.at("units")) {
      Json names = unit.value("names_local", Json::object());
      names[kOwnLanguage] = unit.value("display_en", unit.at("name_en").get<std::string>());
      Json fields = {{"code_list", list}, {"level", unit.at("level")}, {"names", names}};
      Json aliases = unit.value("aliases", Json::array());
      if (std::find(aliases.begin(), aliases.end(), unit.at("name_en")) == aliases.end())
        aliases.push_back(unit.at("name_en"));
      fields["aliases"] = aliases;
      copy_present(unit, "note", fields, "note");
      std::vector<LibraryReference> parents;
      if (unit.at("parent") != iso) parents.push_back({"parent", "place", {unit.at("parent")}});
      out.push_back(library_entry("place", unit.at("pcode"), names[kOwnLanguage], fields, parents));
    }
  }
}

namespace {

void read_requirements(const Json& list, const std::string& terms, const std::string& deliverable,
                       std::vector<LibraryEntry>& out) {
  for (const Json& one : list) {
    Json fields = {{"text", one.at("text")}};
    copy_present(one, "need", fields, "need");
    std::vector<LibraryReference> to = {{"terms_of_reference", "terms_of_reference", {terms}}};
    if (!deliverable.empty()) to.push_back({"deliverable", "deliverable", {deliverable}});
    out.push_back(library_entry("requirement", one.at("id"), one.at("text"), fields, to));
  }
}

}  // namespace

void read_terms_of_reference(const Json& content, std::vector<LibraryEntry>& out) {
  for (const Json& terms : content) {
    const std::string id = terms.at("id");
    out.push_back(library_entry("terms_of_reference", id, terms.at("title"), {{"text", terms.at("setting")}}));
    for (const Json& one : or_empty_list(terms, "deliverables")) {
      const std::string deliverable = id + "/" + one.at("id").get<std::string>();
      out.push_back(library_entry("deliverable", deliverable, text::replace_all(one.at("id"), "-", " "), Json::object(),
                                  {{"terms_of_reference", "terms_of_reference", {id}}}));
      read_requirements(or_empty_list(one, "requirements"), id, deliverable, out);
      for (const Json& sign : or_empty_list(one, "acceptance_indicators"))
        out.push_back(library_entry("acceptance_indicator", sign.at("id"), sign.at("text"), {{"text", sign.at("text")}},
                                    {{"deliverable", "deliverable", {deliverable}}}));
    }
    for (const char* part : {"objectives", "duties"}) read_requirements(or_empty_list(terms, part), id, "", out);
    for (const char* part : {"experience", "skills"})
      read_requirements(or_empty_list(terms.at("profile"), part), id, "", out);
  }
}

namespace {

struct Matrix {
  std::string strategy;
  std::map<std::string, Json> theories;
};

void read_result(const Json& one, const std::string& level, const std::string& parent, const Matrix& matrix,
                 std::vector<LibraryEntry>& out) {
  const std::string id = one.at("id");
  Json fields = {{"level", level}, {"statement", in_english(one.at("text"))}};
  if (const auto theory = matrix.theories.find(text_or_empty(one, "toc")); theory != matrix.theories.end()) {
    fields["if_then"] = "If " + theory->second.at("if").get<std::string>() + ", then " +
                        theory->second.at("then").get<std::string>() + ".";
    fields["because"] = theory->second.at("because");
  }
  std::vector<LibraryReference> to = {{"strategy", "strategy", {matrix.strategy}}};
  if (!parent.empty()) to.push_back({"parent", "objective", {parent}});
  out.push_back(library_entry("objective", id, one.at("text"), fields, to));
  for (const Json& activity : or_empty_list(one, "activities")) {
    std::vector<std::string> barriers;
    for (const Json& barrier : or_empty_list(activity, "barriers")) barriers.push_back(barrier);
    out.push_back(library_entry("activity", activity.at("id"), activity.at("text"),
                                {{"text", activity.at("text")},
                                 {"starts", first_day(activity.at("start"))},
                                 {"ends", last_day(activity.at("end"))},
                                 {"note", "Barriers: " + text::join(barriers, "; ")}},
                                {{"objective", "objective", {id}}}));
  }
  for (const Json& output : or_empty_list(one, "outputs")) read_result(output, "output", id, matrix, out);
}

}  // namespace

void read_results_matrix(const Json& content, std::vector<LibraryEntry>& out) {
  const Json& meta = content.at("meta");
  Matrix matrix{"results-matrix-sample", {}};
  for (const Json& theory : content.at("theory_of_change")) matrix.theories[theory.at("id")] = theory;
  out.push_back(library_entry("strategy", matrix.strategy, meta.at("programme"),
                              {{"starts", meta.at("period").at("start")},
                               {"ends", meta.at("period").at("end")},
                               {"note", "All figures and dates are illustrative."}}));
  for (const Json& one : content.at("results")) {
    const std::string level = one.at("level");
    read_result(one, level == "objective" ? "goal" : level, text_or_empty(one, "parent"), matrix, out);
  }
  for (const Json& one : content.at("assumptions"))
    out.push_back(library_entry("assumption", one.at("id"), one.at("text"),
                                {{"about", "strategy"},
                                 {"text", one.at("text")},
                                 {"likelihood_of_failure", one.at("likelihood_of_failure")},
                                 {"watched_by", one.at("watch")},
                                 {"if_it_fails", one.at("if_fails")}}));
}

}  // namespace hamdil::services::records
