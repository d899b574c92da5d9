// Survey exports of KoboToolbox, ODK Central and Ona (XLSX, CSV, zipped CSV, JSON of Kobo's API), and what people made
// of them on the way, as typed tables: one for the submissions and one for each repeat.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "data/form.hpp"
#include "exchange/workbook.hpp"

namespace hamdil::exchange::kobo {

enum class Dialect { kKoboXlsx, kKoboCsv, kKoboJson, kCentral, kOna, kPlain };
const char* dialect_name(Dialect dialect);  // "kobo_xlsx", ...

struct ReadOptions {
  // Language whose labels the file holds, when it holds labels; all languages of the form are tried when empty.
  std::string label_language;
  // Choice names and labels that mean "don't know" and so on become missing values with that reason.
  bool recognise_missing_choices = true;
  // The question (leaf name, of the submissions) that tells whose answers count in `relevance` and its diagnostics:
  // those of rows for which `counts` is true. Everybody's when it is "".
  std::string counted_by;
  std::function<bool(const data::Column& answers, std::size_t row)> counts;
};

// How a column of the file came to its place.
enum class Match : std::uint8_t { kName, kPath, kLabel, kChoice, kSystem, kNotInForm, kInferred };
const char* match_name(Match match);

// A choice that became a missing value and so is no level of its column.
struct MissingChoice {
  std::string name;
  std::string label;
  data::Missing reason = data::Missing::kBlank;
};

// What is known about one column of a table, in the order of the table's columns. Enough to decide what is personal.
struct ColumnInfo {
  std::string question;  // path in the form, "/" between names; "" when the column is not in the form
  data::QuestionType type = data::QuestionType::kNone;
  std::string list;    // choice list
  std::string choice;  // of a column q/choice of a select_multiple
  std::string header;  // as in the file
  std::string sheet;
  std::size_t source_column = 0;  // from 1; 0 when the column was made from another one
  Match match = Match::kNotInForm;
  std::vector<MissingChoice> missing_choices;
};

// Who and what a row is. Texts are "" when the export does not have them. Identifiers: not for the dataset.
struct RowKey {
  std::string uuid;       // of this version of the submission (_uuid, KEY, instanceID), without "uuid:"
  std::string root_uuid;  // of the first version, when given; the key of a panel
  std::string version;
  std::string submitted;  // as sent
  std::string start;
  std::string end;
};

inline constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);

struct SurveyTable {
  data::Table table;
  std::string repeat;  // path of the repeat in the form or name of the sheet; "" for the submissions
  std::vector<ColumnInfo> columns;
  std::vector<RowKey> keys;               // one a row; of a repeat row: those of its submission
  std::vector<std::size_t> source_rows;   // one a row
  std::vector<std::string> source_files;  // one a row would be wasteful: files in the order read, with first_rows
  std::vector<std::size_t> first_rows;    // row of this table where each source file begins
  std::size_t parent_table = 0;           // index into SurveyExport::tables; meaningless for the first
  std::vector<std::size_t> parent_rows;   // one a row: row of the parent table, or kNoParent; empty for the first
};

struct RejectedRow {
  std::string file;
  std::string sheet;
  std::size_t row = 0;
  std::string reason;      // code: "duplicate_submission"
  bool of_repeat = false;  // a row of a repeat that went with its submission, no submission itself
};

// What the conditions of the form say about the cells of one question (a select_multiple counts once a row).
struct QuestionRelevance {
  std::string question;       // path in the form
  std::size_t not_asked = 0;  // blank, and not asked
  std::size_t blank = 0;      // blank, though asked
  std::size_t answered = 0;   // answered, though not asked; kept
  std::size_t unknown = 0;    // blank, and it could not be told
};

struct SurveyExport {
  Dialect dialect = Dialect::kPlain;
  bool holds_labels = false;  // answers are labels, not names
  std::vector<SurveyTable> tables;
  std::vector<std::string> not_in_form;  // headers
  std::vector<std::string> not_in_data;  // paths of questions without a column
  std::vector<RejectedRow> rejected;
  std::vector<QuestionRelevance> relevance;  // questions with a condition, in the form's order
  std::size_t rows_read = 0;                 // over all tables: read = kept + rejected
};

// Reads one or several files of the same survey. Without a form the types are inferred. select_one becomes a category
// with the form's choices in the form's order (answers that are no choice are added behind and reported);
// select_multiple one category column "0"/"1" a choice, named q/choice, missing where the question was not answered;
// the joined text is dropped. rank becomes one text (choice names from the first place to the last) and one whole
// number a choice, named q/choice: its place. Missing values: kNotAsked for "n/a" in a column that no form knows, where
// the version of the form did not have the question, and for a blank cell where the condition of the question, or of a
// group or repeat around it, does not hold on the submission's answers; where that cannot be told, when a required
// question or all of a group that has a condition is empty, or a select_multiple with a condition is empty throughout;
// kBlank otherwise; kRefused, kDontKnow, kNotApplicable from choices with such names or labels; kUnreadable for what is
// not of the column's type, with a diagnostic that never quotes the answer. Codes: exchange.survey.no_table,
// exchange.json.incomplete (pages of an API's answer are missing), and those of the readers. Kobo's
// JSON leaves out what nobody answered: a question without a column counts as blank there.
Result<SurveyExport> read_survey_export(const std::vector<std::string>& paths, const data::Form* form,
                                        const ReadOptions& options, Diagnostics& diagnostics);

// The same from workbooks that are already open (an upload in memory).
Result<SurveyExport> read_survey_workbooks(std::vector<Workbook> workbooks, const data::Form* form,
                                           const ReadOptions& options, Diagnostics& diagnostics);

}  // namespace hamdil::exchange::kobo
