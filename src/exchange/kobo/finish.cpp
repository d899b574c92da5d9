// What can be said only after the last row: why cells are empty, and the finished tables.
#include <algorithm>

#include "exchange/kobo/assemble.hpp"
#include "exchange/kobo/missing.hpp"
#include "exchange/kobo/relevance.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::FormItem;
using data::Missing;
using data::QuestionType;

bool has_condition(const data::PlacedItem& placed) {
  return !placed.item->relevant.empty() ||
         std::any_of(placed.parents.begin(), placed.parents.end(),
                     [](const FormItem* parent) { return !parent->relevant.empty(); });
}

void set_blank_to(data::Column& column, std::size_t row, Missing reason) {
  if (column.reason(row) == Missing::kBlank) column.missing[row] = reason;
}

// A blank cell of a question that was asked for certain stays blank.
void set_unasked(data::Column& column, std::size_t row, const std::vector<bool>& is_asked) {
  if (is_asked.empty() || !is_asked[row]) set_blank_to(column, row, Missing::kNotAsked);
}

}  // namespace

// A version in which nobody answered a question that other versions have answered did not have it.
void Assembler::mark_by_version(TableBuilder& table) {
  std::map<std::string, std::vector<std::size_t>> rows_by_version;
  for (std::size_t row = 0; row < table.out.keys.size(); ++row)
    rows_by_version[table.out.keys[row].version].push_back(row);
  if (rows_by_version.size() < 2 || rows_by_version.size() > 500) return;
  for (ColumnBuilder& builder : table.columns) {
    data::Column& column = builder.column();
    if (column.missing.empty()) continue;
    std::vector<const std::vector<std::size_t>*> silent;
    for (const auto& [version, rows] : rows_by_version) {
      const bool is_silent = std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
        return column.reason(row) == Missing::kBlank || column.reason(row) == Missing::kNotAsked;
      });
      if (is_silent && !version.empty()) silent.push_back(&rows);
    }
    if (silent.size() == rows_by_version.size()) continue;
    for (const auto* rows : silent)
      for (const std::size_t row : *rows) set_blank_to(column, row, Missing::kNotAsked);
  }
}

// Empty cells of questions whose condition could not be evaluated: skipped for certain when the question must be
// answered, when the whole group that carries the condition is empty, or when a select_multiple is empty in all its
// columns.
void Assembler::mark_by_question(TableBuilder& table, const std::vector<std::vector<bool>>& is_asked) {
  std::map<std::string, const data::PlacedItem*> items;
  for (const data::PlacedItem& placed : matcher_.items()) items[placed.path("/")] = &placed;
  std::map<const FormItem*, std::vector<std::size_t>> groups;
  std::map<std::string, std::vector<std::size_t>> multiples;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnInfo& info = table.columns[i].info;
    const auto found = items.find(info.question);
    if (found == items.end()) continue;
    const data::PlacedItem& placed = *found->second;
    for (const FormItem* parent : placed.parents)
      if (!parent->relevant.empty()) groups[parent].push_back(i);
    if (table.columns[i].kind() == CellKind::kFlag) multiples[info.question].push_back(i);
    if (placed.item->required.empty() || !has_condition(placed)) continue;
    data::Column& column = table.columns[i].column();
    for (std::size_t row = 0; row < column.missing.size(); ++row) set_unasked(column, row, is_asked[i]);
  }
  const auto mark_empty_together = [&](const std::vector<std::size_t>& together) {
    for (std::size_t row = 0; row < table.out.keys.size(); ++row) {
      const bool is_empty = std::all_of(together.begin(), together.end(), [&](std::size_t i) {
        const Missing reason = table.columns[i].column().reason(row);
        return reason == Missing::kBlank || reason == Missing::kNotAsked;
      });
      if (!is_empty) continue;
      for (const std::size_t i : together) set_unasked(table.columns[i].column(), row, is_asked[i]);
    }
  };
  for (const auto& [group, together] : groups) mark_empty_together(together);
  for (const auto& [question, together] : multiples) {
    if (has_condition(*items.at(question))) mark_empty_together(together);
    // "Don't know" alone is no answer about the other choices.
    const data::ChoiceList* list = list_of(*items.at(question)->item);
    if (list == nullptr || !options_.recognise_missing_choices) continue;
    std::map<std::size_t, Missing> reasons;
    for (const std::size_t i : together) {
      const data::Choice* choice = list->find(table.columns[i].info.choice);
      const Missing reason = choice == nullptr ? Missing::kPresent : missing_of_choice(*choice);
      if (reason != Missing::kPresent) reasons[i] = reason;
    }
    for (const auto& [which, reason] : reasons) {
      const data::Column& given = table.columns[which].column();
      for (std::size_t row = 0; row < table.out.keys.size(); ++row) {
        if (given.is_missing(row) || given.codes[row] != 1) continue;
        const bool is_alone = std::none_of(together.begin(), together.end(), [&](std::size_t i) {
          const data::Column& other = table.columns[i].column();
          return i != which && !other.is_missing(row) && other.codes[row] == 1;
        });
        if (!is_alone) continue;
        for (const std::size_t i : together)
          if (i != which && !reasons.contains(i)) table.columns[i].column().set_missing(row, reason);
      }
    }
  }
}

// Empty where everybody counts, also where the question that decides has no column.
std::vector<bool> Assembler::counted_rows() const {
  std::vector<bool> out;
  if (options_.counted_by.empty() || !options_.counts) return out;
  for (const ColumnBuilder& builder : tables_.front()->columns) {
    const std::string& question = builder.info.question;
    const std::size_t slash = question.rfind('/');
    if (question.substr(slash == std::string::npos ? 0 : slash + 1) != options_.counted_by) continue;
    out.assign(builder.size(), false);
    for (std::size_t row = 0; row < out.size(); ++row) out[row] = options_.counts(builder.column(), row);
  }
  return out;
}

void Assembler::mark_not_asked() {
  for (auto& table : tables_) mark_by_version(*table);
  if (form_ == nullptr) return;
  Answers answers(matcher_.items(), tables_, table_by_repeat_, result.dialect == Dialect::kKoboJson);
  RelevanceOutcome outcome = mark_relevance(answers, *form_, counted_rows(), diagnostics_);
  result.relevance = std::move(outcome.questions);
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    outcome.is_asked.resize(tables_.size());
    outcome.is_asked[t].resize(tables_[t]->columns.size());
    mark_by_question(*tables_[t], outcome.is_asked[t]);
  }
}

SurveyExport Assembler::finish() {
  std::sort(result.not_in_form.begin(), result.not_in_form.end());
  result.not_in_form.erase(std::unique(result.not_in_form.begin(), result.not_in_form.end()), result.not_in_form.end());
  for (const data::PlacedItem& placed : matcher_.items()) {
    const bool is_question = placed.item->kind == data::ItemKind::kQuestion && data::holds_answer(placed.item->type);
    if (is_question && !matched_questions_.contains(placed.path("/"))) result.not_in_data.push_back(placed.path("/"));
  }
  DateOrders orders;
  for (const auto& table : tables_)
    for (const ColumnBuilder& builder : table->columns) builder.add_date_evidence(orders);
  const auto file_of = [](const TableBuilder& table) {
    return table.out.source_files.empty() ? std::string() : table.out.source_files.front();
  };
  for (auto& table : tables_)
    for (ColumnBuilder& builder : table->columns) builder.settle_dates(orders, file_of(*table), diagnostics_);
  mark_not_asked();
  for (auto& table : tables_) {
    const std::string file = file_of(*table);
    table->out.table.rows = table->out.source_rows.size();
    for (ColumnBuilder& builder : table->columns) {
      result.holds_labels = result.holds_labels || builder.used_label;
      ColumnInfo info = builder.info;
      table->out.table.columns.push_back(builder.finish(orders, file, diagnostics_));
      table->out.columns.push_back(std::move(info));
    }
    result.tables.push_back(std::move(table->out));
  }
  return std::move(result);
}

}  // namespace hamdil::exchange::kobo
