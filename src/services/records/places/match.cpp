#include "services/records/places/match.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"

namespace hamdil::services::records {
namespace {

struct Known {
  std::string id, title, code, code_list;
  std::set<std::string> names;      // folded
  std::set<std::string> skeletons;  // of the same
};

std::string plain_code(const std::string& code) {
  return text::replace_all(text::to_lower_ascii(text::trim(code)), " ", "");
}

// Latin letters for Cyrillic ones, one sound each.
std::string latin(const std::string& folded) {
  static const std::map<std::string, std::string> kSounds = {
      {"а", "a"},  {"б", "b"},  {"в", "v"},  {"г", "g"}, {"д", "d"}, {"е", "e"}, {"ё", "e"},  {"ж", "j"},
      {"з", "z"},  {"и", "i"},  {"й", "i"},  {"к", "k"}, {"л", "l"}, {"м", "m"}, {"н", "n"},  {"о", "o"},
      {"п", "p"},  {"р", "r"},  {"с", "s"},  {"т", "t"}, {"у", "u"}, {"ф", "f"}, {"х", "kh"}, {"ц", "s"},
      {"ч", "ch"}, {"ш", "sh"}, {"щ", "sh"}, {"ъ", ""},  {"ы", "i"}, {"ь", ""},  {"э", "e"},  {"ю", "iu"},
      {"я", "ia"}, {"ғ", "g"},  {"қ", "q"},  {"ҳ", "h"}, {"ҷ", "j"}, {"ӣ", "i"}, {"ӯ", "u"}};
  std::string out;
  for (std::size_t at = 0; at < folded.size();) {
    const auto first = static_cast<unsigned char>(folded[at]);
    const std::size_t width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const std::string one = folded.substr(at, width);
    const auto found = kSounds.find(one);
    out += found == kSounds.end() ? one : found->second;
    at += width;
  }
  return out;
}

std::vector<Known> known_places(const std::vector<model::Record>& records) {
  std::vector<Known> out;
  for (const model::Record& record : records) {
    const Json fields = record.fields();
    Known one{
        record.id, record.title, fields.value("code", std::string()), fields.value("code_list", std::string()), {}, {}};
    std::vector<std::string> names = {record.title};
    const Json translated = fields.value("names", Json::object());
    for (const auto& [language, name] : translated.items())
      if (name.is_string()) names.push_back(name.get<std::string>());
    const Json aliases = fields.value("aliases", Json::array());
    for (const Json& alias : aliases)
      if (alias.is_string()) names.push_back(alias.get<std::string>());
    for (const std::string& name : names) {
      one.names.insert(text::fold(text::trim(name)));
      if (const std::string skeleton = name_skeleton(name); !skeleton.empty()) one.skeletons.insert(skeleton);
    }
    out.push_back(std::move(one));
  }
  return out;
}

class Matcher {
 public:
  explicit Matcher(std::vector<Known> places) : places_(std::move(places)) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!places_[i].code.empty()) by_code_[plain_code(places_[i].code)].push_back(i);
      for (const std::string& name : places_[i].names) by_name_[name].push_back(i);
      for (const std::string& skeleton : places_[i].skeletons) by_skeleton_[skeleton].push_back(i);
    }
  }

  PlaceProposal match(const PlaceText& text) const {
    PlaceProposal out;
    out.text = text;
    std::string code = plain_code(text.code);
    std::string name = text::fold(text::trim(text.name));
    if (code.empty() && !name.empty() && of(by_name_, name).empty() && !of(by_code_, plain_code(text.name)).empty()) {
      code = plain_code(text.name);  // a column of codes taken for names
      name.clear();
      out.name_is_code = true;
    }
    const std::vector<std::size_t>& coded = of(by_code_, code);
    const std::string skeleton = name_skeleton(name);
    const std::vector<std::size_t>& exact = of(by_name_, name);
    const std::vector<std::size_t>& near = of(by_skeleton_, skeleton);
    for (const std::vector<std::size_t>* named : {&exact, &near})
      for (const std::size_t i : *named)
        if (std::find(coded.begin(), coded.end(), i) != coded.end()) return settle(out, PlaceMatch::kCodeAndName, {i});
    if (name.empty())
      return coded.empty() ? out : settle(out, coded.size() == 1 ? PlaceMatch::kCodeOnly : PlaceMatch::kSeveral, coded);
    const std::vector<std::size_t>& found = exact.empty() ? near : exact;
    if (!coded.empty()) {
      // The code is a place of another name here: the name decides what is proposed, and a person whether it is meant.
      out.others = ids(coded);
      return settle(out, PlaceMatch::kCodeOtherName, found.size() == 1 ? found : std::vector<std::size_t>());
    }
    if (found.size() > 1) return settle(out, PlaceMatch::kSeveral, found);
    if (found.size() == 1) return settle(out, exact.empty() ? PlaceMatch::kNearName : PlaceMatch::kName, found);
    return out;
  }

 private:
  using Index = std::map<std::string, std::vector<std::size_t>>;
  static const std::vector<std::size_t>& of(const Index& index, const std::string& key) {
    static const std::vector<std::size_t> kNothing;
    const auto found = key.empty() ? index.end() : index.find(key);
    return found == index.end() ? kNothing : found->second;
  }
  std::vector<std::string> ids(const std::vector<std::size_t>& places) const {
    std::vector<std::string> out;
    for (const std::size_t i : places) out.push_back(places_[i].id);
    return out;
  }
  PlaceProposal settle(PlaceProposal out, PlaceMatch how, const std::vector<std::size_t>& found) const {
    out.how = how;
    if (found.size() != 1) {
      for (const std::string& id : ids(found)) out.others.push_back(id);
      return out;
    }
    const Known& place = places_[found.front()];
    out.place = place.id;
    out.title = place.title;
    out.code = place.code;
    out.code_list = place.code_list;
    return out;
  }

  std::vector<Known> places_;
  Index by_code_, by_name_, by_skeleton_;
};

}  // namespace

const char* place_match_name(PlaceMatch match) {
  switch (match) {
    case PlaceMatch::kCodeAndName:
      return "code_and_name";
    case PlaceMatch::kName:
      return "name";
    case PlaceMatch::kCodeOtherName:
      return "code_other_name";
    case PlaceMatch::kCodeOnly:
      return "code_only";
    case PlaceMatch::kNearName:
      return "near_name";
    case PlaceMatch::kSeveral:
      return "several";
    case PlaceMatch::kNone:
      break;
  }
  return "none";
}

std::string name_skeleton(const std::string& name) {
  static const std::set<std::string> kPlain = {"al",     "el",          "the",      "district", "city",    "province",
                                               "region", "governorate", "nokhiiai", "nokhiia",  "shakhri", "viloiati",
                                               "raion",  "gorod",       "oblast",   "of",       "town"};
  static const std::set<std::string> kArabicPlain = {"ولسوالی", "ولایت", "شهر", "ناحیه", "شهرستان"};
  std::string folded = text::fold(name);
  for (char& c : folded)
    if (std::string_view("-'`.,()/").find(c) != std::string_view::npos) c = ' ';
  folded = text::replace_all(text::replace_all(folded, "’", ""), "ʼ", "");
  std::string joined;
  for (const std::string& word : text::split_words(folded)) {
    const std::string written = latin(word);
    if (!kPlain.contains(written) && !kArabicPlain.contains(word)) joined += written;
  }
  // Folding made ch of the Tajik j; a and o, e, i and y stand for each other between the transliterations.
  for (const auto& [from, to] :
       {std::pair("kh", "h"), std::pair("gh", "g"), std::pair("ou", "u"), std::pair("oo", "u"), std::pair("ee", "i"),
        std::pair("dj", "j"), std::pair("zh", "j"), std::pair("ch", "j"), std::pair("q", "k"), std::pair("w", "v"),
        std::pair("y", "i"), std::pair("o", "a"), std::pair("e", "i")})
    joined = text::replace_all(joined, from, to);
  std::string out;
  for (const char c : joined)
    if (out.empty() || out.back() != c) out += c;
  while (out.size() > 4 && (out.back() == 'h' || out.back() == 'a')) out.pop_back();
  return out.size() >= 3 ? out : "";
}

Result<std::vector<PlaceProposal>> match_places(const store::Workspace& workspace,
                                                const std::vector<PlaceText>& texts) {
  HAMDIL_TRY(const std::vector<model::Record> records, workspace.list("place"));
  const Matcher matcher(known_places(records));
  std::vector<PlaceProposal> out;
  for (const PlaceText& text : texts) out.push_back(matcher.match(text));
  return out;
}

}  // namespace hamdil::services::records
