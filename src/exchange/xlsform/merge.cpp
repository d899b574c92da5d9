#include "exchange/xlsform/merge.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;

std::string type_word(const FormItem& item) {
  if (item.kind == data::ItemKind::kGroup) return "group";
  if (item.kind == data::ItemKind::kRepeat) return "repeat";
  const std::string name = data::question_type_name(item.type);
  return item.list.empty() ? name : name + " " + item.list;
}

// Adds the older version `old` to the newer `form`.
class Merger {
 public:
  Merger(data::Form& form, const data::Form& old, std::size_t version, std::vector<FormChange>& changes)
      : form_(form), old_(old), version_(version), changes_(changes) {
    for (const data::PlacedItem& placed : data::walk(form)) {
      ++new_counts_[placed.item->name];
      new_paths_[placed.path()] = placed.item;
      new_by_name_[placed.item->name] = placed.path();
    }
    for (const data::PlacedItem& placed : data::walk(old)) ++old_counts_[placed.item->name];
  }

  void run() {
    compare_all();
    insert_dropped(old_.items, form_.items, "");
    merge_lists();
    for (const std::string& language : old_.languages)
      if (std::find(form_.languages.begin(), form_.languages.end(), language) == form_.languages.end())
        form_.languages.push_back(language);
  }

 private:
  void note(ChangeKind kind, std::string path, std::string from = {}, std::string to = {}, std::string language = {}) {
    changes_.push_back({kind, std::move(path), std::move(language), std::move(from), std::move(to), version_});
  }

  // Path in the newer form of an item of the older one; "" when it was dropped.
  std::string counterpart(const std::string& path, const FormItem& item) const {
    if (new_paths_.contains(path)) return path;
    const auto news = new_counts_.find(item.name);
    const auto olds = old_counts_.find(item.name);
    const bool is_unique = news != new_counts_.end() && news->second == 1 && olds->second == 1;
    return is_unique && item.kind == data::ItemKind::kQuestion ? new_by_name_.at(item.name) : std::string();
  }

  void compare_all() {
    std::set<std::string> known;
    for (const data::PlacedItem& placed : data::walk(old_)) {
      const std::string path = placed.path();
      const std::string now = counterpart(path, *placed.item);
      if (now.empty()) {
        note(ChangeKind::kDropped, path);
        continue;
      }
      known.insert(now);
      if (now != path) note(ChangeKind::kMoved, now, path, now);
      compare(now, *placed.item, *new_paths_.at(now));
    }
    for (const data::PlacedItem& placed : data::walk(form_))
      if (!known.contains(placed.path())) note(ChangeKind::kAdded, placed.path());
  }

  void compare(const std::string& path, const FormItem& before, const FormItem& after) {
    if (FormItem* item = find_item(form_.items, path)) {
      for (const std::string& earlier : before.other_relevants) keep_relevant(*item, earlier);
      keep_relevant(*item, before.relevant);
    }
    if (type_word(before) != type_word(after)) note(ChangeKind::kRetyped, path, type_word(before), type_word(after));
    compare_labels(ChangeKind::kRelabelled, path, before.label, after.label);
  }

  static FormItem* find_item(std::vector<FormItem>& items, std::string_view path) {
    const std::size_t slash = path.find('/');
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const FormItem& item) { return item.name == path.substr(0, slash); });
    if (found == items.end()) return nullptr;
    return slash == std::string_view::npos ? &*found : find_item(found->children, path.substr(slash + 1));
  }

  // Answers may come from any version; which one a row has is not known.
  static void keep_relevant(FormItem& item, const std::string& earlier) {
    auto& others = item.other_relevants;
    if (text::trim(earlier) != text::trim(item.relevant) &&
        std::find(others.begin(), others.end(), earlier) == others.end())
      others.push_back(earlier);
  }

  void compare_labels(ChangeKind kind, const std::string& path, const data::Translated& before,
                      const data::Translated& after) {
    for (const auto& [language, words] : before.texts) {
      const std::string* now = after.find(language);
      if (now != nullptr && *now != words) note(kind, path, words, *now, language);
    }
  }

  // Questions of the old version that the new one does not have go behind the neighbour that they followed.
  void insert_dropped(const std::vector<FormItem>& old_items, std::vector<FormItem>& items, const std::string& prefix) {
    std::string previous;
    for (const FormItem& old_item : old_items) {
      const std::string path = prefix + old_item.name;
      const auto here =
          std::find_if(items.begin(), items.end(), [&](const FormItem& item) { return item.name == old_item.name; });
      if (here != items.end()) {
        if (here->kind != data::ItemKind::kQuestion && old_item.kind != data::ItemKind::kQuestion)
          insert_dropped(old_item.children, here->children, path + "/");
        previous = old_item.name;
        continue;
      }
      FormItem copy = old_item;
      if (old_item.kind == data::ItemKind::kQuestion) {
        if (!counterpart(path, old_item).empty()) continue;  // moved elsewhere
      } else {
        remove_moved(copy.children, path + "/");
        if (copy.children.empty()) continue;
      }
      auto at = std::find_if(items.begin(), items.end(), [&](const FormItem& item) { return item.name == previous; });
      at = previous.empty() || at == items.end() ? (previous.empty() ? items.begin() : items.end()) : at + 1;
      previous = copy.name;
      items.insert(at, std::move(copy));
    }
  }

  void remove_moved(std::vector<FormItem>& items, const std::string& prefix) {
    std::erase_if(items, [&](FormItem& item) {
      const std::string path = prefix + item.name;
      if (item.kind == data::ItemKind::kQuestion) return !counterpart(path, item).empty();
      remove_moved(item.children, path + "/");
      return item.children.empty();
    });
  }

  void merge_lists() {
    for (const data::ChoiceList& old_list : old_.lists) {
      const auto found = std::find_if(form_.lists.begin(), form_.lists.end(),
                                      [&](const data::ChoiceList& list) { return list.name == old_list.name; });
      if (found == form_.lists.end()) {
        form_.lists.push_back(old_list);
        continue;
      }
      data::ChoiceList& list = *found;
      for (const data::Choice& choice : list.choices)
        if (old_list.find(choice.name) == nullptr) note(ChangeKind::kChoiceAdded, list.name + "/" + choice.name);
      for (const data::Choice& choice : old_list.choices) {
        const data::Choice* now = list.find(choice.name);
        if (now != nullptr) {
          compare_labels(ChangeKind::kChoiceRelabelled, list.name + "/" + choice.name, choice.label, now->label);
          continue;
        }
        note(ChangeKind::kChoiceDropped, list.name + "/" + choice.name);
        list.choices.push_back(choice);
      }
    }
  }

  data::Form& form_;
  const data::Form& old_;
  std::size_t version_;
  std::vector<FormChange>& changes_;
  std::map<std::string, std::size_t> new_counts_;
  std::map<std::string, std::size_t> old_counts_;
  std::map<std::string, const FormItem*> new_paths_;
  std::map<std::string, std::string> new_by_name_;
};

}  // namespace

const char* change_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return "added";
    case ChangeKind::kDropped:
      return "dropped";
    case ChangeKind::kRelabelled:
      return "relabelled";
    case ChangeKind::kRetyped:
      return "retyped";
    case ChangeKind::kMoved:
      return "moved";
    case ChangeKind::kChoiceAdded:
      return "choice_added";
    case ChangeKind::kChoiceDropped:
      return "choice_dropped";
    case ChangeKind::kChoiceRelabelled:
      return "choice_relabelled";
  }
  return "";
}

MergedForm merge_forms(const std::vector<data::Form>& forms) {
  MergedForm out;
  if (forms.empty()) return out;
  // From the oldest on: what is merged so far counts as the older version.
  out.form = forms.front();
  for (std::size_t version = 1; version < forms.size(); ++version) {
    data::Form newer = forms[version];
    Merger(newer, out.form, version, out.changes).run();
    out.form = std::move(newer);
  }
  return out;
}

}  // namespace hamdil::exchange::xlsform
