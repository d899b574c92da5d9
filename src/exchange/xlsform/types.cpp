#include "exchange/xlsform/types.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::QuestionType;
using Source = data::FormItem::ChoiceSource;

struct Spelling {
  std::string_view word;
  QuestionType type;
};

constexpr std::array<Spelling, 122> kSpellings = {{
    {"text", QuestionType::kText},
    {"string", QuestionType::kText},
    {"q string", QuestionType::kText},
    {"add text prompt", QuestionType::kText},
    {"integer", QuestionType::kInteger},
    {"int", QuestionType::kInteger},
    {"q int", QuestionType::kInteger},
    {"q integer", QuestionType::kInteger},
    {"add integer prompt", QuestionType::kInteger},
    {"decimal", QuestionType::kDecimal},
    {"q decimal", QuestionType::kDecimal},
    {"add decimal prompt", QuestionType::kDecimal},
    {"note", QuestionType::kNote},
    {"q note", QuestionType::kNote},
    {"add note prompt", QuestionType::kNote},
    {"range", QuestionType::kRange},
    {"date", QuestionType::kDate},
    {"q date", QuestionType::kDate},
    {"add date prompt", QuestionType::kDate},
    {"time", QuestionType::kTime},
    {"q time", QuestionType::kTime},
    {"add time prompt", QuestionType::kTime},
    {"datetime", QuestionType::kDateTime},
    {"date time", QuestionType::kDateTime},
    {"date_time", QuestionType::kDateTime},
    {"q datetime", QuestionType::kDateTime},
    {"q date time", QuestionType::kDateTime},
    {"add datetime prompt", QuestionType::kDateTime},
    {"add date time prompt", QuestionType::kDateTime},
    {"geopoint", QuestionType::kGeopoint},
    {"gps", QuestionType::kGeopoint},
    {"location", QuestionType::kGeopoint},
    {"q location", QuestionType::kGeopoint},
    {"q geopoint", QuestionType::kGeopoint},
    {"add location prompt", QuestionType::kGeopoint},
    {"add geopoint prompt", QuestionType::kGeopoint},
    {"geotrace", QuestionType::kGeotrace},
    {"q geotrace", QuestionType::kGeotrace},
    {"add geotrace prompt", QuestionType::kGeotrace},
    {"geoshape", QuestionType::kGeoshape},
    {"q geoshape", QuestionType::kGeoshape},
    {"add geoshape prompt", QuestionType::kGeoshape},
    {"image", QuestionType::kImage},
    {"photo", QuestionType::kImage},
    {"picture", QuestionType::kImage},
    {"q image", QuestionType::kImage},
    {"q picture", QuestionType::kImage},
    {"q photo", QuestionType::kImage},
    {"add image prompt", QuestionType::kImage},
    {"add photo prompt", QuestionType::kImage},
    {"add picture prompt", QuestionType::kImage},
    {"audio", QuestionType::kAudio},
    {"q audio", QuestionType::kAudio},
    {"add audio prompt", QuestionType::kAudio},
    {"video", QuestionType::kVideo},
    {"q video", QuestionType::kVideo},
    {"add video prompt", QuestionType::kVideo},
    {"file", QuestionType::kFile},
    {"add file prompt", QuestionType::kFile},
    {"barcode", QuestionType::kBarcode},
    {"q barcode", QuestionType::kBarcode},
    {"add barcode prompt", QuestionType::kBarcode},
    {"acknowledge", QuestionType::kAcknowledge},
    {"q acknowledge", QuestionType::kAcknowledge},
    {"add acknowledge prompt", QuestionType::kAcknowledge},
    {"trigger", QuestionType::kAcknowledge},
    {"calculate", QuestionType::kCalculate},
    {"q calculate", QuestionType::kCalculate},
    {"add calculate prompt", QuestionType::kCalculate},
    {"hidden", QuestionType::kHidden},
    {"start", QuestionType::kStart},
    {"start time", QuestionType::kStart},
    {"get start time", QuestionType::kStart},
    {"end", QuestionType::kEnd},
    {"end time", QuestionType::kEnd},
    {"get end time", QuestionType::kEnd},
    {"today", QuestionType::kToday},
    {"get today", QuestionType::kToday},
    {"deviceid", QuestionType::kDeviceId},
    {"device id", QuestionType::kDeviceId},
    {"device_id", QuestionType::kDeviceId},
    {"get device id", QuestionType::kDeviceId},
    {"imei", QuestionType::kDeviceId},
    {"uri:deviceid", QuestionType::kDeviceId},
    {"username", QuestionType::kUsername},
    {"uri:username", QuestionType::kUsername},
    {"phonenumber", QuestionType::kPhoneNumber},
    {"get phone number", QuestionType::kPhoneNumber},
    {"uri:phonenumber", QuestionType::kPhoneNumber},
    {"email", QuestionType::kEmail},
    {"uri:email", QuestionType::kEmail},
    {"simserial", QuestionType::kSimSerial},
    {"sim serial", QuestionType::kSimSerial},
    {"sim id", QuestionType::kSimSerial},
    {"sim_id", QuestionType::kSimSerial},
    {"get sim id", QuestionType::kSimSerial},
    {"uri:simserial", QuestionType::kSimSerial},
    {"subscriberid", QuestionType::kSubscriberId},
    {"subscriber id", QuestionType::kSubscriberId},
    {"get subscriber id", QuestionType::kSubscriberId},
    {"uri:subscriberid", QuestionType::kSubscriberId},
    {"audit", QuestionType::kAudit},
    {"start-geopoint", QuestionType::kStartGeopoint},
    {"background-geopoint", QuestionType::kBackgroundGeopoint},
    {"background-audio", QuestionType::kBackgroundAudio},
    {"csv-external", QuestionType::kCsvExternal},
    {"xml-external", QuestionType::kXmlExternal},
    {"osm", QuestionType::kOsm},
    {"phone number", QuestionType::kText},
    {"percentage", QuestionType::kInteger},
    {"number of days in last month", QuestionType::kInteger},
    {"number of days in last six months", QuestionType::kInteger},
    {"number of days in last year", QuestionType::kInteger},
    {"rank", QuestionType::kRank},
    {"q geo point", QuestionType::kGeopoint},
    {"text question", QuestionType::kText},
    {"geo point", QuestionType::kGeopoint},
}};

struct SelectSpelling {
  std::string_view word;
  QuestionType type;
  Source source;
};
// Longest first where one begins another.
constexpr std::array<SelectSpelling, 19> kSelects = {{
    {"add select one prompt using", QuestionType::kSelectOne, Source::kList},
    {"add select multiple prompt using", QuestionType::kSelectMultiple, Source::kList},
    {"select all that apply from", QuestionType::kSelectMultiple, Source::kList},
    {"select all that apply", QuestionType::kSelectMultiple, Source::kList},
    {"select_multiple_from_file", QuestionType::kSelectMultiple, Source::kFile},
    {"select multiple from file", QuestionType::kSelectMultiple, Source::kFile},
    {"select_one_from_file", QuestionType::kSelectOne, Source::kFile},
    {"select one from file", QuestionType::kSelectOne, Source::kFile},
    {"select_one_external", QuestionType::kSelectOne, Source::kExternalList},
    {"select one external", QuestionType::kSelectOne, Source::kExternalList},
    {"select multiple from", QuestionType::kSelectMultiple, Source::kList},
    {"select one from", QuestionType::kSelectOne, Source::kList},
    {"select_multiple", QuestionType::kSelectMultiple, Source::kList},
    {"select multiple", QuestionType::kSelectMultiple, Source::kList},
    {"select_one", QuestionType::kSelectOne, Source::kList},
    {"select one", QuestionType::kSelectOne, Source::kList},
    {"select1", QuestionType::kSelectOne, Source::kList},
    {"rank", QuestionType::kRank, Source::kList},
    {"select", QuestionType::kSelectMultiple, Source::kList},
}};

std::optional<RowType> read_select(const std::string& words) {
  for (const SelectSpelling& select : kSelects) {
    if (!text::starts_with_ignoring_case(words, select.word)) continue;
    if (words.size() > select.word.size() && words[select.word.size()] != ' ') continue;
    RowType out{.kind = RowKind::kQuestion, .type = select.type, .source = select.source};
    std::string rest = text::trim(words.substr(select.word.size()));
    for (const std::string_view other : {" or specify other", " or_other", " or other"}) {
      if (rest.size() <= other.size() || !text::equals_ignoring_case(rest.substr(rest.size() - other.size()), other))
        continue;
      out.or_other = true;
      rest = text::trim(rest.substr(0, rest.size() - other.size()));
    }
    out.list = rest;
    if (rest.starts_with("${")) out.source = Source::kRepeat;
    if (select.source == Source::kFile) {
      const std::string lower = text::to_lower_ascii(rest);
      out.is_from_file_without_known_extension =
          !lower.ends_with(".csv") && !lower.ends_with(".xml") && !lower.ends_with(".geojson");
    }
    return out;
  }
  return std::nullopt;
}

std::optional<RowType> read_bracket(const std::string& words) {
  const std::string lower = text::to_lower_ascii(words);
  const bool is_begin = lower.starts_with("begin ") || lower.starts_with("begin_");
  const bool is_end = lower.starts_with("end ") || lower.starts_with("end_");
  if (!is_begin && !is_end) return std::nullopt;
  const std::vector<std::string> rest = text::split_words(std::string_view(lower).substr(is_begin ? 6 : 4));
  if (rest.empty()) return std::nullopt;
  const std::string& what = rest[0];
  RowType out;
  if (what == "group" || what == "lgroup")
    out.kind = is_begin ? RowKind::kBeginGroup : RowKind::kEndGroup;
  else if (what == "repeat")
    out.kind = is_begin ? RowKind::kBeginRepeat : RowKind::kEndRepeat;
  else if (what == "loop" || what == "looped")
    out.kind = is_begin ? RowKind::kBeginLoop : RowKind::kEndLoop;
  else if (what.starts_with("kobo--matrix") || what == "score" || what == "rank" || what == "kobomatrix")
    out.kind = is_begin ? RowKind::kKoboMatrix : RowKind::kEndGroup;
  else
    return std::nullopt;
  if (is_begin && rest.size() > 1) out.list = text::split_words(words).back();
  return out;
}

}  // namespace

RowType read_type(std::string_view cell) {
  const std::string words = text::join(text::split_words(cell), " ");
  if (const auto bracket = read_bracket(words)) return *bracket;
  const std::string lower = text::to_lower_ascii(words);
  for (const Spelling& spelling : kSpellings)
    if (lower == spelling.word && spelling.type != QuestionType::kRank)
      return {.kind = RowKind::kQuestion, .type = spelling.type};
  if (const auto select = read_select(words)) return *select;
  if (lower.starts_with("osm "))
    return {.kind = RowKind::kQuestion, .type = QuestionType::kOsm, .list = words.substr(4)};
  return {};
}

const std::vector<std::string>& known_types() {
  static const std::vector<std::string> kTypes = [] {
    std::vector<std::string> out = {"begin_group", "end_group", "begin_repeat", "end_repeat"};
    for (const Spelling& spelling : kSpellings) out.emplace_back(spelling.word);
    for (const SelectSpelling& select : kSelects) out.emplace_back(select.word);
    return out;
  }();
  return kTypes;
}

std::optional<LegacyType> legacy_type(std::string_view cell) {
  const std::string lower = text::to_lower_ascii(text::join(text::split_words(cell), " "));
  if (lower == "trigger") return LegacyType{};  // a button without an answer
  if (lower == "phone number") return LegacyType{"string", "regex(., '^\\d*$')", "Enter numbers only."};
  if (lower == "percentage") return LegacyType{"int", "0 <= . and . <= 100", ""};
  if (lower == "number of days in last month") return LegacyType{"int", "0 <= . and . <= 31", "Enter a number 0-31."};
  if (lower == "number of days in last six months")
    return LegacyType{"int", "0 <= . and . <= 183", "Enter a number 0-183."};
  if (lower == "number of days in last year") return LegacyType{"int", "0 <= . and . <= 365", "Enter a number 0-365."};
  return std::nullopt;
}

}  // namespace hamdil::exchange::xlsform
