// A questionnaire as everybody below and above the form reader sees it: questions, groups and repeats in order, with
// their languages, logic and choice lists. Plain values, no I/O. Texts are as the form's author wrote them (with
// ${name} references).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hamdil::data {

// A text in several languages. The language "" is that of a column without a language ("label").
struct Translated {
  std::vector<std::pair<std::string, std::string>> texts;  // language as the form names it, text; no two alike

  bool empty() const { return texts.empty(); }
  const std::string* find(std::string_view language) const;
  void set(std::string_view language, std::string text);
  // In `language`, else without language, else the first there is; "" when there is none.
  const std::string& best(std::string_view language) const;
  bool operator==(const Translated&) const = default;
};

// What the respondent sees or hears beside the words; file names.
struct Media {
  Translated image;
  Translated audio;
  Translated video;
  Translated big_image;
  bool empty() const { return image.empty() && audio.empty() && video.empty() && big_image.empty(); }
  bool operator==(const Media&) const = default;
};

enum class ItemKind { kQuestion, kGroup, kRepeat };

enum class QuestionType {
  kText,
  kInteger,
  kDecimal,
  kNote,
  kSelectOne,
  kSelectMultiple,
  kRank,
  kRange,
  kDate,
  kTime,
  kDateTime,
  kGeopoint,
  kGeotrace,
  kGeoshape,
  kImage,
  kAudio,
  kVideo,
  kFile,
  kBarcode,
  kAcknowledge,
  kCalculate,
  kHidden,
  kStart,
  kEnd,
  kToday,
  kDeviceId,
  kUsername,
  kPhoneNumber,
  kEmail,
  kSimSerial,
  kSubscriberId,
  kAudit,
  kStartGeopoint,
  kBackgroundGeopoint,
  kBackgroundAudio,
  kCsvExternal,
  kXmlExternal,
  kOsm,
  kNone  // kNone: of groups and repeats
};
const char* question_type_name(QuestionType type);  // as in an XLSForm: "select_one", "start-geopoint"
// True for what a phone fills in by itself (start, deviceid, audit ...).
bool is_metadata(QuestionType type);
// True for types that hold an answer cell in an export (not notes, external files).
bool holds_answer(QuestionType type);

// One line of the survey sheet: a question, or a group or repeat with what stands inside.
struct FormItem {
  ItemKind kind = ItemKind::kQuestion;
  QuestionType type = QuestionType::kNone;
  std::string type_text;  // as written
  std::string name;
  std::size_t row =
      0;  // in the survey sheet, from 1; 0 for what the reader added (the text of or_other, repeat counts)

  Translated label;
  Translated hint;
  Translated guidance_hint;
  Translated constraint_message;
  Translated required_message;
  Media media;

  std::string relevant;
  std::vector<std::string> other_relevants;  // of other versions of the form, where they differ
  std::string constraint;
  std::string required;  // "yes", "true()" or an expression; "" when it may be left out
  std::string calculation;
  std::string default_value;
  std::string trigger;
  std::string read_only;
  std::string appearance;
  std::string choice_filter;
  std::string repeat_count;
  std::string save_to;
  std::vector<std::pair<std::string, std::string>> parameters;  // "start", "1"

  std::string list;  // choice list of a select; a file name or "${repeat}" for the other sources
  enum class ChoiceSource { kNone, kList, kExternalList, kFile, kRepeat };
  ChoiceSource choice_source = ChoiceSource::kNone;
  bool or_other = false;  // the list got "other" and a text question follows

  std::vector<std::pair<std::string, std::string>>
      extra;  // columns not known here, and bind::x, control::x, instance::x
  std::vector<FormItem> children;

  const std::string* parameter(std::string_view key) const;
  const std::string* extra_value(std::string_view column) const;
};

struct Choice {
  std::string name;  // compared as text: "1", "01" and "1.0" are three choices
  Translated label;
  Media media;
  std::vector<std::pair<std::string, std::string>> extra;  // filter columns
  std::size_t row = 0;
};

struct ChoiceList {
  std::string name;
  std::vector<Choice> choices;
  const Choice* find(std::string_view choice_name) const;
};

struct FormSettings {
  std::string title;
  std::string id;
  std::string version;
  std::string default_language;
  std::string instance_name;
  std::string style;
  std::string public_key;
  std::string submission_url;
  std::string name;  // of the root element, when set
  bool allow_choice_duplicates = false;
  std::vector<std::pair<std::string, std::string>> extra;
};

// A line of the entities sheet.
struct EntityDeclaration {
  std::string list;
  std::string label;
  std::string entity_id;
  std::string create_if;
  std::string update_if;
  std::size_t row = 0;
};

struct Form {
  FormSettings settings;
  std::vector<FormItem> items;
  std::vector<ChoiceList> lists;
  std::vector<ChoiceList> external_lists;
  std::vector<EntityDeclaration> entities;
  std::vector<std::string> languages;  // in the order of first appearance; "" stands for the texts without language
  std::string default_language;        // of settings, else the first language, else ""

  const ChoiceList* find_list(std::string_view list_name) const;
};

// An item with where it stands. Pointers live as long as the form is not changed.
struct PlacedItem {
  const FormItem* item = nullptr;
  std::vector<const FormItem*> parents;  // outermost first

  // Names from the outermost group to the item, joined: "household/roster/age".
  std::string path(std::string_view separator = "/") const;
  // The innermost repeat around the item; nullptr at the top.
  const FormItem* repeat() const;
};

// All questions, groups and repeats, parents before children, in the form's order.
std::vector<PlacedItem> walk(const Form& form);

}  // namespace hamdil::data
