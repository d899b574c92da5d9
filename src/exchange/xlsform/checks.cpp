#include "exchange/xlsform/checks.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/xlsform/entities.hpp"
#include "exchange/xlsform/instances.hpp"
#include "exchange/xlsform/parameters.hpp"
#include "exchange/xlsform/references.hpp"
#include "exchange/xlsform/sheet.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;
using data::ItemKind;
using data::QuestionType;

class Checker {
 public:
  Checker(const data::Form& form, const std::vector<RawTable>& sheets, const std::string& file,
          Diagnostics& diagnostics)
      : form_(form), sheets_(sheets), file_(file), diagnostics_(diagnostics), placed_(data::walk(form)) {}

  void run() {
    for (const data::PlacedItem& placed : placed_) {
      names_[placed.item->name].push_back(&placed);
      all_names_.push_back(placed.item->name);
    }
    check_siblings(form_.items);
    check_repeat_names();
    for (const data::PlacedItem& placed : placed_) check_item(placed);
    check_instances();
    check_texts_elsewhere();
    check_entities();
    check_translations();
    check_choices_sheet();
  }

 private:
  void report(Severity severity, const char* code, const char* text, Error::Args args, std::size_t row,
              const char* column, std::string hint = {}) {
    Error problem(code, text, std::move(args));
    problem.where = {.file = file_, .sheet = sheet_, .column_name = column};
    if (row > 0) problem.where.row = row;
    problem.hint = std::move(hint);
    diagnostics_.push_back({severity, std::move(problem)});
  }

  void check_siblings(const std::vector<FormItem>& items) {
    std::map<std::string, std::size_t> seen;
    std::map<std::string, std::string> folded;
    for (const FormItem& item : items) {
      if (item.kind == ItemKind::kRepeat && !item.repeat_count.empty() && !item.repeat_count.starts_with("${")) {
        const bool is_taken = std::any_of(items.begin(), items.end(),
                                          [&](const FormItem& other) { return other.name == item.name + "_count"; });
        if (is_taken)
          report(Severity::kError, "exchange.xlsform.duplicate_name",
                 "The name {name} is needed for the count of the repeat {repeat}.",
                 {{"name", item.name + "_count"}, {"repeat", item.name}}, item.row, "name",
                 "Rename the question of that name.");
      }
      const auto [similar, is_other] = folded.try_emplace(text::to_lower_ascii(item.name), item.name);
      if (!is_other && similar->second != item.name)
        report(Severity::kWarning, "exchange.xlsform.similar_name",
               "The names {name} and {other} differ only in capital letters.",
               {{"name", item.name}, {"other", similar->second}}, item.row, "name",
               "Some programs do not tell them apart: rename one.");
      const auto [first, is_new] = seen.try_emplace(item.name, item.row);
      if (!is_new && !item.name.empty())
        report(Severity::kError, "exchange.xlsform.duplicate_name",
               "The name {name} stands twice in one group (first in row {first}).",
               {{"name", item.name}, {"first", std::to_string(first->second)}}, item.row, "name",
               "Rename one of them.");
      check_siblings(item.children);
    }
  }

  void check_repeat_names() {
    std::map<std::string, std::size_t> seen;
    for (const data::PlacedItem& placed : placed_) {
      if (placed.item->kind != ItemKind::kRepeat) continue;
      const auto [first, is_new] = seen.try_emplace(placed.item->name, placed.item->row);
      if (!is_new)
        report(Severity::kError, "exchange.xlsform.duplicate_repeat",
               "Another repeat is named {name} (row {first}); repeats need names of their own.",
               {{"name", placed.item->name}, {"first", std::to_string(first->second)}}, placed.item->row, "name",
               "Rename one of them.");
    }
  }

  void check_item(const data::PlacedItem& placed) {
    const FormItem& item = *placed.item;
    const std::pair<const std::string*, const char*> expressions[] = {
        {&item.relevant, "relevant"},        {&item.constraint, "constraint"},
        {&item.required, "required"},        {&item.calculation, "calculation"},
        {&item.default_value, "default"},    {&item.trigger, "trigger"},
        {&item.read_only, "read_only"},      {&item.choice_filter, "choice_filter"},
        {&item.repeat_count, "repeat_count"}};
    for (const auto& [expression, column] : expressions) check_references(*expression, item.row, column);
    const std::pair<const data::Translated*, const char*> texts[] = {{&item.label, "label"},
                                                                     {&item.hint, "hint"},
                                                                     {&item.guidance_hint, "guidance_hint"},
                                                                     {&item.constraint_message, "constraint_message"},
                                                                     {&item.required_message, "required_message"}};
    for (const auto& [translated, column] : texts)
      for (const auto& [language, words] : translated->texts) check_references(words, item.row, column);
    for (const auto& [key, value] : item.parameters) check_references(value, item.row, "parameters");
    if (item.choice_source == FormItem::ChoiceSource::kRepeat) check_references(item.list, item.row, "type");
    if (item.or_other && !item.choice_filter.empty())
      report(Severity::kError, "exchange.xlsform.filtered_or_other",
             "or_other does not work together with a choice_filter.", {}, item.row, "choice_filter",
             "Add the choice other to the list and a text question for it.");
    if (item.type == QuestionType::kBackgroundGeopoint && !item.calculation.empty())
      report(Severity::kError, "exchange.xlsform.background_calculation", "A background-geopoint takes no calculation.",
             {}, item.row, "calculation");
    if (item.kind == ItemKind::kRepeat && !form_.settings.name.empty() && item.name == form_.settings.name)
      report(Severity::kError, "exchange.xlsform.reserved_name", "The name {name} is that of the form itself.",
             {{"name", item.name}}, item.row, "name", "Choose another name.");
    check_list(item);
    check_search(item);
    check_trigger(item);
    check_parameters(form_, item, [&](std::string text) {
      Error problem("exchange.xlsform.bad_parameter", std::move(text));
      problem.where = {.file = file_, .sheet = "survey", .row = item.row, .column_name = "parameters"};
      diagnostics_.push_back({Severity::kError, std::move(problem)});
    });
  }

  // One id for two sources; external files named alike twice.
  void check_instances() {
    std::map<std::string, std::string> uris;
    for (const SecondaryInstance& instance : secondary_instances(form_)) {
      const auto [known, is_new] = uris.try_emplace(instance.id, instance.uri);
      if (!is_new && known->second != instance.uri)
        report(Severity::kError, "exchange.xlsform.duplicate_instance",
               "The name {name} is used for two sources of data.", {{"name", instance.id}}, instance.row, "name",
               "Rename the file, the list or the question.");
    }
    std::set<std::string> files;
    for (const data::PlacedItem& placed : placed_) {
      const bool is_file =
          placed.item->type == QuestionType::kCsvExternal || placed.item->type == QuestionType::kXmlExternal;
      if (is_file && !files.insert(placed.item->name).second)
        report(Severity::kError, "exchange.xlsform.duplicate_instance", "The external file {name} is declared twice.",
               {{"name", placed.item->name}}, placed.item->row, "name", "Remove one of the lines.");
    }
  }

  // References in choice labels and settings.
  void check_texts_elsewhere() {
    sheet_ = "choices";
    for (const data::ChoiceList& list : form_.lists)
      for (const data::Choice& choice : list.choices)
        for (const data::Translated* texts :
             {&choice.label, &choice.media.image, &choice.media.audio, &choice.media.video, &choice.media.big_image})
          for (const auto& [language, words] : texts->texts) check_references(words, choice.row, "label");
    sheet_ = "settings";
    check_references(form_.settings.instance_name, 2, "instance_name");
    sheet_ = "survey";
  }

  // A form in several languages should speak all of them; one warning a language and sheet.
  void check_translations() {
    std::vector<std::string> languages;
    for (const std::string& language : form_.languages)
      if (!language.empty()) languages.push_back(language);
    if (languages.size() < 2) return;
    for (const std::string& language : languages) {
      std::vector<std::size_t> rows;
      for (const data::PlacedItem& placed : placed_)
        if (lacks(placed.item->label, language) && placed.item->row > 0) rows.push_back(placed.item->row);
      warn_untranslated("survey", language, rows);
      rows.clear();
      for (const data::ChoiceList& list : form_.lists)
        for (const data::Choice& choice : list.choices)
          if (lacks(choice.label, language) && choice.row > 0) rows.push_back(choice.row);
      std::sort(rows.begin(), rows.end());
      warn_untranslated("choices", language, rows);
    }
  }

  static bool lacks(const data::Translated& texts, const std::string& language) {
    const bool has_languages =
        std::any_of(texts.texts.begin(), texts.texts.end(), [](const auto& pair) { return !pair.first.empty(); });
    return has_languages && texts.find(language) == nullptr;
  }

  void warn_untranslated(const char* sheet, const std::string& language, const std::vector<std::size_t>& rows) {
    if (rows.empty()) return;
    Error problem("exchange.xlsform.missing_translation",
                  "{count} labels are not translated into {language} (rows {rows}).",
                  {{"count", std::to_string(rows.size())}, {"language", language}, {"rows", csv::describe_rows(rows)}});
    problem.where = {.file = file_, .sheet = sheet, .row = rows.front(), .column_name = "label::" + language};
    diagnostics_.push_back({Severity::kWarning, std::move(problem)});
  }

  void check_choices_sheet() {
    if (!form_.lists.empty()) return;
    std::vector<std::string> names;
    for (const RawTable& sheet : sheets_) {
      if (text::equals_ignoring_case(text::trim(sheet.name), "choices")) return;
      if (!text::equals_ignoring_case(text::trim(sheet.name), "external_choices")) names.push_back(sheet.name);
    }
    const std::vector<std::string> near = text::nearest("choices", names);
    if (near.empty()) return;
    diagnostics_.push_back(
        {Severity::kWarning, Error("exchange.xlsform.similar_sheet",
                                   "There is no sheet named choices, but one named {sheet}.", {{"sheet", near.front()}})
                                 .at({.file = file_, .sheet = near.front()})
                                 .advise("Rename it to choices if it holds the choices.")});
  }

  void check_entities() {
    std::vector<EntityProblem> problems;
    (void)place_entities(form_, problems);
    for (EntityProblem& found : problems) {
      Error problem(found.code, std::move(found.text));
      problem.where = {.file = file_, .sheet = found.sheet, .row = found.row, .column_name = found.column};
      diagnostics_.push_back({Severity::kError, std::move(problem)});
    }
  }

  void check_references(const std::string& text, std::size_t row, const char* column) {
    for (const Reference& reference : find_references(text)) {
      if (!reference.is_well_formed) {
        report(Severity::kError, "exchange.xlsform.bad_reference", "A reference must look like ${name}.",
               {{"name", "{name}"}}, row, column, "Write the name of a question between ${ and }.");
        continue;
      }
      const auto found = names_.find(reference.name);
      if (found == names_.end() && is_meta_name(reference.name)) continue;
      if (found == names_.end()) {
        // Comparing with every name costs; after some unknown references the author has seen the point.
        const std::vector<std::string> near =
            ++unknown_ <= 50 ? text::nearest(reference.name, all_names_) : std::vector<std::string>{};
        report(Severity::kError, "exchange.xlsform.unknown_reference", "No question is named {name}.",
               {{"name", reference.name}}, row, column,
               near.empty() ? "Correct the name between ${ and }." : "Did you mean " + text::join(near, " or ") + "?");
      } else if (found->second.size() > 1) {
        report(Severity::kError, "exchange.xlsform.ambiguous_reference",
               "{count} questions are named {name}; it is not clear which is meant.",
               {{"name", reference.name}, {"count", std::to_string(found->second.size())}}, row, column,
               "Give the question that you mean a name of its own.");
      }
    }
  }

  void check_list(const FormItem& item) {
    if (item.list.empty()) return;
    if (item.choice_source == FormItem::ChoiceSource::kList && form_.find_list(item.list) == nullptr &&
        item.appearance.find("search(") == std::string::npos) {
      std::vector<std::string> lists;
      for (const data::ChoiceList& list : form_.lists) lists.push_back(list.name);
      const std::vector<std::string> near = text::nearest(item.list, lists);
      report(Severity::kError, "exchange.xlsform.unknown_list", "The choices sheet has no list {list}.",
             {{"list", item.list}}, item.row, "type",
             near.empty() ? "Add the list to the choices sheet." : "Did you mean " + text::join(near, " or ") + "?");
    }
    if (item.choice_source == FormItem::ChoiceSource::kExternalList) {
      const bool is_there = std::any_of(form_.external_lists.begin(), form_.external_lists.end(),
                                        [&](const data::ChoiceList& list) { return list.name == item.list; });
      if (!is_there) report_external(item);
    }
    if (item.type == QuestionType::kSelectMultiple && item.choice_source == FormItem::ChoiceSource::kList)
      check_spaces(item);
  }

  void report_external(const FormItem& item) {
    std::vector<std::string> names;
    for (const RawTable& sheet : sheets_) names.push_back(sheet.name);
    const std::vector<std::string> near =
        form_.external_lists.empty() ? text::nearest("external_choices", names) : std::vector<std::string>{};
    report(Severity::kError, "exchange.xlsform.no_external_list", "The external_choices sheet has no list {list}.",
           {{"list", item.list}}, item.row, "type",
           near.empty() ? "Add the list to the sheet external_choices."
                        : "Rename the sheet " + near.front() + " to external_choices.");
  }

  void check_spaces(const FormItem& item) {
    const data::ChoiceList* list = form_.find_list(item.list);
    if (list == nullptr || !spaced_lists_.insert(item.list).second) return;
    std::vector<std::size_t> rows;
    for (const data::Choice& choice : list->choices)
      if (choice.name.find(' ') != std::string::npos) rows.push_back(choice.row);
    if (rows.empty()) return;
    report(Severity::kError, "exchange.xlsform.choice_with_space",
           "The answers of {question} are parted by spaces, but names of its choices hold spaces (list {list}, rows "
           "{rows}).",
           {{"question", item.name}, {"list", list->name}, {"rows", csv::describe_rows(rows)}}, item.row, "type",
           "Write _ in place of each space in the choices sheet.");
  }

  // Nodes that the form has without a line in the survey sheet.
  bool is_meta_name(const std::string& name) const {
    if (name == "instanceName") return !form_.settings.instance_name.empty();
    const auto omitted = std::find_if(form_.settings.extra.begin(), form_.settings.extra.end(),
                                      [](const auto& pair) { return pair.first == "omit_instanceID"; });
    return name == "instanceID" && (omitted == form_.settings.extra.end() || !means_yes(omitted->second));
  }

  static bool is_visible(const FormItem& item) {
    if (item.type == QuestionType::kCalculate || item.type == QuestionType::kHidden) return false;
    return item.calculation.empty() || !item.label.empty() || !item.hint.empty();
  }

  // search() fills a list from a file on the phone: the list cannot serve another question, too.
  void check_search(const FormItem& item) {
    const bool searches = item.appearance.find("search(") != std::string::npos;
    if (searches && item.choice_source == FormItem::ChoiceSource::kFile)
      report(Severity::kError, "exchange.xlsform.bad_search", "A select from a file takes no search().", {}, item.row,
             "appearance", "Use select_one with search(), or select_one_from_file without.");
    if (item.choice_source != FormItem::ChoiceSource::kList) return;
    const auto [first, is_new] = searching_.try_emplace(item.list, searches);
    if (!is_new && first->second != searches)
      report(Severity::kError, "exchange.xlsform.bad_search", "The list {list} is used with search() and without.",
             {{"list", item.list}}, item.row, "type", "Give the question with search() a list of its own.");
  }

  void check_trigger(const FormItem& item) {
    if (item.trigger.empty()) {
      if (item.type == QuestionType::kBackgroundGeopoint)
        report(Severity::kError, "exchange.xlsform.no_trigger", "A background-geopoint needs a trigger.", {}, item.row,
               "trigger", "Write ${name} of the question that starts it.");
      return;
    }
    for (const std::string& part : text::split(item.trigger, ',')) {
      const std::string one = text::trim(part);
      const std::vector<Reference> references = find_references(one);
      if (references.size() != 1 || references[0].start != 0 || references[0].length != one.size())
        report(Severity::kError, "exchange.xlsform.bad_trigger",
               "A trigger is one reference such as ${name}, or several with commas.", {{"name", "{name}"}}, item.row,
               "trigger");
      else if (const auto found = names_.find(references[0].name);
               found != names_.end() && !is_visible(*found->second.front()->item))
        report(Severity::kError, "exchange.xlsform.bad_trigger", "{name} is never shown, so nothing can start with it.",
               {{"name", references[0].name}}, item.row, "trigger", "Name a question that is answered.");
    }
  }

  const data::Form& form_;
  const std::vector<RawTable>& sheets_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  std::vector<data::PlacedItem> placed_;
  std::map<std::string, std::vector<const data::PlacedItem*>> names_;
  std::vector<std::string> all_names_;
  std::set<std::string> spaced_lists_;
  std::map<std::string, bool> searching_;  // by list: used with search()
  std::size_t unknown_ = 0;
  const char* sheet_ = "survey";  // that is being checked
};

}  // namespace

void check_form(const data::Form& form, const std::vector<RawTable>& sheets, const std::string& file,
                Diagnostics& diagnostics) {
  Checker(form, sheets, file, diagnostics).run();
}

}  // namespace hamdil::exchange::xlsform
