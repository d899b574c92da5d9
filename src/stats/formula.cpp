#include "stats/formula.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hamdil::stats {
namespace {

using Values = std::vector<double>;

Error bad_formula(std::string_view part) {
  return Error("stats.formula.syntax", "The formula cannot be read at \"{part}\".",
               {{"part", std::string(part.substr(0, 60))}});
}

// Splits at `separator` outside parentheses and quotes.
std::vector<std::string> split_outside(std::string_view source, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  char quote = 0;
  for (const char c : source) {
    if (quote != 0)
      quote = c == quote ? 0 : quote;
    else if (c == '\'' || c == '"' || c == '`')
      quote = c;
    else if (c == '(')
      ++depth;
    else if (c == ')')
      --depth;
    if (c == separator && depth == 0 && quote == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts) part = text::trim(part);
  return parts;
}

class FormulaBuilder {
 public:
  Result<Formula> run(std::string_view source) {
    const std::vector<std::string> sides = split_outside(source, '~');
    if (sides.size() != 2) return bad_formula(source);
    if (!sides[0].empty()) {
      HAMDIL_TRY(Expression response, parse_expression(sides[0]));
      out_.response = {sides[0], std::move(response)};
      out_.has_response = true;
    }
    std::string right = sides[1];
    const std::vector<std::string> minus = split_outside(right, '-');
    if (minus.size() > 2 || (minus.size() == 2 && minus[1] != "1")) return bad_formula(right);
    if (minus.size() == 2) {
      out_.intercept = false;
      right = minus[0];
    }
    for (const std::string& piece : split_outside(right, '+')) HAMDIL_CHECK(add_piece(piece));
    std::vector<std::vector<std::size_t>> by_order;
    for (std::size_t order = 1; order <= out_.factors.size(); ++order)
      for (const auto& term : out_.terms)
        if (term.size() == order) by_order.push_back(term);
    out_.terms = std::move(by_order);
    return std::move(out_);
  }

 private:
  Status add_piece(const std::string& piece) {
    if (piece.empty()) return bad_formula(piece);
    if (piece == "1") return Done{};
    if (piece == "0") return out_.intercept = false, Status(Done{});
    std::vector<std::vector<std::size_t>> so_far;
    for (const std::string& crossed : split_outside(piece, '*')) {
      std::vector<std::size_t> term;
      for (const std::string& factor : split_outside(crossed, ':')) {
        HAMDIL_TRY(const std::size_t index, factor_index(factor));
        if (std::find(term.begin(), term.end(), index) == term.end()) term.push_back(index);
      }
      std::vector<std::vector<std::size_t>> grown = so_far;
      grown.push_back(term);
      for (const auto& before : so_far) {
        std::vector<std::size_t> both = before;
        for (const std::size_t index : term)
          if (std::find(both.begin(), both.end(), index) == both.end()) both.push_back(index);
        grown.push_back(std::move(both));
      }
      so_far = std::move(grown);
      if (so_far.size() > 256) return bad_formula(piece);
    }
    for (auto& term : so_far) add_term(std::move(term));
    return Done{};
  }

  // Within a term the factors stand in the order of their first appearance in the formula: s:g after g is g:s, as in R.
  void add_term(std::vector<std::size_t> term) {
    std::sort(term.begin(), term.end());
    if (std::find(out_.terms.begin(), out_.terms.end(), term) == out_.terms.end())
      out_.terms.push_back(std::move(term));
  }

  Result<std::size_t> factor_index(const std::string& source) {
    for (std::size_t i = 0; i < out_.factors.size(); ++i)
      if (out_.factors[i].text == source) return i;
    if (source.empty()) return bad_formula(source);
    HAMDIL_TRY(Expression expression, parse_expression(source));
    out_.factors.push_back({source, std::move(expression)});
    return out_.factors.size() - 1;
  }

  Formula out_;
};

}  // namespace

std::string Formula::term_name(std::size_t term) const {
  std::string name;
  for (const std::size_t factor : terms[term]) name += (name.empty() ? "" : ":") + factors[factor].text;
  return name;
}

Result<Formula> parse_formula(std::string_view source) { return FormulaBuilder().run(source); }

}  // namespace hamdil::stats
