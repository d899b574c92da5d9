#include "app/cli/estimate_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace hamdil::cli {
namespace {

using Lines = std::vector<std::vector<std::string>>;

// Seven significant digits, as a person compares them with another program.
std::string figure(double value) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  return fmt::format("{:.7g}", value);
}

// Characters, not bytes, so that names in any script line up.
std::size_t width(const std::string& s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The first `left` columns start at the left, figures end at the right.
std::string align(const Lines& lines, std::size_t left) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()), 0);
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - width(line[i]), ' ');
      const bool to_the_left = i < left || (i + 1 == widths.size() && left > 0);
      text += (i > 0 ? "  " : "") + (to_the_left ? line[i] + padding : padding + line[i]);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out += text + "\n";
  }
  return out;
}

std::string flags_text(const stats::Row& row) {
  std::vector<std::string> names;
  for (const stats::Flag flag : row.flags) names.emplace_back(stats::flag_name(flag));
  return text::join(names, " ");
}

std::string rows_text(const stats::ResultTable& table) {
  if (table.rows.empty()) return {};
  const auto any = [&](auto member) {
    return std::any_of(table.rows.begin(), table.rows.end(),
                       [&](const stats::Row& row) { return !std::isnan(row.*member); });
  };
  const bool deff = any(&stats::Row::deff);
  const bool p_value = any(&stats::Row::p_value);
  Lines lines(1);
  for (const auto& [variable, level] : table.rows[0].by) lines[0].push_back(variable);
  const std::size_t left = lines[0].size() + 1;
  const std::string interval = fmt::format("{:g}% from", table.level * 100);
  for (const std::string& name :
       {std::string("term"), std::string("estimate"), std::string("se"), interval, std::string("to")})
    lines[0].push_back(name);
  if (p_value) lines[0].emplace_back("p");
  if (deff) lines[0].emplace_back("deff");
  for (const char* name : {"n", "df", "flags"}) lines[0].emplace_back(name);
  for (const stats::Row& row : table.rows) {
    std::vector<std::string> line;
    for (const auto& [variable, level] : row.by) line.push_back(level);
    line.push_back(row.term);
    for (const double value : {row.estimate, row.se, row.ci_t_domain.lower, row.ci_t_domain.upper})
      line.push_back(figure(value));
    if (p_value) line.push_back(figure(row.p_value));
    if (deff) line.push_back(figure(row.deff));
    line.push_back(std::to_string(row.base_rows));
    line.push_back(figure(row.degf_domain));
    line.push_back(flags_text(row));
    lines.push_back(std::move(line));
  }
  return align(lines, left);
}

std::string tests_text(const stats::ResultTable& table) {
  if (table.tests.empty()) return {};
  Lines lines{{"test", "statistic", "df", "ddf", "p"}};
  for (const stats::Test& test : table.tests)
    lines.push_back({test.name, figure(test.statistic), figure(test.df), figure(test.ddf), figure(test.p_value)});
  return align(lines, 1);
}

std::string methods_text(const stats::ResultTable& table) {
  if (table.methods.empty()) return {};
  Lines lines{{"interval", "from", "to"}};
  for (const stats::MethodInterval& method : table.methods)
    lines.push_back({method.method, figure(method.ci.lower), figure(method.ci.upper)});
  return align(lines, 1);
}

std::string counts_text(const stats::ResultTable& table) {
  if (table.counts.values.empty()) return {};
  Lines lines(1);
  lines[0].emplace_back();
  lines[0].insert(lines[0].end(), table.col_levels.begin(), table.col_levels.end());
  for (std::size_t r = 0; r < table.counts.rows; ++r) {
    lines.push_back({table.row_levels[r]});
    for (std::size_t c = 0; c < table.counts.columns; ++c) lines.back().push_back(figure(table.counts.at(r, c)));
  }
  return align(lines, 0);
}

std::string matrix_text(const char* title, const stats::Matrix& matrix) {
  if (matrix.values.empty()) return {};
  Lines lines;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    lines.emplace_back();
    for (std::size_t c = 0; c < matrix.columns; ++c) lines.back().push_back(figure(matrix.at(r, c)));
  }
  return std::string(title) + "\n" + align(lines, 0);
}

std::string lines_of(const stats::Figures& figures, const std::string& before);

// Figures one a line, those below others with their names before.
struct FigureLines {
  std::string name;
  std::string line(const std::string& text) const { return name + ": " + text + "\n"; }
  std::string operator()(double value) const { return line(figure(value)); }
  std::string operator()(bool value) const { return line(value ? "yes" : "no"); }
  std::string operator()(const std::string& value) const { return line(value); }
  std::string operator()(const std::vector<double>& list) const {
    std::vector<std::string> parts;
    for (const double value : list) parts.push_back(figure(value));
    return line(text::join(parts, " "));
  }
  std::string operator()(const std::vector<std::string>& list) const { return line(text::join(list, ", ")); }
  std::string operator()(const stats::Matrix& matrix) const { return matrix_text(name.c_str(), matrix); }
  std::string operator()(const stats::Figures& figures) const { return lines_of(figures, name + "."); }
  std::string operator()(const std::vector<stats::Figures>& records) const {
    std::string out;
    for (std::size_t i = 0; i < records.size(); ++i) out += lines_of(records[i], fmt::format("{}[{}].", name, i + 1));
    return out;
  }
};

std::string lines_of(const stats::Figures& figures, const std::string& before) {
  std::string out;
  for (const stats::Figure& one : figures) out += std::visit(FigureLines{before + one.name}, one.value);
  return out;
}

std::string figures_text(const stats::ResultTable& table) {
  std::string out = lines_of(table.figures, "");
  for (const auto& [name, value] : table.values) out += name + ": " + figure(value) + "\n";
  for (const auto& [name, list] : table.series) {
    std::vector<std::string> parts;
    for (const double value : list) parts.push_back(figure(value));
    out += name + ": " + text::join(parts, " ") + "\n";
  }
  for (const auto& [name, words] : table.texts) out += name + ": " + words + "\n";
  for (const stats::Flag flag : table.flags) out += std::string("flag: ") + stats::flag_name(flag) + "\n";
  for (const std::string& note : table.notes) out += "note: " + note + "\n";
  return out;
}

}  // namespace

Result<std::string> estimate_table_text(const stats::ResultTable& table) {
  // A released table tells the answers behind each row, not those of the whole query.
  std::string out =
      table.n == 0 ? fmt::format("{}: {} degrees of freedom\n", table.estimator, figure(table.degf))
                   : fmt::format("{}: {} rows, {} degrees of freedom\n", table.estimator, table.n, figure(table.degf));
  out += rows_text(table) + tests_text(table) + methods_text(table) + counts_text(table);
  out += matrix_text("matrix", table.matrix) + matrix_text("standard errors", table.matrix_se) + figures_text(table);
  for (std::size_t i = 0; i < table.parts.size(); ++i) {
    HAMDIL_TRY(const std::string part, estimate_table_text(table.parts[i]));
    out += "\n" + table.part_names[i] + " - " + part;
  }
  return out;
}

}  // namespace hamdil::cli
