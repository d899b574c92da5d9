// Whether a study file fits the answers that were imported and the files that stand beside it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "services/study/study_spec.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::study {

// Columns of all imported rounds, with the levels of each, from the dataset records (no answers are opened).
struct KnownAnswers {
  std::set<std::string> columns;
  std::map<std::string, std::set<std::string>> levels;
  std::set<std::string> open;  // hold answers that no form or codebook lists, so that `levels` are not all
  std::set<std::string> rounds;
};
Result<KnownAnswers> known_answers(const store::Workspace& workspace);

// The files that the study file names, as they were read from beside it.
struct Attachments {
  std::vector<std::string> frames;
  std::string boundaries;
};
// Their columns and levels are added to what is known. Codes study.apply.file_elsewhere, .not_geojson, base.file.*;
// what does not fit is a problem: .frame_column, .frame_key_twice, .no_property and those of check_sample.hpp.
Result<Attachments> read_attachments(const std::string& path, const StudySpec& spec, KnownAnswers& known,
                                     Diagnostics& problems);

// Every column, level, answer, round and group that the study file names: problems study.apply.no_column, .no_level,
// .no_answer, .no_group, .finding_table, .round_not_imported (a warning).
void check_against_answers(const StudySpec& spec, const KnownAnswers& known, Diagnostics& problems);

// Weights, strata and clusters that the answers carry themselves, in the newest version of every round.
Status check_sample_of_answers(const store::Workspace& workspace, const SampleSpec& sample, Diagnostics& problems);

}  // namespace hamdil::services::study
