#include "stats/survey/table.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

struct TwoWay {
  RowList rows;
  std::vector<std::string> row_levels;
  std::vector<std::string> col_levels;
  std::vector<std::int32_t> row_codes;  // belong to `rows`
  std::vector<std::int32_t> col_codes;
  std::size_t cells() const { return row_levels.size() * col_levels.size(); }
  std::size_t cell(std::size_t i) const {
    return static_cast<std::size_t>(col_codes[i]) * row_levels.size() + static_cast<std::size_t>(row_codes[i]);
  }
};

void drop_unused(std::vector<std::string>& levels, std::vector<std::int32_t>& codes) {
  std::vector<std::int32_t> renumbered(levels.size(), -1);
  for (const std::int32_t code : codes) renumbered[static_cast<std::size_t>(code)] = 0;
  std::vector<std::string> kept;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (renumbered[level] < 0) continue;
    renumbered[level] = static_cast<std::int32_t>(kept.size());
    kept.push_back(levels[level]);
  }
  for (std::int32_t& code : codes) code = renumbered[static_cast<std::size_t>(code)];
  levels = std::move(kept);
}

Result<TwoWay> cross(const data::Table& table, const RowList& rows, const std::string& row_variable,
                     const std::string& col_variable) {
  HAMDIL_TRY(const data::Column* row_column, find_column(table, row_variable));
  HAMDIL_TRY(const data::Column* col_column, find_column(table, col_variable));
  Encoded down = encode(*row_column);
  Encoded across = encode(*col_column);
  TwoWay out;
  out.row_levels = std::move(down.names);
  out.col_levels = std::move(across.names);
  for (const std::uint32_t row : rows) {
    if (down.codes[row] < 0 || across.codes[row] < 0) continue;
    out.rows.push_back(row);
    out.row_codes.push_back(down.codes[row]);
    out.col_codes.push_back(across.codes[row]);
  }
  return out;
}

// Totals of several influence columns that depend on the cell alone: influence[cell][column] times the row's weight.
Totals cell_totals(const SurveyDesign& design, const TwoWay& two_way, const std::vector<Values>& influence) {
  const std::size_t columns = influence.empty() ? 0 : influence[0].size();
  Totals totals(design, columns);
  totals.mark(two_way.rows);
  Values values(two_way.rows.size());
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = design.weights()[two_way.rows[i]] * influence[two_way.cell(i)][column];
    totals.add(two_way.rows, values, column);
  }
  return totals;
}

struct Shares {
  Values cell;
  Values row;
  Values col;
  double weight = 0;
  double n = 0;
};

Shares shares_of(const SurveyDesign& design, const TwoWay& two_way) {
  Shares out{Values(two_way.cells(), 0.0), Values(two_way.row_levels.size(), 0.0),
             Values(two_way.col_levels.size(), 0.0)};
  for (std::size_t i = 0; i < two_way.rows.size(); ++i) {
    const double weight = design.weights()[two_way.rows[i]];
    out.weight += weight;
    out.n += 1;
    out.cell[two_way.cell(i)] += weight;
  }
  const std::size_t down = out.row.size();
  for (std::size_t cell = 0; cell < out.cell.size(); ++cell) {
    out.cell[cell] /= out.weight;
    out.row[cell % down] += out.cell[cell];
    out.col[cell / down] += out.cell[cell];
  }
  return out;
}

double pearson(const Shares& shares) {
  double sum = 0;
  const std::size_t down = shares.row.size();
  for (std::size_t cell = 0; cell < shares.cell.size(); ++cell) {
    const double expected = shares.row[cell % down] * shares.col[cell / down];
    sum += (shares.cell[cell] - expected) * (shares.cell[cell] - expected) / expected;
  }
  return shares.n * sum;
}

// The interaction space of the table: what products of row and column indicators have beyond the main effects.
Matrix interaction(std::size_t down, std::size_t across) {
  const std::size_t cells = down * across;
  Matrix main{cells, down + across - 1, Values(cells * (down + across - 1), 0.0)};
  Matrix both{cells, (down - 1) * (across - 1), Values(cells * (down - 1) * (across - 1), 0.0)};
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::size_t r = cell % down;
    const std::size_t c = cell / down;
    main.at(cell, 0) = 1;
    if (r > 0) main.at(cell, r) = 1;
    if (c > 0) main.at(cell, down - 1 + c) = 1;
    if (r > 0 && c > 0) both.at(cell, (c - 1) * (down - 1) + r - 1) = 1;
  }
  return residuals_on(main, both);
}

// Rao and Scott's generalised design effects of the interaction.
Result<Matrix> design_effects(const SurveyDesign& design, const TwoWay& two_way, const Shares& shares) {
  const std::size_t cells = two_way.cells();
  std::vector<Values> influence(cells, Values(cells));
  for (std::size_t cell = 0; cell < cells; ++cell)
    for (std::size_t column = 0; column < cells; ++column)
      influence[cell][column] = ((cell == column) - shares.cell[column]) / shares.weight;
  HAMDIL_TRY(const Matrix matrix, covariance(design, cell_totals(design, two_way, influence)));
  const Matrix contrast = interaction(shares.row.size(), shares.col.size());
  Matrix scaled = contrast;
  Matrix simple = contrast;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const double inverse = shares.cell[cell] == 0 ? 0 : 1 / shares.cell[cell];
    for (std::size_t column = 0; column < contrast.columns; ++column) {
      scaled.at(cell, column) *= inverse;
      simple.at(cell, column) *= inverse / shares.n;
    }
  }
  return solve(multiply(transpose(contrast), simple), multiply(transpose(scaled), multiply(matrix, scaled)));
}

// Wald statistic of the totals N_ij - N_i. N_.j / N over all rows and columns but the last.
Result<double> wald(const SurveyDesign& design, const TwoWay& two_way, const Shares& shares) {
  const std::size_t down = shares.row.size();
  const std::size_t across = shares.col.size();
  Values residuals;
  std::vector<Values> influence(two_way.cells());
  for (std::size_t c = 0; c + 1 < across; ++c) {
    for (std::size_t r = 0; r + 1 < down; ++r) {
      const double share = shares.cell[c * down + r];
      residuals.push_back(shares.weight * (share - shares.row[r] * shares.col[c]));
      for (std::size_t cell = 0; cell < influence.size(); ++cell) {
        const double in_row = cell % down == r;
        const double in_col = cell / down == c;
        influence[cell].push_back(in_row * in_col - shares.col[c] * in_row - shares.row[r] * in_col +
                                  shares.row[r] * shares.col[c]);
      }
    }
  }
  HAMDIL_TRY(const Matrix matrix, covariance(design, cell_totals(design, two_way, influence)));
  return quadratic_form(residuals, matrix);
}

class Tester {
 public:
  Tester(const SurveyDesign& design, const TwoWay& two_way, std::size_t asked, double degf)
      : design_(design),
        two_way_(two_way),
        shares_(shares_of(design, two_way)),
        degf_(degf),
        usable_(two_way.row_levels.size() > 1 && two_way.col_levels.size() > 1),
        df_((static_cast<double>(two_way.row_levels.size()) - 1) *
            (static_cast<double>(two_way.col_levels.size()) - 1)) {
    // The statistic is scaled to all rows asked, those without an answer to one of the two included; p-values do not
    // depend on it.
    shares_.n = static_cast<double>(asked);
  }

  Result<Test> run(const std::string& name) {
    if (name == "Wald" || name == "adjWald") return wald_test(name);
    if (name != "F" && name != "Chisq" && name != "saddlepoint")
      return Error("stats.chisq.unknown_statistic",
                   "The test statistic {name} is not known; known are F, Chisq, Wald, adjWald, saddlepoint.",
                   {{"name", name}});
    Test out;
    out.name = name;
    if (!usable_) return out;
    HAMDIL_CHECK(prepare());
    const double x2 = pearson(shares_);
    double trace = 0;
    double trace2 = 0;
    const Matrix squared = multiply(effects_, effects_);
    for (std::size_t i = 0; i < effects_.rows; ++i) {
      trace += effects_.at(i, i);
      trace2 += squared.at(i, i);
    }
    out.statistic = x2;
    if (name == "F") {
      out.df = trace * trace / trace2;
      out.ddf = out.df * degf_;
      out.statistic = x2 / trace;
      out.p_value = f_upper(out.statistic, out.df, out.ddf);
    } else if (name == "Chisq") {
      out.df = df_;
      out.p_value = chisq_upper(x2 * df_ / trace, df_);
    } else {
      out.p_value = f_mixture_upper(x2, eigenvalues(effects_), trace * trace / trace2 * degf_);
    }
    return out;
  }

 private:
  Status prepare() {
    if (!effects_.values.empty()) return Done{};
    HAMDIL_TRY(effects_, design_effects(design_, two_way_, shares_));
    return Done{};
  }

  Result<Test> wald_test(const std::string& name) {
    Test out;
    out.name = name;
    if (!usable_) return out;
    HAMDIL_TRY(const double chisq, wald(design_, two_way_, shares_));
    const bool adjusted = name == "adjWald";
    out.df = df_;
    out.ddf = adjusted ? degf_ - df_ + 1 : degf_;
    out.statistic = chisq / df_ * (adjusted ? out.ddf / degf_ : 1);
    out.p_value = f_upper(out.statistic, out.df, out.ddf);
    return out;
  }

  const SurveyDesign& design_;
  const TwoWay& two_way_;
  Shares shares_;
  double degf_;
  bool usable_;
  double df_;
  Matrix effects_;
};

}  // namespace

Result<ResultTable> estimate_table(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                   const std::string& row_variable, const std::string& col_variable) {
  HAMDIL_TRY(TwoWay two_way, cross(table, rows, row_variable, col_variable));
  const std::size_t down = two_way.row_levels.size();
  const std::size_t across = two_way.col_levels.size();
  ResultTable out;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  out.counts = Matrix{down, across, Values(down * across, 0.0)};
  for (std::size_t i = 0; i < two_way.rows.size(); ++i)
    out.counts.at(static_cast<std::size_t>(two_way.row_codes[i]), static_cast<std::size_t>(two_way.col_codes[i])) +=
        design.weights()[two_way.rows[i]];
  out.row_levels = std::move(two_way.row_levels);
  out.col_levels = std::move(two_way.col_levels);
  return out;
}

Result<ResultTable> chisq_test(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                               const std::vector<std::string>& variables, const std::vector<std::string>& statistics) {
  if (variables.size() != 2) return Error("stats.chisq.two_variables", "A test of independence takes two variables.");
  HAMDIL_TRY(TwoWay two_way, cross(table, rows, variables[0], variables[1]));
  drop_unused(two_way.row_levels, two_way.row_codes);
  drop_unused(two_way.col_levels, two_way.col_codes);
  ResultTable out;
  // Those of all rows asked, as R's svychisq counts them: a missing answer takes no cluster out of the design.
  out.degf = degrees_of_freedom(design, rows);
  out.n = two_way.rows.size();
  Tester tester(design, two_way, rows.size(), out.degf);
  for (const std::string& name : statistics) {
    HAMDIL_TRY(Test test, tester.run(name));
    out.tests.push_back(std::move(test));
  }
  return out;
}

}  // namespace hamdil::stats::survey
