// Several versions of one form as one form, with a written account of what changed between them.
#pragma once

#include <string>
#include <vector>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

enum class ChangeKind {
  kAdded,
  kDropped,
  kRelabelled,
  kRetyped,
  kMoved,
  kChoiceAdded,
  kChoiceDropped,
  kChoiceRelabelled
};
const char* change_name(ChangeKind kind);  // "added", "dropped", ...

struct FormChange {
  ChangeKind kind = ChangeKind::kAdded;
  std::string path;      // of the question; of a choice "list/choice"
  std::string language;  // of a label
  std::string from;      // label, type or path before
  std::string to;
  std::size_t version = 0;  // index of the form in which it is first so
};

struct MergedForm {
  data::Form form;
  std::vector<FormChange> changes;  // by version, in the order of the form
};

// `forms` from the oldest to the newest, at least one. Questions are the same when their name and place agree, or their
// name alone where it is unique in both versions (a renamed or moved group). The newest label, type and logic hold;
// questions that newer versions dropped stay, behind the neighbour they used to follow. Choice lists keep every choice
// that any version had; a question whose type changed between versions so that old answers do not fit (text to number)
// is reported and keeps the newest type.
MergedForm merge_forms(const std::vector<data::Form>& forms);

}  // namespace hamdil::exchange::xlsform
