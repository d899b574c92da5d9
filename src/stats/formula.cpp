#include "stats/formula.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "stats/survey/terms.hpp"

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

  void add_term(std::vector<std::size_t> term) {
    const auto same = [&](const std::vector<std::size_t>& other) {
      return other.size() == term.size() && std::is_permutation(term.begin(), term.end(), other.begin());
    };
    if (std::none_of(out_.terms.begin(), out_.terms.end(), same)) out_.terms.push_back(std::move(term));
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

// A factor as it enters a term: its columns by contrasts and in full. Numbers are one column both times.
struct Coding {
  std::vector<std::string> names;
  std::vector<Values> columns;
};
struct CodedFactor {
  bool categorical = false;
  Coding contrast;
  Coding full;
};

// Orthonormal polynomials over 1..levels, degree by degree (Gram-Schmidt on centred powers).
std::vector<Values> polynomials(std::size_t levels) {
  std::vector<Values> basis{Values(levels, 1 / std::sqrt(static_cast<double>(levels)))};
  for (std::size_t degree = 1; degree < levels; ++degree) {
    Values next(levels);
    const double middle = (static_cast<double>(levels) - 1) / 2;
    for (std::size_t i = 0; i < levels; ++i)
      next[i] = std::pow(static_cast<double>(i) - middle, static_cast<double>(degree));
    for (int pass = 0; pass < 2; ++pass) {
      for (const Values& before : basis) {
        double dot = 0;
        for (std::size_t i = 0; i < levels; ++i) dot += next[i] * before[i];
        for (std::size_t i = 0; i < levels; ++i) next[i] -= dot * before[i];
      }
    }
    double norm = 0;
    for (const double value : next) norm += value * value;
    for (double& value : next) value /= std::sqrt(norm);
    basis.push_back(std::move(next));
  }
  basis.erase(basis.begin());
  return basis;
}

std::string polynomial_suffix(std::size_t degree) {
  if (degree <= 3) return degree == 1 ? ".L" : degree == 2 ? ".Q" : ".C";
  return "^" + std::to_string(degree);
}

Coding indicators(const std::string& name, const std::vector<std::string>& levels,
                  const std::vector<std::int32_t>& codes, std::size_t first) {
  Coding out;
  for (std::size_t level = first; level < levels.size(); ++level) {
    Values column(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) column[i] = codes[i] == static_cast<std::int32_t>(level) ? 1.0 : 0.0;
    out.names.push_back(name + levels[level]);
    out.columns.push_back(std::move(column));
  }
  return out;
}

CodedFactor code_category(const std::string& name, const survey::Encoded& encoded, bool ordered,
                          const survey::RowList& rows) {
  std::vector<std::int32_t> renumbered(encoded.names.size(), -1);
  for (const std::uint32_t row : rows) renumbered[static_cast<std::size_t>(encoded.codes[row])] = 0;
  std::vector<std::string> levels;
  for (std::size_t level = 0; level < renumbered.size(); ++level) {
    if (renumbered[level] < 0) continue;
    renumbered[level] = static_cast<std::int32_t>(levels.size());
    levels.push_back(encoded.names[level]);
  }
  std::vector<std::int32_t> codes(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) codes[i] = renumbered[static_cast<std::size_t>(encoded.codes[rows[i]])];
  CodedFactor out{true, {}, indicators(name, levels, codes, 0)};
  if (!ordered) {
    out.contrast = indicators(name, levels, codes, 1);
    return out;
  }
  const std::vector<Values> basis = polynomials(levels.size());
  for (std::size_t degree = 0; degree < basis.size(); ++degree) {
    Values column(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) column[i] = basis[degree][static_cast<std::size_t>(codes[i])];
    out.contrast.names.push_back(name + polynomial_suffix(degree + 1));
    out.contrast.columns.push_back(std::move(column));
  }
  return out;
}

class MatrixBuilder {
 public:
  MatrixBuilder(const Formula& formula, const data::Table& table) : formula_(formula), table_(table) {}

  Result<ModelMatrix> run(const survey::RowList& rows) {
    HAMDIL_CHECK(keep_complete(rows));
    if (formula_.has_response) {
      HAMDIL_TRY(out_.response, evaluate(formula_.response.expression, table_, out_.rows));
    }
    std::vector<CodedFactor> coded;
    for (const Factor& factor : formula_.factors) {
      HAMDIL_TRY(CodedFactor one, code(factor));
      coded.push_back(std::move(one));
    }
    if (formula_.intercept) add_column("(Intercept)", Values(out_.rows.size(), 1.0), formula_.terms.size());
    for (std::size_t term = 0; term < formula_.terms.size(); ++term) add_term(term, coded);
    return std::move(out_);
  }

 private:
  static bool is_category(const Factor& factor, const data::Table& table) {
    if (factor.expression.kind != Expression::Kind::kName) return false;
    const data::Column* column = table.find(factor.expression.text);
    return column != nullptr && !column->is_numeric();
  }

  Status keep_complete(const survey::RowList& rows) {
    std::vector<bool> keep(rows.size(), true);
    const auto drop_missing = [&](const Factor& factor) -> Status {
      if (is_category(factor, table_)) {
        const data::Column& column = *table_.find(factor.expression.text);
        for (std::size_t i = 0; i < rows.size(); ++i)
          if (column.is_missing(rows[i]) || (column.type == data::ColumnType::kCategory && column.codes[rows[i]] < 0))
            keep[i] = false;
        return Done{};
      }
      HAMDIL_TRY(const Values values, evaluate(factor.expression, table_, rows));
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (!std::isfinite(values[i])) keep[i] = false;
      return Done{};
    };
    if (formula_.has_response) HAMDIL_CHECK(drop_missing(formula_.response));
    for (const Factor& factor : formula_.factors) HAMDIL_CHECK(drop_missing(factor));
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (keep[i]) out_.rows.push_back(rows[i]);
    return Done{};
  }

  Result<CodedFactor> code(const Factor& factor) {
    if (is_category(factor, table_)) {
      const data::Column& column = *table_.find(factor.expression.text);
      return code_category(factor.text, survey::encode(column), column.ordered, out_.rows);
    }
    HAMDIL_TRY(Values values, evaluate(factor.expression, table_, out_.rows));
    const bool logical = factor.expression.is_comparison();
    Coding coding{{logical ? factor.text + "TRUE" : factor.text}, {std::move(values)}};
    CodedFactor out{false, coding, coding};
    return out;
  }

  // Whether the term without `left_out` is in the model: then that factor enters by contrasts.
  bool margin_is_there(const std::vector<std::size_t>& term, std::size_t left_out) const {
    std::vector<std::size_t> margin;
    for (const std::size_t factor : term)
      if (factor != left_out) margin.push_back(factor);
    if (margin.empty()) return formula_.intercept;
    return std::any_of(formula_.terms.begin(), formula_.terms.end(), [&](const std::vector<std::size_t>& other) {
      return other.size() == margin.size() && std::is_permutation(margin.begin(), margin.end(), other.begin());
    });
  }

  void add_term(std::size_t index, const std::vector<CodedFactor>& coded) {
    const std::vector<std::size_t>& term = formula_.terms[index];
    Coding product;
    for (const std::size_t factor : term) {
      const Coding& own =
          coded[factor].categorical && !margin_is_there(term, factor) ? coded[factor].full : coded[factor].contrast;
      if (product.names.empty() && factor == term.front()) {
        product = own;
        continue;
      }
      Coding next;
      for (std::size_t right = 0; right < own.names.size(); ++right) {
        for (std::size_t left = 0; left < product.names.size(); ++left) {
          Values column = product.columns[left];
          for (std::size_t i = 0; i < column.size(); ++i) column[i] *= own.columns[right][i];
          next.names.push_back(product.names[left] + ":" + own.names[right]);
          next.columns.push_back(std::move(column));
        }
      }
      product = std::move(next);
    }
    for (std::size_t i = 0; i < product.names.size(); ++i)
      add_column(product.names[i], std::move(product.columns[i]), index);
  }

  void add_column(std::string name, Values column, std::size_t term) {
    out_.names.push_back(std::move(name));
    out_.columns.push_back(std::move(column));
    out_.term_of_column.push_back(term);
  }

  const Formula& formula_;
  const data::Table& table_;
  ModelMatrix out_;
};

}  // namespace

std::string Formula::term_name(std::size_t term) const {
  std::string name;
  for (const std::size_t factor : terms[term]) name += (name.empty() ? "" : ":") + factors[factor].text;
  return name;
}

Result<Formula> parse_formula(std::string_view source) { return FormulaBuilder().run(source); }

Result<ModelMatrix> make_model_matrix(const Formula& formula, const data::Table& table, const survey::RowList& rows) {
  return MatrixBuilder(formula, table).run(rows);
}

}  // namespace hamdil::stats
