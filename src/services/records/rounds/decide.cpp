// What becomes of the cells that came back.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "services/records/records.hpp"
#include "services/records/rounds/columns.hpp"
#include "services/records/rounds/round.hpp"

namespace hamdil::services::records::rounds {
namespace {

// The body of a change or of a new record, put together from cells.
Status add_value(Json& body, const RoundColumns& columns, const std::string& name, const std::string& text,
                 const model::Record* before) {
  const RoundColumn& column = *columns.find(name);
  HAMDIL_TRY(const Json value, columns.value_of(text, column));
  if (column.field == nullptr) {
    body["title"] = text::trim(text);
    return Done{};
  }
  Json& place = body["fields"][column.field->name];
  if (column.part.empty()) {
    place = value;
    return Done{};
  }
  if (!place.is_object())
    place = before == nullptr ? Json::object() : before->fields().value(column.field->name, Json::object());
  if (value.is_null())
    place.erase(column.part);
  else
    place[column.part] = value;
  return Done{};
}

class Decider {
 public:
  Decider(store::Workspace& workspace, Comparison comparison, const std::map<std::string, Decision>& decisions)
      : workspace_(workspace), comparison_(std::move(comparison)), decisions_(decisions) {}

  Result<Decided> run(const store::Author& author) {
    check();
    if (!out_.problems.empty()) return std::move(out_);
    HAMDIL_CHECK(plan_cells());
    HAMDIL_CHECK(plan_rows());
    HAMDIL_TRY(BulkOutcome applied, apply_operations(workspace_, author, operations_, false, {},
                                                     [this](store::Transaction& t) { return save_round(t); }));
    out_.problems = std::move(applied.problems);
    // From the operation to the cell: "/operations/3/body/fields/due" -> "/decisions/r7.due".
    for (Diagnostic& found : out_.problems) {
      std::string& pointer = found.problem.where.pointer;
      const auto index = text::parse_integer(text::split(pointer, '/').at(2)).value_or(0);
      pointer = "/decisions/" + cells_of_.at(static_cast<std::size_t>(index));
    }
    out_.records = std::move(applied.records);
    return std::move(out_);
  }

 private:
  void problem(const std::string& cell, const char* code, const char* what) {
    out_.problems.push_back({Severity::kError, Error(code, what).at({.pointer = "/decisions/" + cell})});
  }
  void check_one(const std::string& cell, bool can_be_accepted) {
    const auto decision = decisions_.find(cell);
    if (decision == decisions_.end())
      problem(cell, "records.round.undecided", "This is neither accepted nor refused.");
    else if (!decision->second.accept && text::trim(decision->second.reason).empty())
      problem(cell, "records.round.no_reason", "A refusal needs a reason.");
    else if (decision->second.accept && !can_be_accepted)
      problem(cell, "records.round.not_a_value", "This is no value for its field; it can only be refused.");
  }
  void check() {
    for (const CellDifference& one : comparison_.cells) check_one(one.cell, !one.problem);
    for (const NewRow& one : comparison_.rows) check_one(one.cell, one.problems.empty());
    for (const auto& [cell, decision] : decisions_) {
      const bool known =
          std::any_of(comparison_.cells.begin(), comparison_.cells.end(),
                      [&](const auto& c) { return c.cell == cell; }) ||
          std::any_of(comparison_.rows.begin(), comparison_.rows.end(), [&](const auto& r) { return r.cell == cell; });
      if (!known) problem(cell, "records.round.no_cell", "There is no such cell in the comparison.");
    }
  }
  bool takes(const std::string& cell, const std::string& what, const std::string& theirs) {
    const Decision& decision = decisions_.at(cell);
    ++(decision.accept ? out_.accepted : out_.refused);
    if (!decision.accept)
      refusals_.push_back({{"cell", cell}, {"what", what}, {"value", theirs}, {"reason", text::trim(decision.reason)}});
    return decision.accept;
  }
  Result<const RoundColumns*> columns_of(const std::string& kind) {
    if (const auto known = columns_.find(kind); known != columns_.end()) return &known->second;
    const std::string language = comparison_.round.fields().value("language", std::string("en"));
    HAMDIL_TRY(RoundColumns made, RoundColumns::make(workspace_, *model::find_kind(kind), language));
    return &columns_.emplace(kind, std::move(made)).first->second;
  }
  Status plan_cells() {
    std::map<std::string, Json> bodies;
    std::map<std::string, std::pair<std::string, std::string>> first;  // id -> kind, cell
    std::vector<std::string> order;
    for (const CellDifference& one : comparison_.cells) {
      if (!takes(one.cell, one.title + ": " + one.label, one.theirs)) continue;
      HAMDIL_TRY(const RoundColumns* columns, columns_of(one.kind));
      HAMDIL_TRY(const auto record, workspace_.find(one.kind, one.id));
      if (!bodies.contains(one.id)) order.push_back(one.id);
      first.try_emplace(one.id, one.kind, one.cell);
      HAMDIL_CHECK(add_value(bodies[one.id], *columns, one.field, one.theirs, record ? &*record : nullptr));
    }
    for (const std::string& id : order)
      add(Operation::Do::kChange, first.at(id).first, id, std::move(bodies.at(id)), first.at(id).second);
    return Done{};
  }
  Status plan_rows() {
    for (const NewRow& one : comparison_.rows) {
      if (!takes(one.cell, one.kind, one.values.front().second)) continue;
      HAMDIL_TRY(const RoundColumns* columns, columns_of(one.kind));
      Json body = {{"fields", Json::object()}};
      for (const auto& [name, text] : one.values) HAMDIL_CHECK(add_value(body, *columns, name, text, nullptr));
      add(Operation::Do::kCreate, one.kind, "", std::move(body), one.cell);
    }
    return Done{};
  }
  void add(Operation::Do what, const std::string& kind, const std::string& id, Json body, const std::string& cell) {
    if (!body.contains("fields")) body["fields"] = Json::object();
    operations_.push_back({what, kind, id, {}, std::make_shared<const Json>(std::move(body))});
    cells_of_.push_back(cell);
  }
  Status save_round(store::Transaction& transaction) {
    model::Record round = comparison_.round;
    Json fields = round.fields();
    fields["accepted"] = fields.value("accepted", std::int64_t{0}) + static_cast<std::int64_t>(out_.accepted);
    fields["refused"] = fields.value("refused", std::int64_t{0}) + static_cast<std::int64_t>(out_.refused);
    Json decisions = fields.value("decisions", Json::array());
    for (Json& one : refusals_) decisions.push_back(std::move(one));
    if (!decisions.empty()) fields["decisions"] = decisions;
    fields.erase("returned_file");  // decided: the same file does not ask again
    round.set_fields(fields);
    HAMDIL_TRY(round, transaction.save(round, "decide round"));
    return Done{};
  }

  store::Workspace& workspace_;
  Comparison comparison_;
  const std::map<std::string, Decision>& decisions_;
  std::map<std::string, RoundColumns> columns_;
  std::vector<Operation> operations_;
  std::vector<std::string> cells_of_;
  std::vector<Json> refusals_;
  Decided out_;
};

}  // namespace

Result<Decided> decide_round(store::Workspace& workspace, const store::Author& author, const std::string& round,
                             const std::map<std::string, Decision>& decisions) {
  HAMDIL_TRY(Comparison comparison, compare_round(workspace, round));
  return Decider(workspace, std::move(comparison), decisions).run(author);
}

}  // namespace hamdil::services::records::rounds
