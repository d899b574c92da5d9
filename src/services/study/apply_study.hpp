// Use case: the study file is checked against the answers and kept in the workspace.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "services/study/study_spec.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::study {

// Reads STUDY.yaml, keeps the frames and boundaries it names beside it, checks every column and answer it names against
// the imported rounds, and writes study, rounds, design, framework and places in one transaction. Nothing is written
// while an error stands in `problems`. Codes: study.file.*, study.apply.*.
Status apply_study(store::Workspace& workspace, const std::string& path, const store::Author& author,
                   Diagnostics& problems);

// The study as applied. Code study.apply.not_applied.
struct AppliedStudy {
  std::string id;  // of the study record
  StudySpec spec;
};
Result<AppliedStudy> load_study(const store::Workspace& workspace);

}  // namespace hamdil::services::study
