#include "exchange/xpath/lexer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr std::array<std::string_view, 4> kWordOperators = {"and", "or", "mod", "div"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool begins_name(char c) {
  const auto u = static_cast<unsigned char>(c);
  return ((u | 0x20) >= 'a' && (u | 0x20) <= 'z') || c == '_' || u >= 0x80;
}
bool continues_name(char c) { return begins_name(c) || is_digit(c) || c == '-' || c == '.'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    for (skip_space(); at_ < text_.size(); skip_space()) {
      HAMDIL_CHECK(next());
      if (tokens_.size() > 20'000) return Error("exchange.xpath.too_long", "The expression has too many parts.");
    }
    tokens_.push_back({.at = at_});
    return std::move(tokens_);
  }

 private:
  void skip_space() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_]))
        ++at_;
      else if (text_.substr(at_).starts_with("\u00A0"))
        at_ += 2;  // no-break spaces come with pasted text
      else
        return;
    }
  }

  Error wrong(const char* what) const {
    return Error("exchange.xpath.syntax", "{what} at character {at}.",
                 {{"what", what}, {"at", std::to_string(at_ + 1)}});
  }

  // After an operand "*" multiplies and a name is an operator.
  bool follows_operand() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    if (last.kind == Token::Kind::kOperator)
      return last.text == ")" || last.text == "]" || last.text == "." || last.text == "..";
    return last.kind == Token::Kind::kNumber || last.kind == Token::Kind::kLiteral ||
           last.kind == Token::Kind::kReference || last.kind == Token::Kind::kName;
  }

  Status add(Token::Kind kind, std::string text, std::size_t length, double number = 0) {
    tokens_.push_back({kind, std::move(text), number, at_});
    at_ += length;
    return Done{};
  }

  Status next() {
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (c == '"' || c == '\'') return literal(c);
    if (c == '$') return reference();
    for (const std::string_view quote : {"\u2018", "\u2019", "\u201C", "\u201D"})
      if (text_.substr(at_).starts_with(quote)) return curly_literal();
    if (begins_name(c)) return name();
    if (c == '*') return add(follows_operand() ? Token::Kind::kOperator : Token::Kind::kName, "*", 1);
    for (const std::string_view two : {"::", "//", "..", "!=", "<=", ">="})
      if (text_.substr(at_).starts_with(two)) return add(Token::Kind::kOperator, std::string(two), 2);
    if (std::string_view("()[]@,./|+-=<>").find(c) != std::string_view::npos)
      return add(Token::Kind::kOperator, std::string(1, c), 1);
    return wrong("An unexpected sign");
  }

  Status number() {
    std::size_t end = at_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end < text_.size() && text_[end] == '.') {
      ++end;
      while (end < text_.size() && is_digit(text_[end])) ++end;
    }
    std::string digits(text_.substr(at_, end - at_));
    if (digits.front() == '.') digits.insert(0, 1, '0');
    if (digits.back() == '.') digits.pop_back();
    const auto value = text::parse_number(digits);
    if (!value) return wrong("An unreadable number");
    return add(Token::Kind::kNumber, digits, end - at_, *value);
  }

  Status literal(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return wrong("A text without its closing quote");
    return add(Token::Kind::kLiteral, std::string(text_.substr(at_ + 1, end - at_ - 1)), end - at_ + 1);
  }

  // Word processors turn quotes into curly ones; both kinds of a pair are three bytes long.
  Status curly_literal() {
    std::size_t end = std::string_view::npos;
    for (const std::string_view quote : {"\u2018", "\u2019", "\u201C", "\u201D"})
      end = std::min(end, text_.find(quote, at_ + 3));
    if (end == std::string_view::npos) return wrong("A text without its closing quote");
    return add(Token::Kind::kLiteral, std::string(text_.substr(at_ + 3, end - at_ - 3)), end - at_ + 3);
  }

  Status reference() {
    const std::size_t end = text_.find('}', at_);
    if (!text_.substr(at_).starts_with("${") || end == std::string_view::npos)
      return wrong("A reference without braces");
    return add(Token::Kind::kReference, text::trim(text_.substr(at_ + 2, end - at_ - 2)), end - at_ + 1);
  }

  std::size_t name_end(std::size_t from) const {
    while (from < text_.size() && continues_name(text_[from]) && !text_.substr(from).starts_with("\u00A0")) ++from;
    return from;
  }

  Status name() {
    std::size_t end = name_end(at_);
    if (follows_operand()) {
      const std::string_view word = text_.substr(at_, end - at_);
      for (const std::string_view op : kWordOperators)
        if (word == op) return add(Token::Kind::kOperator, std::string(op), op.size());
      for (const std::string_view op : kWordOperators)  // "1and1"
        if (word.starts_with(op)) return add(Token::Kind::kOperator, std::string(op), op.size());
      return wrong("A name where an operator was expected");
    }
    const std::string_view behind = text_.substr(end);
    if (behind.starts_with(":") && !behind.starts_with("::")) {
      if (behind.starts_with(":*"))
        return add(Token::Kind::kName, std::string(text_.substr(at_, end + 2 - at_)), end + 2 - at_);
      if (behind.size() < 2 || !begins_name(behind[1])) return wrong("A prefix without a name");
      end = name_end(end + 1);
    }
    std::size_t look = end;
    while (look < text_.size() && is_space(text_[look])) ++look;
    const std::string word(text_.substr(at_, end - at_));
    if (text_.substr(look).starts_with("::")) return add(Token::Kind::kAxis, word, end - at_);
    if (look < text_.size() && text_[look] == '(') {
      const bool is_type = word == "node" || word == "text" || word == "comment" || word == "processing-instruction";
      return add(is_type ? Token::Kind::kNodeType : Token::Kind::kFunction, word, end - at_);
    }
    return add(Token::Kind::kName, word, end - at_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace hamdil::exchange::xpath
