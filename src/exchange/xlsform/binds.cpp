#include "exchange/xlsform/binds.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "exchange/xlsform/entities.hpp"
#include "exchange/xlsform/references.hpp"
#include "exchange/xlsform/sheet.hpp"
#include "exchange/xlsform/types.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;
using data::ItemKind;
using data::QuestionType;

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> out = text::split(path, '/');
  if (!out.empty() && out.front().empty()) out.erase(out.begin());
  return out;
}

// Whether position `at` of the expression stands in a predicate of a secondary instance: instance('x')/root/item[ here
// ].
bool in_instance_predicate(std::string_view expression, std::size_t at) {
  if (expression.substr(0, at).find("instance(") == std::string_view::npos) return false;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < at; ++i) {
    const char c = expression[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']') {
      --depth;
    }
  }
  return depth > 0;
}

// Number of the argument of the innermost indexed-repeat() around `at`; empty outside.
std::optional<std::size_t> indexed_repeat_argument(std::string_view expression, std::size_t at) {
  constexpr std::string_view kCall = "indexed-repeat(";
  struct Frame {
    bool is_indexed;
    std::size_t argument;
  };
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < at; ++i) {
    const char c = expression[i];
    if (c == '(') {
      const std::string_view before = expression.substr(0, i + 1);
      frames.push_back({before.ends_with(kCall), 0});
    } else if (c == ')' && !frames.empty()) {
      frames.pop_back();
    } else if (c == ',' && !frames.empty()) {
      ++frames.back().argument;
    }
  }
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
    if (frame->is_indexed) return frame->argument;
  return std::nullopt;
}

std::string logic(const std::string& cell) {
  static constexpr std::array<std::string_view, 7> kTrue = {"yes", "Yes", "YES", "true", "True", "TRUE", "true()"};
  static constexpr std::array<std::string_view, 7> kFalse = {"no", "No", "NO", "false", "False", "FALSE", "false()"};
  if (std::find(kTrue.begin(), kTrue.end(), cell) != kTrue.end()) return "true()";
  if (std::find(kFalse.begin(), kFalse.end(), cell) != kFalse.end()) return "false()";
  return cell;
}

bool is_whole(const FormItem& item, std::string_view key, std::string_view standard) {
  const std::string* given = item.parameter(key);
  return text::parse_integer(given == nullptr ? standard : std::string_view(*given)).has_value();
}

bool has_setting(const data::Form& form, std::string_view name) {
  return std::any_of(form.settings.extra.begin(), form.settings.extra.end(),
                     [&](const auto& pair) { return pair.first == name && means_yes(pair.second); });
}

// A repeat count that is one reference needs no node of its own.
bool needs_count_node(const FormItem& item) {
  if (item.kind != ItemKind::kRepeat || item.repeat_count.empty()) return false;
  const std::vector<Reference> references = find_references(item.repeat_count);
  return references.size() != 1 || references[0].start != 0 || references[0].length != item.repeat_count.size();
}

}  // namespace

FormPaths::FormPaths(const data::Form& form, std::string root)
    : root_(std::move(root)), items_(data::walk(form)), is_flat_(has_setting(form, "flat")) {
  for (const data::PlacedItem& placed : items_) {
    const std::string where = path(placed);
    is_repeat_[where] = placed.item->kind == ItemKind::kRepeat;
    if (needs_count_node(*placed.item)) by_name_.try_emplace(placed.item->name + "_count", where + "_count");
    const auto [known, is_new] = by_name_.try_emplace(placed.item->name, where);
    if (!is_new) known->second.clear();  // ambiguous
  }
  for (const char* name : {"instanceID", "instanceName"}) by_name_.try_emplace(name, "/" + root_ + "/meta/" + name);
}

std::string FormPaths::path(const data::PlacedItem& placed) const {
  if (placed.item->type == QuestionType::kAudit) return "/" + root_ + "/meta/audit";
  if (!is_flat_) return "/" + root_ + "/" + placed.path("/");
  std::string out = "/" + root_;
  for (const FormItem* parent : placed.parents)
    if (parent->kind == ItemKind::kRepeat) out += "/" + parent->name;
  return out + "/" + placed.item->name;
}

std::string FormPaths::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::string() : found->second;
}

std::string FormPaths::reference(const std::string& target, const std::string& context, bool uses_current) const {
  const std::vector<std::string> to = segments(target);
  const std::vector<std::string> from = segments(context);
  std::size_t shared = 0;
  bool shares_repeat = false;
  std::string path_so_far;
  while (shared + 1 < to.size() && shared + 1 < from.size() && to[shared] == from[shared]) {
    path_so_far += "/" + to[shared++];
    const auto found = is_repeat_.find(path_so_far);
    shares_repeat = shares_repeat || (found != is_repeat_.end() && found->second);
  }
  if (!shares_repeat) return target;
  std::string out = uses_current ? "current()/" : "";
  for (std::size_t i = shared; i < from.size(); ++i) out += i == shared ? ".." : "/..";
  for (std::size_t i = shared; i < to.size(); ++i) out += "/" + to[i];
  return out;
}

std::string FormPaths::resolve(std::string_view expression, const std::string& context, bool uses_current) const {
  std::string out;
  std::size_t done = 0;
  for (const Reference& found : find_references(expression)) {
    const std::string target = found.is_well_formed ? find(found.name) : std::string();
    if (target.empty()) continue;
    out += expression.substr(done, found.start - done);
    done = found.start + found.length;
    const auto argument = indexed_repeat_argument(expression, found.start);
    const bool must_be_absolute = argument && (*argument == 0 || *argument % 2 == 1);
    if (found.last_saved)
      out += " instance('__last-saved')" + target + " ";
    else if (context.empty() || must_be_absolute)
      out += " " + target + " ";
    else
      out += " " + reference(target, context, uses_current || in_instance_predicate(expression, found.start)) + " ";
  }
  return out.append(expression.substr(done));
}

std::string bind_type(const FormItem& item) {
  if (const std::string* given = item.extra_value("bind::type")) return *given;
  if (const auto legacy = legacy_type(item.type_text)) return legacy->bind_type;
  switch (item.type) {
    case QuestionType::kInteger:
      return "int";
    case QuestionType::kDecimal:
      return "decimal";
    case QuestionType::kRange:
      return is_whole(item, "start", "1") && is_whole(item, "end", "10") && is_whole(item, "step", "1") ? "int"
                                                                                                        : "decimal";
    case QuestionType::kRank:
      return "odk:rank";
    case QuestionType::kDate:
    case QuestionType::kToday:
      return "date";
    case QuestionType::kTime:
      return "time";
    case QuestionType::kDateTime:
    case QuestionType::kStart:
    case QuestionType::kEnd:
      return "dateTime";
    case QuestionType::kGeopoint:
    case QuestionType::kStartGeopoint:
    case QuestionType::kBackgroundGeopoint:
      return "geopoint";
    case QuestionType::kGeotrace:
      return "geotrace";
    case QuestionType::kGeoshape:
      return "geoshape";
    case QuestionType::kImage:
    case QuestionType::kAudio:
    case QuestionType::kVideo:
    case QuestionType::kFile:
    case QuestionType::kOsm:
    case QuestionType::kAudit:
    case QuestionType::kBackgroundAudio:
      return "binary";
    case QuestionType::kBarcode:
      return "barcode";
    case QuestionType::kCsvExternal:
    case QuestionType::kXmlExternal:
    case QuestionType::kNone:
      return "";
    default:
      return "string";
  }
}

std::string root_name(const data::Form& form) { return form.settings.name.empty() ? "data" : form.settings.name; }

namespace {

class BindWriter {
 public:
  BindWriter(const data::Form& form, const std::string& root) : form_(form), root_(root), paths_(form, root) {
    std::vector<EntityProblem> ignored;
    for (const PlacedEntity& placed : place_entities(form, ignored))
      entities_[placed.container.empty() ? nullptr : placed.container.back()] = placed.entity;
  }

  std::vector<Bind> run() {
    write("/" + root_, form_.items);
    add_entity("/" + root_, nullptr);
    if (!has_setting(form_, "omit_instanceID"))
      meta_.push_back({.nodeset = "/" + root_ + "/meta/instanceID", .type = "string", .is_read_only = true});
    if (!form_.settings.instance_name.empty()) {
      const std::string nodeset = "/" + root_ + "/meta/instanceName";
      meta_.push_back(
          {.nodeset = nodeset, .type = "string", .calculate = paths_.resolve(form_.settings.instance_name, nodeset)});
    }
    out_.insert(out_.end(), meta_.begin(), meta_.end());
    return std::move(out_);
  }

 private:
  void write(const std::string& path, const std::vector<FormItem>& items) {
    for (const FormItem& item : items) {
      const std::string nodeset =
          item.type == QuestionType::kAudit ? "/" + root_ + "/meta/audit" : path + "/" + item.name;
      if (item.kind == ItemKind::kGroup && paths_.is_flat()) {
        // What stands inside takes over the condition of the group that vanishes.
        const std::string outer = inherited_;
        inherited_ = joined(outer, paths_.resolve(logic(item.relevant), nodeset));
        add_table_list(item, path);
        write(path, item.children);
        inherited_ = outer;
        continue;
      }
      add(item, nodeset);
      if (item.kind == ItemKind::kQuestion) continue;
      add_table_list(item, nodeset);
      write(nodeset, item.children);
      add_entity(nodeset, &item);
    }
  }

  static std::string joined(const std::string& outer, const std::string& own) {
    if (outer.empty() || own.empty()) return outer + own;
    return "(" + outer + ") and (" + own + ")";
  }

  // The appearance table-list puts the group's label and a row with the choices' labels in front.
  void add_table_list(const FormItem& group, const std::string& nodeset) {
    const std::vector<std::string> words = text::split_words(group.appearance);
    if (std::find(words.begin(), words.end(), "table-list") == words.end()) return;
    if (!group.label.empty())
      out_.push_back({.nodeset = nodeset + "/generated_table_list_label_" + std::to_string(group.row),
                      .type = "string",
                      .relevant = inherited_,
                      .is_read_only = true});
    const auto select = std::find_if(group.children.begin(), group.children.end(), [](const FormItem& item) {
      return item.type == QuestionType::kSelectOne || item.type == QuestionType::kSelectMultiple;
    });
    if (select != group.children.end())
      out_.push_back({.nodeset = nodeset + "/reserved_name_for_field_list_labels_" + std::to_string(select->row),
                      .type = "string",
                      .relevant = inherited_});
  }

  void add_entity(const std::string& path, const FormItem* container) {
    const auto found = entities_.find(container);
    if (found == entities_.end()) return;
    const data::EntityDeclaration& entity = *found->second;
    const std::string base = path + "/meta/entity/";
    std::vector<Bind>& out = container == nullptr ? meta_ : out_;
    const auto put = [&](const std::string& name, const std::string& expression) {
      out.push_back({.nodeset = base + name,
                     .type = "string",
                     .calculate = paths_.resolve(expression, base + name),
                     .is_read_only = true});
    };
    if (!entity.create_if.empty()) put("@create", entity.create_if);
    if (!entity.update_if.empty()) put("@update", entity.update_if);
    if (!entity.entity_id.empty()) {
      const std::string item = "instance('" + entity.list + "')/root/item[name=" + entity.entity_id + "]/";
      put("@baseVersion", item + "__version");
      put("@trunkVersion", item + "__trunkVersion");
      put("@branchId", item + "__branchId");
    }
    put("@id", entity.entity_id);
    if (!entity.label.empty()) put("label", entity.label);
  }

  void add(const FormItem& item, const std::string& nodeset) {
    if (needs_count_node(item)) {
      const std::string count = nodeset + "_count";
      out_.push_back({.nodeset = count,
                      .type = "string",
                      .calculate = paths_.resolve(item.repeat_count, count),
                      .is_read_only = true});
    }
    Bind bind{.nodeset = nodeset, .type = bind_type(item), .item = &item};
    bind.relevant = joined(inherited_, paths_.resolve(logic(item.relevant), nodeset));
    bind.constraint = paths_.resolve(logic(item.constraint), nodeset);
    if (const auto legacy = legacy_type(item.type_text); legacy && bind.constraint.empty())
      bind.constraint = legacy->constraint;
    bind.required = paths_.resolve(logic(item.required), nodeset);
    // A triggered calculation runs on an event, not all the time.
    if (item.trigger.empty() && item.kind == ItemKind::kQuestion)
      bind.calculate = paths_.resolve(logic(item.calculation), nodeset);
    bind.is_read_only = item.type == QuestionType::kNote || logic(item.read_only) == "true()";
    const bool says_something = !bind.type.empty() || !bind.relevant.empty() || !bind.constraint.empty() ||
                                !bind.required.empty() || !bind.calculate.empty() || !item.read_only.empty();
    if (!says_something || item.type == QuestionType::kCsvExternal || item.type == QuestionType::kXmlExternal) return;
    (item.type == QuestionType::kAudit ? meta_ : out_).push_back(std::move(bind));
  }

  const data::Form& form_;
  std::string root_;
  FormPaths paths_;
  std::vector<Bind> out_;
  std::vector<Bind> meta_;
  std::string inherited_;                                               // condition of the flat groups around
  std::map<const FormItem*, const data::EntityDeclaration*> entities_;  // by container; nullptr is the form
};

}  // namespace

std::vector<Bind> form_binds(const data::Form& form, const std::string& root) { return BindWriter(form, root).run(); }

}  // namespace hamdil::exchange::xlsform
