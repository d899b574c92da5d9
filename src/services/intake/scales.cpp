#include "services/intake/scales.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hamdil::services::intake {
namespace {

// One comparison of a constraint, ". >= 0". A strict one is taken as if it allowed its number: nothing is reported that
// the form may have let through.
bool read_comparison(std::string part, Scale& scale) {
  part = text::trim(part);
  while (part.size() > 1 && part.front() == '(' && part.back() == ')')
    part = text::trim(part.substr(1, part.size() - 2));
  if (!part.starts_with('.')) return false;
  part = text::trim(part.substr(1));
  const bool below = part.starts_with('<');
  if (!below && !part.starts_with('>')) return false;
  part = part.substr(part.starts_with("<=") || part.starts_with(">=") ? 2 : 1);
  const auto number = text::parse_number(part);
  if (!number) return false;
  (below ? scale.highest : scale.lowest) = *number;
  return true;
}

std::optional<Scale> usable(Scale scale) {
  const bool is_turned = scale.lowest && scale.highest && *scale.lowest > *scale.highest;
  return is_turned || (!scale.lowest && !scale.highest) ? std::nullopt : std::optional(scale);
}

std::optional<Scale> scale_of_constraint(const std::string& constraint) {
  Scale scale;
  std::string rest = text::trim(text::replace_all(text::replace_all(constraint, "\n", " "), "\t", " "));
  if (rest.find("${") != std::string::npos) return std::nullopt;
  while (!rest.empty()) {
    const std::size_t at = rest.find(" and ");
    if (!read_comparison(rest.substr(0, at), scale)) return std::nullopt;
    rest = at == std::string::npos ? std::string() : text::trim(rest.substr(at + 5));
  }
  return usable(scale);
}

struct Outside {
  std::size_t below = 0, above = 0;
};

Outside count_outside(const data::Column& column, const Scale& scale) {
  Outside out;
  const auto count = [&](double value) {
    out.below += scale.lowest && value < *scale.lowest;
    out.above += scale.highest && value > *scale.highest;
  };
  if (column.type != data::ColumnType::kCategory) {
    for (const double value : column.numbers) count(value);  // missing ones are NaN
    return out;
  }
  std::vector<double> values;
  for (const data::Level& level : column.levels)
    values.push_back(text::parse_number(level.value).value_or(std::nan("")));
  for (const std::int32_t code : column.codes)
    if (code != data::kNoCode) count(values[static_cast<std::size_t>(code)]);
  return out;
}

}  // namespace

std::optional<Scale> scale_of_question(const data::FormItem& question) {
  if (question.type == data::QuestionType::kRange) {
    const std::string *start = question.parameter("start"), *end = question.parameter("end");
    Scale scale{.lowest = start == nullptr ? std::nullopt : text::parse_number(*start),
                .highest = end == nullptr ? std::nullopt : text::parse_number(*end)};
    if (scale.lowest && scale.highest && *scale.lowest > *scale.highest) std::swap(scale.lowest, scale.highest);
    return usable(scale);
  }
  if (question.type != data::QuestionType::kInteger && question.type != data::QuestionType::kDecimal)
    return std::nullopt;
  return scale_of_constraint(question.constraint);
}

std::optional<Scale> scale_of_entry(const data::CodebookEntry& entry) {
  return usable({.lowest = entry.minimum, .highest = entry.maximum});
}

std::optional<Scale> scale_of_answers(const std::set<std::string>& listed) {
  std::set<double> numbers;
  for (const std::string& answer : listed) {
    const auto number = text::parse_number(answer);
    if (!number) return std::nullopt;
    numbers.insert(*number);
  }
  if (numbers.size() < 2) return std::nullopt;
  return Scale{.lowest = *numbers.begin(), .highest = *numbers.rbegin()};
}

void report_outside_scales(const data::Table& answers, const std::map<std::string, Scale>& scales,
                           Diagnostics& problems) {
  constexpr std::size_t kNamed = 20;
  std::vector<std::string> named;
  std::size_t more = 0;
  for (const data::Column& column : answers.columns) {
    const auto scale = scales.find(column.name);
    if (scale == scales.end() || column.type == data::ColumnType::kText) continue;
    const Outside outside = count_outside(column, scale->second);
    if (outside.below + outside.above == 0) continue;
    if (named.size() == kNamed) {
      ++more;
      continue;
    }
    const auto end = [](const std::optional<double>& value) { return value ? text::format_number(*value) : "..."; };
    named.push_back(column.name + " (" + end(scale->second.lowest) + " to " + end(scale->second.highest) +
                    "): " + std::to_string(outside.below) + " below, " + std::to_string(outside.above) + " above");
  }
  if (named.empty()) return;
  problems.push_back(
      {Severity::kWarning,
       Error("intake.answers.outside_scale", "Answers lie outside the scale of their question: {questions}{more}.",
             {{"questions", text::join(named, "; ")},
              {"more", more == 0 ? std::string() : "; and in " + std::to_string(more) + " more"}})
           .advise("They are kept as they are; scores leave them out. Correct them in the file, or declare codes that "
                   "stand for a missing answer (missing in a codebook, a choice such as Don't know in a form).")});
}

}  // namespace hamdil::services::intake
