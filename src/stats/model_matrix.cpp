#include "stats/model_matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "stats/survey/stretch.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats {
namespace {

using Values = std::vector<double>;

// How the levels of a category become columns: values by column and level.
struct Coding {
  std::vector<std::string> names;
  std::vector<Values> by_level;
};
// A factor as it enters a term. A number is one column, whatever else is in the model.
struct CodedFactor {
  std::string number_name;
  ModelColumn numbers;
  std::vector<std::int32_t> codes;  // of a category, by row
  Coding contrast;
  Coding full;
  bool categorical() const { return !full.names.empty(); }
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

Coding indicators(const std::string& name, const std::vector<std::string>& levels, std::size_t first) {
  Coding out;
  for (std::size_t level = first; level < levels.size(); ++level) {
    Values column(levels.size(), 0.0);
    column[level] = 1;
    out.names.push_back(name + levels[level]);
    out.by_level.push_back(std::move(column));
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
  CodedFactor out;
  out.codes.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    out.codes[i] = renumbered[static_cast<std::size_t>(encoded.codes[rows[i]])];
  out.full = indicators(name, levels, 0);
  if (!ordered) {
    out.contrast = indicators(name, levels, 1);
    return out;
  }
  out.contrast.by_level = polynomials(levels.size());
  for (std::size_t degree = 1; degree < levels.size(); ++degree)
    out.contrast.names.push_back(name + polynomial_suffix(degree));
  return out;
}

// Drops the entries that are not kept.
template <class Value>
void drop_others(std::vector<Value>& values, const std::vector<std::uint8_t>& keep) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (keep[i] != 0) values[next++] = values[i];
  values.resize(next);
}

// Numbers at the rows of a model, where they stand in the table or on their own.
struct Numbers {
  const Values* in_place = nullptr;
  Values values;

  void compress(const std::vector<std::uint8_t>& keep) {
    if (in_place != nullptr) values = *std::exchange(in_place, nullptr);
    drop_others(values, keep);
  }
  ModelColumn column() && {
    return in_place != nullptr ? ModelColumn::in_place(*in_place) : ModelColumn(std::move(values));
  }
};

bool all_finite(const Values& values) {
  std::array<double, 4> partial{};  // NaN as soon as one is not
  for (std::size_t i = 0; i + 4 <= values.size(); i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) partial[lane] += values[i + lane] * 0;
  for (std::size_t i = values.size() / 4 * 4; i < values.size(); ++i) partial[0] += values[i] * 0;
  return partial[0] + partial[1] + partial[2] + partial[3] == 0;
}

class MatrixBuilder {
 public:
  MatrixBuilder(const Formula& formula, const data::Table& table) : formula_(formula), table_(table) {}

  Result<ModelMatrix> run(const survey::RowList& rows) {
    std::vector<std::uint8_t> keep(rows.size(), 1);
    whole_table_ = rows.size() == table_.rows;
    Numbers response;
    if (formula_.has_response) {
      HAMDIL_TRY(response, read(formula_.response, rows, keep));
      if (is_category(formula_.response, table_)) {
        HAMDIL_TRY(response.values, evaluate(formula_.response.expression, table_, rows));
      }
    }
    std::vector<Numbers> numbers;
    for (const Factor& factor : formula_.factors) {
      HAMDIL_TRY(Numbers values, read(factor, rows, keep));
      numbers.push_back(std::move(values));
    }
    out_.rows = rows;
    if (std::find(keep.begin(), keep.end(), 0) != keep.end()) {
      drop_others(out_.rows, keep);
      response.compress(keep);
      for (Numbers& one : numbers) one.compress(keep);
    }
    if (formula_.has_response) out_.response = std::move(response).column();
    std::vector<CodedFactor> coded;
    for (std::size_t i = 0; i < numbers.size(); ++i) coded.push_back(code(formula_.factors[i], std::move(numbers[i])));
    if (formula_.intercept) add_column("(Intercept)", ModelColumn::ones(out_.rows.size()), formula_.terms.size());
    for (std::size_t term = 0; term < formula_.terms.size(); ++term) add_term(term, coded);
    return std::move(out_);
  }

 private:
  static bool is_category(const Factor& factor, const data::Table& table) {
    if (factor.expression.kind != Expression::Kind::kName) return false;
    const data::Column* column = table.find(factor.expression.text);
    return column != nullptr && !column->is_numeric();
  }

  // Numbers of a factor at all rows asked for, read once; empty for a category. Rows without a value are not kept.
  Result<Numbers> read(const Factor& factor, const survey::RowList& rows, std::vector<std::uint8_t>& keep) const {
    Numbers out;
    if (is_category(factor, table_)) {
      const data::Column& column = *table_.find(factor.expression.text);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (column.is_missing(rows[i]) || (column.type == data::ColumnType::kCategory && column.codes[rows[i]] < 0))
          keep[i] = 0;
      return out;
    }
    const bool plain = factor.expression.kind == Expression::Kind::kName;
    const data::Column* column = plain && whole_table_ ? table_.find(factor.expression.text) : nullptr;
    if (column != nullptr) {
      out.in_place = &column->numbers;
    } else {
      HAMDIL_TRY(out.values, evaluate(factor.expression, table_, rows));
    }
    const Values& values = column != nullptr ? column->numbers : out.values;
    if (all_finite(values)) return out;
    for (std::size_t i = 0; i < rows.size(); ++i) keep[i] &= std::isfinite(values[i]) ? 1 : 0;
    return out;
  }

  CodedFactor code(const Factor& factor, Numbers numbers) const {
    if (is_category(factor, table_)) {
      const data::Column& column = *table_.find(factor.expression.text);
      return code_category(factor.text, survey::encode(column), column.ordered, out_.rows);
    }
    CodedFactor out;
    out.number_name = factor.expression.is_comparison() ? factor.text + "TRUE" : factor.text;
    out.numbers = std::move(numbers).column();
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
    if (term.size() == 1 && !coded[term[0]].categorical())
      return add_column(coded[term[0]].number_name, coded[term[0]].numbers, index);
    std::vector<std::string> names;
    std::vector<Values> columns;
    for (const std::size_t factor : term) {
      const CodedFactor& own = coded[factor];
      if (own.categorical())
        cross(own, margin_is_there(term, factor) ? own.contrast : own.full, names, columns);
      else
        multiply(own, names, columns);
    }
    for (std::size_t i = 0; i < names.size(); ++i) add_column(std::move(names[i]), std::move(columns[i]), index);
  }

  // The columns so far times a number.
  static void multiply(const CodedFactor& factor, std::vector<std::string>& names, std::vector<Values>& columns) {
    if (columns.empty()) {
      names = {factor.number_name};
      columns.emplace_back(factor.numbers.from(0), factor.numbers.from(0) + factor.numbers.size());
      return;
    }
    for (std::string& name : names) name += ":" + factor.number_name;
    for (Values& column : columns)
      for (std::size_t i = 0; i < column.size(); ++i) column[i] *= factor.numbers[i];
  }

  // The columns so far times those of a category, the former running fastest.
  static void cross(const CodedFactor& factor, const Coding& coding, std::vector<std::string>& names,
                    std::vector<Values>& columns) {
    const bool first = columns.empty();
    std::vector<std::string> all_names;
    std::vector<Values> all;
    for (std::size_t right = 0; right < coding.names.size(); ++right) {
      const Values& by_level = coding.by_level[right];
      for (std::size_t left = 0; left < (first ? 1 : names.size()); ++left) {
        Values column = first ? Values(factor.codes.size(), 1.0) : columns[left];
        for (std::size_t i = 0; i < column.size(); ++i)
          column[i] *= by_level[static_cast<std::size_t>(factor.codes[i])];
        all_names.push_back(first ? coding.names[right] : names[left] + ":" + coding.names[right]);
        all.push_back(std::move(column));
      }
    }
    names = std::move(all_names);
    columns = std::move(all);
  }

  void add_column(std::string name, ModelColumn column, std::size_t term) {
    out_.names.push_back(std::move(name));
    out_.columns.push_back(std::move(column));
    out_.term_of_column.push_back(term);
  }

  const Formula& formula_;
  const data::Table& table_;
  bool whole_table_ = false;
  ModelMatrix out_;
};

}  // namespace

ModelColumn::ModelColumn(std::vector<double> values)
    : own_(std::make_shared<const std::vector<double>>(std::move(values))), first_(own_->data()), size_(own_->size()) {}

ModelColumn ModelColumn::in_place(const std::vector<double>& values) {
  ModelColumn out;
  out.first_ = values.data();
  out.size_ = values.size();
  return out;
}

ModelColumn ModelColumn::ones(std::size_t size) {
  ModelColumn out(Values(survey::kStretch, 1.0));
  out.size_ = size;
  out.constant_ = true;
  return out;
}

Result<ModelMatrix> make_model_matrix(const Formula& formula, const data::Table& table, const survey::RowList& rows) {
  return MatrixBuilder(formula, table).run(rows);
}

}  // namespace hamdil::stats
