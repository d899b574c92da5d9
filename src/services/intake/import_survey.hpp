// Use case: answers of one round come in. One transaction; a dry run; a receipt; undo.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "services/intake/receipt.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::intake {

struct ImportRequest {
  std::vector<std::string>
      forms;  // workbooks or folders of CSV sheets; several versions are merged; empty for a plain table
  std::vector<std::string> data;
  std::string codebook;   // of a plain table: names, labels, types, values; "" without one
  std::string id_column;  // of a plain table: tells its rows apart, so that a later file replaces them; "" without
  bool accept_form_errors = false;  // go on with what could be understood; the problems stand in the receipt
  std::string round;
  std::string consent_basis;  // statement by the person importing, needed where no question asks for consent
  std::vector<std::string>
      keep_columns;  // proposed as identifiers, but kept in the dataset by decision of the person importing
  std::vector<std::string> seal_columns;  // sealed although not proposed
};

inline constexpr const char* kRefusedReason = "consent_refused";
inline constexpr const char* kNotRecordedReason = "consent_not_recorded";

// What was read, split and flagged, ready to be written: the same for a dry run and for the import itself.
struct PreparedImport {
  Receipt receipt;
  std::string form_title;
  std::string instrument_json;  // questions, choices and languages; of a table what its codebook tells, or ""
  std::string instrument_id, instrument_version;
  Diagnostics form_problems;
  struct VaultValues {
    std::size_t row;      // of `answers`
    std::string json;     // sealed identifiers
    std::string subject;  // the person's pseudonym, when it is written
  };
  data::Table answers;  // one row a person, without identifiers; `respondent` comes first when it is written
  std::vector<std::string>
      people;  // one a row of `answers`: root uuid, or a digest of the row where the file has no key
  std::vector<VaultValues> vault;    // of the people that have any
  std::vector<data::Table> repeats;  // column `_parent` = row of `answers`
  struct Rejected {
    std::string identifier;  // as a person's, or file and row where the reader rejected the row
    std::string reason;      // as in Receipt::rejected
    bool has_key = true;     // false: another file cannot mention it again
  };
  std::vector<Rejected> rejected;
  // Columns whose answers become keyed pseudonyms when they are written: the same answer the same pseudonym throughout
  // the study.
  std::set<std::string> pseudonymised;
  std::map<std::string, std::set<std::string>> pseudonymised_in_repeats;  // by the repeat's name
  std::map<std::string, std::string> roles;  // of the columns of `answers`, as column_roles.hpp has them
  data::Table refusals;  // columns question, answer, refusals: each question before consent for itself
  std::map<std::string, std::set<std::string>>
      listed_levels;  // of category columns of `answers`: what the form or codebook lists
  std::vector<std::pair<std::string, std::string>> sources;  // file name (no path) and digest of its bytes
};

// Reads and checks; writes nothing. Codes: intake.form.unusable (with all form problems in `problems`),
// intake.consent.missing, intake.data.no_rows, intake.id.no_column, intake.id.not_unique, and the readers'.
Result<PreparedImport> prepare_import(const ImportRequest& request, Diagnostics& problems);

// Writes a prepared import as the round's next dataset version: people that were there and are not in the file stay,
// corrected ones replace theirs with their repeats, equal ones change nothing, and people whose newest state is without
// consent leave with their key in the vault (rejected "withdrawn"). The newest file's state counts, both ways. The
// record's receipt has `round_totals` over all files of the round. Code intake.study.several.
Result<Receipt> commit_import(store::Workspace& workspace, PreparedImport prepared, const ImportRequest& request,
                              const store::Author& author);

// The receipt that commit_import would give, read from the workspace as it is; writes nothing. What depends on the
// writing alone (the record's id, notes on reworded questions) is not in it.
Result<Receipt> predict_import(const store::Workspace& workspace, PreparedImport prepared,
                               const ImportRequest& request);

// Takes the round's last dataset version back (to the bin); the one before counts again. Code intake.undo.nothing.
Status undo_import(store::Workspace& workspace, const std::string& round, const store::Author& author);

}  // namespace hamdil::services::intake
