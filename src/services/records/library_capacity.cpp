// Library content that teaches and checks: competencies, training, tools, checklists.
#include "base/text.hpp"
#include "services/records/library_content.hpp"

namespace hamdil::services::records {

void read_competencies(const Json& content, std::vector<LibraryEntry>& out) {
  for (const Json& domain : content.at("domains"))
    for (const Json& one : domain.at("competencies")) {
      const std::string id = one.at("id");
      const Json& required = one.at("required");
      out.push_back(library_entry("competency", id, one.at("name"),
                                  {{"domain", domain.at("name")},
                                   {"statement", {{"en", one.at("name")}}},
                                   {"must_have", one.value("must", false)},
                                   {"required_levels", required},
                                   {"source", one.at("source")}}));
      for (const auto& [role, level] : required.items())
        out.push_back(library_entry("role_profile", role + "/" + id,
                                    text::replace_all(role, "_", " ") + ": " + one.at("name").get<std::string>(),
                                    {{"role", role}, {"required_level", level}}, {{"competency", "competency", {id}}}));
    }
}

void read_training(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string status = content.at("meta").at("status");
  const std::map<std::string, Json> words = words_of(content, "modules");
  for (const Json& one : content.at("modules")) {
    const std::string id = one.at("id");
    Json steps = one.at("sessions");
    for (Json& step : steps) {
      const std::string of = step.at("id");
      for (const auto& [language, said] : words) step["titles"][language] = said.at(id).at("sessions").at(of);
    }
    Json fields = {{"audience_roles", one.at("audience")},
                   {"minutes_long", one.at("duration_min")},
                   {"objectives_text", joined_lines(one.at("objectives"))},
                   {"names", in_languages(one.at("title"), words, id, "title")},
                   {"objectives_by_language", in_languages(one.at("objectives"), words, id, "objectives")},
                   {"steps", steps},
                   {"materials", one.at("materials")},
                   {"text_version", status},
                   {"languages", {"en"}}};
    for (const auto& [key, field] :
         {std::pair{"exercises", "exercises"}, {"adaptation", "adaptation"}, {"do_no_harm", "caution"}})
      copy_present(one, key, fields, field);
    std::vector<std::string> competencies;
    for (const Json& competency : one.at("competencies")) competencies.push_back(competency);
    out.push_back(
        library_entry("training_module", id, one.at("title"), fields, {{"competencies", "competency", competencies}}));
  }
}

namespace {

void read_tests(const Json& tool, std::vector<LibraryEntry>& out) {
  for (const Json& module : tool.at("modules"))
    for (const Json& item : module.at("items")) {
      const Json& options = item.at("options");
      const auto right = item.at("answer").get<std::size_t>();  // counts from 1
      out.push_back(
          library_entry("test_item", item.at("id"), item.at("text"),
                        {{"text", {{"en", item.at("text")}}}, {"answers", options}, {"key", options.at(right - 1)}},
                        {{"training_module", "training_module", {module.at("module")}}}));
    }
}

}  // namespace

void read_tools(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string status = content.at("meta").at("status");
  const Json& scales = content.at("scales");
  for (const Json& tool : content.at("tools")) {
    if (tool.contains("modules")) {
      read_tests(tool, out);
      continue;
    }
    Json items = tool.value("items", Json::array());
    for (const Json& domain : tool.value("domains", Json::array())) {
      out.push_back(
          library_entry("capacity_domain", domain.at("id"), domain.at("name"), {{"items", domain.at("items")}}));
      for (const Json& item : domain.at("items")) items.push_back(item);
    }
    Json scoring = tool.at("scoring");
    scoring["scale"] = scales.at(tool.at("scale").get<std::string>());
    Json fields = {{"type", tool.at("id") == "nt-aq" ? "checklist" : "self_scoring_form"},
                   {"filled_by", tool.at("filled_by")},
                   {"items", items},
                   {"scoring", scoring},
                   {"text_version", status},
                   {"languages", {"en"}},
                   {"printable", true}};
    copy_present(tool, "advice", fields, "advice_by_item");
    out.push_back(library_entry("tool", tool.at("id"), tool.at("title"), fields));
  }
}

void read_checklists(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string id = "do-no-harm";
  const std::map<std::string, Json> items = words_of(content, "items"), sections = words_of(content, "sections");
  std::map<std::string, Json> titles;
  for (const auto& [language, words] : content.at("translations").items()) titles[language] = words;
  const auto add_list = [&](const std::string& list, const std::string& title, const char* key, Json fields) {
    fields["names"] = in_languages(title, titles, key);
    out.push_back(library_entry("checklist", list, title, std::move(fields)));
  };
  const auto add_item = [&](const Json& one, const std::string& list, Json fields) {
    fields["text"] = one.at("text");
    fields["names"] = in_languages(one.at("text"), items, one.at("id").get<std::string>());
    out.push_back(library_entry("checklist_item", one.at("id"), one.at("text"), std::move(fields),
                                {{"checklist", "checklist", {list}}}));
  };
  add_list(id, "Conflict sensitivity and do no harm", "title",
           {{"purpose", "Plans of action, proposals, action plans and advocacy notes."},
            {"scale", content.at("rating_scale")},
            {"scoring", content.at("scoring")}});
  for (const Json& section : content.at("sections"))
    for (const Json& one : section.at("criteria"))
      add_item(one, id,
               {{"type", "criterion"},
                {"section", section.at("name")},
                {"section_by_language", in_languages(section.at("name"), sections, section.at("id"))},
                {"guidance", one.at("guidance")},
                {"weight", one.at("weight")},
                {"must_have", one.at("must_have")}});
  for (const Json& one : content.at("red_flags")) add_item(one, id, {{"type", "red_flag"}});
  const Json& durable = content.at("durable_solutions_criteria");
  const std::string solutions = "durable-solutions";
  add_list(solutions, "Criteria of durable solutions", "durable_title", {{"purpose", durable.at("source")}});
  for (const Json& one : durable.at("list")) add_item(one, solutions, {{"type", "criterion"}});
}

void read_principles(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string id = "data-protection";
  out.push_back(
      library_entry("checklist", id, "Data protection principles",
                    {{"purpose", "Collection, analysis and products: each principle with what must be seen."}}));
  for (const Json& principle : content.at("principles"))
    for (const Json& one : principle.at("software_checks"))
      out.push_back(library_entry("checklist_item", one.at("id"), one.at("check"),
                                  {{"type", "criterion"},
                                   {"section", principle.at("name")},
                                   {"text", one.at("check")},
                                   {"guidance", principle.at("meaning")},
                                   {"must_have", one.at("must")}},
                                  {{"checklist", "checklist", {id}}}));
}

}  // namespace hamdil::services::records
