// Records made anew from others: what comes round every month is not typed again.
#pragma once

#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "services/records/records.hpp"

namespace hamdil::services::records {

struct CopyRequest {
  std::string kind;
  std::vector<std::string> ids;  // of what is copied, or, where there are none,
  std::string month;  // "2026-10", or "1405-07" of the Solar calendar: all whose period (period_of) begins in it; none
                      // of either copies nothing
  int months = 1;     // by how many the dates are moved; 0 leaves them
  bool dry_run = false;
  Calendar calendar = Calendar::kGregorian;  // of the months
};

struct CopyOutcome {
  std::vector<model::Record> records;  // as made, or as they would be; empty where there are problems
  Diagnostics problems;                // pointers begin with "/records/3"
  std::string undo;                    // by which it is taken back (undo.hpp); "" where nothing was made
};

// Whether records of a kind are copied at all: not those that name a person, what protects
// people, or what the program writes.
bool may_be_copied(const model::KindDefinition& kind);

// The field by which records of a kind belong to a month: its first date; "" where it has none.
std::string period_of(const model::KindDefinition& kind);

// A day so many months of the calendar later; the last day of a shorter month stands for those that it lacks. With
// `keeps_end` the last day of a month becomes the last day, also of a longer one.
std::string moved_by_months(const std::string& day, int months, bool keeps_end = false,
                            Calendar calendar = Calendar::kGregorian);

// The same titles (with a number where the dates stay) and fields in the first state, dates moved; all or none. Not
// copied: what comes close to a person, consent, files, codes, figures that were reached, what a step of the workflow
// asks for beyond what is required (who approved, when, why), references to the bin. Codes model.record.unknown_kind,
// records.made_by_program, records.copy.kind (names of people, consent), .month, .no_period, .too_many above 1,000,
// store.record.missing.
Result<CopyOutcome> copy_records(store::Workspace& workspace, const store::Author& author, const CopyRequest& request);

}  // namespace hamdil::services::records
