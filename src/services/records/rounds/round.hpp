// Round trips by e-mail (part F9): lists go out as one XLSX that carries its own keys and come back changed. Nobody
// needs an account; every cell is compared with what was sent and with what stands here now.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records::rounds {

struct SendRequest {
  std::vector<store::RecordQuery> parts;  // one sheet each; their limit is not looked at
  std::string sent_to;                    // a name, role or address; kept sealed
  std::string language = "en";            // of labels and instructions
};
struct Sent {
  std::string name;  // "visits.xlsx"
  std::string bytes;
  model::Record round;
};
// The kinds of a matrix or plan that several lists make up: "matrix", "plan", "comments"; empty for other names.
std::vector<std::string> kinds_of_set(const std::string& name);

// Without fields that identify or reach a person, and without locked records, as every list that leaves. Codes: those
// of Workspace::query, records.round.too_many (above 5,000 rows), records.round.empty, records.round.kind.
Result<Sent> send_round(store::Workspace& workspace, const store::Author& author, const SendRequest& request);

struct CellDifference {
  std::string cell;  // "r3c2": how a decision names it
  std::string kind, id, title;
  std::string field, label;
  std::size_t row = 0;  // in the file
  std::string sent;     // ours when it went out
  std::string theirs;
  std::string now;               // ours now
  bool conflict = false;         // ours changed meanwhile, to something else
  std::optional<Error> problem;  // theirs is no value for this field: it can only be refused
};
struct NewRow {
  std::string cell;  // "r9"
  std::string kind;
  std::size_t row = 0;
  std::vector<std::pair<std::string, std::string>> values;  // label, text
  std::vector<Error> problems;
};
struct Comparison {
  model::Record round;
  std::vector<CellDifference> cells;
  std::vector<NewRow> rows;
  std::vector<std::string> not_returned;     // titles of rows that are not in the file: nothing is removed here
  std::vector<std::string> columns_missing;  // labels: not compared
  std::vector<std::string> columns_unknown;  // heads of columns that were added: not read
  std::vector<std::string> notes;            // what was written above or beside; nothing else is lost
  Diagnostics problems;                      // rows with a key that this workspace did not give, rows twice
};

// Keeps the file with its round and compares. Codes: records.round.no_keys (not a file of ours), .foreign (another
// workspace), .tampered, .unknown, and those of the reader.
Result<Comparison> receive_round(store::Workspace& workspace, const store::Author& author, const std::string& bytes,
                                 const std::string& returned_by);
// What came back last, compared with what stands here now. Code records.round.not_returned.
Result<Comparison> compare_round(const store::Workspace& workspace, const std::string& round);

struct Decision {
  bool accept = false;
  std::string reason;
};
struct Decided {
  std::vector<model::Record> records;  // changed or made
  std::size_t accepted = 0, refused = 0;
  Diagnostics problems;  // nothing is written then
};
// One transaction: accepted cells into their records, accepted rows as new ones, and what became of the round. Every
// cell and row of the comparison needs a decision; a refusal needs a reason. Codes records.round.undecided,
// records.round.no_reason, records.round.not_a_value.
Result<Decided> decide_round(store::Workspace& workspace, const store::Author& author, const std::string& round,
                             const std::map<std::string, Decision>& decisions);

}  // namespace hamdil::services::records::rounds
