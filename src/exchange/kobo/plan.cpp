// Where the columns of a sheet go: tables, rows inside a row, question by question.
#include <algorithm>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/kobo/assemble.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::FormItem;
using data::QuestionType;
using Part = HeaderTarget::Part;

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
    made.is_whole = target.part == Part::kWhole;
    if (kind == CellKind::kCategory)
      made.use_choices(*list, form_->default_language, options_.recognise_missing_choices);
    made.set_label(item.label.best(form_->default_language));
    return made;
  });
  return out;
}

// One ordered answer, and for each choice the place that it was given.
Assembler::ColumnPlan Assembler::plan_ranking(const HeaderTarget& target, std::size_t column, std::size_t group) {
  ColumnPlan out{.kind = target.part == Part::kRank ? ColumnPlan::Kind::kRankPlace : ColumnPlan::Kind::kRanking,
                 .group = group};
  out.list = list_of(*target.item->item);
  out.type = QuestionType::kRank;
  if (target.part == Part::kRank) out.place = static_cast<std::size_t>(*text::parse_integer(target.choice));
  TableBuilder& table = *tables_[groups_[group].table];
  const std::string path = target.item->path("/");
  const std::string& label = target.item->item->label.best(form_->default_language);
  matched_questions_.insert(path);
  out.builder = table.column(path + "\n", [&] {
    ColumnBuilder made(table.unique_name(column_name(*target.item)), CellKind::kText, info_of(target, column));
    made.is_whole = true;
    made.set_label(label);
    return made;
  });
  for (const data::Choice& choice : out.list->choices)
    out.flags.push_back(table.column(path + "\n" + choice.name, [&] {
      ColumnInfo info = info_of(target, column);
      info.choice = choice.name;
      ColumnBuilder made(table.unique_name(column_name(*target.item) + "/" + choice.name), CellKind::kInteger,
                         std::move(info));
      const std::string& choice_label = choice.label.best(form_->default_language);
      made.set_label((label.empty() ? "" : label + " :: ") + (choice_label.empty() ? choice.name : choice_label));
      return made;
    }));
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
    const bool is_ranking = target.item != nullptr && target.item->item->type == QuestionType::kRank &&
                            (target.part == Part::kWhole || target.part == Part::kRank) &&
                            list_of(*target.item->item) != nullptr;
    if (is_ranking) {
      plans_.push_back(plan_ranking(target, i, group));
    } else if (is_joined && list_of(*target.item->item) != nullptr) {
      matched_questions_.insert(target.item->path("/"));
      plans_.push_back(plan_select_multiple(target, i, group, split.contains({target.item, target.positions})));
    } else {
      plans_.push_back(plan(target, i, group));
    }
  }
}

}  // namespace hamdil::exchange::kobo
