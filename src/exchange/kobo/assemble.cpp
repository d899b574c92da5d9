#include "exchange/kobo/assemble.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/kobo/missing.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::FormItem;
using data::Missing;
using data::QuestionType;
using Part = HeaderTarget::Part;

std::string without_scheme(const std::string& uuid) { return uuid.starts_with("uuid:") ? uuid.substr(5) : uuid; }

// Path of the innermost repeat around an item, "" at the top.
std::string repeat_path(const data::PlacedItem& placed) {
  std::string out;
  std::string so_far;
  for (const FormItem* parent : placed.parents) {
    so_far += (so_far.empty() ? "" : "/") + parent->name;
    if (parent->kind == data::ItemKind::kRepeat) out = so_far;
  }
  return out;
}

// "children[1]/toys[2]/name" is a cell of the repeat "children/toys".
std::string repeat_of_header(const std::string& header) {
  std::string out;
  const std::size_t last = header.rfind("]/");
  for (std::size_t i = 0; i < last && last != std::string::npos; ++i) {
    if (header[i] == '[') i = header.find(']', i);
    if (header[i] != ']') out.push_back(header[i]);
  }
  return out;
}

std::string leaf_of_header(const std::string& header) {
  const std::size_t last = header.rfind("]/");
  return last == std::string::npos ? header : header.substr(last + 2);
}

bool is_key_column(std::string_view system) {
  return system == "_index" || system == "_parent_index" || system == "_parent_table_name" || system == "_uuid" ||
         system == "instanceID" || system == "KEY" || system == "PARENT_KEY" || system == "meta/rootUuid" ||
         system.starts_with("_submission_");
}

CellKind kind_of_part(Part part, QuestionType type) {
  switch (part) {
    case Part::kLatitude:
    case Part::kLongitude:
    case Part::kAltitude:
    case Part::kPrecision:
      return CellKind::kNumber;
    case Part::kUrl:
      return CellKind::kText;
    case Part::kSystem:
    case Part::kUnknown:
      return CellKind::kInferred;
    default:
      return kind_of_question(type);
  }
}

const char* part_suffix(Part part) {
  switch (part) {
    case Part::kLatitude:
      return "_latitude";
    case Part::kLongitude:
      return "_longitude";
    case Part::kAltitude:
      return "_altitude";
    case Part::kPrecision:
      return "_precision";
    case Part::kUrl:
      return "_url";
    default:
      return "";
  }
}

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

const data::ChoiceList* Assembler::list_of(const FormItem& item) const {
  if (form_ == nullptr || item.list.empty()) return nullptr;
  if (item.choice_source == FormItem::ChoiceSource::kList) return form_->find_list(item.list);
  return nullptr;
}

std::string Assembler::column_name(const data::PlacedItem& placed) const {
  const auto found = name_counts_.find(placed.item->name);
  return found != name_counts_.end() && found->second > 1 ? placed.path("/") : placed.item->name;
}

ColumnInfo Assembler::info_of(const HeaderTarget& target, std::size_t column) const {
  ColumnInfo info;
  if (target.item != nullptr) {
    info.question = target.item->path("/");
    info.type = target.item->item->type;
    info.list = target.item->item->list;
  }
  info.header = sheet_->header[column];
  info.sheet = sheet_->name;
  info.source_column = column + 1;
  info.match = target.match;
  return info;
}

std::size_t Assembler::flag_column(const HeaderTarget& target, const std::string& choice, std::size_t table,
                                   std::size_t column, const std::string& header) {
  TableBuilder& builder = *tables_[table];
  const std::string path = target.item->path("/");
  return builder.column(path + "\n" + choice, [&] {
    ColumnInfo info = info_of(target, column);
    info.choice = choice;
    info.header = header;
    if (info.match != Match::kLabel) info.match = Match::kChoice;
    ColumnBuilder made(builder.unique_name(column_name(*target.item) + "/" + choice), CellKind::kFlag, std::move(info));
    const data::ChoiceList* list = list_of(*target.item->item);
    const data::Choice* entry = list == nullptr ? nullptr : list->find(choice);
    const std::string& label = target.item->item->label.best(form_->default_language);
    const std::string choice_label =
        entry == nullptr || entry->label.empty() ? choice : entry->label.best(form_->default_language);
    made.set_label(label.empty() ? choice_label : label + " :: " + choice_label);
    return made;
  });
}

Assembler::ColumnPlan Assembler::plan_select_multiple(const HeaderTarget& target, std::size_t column, std::size_t group,
                                                      bool has_split) {
  ColumnPlan out{.kind = ColumnPlan::Kind::kJoined, .group = group};
  out.list = list_of(*target.item->item);
  if (out.list == nullptr) return {.kind = ColumnPlan::Kind::kSkip};
  if (has_split) return {.kind = ColumnPlan::Kind::kSkip};
  for (const data::Choice& choice : out.list->choices)
    out.flags.push_back(flag_column(target, choice.name, groups_[group].table, column, sheet_->header[column]));
  return out;
}

Assembler::ColumnPlan Assembler::plan(const HeaderTarget& target, std::size_t column, std::size_t group) {
  ColumnPlan out{.kind = ColumnPlan::Kind::kCell, .group = group, .system = target.system};
  TableBuilder& table = *tables_[groups_[group].table];
  if (target.part == Part::kSystem) {
    if (is_key_column(target.system) || table.has_column("system\n" + target.system))
      return {.kind = ColumnPlan::Kind::kSkip, .system = target.system};
    out.builder = table.column("system\n" + target.system, [&] {
      return ColumnBuilder(table.unique_name(target.system), CellKind::kInferred, info_of(target, column));
    });
    return out;
  }
  if (target.item == nullptr) {
    const std::string leaf = leaf_of_header(sheet_->header[column]);
    if (leaf.empty()) {
      const std::string name = "column_" + column_letters(column + 1);
      out.builder = table.column("unknown\n" + name, [&] {
        return ColumnBuilder(table.unique_name(name), CellKind::kInferred, info_of(target, column));
      });
      return out;
    }
    out.builder = table.column("unknown\n" + leaf, [&] {
      return ColumnBuilder(table.unique_name(leaf), CellKind::kInferred, info_of(target, column));
    });
    return out;
  }
  const FormItem& item = *target.item->item;
  out.type = item.type;
  matched_questions_.insert(target.item->path("/"));
  if (target.part == Part::kChoice) {
    out.builder = flag_column(target, target.choice, groups_[group].table, column, sheet_->header[column]);
    return out;
  }
  const std::string suffix = part_suffix(target.part);
  out.builder = table.column(target.item->path("/") + "\n" + suffix, [&] {
    CellKind kind = kind_of_part(target.part, item.type);
    const data::ChoiceList* list = list_of(item);
    if (kind == CellKind::kCategory && list == nullptr) kind = CellKind::kOpenCategory;
    ColumnBuilder made(table.unique_name(column_name(*target.item) + suffix), kind, info_of(target, column));
    if (kind == CellKind::kCategory)
      made.use_choices(*list, form_->default_language, options_.recognise_missing_choices);
    made.set_label(item.label.best(form_->default_language));
    return made;
  });
  return out;
}

std::size_t Assembler::group_of(const HeaderTarget& target, const std::string& header, bool is_repeated_header,
                                std::size_t occurrence) {
  Group wanted;
  if (target.part == Part::kSystem) return 0;
  if (!target.positions.empty()) {
    wanted.positions = target.positions;
    wanted.repeat = target.item != nullptr && !repeat_path(*target.item).empty() ? repeat_path(*target.item)
                                                                                 : repeat_of_header(header);
  } else if (target.item != nullptr && sheet_->repeat.empty()) {
    wanted.repeat = repeat_path(*target.item);
    if (wanted.repeat.empty()) return 0;
    if (is_repeated_header) wanted.positions = {occurrence};
    // "children/age" without a number: further rows of the same submission. A bare "age" beside the submission's own
    // columns is something that somebody added (the first child's age, say) and stays with the submission.
    else if (target.match == Match::kPath)
      wanted.is_row_wise = true;
    else
      return 0;
  }
  if (wanted.repeat.empty()) return 0;
  return make_group(std::move(wanted));
}

// "bed_net[1]/member[2]" hangs below "bed_net[1]", which is made when no column of its own did it.
std::size_t Assembler::make_group(Group wanted) {
  const auto known = group_index_.find({wanted.repeat, wanted.positions});
  if (known != group_index_.end()) return known->second;
  const std::size_t slash = wanted.repeat.rfind('/');
  if (wanted.positions.size() > 1 && slash != std::string::npos) {
    Group parent;
    parent.repeat = wanted.repeat.substr(0, slash);
    parent.positions.assign(wanted.positions.begin(), wanted.positions.end() - 1);
    wanted.parent = make_group(std::move(parent));
  }
  wanted.table = table_of(wanted.repeat, slash == std::string::npos ? wanted.repeat : wanted.repeat.substr(slash + 1));
  group_index_.emplace(std::pair{wanted.repeat, wanted.positions}, groups_.size());
  groups_.push_back(std::move(wanted));
  return groups_.size() - 1;
}

void Assembler::begin_sheet(const SourceSheet& sheet) {
  sheet_ = &sheet;
  ++batch_;
  if (export_ != sheet.batch) {
    row_by_index_.clear();
    export_ = sheet.batch;
  }
  plans_.clear();
  groups_.clear();
  group_index_.clear();
  system_columns_.clear();
  orphan_rows_.clear();
  start_column_ = end_column_ = kNoParent;
  const std::size_t table = table_of(sheet.repeat, sheet.name);
  groups_.push_back({.table = table, .repeat = sheet.repeat});
  SurveyTable& out = tables_[table]->out;
  out.source_files.push_back(sheet.file);
  out.first_rows.push_back(out.source_rows.size());

  const std::vector<HeaderTarget> targets =
      matcher_.match(sheet.header, sheet.repeat_item == nullptr ? nullptr : sheet.repeat_item->item);
  std::map<std::pair<const data::PlacedItem*, std::string>, std::size_t> counts;
  std::set<std::pair<const data::PlacedItem*, std::vector<std::size_t>>> split;
  for (const HeaderTarget& target : targets) {
    if (target.item != nullptr && target.positions.empty())
      ++counts[{target.item, target.choice + part_suffix(target.part)}];
    if (target.part == Part::kChoice) split.insert({target.item, target.positions});
  }
  std::map<std::pair<const data::PlacedItem*, std::string>, std::size_t> seen;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const HeaderTarget& target = targets[i];
    std::size_t occurrence = 0;
    bool is_repeated = false;
    if (target.item != nullptr && target.positions.empty()) {
      const std::pair key{target.item, target.choice + part_suffix(target.part)};
      occurrence = ++seen[key];
      is_repeated = counts[key] > 1;
    }
    if (target.part == Part::kSystem) system_columns_.try_emplace(target.system, i);
    if (target.item != nullptr && target.item->item->type == QuestionType::kStart) start_column_ = i;
    if (target.item != nullptr && target.item->item->type == QuestionType::kEnd) end_column_ = i;
    const std::size_t group = group_of(target, sheet.header[i], is_repeated, occurrence);
    groups_[group].columns.push_back(i);
    if (target.item == nullptr && target.part == Part::kUnknown && !sheet.header[i].empty() && form_ != nullptr)
      result.not_in_form.push_back(sheet.header[i]);
    const bool is_joined = target.part == Part::kWhole && target.item != nullptr &&
                           target.item->item->type == QuestionType::kSelectMultiple;
    if (is_joined && list_of(*target.item->item) != nullptr) {
      matched_questions_.insert(target.item->path("/"));
      plans_.push_back(plan_select_multiple(target, i, group, split.contains({target.item, target.positions})));
    } else {
      plans_.push_back(plan(target, i, group));
    }
  }
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
  const Missing reason = missing_of_cell(cell);
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

void Assembler::append_row(Group& group, const RowView& row, const RowKey& key, std::size_t parent_row) {
  TableBuilder& table = *tables_[group.table];
  group.last_row = table.out.source_rows.size();
  table.out.source_rows.push_back(row.number);
  table.out.keys.push_back(key);
  if (group.table != 0) table.out.parent_rows.push_back(parent_row);
  std::vector<bool> is_done(table.columns.size(), false);
  for (const std::size_t column : group.columns) {
    const ColumnPlan& plan = plans_[column];
    if (plan.kind == ColumnPlan::Kind::kJoined) append_joined(plan, row.cell(column), table, is_done);
    if (plan.kind != ColumnPlan::Kind::kCell) continue;
    ColumnBuilder& builder = table.columns[plan.builder];
    if (!is_done[plan.builder]) {
      builder.batch = batch_;
      builder.append(row.cell(column), row.number);
      is_done[plan.builder] = true;
    }
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
    if (is_rejected) return reject(row, "duplicate_submission");
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
    const std::size_t parent = group.parent ? groups_[*group.parent].last_row : own_row;
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
