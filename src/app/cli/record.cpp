// hamdil record list, show, create, change, delete, restore, move, history
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/http/record_json.hpp"
#include "base/text.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/records.hpp"

namespace hamdil::cli {
namespace {

namespace records = services::records;
using model::Record;
using store::Workspace;

struct RecordOptions {
  std::string workspace;
  std::string kind;
  std::string id;
  std::string transition;
  std::string title;
  std::string reason;
  std::string words;
  std::string sort;
  std::vector<std::string> set;
  std::vector<std::string> where;
  std::size_t limit = 50;
  std::int64_t version = 0;
  bool bin = false;
  bool json = false;
  KeyOptions key;
};

Result<std::pair<std::string, std::string>> parted(const std::string& given) {
  const std::size_t equals = given.find('=');
  if (equals == std::string::npos || equals == 0)
    return Error("cli.record.assignment", "Write FIELD=VALUE, not {given}.", {{"given", given}});
  return std::pair(given.substr(0, equals), given.substr(equals + 1));
}

// A reference is an id, or a title that only one record has.
records::FindReference finder(const Workspace& workspace) {
  return [&workspace](const std::string& kind, const std::string& text) -> std::optional<std::string> {
    if (const auto by_id = workspace.titles(kind, {text}); by_id && by_id->size() == 1) return text;
    store::RecordQuery query;
    query.kind = kind;
    query.conditions = {{"title", store::RecordQuery::Condition::Is::kEqual, text}};
    query.limit = 2;
    const auto page = workspace.query(query);
    if (!page || page->records.size() != 1) return std::nullopt;
    return page->records.front().id;
  };
}

// The body that --title and --set ask for. "names:tg=..." writes one language and leaves the others.
Result<Json> body_of(const Workspace& workspace, const RecordOptions& options, const Json& before) {
  const model::KindDefinition* kind = model::find_kind(options.kind);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", options.kind}});
  Json out = {{"fields", Json::object()}};
  if (!options.title.empty()) out["title"] = options.title;
  for (const std::string& given : options.set) {
    HAMDIL_TRY(const auto pair, parted(given));
    const auto& [name, value] = pair;
    const std::size_t colon = name.find(':');
    const std::string field_name = name.substr(0, colon);
    const model::FieldDefinition* field = kind->find(field_name);
    if (field == nullptr)
      return Error("model.record.unknown_field", "There is no field {field} in this kind of record.",
                   {{"field", field_name}});
    Json& place = out["fields"][field_name];
    if (value.empty() && colon == std::string::npos) {
      place = nullptr;
    } else if (field->type == model::FieldType::kTranslated && (colon != std::string::npos || value.front() != '{')) {
      if (!place.is_object()) place = before.value(field_name, Json::object());
      const std::string language = colon == std::string::npos ? "en" : name.substr(colon + 1);
      place[language] = value;
      if (value.empty()) place.erase(language);
    } else {
      HAMDIL_TRY(place, records::cell_to_value(value, *field, finder(workspace)));
    }
  }
  return out;
}

void print_record(const Record& record) {
  fmt::print("{} {}  {}\n", record.kind, record.id, record.title);
  fmt::print("  {:<24} {}{}\n", "state", record.state, record.deleted ? " (in the bin)" : "");
  fmt::print("  {:<24} {}, changed {} by {}\n", "version", record.version, record.changed_at, record.changed_by);
  const Json fields = record.fields();
  for (const auto& [name, value] : fields.items()) fmt::print("  {:<24} {}\n", name, records::value_to_cell(value));
}

int show_record(const Workspace& workspace, const Record& record, bool json) {
  if (!json) {
    print_record(record);
    return kDone;
  }
  const auto out = http::record_json(workspace, record);
  if (!out) return report(out.error(), json);
  fmt::print("{}\n", out->dump(1));
  return kDone;
}

int show_outcome(const Workspace& workspace, const Result<records::Outcome>& outcome, bool json) {
  if (!outcome) return report(outcome.error(), json);
  if (outcome->record) return show_record(workspace, *outcome->record, json);
  if (json)
    fmt::print("{}\n", Json{{"problems", diagnostics_json(outcome->problems)}}.dump(1));
  else
    print_diagnostics(outcome->problems);
  return kBadInput;
}

Result<store::RecordQuery> query_of(const RecordOptions& options) {
  store::RecordQuery query;
  query.kind = options.kind;
  query.words = options.words;
  query.sort = options.sort;
  query.descending = options.sort.starts_with('-');
  if (query.descending) query.sort.erase(0, 1);
  query.in_bin = options.bin;
  query.limit = options.limit;
  for (const std::string& given : options.where) {
    HAMDIL_TRY(const auto pair, parted(given));
    query.conditions.push_back({pair.first, store::RecordQuery::Condition::Is::kEqual, pair.second});
  }
  return query;
}

int list(const RecordOptions& options, Workspace& workspace) {
  const auto query = query_of(options);
  if (!query) return report(query.error(), options.json);
  const auto page = workspace.query(*query);
  if (!page) return report(page.error(), options.json);
  if (options.json) {
    const auto out = http::records_json(workspace, page->records);
    if (!out) return report(out.error(), options.json);
    fmt::print("{}\n", Json{{"records", *out}, {"total", page->total}}.dump(1));
    return kDone;
  }
  for (const Record& record : page->records)
    fmt::print("{}  v{:<3} {:<12} {}\n", record.id, record.version, record.state, record.title);
  if (page->total > static_cast<std::int64_t>(page->records.size()))
    fmt::print("{} of {} shown; --limit shows more.\n", page->records.size(), page->total);
  return kDone;
}

int show(const RecordOptions& options, Workspace& workspace) {
  const auto record = workspace.find(options.kind, options.id);
  if (!record) return report(record.error(), options.json);
  if (!*record)
    return report(Error("store.record.missing", "There is no such {kind}.", {{"kind", options.kind}}), options.json);
  return show_record(workspace, **record, options.json);
}

int create(const RecordOptions& options, Workspace& workspace) {
  const auto body = body_of(workspace, options, Json::object());
  if (!body) return report(body.error(), options.json);
  return show_outcome(workspace, records::create_record(workspace, author(options.reason), options.kind, *body),
                      options.json);
}

std::optional<std::int64_t> version_of(const RecordOptions& options) {
  return options.version > 0 ? std::optional(options.version) : std::nullopt;
}

int change(const RecordOptions& options, Workspace& workspace) {
  const auto before = workspace.find(options.kind, options.id);
  if (!before) return report(before.error(), options.json);
  const auto body = body_of(workspace, options, *before ? (*before)->fields() : Json::object());
  if (!body) return report(body.error(), options.json);
  return show_outcome(
      workspace,
      records::change_record(workspace, author(options.reason), options.kind, options.id, *body, version_of(options)),
      options.json);
}

int remove(const RecordOptions& options, Workspace& workspace) {
  const Status removed =
      records::remove_record(workspace, author(options.reason), options.kind, options.id, version_of(options));
  return removed ? show(options, workspace) : report(removed.error(), options.json);
}

int restore(const RecordOptions& options, Workspace& workspace) {
  const auto record = records::restore_record(workspace, author(options.reason), options.kind, options.id);
  return record ? show_record(workspace, *record, options.json) : report(record.error(), options.json);
}

int move(const RecordOptions& options, Workspace& workspace) {
  const auto record =
      records::move_record(workspace, author(options.reason), options.kind, options.id, options.transition);
  return record ? show_record(workspace, *record, options.json) : report(record.error(), options.json);
}

int history(const RecordOptions& options, Workspace& workspace) {
  const auto lines = records::record_history(workspace, options.kind, options.id);
  if (!lines) return report(lines.error(), options.json);
  if (lines->empty())
    return report(Error("store.record.missing", "There is no such {kind}.", {{"kind", options.kind}}), options.json);
  if (options.json) {
    fmt::print("{}\n", Json{{"lines", records::to_json(*lines)}}.dump(1));
    return kDone;
  }
  for (const records::HistoryLine& line : *lines) {
    fmt::print("v{:<4} {}  {}  {}{}\n", line.version, line.at, line.who, line.action,
               line.reason.empty() ? "" : " (" + line.reason + ")");
    for (const records::Difference& d : line.differences)
      fmt::print("      {}: {} -> {}\n", d.field, d.before, d.after);
  }
  return kDone;
}

using Action = int (*)(const RecordOptions&, Workspace&);

CLI::App* declare(CLI::App& group, Run& run, const std::shared_ptr<RecordOptions>& options, const char* name,
                  const char* help, Action action, bool writes, bool one) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("workspace", options->workspace, "The workspace")->required();
  command->add_option("kind", options->kind, "The kind of record, for example place")->required();
  if (one) command->add_option("id", options->id, "Its id, as the list shows it")->required();
  command->add_flag("--json", options->json, "Print JSON");
  if (writes) command->add_option("--reason", options->reason, "Why; kept in the change log");
  options->key.add_to(*command);
  command->callback([&run, options, action, writes] {
    run = [options, action, writes] {
      auto workspace = open_workspace(options->workspace, options->key,
                                      writes ? Workspace::Access::kWrite : Workspace::Access::kRead);
      return workspace ? action(*options, *workspace) : report(workspace.error(), options->json);
    };
  });
  return command;
}

}  // namespace

void declare_record(CLI::App& parent, Run& run) {
  auto options = std::make_shared<RecordOptions>();
  auto* group = parent.add_subcommand("record", "Records of every kind: places, studies, findings, ...");
  group->require_subcommand(1);
  auto* list_command = declare(*group, run, options, "list", "The records of a kind", list, false, false);
  list_command->add_option("--words", options->words, "Only those with these words, each from its beginning");
  list_command->add_option("--where", options->where, "FIELD=VALUE: only those; may be given several times");
  list_command->add_option("--sort", options->sort, "Field, title, state, changed_at; -FIELD the other way round");
  list_command->add_option("--limit", options->limit, "At most so many")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  list_command->add_flag("--bin", options->bin, "Those in the bin instead");
  declare(*group, run, options, "show", "One record, also from the bin", show, false, true);
  auto* create_command = declare(*group, run, options, "create", "A new record", create, true, false);
  create_command->add_option("--title", options->title, "Its title")->required();
  auto* change_command = declare(*group, run, options, "change", "Other values for fields", change, true, true);
  change_command->add_option("--title", options->title, "Another title");
  for (CLI::App* command : {create_command, change_command})
    command->add_option(
        "--set", options->set,
        "FIELD=VALUE; nothing after = empties it; names:tg=VALUE one language; may be given several times");
  auto* delete_command = declare(*group, run, options, "delete", "Into the bin", remove, true, true);
  for (CLI::App* command : {change_command, delete_command})
    command->add_option("--version", options->version, "Only when it still has this version");
  declare(*group, run, options, "restore", "Out of the bin", restore, true, true);
  declare(*group, run, options, "move", "A step of its workflow", move, true, true)
      ->add_option("transition", options->transition, "The step, for example confirm")
      ->required();
  declare(*group, run, options, "history", "What was changed, by whom and when", history, false, true);
}

}  // namespace hamdil::cli
