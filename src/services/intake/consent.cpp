#include "services/intake/consent.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace hamdil::services::intake {
namespace {

constexpr auto kConsentWords =
    std::to_array<const char*>({"consent", "agree to take part", "agree to participate", "willing to participate",
                                "accept to participate", "may i proceed", "согласие", "согласны", "розӣ ҳастед",
                                "розигӣ", "رضایت", "موافق هستید", "موافقت", "تحصل على موافقه", "consentement"});
constexpr auto kYesWords = std::to_array<const char*>(
    {"yes", "y", "1", "true", "ok", "oui", "si", "agree", "agreed", "consent", "consented", "да", "ҳа", "بلی"});

bool says_consent(const std::string& textual) {
  const std::string folded = text::fold(textual);
  return std::any_of(kConsentWords.begin(), kConsentWords.end(),
                     [&](const char* word) { return folded.find(text::fold(word)) != std::string::npos; });
}

bool says_yes(const std::string& textual) {
  const std::string folded = text::fold(textual);
  return std::any_of(kYesWords.begin(), kYesWords.end(), [&](const char* word) {
    const std::string yes = text::fold(word);
    return folded == yes || folded.starts_with(yes + " ") || folded.starts_with(yes + ",");
  });
}

}  // namespace

std::optional<ConsentQuestion> find_consent_question(const data::Form& form) {
  for (const data::PlacedItem& placed : data::walk(form)) {
    const data::FormItem& item = *placed.item;
    if (placed.repeat() != nullptr || item.kind != data::ItemKind::kQuestion) continue;
    if (item.type != data::QuestionType::kSelectOne && item.type != data::QuestionType::kAcknowledge) continue;
    const bool named = says_consent(item.name);
    const bool labelled = std::any_of(item.label.texts.begin(), item.label.texts.end(),
                                      [](const auto& label) { return says_consent(label.second); });
    if (!named && !labelled) continue;
    ConsentQuestion question{item.name, {}};
    if (item.type == data::QuestionType::kAcknowledge)
      question.agreeing = {"OK", "ok", "true", "1", "yes"};
    else if (const data::ChoiceList* list = form.find_list(item.list))
      for (const data::Choice& choice : list->choices)
        if (says_yes(choice.name) || std::any_of(choice.label.texts.begin(), choice.label.texts.end(),
                                                 [](const auto& label) { return says_yes(label.second); }))
          question.agreeing.push_back(choice.name);
    if (!question.agreeing.empty()) return question;
  }
  return std::nullopt;
}

Consent consent_of(const data::Column& answers, std::size_t row, const ConsentQuestion& question) {
  if (answers.is_missing(row))
    return answers.reason(row) == data::Missing::kRefused ? Consent::kRefused : Consent::kNotRecorded;
  const std::string answer = answers.text_at(row);
  return std::find(question.agreeing.begin(), question.agreeing.end(), answer) != question.agreeing.end()
             ? Consent::kGiven
             : Consent::kRefused;
}

}  // namespace hamdil::services::intake
