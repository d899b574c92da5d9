#include "app/conformance/xlsform_reference.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "exchange/xlsform/binds.hpp"

namespace hamdil::conformance {
namespace {

using exchange::xlsform::Bind;
using exchange::xlsform::FormPaths;

constexpr std::size_t kShown = 4;

std::string_view local(const char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& one : node.children())
    if (local(one.name()) == name) return one;
  return {};
}

std::string plain(std::string_view s) { return text::join(text::split_words(s), " "); }

// Words of a label; references as {path}.
std::string words(const pugi::xml_node& node) {
  std::string out;
  for (const pugi::xml_node& part : node.children()) {
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata)
      out += part.value();
    else if (local(part.name()) == "output")
      out += "{" + text::trim(part.attribute("value").value()) + "}";
  }
  return plain(out);
}

class Comparison {
 public:
  Comparison(const data::Form& form, const std::string& root, const pugi::xml_node& html)
      : form_(form),
        root_(root),
        paths_(form, root),
        body_(child(html, "body")),
        model_(child(child(html, "head"), "model")) {
    default_language_ = form.settings.default_language.empty() ? "default" : form.settings.default_language;
    for (const data::PlacedItem& placed : paths_.items()) items_[paths_.path(placed)] = placed.item;
  }

  std::string run() {
    compare_binds();
    compare_languages();
    compare_itext();
    compare_controls(body_);
    compare_lists();
    if (differences_.size() > kShown) {
      const std::size_t more = differences_.size() - kShown;
      differences_.resize(kShown);
      differences_.push_back("and " + std::to_string(more) + " more");
    }
    return text::join(differences_, "; ");
  }

 private:
  void differ(const std::string& what, const std::string& expected, const std::string& actual) {
    differences_.push_back(what + ": expected [" + expected + "], ours [" + actual + "]");
  }

  void compare_binds() {
    const std::vector<Bind> ours = exchange::xlsform::form_binds(form_, root_);
    const std::string meta = "/" + root_ + "/meta/";
    std::vector<std::string> wanted_order;
    std::map<std::string, pugi::xml_node> wanted;
    for (const pugi::xml_node& bind : model_.children()) {
      if (local(bind.name()) != "bind") continue;
      const std::string nodeset = bind.attribute("nodeset").value();
      wanted[nodeset] = bind;
      if (!nodeset.starts_with(meta)) wanted_order.push_back(nodeset);
    }
    std::vector<std::string> our_order;
    std::set<std::string> seen;
    for (const Bind& bind : ours) {
      if (!bind.nodeset.starts_with(meta)) our_order.push_back(bind.nodeset);
      seen.insert(bind.nodeset);
      const auto found = wanted.find(bind.nodeset);
      if (found == wanted.end()) {
        differ("bind", "none", bind.nodeset);
        continue;
      }
      const std::pair<const char*, const std::string*> facts[] = {{"type", &bind.type},
                                                                  {"relevant", &bind.relevant},
                                                                  {"constraint", &bind.constraint},
                                                                  {"required", &bind.required},
                                                                  {"calculate", &bind.calculate}};
      for (const auto& [attribute, value] : facts) {
        const std::string expected = plain(found->second.attribute(attribute).value());
        if (expected != plain(*value)) differ(bind.nodeset + " " + attribute, expected, plain(*value));
      }
    }
    for (const auto& [nodeset, bind] : wanted)
      if (!seen.contains(nodeset)) differ("bind", nodeset, "none");
    if (differences_.empty() && wanted_order != our_order)
      differ("order of binds", text::join(wanted_order, " "), text::join(our_order, " "));
  }

  void compare_languages() {
    const pugi::xml_node itext = child(model_, "itext");
    if (!itext) return;
    std::set<std::string> expected;
    for (const pugi::xml_node& translation : itext.children()) expected.insert(translation.attribute("lang").value());
    std::set<std::string> actual;
    for (const std::string& language : form_.languages) actual.insert(language.empty() ? default_language_ : language);
    expected.erase(default_language_);
    actual.erase(default_language_);
    if (expected != actual)
      differ("languages", text::join({expected.begin(), expected.end()}, ", "),
             text::join({actual.begin(), actual.end()}, ", "));
  }

  const std::string* ours_in(const data::Translated& texts, const std::string& language) const {
    if (const std::string* found = texts.find(language)) return found;
    return language == default_language_ ? texts.find("") : nullptr;
  }

  void compare_text(const std::string& what, const std::string& expected, const data::Translated& texts,
                    const std::string& language, const std::string& context) {
    const std::string* found = ours_in(texts, language);
    const std::string actual = found == nullptr ? "-" : with_paths(*found, context);
    if (expected != actual && !(found == nullptr && expected.empty()))
      differ(what + " in " + language, expected, actual);
  }

  // "${name}" as {path}, white space as one space.
  std::string with_paths(const std::string& s, const std::string& context) const {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = s.find("${"); at != std::string::npos; at = s.find("${", at + 2)) {
      const std::size_t end = s.find('}', at);
      if (end == std::string::npos) break;
      out += s.substr(done, at - done) + "{" + text::trim(paths_.resolve(s.substr(at, end - at + 1), context)) + "}";
      done = end + 1;
    }
    return plain(out + s.substr(done));
  }

  void compare_values(const std::string& what, const pugi::xml_node& entry, const data::Translated& label,
                      const data::Translated* guidance, const data::Media* media, const std::string& language,
                      const std::string& context) {
    for (const pugi::xml_node& value : entry.children()) {
      const std::string form = value.attribute("form").value();
      if (form.empty())
        compare_text(what, words(value), label, language, context);
      else if (form == "guidance" && guidance != nullptr)
        compare_text(what + " guidance", words(value), *guidance, language, context);
      else if (media != nullptr)
        compare_media(what, form, words(value), *media, language, context);
    }
  }

  void compare_media(const std::string& what, const std::string& form, const std::string& expected,
                     const data::Media& media, const std::string& language, const std::string& context) {
    const data::Translated& texts = form == "image"   ? media.image
                                    : form == "audio" ? media.audio
                                    : form == "video" ? media.video
                                                      : media.big_image;
    const std::string* found = ours_in(texts, language);
    const std::string ours = found == nullptr ? "" : with_paths(*found, context);
    const std::string stripped = expected.starts_with("jr://") ? expected.substr(expected.find('/', 5) + 1) : expected;
    const std::string ours_stripped = ours.starts_with("jr://") ? ours.substr(ours.find('/', 5) + 1) : ours;
    if (stripped != ours_stripped && !(found == nullptr && expected == "-"))
      differ(what + " " + form + " in " + language, stripped, ours_stripped);
  }

  void compare_itext() {
    for (const pugi::xml_node& translation : child(model_, "itext").children()) {
      const std::string language = translation.attribute("lang").value();
      for (const pugi::xml_node& entry : translation.children()) compare_entry(entry, language);
    }
  }

  void compare_entry(const pugi::xml_node& entry, const std::string& language) {
    const std::string id = entry.attribute("id").value();
    const std::size_t colon = id.find(':');
    if (id.starts_with("/") && colon != std::string::npos) {
      const std::string path = id.substr(0, colon);
      const std::string kind = id.substr(colon + 1);
      const auto found = items_.find(path);
      if (path == "/" + root_) return;  // labels of groups that the setting "flat" dissolved
      if (found == items_.end()) return differ("text", id, "no such question");
      const data::FormItem& item = *found->second;
      if (kind == "label")
        compare_values(id, entry, item.label, nullptr, &item.media, language, path);
      else if (kind == "hint")
        compare_values(id, entry, item.hint, &item.guidance_hint, nullptr, language, path);
      else if (kind == "jr:constraintMsg")
        compare_values(id, entry, item.constraint_message, nullptr, nullptr, language, path);
      else if (kind == "jr:requiredMsg")
        compare_values(id, entry, item.required_message, nullptr, nullptr, language, path);
      return;
    }
    const std::size_t dash = id.rfind('-');
    const data::ChoiceList* list = form_.find_list(id.substr(0, dash));
    const std::int64_t index = dash == std::string::npos ? -1 : text::parse_integer(id.substr(dash + 1)).value_or(-1);
    if (list == nullptr || index < 0 || static_cast<std::size_t>(index) >= list->choices.size())
      return differ("text", id, "no such choice");
    const data::Choice& choice = list->choices[static_cast<std::size_t>(index)];
    compare_values(id, entry, choice.label, nullptr, &choice.media, language, "");
  }

  // Labels and hints that stand in the body itself.
  void compare_controls(const pugi::xml_node& node) {
    for (const pugi::xml_node& one : node.children()) {
      const auto found = items_.find(one.attribute("ref").value());
      if (found != items_.end()) {
        const std::pair<const char*, const data::Translated*> texts[] = {{"label", &found->second->label},
                                                                         {"hint", &found->second->hint}};
        for (const auto& [name, ours] : texts) {
          const pugi::xml_node element = child(one, name);
          if (!element || element.attribute("ref")) continue;
          const std::string* text = ours_in(*ours, default_language_);
          if (text == nullptr && !ours->empty()) text = &ours->texts.front().second;
          const std::string actual = text == nullptr ? "" : with_paths(*text, found->first);
          if (words(element) != actual) differ(found->first + " " + name, words(element), actual);
        }
        compare_inline_choices(one, *found->second);
      }
      compare_controls(one);
    }
  }

  void compare_inline_choices(const pugi::xml_node& control, const data::FormItem& item) {
    std::vector<std::string> expected;
    for (const pugi::xml_node& one : control.children())
      if (local(one.name()) == "item") expected.emplace_back(child(one, "value").child_value());
    if (expected.empty()) return;
    std::vector<std::string> actual;
    if (const data::ChoiceList* list = form_.find_list(item.list))
      for (const data::Choice& choice : list->choices) actual.push_back(choice.name);
    if (expected != actual) differ("choices of " + item.name, text::join(expected, ","), text::join(actual, ","));
  }

  void compare_lists() {
    for (const pugi::xml_node& instance : model_.children()) {
      if (local(instance.name()) != "instance" || !instance.attribute("id") || instance.attribute("src")) continue;
      const std::string id = instance.attribute("id").value();
      const data::ChoiceList* list = form_.find_list(id);
      const pugi::xml_node root = child(instance, "root");
      if (list == nullptr) {
        differ("list", id, "none");
        continue;
      }
      std::size_t at = 0;
      for (const pugi::xml_node& item : root.children()) {
        if (at >= list->choices.size()) break;
        compare_choice(id, item, list->choices[at++]);
      }
      const auto count = static_cast<std::size_t>(std::distance(root.begin(), root.end()));
      if (count != list->choices.size())
        differ("length of list " + id, std::to_string(count), std::to_string(list->choices.size()));
    }
  }

  void compare_choice(const std::string& list, const pugi::xml_node& item, const data::Choice& choice) {
    for (const pugi::xml_node& part : item.children()) {
      const std::string name(local(part.name()));
      const std::string expected = plain(part.child_value());
      if (name == "itextId") continue;
      if (name == "name") {
        if (expected != plain(choice.name)) differ("choice of " + list, expected, choice.name);
      } else if (name == "label") {
        const std::string* label = ours_in(choice.label, default_language_);
        if (label == nullptr && !choice.label.empty()) label = &choice.label.texts.front().second;
        if (expected != (label == nullptr ? "" : plain(*label)))
          differ("label of " + list + "/" + choice.name, expected, label == nullptr ? "" : *label);
      } else {
        const auto found = std::find_if(choice.extra.begin(), choice.extra.end(),
                                        [&](const auto& pair) { return pair.first == part.name(); });
        const std::string actual = found == choice.extra.end() ? "" : plain(found->second);
        if (expected != actual) differ(std::string(part.name()) + " of " + list + "/" + choice.name, expected, actual);
      }
    }
  }

  const data::Form& form_;
  std::string root_;
  FormPaths paths_;
  pugi::xml_node body_;
  pugi::xml_node model_;
  std::string default_language_;
  std::map<std::string, const data::FormItem*> items_;
  std::vector<std::string> differences_;
};

}  // namespace

Result<std::string> compare_with_xform(const data::Form& form, const std::string& root, const std::string& xform) {
  // White space between elements is no child of theirs, but inside a label it parts words from references.
  pugi::xml_document document;
  if (!document.load_string(xform.c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single))
    return Error("conformance.xlsform.reference", "The reference is not XML.");
  return Comparison(form, root, document.document_element()).run();
}

}  // namespace hamdil::conformance
