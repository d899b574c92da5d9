// Whether the columns of a sampling frame, or of the answers, can carry the design that the study file declares.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "exchange/raw_table.hpp"
#include "services/study/study_spec.hpp"

namespace hamdil::services::study {

// Looks at those of the sample's columns that the table has; cells without a value are left to whoever reads them (such
// rows are left out and counted). Every fault is one problem with all its rows, and with the values of `key` there:
// study.apply.bad_weight (zero, negative, no number), study.apply.bad_fpc (the same of a population size),
// study.apply.fpc_varies (inside a stratum, or of the second stage inside a cluster),
// study.apply.cluster_in_two_strata.
void check_sample_columns(const exchange::RawTable& table, const std::string& file, const std::vector<std::string>& key,
                          const SampleSpec& sample, Diagnostics& problems);

// The same for answers; rows are counted from 1 in the dataset and have no key.
void check_sample_columns(const data::Table& answers, const std::string& round, const SampleSpec& sample,
                          Diagnostics& problems);

// Names of the columns above, as far as `known` has them.
std::vector<std::string> sample_columns(const SampleSpec& sample, const std::vector<std::string>& known);

}  // namespace hamdil::services::study
