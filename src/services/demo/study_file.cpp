#include "services/demo/study_file.hpp"

namespace hamdil::services::demo {

std::string study_file() {
  return R"yaml(# How the demonstration study was drawn, what it measures and what is compared. The manual's page "Study file" explains every key.
study:
  title: {en: "DEMO Living together in six districts", tg: "DEMO Ҳамзистӣ дар шаш ноҳия", fa-AF: "DEMO زندگی باهمی در شش ولسوالی"}
  organisation: "DEMO organisation"
  demo: true
  place: {en: "six invented districts", tg: "шаш ноҳияи тахайюлӣ", fa-AF: "شش ولسوالی خیالی"}
  purpose:
    en: "The survey shows how refugees and hosts see each other before and after a programme of common events."
    tg: "Пурсиш нишон медиҳад, ки гурезагон ва сокинони маҳаллӣ пеш ва пас аз барномаи чорабиниҳои муштарак якдигарро чӣ гуна мебинанд."
    fa-AF: "این سروی نشان می‌دهد که مهاجران و میزبانان پیش و پس از برنامه رویدادهای مشترک یکدیگر را چگونه می‌بینند."
rounds:
  - {name: baseline, label: {en: Baseline, tg: "Марҳилаи аввал", fa-AF: "آغاز برنامه"}, starts: 2024-04-01, ends: 2024-04-24}
  - {name: endline, label: {en: Endline, tg: "Марҳилаи ниҳоӣ", fa-AF: "پایان برنامه"}, starts: 2025-04-01, ends: 2025-04-24}
sample:
  how_chosen: probability
  words:
    en: "Ten settlements were drawn at random in each district; in each, refugee and host households were drawn at random from lists."
    tg: "Дар ҳар ноҳия даҳ маҳалла ба таври тасодуфӣ интихоб шуд; дар ҳар кадоми онҳо оилаҳои гуреза ва маҳаллӣ аз рӯи рӯйхатҳо ба таври тасодуфӣ интихоб шуданд."
    fa-AF: "در هر ولسوالی ده قریه به صورت تصادفی انتخاب شد؛ در هر کدام خانواده‌های مهاجر و میزبان به صورت تصادفی از فهرست‌ها انتخاب شدند."
  frame: {file: sampling_frame.csv, join: [settlement, group], take: [arm, n_settlements, n_persons, weight]}
  strata: [district]
  clusters: [settlement, respondent]
  weights: weight
  fpc: [n_settlements, n_persons]
  lonely_psu: adjust
groups: {variable: group, levels: [refugee, host], label: {en: "Group", tg: "Гурӯҳ", fa-AF: "گروه"}}
districts: {variable: district, boundaries: districts.geojson, property: code}
dimensions:
  - id: trust
    section: coexistence
    title: {en: "Trust between the communities", tg: "Эътимод байни ҷомеаҳо", fa-AF: "اعتماد میان جوامع"}
    items: [{question: trust_keep_word}, {question: trust_help}, {question: trust_children_play}, {question: trust_careful, reverse: true}]
  - id: contact
    section: coexistence
    title: {en: "Contact with the other community", tg: "Робита бо ҷомеаи дигар", fa-AF: "تماس با جامعه دیگر"}
    items: [{question: contact_frequency}, {question: contact_quality}]
  - id: comfort
    section: coexistence
    title: {en: "Ease with closeness", tg: "Роҳатӣ бо наздикӣ", fa-AF: "راحتی با نزدیکی"}
    items: [{question: comfort_neighbour}, {question: comfort_colleague}, {question: comfort_family}]
  - id: picture
    section: discrimination
    title: {en: "Picture of the other community", tg: "Тасаввурот дар бораи ҷомеаи дигар", fa-AF: "تصور از جامعه دیگر"}
    items: [{question: picture_troublemakers, reverse: true}, {question: picture_contribute}]
  - id: safety
    section: coexistence
    title: {en: "Feeling of safety", tg: "Эҳсоси амният", fa-AF: "احساس امنیت"}
    items: [{question: safety_walking}]
shares:
  - id: insulted_share
    section: discrimination
    title: {en: "Insulted because of origin in the last three months", tg: "Дар се моҳи охир барои баромади худ таҳқир шуданд", fa-AF: "توهین به خاطر اصل و نسب در سه ماه گذشته"}
    question: insulted
    success: ["yes"]
    higher_is_better: false
sensitive: [insulted]
breakdowns: [sex]
labels:
  arm:
    label: {en: "Settlement", tg: "Маҳалла", fa-AF: "قریه"}
    levels:
      programme: {en: "with the programme", tg: "бо барнома", fa-AF: "با برنامه"}
      comparison: {en: "without the programme", tg: "бе барнома", fa-AF: "بدون برنامه"}
programme:
  title: {en: "DEMO Common events", tg: "DEMO Чорабиниҳои муштарак", fa-AF: "DEMO رویدادهای مشترک"}
  objectives:
    en: "If refugees and hosts meet for something that both want, they learn to know each other, and trust and ease grow on both sides."
    tg: "Агар гурезагон ва сокинони маҳаллӣ барои коре, ки ҳар ду тараф мехоҳанд, вохӯранд, онҳо якдигарро мешиносанд ва эътимоду роҳатӣ дар ҳар ду тараф меафзояд."
    fa-AF: "اگر مهاجران و میزبانان برای کاری که هر دو می‌خواهند گرد هم آیند، یکدیگر را می‌شناسند و اعتماد و راحتی در هر دو سو افزایش می‌یابد."
  activities:
    - {en: "Sports and cooking days in half of the settlements", tg: "Рӯзҳои варзиш ва пухтупаз дар нисфи маҳаллаҳо", fa-AF: "روزهای ورزش و آشپزی در نیمی از قریه‌ها"}
    - {en: "Meetings of elders from both communities", tg: "Вохӯриҳои пирони ҳар ду ҷомеа", fa-AF: "نشست‌های بزرگان هر دو جامعه"}
  users: {en: "The partners of the programme and both communities", tg: "Шарикони барнома ва ҳар ду ҷомеа", fa-AF: "همکاران برنامه و هر دو جامعه"}
findings:
  - id: insults
    statement: {en: "DEMO: Refugees are insulted because of their origin far more often than hosts, before and after the programme.", tg: "DEMO: Гурезагон барои баромади худ пеш ва пас аз барнома хеле бештар аз сокинони маҳаллӣ таҳқир мешаванд.", fa-AF: "DEMO: مهاجران پیش و پس از برنامه بسیار بیشتر از میزبانان به خاطر اصل و نسب توهین می‌شوند."}
    strength: strong
    confirmed: true
    cites: [{table: insulted_share.gap, by: {round: baseline}}, {table: insulted_share.gap, by: {round: endline}}]
  - id: ease
    statement: {en: "DEMO: Ease with closeness grew more where the programme worked than elsewhere.", tg: "DEMO: Роҳатӣ бо наздикӣ дар ҷое, ки барнома кор мекард, бештар афзуд.", fa-AF: "DEMO: راحتی با نزدیکی در جایی که برنامه کار می‌کرد بیشتر افزایش یافت."}
    strength: moderate
    confirmed: true
    cites: [{table: comfort.did}, {table: comfort.change}]
comparison: {variable: arm, treated: programme, control: comparison, assumption: {en: "without the programme, both kinds of settlements would have changed alike", tg: "бе барнома ҳар ду навъи маҳаллаҳо якхела тағйир меёфтанд", fa-AF: "بدون برنامه هر دو نوع قریه یکسان تغییر می‌کردند"}}
)yaml";
}

}  // namespace hamdil::services::demo
