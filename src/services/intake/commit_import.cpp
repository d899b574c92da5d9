#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/digest.hpp"
#include "data/combine.hpp"
#include "services/intake/import_survey.hpp"

namespace hamdil::services::intake {
namespace {

using model::Record;

Result<std::optional<Record>> only(store::Workspace& workspace, const std::string& kind, const std::string& field,
                                   const std::string& value) {
  HAMDIL_TRY(const std::vector<Record> found, workspace.list(kind, field, value));
  return found.empty() ? std::optional<Record>() : std::optional<Record>(found.back());
}

Record new_record(const std::string& kind, const std::string& title, const Json& fields) {
  Record record;
  record.kind = kind;
  record.title = title;
  record.state = model::find_kind(kind)->states.front();
  record.set_fields(fields);
  return record;
}

// Everything of a row that counts for "is it the same row": all columns but the flags, which depend on the other rows.
std::string row_digest(const data::Table& table, std::size_t row) {
  std::vector<std::string> parts;
  for (const data::Column& column : table.columns)
    if (!column.name.starts_with("_flag_"))
      parts.push_back(column.name + "=" + column.text_at(row) + "/" + data::missing_name(column.reason(row)));
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) all += part + "\x1F";
  return digest_hex(all);
}

std::string table_digest(const data::Table& table) {
  std::string all;
  for (std::size_t row = 0; row < table.rows; ++row) all += row_digest(table, row);
  return digest_hex(all);
}

// The rows of the version before that the new file does not bring, above the new file's rows.
data::Table merge_rows(const data::Table& before, const data::Table& incoming, Receipt& receipt) {
  std::unordered_map<std::string, std::size_t> row_of;
  const data::Column* ids = incoming.find("respondent");
  for (std::size_t row = 0; row < incoming.rows; ++row) row_of.emplace(ids->texts[row], row);
  const data::Column* old_ids = before.find("respondent");
  std::vector<bool> stays(before.rows);
  std::size_t met = 0;
  for (std::size_t row = 0; row < before.rows; ++row) {
    const auto found = row_of.find(old_ids->texts[row]);
    stays[row] = found == row_of.end();
    if (stays[row]) continue;
    ++met;
    if (row_digest(before, row) == row_digest(incoming, found->second))
      ++receipt.unchanged;
    else
      ++receipt.corrected;
  }
  receipt.added = incoming.rows - met;
  if (met == before.rows) return incoming;
  data::Table old = data::select_rows(before, stays);
  old.name = "before";
  data::Table now = incoming;
  now.name = "now";
  data::Table merged = data::stack({old, now}, "_import");
  std::erase_if(merged.columns, [](const data::Column& column) { return column.name == "_import"; });
  return merged;
}

struct Anchors {
  Record study;
  Record round;
  std::optional<Record> instrument;
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
      new_record("study", prepared.form_title.empty() ? "Study" : prepared.form_title, Json::object()));
}

Result<Anchors> find_anchors(store::Workspace& workspace, store::Transaction& transaction,
                             const PreparedImport& prepared, const ImportRequest& request) {
  Anchors out;
  HAMDIL_TRY(out.study, find_or_make_study(workspace, transaction, prepared));
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round", "study", out.study.id));
  const auto known = std::find_if(rounds.begin(), rounds.end(),
                                  [&](const Record& r) { return r.fields().value("name", "") == request.round; });
  if (known != rounds.end()) {
    out.round = *known;
  } else {
    HAMDIL_TRY(out.round, transaction.save(new_record(
                              "round", request.round,
                              {{"study", out.study.id}, {"name", request.round}, {"order", rounds.size() + 1}})));
  }
  HAMDIL_TRY(out.previous, only(workspace, "dataset", "round", out.round.id));
  if (!prepared.instrument_json.empty()) {
    HAMDIL_TRY(const std::vector<Record> instruments, workspace.list("instrument", "study", out.study.id));
    const Json questions = Json::parse(prepared.instrument_json);
    const auto same = std::find_if(instruments.begin(), instruments.end(),
                                   [&](const Record& r) { return r.fields()["questions"] == questions; });
    if (same != instruments.end()) {
      out.instrument = *same;
    } else {
      HAMDIL_TRY(out.instrument,
                 transaction.save(new_record("instrument", prepared.form_title.empty() ? "Form" : prepared.form_title,
                                             {{"study", out.study.id},
                                              {"form_id", prepared.instrument_id},
                                              {"form_version", prepared.instrument_version},
                                              {"questions", questions}})));
    }
  }
  return out;
}

Json columns_json(const data::Table& table) {
  Json out = Json::array();
  for (const data::Column& column : table.columns) {
    Json levels = Json::array();
    for (const data::Level& level : column.levels) levels.push_back({level.value, level.label});
    out.push_back({{"name", column.name},
                   {"type", data::column_type_name(column.type)},
                   {"label", column.label},
                   {"levels", levels}});
  }
  return out;
}

}  // namespace

Result<Receipt> commit_import(store::Workspace& workspace, PreparedImport prepared, const ImportRequest& request,
                              const store::Author& author) {
  Receipt receipt = std::move(prepared.receipt);
  const auto written = workspace.write(author, [&](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(const Anchors anchors, find_anchors(workspace, transaction, prepared, request));
    const std::string study = anchors.study.id;
    const auto pseudonym = [&](const std::string& identifier) { return workspace.pseudonym(study, identifier); };
    data::Column* ids = prepared.answers.find("respondent");
    for (std::size_t row = 0; row < prepared.answers.rows; ++row)
      ids->texts[row] = pseudonym(prepared.people[row].identifier);
    receipt.added = prepared.answers.rows;
    data::Table table = prepared.answers;
    if (anchors.previous) {
      HAMDIL_TRY(const data::Table before, workspace.read_columns(anchors.previous->id));
      table = merge_rows(before, prepared.answers, receipt);
      if (receipt.added == 0 && receipt.corrected == 0) {
        receipt.dataset_version = anchors.previous->fields().value("dataset_version", std::int64_t{1});
        return Error("intake.unchanged", "Nothing to write.");  // rolls the transaction back; met below
      }
    }
    receipt.dataset_version =
        anchors.previous ? anchors.previous->fields().value("dataset_version", std::int64_t{0}) + 1 : 1;

    Json sources = Json::array();
    for (const auto& [name, digest] : prepared.sources)
      sources.push_back({{"name", name}, {"digest", workspace.pseudonym("source", digest)}});
    Json fields = {{"round", anchors.round.id},
                   {"dataset_version", receipt.dataset_version},
                   {"rows", table.rows},
                   {"receipt", to_json(receipt)},
                   {"columns", columns_json(table)},
                   {"content", workspace.pseudonym("content", table_digest(table))},
                   {"sources", sources}};
    fields["receipt"].erase("problems");
    fields["problems"] = to_json(receipt)["problems"];
    if (anchors.instrument) fields["instrument"] = anchors.instrument->id;
    if (receipt.consent == "basis")
      fields["consent_basis"] = {{"text", request.consent_basis},
                                 {"stated_by", author.who},
                                 {"stated_at", format_timestamp(workspace.env().now())}};
    HAMDIL_TRY(
        const Record dataset,
        transaction.save(new_record("dataset", request.round + " v" + std::to_string(receipt.dataset_version), fields),
                         "import"));
    receipt.dataset = dataset.id;

    HAMDIL_CHECK(transaction.put_columns(study, dataset.id, table));
    for (data::Table& repeat : prepared.repeats) {
      // The repeat's rows point to people by pseudonym, so that they stay linked when rows are merged.
      std::vector<std::string> people;
      for (const double row : repeat.find("_parent")->numbers)
        people.push_back(prepared.answers.find("respondent")->texts[static_cast<std::size_t>(row)]);
      repeat.put(data::Column::of_texts("respondent", std::move(people)));
      std::erase_if(repeat.columns, [](const data::Column& column) { return column.name == "_parent"; });
      HAMDIL_CHECK(transaction.put_columns(study, dataset.id + "/repeat/" + repeat.name, repeat));
    }
    if (prepared.refusals.rows > 0)
      HAMDIL_CHECK(transaction.put_columns(study, dataset.id + "/refusals", prepared.refusals));
    std::vector<store::VaultEntry> vault;
    for (std::size_t row = 0; row < prepared.people.size(); ++row)
      if (!prepared.people[row].vault_json.empty()) vault.push_back({ids->texts[row], prepared.people[row].vault_json});
    HAMDIL_CHECK(transaction.put_vault(study, vault));
    std::vector<std::string> refused;
    for (const std::string& identifier : prepared.refused) refused.push_back(pseudonym("refused/" + identifier));
    return transaction.put_refusals(study, refused);
  });
  if (!written) {
    if (written.error().code != "intake.unchanged") return written.error();
    receipt.dataset.clear();
  }
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
