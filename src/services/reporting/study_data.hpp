// The answers of all rounds of a study, ready to be analysed: stacked, joined with the frames, with the measures as
// columns.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data/column.hpp"
#include "services/study/apply_study.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

inline constexpr const char* kRoundColumn = "round";

// The column that holds a measure: a score (number) or a share (0 or 1).
std::string measure_column(const study::MeasureSpec& measure);
// The columns that hold the rescaled items of a score of several; of a ladder, 1 and 0. Rounds that asked one of the
// items in other words than the last round are missing there: they are another series.
std::vector<std::string> item_columns(const study::MeasureSpec& measure);

// A question that was asked or answered in other words in some rounds: answers of one series only may be compared.
struct RewordedQuestion {
  std::string question;
  std::vector<std::size_t> series;  // by round; kNotAskedInRound where the form did not have it
  std::vector<std::string> asked;   // by round: JSON of the question with its `choices`; "" where it was not asked
  std::string same_because;         // the team's reason why all words mean the same; "" when it gave none
  bool same(std::size_t round, std::size_t other) const {
    return !same_because.empty() || series[round] == series[other];
  }
};
inline constexpr std::size_t kNotAskedInRound = static_cast<std::size_t>(-1);

struct StudyData {
  study::AppliedStudy study;
  std::vector<study::RoundSpec> rounds;  // those with answers, in time order
  std::vector<model::Record> datasets;   // one a round: its last version
  std::string instrument_json = "null";  // of the newest form, null without one
  data::Table table;
  std::size_t without_design = 0;           // rows left out because weight, stratum or cluster is missing
  std::size_t dropped_flagged = 0;          // rows left out by the study's drop_flagged
  std::vector<std::string> unmatched_keys;  // of the frames
  std::vector<RewordedQuestion> reworded;
  Diagnostics problems;                       // what could not be derived, with the reason; shown with design_problems
  std::map<std::string, std::string> people;  // by round, digest of the answers and of whose they are
  std::set<std::string> sensitive;            // of the study file, and of every release since: it stays sensitive
  std::string run;  // digest of everything the results depend on: the same inputs give the same run
};

// The run that a product built now would have, from records alone: what was built by another run is stale. Codes
// study.apply.not_applied and the store's.
Result<std::string> current_run(const store::Workspace& workspace);

// Codes: study.apply.not_applied, reporting.no_answers, reporting.item_not_numeric, data.join.*, and the store's.
Result<StudyData> load_study_data(const store::Workspace& workspace);

// Whether one of the measure's questions means something else in the two rounds (indices of `rounds`).
bool is_reworded(const StudyData& data, const study::MeasureSpec& measure, std::size_t round, std::size_t other);
// Whether all rounds asked the column's question, or those of the measure in it, in the same words.
bool is_one_series(const StudyData& data, const std::string& column);

// What the people of the study should look at before they trust a figure, as warnings: places in the answers that the
// frames do not hold, and rows that the design cannot place. Codes reporting.frame_unmatched, reporting.without_design.
Diagnostics design_problems(const StudyData& data);

}  // namespace hamdil::services::reporting
