// What an import says of itself: read = kept + rejected, by reason; what was sealed, flagged, changed; the problem list
// grouped by fix.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::services::intake {

// Diagnostics of one code together: one thing to mend, and where it occurs.
struct ProblemGroup {
  std::string code;
  Severity severity = Severity::kWarning;
  std::string example;  // the first one's message
  std::string fix;
  std::size_t count = 0;
  std::vector<std::string> places;  // the first few
};

struct SealedColumn {
  std::string column;
  std::string kind;  // as protect::identifier_class_name
  std::string why;
};

struct Receipt {
  std::string round;
  std::string dialect;   // which kind of export was recognised
  std::size_t read = 0;  // submissions in the files
  std::size_t kept = 0;
  std::map<std::string, std::size_t> rejected;  // consent_refused, consent_not_recorded, duplicate_submission ...
  std::map<std::string, std::size_t>
      flagged;  // speeder, duplicate_answers, straight_lining: kept, counted, dropped only by choice
  std::map<std::string, std::size_t> repeats;  // rows of each repeat
  std::vector<SealedColumn> sealed;
  std::vector<SealedColumn> dropped;  // stored nowhere: what may not be kept about persons
  // What the conditions of the form say, by question: blank cells that were not asked, blank though asked, answered
  // though not asked, blank where it could not be told.
  struct Relevance {
    std::string question;
    std::size_t not_asked = 0, blank = 0, answered = 0, unknown = 0;
  };
  std::vector<Relevance> relevance;
  std::vector<std::string> not_in_form;
  std::vector<std::string> not_in_data;
  std::string consent;  // "question:NAME" or "basis"
  // Against the version before, in people: rows_after = added + corrected + unchanged + stayed, and rows_before =
  // corrected + unchanged + stayed + withdrawn.
  std::size_t rows_before = 0;
  std::size_t added = 0;      // new
  std::size_t corrected = 0;  // replaced: answers or repeats differ
  std::size_t unchanged = 0;
  std::size_t stayed = 0;     // not in this file: kept as they were
  std::size_t withdrawn = 0;  // gave consent before and do not in this file: taken out
  std::size_t rows_after = 0;
  std::int64_t dataset_version = 0;
  std::string dataset;  // record id; empty after a dry run or when nothing changed
  bool dry_run = false;
  bool nothing_new = false;  // of a dry run: the import would write nothing
  std::vector<ProblemGroup> problems;
};

std::vector<ProblemGroup> group_problems(const Diagnostics& diagnostics);
Json to_json(const Receipt& receipt);
// For people, several lines.
std::string to_text(const Receipt& receipt);

}  // namespace hamdil::services::intake
