// What a round's next dataset version holds: the rows of the version before, the rows of the new file, and who took
// consent back.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "services/intake/receipt.hpp"

namespace hamdil::services::intake {

// The people and their repeats. Every table has a text column `respondent` with pseudonyms.
struct RoundTables {
  data::Table answers;               // one row a person
  std::vector<data::Table> repeats;  // any number of rows a person
};

// The version before, of which only some columns at a time are held: a round of a million rows comes again in about the
// room that it needed the first time.
struct EarlierRound {
  std::vector<std::string> people;   // one a row of its answers
  std::vector<std::string> columns;  // of its answers, `respondent` among them
  std::function<Result<data::Table>(const std::vector<std::string>& columns)> read;
  std::vector<data::Table> repeats;
};

// The new file's rows, above them those of the version before whose people the file does not mention. People in
// `rejected` are in the file without consent: their earlier rows go, and their pseudonyms are put into `withdrawn`.
// Counts added, corrected (answers or repeats differ) and unchanged people in the receipt. `covers_all` tells whether
// the file mentions everybody of the version before, so that it takes that version's place. A repeat that has no table
// in the file (Kobo's CSV never holds repeats) says nothing of its rows: they stay with their people, corrected ones
// included, and `kept_repeats` counts those of people whom the file mentions.
struct KeptRepeat {
  std::string name;
  std::size_t rows = 0;
  std::size_t people = 0;
  std::size_t corrected = 0;  // of these people
};
struct Merged {
  RoundTables tables;
  std::vector<std::string> withdrawn;
  bool covers_all = true;
  std::vector<KeptRepeat> kept_repeats;
};
// Two answers are the same when value and reason for being missing are; what was not asked is as good as no column, and
// flags do not count (as data::RowDigests has it). Codes: those of `read`.
Result<Merged> merge_round(const EarlierRound& before, RoundTables incoming, const std::set<std::string>& rejected,
                           Receipt& receipt);

// Submissions of a round that were read and not kept: columns `submission` (keyed digest), `reason` and `keyed` ("1"
// where the submission has a key of its own, so that a later file can mention it again). A submission counts once, in
// its newest state: it leaves when it is kept, and stays "withdrawn" when it was that already. Rows without a key are
// taken from the new file alone when that covers all of the version before.
data::Table merge_rejected(const data::Table& before, const data::Table& incoming,
                           const std::unordered_set<std::string_view>& kept, bool covers_all);

}  // namespace hamdil::services::intake
