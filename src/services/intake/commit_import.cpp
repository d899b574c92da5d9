#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <unordered_set>

#include "data/combine.hpp"
#include "data/content_digest.hpp"
#include "services/intake/column_roles.hpp"
#include "services/intake/import_survey.hpp"
#include "services/intake/instrument.hpp"
#include "services/intake/merge_round.hpp"
#include "services/intake/quality_flags.hpp"

namespace hamdil::services::intake {
namespace {

using model::Record;

Result<std::optional<Record>> only(const store::Workspace& workspace, const std::string& kind, const std::string& field,
                                   const std::string& value) {
  HAMDIL_TRY(const std::vector<Record> found, workspace.list(kind, field, value));
  return found.empty() ? std::optional<Record>() : std::optional<Record>(found.back());
}

struct Anchors {
  Record study;
  Record round;
  std::optional<Record> previous;  // the round's last dataset version
};

Result<Record> find_or_make_study(store::Workspace& workspace, store::Transaction& transaction,
                                  const PreparedImport& prepared) {
  HAMDIL_TRY(const std::vector<Record> studies, workspace.list("study"));
  if (studies.size() > 1)
    return Error("intake.study.several",
                 "The workspace holds several studies; this command works with one study a workspace.");
  if (studies.size() == 1) return studies.front();
  return transaction.save(
      model::new_record("study", prepared.form_title.empty() ? "Study" : prepared.form_title, Json::object()));
}

Result<std::optional<Record>> find_round(const store::Workspace& workspace, const std::string& study,
                                         const std::string& name) {
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round", "study", study));
  const auto known =
      std::find_if(rounds.begin(), rounds.end(), [&](const Record& r) { return r.fields().value("name", "") == name; });
  return known == rounds.end() ? std::optional<Record>() : std::optional<Record>(*known);
}

Result<Anchors> find_anchors(store::Workspace& workspace, store::Transaction& transaction,
                             const PreparedImport& prepared, const ImportRequest& request) {
  Anchors out;
  HAMDIL_TRY(out.study, find_or_make_study(workspace, transaction, prepared));
  HAMDIL_TRY(const auto known, find_round(workspace, out.study.id, request.round));
  if (known) {
    out.round = *known;
  } else {
    HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round", "study", out.study.id));
    HAMDIL_TRY(out.round, transaction.save(model::new_record(
                              "round", request.round,
                              {{"study", out.study.id}, {"name", request.round}, {"order", rounds.size() + 1}})));
  }
  HAMDIL_TRY(out.previous, only(workspace, "dataset", "round", out.round.id));
  return out;
}

// Questions that keep their name but not their words or answers: asked so, they start a new series.
void report_rewording(const Json& before, const Json& now, Diagnostics& changes) {
  for (const Rewording& one : find_rewordings(before, now))
    changes.push_back(
        {Severity::kWarning,
         Error("intake.form.reworded",
               "The question {name} is asked or answered in other words than in an earlier form ({what}).",
               {{"name", one.question}, {"what", one.what}})
             .advise("It starts a new series: rounds are not compared on it. Where it still means the same, say so in "
                     "the study file: equivalent_wording: [{question: ..., reason: ...}].")});
}

// The form as the round's rows were read with it; kept once, however many versions name it.
Result<std::optional<Record>> find_or_make_instrument(store::Workspace& workspace, store::Transaction& transaction,
                                                      const PreparedImport& prepared, const ImportRequest& request,
                                                      const std::string& study, Diagnostics& changes) {
  if (prepared.instrument_json.empty()) return std::optional<Record>();
  HAMDIL_TRY(const std::vector<Record> instruments, workspace.list("instrument", "study", study));
  const Json questions = Json::parse(prepared.instrument_json);
  const auto same = std::find_if(instruments.begin(), instruments.end(),
                                 [&](const Record& r) { return r.fields()["questions"] == questions; });
  if (same != instruments.end()) return std::optional<Record>(*same);
  if (!instruments.empty()) report_rewording(instruments.back().fields()["questions"], questions, changes);
  HAMDIL_TRY(const Record made,
             transaction.save(model::new_record(
                 "instrument",
                 prepared.form_title.empty() ? (request.forms.empty() ? "Codebook" : "Form") : prepared.form_title,
                 {{"study", study},
                  {"form_id", prepared.instrument_id},
                  {"form_version", prepared.instrument_version},
                  {"questions", questions}})));
  return std::optional<Record>(made);
}

// Records and the change log are not sealed: of a column's levels only those that the form or codebook lists stand
// there, and a count of the others. The sealed column has them all.
Json columns_json(const data::Table& table, const PreparedImport& prepared, const std::optional<Record>& previous) {
  std::map<std::string, std::set<std::string>> listed = prepared.listed_levels;
  const Json before = previous ? previous->fields().value("columns", Json::array()) : Json::array();
  for (const Json& column : before)
    if (column.contains("other_levels"))
      for (const Json& level : column["levels"])
        listed[column["name"].get<std::string>()].insert(level[0].get<std::string>());
  // A column that this file does not have keeps what the version before knew of it.
  ColumnRoles roles;
  for (const Json& column : before)
    if (column.contains("role")) roles[column["name"].get<std::string>()] = column["role"].get<std::string>();
  for (const auto& [name, role] : prepared.roles) roles[name] = role;
  Json out = Json::array();
  for (const data::Column& column : table.columns) {
    const bool is_flag = column.name.starts_with(kFlagPrefix);
    Json levels = Json::array();
    for (const data::Level& level : column.levels)
      if (is_flag || listed[column.name].contains(level.value)) levels.push_back({level.value, level.label});
    Json one = {{"name", column.name},
                {"type", data::column_type_name(column.type)},
                {"label", column.label},
                {"levels", levels}};
    if (const auto role = roles.find(column.name); role != roles.end()) one["role"] = role->second;
    if (column.type == data::ColumnType::kCategory) one["other_levels"] = column.levels.size() - levels.size();
    out.push_back(std::move(one));
  }
  return out;
}

// The same answer gets the same pseudonym in every column, round and file of the study.
data::Column pseudonymised(const data::Column& column,
                           const std::function<std::string(const std::string&)>& pseudonym) {
  constexpr std::size_t kMostLevels = 300;
  constexpr std::size_t kLength = 10;
  std::vector<std::string> texts(column.size());
  std::set<std::string> seen;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) continue;
    texts[row] = "p" + pseudonym("column value:" + column.text_at(row)).substr(0, kLength);
    seen.insert(texts[row]);
  }
  data::Column out;
  out.name = column.name;
  out.label = column.label;
  out.type = seen.size() <= kMostLevels ? data::ColumnType::kCategory : data::ColumnType::kText;
  if (out.type == data::ColumnType::kCategory)
    for (const std::string& level : seen) out.levels.push_back({level, level});
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row))
      out.append_missing(column.reason(row));
    else if (out.type == data::ColumnType::kText)
      out.append_text(texts[row]);
    else
      out.append_code(static_cast<std::int32_t>(std::distance(seen.begin(), seen.find(texts[row]))));
  }
  return out;
}

// The people's pseudonyms instead of their identifiers, in the answers and in the repeats, so that both stay linked
// when rows are merged.
RoundTables with_pseudonyms(PreparedImport& prepared, const std::function<std::string(const std::string&)>& pseudonym) {
  RoundTables out{std::move(prepared.answers), std::move(prepared.repeats)};
  const auto hide = [&](data::Table& table, const std::set<std::string>& names) {
    for (data::Column& column : table.columns)
      if (names.contains(column.name)) column = pseudonymised(column, pseudonym);
  };
  hide(out.answers, prepared.pseudonymised);
  for (data::Table& repeat : out.repeats) hide(repeat, prepared.pseudonymised_in_repeats[repeat.name]);
  std::vector<std::string> ids = std::move(prepared.people);
  for (std::string& id : ids) id = pseudonym(id);
  for (PreparedImport::VaultValues& values : prepared.vault) values.subject = ids[values.row];
  for (data::Table& repeat : out.repeats) {
    std::vector<std::string> people;
    for (const double row : repeat.find("_parent")->numbers) people.push_back(ids[static_cast<std::size_t>(row)]);
    repeat.put(data::Column::of_texts("respondent", std::move(people)));
    std::erase_if(repeat.columns, [](const data::Column& column) { return column.name == "_parent"; });
  }
  out.answers.columns.insert(out.answers.columns.begin(), data::Column::of_texts("respondent", std::move(ids)));
  return out;
}

std::string part_of(const std::string& dataset, const std::string& part) { return dataset + "/" + part; }

// The version before; nothing when there is none. The workspace must outlive it.
Result<EarlierRound> read_round(const store::Workspace& workspace, const std::optional<Record>& dataset) {
  EarlierRound out;
  if (!dataset) return out;
  HAMDIL_TRY(data::Table people, workspace.read_columns(dataset->id, {"respondent"}));
  out.people = std::move(people.columns.front().texts);
  const Json fields = dataset->fields();
  for (const Json& column : fields["columns"]) out.columns.push_back(column["name"].get<std::string>());
  out.read = [&workspace, id = dataset->id](const std::vector<std::string>& names) {
    return workspace.read_columns(id, names);
  };
  for (const auto& [name, rows] : fields["receipt"]["repeats"].items()) {
    HAMDIL_TRY(data::Table repeat, workspace.read_columns(part_of(dataset->id, "repeat/" + name)));
    if (repeat.find("respondent") == nullptr) continue;
    repeat.name = name;
    out.repeats.push_back(std::move(repeat));
  }
  return out;
}

data::Table rejected_table(const PreparedImport& prepared, const std::vector<std::string>& withdrawn,
                           const std::function<std::string(const std::string&)>& pseudonym) {
  const std::set<std::string> took_back(withdrawn.begin(), withdrawn.end());
  std::vector<std::string> submissions, reasons, keyed;
  for (const PreparedImport::Rejected& rejected : prepared.rejected) {
    submissions.push_back(pseudonym(rejected.identifier));
    reasons.push_back(took_back.contains(submissions.back()) ? "withdrawn" : rejected.reason);
    keyed.push_back(rejected.has_key ? "1" : "0");
  }
  data::Table out;
  out.rows = submissions.size();
  out.put(data::Column::of_texts("submission", std::move(submissions)));
  out.put(data::Column::of_texts("reason", std::move(reasons)));
  out.put(data::Column::of_texts("keyed", std::move(keyed)));
  return out;
}

// A row that takes consent back is no refusal at the door: it is counted by a reason of its own.
void count_withdrawn(const data::Table& rejected, const PreparedImport& prepared, Receipt& receipt) {
  for (std::size_t row = 0; row < rejected.rows; ++row) {
    if (rejected.find("reason")->text_at(row) != "withdrawn") continue;
    const auto counted = receipt.rejected.find(prepared.rejected[row].reason);
    if (counted == receipt.rejected.end()) continue;
    if (--counted->second == 0) receipt.rejected.erase(counted);
    ++receipt.rejected["withdrawn"];
  }
}

// Only entries that say something new, so that importing the same file again leaves the vault as it is.
Result<std::vector<store::VaultEntry>> changed_vault(const store::Workspace& workspace, const std::string& study,
                                                     const PreparedImport& prepared) {
  std::vector<store::VaultEntry> out;
  for (const PreparedImport::VaultValues& values : prepared.vault) {
    HAMDIL_TRY(const auto known, workspace.read_vault(study, values.subject));
    if (!known || known->values_json != values.json) out.push_back({values.subject, values.json});
  }
  return out;
}

// The state of the whole round, over all its files: what reports print.
Json round_totals(const data::Table& answers, const data::Table& rejected) {
  std::map<std::string, std::size_t> reasons;
  for (std::size_t row = 0; row < rejected.rows; ++row) ++reasons[rejected.find("reason")->text_at(row)];
  Json flagged = Json::object();
  for (const data::Column& column : answers.columns)
    if (column.name.starts_with(kFlagPrefix)) {
      const std::string flag = column.name.substr(std::string(kFlagPrefix).size());
      flagged[flag] = count_flag(answers, flag);
    }
  return {{"read", answers.rows + rejected.rows}, {"kept", answers.rows}, {"rejected", reasons}, {"flagged", flagged}};
}

// The statement of this import, after that of the version before where it is another one: rows of both stand there.
Json consent_basis(const Receipt& receipt, const ImportRequest& request, const store::Author& author,
                   const std::optional<Record>& previous, const Env& env) {
  Json before = previous ? previous->fields().value("consent_basis", Json()) : Json();
  if (receipt.consent != "basis") return before;
  std::string words = request.consent_basis;
  if (before.is_object())
    if (const std::string earlier = before.value("text", ""); !earlier.empty() && earlier != words)
      words = earlier.find(words) != std::string::npos ? earlier : earlier + "; " + words;
  return {{"text", words}, {"stated_by", author.who}, {"stated_at", format_timestamp(env.now())}};
}

bool same_rows(const data::Table& a, const data::Table& b) {
  return a.rows == b.rows && data::content_digest(a) == data::content_digest(b);
}

// What the round will be once the file is in: the same for a dry run and for the import itself.
struct RoundPlan {
  Merged merged;
  data::Table rejected;
  std::vector<std::string> refused;  // pseudonyms
  bool nothing_new = false;
};

// Another round's file under this round's name brings none of its people.
void warn_of_other_people(std::size_t rows_before, const Merged& merged, Receipt& receipt) {
  if (rows_before == 0 || receipt.added == 0 || receipt.corrected + receipt.unchanged + merged.withdrawn.size() > 0)
    return;
  Diagnostics warning = {
      {Severity::kWarning,
       Error(
           "intake.round.other_rows",
           "None of the {before} rows that the round {round} has is in this file; they stay, and {added} rows are new.",
           {{"before", std::to_string(rows_before)},
            {"round", receipt.round},
            {"added", std::to_string(receipt.added)}})
           .advise(
               "If another round was meant, take it back with hamdil import undo and give that round's name. Rows of a "
               "table without a form are known by all their answers, a corrected row as a new one, unless --id names a "
               "column.")}};
  for (ProblemGroup& group : group_problems(warning)) receipt.problems.push_back(std::move(group));
}

// Rows of repeats that the file has no place for, and that stay therefore.
void tell_kept_repeats(const Merged& merged, Receipt& receipt) {
  Diagnostics notes;
  for (const KeptRepeat& kept : merged.kept_repeats)
    notes.push_back({Severity::kWarning,
                     Error("intake.repeat.kept",
                           "The file has no place for the repeat {repeat}: its {rows} rows of {people} interviews stay "
                           "as they were before; {corrected} of these interviews are corrected by this file.",
                           {{"repeat", kept.name},
                            {"rows", std::to_string(kept.rows)},
                            {"people", std::to_string(kept.people)},
                            {"corrected", std::to_string(kept.corrected)}})
                         .advise("Where they changed, too, export with repeats: XLSX of KoboToolbox, all CSV files of "
                                 "ODK Central together.")});
  for (ProblemGroup& group : group_problems(notes)) receipt.problems.push_back(std::move(group));
}

Result<RoundPlan> plan_round(const store::Workspace& workspace, const std::optional<Record>& previous,
                             const std::string& study, PreparedImport& prepared, Receipt& receipt) {
  const auto pseudonym = [&](const std::string& identifier) { return workspace.pseudonym(study, identifier); };
  RoundPlan out;
  RoundTables incoming = with_pseudonyms(prepared, pseudonym);
  const std::size_t incoming_rows = incoming.answers.rows;
  HAMDIL_TRY(const EarlierRound before, read_round(workspace, previous));
  data::Table rejected_before;
  if (previous) {
    HAMDIL_TRY(rejected_before, workspace.read_columns(part_of(previous->id, "rejected")));
  }
  std::set<std::string> without_consent;
  for (const PreparedImport::Rejected& one : prepared.rejected) {
    if (one.reason == kRefusedReason || one.reason == kNotRecordedReason)
      without_consent.insert(pseudonym(one.identifier));
    if (one.reason == kRefusedReason) out.refused.push_back(pseudonym(one.identifier));
  }
  // Kobo's JSON has a place for every repeat, written or not: a repeat that it does not name is empty.
  for (const data::Table& repeat : before.repeats) {
    const auto same = [&](const data::Table& table) { return table.name == repeat.name; };
    if (receipt.dialect != "kobo_json" || std::any_of(incoming.repeats.begin(), incoming.repeats.end(), same)) continue;
    incoming.repeats.push_back(data::select_rows(repeat, std::vector<bool>(repeat.rows, false)));
    incoming.repeats.back().name = repeat.name;
  }
  HAMDIL_TRY(out.merged, merge_round(before, std::move(incoming), without_consent, receipt));
  const data::Table& table = out.merged.tables.answers;
  const data::Table rejected_now = rejected_table(prepared, out.merged.withdrawn, pseudonym);
  std::unordered_set<std::string_view> kept;
  if (rejected_before.rows + rejected_now.rows > 0)
    for (const std::string& person : table.find("respondent")->texts) kept.insert(person);
  count_withdrawn(rejected_now, prepared, receipt);
  out.rejected = merge_rejected(rejected_before, rejected_now, kept, out.merged.covers_all);
  receipt.rows_before = before.people.size();
  receipt.stayed = table.rows - incoming_rows;
  receipt.withdrawn = out.merged.withdrawn.size();
  receipt.rows_after = table.rows;
  warn_of_other_people(before.people.size(), out.merged, receipt);
  tell_kept_repeats(out.merged, receipt);
  const std::int64_t version = previous ? previous->fields().value("dataset_version", std::int64_t{0}) : 0;
  out.nothing_new = previous && receipt.added == 0 && receipt.corrected == 0 && out.merged.withdrawn.empty() &&
                    same_rows(out.rejected, rejected_before);
  receipt.dataset_version = out.nothing_new ? version : version + 1;
  if (!out.nothing_new)
    for (const data::Table& repeat : out.merged.tables.repeats) receipt.repeats[repeat.name] = repeat.rows;
  return out;
}

}  // namespace

Result<Receipt> commit_import(store::Workspace& workspace, PreparedImport prepared, const ImportRequest& request,
                              const store::Author& author) {
  Receipt receipt = std::move(prepared.receipt);
  const auto written = workspace.write(author, [&](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(const Anchors anchors, find_anchors(workspace, transaction, prepared, request));
    const std::string study = anchors.study.id;
    HAMDIL_TRY(RoundPlan plan, plan_round(workspace, anchors.previous, study, prepared, receipt));
    const Merged& merged = plan.merged;
    const data::Table& table = merged.tables.answers;
    const data::Table& rejected = plan.rejected;
    std::vector<std::string>& refused = plan.refused;

    HAMDIL_TRY(const auto vault, changed_vault(workspace, study, prepared));
    if (!vault.empty()) HAMDIL_CHECK(transaction.put_vault(study, vault));  // nothing new: nothing in the log
    for (const std::string& person : merged.withdrawn) {
      HAMDIL_TRY(const auto known, workspace.read_vault(study, person));
      if (known) HAMDIL_CHECK(transaction.erase_subject(study, person));
    }
    HAMDIL_TRY(const std::vector<std::string> known_refusals, workspace.refusals(study));
    std::erase_if(refused, [&](const std::string& digest) {
      return std::binary_search(known_refusals.begin(), known_refusals.end(), digest);  // sorted by the store
    });
    if (!refused.empty()) HAMDIL_CHECK(transaction.put_refusals(study, refused));
    if (plan.nothing_new) return Done{};

    Diagnostics rewording;
    HAMDIL_TRY(const auto instrument,
               find_or_make_instrument(workspace, transaction, prepared, request, study, rewording));
    for (ProblemGroup& group : group_problems(rewording)) receipt.problems.push_back(std::move(group));

    Json sources = Json::array();
    for (const auto& [name, digest] : prepared.sources)
      sources.push_back({{"name", name}, {"digest", workspace.pseudonym("source", digest)}});
    Json fields = {{"round", anchors.round.id},
                   {"dataset_version", receipt.dataset_version},
                   {"rows", table.rows},
                   {"receipt", to_json(receipt)},
                   {"columns", columns_json(table, prepared, anchors.previous)},
                   {"content", workspace.pseudonym("content", data::content_digest(table))},
                   {"sources", sources}};
    fields["receipt"].erase("problems");
    fields["receipt"].erase("relevance");  // counts of answers: records are not sealed
    fields["receipt"]["round_totals"] = round_totals(table, rejected);
    fields["problems"] = to_json(receipt)["problems"];
    if (instrument) fields["instrument"] = instrument->id;
    if (const Json basis = consent_basis(receipt, request, author, anchors.previous, workspace.env());
        basis.is_object())
      fields["consent_basis"] = basis;
    HAMDIL_TRY(const Record dataset,
               transaction.save(
                   model::new_record("dataset", request.round + " v" + std::to_string(receipt.dataset_version), fields),
                   "import"));
    receipt.dataset = dataset.id;

    HAMDIL_CHECK(transaction.put_columns(study, dataset.id, table));
    for (const data::Table& repeat : merged.tables.repeats)
      HAMDIL_CHECK(transaction.put_columns(study, part_of(dataset.id, "repeat/" + repeat.name), repeat));
    if (prepared.refusals.rows > 0)
      HAMDIL_CHECK(transaction.put_columns(study, part_of(dataset.id, "refusals"), prepared.refusals));
    return transaction.put_columns(study, part_of(dataset.id, "rejected"), rejected);
  });
  if (!written) return written.error();
  return receipt;
}

Result<Receipt> predict_import(const store::Workspace& workspace, PreparedImport prepared,
                               const ImportRequest& request) {
  Receipt receipt = std::move(prepared.receipt);
  receipt.dry_run = true;
  HAMDIL_TRY(const std::vector<Record> studies, workspace.list("study"));
  std::optional<Record> previous;
  std::string study;
  if (!studies.empty()) {
    study = studies.front().id;
    HAMDIL_TRY(const auto round, find_round(workspace, study, request.round));
    if (round) {
      HAMDIL_TRY(previous, only(workspace, "dataset", "round", round->id));
    }
  }
  HAMDIL_TRY(const RoundPlan plan, plan_round(workspace, previous, study, prepared, receipt));
  receipt.nothing_new = plan.nothing_new;
  return receipt;
}

Status undo_import(store::Workspace& workspace, const std::string& round, const store::Author& author) {
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round"));
  const auto found = std::find_if(rounds.begin(), rounds.end(),
                                  [&](const Record& r) { return r.fields().value("name", "") == round; });
  std::optional<Record> last;
  if (found != rounds.end()) {
    HAMDIL_TRY(last, only(workspace, "dataset", "round", found->id));
  }
  if (!last)
    return Error("intake.undo.nothing", "There is no import of a round called {round} to take back.",
                 {{"round", round}});
  return workspace.write(author, [&](store::Transaction& transaction) -> Status {
    last->deleted = true;
    HAMDIL_TRY(const Record saved, transaction.save(*last, "undo import"));
    (void)saved;
    return Done{};
  });
}

}  // namespace hamdil::services::intake
