#include "services/demo/form.hpp"

#include <array>

namespace hamdil::services::demo {
namespace {

using Row = std::vector<std::string>;

// One line of the survey sheet. The Tajik and Dari texts are drafts that need native review.
struct Question {
  const char* type;
  const char* name;
  const char* english;
  const char* tajik;
  const char* dari;
  const char* relevant = "";
  const char* constraint = "";
  const char* item = "";  // id in the framework library
};

constexpr auto kQuestions = std::to_array<Question>({
    {"start", "start", "", "", ""},
    {"end", "end", "", "", ""},
    {"today", "today", "", "", ""},
    {"deviceid", "deviceid", "", "", ""},
    {"begin_group", "place", "Place", "Ҷой", "محل"},
    {"select_one enumerator", "enumerator", "Enumerator", "Пурсанда", "مصاحبه‌گر"},
    {"select_one district", "district", "District", "Ноҳия", "ولسوالی"},
    {"select_one settlement", "settlement", "Settlement", "Маҳалла", "قریه"},
    {"select_one group", "group", "Which group does the household belong to?", "Оила ба кадом гурӯҳ тааллуқ дорад?",
     "خانواده به کدام گروه تعلق دارد؟"},
    {"select_one yes_no", "consent", "Do you agree to take part? You may stop at any time.",
     "Оё шумо розӣ ҳастед, ки иштирок кунед? Шумо метавонед дар ҳар вақт қатъ кунед.",
     "آیا موافق هستید که اشتراک کنید؟ هر زمان می‌توانید توقف کنید."},
    {"end_group", "", "", "", ""},
    {"begin_group", "person", "About you", "Дар бораи шумо", "درباره شما", "${consent} = 'yes'"},
    {"text", "respondent_name", "What is your name?", "Номи шумо чист?", "نام شما چیست؟"},
    {"text", "phone_number", "Phone number", "Рақами телефон", "شماره تلفن"},
    {"geopoint", "position", "Position of the dwelling", "Ҷойгиршавии манзил", "موقعیت خانه"},
    {"select_one sex", "sex", "Sex", "Ҷинс", "جنس"},
    {"integer", "age", "Age in years", "Синну сол", "سن به سال", "", ". >= 18 and . <= 99"},
    {"integer", "household_size", "How many people live in the household?", "Дар оила чанд нафар зиндагӣ мекунанд?",
     "چند نفر در خانواده زندگی می‌کنند؟"},
    {"begin_repeat", "children", "Children of school age", "Кӯдакони синни мактабӣ", "اطفال سن مکتب"},
    {"integer", "child_age", "Age of the child", "Синни кӯдак", "سن طفل"},
    {"select_one yes_no", "child_in_school", "Does the child go to school?", "Оё кӯдак ба мактаб меравад?",
     "آیا طفل به مکتب می‌رود؟"},
    {"end_repeat", "", "", "", ""},
    {"end_group", "", "", "", ""},
    {"begin_group", "views", "Living together", "Ҳамзистӣ", "زندگی باهمی", "${consent} = 'yes'"},
    {"select_one agree5", "trust_keep_word", "People of the other community keep their word.",
     "Одамони ҷомеаи дигар ба ваъдаи худ вафо мекунанд.",
     "مردم جامعه دیگر به قول خود وفا می‌کنند.", "", "", "own:trust1"},
    {"select_one agree5", "trust_help", "People of the other community would help me in need.",
     "Одамони ҷомеаи дигар дар ҳолати ниёз ба ман кӯмак мекунанд.",
     "مردم جامعه دیگر در وقت ضرورت به من کمک می‌کنند.", "", "", "own:trust2"},
    {"select_one agree5", "trust_children_play", "I let my children play with children of the other community.",
     "Ман иҷозат медиҳам, ки фарзандонам бо кӯдакони ҷомеаи дигар бозӣ кунанд.",
     "اجازه می‌دهم اطفالم با اطفال جامعه دیگر بازی کنند.", "", "",
     "own:trust3"},
    {"select_one agree5", "trust_careful", "One has to be careful with people of the other community.",
     "Бо одамони ҷомеаи дигар бояд эҳтиёткор бошем.", "با مردم جامعه دیگر باید محتاط بود.", "", "", "own:trust4"},
    {"select_one freq5", "contact_frequency", "How often do you talk with people of the other community?",
     "Шумо бо одамони ҷомеаи дигар чӣ қадар зуд-зуд сӯҳбат мекунед?",
     "چند وقت یک بار با مردم جامعه دیگر صحبت می‌کنید؟", "", "", "own:contact1"},
    {"select_one quality5", "contact_quality", "How are these contacts, on the whole?",
     "Ин муносибатҳо дар маҷмӯъ чӣ гунаанд?", "این تماس‌ها به طور کلی چگونه است؟", "", "",
     "own:contact2"},
    {"select_one comfort5", "comfort_neighbour", "How do you feel about a neighbour from the other community?",
     "Ба ҳамсоя аз ҷомеаи дигар чӣ гуна назар доред?", "در مورد همسایه از جامعه دیگر چه احساس دارید؟", "", "",
     "own:comfort1"},
    {"select_one comfort5", "comfort_colleague", "How do you feel about a colleague from the other community?",
     "Ба ҳамкор аз ҷомеаи дигар чӣ гуна назар доред?", "در مورد همکار از جامعه دیگر چه احساس دارید؟", "", "",
     "own:comfort2"},
    {"select_one comfort5", "comfort_family", "How do you feel about a family member from the other community?",
     "Ба хешованд аз ҷомеаи дигар чӣ гуна назар доред?", "در مورد عضو خانواده از جامعه دیگر چه احساس دارید؟", "", "",
     "own:comfort3"},
    {"select_one agree5", "picture_troublemakers", "People of the other community make trouble.",
     "Одамони ҷомеаи дигар мушкилот эҷод мекунанд.",
     "مردم جامعه دیگر مشکل ایجاد می‌کنند.", "", "", "own:picture1"},
    {"select_one agree5", "picture_contribute", "People of the other community contribute to life here.",
     "Одамони ҷомеаи дигар ба ҳаёти ин ҷо саҳм мегузоранд.", "مردم جامعه دیگر در زندگی اینجا سهم دارند.", "", "",
     "own:picture2"},
    {"select_one safe4", "safety_walking", "How safe do you feel walking alone after dark?",
     "Шабона танҳо роҳ гаштан барои шумо чӣ қадар бехатар аст?", "شبانه تنها قدم زدن برای شما چقدر امن است؟", "", "",
     "own:safety1"},
    {"select_one yes_no_dk", "insulted",
     "Have you been insulted in the last three months because of where you come from?",
     "Дар се моҳи охир шуморо барои аз куҷо буданатон таҳқир кардаанд?",
     "در سه ماه گذشته به خاطر جایی که از آن آمده‌اید به شما توهین "
     "شده "
     "است؟",
     "", "", "own:insulted"},
    {"select_multiple source", "sources", "Where do you hear news about the other community?",
     "Шумо дар бораи ҷомеаи дигар аз куҷо хабар мегиред?",
     "خبرها را درباره جامعه دیگر از کجا می‌شنوید؟"},
    {"select_one yes_no_dk", "joined_event", "Did you take part in a common event this year?",
     "Оё шумо имсол дар чорабинии муштарак иштирок кардед?", "آیا امسال در یک برنامه مشترک اشتراک کردید؟"},
    {"text", "remark", "Anything you want to add?", "Чизе илова кардан мехоҳед?",
     "چیزی می‌خواهید اضافه کنید؟"},
    {"end_group", "", "", "", ""},
    {"select_one yes_no_dk", "heard_of_programme", "Have you heard of the programme?",
     "Оё шумо дар бораи барнома шунидаед?", "آیا درباره برنامه شنیده‌اید؟",
     "${consent} = 'yes'"},
    {"note", "thanks", "Thank you.", "Ташаккур.", "تشکر."},
    {"calculate", "form_language", "", "", ""},
});

struct Choice {
  const char* list;
  const char* name;
  const char* english;
  const char* tajik;
  const char* dari;
};

constexpr auto kChoices = std::to_array<Choice>({
    {"yes_no", "yes", "Yes", "Ҳа", "بلی"},
    {"yes_no", "no", "No", "Не", "نخیر"},
    {"yes_no_dk", "yes", "Yes", "Ҳа", "بلی"},
    {"yes_no_dk", "no", "No", "Не", "نخیر"},
    {"yes_no_dk", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"yes_no_dk", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"sex", "female", "Female", "Зан", "زن"},
    {"sex", "male", "Male", "Мард", "مرد"},
    {"group", "refugee", "Refugee household", "Оилаи гуреза", "خانواده مهاجر"},
    {"group", "host", "Host household", "Оилаи маҳаллӣ", "خانواده میزبان"},
    {"agree5", "1", "Strongly disagree", "Комилан розӣ нестам", "کاملاً مخالف"},
    {"agree5", "2", "Disagree", "Розӣ нестам", "مخالف"},
    {"agree5", "3", "Neither", "На ин, на он", "نه موافق نه مخالف"},
    {"agree5", "4", "Agree", "Розӣ ҳастам", "موافق"},
    {"agree5", "5", "Strongly agree", "Комилан розӣ ҳастам", "کاملاً موافق"},
    {"agree5", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"agree5", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"freq5", "1", "Never", "Ҳеҷ гоҳ", "هیچ وقت"},
    {"freq5", "2", "A few times a year", "Якчанд бор дар сол", "چند بار در سال"},
    {"freq5", "3", "About monthly", "Тақрибан ҳар моҳ", "تقریباً ماهانه"},
    {"freq5", "4", "About weekly", "Тақрибан ҳар ҳафта", "تقریباً هفته‌وار"},
    {"freq5", "5", "Daily or nearly", "Ҳар рӯз ё қариб ҳар рӯз", "روزانه یا تقریباً روزانه"},
    {"freq5", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"freq5", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"quality5", "1", "Very negative", "Хеле манфӣ", "خیلی منفی"},
    {"quality5", "2", "Negative", "Манфӣ", "منفی"},
    {"quality5", "3", "Neither", "На ин, на он", "نه مثبت نه منفی"},
    {"quality5", "4", "Positive", "Мусбат", "مثبت"},
    {"quality5", "5", "Very positive", "Хеле мусбат", "خیلی مثبت"},
    {"quality5", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"quality5", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"comfort5", "1", "Very uneasy", "Хеле нороҳат", "بسیار ناراحت"},
    {"comfort5", "2", "Uneasy", "Нороҳат", "ناراحت"},
    {"comfort5", "3", "Neither", "На ин, на он", "بی‌تفاوت"},
    {"comfort5", "4", "At ease", "Роҳат", "راحت"},
    {"comfort5", "5", "Very much at ease", "Хеле роҳат", "بسیار راحت"},
    {"comfort5", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"comfort5", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"safe4", "1", "Very unsafe", "Хеле хатарнок", "بسیار ناامن"},
    {"safe4", "2", "Unsafe", "Хатарнок", "ناامن"},
    {"safe4", "3", "Safe", "Бехатар", "امن"},
    {"safe4", "4", "Very safe", "Хеле бехатар", "بسیار امن"},
    {"safe4", "dk", "Don't know", "Намедонам", "نمی‌دانم"},
    {"safe4", "refuse", "Prefer not to say", "Ҷавоб додан намехоҳам", "نمی‌خواهم بگویم"},
    {"source", "family", "Family and friends", "Оила ва дӯстон", "خانواده و دوستان"},
    {"source", "radio", "Radio", "Радио", "رادیو"},
    {"source", "phone", "Messages on the phone", "Паёмҳо дар телефон", "پیام‌های تلفن"},
    {"source", "leaders", "Community leaders", "Роҳбарони маҳаллӣ", "بزرگان محل"},
    {"source", "none", "None of these", "Ҳеҷ кадом", "هیچ‌کدام"},
    {"enumerator", "e1", "Enumerator 1", "Пурсандаи 1", "مصاحبه‌گر ۱"},
    {"enumerator", "e2", "Enumerator 2", "Пурсандаи 2", "مصاحبه‌گر ۲"},
    {"enumerator", "e3", "Enumerator 3", "Пурсандаи 3", "مصاحبه‌گر ۳"},
    {"enumerator", "e4", "Enumerator 4", "Пурсандаи 4", "مصاحبه‌گر ۴"},
    {"enumerator", "e5", "Enumerator 5", "Пурсандаи 5", "مصاحبه‌گر ۵"},
    {"enumerator", "e6", "Enumerator 6", "Пурсандаи 6", "مصاحبه‌گر ۶"},
    {"enumerator", "other", "Somebody else", "Каси дигар", "کس دیگر"},
});

}  // namespace

std::vector<exchange::xlsx::Sheet> make_form(const Population& population, int version) {
  exchange::xlsx::Sheet survey{
      "survey",
      {{"type", "name", "label::English (en)", "label::Tajik (tg)", "label::Dari (prs)", "relevant", "constraint",
        "constraint_message::English (en)", "required", "choice_filter", "calculation", "framework_item"}}};
  for (const Question& q : kQuestions) {
    const std::string type = q.type;
    const std::string name = q.name;
    if (name == "heard_of_programme" && version < 2) continue;
    const bool needs_answer = type.starts_with("select_one") && name != "joined_event";
    const bool is_age = name == "age";
    survey.rows.push_back({type, name, q.english, q.tajik, q.dari, q.relevant, q.constraint,
                           is_age ? "Only adults are interviewed." : "", needs_answer ? "yes" : "",
                           name == "settlement" ? "district = ${district}" : "", name == "form_language" ? "'en'" : "",
                           q.item});
  }
  exchange::xlsx::Sheet choices{
      "choices", {{"list_name", "name", "label::English (en)", "label::Tajik (tg)", "label::Dari (prs)", "district"}}};
  for (const Choice& choice : kChoices)
    choices.rows.push_back({choice.list, choice.name, choice.english, choice.tajik, choice.dari, ""});
  for (const District& district : districts())
    choices.rows.push_back({"district", district.code, district.name_en, district.name_tg, district.name_fa, ""});
  for (const Settlement& settlement : population.settlements)
    choices.rows.push_back({"settlement", settlement.name, "Settlement " + settlement.name,
                            "Маҳаллаи " + settlement.name, "قریه " + settlement.name,
                            districts()[settlement.district].code});
  exchange::xlsx::Sheet settings{"settings",
                                 {{"form_title", "form_id", "version", "default_language"},
                                  {kFormTitle, "demo_living_together", std::to_string(version), "English (en)"}}};
  return {survey, choices, settings};
}

}  // namespace hamdil::services::demo
