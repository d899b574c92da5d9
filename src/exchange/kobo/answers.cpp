#include "exchange/kobo/answers.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "exchange/datetime.hpp"
#include "exchange/xlsform/binds.hpp"
#include "exchange/xpath/dates.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::ColumnType;
using data::Missing;

const std::vector<std::size_t> kNoRows;

// A value that stands in a cell, as the form wrote it.
void append_cell(const data::Column& column, std::size_t row, std::string& out) {
  switch (column.type) {
    case ColumnType::kCategory:
      out += column.levels[static_cast<std::size_t>(column.codes[row])].value;
      return;
    case ColumnType::kText:
      out += column.texts[row];
      return;
    case ColumnType::kDate:
      out += iso_date(static_cast<std::int64_t>(column.numbers[row]));
      return;
    case ColumnType::kDateTime:
      out += xpath::instant_text({column.numbers[row] / 86'400, true}, 0);
      return;
    default:
      out += xpath::number_text(column.numbers[row]);
  }
}

}  // namespace

Answers::Answers(const std::vector<data::PlacedItem>& items, std::vector<std::unique_ptr<TableBuilder>>& tables,
                 const std::map<std::string, std::size_t>& table_by_repeat, bool omits_blanks)
    : omits_blanks_(omits_blanks), tables_(tables) {
  std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>> columns;  // table and column by question
  for (std::size_t t = 0; t < tables.size(); ++t)
    for (std::size_t c = 0; c < tables[t]->columns.size(); ++c)
      if (const std::string& question = tables[t]->columns[c].info.question; !question.empty())
        columns[question].emplace_back(t, c);
  std::map<const data::FormItem*, std::size_t> index;
  for (const data::PlacedItem& placed : items) {
    AnswerItem item{.placed = &placed};
    std::string repeat_path, so_far;
    for (const data::FormItem* parent : placed.parents) {
      item.parent = index.at(parent);
      so_far += (so_far.empty() ? "" : "/") + parent->name;
      if (parent->kind != data::ItemKind::kRepeat) continue;
      item.repeats.push_back(item.parent);
      repeat_path = so_far;
    }
    const auto table = table_by_repeat.find(repeat_path);
    item.table = table == table_by_repeat.end() ? kNoTable : table->second;
    if (const auto found = columns.find(placed.path("/")); found != columns.end())
      for (const auto& [t, c] : found->second) {
        if (t != item.table) continue;
        item.columns.push_back(c);
        const ColumnBuilder& column = tables[t]->columns[c];
        if (column.kind() == CellKind::kFlag)
          item.flags.push_back(c);
        else if (column.is_whole)
          item.whole = c;
      }
    if (placed.item->type == data::QuestionType::kCalculate && item.whole != kNoTable) {
      const data::Column& column = tables[item.table]->columns[item.whole].column();
      item.is_silent = !column.missing.empty() && std::none_of(column.missing.begin(), column.missing.end(),
                                                               [](Missing m) { return m == Missing::kPresent; });
    }
    const auto own = table_by_repeat.find(placed.path("/"));
    instances_.push_back(placed.item->kind == data::ItemKind::kRepeat && own != table_by_repeat.end() ? own->second
                                                                                                      : kNoTable);
    const auto [place, is_new] = by_name_.try_emplace(placed.item->name, items_.size());
    if (!is_new) place->second = std::nullopt;
    index[placed.item] = items_.size();
    items_.push_back(std::move(item));
  }
  below_.resize(tables.size());
  for (std::size_t t = 1; t < tables.size(); ++t) {
    below_[t].resize(rows(tables[t]->out.parent_table));
    for (std::size_t row = 0; row < rows(t); ++row)
      if (const std::size_t parent = tables[t]->out.parent_rows[row]; parent != kNoParent)
        below_[t][parent].push_back(row);
  }
}

std::optional<std::size_t> Answers::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : found->second;
}

std::size_t Answers::row_around(std::size_t table, std::size_t row, std::size_t outer) const {
  while (table != outer && row != kNoParent && table != 0) {
    row = tables_[table]->out.parent_rows[row];
    table = tables_[table]->out.parent_table;
  }
  return table == outer ? row : kNoParent;
}

const std::vector<std::size_t>& Answers::rows_below(std::size_t table, std::size_t parent_row) const {
  return parent_row < below_[table].size() ? below_[table][parent_row] : kNoRows;
}

bool Answers::is_exported(std::size_t item) const {
  if (items_[item].whole != kNoTable || !items_[item].flags.empty()) return true;
  // A calculation that is empty in every row was lost; everything else is left out because nobody answered it.
  return omits_blanks_ && items_[item].placed->item->type != data::QuestionType::kCalculate;
}

bool Answers::append_value(std::size_t item, std::size_t row, std::string& out) const {
  const AnswerItem& what = items_[item];
  if (what.table == kNoTable || row == kNoParent || what.is_silent) return false;
  const std::vector<ColumnBuilder>& columns = tables_[what.table]->columns;
  if (what.whole != kNoTable) {
    const ColumnBuilder& builder = columns[what.whole];
    const Missing reason = builder.column().reason(row);
    if (reason == Missing::kUnreadable) return false;
    if (reason == Missing::kPresent)
      append_cell(builder.column(), row, out);
    else if (const std::string* choice = builder.missing_choice(row))
      out += *choice;
    return true;
  }
  if (what.flags.empty()) return is_exported(item);
  bool is_first = true;
  for (const std::size_t flag : what.flags) {
    const data::Column& column = columns[flag].column();
    if (column.reason(row) == Missing::kUnreadable) return false;
    if (column.is_missing(row) || column.codes[row] != 1) continue;
    if (!is_first) out.push_back(' ');
    out += columns[flag].info.choice;
    is_first = false;
  }
  return true;
}

SubmissionTree::SubmissionTree(Answers& answers, const data::Form& form, std::vector<bool> wanted)
    : answers_(answers),
      form_(form),
      wanted_(std::move(wanted)),
      children_(answers.items().size() + 1),
      root_(xlsform::root_name(form)),
      nodes_(answers.items().size()) {
  for (std::size_t i = 0; i < answers.items().size(); ++i) {
    const AnswerItem& item = answers.items()[i];
    names_.push_back(document_.intern(item.placed->item->name));
    children_[item.parent == kNoTable ? children_.size() - 1 : item.parent].push_back(i);
  }
}

void SubmissionTree::build(std::size_t row) {
  document_.clear();
  for (auto& nodes : nodes_) nodes.clear();
  const xpath::NodeId root = document_.add(xpath::kDocumentNode, xpath::NodeKind::kElement, document_.intern(root_));
  add_children(children_.size() - 1, root, row, 0);
}

void SubmissionTree::add_children(std::size_t of, xpath::NodeId parent, std::size_t row, std::size_t table) {
  for (const std::size_t child : children_[of]) add_item(child, parent, row, table);
}

void SubmissionTree::add_item(std::size_t item, xpath::NodeId parent, std::size_t row, std::size_t table) {
  const AnswerItem& what = answers_.items()[item];
  const auto add = [&](std::size_t own_row) {
    const xpath::NodeId node = document_.add(parent, xpath::NodeKind::kElement, names_[item]);
    document_.at(node).item = static_cast<std::uint32_t>(item);
    nodes_[item].push_back({node, own_row});
    return node;
  };
  if (what.placed->item->kind == data::ItemKind::kRepeat) {
    const std::size_t own = answers_.table_of_repeat(item);
    if (own == kNoTable || answers_.table(own).out.parent_table != table) return;
    for (const std::size_t instance : answers_.rows_below(own, row)) add_children(item, add(instance), instance, own);
    return;
  }
  if (what.placed->item->kind == data::ItemKind::kGroup) return add_children(item, add(row), row, table);
  if (!wanted_[item]) return;
  const xpath::NodeId node = add(row);
  std::string value;
  document_.at(node).is_unknown = !answers_.append_value(item, row, value);
  if (!value.empty()) document_.at(node).value = document_.keep(std::move(value));
}

bool SubmissionTree::find_reference(std::string_view name, xpath::NodeRef current, std::vector<xpath::NodeRef>& out) {
  const auto target = answers_.find(name);
  if (!target) return false;
  const AnswerItem& item = answers_.items()[*target];
  const bool is_exported = item.placed->item->kind == data::ItemKind::kRepeat
                               ? answers_.table_of_repeat(*target) != kNoTable
                               : item.table != kNoTable;
  if (!is_exported) return false;
  // Inside the innermost repeat that both stand in; everywhere when there is none.
  xpath::NodeId scope = xpath::kDocumentNode;
  for (xpath::NodeId id = current.id; id != xpath::kNoNode && scope == xpath::kDocumentNode;
       id = document_.at(id).parent) {
    const std::uint32_t here = document_.at(id).item;
    if (std::find(item.repeats.begin(), item.repeats.end(), here) != item.repeats.end()) scope = id;
  }
  for (const Placed& placed : nodes_[*target]) {
    xpath::NodeId id = placed.node;
    while (id != xpath::kNoNode && id != scope) id = document_.at(id).parent;
    if (id == scope) out.push_back({&document_, placed.node});
  }
  return true;
}

std::optional<xpath::NodeRef> SubmissionTree::find_instance(std::string_view id) {
  if (const auto known = instances_.find(id); known != instances_.end())
    return xpath::NodeRef{known->second.get(), xpath::kDocumentNode};
  const data::ChoiceList* list = form_.find_list(id);
  if (list == nullptr || list->choices.size() > 50'000) return std::nullopt;
  auto document = std::make_unique<xpath::Document>();
  using xpath::NodeKind;
  const xpath::NodeId root = document->add(xpath::kDocumentNode, NodeKind::kElement, document->intern("root"));
  for (const data::Choice& choice : list->choices) {
    const xpath::NodeId item = document->add(root, NodeKind::kElement, document->intern("item"));
    document->add(item, NodeKind::kElement, document->intern("name"), choice.name);
    document->add(item, NodeKind::kElement, document->intern("label"), choice.label.best(form_.default_language));
    for (const auto& [column, value] : choice.extra)
      document->add(item, NodeKind::kElement, document->intern(column), value);
  }
  const auto made = instances_.emplace(std::string(id), std::move(document)).first;
  return xpath::NodeRef{made->second.get(), xpath::kDocumentNode};
}

std::optional<std::string> SubmissionTree::find_choice_label(std::string_view value, std::string_view question) {
  std::string name = text::trim(question);
  if (name.starts_with("${") && name.ends_with("}"))
    name = text::trim(std::string_view(name).substr(2, name.size() - 3));
  if (const std::size_t slash = name.rfind('/'); slash != std::string::npos) name = text::trim(name.substr(slash + 1));
  const auto item = answers_.find(name);
  if (!item) return std::nullopt;
  const data::ChoiceList* list = form_.find_list(answers_.items()[*item].placed->item->list);
  if (list == nullptr) return std::nullopt;
  const data::Choice* choice = list->find(value);
  return choice == nullptr ? std::string() : choice->label.best(form_.default_language);
}

}  // namespace hamdil::exchange::kobo
