// What lists say of other records: by their ids, by their titles, and by both.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/list_importer.hpp"

namespace hamdil::services::records {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;

void Importer::take_titles(MappedColumn& column, std::size_t at, std::size_t ids) {
  titles_beside_[at] = {column.field, ids};
  column.field.clear();
}

// The columns that hold the ids of references, by field.
std::map<std::string, std::size_t> Importer::columns_of_ids(const ListHead& head) const {
  std::map<std::string, std::size_t> out;
  for (std::size_t i = 0; i < head.names.size(); ++i) {
    const MappedColumn column = map_column(head.names[i]);
    if (!column.sure || !column.field.ends_with(":id")) continue;
    const std::string name = column.field.substr(0, column.field.size() - 3);
    if (const FieldDefinition* field = kind_.find(name); field != nullptr && !field->refers_to.empty()) out[name] = i;
  }
  return out;
}

namespace {

// The ids of a kind's records by id, folded title and, where no record has that title, folded name in any language; ""
// where several have it.
std::map<std::string, std::string> ids_by_title(const store::Workspace& workspace, const std::string& kind) {
  std::map<std::string, std::string> out, by_name;
  const auto records = workspace.list(kind);
  if (!records) return out;
  const auto put = [](std::map<std::string, std::string>& map, const std::string& text, const std::string& id) {
    const auto [place, is_new] = map.emplace(text::fold(text), id);
    if (!is_new && place->second != id) place->second.clear();
  };
  const KindDefinition* definition = model::find_kind(kind);
  for (const Record& record : *records) {
    out[record.id] = record.id;
    put(out, record.title, record.id);
    if (definition == nullptr || definition->name_field.empty()) continue;
    const Json names = record.fields().value(definition->name_field, Json::object());
    for (const auto& [language, name] : names.items()) put(by_name, name.get<std::string>(), record.id);
  }
  out.insert(by_name.begin(), by_name.end());
  return out;
}

}  // namespace

// By id, else by title or name where only one record has it.
std::optional<std::string> Importer::find_reference(const std::string& kind, const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (const auto given = joined_.find(kind); given != joined_.end())
    if (const auto id = given->second.find(text); id != given->second.end()) return id->second;
  auto known = ids_by_title_.find(kind);
  if (known == ids_by_title_.end()) {
    known = ids_by_title_.emplace(kind, ids_by_title(workspace_, kind)).first;
  }
  for (const std::string& key : {text, text::fold(text)})
    if (const auto found = known->second.find(key); found != known->second.end() && !found->second.empty())
      return found->second;
  if (kind == kind_.name && own_ids_.contains(text)) return text;
  // In the bin: what refers to it already may go on doing so.
  if (const auto titles = workspace_.titles(kind, {text}); titles && titles->size() == 1) return text;
  if (is_in_bin(kind, text)) {
    in_bin_ = text;
    return std::nullopt;
  }
  constexpr std::size_t kMostUnknown = 500;
  UnknownReference& unknown = unknown_[{kind, text}];
  if (++unknown.rows == 1 && unknown_.size() <= kMostUnknown) {
    unknown.kind = kind;
    unknown.text = text;
    if (kind == "place" && beside_) unknown.beside = text::trim(*beside_);
  }
  return std::nullopt;
}

// What a record in the bin is called, where the text is its title and no other has it.
bool Importer::is_in_bin(const std::string& kind, const std::string& text) {
  const auto [known, is_new] = binned_.try_emplace(kind);
  if (is_new) {
    store::RecordQuery query{.kind = kind, .in_bin = true, .limit = 1000};
    do {
      const auto page = workspace_.query(query);
      if (!page) break;
      for (const Record& record : page->records) known->second.insert(text::fold(record.title));
      query.cursor = page->next;
    } while (!query.cursor.empty());
  }
  return known->second.contains(text::fold(text));
}

// What may stand for a record beside its id, folded: its title, its names, and its code where the title names a person.
const std::set<std::string>& Importer::names_of(const std::string& kind, const std::string& id) {
  const auto [place, is_new] = names_.try_emplace({kind, id});
  if (!is_new) return place->second;
  const KindDefinition* definition = model::find_kind(kind);
  if (const auto titles = workspace_.titles(kind, {id}))
    for (const store::RecordTitle& one : *titles) {
      place->second.insert(text::fold(one.title));
      if (definition != nullptr && definition->title_is_personal)
        place->second.insert(text::fold(model::code_of_title(id)));
    }
  if (definition == nullptr || definition->name_field.empty() || place->second.empty()) return place->second;
  if (const auto record = workspace_.find(kind, id); record && *record) {
    const Json names = (*record)->fields().value(definition->name_field, Json::object());
    for (const auto& [language, name] : names.items()) place->second.insert(text::fold(name.get<std::string>()));
  }
  return place->second;
}

// What the titles say, with the ids that stand beside them for those that are the same; none where all are, and where
// an id stands for no record, which is left to be told as one.
std::optional<std::vector<std::string>> Importer::changed_titles(const FieldDefinition& field, const std::string& ids,
                                                                 const std::string& titles) {
  const bool is_one = field.type == FieldType::kReference;
  std::vector<std::string> known;
  for (std::string& id : parts_of_cell(ids, is_one))
    if (!names_of(field.refers_to, id).empty()) known.push_back(std::move(id));
  if (known.empty()) return std::nullopt;
  std::vector<std::string> told = parts_of_cell(titles, is_one);
  std::size_t same = 0;
  for (std::string& one : told) {
    const auto id = std::find_if(known.begin(), known.end(), [&](const std::string& each) {
      return names_of(field.refers_to, each).contains(text::fold(one));
    });
    if (id == known.end()) continue;
    one = *id;
    known.erase(id);
    ++same;
  }
  return known.empty() && same == told.size() ? std::nullopt : std::optional(std::move(told));
}

// Beside each other stand what people read and what programs read. Whoever changes a list changes what they read, so a
// title that is not that of the id counts; in a new row a title may be missing, in one that was written here it was
// taken out.
void Importer::read_titles_beside_ids(const std::vector<std::string>& cells, const std::vector<std::string>& head,
                                      ListRow& row) {
  const auto at = [&](std::size_t column) { return column < cells.size() ? text::trim(cells[column]) : std::string(); };
  for (const auto& [place, beside] : titles_beside_) {
    const std::string ids = at(beside.ids), titles = at(place);
    const MappedColumn column{head[place], beside.field, true};
    if (ids.empty()) {
      if (!titles.empty()) read_cell(titles, column, row);
      continue;
    }
    if (titles.empty() && row.id.empty()) continue;
    const auto changed = changed_titles(*kind_.find(beside.field), ids, titles);
    if (!changed) continue;
    note(changed->empty() ? Error("records.import.title_gone",
                                  "The title was taken out and the id beside it was not: the field is emptied.")
                          : Error("records.import.title_counts",
                                  "The title was changed and the id beside it was not: the title counts."),
         row.number, head[place]);
    read_cell(changed->empty() ? "" : join_cell(*changed), column, row);
  }
}

}  // namespace hamdil::services::records
