#include "exchange/kobo/assemble.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/kobo/missing.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::FormItem;
using data::Missing;

std::string without_scheme(const std::string& uuid) { return uuid.starts_with("uuid:") ? uuid.substr(5) : uuid; }

}  // namespace

std::string TableBuilder::unique_name(const std::string& wanted) {
  std::string name = wanted.empty() ? "column" : wanted;
  for (std::size_t n = 2; !names_.insert(name).second; ++n) name = wanted + "_" + std::to_string(n);
  return name;
}

Assembler::Assembler(const data::Form* form, const ReadOptions& options, Diagnostics& diagnostics)
    : form_(form), options_(options), diagnostics_(diagnostics), matcher_(form) {
  for (const data::PlacedItem& placed : matcher_.items())
    if (placed.item->kind == data::ItemKind::kQuestion) ++name_counts_[placed.item->name];
  table_of("", "main");
}

std::size_t Assembler::table_of(const std::string& repeat, const std::string& name) {
  const auto [place, is_new] = table_by_repeat_.try_emplace(repeat, tables_.size());
  if (!is_new) return place->second;
  auto table = std::make_unique<TableBuilder>();
  table->out.repeat = repeat;
  table->out.table.name = name;
  // The nearest repeat above that has a table; sheets arrive outermost first.
  for (std::size_t slash = repeat.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : repeat.rfind('/', slash - 1)) {
    const auto parent = table_by_repeat_.find(repeat.substr(0, slash));
    if (parent == table_by_repeat_.end()) continue;
    table->out.parent_table = parent->second;
    break;
  }
  tables_.push_back(std::move(table));
  return place->second;
}

std::string Assembler::system_value(const RowView& row, std::string_view name) const {
  const auto found = system_columns_.find(std::string(name));
  return found == system_columns_.end() ? std::string() : text::trim(row.cell(found->second));
}

RowKey Assembler::read_key(const RowView& row) const {
  RowKey key;
  for (const char* name : {"_uuid", "instanceID", "KEY", "_submission__uuid"}) {
    key.uuid = without_scheme(system_value(row, name));
    if (!key.uuid.empty()) break;
  }
  key.root_uuid = without_scheme(system_value(row, "meta/rootUuid"));
  for (const char* name : {"__version__", "FormVersion", "_submission___version__"})
    if (key.version.empty()) key.version = system_value(row, name);
  for (const char* name : {"_submission_time", "SubmissionDate", "_submission__submission_time"})
    if (key.submitted.empty()) key.submitted = system_value(row, name);
  if (start_column_ != kNoParent) key.start = text::trim(row.cell(start_column_));
  if (end_column_ != kNoParent) key.end = text::trim(row.cell(end_column_));
  return key;
}

void Assembler::reject(const RowView& row, const char* reason) {
  result.rejected.push_back({.file = sheet_->file, .sheet = sheet_->name, .row = row.number, .reason = reason});
}

std::size_t Assembler::find_parent(const RowView& row, std::size_t table, bool& is_rejected) const {
  is_rejected = false;
  const auto answer = [&](std::size_t found) {
    is_rejected = found == kNoParent;
    return found;
  };
  if (const std::string parent_key = system_value(row, "PARENT_KEY"); !parent_key.empty()) {
    const auto found = row_by_key_.find(parent_key);
    if (found != row_by_key_.end() && found->second.first == tables_[table]->out.parent_table)
      return answer(found->second.second);
  }
  const auto by_index = row_by_index_.find(tables_[table]->out.parent_table);
  if (const std::string index = system_value(row, "_parent_index"); !index.empty() && by_index != row_by_index_.end()) {
    const auto found = by_index->second.find(index);
    if (found != by_index->second.end()) return answer(found->second);
  }
  // Only a repeat directly below the submission can be linked by the submission's identifier.
  if (tables_[table]->out.parent_table == 0) {
    for (const char* name : {"_submission__uuid", "_uuid", "instanceID"}) {
      const auto found = row_by_uuid_.find(without_scheme(system_value(row, name)));
      if (found != row_by_uuid_.end()) return found->second;
    }
  }
  return kNoParent;
}

bool Assembler::has_answer(const Group& group, const RowView& row) const {
  return std::any_of(group.columns.begin(), group.columns.end(), [&](std::size_t column) {
    const std::string_view cell = row.cell(column);
    return !cell.empty() && missing_of_cell(cell) == Missing::kPresent;
  });
}

void Assembler::append_joined(const ColumnPlan& plan, std::string_view cell, TableBuilder& table,
                              std::vector<bool>& is_done) {
  const Missing reason = missing_of_question_cell(cell);
  std::set<std::string, std::less<>> chosen;
  if (reason == Missing::kPresent) {
    for (std::string& word : text::split_words(cell)) chosen.insert(std::move(word));
    const bool all_known = std::all_of(chosen.begin(), chosen.end(),
                                       [&](const std::string& name) { return plan.list->find(name) != nullptr; });
    if (!all_known) {
      // Labels are parted by spaces, too; a label counts when it stands whole, longest first.
      std::string rest = " " + text::fold(cell) + " ";
      std::vector<std::pair<std::string, const data::Choice*>> labels;
      for (const data::Choice& choice : plan.list->choices)
        for (const auto& [language, label] : choice.label.texts) labels.emplace_back(text::fold(label), &choice);
      std::sort(labels.begin(), labels.end(),
                [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
      for (const auto& [label, choice] : labels) {
        const std::size_t at = label.empty() ? std::string::npos : rest.find(" " + label + " ");
        if (at == std::string::npos) continue;
        chosen.insert(choice->name);
        rest.erase(at, label.size() + 1);
        result.holds_labels = true;
      }
    }
  }
  for (std::size_t i = 0; i < plan.flags.size(); ++i) {
    if (is_done[plan.flags[i]]) continue;
    is_done[plan.flags[i]] = true;
    ColumnBuilder& flag = table.columns[plan.flags[i]];
    if (reason != Missing::kPresent)
      flag.append_missing(reason);
    else
      flag.append_flag(chosen.contains(plan.list->choices[i].name));
  }
}

// "water school road": the choices from the first place to the last. Labels are parted by spaces, too; they count in
// the order in which they stand.
void Assembler::append_ranking(const ColumnPlan& plan, std::string_view cell, std::size_t source_row,
                               TableBuilder& table, std::vector<bool>& is_done) {
  if (is_done[plan.builder]) return;
  is_done[plan.builder] = true;
  for (const std::size_t flag : plan.flags) is_done[flag] = true;
  const Missing reason = missing_of_question_cell(cell);
  if (reason != Missing::kPresent) {
    table.columns[plan.builder].append_missing(reason);
    for (const std::size_t flag : plan.flags) table.columns[flag].append_missing(reason);
    return;
  }
  std::vector<std::string> order = text::split_words(cell);
  const auto is_known = [&](const std::string& name) { return plan.list->find(name) != nullptr; };
  if (!std::all_of(order.begin(), order.end(), is_known)) {
    std::vector<std::pair<std::string, const data::Choice*>> labels;
    for (const data::Choice& choice : plan.list->choices)
      for (const auto& [language, label] : choice.label.texts) labels.emplace_back(text::fold(label), &choice);
    std::sort(labels.begin(), labels.end(),
              [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    std::string rest = " " + text::fold(cell) + " ";
    std::map<std::size_t, std::string> found;
    for (const auto& [label, choice] : labels) {
      const std::size_t at = label.empty() ? std::string::npos : rest.find(" " + label + " ");
      if (at == std::string::npos) continue;
      found[at] = choice->name;
      rest.replace(at + 1, label.size(), label.size(), ' ');
    }
    order.clear();
    if (text::trim(rest).empty())
      for (auto& [at, name] : found) order.push_back(name);
    result.holds_labels = result.holds_labels || !order.empty();
  }
  const bool is_twice = std::set<std::string>(order.begin(), order.end()).size() != order.size();
  if (order.empty() || is_twice) {
    table.columns[plan.builder].append_unreadable(cell, source_row);
    for (const std::size_t flag : plan.flags) table.columns[flag].append_missing(Missing::kUnreadable);
    return;
  }
  table.columns[plan.builder].append(text::join(order, " "), source_row);
  for (std::size_t i = 0; i < plan.flags.size(); ++i) {
    const auto place = std::find(order.begin(), order.end(), plan.list->choices[i].name);
    if (place == order.end())
      table.columns[plan.flags[i]].append_missing(Missing::kBlank);
    else
      table.columns[plan.flags[i]].append(std::to_string(place - order.begin() + 1), source_row);
  }
}

void Assembler::append_row(Group& group, const RowView& row, const RowKey& key, std::size_t parent_row) {
  TableBuilder& table = *tables_[group.table];
  group.last_row = table.out.source_rows.size();
  table.out.source_rows.push_back(row.number);
  table.out.keys.push_back(key);
  if (group.table != 0) table.out.parent_rows.push_back(parent_row);
  std::vector<bool> is_done(table.columns.size(), false);
  std::map<std::size_t, std::map<std::size_t, std::size_t>> places;  // of rankings: builder, place, column
  for (const std::size_t column : group.columns) {
    const ColumnPlan& plan = plans_[column];
    if (plan.kind == ColumnPlan::Kind::kJoined) append_joined(plan, row.cell(column), table, is_done);
    if (plan.kind == ColumnPlan::Kind::kRanking) append_ranking(plan, row.cell(column), row.number, table, is_done);
    if (plan.kind == ColumnPlan::Kind::kRankPlace) places[plan.builder][plan.place] = column;
    if (plan.kind != ColumnPlan::Kind::kCell) continue;
    ColumnBuilder& builder = table.columns[plan.builder];
    if (!is_done[plan.builder]) {
      builder.batch = batch_;
      builder.append(row.cell(column), row.number);
      is_done[plan.builder] = true;
    }
  }
  for (const auto& [builder, columns] : places) {
    std::string order;
    for (const auto& [place, column] : columns) order += (order.empty() ? "" : " ") + std::string(row.cell(column));
    append_ranking(plans_[columns.begin()->second], text::trim(order), row.number, table, is_done);
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!is_done[i]) table.columns[i].append_missing(Missing::kNotAsked);
}

void Assembler::row(const RowView& row) {
  const bool is_tag_row =
      std::all_of(row.cells.begin(), row.cells.end(), [](std::string_view c) { return c.empty() || c[0] == '#'; });
  if (row.number == sheet_->header_row + 1 && is_tag_row) return;  // HXL tags
  ++result.rows_read;
  const RowKey key = read_key(row);
  Group& own = groups_[0];
  const bool is_row_wise = std::any_of(groups_.begin(), groups_.end(), [](const Group& g) { return g.is_row_wise; });
  std::size_t own_row = kNoParent;
  const std::string index = system_value(row, "_index");
  if (own.table == 0) {
    const auto known = key.uuid.empty() ? row_by_uuid_.end() : row_by_uuid_.find(key.uuid);
    if (known != row_by_uuid_.end() && !is_row_wise) {
      if (!index.empty()) row_by_index_[0][index] = kNoParent;
      if (const std::string own_key = system_value(row, "KEY"); !own_key.empty()) row_by_key_[own_key] = {0, kNoParent};
      return reject(row, "duplicate_submission");
    }
    if (known != row_by_uuid_.end()) {
      own_row = known->second;
    } else {
      append_row(own, row, key, kNoParent);
      own_row = own.last_row;
      if (!key.uuid.empty()) row_by_uuid_.emplace(key.uuid, own_row);
    }
  } else {
    bool is_rejected = false;
    const std::size_t parent = find_parent(row, own.table, is_rejected);
    if (is_rejected) {
      reject(row, "duplicate_submission");
      result.rejected.back().of_repeat = true;
      return;
    }
    RowKey whole = key;
    if (parent == kNoParent) {
      orphan_rows_.push_back(row.number);
    } else {
      whole = tables_[tables_[own.table]->out.parent_table]->out.keys[parent];
    }
    append_row(own, row, whole, parent);
    own_row = own.last_row;
  }
  if (!index.empty()) row_by_index_[own.table][index] = own_row;
  if (const std::string own_key = system_value(row, "KEY"); !own_key.empty())
    row_by_key_[own_key] = {own.table, own_row};
  append_groups(row, own_row);
}

void Assembler::append_groups(const RowView& row, std::size_t own_row) {
  // Parents stand before their children in groups_: backwards, an answer makes all groups around it.
  std::vector<bool> is_used(groups_.size(), false);
  for (std::size_t i = groups_.size(); i-- > 1;) {
    is_used[i] = is_used[i] || has_answer(groups_[i], row);
    if (is_used[i] && groups_[i].parent) is_used[*groups_[i].parent] = true;
  }
  const std::size_t own_table = groups_[0].table;
  for (std::size_t i = 1; i < groups_.size(); ++i) {
    Group& group = groups_[i];
    if (!is_used[i]) continue;
    // Only a row of the table that the repeat hangs on can be its parent.
    const std::size_t around = group.parent ? groups_[*group.parent].table : own_table;
    const bool hangs_there = around == tables_[group.table]->out.parent_table;
    const std::size_t parent = !hangs_there ? kNoParent : group.parent ? groups_[*group.parent].last_row : own_row;
    append_row(group, row, tables_[own_table]->out.keys[own_row], parent);
  }
}

void Assembler::end_sheet() {
  if (!orphan_rows_.empty()) {
    Error problem("exchange.survey.orphan", "Rows {rows} of the repeat belong to no submission in this export.",
                  {{"rows", csv::describe_rows(orphan_rows_)}});
    problem.where = {.file = sheet_->file, .sheet = sheet_->name, .row = orphan_rows_.front()};
    problem.hint = "Export the submissions and the repeats together, without a filter.";
    diagnostics_.push_back({Severity::kWarning, std::move(problem)});
  }
  sheet_ = nullptr;
}

}  // namespace hamdil::exchange::kobo
