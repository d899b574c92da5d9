#include "protect/identifiers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "protect/identifiers_values.hpp"
#include "protect/identifiers_words.hpp"

namespace hamdil::protect {
namespace {

using enum IdentifierClass;

// What the answers must look like for the words to hold.
enum class Needs : std::uint8_t {
  kAny,         // anything but yes and no and coded answers
  kLong,        // numbers count only from 10,000 in size: a telephone, a paper, an account
  kText,        // no numbers
  kOwnWords,    // no numbers and no few answers that everybody repeats: a person's name, not a sex or a relation
  kNumberOrId,  // long numbers or texts with digits, or nearly everybody has one of their own
  kBirthDay,    // no age and no year
  kDegrees,     // a number within +-180 that is not whole
};

enum class Match : std::uint8_t {
  kAlone,     // the name or a label says that and else only whose or which one
  kAnywhere,  // somewhere in the name or a label, unless the question asks whether, how many or how often
  kInName,    // the same, in the name only
};

struct Rule {
  IdentifierClass kind;
  Match match;
  Needs needs;
  Phrases phrases;
};

// Written as people write question names and labels. More exact rules stand above wider ones.
const std::vector<Rule>& rules() {
  using enum Match;
  static const std::vector<Rule> kRules = {
      // Documents, cases, accounts: before telephone and name, whose words are common ("account name").
      {kAccount, kAnywhere, Needs::kNumberOrId,
       Phrases("bank account|account number|iban|card number|mobile money number|mobile money account|номер "
               "счета|банковский счет|расчетный счет|раками хисоб|хисоби бонки|شماره حساب|حساب بانکی|نمبر حساب|رقم "
               "الحساب|الحساب البنکی|compte bancaire|numero de compte|cuenta bancaria|numero de cuenta")},
      {kAccount, kAlone, Needs::kNumberOrId,
       Phrases("account|account no|account nr|account number|bank account|iban|wallet number|m paisa|mpaisa")},
      {kDocument, kAnywhere, Needs::kNumberOrId,
       Phrases("passport number|national id|nationalid|national identification|id number|id card number|identity "
               "card|identity number|identity document number|tazkira number|tazkera number|e tazkira|registration "
               "number|unhcr number|unhcr id|case number|case id|caseid|progres id|progres|progress id "
               "unhcr|individual number|ration card number|file number unhcr|asylum certificate number|tax "
               "number|birth certificate number|социальный номер|номер паспорта|паспортные данные|номер "
               "удостоверения|номер дела|инн|раками шиноснома|раками паспорт|раками парванда|شماره پاسپورت|شماره "
               "تذکره|نمبر تذکره|شماره کارت|شماره ثبت|شماره قضیه|نمبر قضیه|رقم الهویه|رقم الجواز|رقم القضیه|رقم "
               "الملف|رقم التسجیل|numero de passeport|numero de dossier|numero d identite|numero d "
               "identification|numero de pasaporte|numero de identidad|numero de expediente|numero de registro")},
      {kDocument, kAlone, Needs::kNumberOrId,
       Phrases("passport|passport number|passport no|id no|id number|reg no|registration no|unhcr no|id "
               "card|idcard|national id|nid|tazkira|tazkera|taskira|tazkirah|taskera|unhcr id|unhcr|case "
               "id|caseid|case number|case no|case nr|progres id|progres|pro gres|pro gres id|individual id|individual "
               "number|individual no|registration id|registration|registration number|ration "
               "card|паспорт|удостоверение|удостоверение личности|шиноснома|парванда|تذکره|تذکرە|پاسپورت|گذرنامه|کارت "
               "هویت|قضیه|هویه|الهویه|جواز السفر|بطاقه الهویه|passeport|carte d "
               "identite|pasaporte|cedula|dni|pasport|shinosnoma|shinosnomai|udostoverenie|jawaz|hawiya|дело|delo|"
               "دوسیه|شناسنامه")},
      // Birth.
      {kBirth, kAnywhere, Needs::kBirthDay,
       Phrases("date of birth|birth date|birthdate|birthday|birth day|date birth|dateofbirth|day of birth|дата "
               "рождения|день рождения|санаи таваллуд|рузи таваллуд|таърихи таваллуд|تاریخ تولد|روز تولد|تاریخ "
               "ولادت|تاریخ المیلاد|تاریخ میلاد|date de naissance|fecha de nacimiento")},
      {kBirth, kAlone, Needs::kBirthDay,
       Phrases("dob|d o b|birth|born|таваллуд|تولد|naissance|nacimiento|tavallud|tawalod|tawallud|sanai "
               "tavallud|tarikh tawalod|tarikhe tawalod|data rozhdeniya|den rozhdeniya")},
      // Contact.
      {kContact, kAnywhere, Needs::kLong,
       Phrases("mobile number|mobile phone|phone number|telephone number|phonenumber|cell number|contact "
               "number|contact details|contact info|contact phone|email address|e mail address|номер "
               "телефона|телефонный номер|контактный телефон|электронная почта|раками телефон|ракам телефон|почтаи "
               "электронӣ|شماره تماس|شماره تلفن|شماره تلفون|شماره تلیفون|شماره موبایل|شماره مبایل|نمبر تلفون|نمبر "
               "تلیفون|نمبر موبایل|نمبر مبایل|نمبر تماس|رقم الهاتف|رقم هاتف|رقم الجوال|رقم التواصل|البرید "
               "الالکترونی|numero de telephone|courrier electronique|numero de telefono|correo electronico")},
      {kContact, kAnywhere, Needs::kText,
       Phrases("home address|street address|address of respondent|residential address|адрес проживания|домашний "
               "адрес|суроғаи хона|نشانی منزل|ادرس خانه|عنوان السکن|adresse du domicile|direccion del domicilio")},
      {kContact, kAlone, Needs::kLong,
       Phrases(
           "phone|phones|tel|telephone|mobile|mobiles|cell|cellphone|cellular|handphone|phonenumber|whatsapp|telegram|"
           "viber|imo|facebook|instagram|twitter|skype|email|emails|mail|e mail|телефон|телефони|мобильный|мобильный "
           "телефон|вотсап|тилфон|تلفن|تلفون|تلیفون|تیلفون|ټلیفون|موبایل|مبایل|موبائل|موبیل|ایمیل|واتساپ|هاتف|الهاتف|"
           "جوال|الجوال|واتساب|telefono|celular|movil|telephone "
           "portable|portable|correo|courriel|telefon|telefoni|tilifon|telifon|tilfon|mobayl|mobail|mobil|hatif|jawal|"
           "nomer telefona|raqami telefon|raqam telefon|shumara tamas|shumora tamos|shumare tamas|raqam "
           "hatif|телеграм|телеграмм|تلگرام|تلغرام|pochta|email address")},
      {kContact, kAlone, Needs::kNumberOrId,
       Phrases("نمبر|شماره تماس|نمبر تماس|contact|contacts|контакт|контакты|تماس")},
      {kContact, kAlone, Needs::kText,
       Phrases("address|addresses|home address|street|street "
               "name|адрес|улица|суроға|нишонӣ|кӯча|ادرس|آدرس|نشانی|کوچه|العنوان|الشارع|adresse|rue|direccion|calle|"
               "postal address|почта|adres|manzil|sugha|nishoni|ulitsa")},
      {kContact, kAnywhere, Needs::kAny,
       Phrases("house number|house no|house nr|houseno|house num|home number|flat number|apartment number|номер "
               "дома|номер квартиры|раками хона|хонаи раками|شماره خانه|نمبر خانه|شماره منزل|رقم المنزل|رقم "
               "البیت|numero de maison|numero de la maison|numero de casa|numero de la casa")},
      // Position.
      {kLocation, kInName, Needs::kDegrees, Phrases("latitude|longitude|широта|долгота|عرض جغرافیایی|طول جغرافیایی")},
      {kLocation, kAlone, Needs::kDegrees, Phrases("lat|latitude|lon|lng|longitude|широта|долгота")},
      {kLocation, kAlone, Needs::kText,
       Phrases("gps|geopoint|geolocation|coordinates|coords|gps coordinates|exact location|gps "
               "location|coordenadas|coordonnees|координаты|координатҳо|مختصات|الاحداثیات")},
      {kLocation, kAnywhere, Needs::kText, Phrases("gps coordinates|gps location|exact location|gps point|точка gps")},
      {kLocation, kInName, Needs::kAny, Phrases("gps altitude|gps precision|gps accuracy")},
      // Devices.
      {kDevice, kAnywhere, Needs::kNumberOrId,
       Phrases("device id|deviceid|imei|subscriber id|subscriberid|simserial|sim serial|simid|sim number|mac "
               "address|ip address|ipaddress|ip addr|ip адрес")},
      {kDevice, kAlone, Needs::kNumberOrId, Phrases("ip|imei|imei number|mac address|device|ipv4")},
      // Pictures, voices, signatures.
      {kMedia, kAlone, Needs::kText,
       Phrases(
           "photo|signature|fingerprint|audio recording|voice recording|selfie|фото|подпись|имзо|عکس|امضا|صوره|توقیع")},
      // Names.
      {kName, kAnywhere, Needs::kText,
       Phrases("respondent name|name respondent|name of respondent|name of the respondent|full name|first name|last "
               "name|family name|your name|father name|fathers name|father s name|mother name|mother s name|hoh "
               "name|hhh name|name hoh|name of head|head name|name of the head|beneficiary name|name of "
               "beneficiary|leader name|chief name|elder name|imam name|mullah name|teacher name|landlord "
               "name|neighbour name|relative name|name of leader|name of the leader|name of chief|name of the "
               "chief|name of elder|name of the elder|name of imam|focal point name|name of focal point|name of the "
               "focal point|interviewee name|name of interviewee|participant name|name of participant|name of the "
               "participant|contact person|name of contact|informant name|name of informant|patient name|spouse "
               "name|husband name|wife name|caregiver name|child name|name of child|member name|nom et prenom|nom de "
               "famille|nom du repondant|nombre completo|nombre del encuestado|имя респондента|имя и фамилия|фамилия "
               "имя|ному насаб|номи пурра|номи мусохибашаванда|نام پاسخ دهنده|نام و تخلص|نام پدر|نام خانوادگی|نام "
               "مکمل|نام کامل|الاسم الکامل|اسم المجیب|اسم المستجیب|اسم رب الاسره|اسم العائله")},
      {kName, kAlone, Needs::kText,
       Phrases("name|names|fullname|firstname|lastname|surname|surnames|nickname|respondent|prenom|nom|apellido|"
               "apellidos|nombre|имя|фамилия|отчество|фио|ном|насаб|номи пурра|نام|تخلص|اسم|الاسم|نام و نام "
               "خانوادگی|imya|familiya|otchestvo|fio|nasab|nam|ism|laqab|takhallus|nomi purra|nom va nasab|ному "
               "насаб|nam wa takhallus|nam e padar|nam padar")},
      {kName, kAlone, Needs::kOwnWords,
       Phrases("household head|hh head|hhhead|head of household|head of the household|head of hh|hoh|hhh|head of "
               "family|family head|respondent household head|глава семьи|глава домохозяйства|сардори оила|رئیس "
               "خانواده|سرپرست خانوار|سرپرست خانواده|رییس فامیل|رب الاسره|chef de menage|chef du menage|jefe de "
               "hogar|jefe del hogar")},
      // What servers and programs add.
      {kMeta, kInName, Needs::kAny,
       Phrases(
           "submitted by|submission uuid|instanceid|instance id|instance name|rootuuid|root uuid|formhub "
           "uuid|submission time|submissiondate|submission date|username|user name|submittername|submitterid|uuid")},
      {kMeta, kAlone, Needs::kAny,
       Phrases("audit|audit url|starttime|endtime|start time|end time|start|end|start datetime|end datetime")},
  };
  return kRules;
}

// Only beside these words a latitude stays one.
const Phrases& geo_words() {
  static const Phrases kWords(
      "gps|geo|geopoint|point|coord|coords|coordinate|coordinates|location|home|house|dwelling|wgs84|wgs|dd|decimal|"
      "degrees|start|координаты|مختصات");
  return kWords;
}

const Phrases& enumerator_words() {
  static const Phrases kWords(
      "enumerator|enumerators|enumerater|enum|interviewer|interviewers|surveyor|data "
      "collector|enqueteur|enquetrice|enqueteuse|encuestador|encuestadora|интервьюер|интервьюера|анкетер|опрашивающий|"
      "пурсанда|пурсандаи|мусохибагиранда|пурсишгар|پرسشگر|مصاحبه گر|مصاحبه گیرنده|سروی کننده|سرویگر|الباحث|جامع "
      "البیانات|العداد|عداد|pursanda|intervyuer|anketer|pursishgar");
  return kWords;
}
const Phrases& enumerator_extras() {
  static const Phrases kWords(
      "name|names|id|ids|code|initials|nom|nombre|имя|код|ном|номи|рамзи|نام|کد|کود|اسم|رمز|e|r|rice|enumerator|"
      "interviewer|l|de");
  return kWords;
}

const Phrases& record_words() {
  static const Phrases kWords(
      "id|key|record id|recordid|record|row id|rowid|row number|row no|row|submission id|submissionid|response "
      "id|responseid|interview id|interview key|questionnaire id|questionnaire number|questionnaire no|form "
      "number|form no|serial|serial number|serial no|respondent id|respondentid|household id|hh id|hhid|household "
      "number|household code|hh no|hh number|beneficiary id|person id|personid|participant id|member id|unique "
      "id|uniqueid|unique identifier|survey id|sample id|номер анкеты|код респондента|id респондента|раками "
      "саволнома|شماره|شماره فورم|نمبر فورم|رقم الاستماره|numero de questionnaire|numero de cuestionario");
  return kWords;
}

struct Proxy {
  const char* what;
  bool in_labels;  // the phrase stands for it also inside a question's text
  Phrases phrases;
};

// Fields that tell, or stand for, which side somebody is thought to belong to (content: never_stored).
const std::vector<Proxy>& proxies() {
  static const std::vector<Proxy> kProxies = {
      {"the camp or centre of origin", true,
       Phrases(
           "camp of origin|centre of origin|center of origin|camp or centre of origin|camp or center of origin|which "
           "camp did you come from|лагерь происхождения|из какого лагеря|аз кадом лагер|кампи пайдоиш|کمپ مبدا|از کدام "
           "کمپ|مخیم الاصل|من ای مخیم|camp d origine|centre d origine|campamento de origen|centro de origen")},
      {"the camp or centre of origin", false,
       Phrases("origin camp|camp origin|previous camp|former camp|detention centre|detention center|detention "
               "camp|прежний лагерь|лагери пештара|کمپ قبلی|کمپ اصلی|المخیم السابق|مرکز الاحتجاز|centre de "
               "detention|centro de detencion")},
      {"a security clearance", false,
       Phrases("security clearance|security clearance status|security clearance result|security screening|security "
               "screening result|security vetting|vetting|vetting status|допуск безопасности|проверка "
               "безопасности|тасдиқи амният|санҷиши амниятӣ|تصفیه امنیتی|تاییدیه امنیتی|بررسی امنیتی|التصریح "
               "الامنی|تصریح امنی|التدقیق الامنی|تدقیق امنی|habilitation de securite|controle de securite|autorizacion "
               "de seguridad|control de seguridad")},
      {"a perceived affiliation", true,
       Phrases("perceived affiliation|family affiliation|armed group affiliation|affiliation with armed|affiliated "
               "with armed|affiliation with isis|affiliation with taliban|isis affiliation|isil affiliation|taliban "
               "affiliation|isis family|принадлежность к группировке|связь с боевиками|мансубият ба гурӯҳ|وابستگی به "
               "گروه مسلح|ارتباط با گروه مسلح|الانتماء المتصور|عوائل داعش|affiliation percue|afiliacion percibida")},
  };
  return kProxies;
}

const Phrases& tribe_words() {
  static const Phrases kWords(
      "tribe|sub tribe|subtribe|tribal group|clan|sub "
      "clan|subclan|lineage|племя|род|клан|кабила|авлод|قبیله|طایفه|عشیره|العشیره|القبیله|tribu|clan "
      "familial|qabila|qabela|avlod|qawm wa qabila");
  return kWords;
}
const Phrases& village_words() {
  static const Phrases kWords(
      "village|settlement|hamlet|mahalla|mahallah|neighbourhood|neighborhood|деревня|село|кишлак|махалля|деха|махалла|"
      "قریه|قشلاق|محله|القریه|قریة|village id|villages|aldea|pueblo|caserio|localite|community "
      "name|deha|qishloq|kishlak|qarya|qaria|selo|derevnya");
  return kWords;
}

// Names of server fields that are common words of surveys, too: only with the server's underscore.
const std::set<std::string> kServerFields = {"id",
                                             "uuid",
                                             "submission time",
                                             "submitted by",
                                             "status",
                                             "tags",
                                             "notes",
                                             "validation status",
                                             "version",
                                             "xform id string",
                                             "key",
                                             "parent key",
                                             "duration",
                                             "bamboo dataset id",
                                             "attachments",
                                             "geolocation",
                                             "edits",
                                             "index",
                                             "parent index",
                                             "parent table name"};
// Names that no question has.
const std::set<std::string> kServerNames = {"meta/instanceid",
                                            "meta/rootuuid",
                                            "instanceid",
                                            "rootuuid",
                                            "instancename",
                                            "version",
                                            "parent key",
                                            "deviceid",
                                            "submitterid",
                                            "submittername",
                                            "submissiondate",
                                            "submission time",
                                            "submitted by",
                                            "validation status",
                                            "xform id string",
                                            "bamboo dataset id",
                                            "reviewstate",
                                            "attachmentspresent",
                                            "attachmentsexpected",
                                            "media count",
                                            "total media",
                                            "media all received",
                                            "formversion",
                                            "x uuid",
                                            "x id",
                                            "uuid"};

std::optional<IdentifierClass> class_of_type(const std::string& type) {
  static const std::array<std::pair<const char*, IdentifierClass>, 24> kTypes = {
      {{"geopoint", kLocation},   {"geotrace", kLocation},
       {"geoshape", kLocation},   {"start-geopoint", kLocation},
       {"gps", kLocation},        {"background-geopoint", kLocation},
       {"deviceid", kDevice},     {"imei", kDevice},
       {"subscriberid", kDevice}, {"simserial", kDevice},
       {"phonenumber", kDevice},  {"username", kMeta},
       {"email", kContact},       {"audit", kMeta},
       {"start", kMeta},          {"end", kMeta},
       {"image", kMedia},         {"photo", kMedia},
       {"audio", kMedia},         {"video", kMedia},
       {"file", kMedia},          {"background-audio", kMedia},
       {"barcode", kDocument},    {"signature", kMedia}}};
  for (const auto& [name, kind] : kTypes)
    if (type == name) return kind;
  return std::nullopt;
}

bool is_picked(const ColumnFacts& facts) {
  return facts.question_type.starts_with("select") || facts.question_type == "range" || facts.question_type == "rank" ||
         facts.question_type == "acknowledge";
}

// Whether the answers, or before there are any the question's type, can be what the words say.
bool answers_fit(const ColumnFacts& facts, const ValueShape& shape, Needs needs) {
  const std::string& type = facts.question_type;
  const bool is_date_type = type == "date" || type == "datetime" || type == "time";
  const bool is_number_type = type == "integer" || type == "decimal";
  const bool is_date = facts.values != nullptr && (facts.values->type == data::ColumnType::kDate ||
                                                   facts.values->type == data::ColumnType::kDateTime);
  if (is_date || (is_date_type && !shape.known)) return needs == Needs::kBirthDay || needs == Needs::kAny;
  if (shape.yes_no || (shape.known && shape.coded)) return false;
  const bool numeric = shape.known ? shape.numeric : is_number_type;
  switch (needs) {
    case Needs::kAny:
      return true;
    case Needs::kLong:
      return !shape.small_numbers;
    case Needs::kText:
      return !numeric;
    case Needs::kOwnWords: {
      if (!shape.known) return type == "text" || type == "calculate" || type.empty();
      constexpr std::size_t kFew = 12;
      return !numeric &&
             (facts.values->type == data::ColumnType::kText || shape.distinct > kFew || shape.mostly_distinct());
    }
    case Needs::kNumberOrId:
      if (!shape.known) return true;
      return shape.mostly_distinct() || (shape.numeric ? !shape.small_numbers : shape.with_digits);
    case Needs::kBirthDay:
      return !numeric || (shape.known && shape.most > 10000);
    case Needs::kDegrees:
      return !shape.known ? numeric || type.empty() || type == "text" || type == "calculate"
                          : numeric && shape.fractional && shape.least >= -180 && shape.most <= 180;
  }
  return false;
}

const char* why_of(bool is_name) { return is_name ? "the words of the column's name" : "the words of the question"; }

std::optional<IdentifierFinding> by_rules(const ColumnFacts& facts, const ValueShape& shape, const Words& words,
                                          bool is_name) {
  const bool whether = asks_whether(words, is_name);
  for (const Rule& rule : rules()) {
    const bool says = rule.match == Match::kAlone
                          ? rule.phrases.alone_in(words, rule.kind == kLocation ? &geo_words() : nullptr)
                          : (is_name || rule.match == Match::kAnywhere) && !whether && rule.phrases.in(words);
    // In the text of a question only what was written freely can be it.
    if (says && answers_fit(facts, shape, rule.needs) && (is_name || !(rule.kind == kMeta)))
      return IdentifierFinding{facts.name, rule.kind, why_of(is_name)};
  }
  return std::nullopt;
}

// Somebody who asked the questions. Their effect on answers must stay computable, so a pseudonym stays.
std::optional<IdentifierFinding> as_enumerator(const ColumnFacts& facts, const ValueShape& shape) {
  const bool is_date = facts.values != nullptr && (facts.values->type == data::ColumnType::kDate ||
                                                   facts.values->type == data::ColumnType::kDateTime);
  if (shape.yes_no || shape.fractional || is_date || facts.question_type.starts_with("select_multiple"))
    return std::nullopt;
  const auto is_one = [&](const std::string& textual) {
    return enumerator_words().alone_in(words_of(textual), &enumerator_extras());
  };
  const bool named = is_one(facts.name);
  if (!named && !std::any_of(facts.labels.begin(), facts.labels.end(), is_one)) return std::nullopt;
  return IdentifierFinding{facts.name, kMeta, std::string(why_of(named)) + "; a pseudonym stays in the dataset",
                           Treatment::kPseudonymise};
}

// A number of the record that leads back to the list it came from. In the rows of persons it goes; where rows share it
// (a household, a roster) a pseudonym links them.
std::optional<IdentifierFinding> as_record_number(const ColumnFacts& facts, const ValueShape& shape) {
  static const Phrases kBare("no|nr|num|number|sn|номер|раками|ردیف");  // with nothing beside it
  const Words words = words_of(facts.name);
  const bool bare = (words.size() == 1 && kBare.has_word(words[0])) ||
                    (words.size() == 2 && (words[0] == "s" || words[0] == "sl") && words[1] == "no");
  if ((!(bare && shape.known) && !record_words().alone_in(words)) || shape.fractional || (shape.known && shape.coded))
    return std::nullopt;
  constexpr std::size_t kFew = 20;
  if (shape.known && !shape.mostly_distinct() && (shape.distinct <= kFew || shape.yes_no)) return std::nullopt;
  IdentifierFinding out{facts.name, kMeta, "the number of a record, which would undo the pseudonyms"};
  if (facts.is_main ? shape.known && !shape.mostly_distinct() : true) {
    out.treatment = Treatment::kPseudonymise;
    out.why += "; a pseudonym stays in the dataset";
  }
  return out;
}

std::optional<IdentifierFinding> as_proxy(const ColumnFacts& facts, const ValueShape& shape) {
  for (const Proxy& proxy : proxies()) {
    const Words name = words_of(facts.name);
    bool says = proxy.phrases.alone_in(name) || (proxy.in_labels && proxy.phrases.in(name));
    for (const std::string& label : facts.labels) {
      const Words words = words_of(label);
      says = says || proxy.phrases.alone_in(words) || (proxy.in_labels && proxy.phrases.in(words));
    }
    if (says && !(shape.known && shape.fractional))
      return IdentifierFinding{facts.name, kAffiliation,
                               std::string(proxy.what) + " may not be kept about persons; it is stored nowhere",
                               Treatment::kDrop};
  }
  return std::nullopt;
}

bool is_server_field(const ColumnFacts& facts) {
  const std::string folded = text::fold(facts.name);
  if (facts.name.starts_with("_")) return kServerFields.contains(folded) || kServerNames.contains(folded);
  return facts.question_type.empty() && folded != "version" && kServerNames.contains(folded);
}

}  // namespace

const char* identifier_class_name(IdentifierClass kind) {
  constexpr std::array<const char*, 10> kNames = {"name",  "contact",  "location", "device", "meta",
                                                  "media", "document", "account",  "birth",  "affiliation"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<IdentifierFinding> classify_column(const ColumnFacts& facts) {
  if (const auto kind = class_of_type(facts.question_type))
    return IdentifierFinding{facts.name, *kind, "the form's question type " + facts.question_type};
  if (facts.question_type == "note") return std::nullopt;
  if (is_server_field(facts)) return IdentifierFinding{facts.name, kMeta, "a field that the server adds"};
  const ValueShape shape = shape_of(facts.values);
  if (auto found = as_proxy(facts, shape)) return found;
  if (auto found = as_enumerator(facts, shape)) return found;
  // An answer picked from a list is not an identifier, whatever its question is called.
  if (is_picked(facts)) return std::nullopt;
  if (auto found = by_rules(facts, shape, words_of(facts.name), true)) return found;
  if (auto found = as_record_number(facts, shape)) return found;
  for (const std::string& label : facts.labels)
    if (auto found = by_rules(facts, shape, words_of(label), false)) return found;
  return recognise_by_values(facts);
}

bool names_enumerator(const std::string& column) { return enumerator_words().in(words_of(column)); }

std::vector<std::optional<IdentifierFinding>> classify_columns(const std::vector<ColumnFacts>& columns) {
  static const Phrases kLong("long");
  std::vector<std::optional<IdentifierFinding>> out;
  bool has_latitude = false, has_village = false;
  for (const ColumnFacts& facts : columns) {
    out.push_back(classify_column(facts));
    const Words words = words_of(facts.name);
    has_latitude = has_latitude || (out.back() && out.back()->kind == kLocation);
    has_village = has_village || village_words().in(words);
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (out[i]) continue;
    const Words words = words_of(columns[i].name);
    if (has_latitude && kLong.alone_in(words, &geo_words()) &&
        answers_fit(columns[i], shape_of(columns[i].values), Needs::kDegrees))
      out[i] = IdentifierFinding{columns[i].name, kLocation, "a longitude beside a latitude"};
    if (has_village && tribe_words().alone_in(words))
      out[i] = IdentifierFinding{columns[i].name, kAffiliation,
                                 "a tribe together with a village may not be kept about persons; it is stored nowhere",
                                 Treatment::kDrop};
  }
  return out;
}

}  // namespace hamdil::protect
