// The demonstration programme: invented records of every kind, so that every page has something on it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::demo {

// The language that `tag` means ("tg", "fa_AF"), of those in which the demonstration programme is written. Code
// demo.programme.language names them.
Result<std::string> find_programme_language(const std::string& tag);

// Writes content/demo-programme.yaml into the workspace and, of every kind that it leaves out, one record made from the
// declaration, in one of these languages; texts by language have all. Titles say DEMO; the change log names DEMO as
// their author. One transaction. Gives how many were written. Codes: demo.programme.there (they stand there already),
// demo.programme.language, demo.programme.content.
Result<std::size_t> fill_programme(store::Workspace& workspace, const std::string& language = "en");

// Puts titles and texts that are still the demonstration's own into another language, in one transaction: those that
// people changed stay, and so do ids, links, states and what lies in the bin. As with its removal, nothing is left out
// that is locked or that the one who asks does not see. Gives what changed; nothing where all of it stands in the
// language. Codes: demo.programme.language, demo.programme.content.
Result<std::vector<model::Record>> translate_programme(store::Workspace& workspace, const std::string& language,
                                                       const store::Author& author);

// In which language the demonstration programme stands; "" where it is not there, or people named anew what tells it.
Result<std::string> programme_language(const store::Workspace& workspace);

// Moves all of them to the bin in one transaction, changed or not, also those that the one who asks does not see:
// nothing of them is real. Gives what was moved; nothing where nothing of it is there any more.
Result<std::vector<model::Record>> remove_programme(store::Workspace& workspace, const store::Author& author);

}  // namespace hamdil::services::demo
