#include "exchange/kobo/matcher.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::FormItem;
using data::QuestionType;

// R's make.names, lower case: everything but letters, digits, '.' and '_' is '.', and what cannot begin a name gets an
// X.
std::string munge(std::string_view header) {
  std::string out;
  for (const char c : header) {
    const auto u = static_cast<unsigned char>(c);
    const bool stays =
        (u >= '0' && u <= '9') || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z') || u == '_' || u == '.' || u >= 0x80;
    out.push_back(stays ? c : '.');
  }
  if (!out.empty() && (out[0] == '_' || (out[0] >= '0' && out[0] <= '9'))) out.insert(0, 1, 'X');
  return text::to_lower_ascii(out);
}

struct SystemName {
  std::string_view plain;  // after munge
  std::string_view name;
};
constexpr std::array<SystemName, 70> kSystem = {{
    {"x_id", "_id"},
    {"x_uuid", "_uuid"},
    {"x_submission_time", "_submission_time"},
    {"x_validation_status", "_validation_status"},
    {"x_notes", "_notes"},
    {"x_status", "_status"},
    {"x_submitted_by", "_submitted_by"},
    {"x__version__", "__version__"},
    {"x_version_", "__version__"},
    {"x_version__001", "__version__"},
    {"x_version__002", "__version__"},
    {"x_version", "__version__"},
    {"x_tags", "_tags"},
    {"meta.rootuuid", "meta/rootUuid"},
    {"x_index", "_index"},
    {"x_parent_table_name", "_parent_table_name"},
    {"x_parent_index", "_parent_index"},
    {"x_submission__id", "_submission__id"},
    {"x_submission__uuid", "_submission__uuid"},
    {"x_submission__submission_time", "_submission__submission_time"},
    {"x_submission__validation_status", "_submission__validation_status"},
    {"x_submission__notes", "_submission__notes"},
    {"x_submission__status", "_submission__status"},
    {"x_submission__submitted_by", "_submission__submitted_by"},
    {"x_submission___version__", "_submission___version__"},
    {"x_submission__tags", "_submission__tags"},
    {"x_submission_meta.rootuuid", "_submission_meta/rootUuid"},
    {"meta.instanceid", "instanceID"},
    {"instanceid", "instanceID"},
    {"meta.instancename", "instanceName"},
    {"meta.deprecatedid", "deprecatedID"},
    {"key", "KEY"},
    {"parent_key", "PARENT_KEY"},
    {"submissiondate", "SubmissionDate"},
    {"submitterid", "SubmitterID"},
    {"submittername", "SubmitterName"},
    {"attachmentspresent", "AttachmentsPresent"},
    {"attachmentsexpected", "AttachmentsExpected"},
    {"reviewstate", "ReviewState"},
    {"deviceid.central", "DeviceID"},
    {"edits", "Edits"},
    {"formversion", "FormVersion"},
    {"x_duration", "_duration"},
    {"x_total_media", "_total_media"},
    {"x_media_count", "_media_count"},
    {"x_media_all_received", "_media_all_received"},
    {"x_date_modified", "_date_modified"},
    {"x_review_status", "_review_status"},
    {"x_review_comment", "_review_comment"},
    {"x_last_edited_by", "_last_edited_by"},
    {"x_xform_id", "_xform_id"},
    {"x_xform_id_string", "_xform_id_string"},
    {"formhub.uuid", "formhub/uuid"},
    {"x_attachments", "_attachments"},
    {"x_geolocation", "_geolocation"},
    {"x_bamboo_dataset_id", "_bamboo_dataset_id"},
    {"x_edited", "_edited"},
    {"x_parent_id", "_parent_id"},
    {"meta.audit", "meta/audit"},
    {"x_submission__index", "_submission__index"},
    {"x_uuid_", "_uuid"},
    {"uuid", "_uuid"},
    {"x_submission_meta.instanceid", "_submission_meta/instanceID"},
    {"meta.instanceid.", "instanceID"},
    {"meta.entity.label", "meta/entity/label"},
    {"meta.entity", "meta/entity"},
    {"x__version___001", "__version__"},
    {"submission_uuid", "_submission__uuid"},
    {"submission", "_uuid"},
    {"submission_id", "_uuid"},
}};

// "children[1]/age" is "children/age" with {1}, and so is "home/children[1]/home/children/age" without its second path.
std::string without_positions(const std::string& header, std::vector<std::size_t>& positions) {
  std::string out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::size_t close = header[i] == '[' ? header.find(']', i) : std::string::npos;
    const auto number =
        close == std::string::npos ? std::nullopt : text::parse_integer(header.substr(i + 1, close - i - 1));
    if (number && *number > 0 && *number < 100'000 && close + 1 < header.size() && header[close + 1] == '/') {
      positions.push_back(static_cast<std::size_t>(*number));
      const bool is_path_again =
          out.find('/') != std::string::npos && header.compare(close + 2, out.size() + 1, out + "/") == 0;
      i = is_path_again ? close + 1 + out.size() : close;
    } else {
      out.push_back(header[i]);
    }
  }
  return out;
}

struct Suffix {
  std::string_view text;
  bool with_underscore;  // "_q_latitude" of Kobo and Ona; otherwise "q-Latitude" of Central
  HeaderTarget::Part part;
};
constexpr std::array<Suffix, 11> kSuffixes = {{
    {"_latitude", true, HeaderTarget::Part::kLatitude},
    {"_longitude", true, HeaderTarget::Part::kLongitude},
    {"_altitude", true, HeaderTarget::Part::kAltitude},
    {"_precision", true, HeaderTarget::Part::kPrecision},
    {"-Latitude", false, HeaderTarget::Part::kLatitude},
    {"-Longitude", false, HeaderTarget::Part::kLongitude},
    {"-Altitude", false, HeaderTarget::Part::kAltitude},
    {"-Accuracy", false, HeaderTarget::Part::kPrecision},
    {"_URL", false, HeaderTarget::Part::kUrl},
    {"_url", false, HeaderTarget::Part::kUrl},
    {".Latitude", false, HeaderTarget::Part::kLatitude},
}};

// "needs/_2nd_choice" is the second place of "needs".
std::optional<std::pair<std::string, std::size_t>> rank_place(std::string_view header) {
  constexpr std::string_view kEnd = "_choice";
  if (!header.ends_with(kEnd) || header.size() < kEnd.size() + 5) return std::nullopt;
  std::string_view front = header.substr(0, header.size() - kEnd.size() - 2);  // without "st", "nd", "rd", "th"
  std::size_t digits = front.size();
  while (digits > 0 && front[digits - 1] >= '0' && front[digits - 1] <= '9') --digits;
  const auto place = text::parse_integer(front.substr(digits));
  if (!place || *place < 1 || *place > 1'000) return std::nullopt;
  front = front.substr(0, digits);
  while (!front.empty() && (front.back() == '_' || front.back() == '/' || front.back() == '.')) front.remove_suffix(1);
  return std::pair{std::string(front), static_cast<std::size_t>(*place)};
}

std::string label_key(std::string_view label) { return text::join(text::split_words(label), " "); }

}  // namespace

std::string system_column(std::string_view header) {
  const std::string key = munge(header);
  for (const SystemName& system : kSystem)
    if (key == system.plain) return std::string(system.name);
  if (header == "DeviceID") return "DeviceID";
  if (header == "Status") return "Status";
  return {};
}

Matcher::Matcher(const data::Form* form) : form_(form) {
  if (form == nullptr) return;
  items_ = data::walk(*form);
  // Notes hold no answer, yet KoboToolbox writes an empty column for each: it is in the form.
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (items_[i].item->kind == data::ItemKind::kQuestion &&
        (data::holds_answer(items_[i].item->type) || items_[i].item->type == QuestionType::kNote))
      index_item(i);
}

void Matcher::add(Index& index, const std::string& key, std::size_t item, const std::string& choice, Match match) {
  std::vector<Candidate>& candidates = index[key];
  const bool is_there = std::any_of(candidates.begin(), candidates.end(),
                                    [&](const Candidate& c) { return c.item == item && c.choice == choice; });
  if (!is_there) candidates.push_back({item, choice, match});
}

void Matcher::index_item(std::size_t item) {
  const data::PlacedItem& placed = items_[item];
  const std::string& name = placed.item->name;
  std::vector<std::string> keys = {name};
  for (const char* separator : {"/", "-", ".", ":", "_", "::", " "}) keys.push_back(placed.path(separator));
  // Groups inside a repeat's sheet are written from the repeat on.
  if (const FormItem* repeat = placed.repeat(); repeat != nullptr) {
    std::string inner;
    const auto from = std::find(placed.parents.begin(), placed.parents.end(), repeat);
    for (auto at = from + 1; at != placed.parents.end(); ++at) inner += (*at)->name + "/";
    if (!inner.empty()) {
      keys.push_back(inner + name);
      keys.push_back(text::replace_all(inner, "/", "-") + name);
    }
    keys.push_back(repeat->name + "/" + inner + name);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    add(exact_, keys[i], item, "", i == 0 ? Match::kName : Match::kPath);
    add(munged_, munge(keys[i]), item, "", i == 0 ? Match::kName : Match::kPath);
  }
  std::vector<std::string> label_keys;
  for (const std::string& language : form_->languages) {
    const std::string* label = placed.item->label.find(language);
    if (label == nullptr) continue;
    label_keys.push_back(label_key(*label));
    std::string path;
    for (const FormItem* parent : placed.parents)
      path += label_key(parent->label.find(language) ? *parent->label.find(language) : parent->name) + "/";
    if (!path.empty()) label_keys.push_back(path + label_keys.back());
  }
  for (const std::string& key : label_keys) add(labels_, key, item, "", Match::kLabel);
  if (placed.item->type == QuestionType::kSelectMultiple) {
    index_choices(item, keys, Match::kChoice, false);
    std::vector<std::string> with_names = label_keys;
    with_names.push_back(name);
    with_names.push_back(placed.path("/"));
    index_choices(item, with_names, Match::kLabel, true);
  }
}

void Matcher::index_choices(std::size_t item, const std::vector<std::string>& keys, Match match, bool by_label) {
  const data::ChoiceList* list = form_->find_list(items_[item].item->list);
  if (list == nullptr || list->choices.size() > 1'000) return;
  for (const data::Choice& choice : list->choices) {
    if (by_label) {
      for (const auto& [language, label] : choice.label.texts)
        for (const std::string& key : keys) add(labels_, key + "/" + label_key(label), item, choice.name, match);
      continue;
    }
    for (const std::string& key : keys) {
      for (const char* separator : {"/", ".", "_", ":"})
        add(exact_, key + separator + choice.name, item, choice.name, match);
      add(munged_, munge(key + "/" + choice.name), item, choice.name, match);
    }
  }
}

std::optional<HeaderTarget> Matcher::find(const std::string& header, const FormItem* repeat,
                                          std::map<std::string, std::size_t>& used) const {
  const auto pick = [&](const Index& index, const std::string& key, bool in_order) -> std::optional<HeaderTarget> {
    const auto found = index.find(key);
    if (found == index.end()) return std::nullopt;
    std::vector<const Candidate*> fitting;
    for (const Candidate& candidate : found->second)
      if (repeat == nullptr || items_[candidate.item].repeat() == repeat) fitting.push_back(&candidate);
    if (fitting.empty())
      for (const Candidate& candidate : found->second) fitting.push_back(&candidate);
    // A question's own name goes before the path of another, and that before a choice that happens to be spelt alike.
    if (!in_order) {
      const Match best = (*std::min_element(fitting.begin(), fitting.end(), [](const Candidate* x, const Candidate* y) {
                           return x->match < y->match;
                         }))->match;
      std::erase_if(fitting, [&](const Candidate* candidate) { return candidate->match != best; });
    }
    const std::size_t nth = std::min(used[key]++, fitting.size() - 1);
    const Candidate& chosen = *fitting[nth];
    HeaderTarget target;
    target.item = &items_[chosen.item];
    target.choice = chosen.choice;
    target.part = chosen.choice.empty() ? HeaderTarget::Part::kWhole : HeaderTarget::Part::kChoice;
    target.match = chosen.match;
    return target;
  };
  if (auto target = pick(exact_, header, false)) return target;
  if (auto target = pick(labels_, label_key(header), true)) return target;
  return pick(munged_, munge(header), false);
}

std::vector<HeaderTarget> Matcher::match(const std::vector<std::string>& headers, const FormItem* repeat) const {
  std::vector<HeaderTarget> out;
  std::map<std::string, std::size_t> used;
  for (const std::string& raw : headers) {
    std::string header = text::trim(raw);
    for (const std::string_view mark : {"X.U.FEFF.", "ï..", "ï»¿", "..U.FEFF."})
      if (header.starts_with(mark)) header = header.substr(mark.size());
    HeaderTarget target;
    std::vector<std::size_t> positions;
    const std::string plain = without_positions(header, positions);
    const std::string system = system_column(plain);
    if (auto found = find(plain, repeat, used); found && (system.empty() || found->match == Match::kName)) {
      target = std::move(*found);
    } else if (!system.empty()) {
      target.part = HeaderTarget::Part::kSystem;
      target.match = Match::kSystem;
      target.system = system;
    } else {
      if (auto place = rank_place(plain)) {
        std::map<std::string, std::size_t> fresh;
        auto owner = find(place->first, repeat, fresh);
        if (owner && owner->part == HeaderTarget::Part::kWhole && owner->item->item->type == QuestionType::kRank) {
          target = std::move(*owner);
          target.part = HeaderTarget::Part::kRank;
          target.choice = std::to_string(place->second);
        }
      }
      for (const Suffix& suffix : kSuffixes) {
        if (target.item != nullptr) break;
        if (!plain.ends_with(suffix.text)) continue;
        std::string stem = plain.substr(0, plain.size() - suffix.text.size());
        if (suffix.with_underscore) {
          // "_gps_latitude", "group/_gps_latitude", "X_gps_latitude"
          const std::size_t slash = stem.rfind('/');
          const std::size_t at = slash == std::string::npos ? 0 : slash + 1;
          if (stem.substr(at).starts_with("_"))
            stem.erase(at, 1);
          else if (stem.substr(at).starts_with("X_"))
            stem.erase(at, 2);
        }
        std::map<std::string, std::size_t> fresh;
        auto owner = find(stem, repeat, fresh);
        if (!owner || owner->part != HeaderTarget::Part::kWhole) continue;
        target = std::move(*owner);
        target.part = suffix.part;
        break;
      }
    }
    target.positions = std::move(positions);
    out.push_back(std::move(target));
  }
  return out;
}

const data::PlacedItem* Matcher::repeat_of_sheet(std::string_view sheet) const {
  const auto cut = [](std::string_view name) {
    std::string out;
    for (const char c : text::fold(name))
      out.push_back(c == '[' || c == ']' || c == '*' || c == '?' || c == ':' || c == '\\' || c == '/' ? ' ' : c);
    return text::trim(out);
  };
  std::string wanted = cut(sheet);
  const bool is_cut = wanted.ends_with("...");
  if (is_cut) wanted = text::trim(wanted.substr(0, wanted.size() - 3));
  for (const data::PlacedItem& placed : items_) {
    if (placed.item->kind != data::ItemKind::kRepeat) continue;
    std::vector<std::string> names = {placed.item->name, placed.path("/"), placed.path("-")};
    for (const auto& [language, label] : placed.item->label.texts) names.push_back(label);
    for (const std::string& name : names) {
      const std::string candidate = cut(name);
      if (candidate == wanted || (is_cut && candidate.starts_with(wanted)) ||
          (!is_cut && wanted.ends_with("-" + candidate)))
        return &placed;
    }
  }
  return nullptr;
}

}  // namespace hamdil::exchange::kobo
