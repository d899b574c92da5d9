#include "exchange/xlsform/choices.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace hamdil::exchange::xlsform {
namespace {

data::ChoiceList& list_named(std::vector<data::ChoiceList>& lists, std::map<std::string, std::size_t>& places,
                             const std::string& name) {
  const auto [place, is_new] = places.try_emplace(name, lists.size());
  if (is_new) lists.push_back({.name = name});
  return lists[place->second];
}

data::Choice read_choice(const Sheet& sheet, std::size_t row, const std::string& name) {
  data::Choice choice{
      .name = name, .label = sheet.translated(row, "label"), .media = sheet.media(row), .row = sheet.source_row(row)};
  for (std::size_t column = 0; column < sheet.columns().size(); ++column) {
    const ColumnRole& role = sheet.columns()[column];
    // A column without header cannot be referred to; a header with spaces is no element name and is kept for the round
    // trip.
    if (role.is_known || role.field.empty()) continue;
    if (std::string value = sheet.cell(row, column); !value.empty())
      choice.extra.emplace_back(role.field, std::move(value));
  }
  return choice;
}

}  // namespace

std::vector<data::ChoiceList> read_choices(const Sheet& sheet, bool allows_duplicates) {
  std::vector<data::ChoiceList> lists;
  std::map<std::string, std::size_t> places;
  std::map<std::pair<std::string, std::string>, std::size_t> first_rows;
  for (const char* field : {"list_name", "name"})
    if (!sheet.has(field) && sheet.rows() > 0)
      sheet.report(Severity::kError, "exchange.xlsform.missing_column", "The sheet has no column {column}.",
                   {{"column", field}}, std::nullopt, "", "Add the column, or correct the spelling of its header.");
  if (!sheet.has("list_name") || !sheet.has("name")) return lists;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const std::string list = sheet.value(row, "list_name");
    const std::string name = sheet.value(row, "name");
    if (list.empty()) {
      if (!name.empty())
        sheet.report(Severity::kWarning, "exchange.xlsform.choice_without_list",
                     "The choice {name} belongs to no list and was left out.", {{"name", name}}, row, "list_name",
                     "Fill in the name of its list.");
      continue;
    }
    if (name.empty()) {
      if (!sheet.translated(row, "label").empty())
        sheet.report(Severity::kError, "exchange.xlsform.choice_without_name",
                     "A choice of list {list} has a label but no name.", {{"list", list}}, row, "name",
                     "Give it a short name without spaces.");
      continue;
    }
    const auto [first, is_new] = first_rows.try_emplace({list, name}, sheet.source_row(row));
    if (!is_new && !allows_duplicates)
      sheet.report(Severity::kError, "exchange.xlsform.duplicate_choice",
                   "The list {list} has the choice {name} a second time (first in row {first}).",
                   {{"list", list}, {"name", name}, {"first", std::to_string(first->second)}}, row, "name",
                   "Rename one of them, or set allow_choice_duplicates to yes in the settings when it is meant.");
    list_named(lists, places, list).choices.push_back(read_choice(sheet, row, name));
    if (sheet.has("label") && lists[places[list]].choices.back().label.empty() &&
        lists[places[list]].choices.back().media.empty())
      sheet.report(Severity::kWarning, "exchange.xlsform.choice_without_label",
                   "The choice {name} of list {list} has no label.", {{"name", name}, {"list", list}}, row, "label");
  }
  return lists;
}

data::FormSettings read_settings(const Sheet& sheet) {
  data::FormSettings out;
  if (sheet.rows() == 0) return out;
  const auto get = [&](std::string_view field) { return sheet.value(0, field); };
  out.title = get("form_title");
  out.id = get("form_id");
  out.version = get("version");
  out.default_language = get("default_language");
  out.instance_name = get("instance_name");
  out.style = get("style");
  out.public_key = get("public_key");
  out.submission_url = get("submission_url");
  out.name = get("name");
  out.allow_choice_duplicates = means_yes(get("allow_choice_duplicates"));
  for (std::size_t column = 0; column < sheet.columns().size(); ++column) {
    const ColumnRole& role = sheet.columns()[column];
    const bool is_other = !role.is_known || role.field == "namespaces" || role.field == "auto_send" ||
                          role.field == "auto_delete" || role.field == "client_editable" ||
                          role.field == "omit_instanceID" || role.field == "flat" ||
                          role.field.starts_with("attribute::");
    if (!is_other || role.field.empty()) continue;
    const std::string field = role.is_known ? role.field : text::to_lower_ascii(role.field);
    if (std::string value = sheet.cell(0, column); !value.empty()) out.extra.emplace_back(field, std::move(value));
  }
  if (!out.name.empty() && !is_xml_name(out.name))
    sheet.report(Severity::kError, "exchange.xlsform.bad_name", "{name} cannot be the name of the form.",
                 {{"name", out.name}}, 0, "name",
                 "Begin with a letter or _, then use letters, digits, _, - or a point.");
  return out;
}

std::vector<data::EntityDeclaration> read_entities(const Sheet& sheet) {
  std::vector<data::EntityDeclaration> out;
  for (const ColumnRole& role : sheet.columns())
    if (!role.is_known && !role.field.empty())
      sheet.report(Severity::kError, "exchange.xlsform.unknown_column",
                   "The entities sheet has the unexpected column {column}.", {{"column", role.field}}, std::nullopt,
                   role.field, "Correct its spelling or remove it.");
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    if (sheet.is_empty(row)) continue;
    out.push_back({.list = sheet.value(row, "list_name"),
                   .label = sheet.value(row, "label"),
                   .entity_id = sheet.value(row, "entity_id"),
                   .create_if = sheet.value(row, "create_if"),
                   .update_if = sheet.value(row, "update_if"),
                   .row = sheet.source_row(row)});
    const data::EntityDeclaration& entity = out.back();
    if (!is_xml_name(entity.list) || entity.list.starts_with("__") || entity.list.find('.') != std::string::npos)
      sheet.report(Severity::kError, "exchange.xlsform.bad_entity_list", "{name} cannot be the name of an entity list.",
                   {{"name", entity.list}}, row, "list_name",
                   "Begin with a letter or a single _, then use letters, digits, _ or -.");
    if (entity.entity_id.empty() && entity.label.empty())
      sheet.report(Severity::kError, "exchange.xlsform.entity_without_label",
                   "Entities of {list} are created without a label.", {{"list", entity.list}}, row, "label",
                   "Fill in the label, for example concat(${first_name}, ' ', ${last_name}).");
    if (!entity.create_if.empty() && !entity.entity_id.empty() && entity.update_if.empty())
      sheet.report(Severity::kError, "exchange.xlsform.entity_without_update_if",
                   "Entities of {list} may be created or updated, but update_if does not say when they are updated.",
                   {{"list", entity.list}}, row, "update_if");
    if (!entity.update_if.empty() && entity.entity_id.empty())
      sheet.report(Severity::kError, "exchange.xlsform.entity_without_id",
                   "Entities of {list} are updated but entity_id does not say which.", {{"list", entity.list}}, row,
                   "entity_id");
  }
  return out;
}

}  // namespace hamdil::exchange::xlsform
