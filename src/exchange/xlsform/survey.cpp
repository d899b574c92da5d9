#include "exchange/xlsform/survey.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "exchange/xlsform/types.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;
using data::ItemKind;
using data::QuestionType;

constexpr std::size_t kDepthLimit = 100;
constexpr std::size_t kLoopLimit = 20'000;

// "start=1 end=10", "value = v, label = l", "randomize=true;seed=42"
std::vector<std::pair<std::string, std::string>> split_parameters(std::string_view cell) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string s(cell);
  std::replace_if(s.begin(), s.end(), [](char c) { return c == ',' || c == ';' || c == '\n' || c == '\t'; }, ' ');
  s = text::join(text::split_words(s), " ");
  for (const char* spaced : {" =", "= "}) s = text::replace_all(s, spaced, "=");
  for (const std::string& part : text::split_words(s)) {
    const std::size_t at = part.find('=');
    if (at == std::string::npos)
      out.emplace_back(text::to_lower_ascii(part), "");
    else
      out.emplace_back(text::to_lower_ascii(part.substr(0, at)), part.substr(at + 1));
  }
  return out;
}

bool is_handled(std::string_view field) {
  static constexpr std::string_view kFields[] = {"type",
                                                 "name",
                                                 "label",
                                                 "hint",
                                                 "guidance_hint",
                                                 "relevant",
                                                 "constraint",
                                                 "constraint_message",
                                                 "required",
                                                 "required_message",
                                                 "calculation",
                                                 "default",
                                                 "trigger",
                                                 "read_only",
                                                 "appearance",
                                                 "parameters",
                                                 "choice_filter",
                                                 "repeat_count",
                                                 "save_to",
                                                 "media::image",
                                                 "media::audio",
                                                 "media::video",
                                                 "media::big-image",
                                                 "disabled"};
  return std::find(std::begin(kFields), std::end(kFields), field) != std::end(kFields);
}

// A default that is worked out when the form opens: a reference, a call or an operation.
bool is_dynamic(const std::string& value) {
  for (const char* sign : {"${", "(", " + ", " * ", " - ", " div ", " mod "})
    if (value.find(sign) != std::string::npos) return true;
  return false;
}

class SurveyReader {
 public:
  SurveyReader(const Sheet& sheet, data::Form& form) : sheet_(sheet), form_(form) {
    frames_.push_back({RowKind::kUnknown, {}, 0});
  }

  void run() {
    for (std::size_t row = 0; row < sheet_.rows(); ++row) read_row(row);
    for (std::size_t i = frames_.size(); i-- > 1;)
      sheet_.report(
          Severity::kError, "exchange.xlsform.unclosed", "The {kind} {name} that begins in row {row} is never closed.",
          {{"kind", kind_word(frames_[i].kind)},
           {"name", frames_[i].name},
           {"row", std::to_string(sheet_.source_row(frames_[i].row))}},
          frames_[i].row, "type", "Add a line end_" + std::string(kind_word(frames_[i].kind)) + " where it ends.");
    form_.items = close_all();
  }

 private:
  // Items are collected by value in their frame and moved into the parent when the frame closes.
  struct Frame {
    RowKind kind;
    std::string name;
    std::size_t row;
    FormItem item = {};
    std::vector<FormItem> children = {};
  };

  static const char* kind_word(RowKind kind) {
    return kind == RowKind::kBeginRepeat || kind == RowKind::kEndRepeat ? "repeat"
           : kind == RowKind::kBeginLoop || kind == RowKind::kEndLoop   ? "loop"
                                                                        : "group";
  }

  std::vector<FormItem> close_all() {
    while (frames_.size() > 1) close_frame();
    return std::move(frames_[0].children);
  }

  void close_frame() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    frame.item.children = std::move(frame.children);
    if (frame.kind == RowKind::kBeginLoop) expand_loop(frame.item);
    frames_.back().children.push_back(std::move(frame.item));
  }

  // "begin loop over list" of old forms: the questions once for each choice, %(label)s and %(name)s filled in.
  void expand_loop(FormItem& loop) {
    const data::ChoiceList* list = form_.find_list(std::exchange(loop.list, {}));
    const std::size_t copies = list == nullptr ? 0 : list->choices.size();
    if (copies == 0 || copies * (loop.children.size() + 1) > kLoopLimit) return;
    std::vector<FormItem> out;
    for (const data::Choice& choice : list->choices) {
      FormItem group{
          .kind = ItemKind::kGroup, .type_text = "group", .name = choice.name, .row = loop.row, .label = choice.label};
      group.children = loop.children;
      for (FormItem& child : group.children) fill_in(child, choice);
      out.push_back(std::move(group));
    }
    loop.children = std::move(out);
  }

  static void fill_in(FormItem& item, const data::Choice& choice) {
    for (data::Translated* texts : {&item.label, &item.hint, &item.constraint_message, &item.required_message}) {
      for (auto& [language, words] : texts->texts) {
        words = text::replace_all(std::move(words), "%(label)s", choice.label.best(language));
        words = text::replace_all(std::move(words), "%(name)s", choice.name);
      }
    }
    for (std::string* logic : {&item.relevant, &item.constraint, &item.required, &item.calculation, &item.default_value,
                               &item.choice_filter, &item.repeat_count})
      *logic = text::replace_all(std::move(*logic), "%(name)s", choice.name);
    for (FormItem& child : item.children) fill_in(child, choice);
  }

  void read_row(std::size_t row) {
    if (sheet_.is_empty(row) || means_yes(sheet_.value(row, "disabled"))) return;
    const std::string type_text = sheet_.value(row, "type");
    if (type_text.empty()) {
      if (!sheet_.value(row, "name").empty() && !sheet_.translated(row, "label").empty())
        sheet_.report(Severity::kError, "exchange.xlsform.no_type", "The question {name} has no type.",
                      {{"name", sheet_.value(row, "name")}}, row, "type",
                      "Fill in the type, for example text or integer.");
      return;  // otherwise a comment
    }
    const RowType type = read_type(type_text);
    switch (type.kind) {
      case RowKind::kUnknown:
        return report_unknown(row, type_text);
      case RowKind::kEndGroup:
      case RowKind::kEndRepeat:
      case RowKind::kEndLoop:
        return read_end(row, type.kind);
      case RowKind::kQuestion:
        return read_question(row, type, type_text);
      default:
        return read_begin(row, type, type_text);
    }
  }

  void report_unknown(std::size_t row, const std::string& type_text) {
    const std::vector<std::string> near = text::nearest(text::to_lower_ascii(type_text), known_types());
    sheet_.report(Severity::kError, "exchange.xlsform.unknown_type", "{type} is not a type of question.",
                  {{"type", type_text}}, row, "type",
                  near.empty() ? "Use a type of the XLSForm standard, such as text, integer or select_one."
                               : "Did you mean " + text::join(near, " or ") + "?");
  }

  void read_begin(std::size_t row, const RowType& type, const std::string& type_text) {
    Frame frame{type.kind, sheet_.value(row, "name"), row};
    frame.item = read_common(row, type_text);
    frame.item.kind = type.kind == RowKind::kBeginRepeat ? ItemKind::kRepeat : ItemKind::kGroup;
    frame.item.list = type.kind == RowKind::kBeginLoop ? type.list : "";
    if (frame.item.name.empty() && type.kind == RowKind::kBeginGroup) {
      frame.item.name = "generated_group_name_" + std::to_string(sheet_.source_row(row));
    } else {
      check_name(row, frame.item.name, kind_word(type.kind));
    }
    frame.name = frame.item.name;
    if (type.kind == RowKind::kKoboMatrix)
      sheet_.report(
          Severity::kWarning, "exchange.xlsform.kobo_matrix",
          "The KoboToolbox question {name} is expanded into several on the server; here it is shown as a group.",
          {{"name", frame.name}}, row, "type");
    if (!frame.item.save_to.empty())
      sheet_.report(Severity::kError, "exchange.xlsform.save_to_group",
                    "A group or repeat cannot be saved to an entity.", {}, row, "save_to",
                    "Move save_to to a question.");
    if (frames_.size() > kDepthLimit) {
      if (!is_too_deep_)
        sheet_.report(Severity::kError, "exchange.xlsform.too_deep", "Groups are nested deeper than {limit} levels.",
                      {{"limit", std::to_string(kDepthLimit)}}, row, "type");
      is_too_deep_ = true;
      ++skipped_depth_;
      return;
    }
    frames_.push_back(std::move(frame));
  }

  void read_end(std::size_t row, RowKind kind) {
    if (!sheet_.value(row, "save_to").empty())
      sheet_.report(Severity::kError, "exchange.xlsform.save_to_group",
                    "A group or repeat cannot be saved to an entity.", {}, row, "save_to",
                    "Move save_to to a question.");
    if (skipped_depth_ > 0) {
      --skipped_depth_;
      return;
    }
    if (frames_.size() == 1) {
      sheet_.report(Severity::kError, "exchange.xlsform.unmatched_end",
                    "end_{kind} closes nothing: no {kind} is open here.", {{"kind", kind_word(kind)}}, row, "type",
                    "Remove the line, or add the missing begin_" + std::string(kind_word(kind)) + ".");
      return;
    }
    const Frame& open = frames_.back();
    if (std::string_view(kind_word(open.kind)) != kind_word(kind))
      sheet_.report(Severity::kError, "exchange.xlsform.unmatched_end",
                    "end_{kind} does not match: row {row} began the {open} {name}.",
                    {{"kind", kind_word(kind)},
                     {"row", std::to_string(sheet_.source_row(open.row))},
                     {"open", kind_word(open.kind)},
                     {"name", open.name}},
                    row, "type", "Close the " + std::string(kind_word(open.kind)) + " " + open.name + " first.");
    close_frame();
  }

  void read_question(std::size_t row, const RowType& type, const std::string& type_text) {
    FormItem item = read_common(row, type_text);
    item.type = type.type;
    item.list = type.list;
    item.choice_source = type.source;
    item.or_other = type.or_other;
    if (item.name.empty() && type.type == QuestionType::kNote)
      item.name = "generated_note_name_" + std::to_string(sheet_.source_row(row));
    if (type.type == QuestionType::kAudit) {
      if (!item.name.empty() && item.name != "audit")
        sheet_.report(Severity::kError, "exchange.xlsform.audit_name", "The audit log must be named audit.", {}, row,
                      "name", "Leave the name blank.");
      item.name = "audit";
    } else {
      check_name(row, item.name, "question");
    }
    if (type.is_from_file_without_known_extension)
      sheet_.report(Severity::kError, "exchange.xlsform.choice_file",
                    "The file {file} of {name} must be .csv, .xml or .geojson.",
                    {{"file", type.list}, {"name", item.name}}, row, "type");
    if (type.source != FormItem::ChoiceSource::kNone && type.list.empty())
      sheet_.report(Severity::kError, "exchange.xlsform.no_list",
                    "The question {name} does not say which list of choices it uses.", {{"name", item.name}}, row,
                    "type", "Write the list after the type: select_one yes_no.");
    if (const auto legacy = legacy_type(type_text); legacy && item.hint.empty() && !legacy->hint.empty())
      item.hint.set("", legacy->hint);
    check_label(row, item);
    const std::string name = item.name;
    const std::string list = item.list;
    const bool adds_other = item.or_other;
    frames_.back().children.push_back(std::move(item));
    if (adds_other) add_other(name, list);
  }

  void add_other(const std::string& name, const std::string& list) {
    for (data::ChoiceList& candidate : form_.lists) {
      if (candidate.name != list || candidate.find("other") != nullptr) continue;
      data::Choice other{.name = "other"};
      std::vector<std::string> languages;
      for (const data::Choice& choice : candidate.choices)
        for (const auto& [language, label] : choice.label.texts)
          if (std::find(languages.begin(), languages.end(), language) == languages.end()) languages.push_back(language);
      if (languages.empty()) languages.emplace_back();
      for (const std::string& language : languages) other.label.set(language, "Other");
      candidate.choices.push_back(std::move(other));
    }
    FormItem text{.type = QuestionType::kText, .type_text = "text", .name = name + "_other"};
    text.label.set("", "Specify other.");
    text.relevant = "selected(../" + name + ", 'other')";
    frames_.back().children.push_back(std::move(text));
  }

  FormItem read_common(std::size_t row, const std::string& type_text) {
    FormItem item{.type_text = type_text, .name = sheet_.value(row, "name"), .row = sheet_.source_row(row)};
    item.label = sheet_.translated(row, "label");
    item.hint = sheet_.translated(row, "hint");
    item.guidance_hint = sheet_.translated(row, "guidance_hint");
    item.constraint_message = sheet_.translated(row, "constraint_message");
    item.required_message = sheet_.translated(row, "required_message");
    item.media = sheet_.media(row);
    item.relevant = sheet_.value(row, "relevant");
    item.constraint = sheet_.value(row, "constraint");
    item.required = sheet_.value(row, "required");
    item.calculation = sheet_.value(row, "calculation");
    item.default_value = sheet_.value(row, "default");
    item.trigger = sheet_.value(row, "trigger");
    item.read_only = sheet_.value(row, "read_only");
    item.appearance = sheet_.value(row, "appearance");
    item.choice_filter = sheet_.value(row, "choice_filter");
    item.repeat_count = sheet_.value(row, "repeat_count");
    item.save_to = sheet_.value(row, "save_to");
    item.parameters = split_parameters(sheet_.value(row, "parameters"));
    for (std::size_t column = 0; column < sheet_.columns().size(); ++column) {
      const ColumnRole& role = sheet_.columns()[column];
      if (role.field.empty() || (role.is_known && is_handled(role.field))) continue;
      std::string key = role.field;
      if (!role.language.empty()) key += "::" + role.language;
      if (std::string value = sheet_.cell(row, column); !value.empty())
        item.extra.emplace_back(std::move(key), std::move(value));
    }
    return item;
  }

  void check_name(std::size_t row, const std::string& name, const char* what) {
    if (name.empty()) {
      sheet_.report(Severity::kError, "exchange.xlsform.no_name", "This {what} has no name.", {{"what", what}}, row,
                    "name", "Give it a short name without spaces, used for its column in the data.");
    } else if (!is_xml_name(name)) {
      sheet_.report(Severity::kError, "exchange.xlsform.bad_name", "{name} cannot be a name.", {{"name", name}}, row,
                    "name", "Begin with a letter or _, then use letters, digits, _, - or a point; no spaces.");
    } else if (name == "meta") {
      sheet_.report(Severity::kError, "exchange.xlsform.reserved_name", "The name meta is reserved.", {}, row, "name",
                    "Choose another name.");
    }
  }

  void check_label(std::size_t row, const FormItem& item) {
    const bool is_shown = data::holds_answer(item.type) && !data::is_metadata(item.type) &&
                          item.type != QuestionType::kCalculate && item.type != QuestionType::kHidden &&
                          item.type != QuestionType::kOsm;
    const bool fills_itself = !item.calculation.empty() || !item.trigger.empty();
    if (item.type == QuestionType::kNote || is_shown) {
      if (item.label.empty() && item.hint.empty() && item.media.empty() && !fills_itself &&
          item.extra_value("media") == nullptr)
        sheet_.report(Severity::kError, "exchange.xlsform.no_label", "The question {name} has neither label nor hint.",
                      {{"name", item.name}}, row, "label", "Write the words that the respondent should see.");
    }
    if (!item.media.big_image.empty() && item.media.image.empty())
      sheet_.report(Severity::kError, "exchange.xlsform.no_image", "{name} has a big image but no image.",
                    {{"name", item.name}}, row, "media::big-image", "Fill in the column image.");
    if (item.type == QuestionType::kCalculate && item.calculation.empty() && !is_dynamic(item.default_value))
      sheet_.report(Severity::kError, "exchange.xlsform.no_calculation", "The calculation of {name} is missing.",
                    {{"name", item.name}}, row, "calculation");
  }

  const Sheet& sheet_;
  data::Form& form_;
  std::vector<Frame> frames_;
  std::size_t skipped_depth_ = 0;
  bool is_too_deep_ = false;
};

}  // namespace

void read_survey(const Sheet& sheet, data::Form& form) { SurveyReader(sheet, form).run(); }

}  // namespace hamdil::exchange::xlsform
