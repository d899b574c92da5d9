// Lists of records: conditions, order, pages, full text, and who refers to whom.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;
using Condition = RecordQuery::Condition;

constexpr std::size_t kFixedColumns = 5 + std::size(kStamps);  // id, version, title, state, deleted, stamps
constexpr std::size_t kMostOnPage = 1000;

bool is_number(FieldType type) { return type == FieldType::kNumber || type == FieldType::kInteger; }

// Of reference fields whose targets a view does not show all: the ids that it shows, as SQL (State::seen_ids).
using SeenIds = std::map<std::string, std::string>;

// The SQL expression of a field's column as JSON, without what the view does not show.
std::string column_of(const FieldDefinition& field, const SeenIds& seen) {
  const std::string column = quoted("f_" + field.name);
  const auto ids = seen.find(field.name);
  if (ids == seen.end()) return column;
  // json_each gives the one value of a text and every value of a list.
  if (field.type == FieldType::kReference)
    return "(CASE WHEN json_extract(" + column + ", '$')" + ids->second + " THEN " + column + " END)";
  return "(SELECT nullif(json_group_array(value), '[]') FROM json_each(" + column + ") WHERE value" + ids->second + ")";
}

// The SQL expression of a field's plain value; an error for a field that the kind does not have.
Result<std::string> value_of(const KindDefinition& kind, const std::string& name, const SeenIds& seen) {
  if (name == "title" && kind.title_is_personal)
    return Error("store.query.personal", "The field {field} is sealed: lists cannot be filtered or sorted by it.",
                 {{"field", name}});
  if (name == "title" || name == "state") return quoted(name);
  if (std::find(std::begin(kStamps), std::end(kStamps), name) != std::end(kStamps)) return quoted(name);
  const FieldDefinition* field = kind.find(name);
  if (field == nullptr)
    return Error("model.record.unknown_field", "There is no field {field} in this kind of record.", {{"field", name}});
  if (field->personal != model::PersonalClass::kNone)
    return Error("store.query.personal", "The field {field} is sealed: lists cannot be filtered or sorted by it.",
                 {{"field", name}});
  return "json_extract(" + column_of(*field, seen) + ", '$')";
}

struct Where {
  std::string sql;
  std::vector<std::string> texts;  // bound in this order
};

// How the beginning of a word of a name stands in the index: nobody reads it without the workspace's key.
std::string keyed_word(const protect::SecretKey& key, const std::string& beginning) {
  constexpr std::size_t kShown = 20;
  return "q" + keyed_digest_hex(beginning, key.bytes()).substr(0, kShown);
}

// Each word from its beginning; with a key, as words of a sealed name, too.
std::string as_full_text(const std::string& words, const protect::SecretKey* key = nullptr) {
  std::string out;
  for (const std::string& word : text::asked_words(words)) {
    const std::string one = "\"" + word + "\"*";
    out +=
        (out.empty() ? "" : " AND ") + (key == nullptr ? one : "(" + one + " OR \"" + keyed_word(*key, word) + "\")");
  }
  return out;
}

// Whether every word stands in this text, from its beginning.
bool has_words(const std::string& text, const std::string& words) {
  const std::vector<std::string> wanted = text::asked_words(words), there = text::indexed_words(text);
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    return std::any_of(there.begin(), there.end(), [&](const std::string& one) { return one.starts_with(word); });
  });
}

Result<std::string> condition_sql(const KindDefinition& kind, const Condition& condition, const SeenIds& seen,
                                  Where& where) {
  HAMDIL_TRY(const std::string value, value_of(kind, condition.field, seen));
  const FieldDefinition* field = kind.find(condition.field);
  const bool numeric = field != nullptr && (is_number(field->type) || field->type == FieldType::kBoolean);
  const bool many = field != nullptr && (field->type == FieldType::kReferences || field->type == FieldType::kTags ||
                                         field->type == FieldType::kFiles);
  using Is = Condition::Is;
  if (condition.is == Is::kEmpty) return value + " IS NULL";
  if (condition.is == Is::kFilled) return value + " IS NOT NULL";
  if (condition.is == Is::kContains) {
    where.texts.push_back(text::fold(condition.value));
    return "instr(fold(" + value + "), ?) > 0";
  }
  where.texts.push_back(condition.value == "true" ? "1" : condition.value == "false" ? "0" : condition.value);
  if (many) {
    const char* const one = field->type == FieldType::kFiles ? "value ->> 'address'" : "value";
    const std::string any =
        "EXISTS (SELECT 1 FROM json_each(" + column_of(*field, seen) + ") WHERE " + std::string(one) + " = ?)";
    return condition.is == Is::kNotEqual ? "NOT " + any : any;
  }
  // Indexed: the column holds the value as JSON.
  if (field != nullptr && condition.is == Is::kEqual && !numeric) {
    where.texts.back() = Json(condition.value).dump();
    return quoted("f_" + field->name) + " = ?" + (seen.contains(field->name) ? " AND " + value + " IS NOT NULL" : "");
  }
  const std::string given = numeric ? "CAST(? AS REAL)" : "?";
  const char* sign = condition.is == Is::kAtLeast    ? " >= "
                     : condition.is == Is::kAtMost   ? " <= "
                     : condition.is == Is::kNotEqual ? " IS NOT "
                                                     : " = ";
  return value + sign + given;
}

// `named`: the rows whose sealed titles may be read; searched by the words of names, too.
Result<Where> where_of(const KindDefinition& kind, const RecordQuery& query, const SeenIds& seen,
                       const protect::SecretKey& key, const std::string& named) {
  Where where{query.in_bin ? "deleted = 1" : "deleted = 0", {}};
  for (const Condition& condition : query.conditions) {
    HAMDIL_TRY(const std::string sql, condition_sql(kind, condition, seen, where));
    where.sql += " AND " + sql;
  }
  if (const std::string words = as_full_text(query.words); !words.empty()) {
    // By the numbers of the rows that match: their texts need not be read for this.
    const std::string matches =
        "id IN (SELECT record FROM search_row WHERE position IN (SELECT rowid FROM record_search WHERE record_search "
        "MATCH ?))";
    where.texts.push_back(words);
    if (kind.title_is_personal) where.texts.push_back(as_full_text(query.words, &key));
    where.sql +=
        kind.title_is_personal ? " AND (" + matches + " OR (" + matches + " AND " + named + "))" : " AND " + matches;
  }
  return where;
}

struct Order {
  std::string value;      // SQL
  std::string direction;  // " ASC"
  std::string beyond;     // " > "
  bool numeric = false;
};

Result<Order> order_of(const KindDefinition& kind, const RecordQuery& query, const SeenIds& seen) {
  Order order{"born", query.descending ? " DESC" : " ASC", query.descending ? " < " : " > ", true};
  if (query.sort.empty()) return order;
  HAMDIL_TRY(order.value, value_of(kind, query.sort, seen));
  const FieldDefinition* field = kind.find(query.sort);
  order.numeric = field != nullptr && is_number(field->type);
  if (query.sort == "title") order.value += " COLLATE NOCASE";
  order.value = "coalesce(" + order.value + (order.numeric ? ", -1e308)" : ", '')");
  return order;
}

// What a list was asked for, without its page.
std::string asked_of(const RecordQuery& query) {
  constexpr std::size_t kShown = 12;
  Json asked = {query.kind, query.words, query.sort, query.descending, query.in_bin};
  for (const Condition& condition : query.conditions)
    asked.push_back({condition.field, static_cast<int>(condition.is), condition.value});
  return digest_hex(asked.dump(-1, ' ', false, Json::error_handler_t::replace)).substr(0, kShown);
}

// A cursor is the sort value and the id of the last row and what was asked for, as JSON in hexadecimal, so that a page
// starts after it however many rows came or went meanwhile.
std::string cursor_text(const Json& last) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : last.dump()) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Result<Json> read_cursor(const RecordQuery& query) {
  const std::string& cursor = query.cursor;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string text;
  for (std::size_t i = 0; i + 1 < cursor.size(); i += 2)
    text += static_cast<char>(std::max(digit(cursor[i]), 0) * 16 + std::max(digit(cursor[i + 1]), 0));
  const Json last = Json::parse(text, nullptr, false);
  if (!last.is_array() || last.size() != 3 ||
      !std::all_of(last.begin(), last.end(), [](const Json& part) { return part.is_string(); }))
    return Error("store.query.bad_cursor", "This is not a cursor that a list gave.")
        .advise("Ask for the first page without a cursor.");
  if (last[2] != asked_of(query))
    return Error("store.query.bad_cursor", "This cursor belongs to another list: its kind, order or filters differ.")
        .advise("Ask for the first page without a cursor, or for the next one exactly as for the page before.");
  return last;
}

void bind_texts(Statement& statement, const std::vector<std::string>& texts, int& next) {
  for (const std::string& text : texts) statement.bind(next++, text);
}

// Sealed titles have no order in the table: they are sorted as the one who asks reads them, hidden ones by their codes.
Result<RecordPage> page_by_name(const Workspace& workspace, const Database& database, const KindDefinition& kind,
                                const RecordQuery& query, const Where& where) {
  HAMDIL_TRY(Statement rows,
             database.prepare("SELECT id, title FROM " + quoted("record_" + kind.name) + " WHERE " + where.sql));
  int next = 1;
  bind_texts(rows, where.texts, next);
  using Key = std::pair<std::string, std::string>;  // folded name, id
  std::vector<Key> keys;
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) break;
    const std::string id(rows.text(0));
    HAMDIL_TRY(const std::string title, workspace.open_title(kind.name, std::string(rows.text(1)), id));
    keys.emplace_back(text::fold(title), id);
  }
  const auto before = [&](const Key& a, const Key& b) { return query.descending ? b < a : a < b; };
  std::sort(keys.begin(), keys.end(), before);
  auto at = keys.begin();
  if (!query.cursor.empty()) {
    HAMDIL_TRY(const Json last, read_cursor(query));  // the id alone: an address of a page names nobody
    HAMDIL_TRY(const auto record, workspace.find(kind.name, last[1].get<std::string>()));
    if (record) at = std::upper_bound(keys.begin(), keys.end(), Key{text::fold(record->title), record->id}, before);
  }
  RecordPage page;
  page.total = static_cast<std::int64_t>(keys.size());
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  for (; at != keys.end() && page.records.size() < limit; ++at) {
    HAMDIL_TRY(auto record, workspace.find(kind.name, at->second));
    if (record) page.records.push_back(std::move(*record));
  }
  if (at != keys.end()) page.next = cursor_text(Json::array({"", (at - 1)->second, asked_of(query)}));
  return page;
}

std::string searchable_text(const KindDefinition& kind, const Record& record) {
  std::string out;
  const Json fields = record.fields();
  for (const FieldDefinition& field : kind.fields) {
    const auto value = fields.find(field.name);
    if (value == fields.end() || field.personal != model::PersonalClass::kNone) continue;
    if (value->is_string() && (field.type == FieldType::kText || field.type == FieldType::kLongText))
      out += value->get<std::string>() + "\n";
    if (field.type == FieldType::kTranslated || field.type == FieldType::kTags)
      for (const Json& text : *value)
        if (text.is_string()) out += text.get<std::string>() + "\n";
    if (field.type == FieldType::kFiles)
      for (const Json& file : *value) out += file.value("name", "") + "\n";
  }
  return out;
}

// At most `bytes` of a line around `at`, cut between words where there are any, with dots for what is left away.
std::string cut_line(const std::string& line, std::size_t at, std::size_t bytes) {
  if (line.size() <= bytes) return line;
  const auto is_inside = [&line](std::size_t i) {
    return i < line.size() && (static_cast<unsigned char>(line[i]) & 0xC0) == 0x80;
  };
  std::size_t begin = at > bytes / 3 ? std::min(at, line.size()) - bytes / 3 : 0;
  std::size_t end = std::min(line.size(), begin + bytes);
  if (const std::size_t blank = line.find(' ', begin); begin > 0 && blank < begin + bytes / 3) begin = blank + 1;
  if (const std::size_t blank = line.rfind(' ', end);
      end < line.size() && blank != std::string::npos && blank > begin + bytes / 3)
    end = blank;
  while (is_inside(begin)) ++begin;
  while (is_inside(end)) ++end;
  return (begin > 0 ? "…" : "") + line.substr(begin, end - begin) + (end < line.size() ? "…" : "");
}

// The line in which a word is found, as people wrote it; "" when the title alone has them.
std::string excerpt_of(const KindDefinition& kind, const Record& record, const std::string& words) {
  const std::vector<std::string> wanted = text::asked_words(words);
  for (const std::string& line : text::split(searchable_text(kind, record), '\n')) {
    const std::string folded = text::join(text::search_words(line), " ");
    for (const std::string& word : wanted) {
      std::size_t at = folded.find(word);
      while (at != std::string::npos && at > 0 && folded[at - 1] != ' ') at = folded.find(word, at + 1);
      if (at == std::string::npos && !has_words(line, word)) continue;
      if (at == std::string::npos) at = 0;  // written with a half-space within
      return cut_line(line, at * line.size() / std::max<std::size_t>(folded.size(), 1), 160);
    }
  }
  return {};
}

}  // namespace

Status create_search(Database& database) {
  HAMDIL_TRY(Statement known, database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record_search'"));
  HAMDIL_TRY(const bool exists, known.step());
  const char* const kByPosition = "CREATE UNIQUE INDEX IF NOT EXISTS search_row_position ON search_row(position)";
  if (exists) return database.execute(kByPosition);
  HAMDIL_CHECK(
      database.execute("CREATE VIRTUAL TABLE record_search USING fts5(kind UNINDEXED, id UNINDEXED, title UNINDEXED, "
                       "words, tokenize = 'unicode61 remove_diacritics 0')"));
  HAMDIL_CHECK(
      database.execute("CREATE TABLE search_row(record TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID"));
  HAMDIL_CHECK(database.execute(kByPosition));
  for (const KindDefinition& kind : model::all_kinds()) {
    HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "record_" + kind.name));
    HAMDIL_TRY(Statement rows, database.prepare(select_columns(kind, present) + " WHERE deleted = 0"));
    while (true) {
      HAMDIL_TRY(const bool more, rows.step());
      if (!more) break;
      HAMDIL_CHECK(index_for_search(database, read_record(kind, rows)));
    }
  }
  return Done{};
}

std::string keyed_words(const protect::SecretKey& master, const std::string& text) {
  constexpr std::size_t kFewest = 2, kMost = 24;  // letters of a word that count
  const protect::SecretKey key = master.derive("search");
  std::string out;
  for (const std::string& word : text::indexed_words(text)) {
    std::size_t letters = 0;
    for (std::size_t end = 1; end <= word.size() && letters < kMost; ++end) {
      if (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) continue;  // within a letter
      if (++letters >= kFewest || end == word.size()) out += keyed_word(key, word.substr(0, end)) + " ";
    }
  }
  return out;
}

Status index_for_search(Database& database, const Record& record, const std::string& keyed) {
  const KindDefinition& kind = *model::find_kind(record.kind);
  if (kind.made_by_program) return Done{};
  HAMDIL_TRY(Statement old, database.prepare("DELETE FROM record_search WHERE rowid = (SELECT position FROM search_row "
                                             "WHERE record = ?)"));
  HAMDIL_CHECK(old.bind(1, record.id).run());
  // The place is forgotten with its row: another record gets the same number, and would lose its words when this one is
  // restored.
  HAMDIL_TRY(Statement forgotten, database.prepare("DELETE FROM search_row WHERE record = ?"));
  HAMDIL_CHECK(forgotten.bind(1, record.id).run());
  if (record.deleted) return Done{};
  HAMDIL_TRY(Statement insert,
             database.prepare("INSERT INTO record_search(kind, id, title, words) VALUES(?, ?, ?, ?)"));
  HAMDIL_CHECK(insert.bind(1, record.kind)
                   .bind(2, record.id)
                   .bind(3, kind.title_is_personal ? model::code_of_title(record.id) : record.title)
                   .bind(4, text::join(text::indexed_words((kind.title_is_personal ? "" : record.title + "\n") +
                                                           searchable_text(kind, record)),
                                       " ") +
                                " " + keyed)
                   .run());
  HAMDIL_TRY(Statement place,
             database.prepare("INSERT INTO search_row VALUES(?, last_insert_rowid()) ON CONFLICT(record) "
                              "DO UPDATE SET position = excluded.position"));
  return place.bind(1, record.id).run();
}

Status fill_search_anew(Workspace& workspace) {
  const char* const kWords =
      "4";  // 1 took half-spaces out and parted words at blanks only, 2 kept digits of each script, 3 told ئو from ؤ
  Workspace::State& state = Workspace::State::of(workspace);
  Database& database = state.database;
  {
    HAMDIL_TRY(Statement made, database.prepare("SELECT 1 FROM meta WHERE key = 'search_words' AND value = ?"));
    made.bind(1, kWords);
    HAMDIL_TRY(const bool is_new, made.step());
    if (is_new) return Done{};
  }
  return workspace.write({"hamdil", ""}, [&](Transaction&) -> Status {
    for (const KindDefinition& kind : model::all_kinds()) {
      std::vector<Record> records;
      HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "record_" + kind.name));
      HAMDIL_TRY(Statement rows, database.prepare(select_columns(kind, present) + " WHERE deleted = 0"));
      while (!kind.made_by_program) {
        HAMDIL_TRY(const bool more, rows.step());
        if (!more) break;
        records.push_back(read_record(kind, rows));
      }
      for (const Record& record : records) {
        HAMDIL_TRY(const std::string name, workspace.open_title(kind.name, record.title, record.id));
        HAMDIL_CHECK(index_for_search(database, record, kind.title_is_personal ? keyed_words(state.master, name) : ""));
      }
    }
    HAMDIL_TRY(Statement note, database.prepare("INSERT INTO meta VALUES('search_words', ?) ON CONFLICT(key) DO UPDATE "
                                                "SET value = excluded.value"));
    return note.bind(1, kWords).run();
  });
}

std::string select_columns(const KindDefinition& kind, const std::set<std::string>& present) {
  std::string sql = "SELECT id, version, title, state, deleted";
  for (const char* stamp : kStamps) sql += present.contains(stamp) ? std::string(", ") + stamp : ", NULL";
  for (const FieldDefinition& field : kind.fields)
    sql += present.contains("f_" + field.name) ? ", " + quoted("f_" + field.name) : ", NULL";
  return sql + " FROM " + quoted("record_" + kind.name);
}

Record read_record(const KindDefinition& kind, const Statement& row) {
  Record record;
  record.kind = kind.name;
  record.id = row.text(0);
  record.version = row.integer(1);
  record.title = row.text(2);
  record.state = row.text(3);
  record.deleted = row.integer(4) != 0;
  record.created_at = row.text(5);
  record.created_by = row.text(6);
  record.changed_at = row.text(7);
  record.changed_by = row.text(8);
  Json fields = Json::object();
  for (std::size_t i = 0; i < kind.fields.size(); ++i)
    if (const int column = static_cast<int>(kFixedColumns + i); !row.is_null(column))
      fields[kind.fields[i].name] = Json::parse(row.text(column));
  record.set_fields(fields);
  return record;
}

Result<RecordPage> Workspace::query(const RecordQuery& query) const {
  const KindDefinition* kind = model::find_kind(query.kind);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", query.kind}});
  std::string named = "1";
  if (kind->title_is_personal) {
    HAMDIL_TRY(named, state_->condition(*kind, Deed::kPersonal));
  }
  SeenIds seen;
  const auto add_seen = [&](const std::string& name) -> Status {
    const FieldDefinition* field = kind->find(name);
    if (field == nullptr || field->refers_to.empty()) return Done{};
    HAMDIL_TRY(std::string ids, state_->seen_ids(*field));
    if (!ids.empty()) seen[name] = std::move(ids);
    return Done{};
  };
  HAMDIL_CHECK(add_seen(query.sort));
  for (const Condition& condition : query.conditions) HAMDIL_CHECK(add_seen(condition.field));
  HAMDIL_TRY(Where where, where_of(*kind, query, seen, state_->master.derive("search"), named));
  HAMDIL_TRY(const std::string shown, state_->condition(*kind));
  if (state_->view) where.sql += " AND " + shown;
  if (query.sort == "title" && kind->title_is_personal)
    return page_by_name(*this, state_->database, *kind, query, where);
  HAMDIL_TRY(const Order order, order_of(*kind, query, seen));
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "record_" + kind->name));
  RecordPage page;
  if (present.empty()) return page;
  HAMDIL_TRY(Statement count, state_->database.prepare("SELECT count(*) FROM " + quoted("record_" + kind->name) +
                                                       " WHERE " + where.sql));
  int next = 1;
  bind_texts(count, where.texts, next);
  HAMDIL_TRY(const bool counted, count.step());
  page.total = counted ? count.integer(0) : 0;

  std::string sql = select_columns(*kind, present);
  // With "!" all 17 digits that tell one number from the next; SQLite writes 16 otherwise, and the place is lost.
  sql.insert(sql.find(" FROM "), ", " + (order.numeric ? "printf('%!.17g', " + order.value + ")" : order.value));
  sql += " WHERE " + where.sql;
  Json last;
  if (!query.cursor.empty()) {
    HAMDIL_TRY(last, read_cursor(query));
    sql += " AND (" + order.value + ", id)" + order.beyond + "(" + (order.numeric ? "CAST(? AS REAL)" : "?") + ", ?)";
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  sql +=
      " ORDER BY " + order.value + order.direction + ", id" + order.direction + " LIMIT " + std::to_string(limit + 1);
  HAMDIL_TRY(Statement rows, state_->database.prepare(sql));
  next = 1;
  bind_texts(rows, where.texts, next);
  if (!last.is_null()) {
    rows.bind(next, last[0].get<std::string>());
    rows.bind(next + 1, last[1].get<std::string>());
  }
  const std::string asked = asked_of(query);
  const int sort_column = static_cast<int>(kFixedColumns + kind->fields.size());
  Json end;
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return page;
    if (page.records.size() == limit) {
      page.next = cursor_text(end);
      return page;
    }
    page.records.push_back(read_record(*kind, rows));
    HAMDIL_CHECK(show(page.records.back()));
    end = Json::array({std::string(rows.text(sort_column)), page.records.back().id, asked});
  }
}

Result<bool> Workspace::complete(SearchHit& hit, const std::string& words) const {
  const KindDefinition* kind = model::find_kind(hit.kind);
  if (kind == nullptr) return false;  // of a later version of the program
  HAMDIL_TRY(const bool seen, sees(hit.kind, hit.id));
  if (!seen) return false;
  HAMDIL_TRY(const auto record, find(hit.kind, hit.id));
  if (!record) return false;
  if (kind->title_is_personal) {
    // By a name only those find who may read it.
    HAMDIL_TRY(const bool reads, may(Deed::kPersonal, hit.kind, hit.id));
    if (!reads && !has_words(searchable_text(*kind, *record), words)) return false;
    hit.title = record->title;
    hit.in_title = has_words(hit.title, words);
  }
  hit.excerpt = excerpt_of(*kind, *record, words);
  return true;
}

Result<std::vector<SearchHit>> Workspace::search(const std::string& words, const std::string& kind,
                                                 std::size_t limit) const {
  constexpr std::size_t kSorted = 500;  // of the best: those with the words in their title come first among them
  std::vector<SearchHit> out;
  const protect::SecretKey key = state_->master.derive("search");
  const std::string full_text = as_full_text(words, &key);
  if (full_text.empty()) return out;
  HAMDIL_TRY(Statement rows, state_->database.prepare(std::string("SELECT kind, id, title FROM record_search "
                                                                  "WHERE record_search MATCH ?") +
                                                      (kind.empty() ? "" : " AND kind = ?") + " ORDER BY rank"));
  rows.bind(1, full_text);
  if (!kind.empty()) rows.bind(2, kind);
  limit = std::min(limit, kMostOnPage);
  const auto in_title = [](const SearchHit& hit) { return hit.in_title; };
  // Whoever sees little may find what ranks far behind: the rest is gone through until there are enough.
  for (bool more = true; more && out.size() < limit;) {
    std::vector<SearchHit> some;
    while (some.size() < kSorted) {
      HAMDIL_TRY(more, rows.step());
      if (!more) break;
      some.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)), {}});
      some.back().in_title = has_words(some.back().title, words);
    }
    std::stable_partition(some.begin(), some.end(), in_title);
    for (SearchHit& hit : some) {
      if (out.size() == limit) break;
      HAMDIL_TRY(const bool shown, complete(hit, words));
      if (shown) out.push_back(std::move(hit));
    }
  }
  std::stable_partition(out.begin(), out.end(), in_title);
  return out;
}

Result<std::vector<Referrer>> Workspace::referrers(const std::string& kind_name, const std::string& id) const {
  std::vector<Referrer> out;
  for (const KindDefinition& kind : model::all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      if (field.refers_to != kind_name) continue;
      const std::string column = quoted("f_" + field.name);
      const std::string match = field.type == FieldType::kReference
                                    ? column + " = ?"
                                    : "EXISTS (SELECT 1 FROM json_each(" + column + ") WHERE value = ?)";
      HAMDIL_TRY(Statement rows,
                 state_->database.prepare("SELECT id, title, state FROM " + quoted("record_" + kind.name) +
                                          " WHERE deleted = 0 AND " + match + " ORDER BY born, id"));
      rows.bind(1, field.type == FieldType::kReference ? Json(id).dump() : id);
      while (true) {
        HAMDIL_TRY(const bool more, rows.step());
        if (!more) break;
        HAMDIL_TRY(const bool seen, sees(kind.name, std::string(rows.text(0))));
        if (!seen) continue;
        HAMDIL_TRY(std::string title, open_title(kind.name, std::string(rows.text(1)), std::string(rows.text(0))));
        out.push_back({kind.name, std::string(rows.text(0)), std::move(title), std::string(rows.text(2)), field.name});
      }
    }
  return out;
}

}  // namespace hamdil::store
