// The records of a kind as a table or JSON for other programs, and back. What was written out and is read in unchanged
// changes nothing; into another workspace it gives the same records under the same ids.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/control.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

enum class ListFormat : std::uint8_t { kCsv, kXlsx, kJson };

struct ListFile {
  std::string name;  // "place.csv"
  std::string bytes;
  std::size_t rows = 0;
};

// All records that the query gives, whatever its limit. Tables have the columns id, version, title, state and the
// fields; a translated field has a column a language ("names:tg"), a reference beside its id the title for people
// ("parent:title", not read back). In CSV, cells that a spreadsheet would run get an apostrophe, which reading takes
// away. With a language, heads, choices, states, yes and no stand in it ("Lies in" with titles beside "Lies in:id"), a
// sheet runs from right to left where it does, and every row of a demonstration says so; it is read in again as well.
// Calculated columns are written and never read. Titles that name people stand as codes ("#1a2b3c") unless names are
// asked for, those of records that are referred to or that hide their name always; a code that comes back changes
// nothing. Codes: those of Workspace::query, records.export.too_many above
// 200,000.
Result<ListFile> export_list(const store::Workspace& workspace, store::RecordQuery query, ListFormat format,
                             const std::string& language = {}, bool with_names = false);

// Which field a column goes to. `sure` when the names agree but for case, blanks and underscores.
struct MappedColumn {
  std::string column;
  std::string field;  // "" when none was found
  bool sure = false;
};

struct ListImport {
  std::string kind;
  std::string bytes;  // CSV, XLSX, XLS or JSON: the content decides
  std::string name;   // of the file, for problems
  // Column -> field, "" for columns to pass over: the answer to a proposal. Other columns are looked up by name.
  std::map<std::string, std::string> mapping;
  bool dry_run = false;
  // Takes guesses for columns, and leaves out cells, columns and rows that mean nothing here: every one is noted.
  bool leave_out = false;
  // Whose list it is, a name or an organisation: how its columns were mapped is kept, and used for the next one of
  // the same shape.
  std::string sender = {};
};

// Texts that name no record of theirs, and places by code, which a person accepts with the names in view.
struct UnknownReference {
  std::string kind, text;
  std::string beside;  // of a place: what the list writes beside it, name or code
  std::size_t rows = 0;
};

struct ListOutcome {
  std::vector<MappedColumn> mapping;
  std::vector<std::vector<std::string>> preview;  // the first records as they stand in the file, in its columns
  Diagnostics notes;                      // rows that are no records (totals, headings), cells read loosely or left out
  std::vector<UnknownReference> unknown;  // at most 500
  bool known_sender = false;              // the mapping is the one kept for this sender
  std::size_t rows = 0;
  std::size_t created = 0;
  std::size_t changed = 0;             // rows that say what is there already are neither
  std::vector<model::Record> records;  // those created or changed; none of a dry run
  std::string undo;                    // by which all of it is taken back (undo.hpp); "" where nothing was saved
  Diagnostics problems;                // with row and column; nothing is saved when there is one
};

// Rows with an id change that record, rows without make one. The head is one to three rows among the first fifteen that
// name the most fields, by name, label in any language, HXL tag or another known name. Without a column for the title
// it is made of the first filled cells. Columns that are not surely a field are refused with a proposal, unless
// `mapping` says what they are. References are ids or titles that only one record has. Codes: records.import.* in the
// problems, those of the readers as errors, records.import.too_many above 20,000 rows,
// jobs.cancelled when `control` stops it.
Result<ListOutcome> import_list(store::Workspace& workspace, const store::Author& author, const ListImport& request,
                                const Control& control = {});

// Texts that a person joined with a record (kind -> text -> id), kept for the sender's lists of this kind and asked
// before titles there. Codes: model.record.unknown_kind, .dangling_reference, records.import.no_sender.
Status keep_references(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                       const std::string& sender,
                       const std::map<std::string, std::map<std::string, std::string>>& references);

}  // namespace hamdil::services::records
