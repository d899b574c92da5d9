// Which columns of an export are answers, which go to the vault, and which are kept nowhere.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "data/form.hpp"
#include "exchange/kobo/read.hpp"
#include "protect/identifiers.hpp"
#include "services/intake/import_survey.hpp"

namespace hamdil::services::intake {

using Questions = std::map<std::string, data::PlacedItem>;  // by path in the form

// The facts the recognisers need, from the form where the column stands in it.
protect::ColumnFacts facts_of(const exchange::kobo::SurveyTable& table, std::size_t index, const Questions& questions);

// Indexes of the columns of one table.
struct Split {
  std::vector<std::size_t> answers;        // in the dataset, those under a pseudonym among them
  std::vector<std::size_t> sealed;         // to the vault, those under a pseudonym among them
  std::vector<std::size_t> pseudonymised;  // in both
  std::vector<std::size_t> dropped;        // nowhere
};

// One entry a table of the export. What was decided, and why, goes into `receipt`. `--keep` of the request holds
// against everything but what may not exist at person level. Calculations follow what they are made of; the age made
// of a date of birth stays.
std::vector<Split> split_columns(const exchange::kobo::SurveyExport& exported, const Questions& questions,
                                 const ImportRequest& request, Receipt& receipt);

// Takes the choices of lists that only pseudonymised or dropped questions use out of the instrument: they name the
// enumerators.
void leave_out_lists(const exchange::kobo::SurveyExport& exported, const std::vector<Split>& splits,
                     std::string& instrument_json);

std::string leaf_name(const std::string& path);  // "b" of "a/b"

template <class T>
bool listed(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace hamdil::services::intake
