#include "services/reporting/derived_columns.hpp"

#include <algorithm>
#include <set>

#include "stats/survey/rake.hpp"

namespace hamdil::services::reporting {
namespace {

using data::Column;

Error no_question(const std::string& name) {
  return Error("reporting.no_question", "The answers have no question {question}.", {{"question", name}});
}

Result<Column> joined(const StudyData& data, const study::ItemSpec& item) {
  const Column* group = data.table.find(data.study.spec.group_variable);
  if (group == nullptr) return no_question(data.study.spec.group_variable);
  std::map<std::string, const Column*> columns;
  const Column* first = nullptr;
  for (const auto& [level, question] : item.questions) {
    const Column* column = data.table.find(question);
    if (column == nullptr || column->type != data::ColumnType::kCategory) return no_question(question);
    const auto values = [](const Column& one) {
      std::set<std::string> out;
      for (const data::Level& answer : one.levels) out.insert(answer.value);
      return out;
    };
    if (first != nullptr && values(*first) != values(*column))
      return Error("reporting.mirrored_answers", "The mirrored questions {first} and {second} have other answers.",
                   {{"first", first->name}, {"second", question}})
          .advise("Mirrored questions need the same list of answers; otherwise make two dimensions of them.");
    if (first == nullptr) first = column;
    columns[level] = column;
  }
  if (first == nullptr) return no_question(item.question);
  Column out = Column::of_codes(item.question, {}, first->levels, first->ordered);
  for (std::size_t row = 0; row < data.table.rows; ++row) {
    const auto own = columns.find(group->text_at(row));
    if (own == columns.end())
      out.append_missing(data::Missing::kNotAsked);
    else if (own->second->is_missing(row))
      out.append_missing(own->second->reason(row));
    else
      out.append_code(*out.find_level(own->second->text_at(row)));
  }
  return out;
}

stats::survey::Margin margin_of(const Column& column, const study::KnownShares& known,
                                const std::vector<std::size_t>& rows) {
  stats::survey::Margin out{known.variable, {}, {}};
  for (const auto& [level, share] : known.shares) out.shares.push_back(share);
  for (const std::size_t row : rows) {
    const auto found = std::find_if(known.shares.begin(), known.shares.end(),
                                    [&](const auto& one) { return one.first == column.text_at(row); });
    out.level_of_row.push_back(column.is_missing(row) || found == known.shares.end()
                                   ? -1
                                   : static_cast<std::int32_t>(found - known.shares.begin()));
  }
  return out;
}

}  // namespace

Status join_mirrored_items(StudyData& data) {
  for (const study::MeasureSpec& measure : data.study.spec.measures)
    for (const study::ItemSpec& item : measure.items)
      if (!item.questions.empty()) {
        HAMDIL_TRY(Column column, joined(data, item));
        data.table.put(std::move(column));
      }
  return Done{};
}

void add_flagged(StudyData& data) {
  std::vector<std::int32_t> codes(data.table.rows, 0);
  for (const Column& column : data.table.columns)
    if (column.name.starts_with("_flag_"))
      for (std::size_t row = 0; row < data.table.rows; ++row)
        if (column.codes[row] == 1) codes[row] = 1;
  const auto flagged = std::count(codes.begin(), codes.end(), 1);
  if (flagged > 0 && flagged < static_cast<std::ptrdiff_t>(codes.size()))
    data.table.put(Column::of_codes(kFlaggedColumn, std::move(codes), {{"no", "no"}, {"yes", "yes"}}));
}

Status add_raked_weights(StudyData& data) {
  const study::SampleSpec& sample = data.study.spec.sample;
  if (sample.how_chosen == "probability" || sample.known_shares.empty()) return Done{};
  const Column& rounds = *data.table.find(kRoundColumn);
  const Column* weights = sample.weights.empty() ? nullptr : data.table.find(sample.weights);
  std::vector<double> raked(data.table.rows, 0.0);
  for (const study::RoundSpec& round : data.rounds) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < data.table.rows; ++row)
      if (rounds.text_at(row) == round.name) rows.push_back(row);
    std::vector<double> start;
    for (const std::size_t row : rows) start.push_back(weights == nullptr ? 1.0 : weights->number_at(row));
    std::vector<stats::survey::Margin> margins;
    for (const study::KnownShares& known : sample.known_shares) {
      const Column* column = data.table.find(known.variable);
      if (column == nullptr) return no_question(known.variable);
      margins.push_back(margin_of(*column, known, rows));
    }
    HAMDIL_TRY(const std::vector<double> fitted, stats::survey::rake(std::move(start), margins));
    for (std::size_t i = 0; i < rows.size(); ++i) raked[rows[i]] = fitted[i];
  }
  data.table.put(Column::of_numbers(kRakedColumn, std::move(raked)));
  return Done{};
}

}  // namespace hamdil::services::reporting
