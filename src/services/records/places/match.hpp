// Places of a list kept elsewhere, joined with those of the workspace. A code alone decides nothing: other lists use
// the same codes for other places. What is found is shown with both names, and a person accepts it.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

// A place as the list writes it; either may be empty.
struct PlaceText {
  std::string code;
  std::string name;
};

enum class PlaceMatch : std::uint8_t {
  kCodeAndName,    // both say the same place: sure
  kName,           // one place alone has that name; the list gave no code, or one that is not known here
  kCodeOtherName,  // the code is known, but here it is a place of another name
  kCodeOnly,       // the list gave no name to check the code with
  kNearName,       // a name that is written nearly so
  kSeveral,        // several places have that name
  kNone,
};
const char* place_match_name(PlaceMatch match);

struct PlaceProposal {
  PlaceText text;
  PlaceMatch how = PlaceMatch::kNone;
  std::string place;  // id; "" where a person must choose
  std::string title, code, code_list;
  std::vector<std::string> others;  // ids of further candidates
  bool name_is_code = false;        // what was given for a name is a code here
};

// One proposal each, in the same order. A code whose name fits nothing here is never joined by the code; where the
// name belongs to another place, that one is proposed and the code noted by `how` kCodeOtherName. Codes are compared
// without case and blanks, and with leading zeros as they stand: "07" is not "7" (kCodeOtherName at best).
Result<std::vector<PlaceProposal>> match_places(const store::Workspace& workspace, const std::vector<PlaceText>& texts);

// Names in one writing, for comparing: letters folded, articles and words for district, city and the like away, doubled
// letters once, vowels that transliterations disagree on as one.
std::string name_skeleton(const std::string& name);

}  // namespace hamdil::services::records
