#include "services/records/terms/words.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace hamdil::services::records::terms {
namespace {

void add_folded(const Json& phrases, std::vector<std::string>& out) {
  if (phrases.is_array())
    for (const Json& phrase : phrases) out.push_back(text::fold(phrase.get<std::string>()));
  else
    for (const auto& [language, list] : phrases.items()) add_folded(list, out);
}

std::vector<std::string> folded(const Json& phrases) {
  std::vector<std::string> out;
  add_folded(phrases, out);
  // The longer phrase says more.
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return out;
}

std::map<std::string, int> months_of(const Json& content) {
  std::map<std::string, int> out;
  for (const auto& [number, names] : content.items())
    for (const Json& name : names) out[text::fold(name.get<std::string>())] = std::stoi(number);
  return out;
}

Words read_words() {
  static const std::map<std::string, Section> kSections = {{"deliverables", Section::kDeliverables},
                                                           {"requirements", Section::kRequirements},
                                                           {"profile", Section::kProfile},
                                                           {"acceptance", Section::kAcceptance},
                                                           {"payment", Section::kPayment},
                                                           {"contract", Section::kContract},
                                                           {"other", Section::kOther}};
  static const std::map<std::string, Column> kColumns = {{"what", Column::kWhat},
                                                         {"due", Column::kDue},
                                                         {"share", Column::kShare},
                                                         {"days", Column::kDays},
                                                         {"acceptance", Column::kAcceptance}};
  const auto bytes = find_embedded("terms-of-reference-words.yaml");
  const auto content = parse_yaml(bytes.value_or(""), "terms-of-reference-words.yaml");
  Words out;
  if (!content || !content->is_object()) return out;
  for (const Json& section : (*content)["sections"])
    out.sections.emplace_back(kSections.at(section["is"].get<std::string>()), folded(section["words"]));
  for (const auto& [name, phrases] : (*content)["columns"].items())
    out.columns.emplace_back(kColumns.at(name), folded(phrases));
  out.obliges = folded((*content)["obliges"]);
  out.advantage = folded((*content)["advantage"]);
  out.strong_advantage = folded((*content)["strong_advantage"]);
  out.percent = folded((*content)["percent"]);
  out.days = folded((*content)["columns"]["days"]);
  out.months = months_of((*content)["months"]);
  out.solar_months = months_of((*content)["solar_months"]);
  return out;
}

// Words and numbers of a text, in order; signs part them.
struct Token {
  std::string word;  // folded; of numbers the digits
  bool is_number = false;
};

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> out;
  const std::string plain = text::fold(with_western_digits(text));
  bool joined = false;  // to the token before
  for (const char c : plain) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    if (!digit && !letter) {
      joined = false;
      continue;
    }
    if (!joined || out.back().is_number != digit) out.push_back({"", digit});
    out.back().word += c;
    joined = true;
  }
  return out;
}

int number_of(const Token& token) { return token.word.size() > 4 ? -1 : std::stoi(token.word); }

std::optional<std::string> valid(int year, int month, int day) {
  if (year < 2000 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::string iso = iso_date({year, month, day});
  return parse_date(iso) ? std::optional(iso) : std::nullopt;
}

// The Gregorian day: the Solar Hijri year begins on 20 or 21 March, so it is near and found by looking.
std::optional<std::string> from_solar(int year, int month, int day) {
  if (year < 1370 || year > 1480) return std::nullopt;
  const std::int64_t near = days_from_date({year + 621, 3, 20}) + (month - 1) * 30 + day - 1;
  for (std::int64_t at = near - 3; at <= near + 10; ++at)
    if (solar_hijri(date_from_days(at)) == Date{year, month, day}) return iso_date(date_from_days(at));
  return std::nullopt;
}

std::optional<std::string> date_at(const std::vector<Token>& tokens, std::size_t i) {
  if (i + 2 >= tokens.size()) return std::nullopt;
  const Token& a = tokens[i];
  const Token& b = tokens[i + 1];
  const Token& c = tokens[i + 2];
  const auto month_of = [](const std::map<std::string, int>& months, const Token& token) {
    const auto found = months.find(token.word);
    return found == months.end() ? 0 : found->second;
  };
  if (a.is_number && b.is_number && c.is_number) {
    if (a.word.size() == 4) return valid(number_of(a), number_of(b), number_of(c));
    if (c.word.size() == 4) return valid(number_of(c), number_of(b), number_of(a));
    return std::nullopt;
  }
  const Words& known = words();
  if (a.is_number && !b.is_number) {
    std::size_t last = i + 2;
    // "15th of March", "15 اپریل سال 2026"
    std::size_t at = i + 1;
    while (at < tokens.size() && at < i + 3 && !tokens[at].is_number && month_of(known.months, tokens[at]) == 0 &&
           month_of(known.solar_months, tokens[at]) == 0)
      ++at;
    last = at + 1;
    if (last < tokens.size() && !tokens[last].is_number) ++last;
    if (last >= tokens.size() || !tokens[last].is_number) return std::nullopt;
    if (const int month = month_of(known.months, tokens[at]); month > 0)
      return valid(number_of(tokens[last]), month, number_of(a));
    if (const int month = month_of(known.solar_months, tokens[at]); month > 0)
      return from_solar(number_of(tokens[last]), month, number_of(a));
    return std::nullopt;
  }
  if (!a.is_number && b.is_number && month_of(known.months, a) > 0) {
    const std::size_t last = c.is_number ? i + 2 : i + 3;  // "March 15th, 2026"
    if (last < tokens.size() && tokens[last].is_number)
      return valid(number_of(tokens[last]), month_of(known.months, a), number_of(b));
  }
  return std::nullopt;
}

}  // namespace

const Words& words() {
  static const Words kWords = read_words();
  return kWords;
}

Section section_of(const std::string& heading, std::size_t& phrase) {
  constexpr std::size_t kWordsBehind = 6;  // a heading, not a sentence
  Section found = Section::kNone;
  phrase = 0;
  for (const auto& [section, phrases] : words().sections)
    for (const std::string& one : phrases)
      if (one.size() > phrase && heading.starts_with(one) &&
          text::split_words(heading.substr(one.size())).size() <= kWordsBehind) {
        found = section;
        phrase = one.size();
        break;
      }
  return found;
}

Section section_within(const std::string& heading) {
  constexpr std::size_t kMostWords = 12;
  if (text::split_words(heading).size() > kMostWords) return Section::kNone;
  for (const auto& [section, phrases] : words().sections)
    if (says(heading, phrases)) return section;
  return Section::kNone;
}

std::string without_number(const std::string& heading) {
  const std::size_t blank = heading.find(' ');
  constexpr std::size_t kLongestNumber = 24;
  if (blank > kLongestNumber) return heading;  // also where there is no blank
  std::string number = with_western_digits(heading.substr(0, blank));
  const bool ends = number.ends_with('.') || number.ends_with(')');
  while (number.ends_with('.') || number.ends_with(')')) number.pop_back();
  const bool of_digits = !number.empty() && number.find_first_not_of("0123456789.") == std::string::npos;
  const bool of_letters =
      number.size() <= 5 && ends && (number.size() == 1 || number.find_first_not_of("IVXivx") == std::string::npos);
  return of_digits || of_letters ? text::trim(heading.substr(blank)) : heading;
}

bool says(const std::string& folded, const std::vector<std::string>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](const std::string& phrase) {
    for (std::size_t at = folded.find(phrase); at != std::string::npos; at = folded.find(phrase, at + 1)) {
      const char before = at == 0 ? ' ' : folded[at - 1];
      if (!((before >= 'a' && before <= 'z') || static_cast<unsigned char>(before) >= 0x80)) return true;
    }
    return false;
  });
}

Column column_of(const std::string& cell) {
  constexpr std::size_t kLongestHead = 60;
  if (cell.empty() || cell.size() > 2 * kLongestHead) return Column::kNone;
  // "Acceptance criteria of the deliverable" is about acceptance: the more special word wins.
  for (const Column wanted : {Column::kAcceptance, Column::kShare, Column::kDays, Column::kDue, Column::kWhat})
    for (const auto& [column, phrases] : words().columns)
      if (column == wanted && says(cell, phrases)) return column;
  return Column::kNone;
}

std::string with_western_digits(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if ((first == 0xD9 && second >= 0xA0 && second <= 0xA9) || (first == 0xDB && second >= 0xB0 && second <= 0xB9)) {
      out += static_cast<char>('0' + (second & 0x0F));
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> find_dates(const std::string& text) {
  std::vector<std::string> out;
  const std::vector<Token> tokens = tokens_of(text);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (const auto date = date_at(tokens, i); date && (out.empty() || out.back() != *date)) out.push_back(*date);
  return out;
}

std::optional<std::string> find_date(const std::string& text) {
  const std::vector<std::string> all = find_dates(text);
  return all.empty() ? std::nullopt : std::optional(all.front());
}

namespace {

// The number in front of one of the phrases.
std::optional<double> number_before(const std::string& text, const std::vector<std::string>& phrases) {
  const std::string plain = text::fold(with_western_digits(text));
  std::optional<double> out;
  std::size_t best = std::string::npos;
  for (const std::string& phrase : phrases)
    for (std::size_t at = plain.find(phrase); at != std::string::npos && at < best; at = plain.find(phrase, at + 1)) {
      std::size_t end = at;
      while (end > 0 && plain[end - 1] == ' ') --end;
      std::size_t begin = end;
      while (begin > 0 && ((plain[begin - 1] >= '0' && plain[begin - 1] <= '9') || plain[begin - 1] == '.' ||
                           plain[begin - 1] == ','))
        --begin;
      const auto number = text::parse_number(text::replace_all(plain.substr(begin, end - begin), ",", "."));
      if (!number) continue;
      out = number;
      best = at;
    }
  return out;
}

}  // namespace

std::optional<double> find_percent(const std::string& text) {
  const auto share = number_before(text, words().percent);
  return share && *share >= 0 && *share <= 100 ? share : std::nullopt;
}

std::optional<double> find_days(const std::string& text) {
  const auto days = number_before(text, words().days);
  return days && *days > 0 && *days <= 1000 ? days : std::nullopt;
}

}  // namespace hamdil::services::records::terms
