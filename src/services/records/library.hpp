// What is shipped with the program: checklists, competencies, indicators, consent texts, guides, codes, tools,
// training, places, sample terms of reference and a sample results matrix, as records that a workspace can take in.
#pragma once

#include <map>
#include <set>
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
  std::map<std::string, model::Record>
      said;                      // the record with its plain texts in another language, where there are any
  std::set<std::string> drafts;  // those of these languages that no native speaker has read yet
};

// Kinds of which something is shipped, sorted.
std::vector<std::string> library_kinds();
std::size_t count_in_library(const std::string& kind);
// All of a kind in the order of the content; empty for kinds of which nothing is shipped. Codes base.yaml.*,
// records.library.format (a content file that does not have its shape; the tests keep that from happening).
Result<std::vector<LibraryEntry>> list_library(const std::string& kind);

struct LibraryQuery {
  std::string kind;
  std::string words;     // every word must occur, from its beginning, in any language of title or text; letters folded
  std::string language;  // of titles and texts; English where an entry has no other
  std::size_t skip = 0;  // so many of those that are found
  std::size_t limit = 100;
};
struct LibraryLine {
  std::string library_id;
  std::string title;
  std::string about;     // the beginning of what it says of itself; may be empty
  std::string language;  // in which that stands, or the title where it says nothing more
  bool draft = false;    // that is a translation that no native speaker has read yet
  std::string taken;     // the record that was taken from it; empty where none is here and seen
};
struct LibraryPage {
  std::vector<LibraryLine> lines;
  std::size_t total = 0;  // that are found
};
// Entries in the order of the content. Codes records.library.kind (nothing is shipped of it), those of list_library.
Result<LibraryPage> look_in_library(const store::Workspace& workspace, const LibraryQuery& query);

struct Taken {
  std::vector<model::Record> records;  // of the ids in their order, old or new
  std::vector<model::Record> made;     // all that is new, also what came with the named ones, in the order of making
  std::string undo;                    // by which `made` is taken back (undo.hpp); "" where nothing was made
};
// Saves copies of these entries, of what they refer to and of their parts, in one transaction; what was taken before,
// and is seen and not in the bin, is not taken twice. Plain texts come in the language, in English where there is no
// other; texts by language come whole; places like {organisation} are filled in or become lines to write on. Codes
// records.library.kind, records.library.unknown with the pointer of the id, store.*, model.record.*, access.denied.
Result<Taken> take_from_library(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                                const std::vector<std::string>& library_ids, const std::string& language = "en");

}  // namespace hamdil::services::records
