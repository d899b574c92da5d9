#include "base/message.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hamdil {

namespace {

constexpr std::size_t kDepthLimit = 8;

std::string_view russian(std::int64_t n) {
  if (n % 10 == 1 && n % 100 != 11) return "one";
  if (n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14)) return "few";
  return "many";
}

std::string_view arabic(std::int64_t n) {
  if (n == 0) return "zero";
  if (n == 1) return "one";
  if (n == 2) return "two";
  if (n % 100 >= 3 && n % 100 <= 10) return "few";
  return n % 100 >= 11 ? "many" : "other";
}

// Recursive descent over one pattern. With `choices` it resolves forms, without it walks all of them and only collects
// names.
class Parser {
 public:
  Parser(std::string_view pattern, std::string_view language, const Choices* choices)
      : pattern_(pattern), language_(language), choices_(choices) {}

  Status run() {
    HAMDIL_CHECK(text("", true, 0));
    if (at_ < pattern_.size()) return syntax("an unexpected closing brace");
    return Done{};
  }
  std::vector<Piece> take() { return std::move(pieces_); }

 private:
  Error syntax(const std::string& what) const {
    return Error("base.message.syntax", "A message pattern has {what} at byte {byte}.",
                 {{"what", what}, {"byte", std::to_string(at_)}});
  }

  void put(bool is_argument, std::string_view part) {
    if (!is_argument && !pieces_.empty() && !pieces_.back().is_argument)
      pieces_.back().text += part;
    else
      pieces_.push_back({is_argument, std::string(part)});
  }

  // Up to the end or an unmatched '}'. `plural` names the argument that '#' stands for.
  Status text(const std::string& plural, bool emit, std::size_t depth) {
    if (depth > kDepthLimit) return syntax("too many levels");
    while (at_ < pattern_.size() && pattern_[at_] != '}') {
      if (pattern_[at_] == '{') {
        ++at_;
        HAMDIL_CHECK(argument(emit, depth));
      } else if (pattern_[at_] == '#' && !plural.empty()) {
        if (emit) put(true, plural);
        ++at_;
      } else {
        if (emit) put(false, pattern_.substr(at_, 1));
        ++at_;
      }
    }
    return Done{};
  }

  std::string word() {
    const std::size_t start = at_;
    while (at_ < pattern_.size() && pattern_[at_] != ',' && pattern_[at_] != '{' && pattern_[at_] != '}') ++at_;
    return text::trim(pattern_.substr(start, at_ - start));
  }

  bool eat(char c) {
    if (at_ >= pattern_.size() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  Status argument(bool emit, std::size_t depth) {
    const std::string name = word();
    if (name.empty()) return syntax("a place without a name");
    if (eat('}')) {
      if (emit) put(true, name);
      return Done{};
    }
    if (!eat(',')) return syntax("an open place");
    const std::string kind = word();
    if ((kind != "plural" && kind != "select") || !eat(',')) return syntax("an unknown kind of place");
    if (choices_ == nullptr) put(true, name);
    return forms(name, kind == "plural", emit, depth);
  }

  Status forms(const std::string& name, bool plural, bool emit, std::size_t depth) {
    std::string wanted;
    if (choices_ != nullptr && emit) {
      HAMDIL_TRY(wanted, wanted_form(name, plural));
    }
    const std::size_t start = at_;
    HAMDIL_TRY(const std::vector<std::string> names, form_names(depth));
    if (std::find(names.begin(), names.end(), "other") == names.end())
      return Error("base.message.no_form", "The place {name} has no form \"other\".", {{"name", name}});
    if (choices_ != nullptr && std::find(names.begin(), names.end(), wanted) == names.end()) wanted = "other";
    at_ = start;
    for (const std::string& form : names) {
      word();
      eat('{');
      HAMDIL_CHECK(text(plural ? name : "", emit && (choices_ == nullptr || form == wanted), depth + 1));
      eat('}');
    }
    word();
    return eat('}') ? Status(Done{}) : Status(syntax("an open place"));
  }

  // The names of the forms ahead; leaves the position anywhere.
  Result<std::vector<std::string>> form_names(std::size_t depth) {
    std::vector<std::string> names;
    while (true) {
      std::string name = word();
      if (name.empty() || !eat('{')) break;
      HAMDIL_CHECK(text("#", false, depth + 1));
      if (!eat('}')) return syntax("an open form");
      names.push_back(std::move(name));
    }
    return names;
  }

  Result<std::string> wanted_form(const std::string& name, bool plural) const {
    const Error missing("base.message.no_argument", "The message needs the argument {name}.", {{"name", name}});
    if (plural) {
      const auto found = choices_->numbers.find(name);
      if (found == choices_->numbers.end()) return missing;
      return std::string(plural_category(language_, found->second));
    }
    const auto found = choices_->words.find(name);
    if (found == choices_->words.end()) return missing;
    return found->second;
  }

  std::string_view pattern_;
  std::string_view language_;
  const Choices* choices_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

std::string_view plural_category(std::string_view language, double number) {
  const std::string_view base = language.substr(0, language.find('-'));
  const double n = std::fabs(number);
  if (base == "fr") return n < 2 ? "one" : "other";
  if (base == "fa" || base == "prs") return n <= 1 ? "one" : "other";
  if (std::floor(n) != n || n > 9e15) return "other";
  const auto whole = static_cast<std::int64_t>(n);
  if (base == "ru") return russian(whole);
  if (base == "ar") return arabic(whole);
  return whole == 1 ? "one" : "other";
}

Result<std::vector<Piece>> message_pieces(std::string_view pattern, std::string_view language, const Choices& choices) {
  Parser parser(pattern, language, &choices);
  HAMDIL_CHECK(parser.run());
  return parser.take();
}

Result<std::vector<std::string>> message_arguments(std::string_view pattern) {
  Parser parser(pattern, "en", nullptr);
  HAMDIL_CHECK(parser.run());
  std::vector<std::string> names;
  for (const Piece& piece : parser.take())
    if (piece.is_argument) names.push_back(piece.text);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace hamdil
