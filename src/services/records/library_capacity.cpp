// Library content that teaches and checks: competencies, training, tools, checklists.
#include "model/labels.hpp"
#include "services/records/library_content.hpp"

namespace hamdil::services::records {

void read_competencies(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string language = content.at("language");
  for (const Json& domain : content.at("domains"))
    for (const Json& one : domain.at("competencies")) {
      const std::string id = one.at("id");
      const Json& required = one.at("required");
      out.push_back(library_entry("competency", id, one.at("name"),
                                  {{"domain", domain.at("name")},
                                   {"statement", in_english(one.at("name"))},
                                   {"must_have", one.value("must", false)},
                                   {"required_levels", required},
                                   {"source", one.at("source")}}));
      for (const auto& [role, level] : required.items())
        out.push_back(library_entry(
            "role_profile", role + "/" + id,
            model::label_of_choice("role_profile", "role", role, language) + ": " + one.at("name").get<std::string>(),
            {{"role", role}, {"required_level", level}}, {{"competency", "competency", {id}}}));
    }
}

void read_training(const Json& content, std::vector<LibraryEntry>& out) {
  const std::string status = content.at("meta").at("status");
  for (const Json& one : content.at("modules")) {
    Json steps = one.at("sessions");
    for (Json& step : steps) step["titles"] = in_english(step.at("title"));
    Json fields = {{"audience_roles", one.at("audience")},
                   {"minutes_long", one.at("duration_min")},
                   {"objectives_text", joined_lines(one.at("objectives"))},
                   {"names", in_english(one.at("title"))},
                   {"objectives_by_language", in_english(one.at("objectives"))},
                   {"steps", steps},
                   {"materials", one.at("materials")},
                   {"text_version", status},
                   {"languages", {content.at("language")}}};
    for (const auto& [key, field] :
         {std::pair{"exercises", "exercises"}, {"adaptation", "adaptation"}, {"do_no_harm", "caution"}})
      copy_present(one, key, fields, field);
    std::vector<std::string> competencies;
    for (const Json& competency : one.at("competencies")) competencies.push_back(competency);
    out.push_back(library_entry("training_module", one.at("id"), one.at("title"), fields,
                                {{"competencies", "competency", competencies}}));
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
                        {{"text", in_english(item.at("text"))}, {"answers", options}, {"key", options.at(right - 1)}},
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
                   {"languages", {content.at("language")}},
                   {"printable", true}};
    copy_present(tool, "advice", fields, "advice_by_item");
    out.push_back(library_entry("tool", tool.at("id"), tool.at("title"), fields));
  }
}

namespace {

// `head` has the id, the title and the purpose of the list.
void add_checklist(const Json& head, Json fields, std::vector<LibraryEntry>& out) {
  fields["purpose"] = head.at("purpose");
  fields["names"] = in_english(head.at("title"));
  out.push_back(library_entry("checklist", head.at("id"), head.at("title"), std::move(fields)));
}

void add_criterion(const std::string& id, const Json& text, const Json& list, Json fields,
                   std::vector<LibraryEntry>& out) {
  fields["text"] = text;
  fields["names"] = in_english(text);
  if (fields.contains("section")) fields["section_by_language"] = in_english(fields["section"]);
  out.push_back(
      library_entry("checklist_item", id, text, std::move(fields), {{"checklist", "checklist", {list.at("id")}}}));
}

}  // namespace

void read_checklists(const Json& content, std::vector<LibraryEntry>& out) {
  const Json& list = content.at("checklist");
  Json scoring = content.at("scoring");
  for (const char* of_the_content : {"outcome_examples", "verified"}) scoring.erase(of_the_content);
  add_checklist(list, {{"scale", content.at("rating_scale")}, {"scoring", scoring}}, out);
  for (const Json& section : content.at("sections"))
    for (const Json& one : section.at("criteria"))
      add_criterion(one.at("id"), one.at("text"), list,
                    {{"type", "criterion"},
                     {"section", section.at("name")},
                     {"guidance", one.at("guidance")},
                     {"weight", one.at("weight")},
                     {"must_have", one.at("must_have")}},
                    out);
  for (const Json& one : content.at("red_flags"))
    add_criterion(one.at("id"), one.at("text"), list, {{"type", "red_flag"}}, out);
  const Json& durable = content.at("durable_solutions_criteria");
  add_checklist(durable, Json::object(), out);
  for (const Json& one : durable.at("list"))
    add_criterion(one.at("id"), one.at("text"), durable, {{"type", "criterion"}}, out);
}

void read_principles(const Json& content, std::vector<LibraryEntry>& out) {
  const Json& list = content.at("checklist");
  add_checklist(list, Json::object(), out);
  for (const Json& principle : content.at("principles"))
    for (const Json& one : principle.at("software_checks"))
      add_criterion(one.at("id"), one.at("check"), list,
                    {{"type", "criterion"},
                     {"section", principle.at("name")},
                     {"guidance", principle.at("meaning")},
                     {"must_have", one.at("must")}},
                    out);
}

}  // namespace hamdil::services::records
