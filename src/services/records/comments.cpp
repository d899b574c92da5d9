#include "services/records/comments.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"

namespace hamdil::services::records {
namespace {

using model::Record;

constexpr std::size_t kTitleLetters = 80;

std::string text_of(const Record& record, const char* field) {
  const Json fields = record.fields();
  const auto value = fields.find(field);
  return value != fields.end() && value->is_string() ? value->get<std::string>() : std::string();
}
bool is_resolved(const Record& record) {
  const Json fields = record.fields();
  return fields.contains("resolved") && fields["resolved"] == true;
}

std::string title_of(const std::string& text) {
  const std::string line = text::trim(text.substr(0, text.find('\n')));
  std::size_t letters = 0;
  for (std::size_t i = 0; i < line.size(); ++i)
    if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80 && ++letters > kTitleLetters)
      return line.substr(0, i) + "…";
  return line;
}

std::string mark_name(const std::string& kind, const std::string& id) { return "read/" + kind + "/" + id; }

std::set<std::string> seen_in(const std::string& json) {
  std::set<std::string> out;
  const Json list = Json::parse(json, nullptr, false);
  if (list.is_array())
    for (const Json& id : list)
      if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

Result<std::vector<Record>> about(const store::Workspace& workspace, const std::string& kind, const std::string& id) {
  HAMDIL_TRY(std::vector<Record> out, workspace.list("comment", "about_id", id));
  std::erase_if(out, [&](const Record& comment) { return text_of(comment, "about_kind") != kind; });
  return out;
}

Result<std::map<std::string, std::string>> person_names(const store::Workspace& workspace,
                                                        const std::vector<Record>& comments) {
  std::set<std::string> ids;
  for (const Record& comment : comments)
    if (const std::string id = text_of(comment, "assigned_to"); !id.empty()) ids.insert(id);
  HAMDIL_TRY(const std::vector<store::RecordTitle> titles, workspace.titles("person", {ids.begin(), ids.end()}));
  std::map<std::string, std::string> out;
  for (const store::RecordTitle& title : titles) out[title.id] = title.title;
  return out;
}

bool same_name(const std::string& a, const std::string& b) { return text::fold(a) == text::fold(b); }

// What a thread means to a person, whatever they have read.
struct Reader {
  const std::string& who;
  const std::vector<std::string>& names;
  const std::map<std::string, std::string>& persons;

  bool is_named(const Record& comment) const {
    const std::vector<std::string> named = mentions_in(text_of(comment, "text"), names);
    return std::any_of(named.begin(), named.end(), [&](const std::string& name) { return same_name(name, who); });
  }
  bool is_asked(const Record& root) const {
    const auto person = persons.find(text_of(root, "assigned_to"));
    return person != persons.end() && same_name(person->second, who) && !is_resolved(root);
  }
};

}  // namespace

std::vector<std::string> mentions_in(const std::string& text, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  const std::string folded = text::fold(text);
  for (std::size_t at = folded.find('@'); at != std::string::npos; at = folded.find('@', at + 1)) {
    const std::string* best = nullptr;
    std::size_t longest = 0;
    for (const std::string& name : names) {
      const std::string wanted = text::fold(name);
      if (wanted.size() > longest && folded.compare(at + 1, wanted.size(), wanted) == 0) {
        best = &name;
        longest = wanted.size();
      }
    }
    if (best != nullptr && std::find(out.begin(), out.end(), *best) == out.end()) out.push_back(*best);
  }
  return out;
}

Result<std::vector<std::string>> names_to_mention(const store::Workspace& workspace) {
  HAMDIL_TRY(std::vector<std::string> out, workspace.authors());
  HAMDIL_TRY(const std::vector<Record> persons, workspace.list("person"));
  for (const Record& person : persons) out.push_back(person.title);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<Outcome> add_comment(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const Json& body) {
  HAMDIL_TRY(const auto record, workspace.find(kind, id));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  const std::string text = body.contains("text") && body["text"].is_string() ? body["text"].get<std::string>() : "";
  if (text::trim(text).empty())
    return Error("records.comment.empty", "A comment says something.").at({.pointer = "/text"});
  Json fields = {{"about_kind", kind}, {"about_id", id}, {"text", text}};
  for (const auto& [from, to] : {std::pair("field", "about_field"), std::pair("assigned_to", "assigned_to")})
    if (body.contains(from) && !body[from].is_null()) fields[to] = body[from];
  if (body.contains("parent") && !body["parent"].is_null()) {
    const std::string parent = body["parent"].is_string() ? body["parent"].get<std::string>() : "";
    HAMDIL_TRY(const auto answered, workspace.find("comment", parent));
    if (!answered || answered->deleted || text_of(*answered, "about_id") != id)
      return Error("records.comment.parent", "There is no such thread about this record.").at({.pointer = "/parent"});
    const std::string root = text_of(*answered, "parent");
    fields["parent"] = root.empty() ? parent : root;
  }
  return create_record(workspace, author, "comment", {{"title", title_of(text)}, {"fields", fields}});
}

Result<Outcome> change_thread(store::Workspace& workspace, const store::Author& author, const std::string& comment,
                              const Json& changes) {
  HAMDIL_TRY(const auto record, workspace.find("comment", comment));
  if (!record || record->deleted)
    return Error("store.record.missing", "There is no such {kind}.", {{"kind", "comment"}});
  if (!text_of(*record, "parent").empty())
    return Error("records.comment.parent", "Only the first comment of a thread is settled or given to somebody.");
  return change_record(workspace, author, "comment", comment, {{"fields", changes}});
}

Result<Json> comments_of(const store::Workspace& workspace, const std::string& kind, const std::string& id,
                         const std::string& who) {
  HAMDIL_TRY(const std::vector<Record> all, about(workspace, kind, id));
  HAMDIL_TRY(const auto names, names_to_mention(workspace));
  HAMDIL_TRY(const auto persons, person_names(workspace, all));
  HAMDIL_TRY(const auto marks, workspace.settings(who, mark_name(kind, id)));
  const std::set<std::string> seen = marks.empty() ? std::set<std::string>() : seen_in(marks.begin()->second);
  Json threads = Json::array();
  std::map<std::string, std::size_t> place;
  for (const Record& comment : all) {
    const auto person = persons.find(text_of(comment, "assigned_to"));
    Json one = {{"id", comment.id},
                {"version", comment.version},
                {"text", text_of(comment, "text")},
                {"field", text_of(comment, "about_field")},
                {"who", comment.created_by},
                {"at", comment.created_at},
                {"resolved", is_resolved(comment)},
                {"assigned_to", nullptr},
                {"mentions", mentions_in(text_of(comment, "text"), names)},
                {"unread", comment.created_by != who && !seen.contains(comment.id)}};
    if (person != persons.end()) one["assigned_to"] = {{"id", person->first}, {"title", person->second}};
    const auto root = place.find(text_of(comment, "parent"));
    if (root != place.end()) {
      threads[root->second]["replies"].push_back(std::move(one));
      continue;
    }
    one["replies"] = Json::array();  // also an answer whose thread is in the bin
    place[comment.id] = threads.size();
    threads.push_back(std::move(one));
  }
  return threads;
}

Status mark_read(store::Workspace& workspace, const std::string& kind, const std::string& id, const std::string& who) {
  HAMDIL_TRY(const std::vector<Record> all, about(workspace, kind, id));
  Json ids = Json::array();
  for (const Record& comment : all) ids.push_back(comment.id);
  return workspace.put_setting(who, mark_name(kind, id), ids.dump());
}

Result<std::vector<Json>> comments_for(const store::Workspace& workspace, const std::string& who) {
  HAMDIL_TRY(const std::vector<Record> all, workspace.list("comment"));
  HAMDIL_TRY(const auto names, names_to_mention(workspace));
  HAMDIL_TRY(const auto persons, person_names(workspace, all));
  HAMDIL_TRY(const auto marks, workspace.settings(who, "read/"));
  const Reader reader{who, names, persons};
  std::map<std::string, const Record*> roots;
  std::set<std::string> takes_part;  // threads in which they wrote
  for (const Record& comment : all) {
    const std::string parent = text_of(comment, "parent");
    if (parent.empty()) roots[comment.id] = &comment;
    if (comment.created_by == who) takes_part.insert(parent.empty() ? comment.id : parent);
  }
  std::vector<Json> out;
  for (auto comment = all.rbegin(); comment != all.rend(); ++comment) {
    const std::string kind = text_of(*comment, "about_kind");
    const std::string id = text_of(*comment, "about_id");
    if (comment->created_by == who || model::find_kind(kind) == nullptr) continue;
    const std::string parent = text_of(*comment, "parent");
    const auto root = roots.find(parent.empty() ? comment->id : parent);
    const bool asked = parent.empty() && reader.is_asked(*comment);
    const auto mark = marks.find(mark_name(kind, id));
    const bool unread = mark == marks.end() || !seen_in(mark->second).contains(comment->id);
    if (!asked && (!unread || (root != roots.end() && is_resolved(*root->second)))) continue;
    HAMDIL_TRY(const auto record, workspace.find(kind, id));
    if (!record || record->deleted) continue;
    if (!asked && !takes_part.contains(parent.empty() ? comment->id : parent) && record->created_by != who &&
        !reader.is_named(*comment))
      continue;
    out.push_back({{"kind", kind},
                   {"id", id},
                   {"title", record->title},
                   {"text", title_of(text_of(*comment, "text"))},
                   {"who", comment->created_by},
                   {"at", comment->created_at},
                   {"unread", unread},
                   {"assigned", asked}});
  }
  return out;
}

}  // namespace hamdil::services::records
