#include "exchange/xlsform/read.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/checks.hpp"
#include "exchange/xlsform/choices.hpp"
#include "exchange/xlsform/survey.hpp"

namespace hamdil::exchange::xlsform {
namespace {

const RawTable* find_sheet(const std::vector<RawTable>& sheets, std::string_view name) {
  for (const RawTable& sheet : sheets)
    if (text::equals_ignoring_case(text::trim(sheet.name), name)) return &sheet;
  return nullptr;
}

// Two columns that mean the same: which of them holds is anybody's guess.
void check_columns(const Sheet& sheet, const RawTable& table) {
  std::map<std::pair<std::string, std::string>, std::size_t> first;
  for (std::size_t i = 0; i < sheet.columns().size(); ++i) {
    const ColumnRole& role = sheet.columns()[i];
    if (!role.is_known || role.field == "comment" || role.field == "disabled") continue;
    const auto [known, is_new] = first.try_emplace({role.field, role.language}, i);
    if (!is_new)
      sheet.report(Severity::kError, "exchange.xlsform.duplicate_column",
                   "The columns {first} and {second} mean the same.",
                   {{"first", table.header[known->second]}, {"second", table.header[i]}}, std::nullopt, role.field,
                   "Remove or rename one of them.");
  }
}

std::string similar_sheets(const std::vector<RawTable>& sheets, std::string_view name) {
  std::vector<std::string> names;
  for (const RawTable& sheet : sheets) names.push_back(sheet.name);
  const std::vector<std::string> near = text::nearest(name, names);
  return near.empty()
             ? "Add a sheet named " + std::string(name) + "."
             : "Did you mean the sheet " + text::join(near, " or ") + "? Rename it to " + std::string(name) + ".";
}

void note_languages(const data::Translated& texts, std::vector<std::string>& languages) {
  for (const auto& [language, words] : texts.texts)
    if (std::find(languages.begin(), languages.end(), language) == languages.end()) languages.push_back(language);
}

void note_languages(const data::Media& media, std::vector<std::string>& languages) {
  for (const data::Translated* texts : {&media.image, &media.audio, &media.video, &media.big_image})
    note_languages(*texts, languages);
}

void collect_languages(data::Form& form) {
  for (const data::PlacedItem& placed : data::walk(form)) {
    const data::FormItem& item = *placed.item;
    for (const data::Translated* texts :
         {&item.label, &item.hint, &item.guidance_hint, &item.constraint_message, &item.required_message})
      note_languages(*texts, form.languages);
    note_languages(item.media, form.languages);
    constexpr std::string_view kMissingApp = "bind::jr:noAppErrorString::";
    for (const auto& [key, value] : item.extra)
      if (key.starts_with(kMissingApp))
        note_languages(data::Translated{{{key.substr(kMissingApp.size()), value}}}, form.languages);
  }
  for (const data::ChoiceList& list : form.lists) {
    for (const data::Choice& choice : list.choices) {
      note_languages(choice.label, form.languages);
      note_languages(choice.media, form.languages);
    }
  }
  const auto first_named =
      std::find_if(form.languages.begin(), form.languages.end(), [](const std::string& l) { return !l.empty(); });
  form.default_language = !form.settings.default_language.empty() ? form.settings.default_language
                          : first_named != form.languages.end()   ? *first_named
                                                                  : "";
}

}  // namespace

Result<data::Form> read_xlsform(const std::vector<RawTable>& sheets, const std::string& file, Diagnostics& diagnostics,
                                const std::string& root_name) {
  const RawTable* survey_table = find_sheet(sheets, "survey");
  if (survey_table == nullptr)
    return Error("exchange.xlsform.no_survey", "The workbook has no sheet named survey.")
        .at({.file = file})
        .advise(similar_sheets(sheets, "survey"));
  data::Form form;
  bool cleans_text = true;
  if (const RawTable* table = find_sheet(sheets, "settings")) {
    const Sheet settings(*table, SheetKind::kSettings, file, true, diagnostics);
    form.settings = read_settings(settings);
    for (const auto& [key, value] : form.settings.extra)
      if (key == "clean_text_values" && !means_yes(value)) cleans_text = false;
  }
  if (form.settings.name.empty() && !root_name.empty()) {
    form.settings.name = root_name;
    if (!is_xml_name(root_name))
      diagnostics.push_back(
          {Severity::kError,
           Error("exchange.xlsform.bad_name", "{name} cannot be the name of the form.", {{"name", root_name}})
               .at({.file = file})
               .advise("Begin with a letter or _, then use letters, digits, _, - or a point.")});
  }
  if (const RawTable* table = find_sheet(sheets, "choices")) {
    const Sheet choices(*table, SheetKind::kChoices, file, cleans_text, diagnostics);
    check_columns(choices, *table);
    form.lists = read_choices(choices, form.settings.allow_choice_duplicates);
  }
  if (const RawTable* table = find_sheet(sheets, "external_choices"))
    form.external_lists = read_choices(Sheet(*table, SheetKind::kChoices, file, cleans_text, diagnostics), true);
  const Sheet survey(*survey_table, SheetKind::kSurvey, file, cleans_text, diagnostics);
  if (!survey.has("type"))
    return Error("exchange.xlsform.no_type_column", "The survey sheet has no column type.")
        .at({.file = file, .sheet = survey.name(), .row = survey_table->header_row})
        .advise("The first row of the sheet must hold the headers type, name and label.");
  check_columns(survey, *survey_table);
  read_survey(survey, form);
  const RawTable* entities_table = find_sheet(sheets, "entities");
  if (entities_table != nullptr)
    form.entities = read_entities(Sheet(*entities_table, SheetKind::kEntities, file, cleans_text, diagnostics));
  collect_languages(form);
  check_form(form, sheets, file, diagnostics);
  return form;
}

Result<data::Form> read_xlsform_file(const std::string& path, Diagnostics& diagnostics) {
  HAMDIL_TRY(Workbook workbook, open_workbook(path));
  std::vector<RawTable> sheets;
  const TableLimits limits{.rows = 200'000, .columns = 2'000};
  for (std::size_t i = 0; i < workbook.sheets().size(); ++i) {
    const std::string name = text::to_lower_ascii(text::trim(workbook.sheets()[i].name));
    const bool is_wanted =
        name == "survey" || name == "choices" || name == "settings" || name == "external_choices" || name == "entities";
    if (!is_wanted) {
      sheets.push_back({.name = workbook.sheets()[i].name});
      continue;
    }
    HAMDIL_TRY(RawTable table, workbook.read(i, diagnostics, limits));
    sheets.push_back(std::move(table));
  }
  return read_xlsform(sheets, path, diagnostics);
}

}  // namespace hamdil::exchange::xlsform
