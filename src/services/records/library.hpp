// What is shipped with the program: checklists, competencies, indicators, consent texts, guides, codes, tools,
// training, places, sample terms of reference and a sample results matrix, as records that a workspace can take in.
#pragma once

#include <string>
#include <vector>

#include "store/workspace.hpp"

namespace hamdil::services::records {

// A field of a library record that leads to other library records. In the workspace it holds their ids.
struct LibraryReference {
  std::string field;
  std::string kind;
  std::vector<std::string> library_ids;
};

struct LibraryEntry {
  std::string library_id;  // stable, unique within its kind; a place's is its code
  model::Record record;    // not saved, in the first state of its kind, without the fields of `references`
  std::vector<LibraryReference> references;
};

// Kinds of which something is shipped, sorted.
std::vector<std::string> library_kinds();
// All of a kind in the order of the content; empty for kinds of which nothing is shipped. Codes base.yaml.*,
// records.library.format (a content file that does not have its shape; the tests keep that from happening).
Result<std::vector<LibraryEntry>> list_library(const std::string& kind);

// Saves copies of these entries and of what they refer to; what was taken before is not taken twice. Gives the records
// of `library_ids` in that order, old or new. Codes records.library.unknown, store.*, model.record.*.
Result<std::vector<model::Record>> take_from_library(store::Workspace& workspace, const store::Author& author,
                                                     const std::string& kind,
                                                     const std::vector<std::string>& library_ids);

}  // namespace hamdil::services::records
