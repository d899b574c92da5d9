#include "stats/model_matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
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

Coding contrasts(const FactorCoding& factor) {
  if (!factor.ordered) return indicators(factor.name, factor.levels, 1);
  Coding out;
  out.by_level = polynomials(factor.levels.size());
  for (std::size_t degree = 1; degree < factor.levels.size(); ++degree)
    out.names.push_back(factor.name + polynomial_suffix(degree));
  return out;
}

// Whether the term without `left_out` is in the model: then that factor enters by contrasts.
bool margin_is_there(const Formula& formula, const std::vector<std::size_t>& term, std::size_t left_out) {
  std::vector<std::size_t> margin;
  for (const std::size_t factor : term)
    if (factor != left_out) margin.push_back(factor);
  if (margin.empty()) return formula.intercept;
  return std::any_of(formula.terms.begin(), formula.terms.end(), [&](const std::vector<std::size_t>& other) {
    return other.size() == margin.size() && std::is_permutation(margin.begin(), margin.end(), other.begin());
  });
}

// The columns so far times those of a category, the former running fastest.
std::vector<ColumnPlan> cross(const std::vector<ColumnPlan>& columns, std::size_t factor, const Coding& coding) {
  std::vector<ColumnPlan> out;
  for (std::size_t right = 0; right < coding.names.size(); ++right) {
    for (ColumnPlan column : columns) {
      column.name += (column.parts.empty() ? "" : ":") + coding.names[right];
      column.parts.push_back({factor, coding.by_level[right]});
      out.push_back(std::move(column));
    }
  }
  return out;
}

// The columns of a category as the rows of a model hold it.
struct CodedRows {
  FactorCoding coding;
  ModelColumn numbers;
  std::vector<std::int32_t> codes;  // of a category, by row
};

CodedRows code_category(const std::string& name, const survey::Encoded& encoded, bool ordered,
                        const survey::RowList& rows) {
  std::vector<std::int32_t> renumbered(encoded.names.size(), -1);
  for (const std::uint32_t row : rows) renumbered[static_cast<std::size_t>(encoded.codes[row])] = 0;
  CodedRows out;
  out.coding = {name, {}, ordered};
  for (std::size_t level = 0; level < renumbered.size(); ++level) {
    if (renumbered[level] < 0) continue;
    renumbered[level] = static_cast<std::int32_t>(out.coding.levels.size());
    out.coding.levels.push_back(encoded.names[level]);
  }
  out.codes.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    out.codes[i] = renumbered[static_cast<std::size_t>(encoded.codes[rows[i]])];
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
    for (std::size_t i = 0; i < numbers.size(); ++i) coded_.push_back(code(formula_.factors[i], std::move(numbers[i])));
    std::vector<FactorCoding> codings;
    for (const CodedRows& one : coded_) codings.push_back(one.coding);
    for (const ColumnPlan& plan : plan_columns(formula_, codings)) add_column(plan);
    return std::move(out_);
  }

 private:
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

  CodedRows code(const Factor& factor, Numbers numbers) const {
    if (is_category(factor, table_)) {
      const data::Column& column = *table_.find(factor.expression.text);
      return code_category(factor.text, survey::encode(column), column.ordered, out_.rows);
    }
    return {{number_name(factor), {}, false}, std::move(numbers).column(), {}};
  }

  void add_column(const ColumnPlan& plan) {
    out_.names.push_back(plan.name);
    out_.term_of_column.push_back(plan.term);
    const bool plain = plan.parts.size() == 1 && plan.parts[0].by_level.empty();
    out_.columns.push_back(plan.parts.empty() ? ModelColumn::ones(out_.rows.size())
                           : plain            ? coded_[plan.parts[0].factor].numbers
                                              : ModelColumn(product(plan)));
  }

  Values product(const ColumnPlan& plan) const {
    Values out(out_.rows.size());
    for (std::size_t p = 0; p < plan.parts.size(); ++p) {
      const ColumnPlan::Part& part = plan.parts[p];
      const CodedRows& own = coded_[part.factor];
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double value =
            part.by_level.empty() ? own.numbers[i] : part.by_level[static_cast<std::size_t>(own.codes[i])];
        out[i] = p == 0 ? value : out[i] * value;
      }
    }
    return out;
  }

  const Formula& formula_;
  const data::Table& table_;
  bool whole_table_ = false;
  std::vector<CodedRows> coded_;  // by factor
  ModelMatrix out_;
};

}  // namespace

bool is_category(const Factor& factor, const data::Table& table) {
  if (factor.expression.kind != Expression::Kind::kName) return false;
  const data::Column* column = table.find(factor.expression.text);
  return column != nullptr && !column->is_numeric();
}

std::string number_name(const Factor& factor) {
  return factor.expression.is_comparison() ? factor.text + "TRUE" : factor.text;
}

std::vector<ColumnPlan> plan_columns(const Formula& formula, const std::vector<FactorCoding>& factors) {
  std::vector<ColumnPlan> out;
  if (formula.intercept) out.push_back({"(Intercept)", formula.terms.size(), {}});
  for (std::size_t index = 0; index < formula.terms.size(); ++index) {
    const std::vector<std::size_t>& term = formula.terms[index];
    std::vector<ColumnPlan> columns = {{"", index, {}}};
    for (const std::size_t factor : term) {
      const FactorCoding& own = factors[factor];
      if (own.categorical()) {
        columns = cross(columns, factor,
                        margin_is_there(formula, term, factor) ? contrasts(own) : indicators(own.name, own.levels, 0));
        continue;
      }
      for (ColumnPlan& column : columns) {
        column.name += (column.parts.empty() ? "" : ":") + own.name;
        column.parts.push_back({factor, {}});
      }
    }
    out.insert(out.end(), std::make_move_iterator(columns.begin()), std::make_move_iterator(columns.end()));
  }
  return out;
}

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
