#include "protect/identifiers_words.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "protect/identifiers_distinct.hpp"

namespace hamdil::protect {
namespace {

// Punctuation of all scripts at hand that text::fold leaves.
constexpr const char* kSeparators[] = {
    "\xE2\x80\x8C", "’", "‘", "“", "”", "«", "»", "؟", "،", "؛", "–", "—", "№", "º", "°", "…", "¿", "¡"};

constexpr const char* kWhoseWords =
    "resp|respondent|respondents|interviewee|participant|beneficiary|hh|hhh|hoh|household|head|member|person|child|"
    "childs|children|spouse|husband|wife|mother|father|caregiver|guardian|contact|my|your|the|of|no|nr|num|number|"
    "numbers|alt|alternative|primary|secondary|second|first|main|other|work|personal|private|ind|individual|informant|"
    "emergency|home|next|kin|relative|neighbour|neighbor|landlord|alternate|backup|client|patient|applicant|student|"
    "trainee|key|what|is|are|please|enter|write|record|give|us|his|her|their|s|a|an|"
    "for|"
    "this|complete|current|and|text|specify|interview|"
    "de|du|la|le|les|l|d|des|votre|repondant|enquete|chef|menage|personne|enfant|numero|quel|quelle|est|et|"
    "del|el|su|encuestado|jefe|hogar|persona|cual|es|y|"
    "ваш|ваше|ваша|ваши|респондент|респондента|главы|глава|домохозяйства|семьи|ребенка|номер|как|какой|укажите|"
    "контактный|и|"
    "шумо|шуморо|пурсидашаванда|мусохиб|сардори|оила|кудак|раками|ракам|шумораи|лутфан|нависед|ва|"
    "شما|پاسخ|دهنده|مصاحبه|شونده|سرپرست|خانوار|خانواده|فامیل|رئیس|طفل|شماره|نمبر|تماس|لطفا|بنویسید|است|چیست|را|و|"
    "رقم|المستجیب|رب|الاسره|الطفل|ما|هو|هی|اکتب|"
    "raqam|raqami|raqame|nomer|nomeri|shumara|shumora|shumare|shumo|shuma|oila|sardori|khonavoda|khanawada|respondenta|"
    "glavy|semi|vash|vashe";

constexpr const char* kWhetherInNames =
    "has|have|had|own|owns|owned|ownership|access|use|uses|used|using|usage|type|kind|count|total|freq|frequency|share|"
    "pct|percent|available|availability|possess|possession|yn|lost|missing|why|reason|many|often|know|heard|"
    "number of|how";
constexpr const char* kWhetherInLabels =
    "do you|does|did|have you|has the|has your|has anyone|are you|is there|are there|how many|how often|how much|how "
    "long|do any|would you|if any|ownership|number of|which of|why|reason|reasons|explain|describe|problem|problems|"
    "есть ли|имеете ли|имеется ли|сколько|как часто|почему|причина|"
    "доред|дорад|чанд|оё|чаро|сабаб|"
    "آیا|دارید|دارد|چند|چقدر|چرا|دلیل|"
    "هل|لدیک|کم|لماذا|سبب|"
    "avez vous|possedez|combien|est ce que|pourquoi|raison|"
    "tiene|tienes|cuantos|cuantas|posee|por que|razon";

constexpr const char* kYesNoWords =
    "yes|no|y|n|true|false|0|1|ok|none|unknown|dont know|don't know|do not know|dnk|dk|pnta|refused|prefer not to "
    "answer|na|n/a|not applicable|oui|non|si|sí|да|нет|не "
    "знаю|ҳа|не|намедонам|бале|بلی|بله|نخیر|خیر|نه|نمی‌دانم|نعم|لا|"
    "لا اعرف|-99|-98|-97|99|98|97|88";

const std::set<std::string>& folded_yes_no() {
  static const std::set<std::string> kWords = [] {
    std::set<std::string> out;
    for (const std::string& word : text::split(kYesNoWords, '|')) out.insert(text::fold(word));
    return out;
  }();
  return kWords;
}

std::string spaced(std::string_view textual) {
  std::string out;
  for (std::size_t i = 0; i < textual.size(); ++i) {
    const char c = textual[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool after_lower = i > 0 && textual[i - 1] >= 'a' && textual[i - 1] <= 'z';
    const bool goes_on = i + 1 < textual.size() && text::to_lower_ascii(textual.substr(i + 1, 1)) >= "a" &&
                         text::to_lower_ascii(textual.substr(i + 1, 1)) <= "z";
    if (upper && after_lower && goes_on) out += ' ';
    out += c;
  }
  return out;
}

Words split_folded(std::string_view textual) {
  std::string plain(textual);
  for (const char* mark : kSeparators) plain = text::replace_all(std::move(plain), mark, " ");
  plain = text::fold(plain);
  for (char& c : plain)
    if (std::string_view("/.,:;?!()[]{}'\"-*#<>&=+@").find(c) != std::string_view::npos) c = ' ';
  return text::split_words(plain);
}

const Phrases& whose() {
  static const Phrases kWhose(kWhoseWords);
  return kWhose;
}

}  // namespace

Words words_of(std::string_view textual) { return split_folded(spaced(textual)); }

Phrases::Phrases(std::string_view alternatives) {
  for (const std::string& phrase : text::split(alternatives, '|'))
    if (Words words = split_folded(phrase); !words.empty()) phrases_.push_back(std::move(words));
}

bool Phrases::in(const Words& words) const {
  return std::any_of(phrases_.begin(), phrases_.end(), [&](const Words& phrase) {
    return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
  });
}

bool Phrases::has_word(const std::string& word) const {
  return std::any_of(phrases_.begin(), phrases_.end(),
                     [&](const Words& phrase) { return phrase.size() == 1 && phrase.front() == word; });
}

bool Phrases::alone_in(const Words& words, const Phrases* also) const {
  const auto says_nothing = [&](const std::string& word) {
    return is_numbering(word) || whose().has_word(word) || (also != nullptr && also->has_word(word));
  };
  return std::any_of(phrases_.begin(), phrases_.end(), [&](const Words& phrase) {
    const auto at = std::search(words.begin(), words.end(), phrase.begin(), phrase.end());
    if (at == words.end()) return false;
    const auto after = at + static_cast<std::ptrdiff_t>(phrase.size());
    return std::all_of(words.begin(), at, says_nothing) && std::all_of(after, words.end(), says_nothing);
  });
}

bool is_numbering(const std::string& word) {
  return word.size() <= 4 && std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool asks_whether(const Words& words, bool is_name) {
  static const Phrases kInNames(kWhetherInNames);
  static const Phrases kInLabels(kWhetherInLabels);
  return (is_name ? kInNames : kInLabels).in(words);
}

namespace {

// Different numbers, up to the point where nothing that is asked of the shape depends on more of them.
void count_numbers(const data::Column& values, ValueShape& out) {
  constexpr std::size_t kEnough = 20;  // as_record_number asks for the most
  const ValueHash hash_of;
  DistinctRows distinct;
  const auto same = [&](std::size_t a, std::size_t b) {
    const double one = values.numbers[a], other = values.numbers[b];
    return one == other || (std::isnan(one) && std::isnan(other));
  };
  std::size_t repeated = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values.is_missing(row)) continue;
    repeated += distinct.first_of(hash_of(values.numbers[row]), row, same) != row;
    if (repeated * 10 > out.answers && distinct.size() > kEnough) break;
  }
  out.distinct = distinct.size();
}

std::string_view text_of(const data::Column& column, std::size_t row) {
  if (column.type == data::ColumnType::kText) return column.texts[row];
  if (column.codes[row] < 0) return {};
  return column.levels[static_cast<std::size_t>(column.codes[row])].value;
}

// All different texts: how many of them have digits is asked of the shape.
void count_texts(const data::Column& values, ValueShape& out) {
  const ValueHash hash_of;
  DistinctRows distinct;
  const auto same = [&](std::size_t a, std::size_t b) { return text_of(values, a) == text_of(values, b); };
  std::vector<bool> met(values.levels.size());  // most categories are known by their code
  std::size_t with_digits = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values.is_missing(row)) continue;
    if (values.type == data::ColumnType::kCategory && values.codes[row] >= 0) {
      const auto code = static_cast<std::size_t>(values.codes[row]);
      if (met[code]) continue;
      met[code] = true;
    }
    const std::string_view answer = text_of(values, row);
    if (distinct.first_of(hash_of(answer), row, same) != row) continue;
    with_digits += std::count_if(answer.begin(), answer.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 3;
    out.yes_no = out.yes_no && folded_yes_no().contains(text::fold(answer));
  }
  out.distinct = distinct.size();
  out.with_digits = out.distinct > 0 && with_digits * 2 >= out.distinct;
}

}  // namespace

ValueShape shape_of(const data::Column* values) {
  ValueShape out;
  if (values == nullptr) return out;
  const bool is_date = values->type == data::ColumnType::kDate || values->type == data::ColumnType::kDateTime;
  out.numeric = values->is_numeric() && !is_date;
  out.coded = std::any_of(values->levels.begin(), values->levels.end(),
                          [](const data::Level& level) { return !level.label.empty() && level.label != level.value; });
  for (std::size_t row = 0; row < values->size(); ++row) {
    if (values->is_missing(row)) continue;
    if (values->is_numeric()) {
      const double value = values->numbers[row];
      if (out.answers == 0) out.least = out.most = value;
      out.least = std::min(out.least, value);
      out.most = std::max(out.most, value);
      out.fractional = out.fractional || value != std::floor(value);
    }
    ++out.answers;
  }
  out.known = out.answers > 0;
  out.yes_no = out.known && !is_date;
  if (values->is_numeric())
    count_numbers(*values, out);
  else
    count_texts(*values, out);
  out.small_numbers = out.numeric && out.known && std::max(std::abs(out.least), std::abs(out.most)) < 10000;
  if (out.numeric) out.yes_no = out.known && out.distinct <= 2 && out.least >= 0 && out.most <= 1;
  return out;
}

}  // namespace hamdil::protect
