#include "protect/identifiers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/text.hpp"

namespace hamdil::protect {
namespace {

struct WordRule {
  IdentifierClass kind;
  const char*
      words;  // folded; every word of one alternative must occur as a whole word; alternatives are separated by '|'
};

// Written as people write question names and labels; folded before comparison, so case, '_' and letter variants do not
// matter.
constexpr auto kWordRules = std::to_array<WordRule>({
    {IdentifierClass::kName,
     "respondent name|name respondent|name of respondent|full name|fullname|first name|firstname|last "
     "name|lastname|surname|family name|"
     "your name|father name|fathers name|mother name|hoh name|hhh name|name hoh|name of head|head name|name of the "
     "head|what is your name|nickname|name of the respondent"},
    {IdentifierClass::kName,
     "nom et prenom|prenom|nom de famille|nom du repondant|nombre completo|apellido|apellidos|nombre del encuestado"},
    {IdentifierClass::kName, "фамилия|имя респондента|отчество|фио|ному насаб|насаб|номи пурра|номи мусохибашаванда"},
    {IdentifierClass::kName,
     "نام پاسخ دهنده|نام و تخلص|تخلص|نام پدر|نام خانوادگی|الاسم الكامل|اسم المجيب|اسم رب الاسره|اسم العائله"},
    {IdentifierClass::kContact,
     "phone|telephone|phonenumber|mobile number|mobile phone|phone number|cell number|whatsapp|telegram|viber|contact "
     "number|contact details|contact info"},
    {IdentifierClass::kContact,
     "email|e mail|email address|home address|street address|address of respondent|house number"},
    {IdentifierClass::kContact, "telefono|correo|adresse|numero de telephone|courriel|direccion"},
    {IdentifierClass::kContact, "телефон|номер телефона|адрес|почта|ракам телефон|раками телефон|суроға|нишонӣ"},
    {IdentifierClass::kContact,
     "شماره تماس|شماره تلفن|تلفن|تلیفون|موبایل|ادرس|ایمیل|رقم الهاتف|الهاتف|العنوان|البريد الالكتروني"},
    {IdentifierClass::kLocation,
     "gps|geopoint|latitude|longitude|coordinates|exact location|gps "
     "location|coordenadas|координаты|مختصات|الاحداثيات"},
    {IdentifierClass::kDevice,
     "deviceid|device id|imei|subscriberid|subscriber id|simserial|simid|sim serial|sim number|mac address"},
    {IdentifierClass::kDocument,
     "passport|passport number|id card|national id|id number|tazkira|tazkera|taskira|registration number|unhcr "
     "number|case number|progres id|ration card"},
    {IdentifierClass::kDocument,
     "паспорт|номер паспорта|удостоверение|шиноснома|تذکره|شماره پاسپورت|پاسپورت|رقم الهويه|جواز السفر"},
    {IdentifierClass::kMeta,
     "enumerator name|interviewer name|name of enumerator|name of interviewer|enum name|name enumerator|enumerator id "
     "name|collector name"},
    {IdentifierClass::kMeta,
     "submitted by|submission uuid|instanceid|instance id|instance name|rootuuid|root uuid|formhub uuid"},
    {IdentifierClass::kMeta,
     "submission time|submissiondate|start|end|starttime|endtime|start time|end time|audit|audit url"},
    {IdentifierClass::kMeta, "username|user name|submittername|submitterid"},
    {IdentifierClass::kMedia, "photo|signature|fingerprint|audio recording|voice recording|selfie"},
    {IdentifierClass::kMedia, "фото|подпись|имзо|عکس|امضا|صوره|توقيع"},
    {IdentifierClass::kContact, "facebook|instagram|twitter|imo number|skype"},
    {IdentifierClass::kName,
     "respondent|respondents name|beneficiary name|name of beneficiary|caregiver name|child name|name of child|member "
     "name"},
    {IdentifierClass::kContact, "contact"},
});

// One word that says contact or name, with nothing beside it but words that say whose or which one: resp_phone,
// phone_1, hh_name; not has_phone, mobile_money, district_name, organisation_name.
constexpr const char* kContactWords =
    "phone|phones|tel|telephone|mobile|cell|cellphone|cellular|handphone|email|mail|address|телефон|адрес|تلفن|موبایل";
constexpr const char* kNameWords = "name|names|имя|ном|نام|اسم|nom|nombre";
constexpr const char* kWhoseWords =
    "resp|respondent|respondents|interviewee|participant|beneficiary|hh|hhh|hoh|household|head|member|person|child|"
    "spouse|"
    "husband|wife|mother|father|caregiver|guardian|contact|my|your|the|of|no|nr|num|number|numbers|alt|alternative|"
    "primary|"
    "secondary|second|main|other|work|personal|private";

// Rules whose words are too common to look for inside a longer question text; they must be the whole name.
const std::set<std::string> kWholeNameOnly = {"start", "end",       "audit",   "contact", "respondent", "phone",
                                              "gps",   "telephone", "address", "photo",   "passport",   "email"};
const std::set<std::string> kServerMeta = {"id",
                                           "uuid",
                                           "submission time",
                                           "submitted by",
                                           "status",
                                           "tags",
                                           "notes",
                                           "validation status",
                                           "version",
                                           "xform id string",
                                           "meta/instanceid",
                                           "meta/rootuuid",
                                           "instanceid",
                                           "rootuuid",
                                           "instancename",
                                           "key",
                                           "parent key",
                                           "deviceid",
                                           "duration",
                                           "bamboo dataset id",
                                           "attachments",
                                           "geolocation",
                                           "submitterid",
                                           "submittername",
                                           "submissiondate",
                                           "edits",
                                           "reviewstate",
                                           "attachmentspresent",
                                           "attachmentsexpected",
                                           "media count",
                                           "total media",
                                           "media all received",
                                           "formversion",
                                           "x uuid",
                                           "x id"};

std::optional<IdentifierClass> class_of_type(const std::string& type) {
  static const std::array<std::pair<const char*, IdentifierClass>, 24> kTypes = {
      {{"geopoint", IdentifierClass::kLocation},   {"geotrace", IdentifierClass::kLocation},
       {"geoshape", IdentifierClass::kLocation},   {"start-geopoint", IdentifierClass::kLocation},
       {"gps", IdentifierClass::kLocation},        {"background-geopoint", IdentifierClass::kLocation},
       {"deviceid", IdentifierClass::kDevice},     {"imei", IdentifierClass::kDevice},
       {"subscriberid", IdentifierClass::kDevice}, {"simserial", IdentifierClass::kDevice},
       {"phonenumber", IdentifierClass::kDevice},  {"username", IdentifierClass::kMeta},
       {"email", IdentifierClass::kContact},       {"audit", IdentifierClass::kMeta},
       {"start", IdentifierClass::kMeta},          {"end", IdentifierClass::kMeta},
       {"image", IdentifierClass::kMedia},         {"photo", IdentifierClass::kMedia},
       {"audio", IdentifierClass::kMedia},         {"video", IdentifierClass::kMedia},
       {"file", IdentifierClass::kMedia},          {"background-audio", IdentifierClass::kMedia},
       {"barcode", IdentifierClass::kDocument},    {"signature", IdentifierClass::kMedia}}};
  for (const auto& [name, kind] : kTypes)
    if (type == name) return kind;
  return std::nullopt;
}

// Every word of `phrase` one after another in `words`.
bool contains_phrase(const std::vector<std::string>& words, const std::vector<std::string>& phrase) {
  return !phrase.empty() && std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

std::vector<std::string> words_of(std::string_view textual) {
  std::string plain = text::fold(textual);
  for (char& c : plain)
    if (std::string_view("/.,:;?!()[]{}'\"-*#<>").find(c) != std::string_view::npos) c = ' ';
  return text::split_words(plain);
}

std::optional<IdentifierClass> class_of_words(const std::vector<std::string>& words, bool is_name) {
  if (words.empty()) return std::nullopt;
  for (const WordRule& rule : kWordRules)
    for (const std::string& alternative : text::split(rule.words, '|')) {
      const std::vector<std::string> phrase = words_of(alternative);
      const bool whole_only = kWholeNameOnly.contains(text::fold(alternative)) || phrase.size() == 1;
      if (whole_only
              ? (is_name && words == phrase) || (is_name && phrase.size() == 1 && words.size() <= 3 &&
                                                 !kWholeNameOnly.contains(phrase[0]) && contains_phrase(words, phrase))
              : contains_phrase(words, phrase))
        return rule.kind;
    }
  return std::nullopt;
}

bool is_one_of(const std::string& word, const char* alternatives) {
  const std::vector<std::string> known = text::split(alternatives, '|');
  return std::any_of(known.begin(), known.end(), [&](const std::string& one) { return text::fold(one) == word; });
}

// "1", "q7", "2a": numbering, without a meaning of its own.
bool is_numbering(const std::string& word) {
  return word.size() <= 4 && std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool only_says_whose(const std::vector<std::string>& words, const char* subject) {
  std::size_t subjects = 0;
  for (const std::string& word : words) {
    if (is_one_of(word, subject))
      ++subjects;
    else if (!is_numbering(word) && !is_one_of(word, kWhoseWords))
      return false;
  }
  return subjects == 1;
}

// Numbers that no telephone number is among, such as yes and no of a question about owning a telephone.
bool holds_small_numbers(const data::Column* values) {
  if (values == nullptr || !values->is_numeric()) return false;
  return std::all_of(values->numbers.begin(), values->numbers.end(),
                     [](double value) { return std::isnan(value) || std::abs(value) < 10000; });
}

std::optional<IdentifierClass> class_of_subject(const std::vector<std::string>& words, const ColumnFacts& facts) {
  if (holds_small_numbers(facts.values)) return std::nullopt;
  const bool is_text =
      facts.question_type.empty() || facts.question_type == "text" || facts.question_type == "calculate";
  if (is_text && only_says_whose(words, kNameWords)) return IdentifierClass::kName;
  if ((is_text || facts.question_type == "integer") && only_says_whose(words, kContactWords))
    return IdentifierClass::kContact;
  return std::nullopt;
}

bool looks_like_phone(std::string_view value) {
  std::size_t digits = 0;
  for (const char c : value) {
    if (c >= '0' && c <= '9')
      ++digits;
    else if (std::string_view("+-() .").find(c) == std::string_view::npos)
      return false;
  }
  return digits >= 9 && digits <= 15;
}

bool looks_like_email(std::string_view value) {
  const std::size_t at = value.find('@');
  return at != std::string_view::npos && at > 0 && value.find('.', at) != std::string_view::npos &&
         value.find(' ') == std::string_view::npos;
}

bool looks_like_position(std::string_view value) {
  const auto parts = text::split_words(value);
  if (parts.size() < 2 || parts.size() > 4) return false;
  const auto latitude = text::parse_number(parts[0]);
  const auto longitude = text::parse_number(parts[1]);
  return latitude && longitude && parts[0].find('.') != std::string::npos && *latitude >= -90 && *latitude <= 90 &&
         *longitude >= -180 && *longitude <= 180;
}

// Whole numbers without an exponent, so that their digits can be counted.
std::string plain_text(const data::Column& column, std::size_t row) {
  if (!column.is_numeric()) return column.text_at(row);
  const double value = column.numbers[row];
  const bool is_whole = value >= 0 && value < 1e15 && value == std::floor(value);
  return is_whole ? text::format_fixed(value, 0) : "";
}

std::optional<std::pair<IdentifierClass, const char*>> class_of_values(const data::Column& column) {
  if (column.type == data::ColumnType::kDate || column.type == data::ColumnType::kDateTime) return std::nullopt;
  std::array<std::size_t, 3> hits{};
  std::size_t answers = 0;
  for (std::size_t row = 0; row < column.size() && answers < 500; ++row) {
    if (column.is_missing(row)) continue;
    const std::string value = text::trim(plain_text(column, row));
    if (value.empty() && !column.is_numeric()) continue;
    ++answers;
    hits[0] += looks_like_phone(value);
    hits[1] += looks_like_email(value);
    hits[2] += looks_like_position(value);
  }
  if (answers < 3) return std::nullopt;
  const auto most = [&](std::size_t count) { return count * 10 >= answers * 6; };
  if (most(hits[0])) return {{IdentifierClass::kContact, "the answers look like phone numbers"}};
  if (most(hits[1])) return {{IdentifierClass::kContact, "the answers look like e-mail addresses"}};
  if (most(hits[2])) return {{IdentifierClass::kLocation, "the answers look like coordinates"}};
  return std::nullopt;
}

}  // namespace

const char* identifier_class_name(IdentifierClass kind) {
  constexpr std::array<const char*, 7> kNames = {"name", "contact", "location", "device", "meta", "media", "document"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<IdentifierFinding> classify_column(const ColumnFacts& facts) {
  if (const auto kind = class_of_type(facts.question_type))
    return IdentifierFinding{facts.name, *kind, "the form's question type " + facts.question_type};
  const std::string folded = text::fold(facts.name);
  if ((facts.name.starts_with("_") || facts.question_type.empty()) && kServerMeta.contains(folded))
    return IdentifierFinding{facts.name, IdentifierClass::kMeta, "a field that the server adds"};
  // An answer picked from a list is not an identifier, whatever its question is called.
  const bool picked = facts.question_type.starts_with("select") || facts.question_type == "range" ||
                      facts.question_type == "rank" || facts.question_type == "acknowledge" ||
                      facts.question_type == "note";
  if (picked) return std::nullopt;
  const auto by_name = class_of_words(words_of(facts.name), true);
  if (by_name == IdentifierClass::kContact && holds_small_numbers(facts.values)) return std::nullopt;
  if (const auto kind = by_name) return IdentifierFinding{facts.name, *kind, "the words of the column's name"};
  if (const auto kind = class_of_subject(words_of(facts.name), facts))
    return IdentifierFinding{facts.name, *kind, "the words of the column's name"};
  for (const std::string& label : facts.labels)
    if (const auto kind = class_of_subject(words_of(label), facts))
      return IdentifierFinding{facts.name, *kind, "the words of the question"};
  if (facts.values == nullptr || facts.values->type != data::ColumnType::kCategory)
    for (const std::string& label : facts.labels)
      if (const auto kind = class_of_words(words_of(label), false))
        return IdentifierFinding{facts.name, *kind, "the words of the question"};
  if (facts.values != nullptr)
    if (const auto kind = class_of_values(*facts.values))
      return IdentifierFinding{facts.name, kind->first, kind->second};
  return std::nullopt;
}

}  // namespace hamdil::protect
