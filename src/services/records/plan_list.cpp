// What becomes of the rows of a list: new records, changes, nothing; in one transaction.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/list_importer.hpp"
#include "services/records/undo.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::Record;

}  // namespace

// What a row asks for: a new record, a change, or nothing.
Status Importer::plan(const ListRow& row) {
  Json body = Json::object();
  if (row.title) body["title"] = *row.title;
  body["fields"] = row.fields;
  std::optional<Record> before;
  if (!row.id.empty()) {
    HAMDIL_TRY(before, workspace_.find(kind_.name, row.id));
    // A list that was written without names brings codes back, which change nothing.
    if (before && kind_.title_is_personal && row.title == model::code_of_title(row.id)) body.erase("title");
    // Whoever sees only some records learns nothing of the others: an id of theirs is answered as one that is none.
    if (!before && !workspace_.sees_all(kind_.name)) {
      problem(Error("store.record.missing", "There is no such {kind}.", {{"kind", kind_.name}})
                  .advise("Leave the id empty for a new record."),
              row.number, "id");
      return Done{};
    }
    if (!before && !is_id(row.id)) {
      problem(Error("records.import.id", "This is not an id that a list gave.")
                  .advise("Leave the id empty for a new record."),
              row.number, "id");
      return Done{};
    }
  }
  if (before && before->deleted) {
    problem(
        Error("records.import.in_bin", "This record is in the bin.").advise("Restore it first, or leave the row out."),
        row.number, "id");
    return Done{};
  }
  Operation operation{Operation::Do::kCreate, kind_.name, row.id, {}, nullptr, row.state};
  if (before) {
    if (!row.state.empty() && row.state != before->state) {
      problem(Error("records.import.state", "A list does not move a record to another state.")
                  .advise("Use the step of its workflow."),
              row.number, "state");
      return Done{};
    }
    Json now = before->fields();
    for (const auto& [name, value] : row.fields.items()) {
      if (value.is_null())
        now.erase(name);
      else
        now[name] = value;
    }
    // As sets of members: the order of fields says nothing.
    const bool same = (!body.contains("title") || text::trim(*row.title) == before->title) &&
                      nlohmann::json::parse(now.dump()) == nlohmann::json::parse(before->fields().dump());
    if (same) return Done{};
    operation.what = Operation::Do::kChange;
    operation.state.clear();
    operation.version = row.version;
    ++out_.changed;
  } else {
    ++out_.created;
  }
  operation.body = std::make_shared<const Json>(std::move(body));
  operations_.push_back(std::move(operation));
  operation_rows_.push_back(row.number);
  return Done{};
}

// New records that others of the same file refer to (a region and its villages) come before those; where they refer to
// each other in a circle, the order of the file stays and the circle is refused with its row.
void Importer::order_new_records() {
  std::map<std::string, std::size_t> place_of;
  for (std::size_t i = 0; i < operations_.size(); ++i)
    if (operations_[i].what == Operation::Do::kCreate && !operations_[i].id.empty()) place_of[operations_[i].id] = i;
  if (place_of.empty()) return;
  std::vector<std::size_t> order;
  std::vector<bool> seen(operations_.size(), false);
  const auto visit = [&](const auto& self, std::size_t i, int depth) -> void {
    if (seen[i] || depth > 1000) return;
    seen[i] = true;
    const Json& fields = (*operations_[i].body)["fields"];
    for (const FieldDefinition& field : kind_.fields) {
      const auto value = fields.find(field.name);
      if (field.refers_to != kind_.name || value == fields.end()) continue;
      for (const Json& id : value->is_array() ? *value : Json::array({*value}))
        if (id.is_string())
          if (const auto target = place_of.find(id.get<std::string>()); target != place_of.end())
            self(self, target->second, depth + 1);
    }
    order.push_back(i);
  };
  for (std::size_t i = 0; i < operations_.size(); ++i) visit(visit, i, 0);
  std::vector<Operation> operations;
  std::vector<std::size_t> rows;
  for (const std::size_t i : order) {
    operations.push_back(std::move(operations_[i]));
    rows.push_back(operation_rows_[i]);
  }
  operations_ = std::move(operations);
  operation_rows_ = std::move(rows);
}

Result<ListOutcome> Importer::run(const store::Author& author, const Control& control) {
  HAMDIL_CHECK(control.step(0));
  if (!request_.sender.empty()) {
    HAMDIL_TRY(joined_, kept_references(workspace_, kind_.name, request_.sender));
  }
  const std::string start = text::trim(request_.bytes.substr(0, 200));
  HAMDIL_CHECK(start.starts_with('[') || start.starts_with('{') ? read_json() : read_table());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    HAMDIL_CHECK(control.step(0.1 + 0.2 * static_cast<double>(i) / static_cast<double>(rows_.size())));
    HAMDIL_CHECK(plan(rows_[i]));
  }
  for (auto& [key, unknown] : unknown_)
    if (!unknown.kind.empty()) out_.unknown.push_back(std::move(unknown));
  order_new_records();
  const std::string step = fresh_id();
  const auto remember = remember_step(workspace_, step, operations_.size());
  const auto keep = [&](store::Transaction& t) -> Status {
    HAMDIL_CHECK(remember(t));
    if (request_.sender.empty() || out_.mapping.empty()) return Done{};
    return keep_mapping(workspace_, t, kind_.name, request_.sender, out_.mapping);
  };
  auto applied = apply_operations(workspace_, author, operations_, request_.dry_run || !out_.problems.empty(),
                                  control.part(0.3, 1), keep);
  const auto row_of = [&](const std::string& pointer) {
    const auto number = text::parse_integer(text::split(pointer, '/').at(2));
    return operation_rows_.at(static_cast<std::size_t>(number.value_or(0)));
  };
  if (!applied) {
    if (!applied.error().where.pointer.starts_with("/operations/")) return applied.error();
    const std::size_t row = row_of(applied.error().where.pointer);
    problem(applied.error(), row, "id");
  } else {
    for (const Diagnostic& found : applied->problems) {
      const std::string pointer = found.problem.where.pointer;
      problem(found.problem, row_of(pointer), pointer.substr(pointer.rfind('/') + 1));
    }
  }
  if (out_.problems.empty() && !request_.dry_run) out_.records = std::move(applied->records);
  if (!out_.records.empty()) out_.undo = step;
  return std::move(out_);
}

}  // namespace hamdil::services::records
