// What one of several people may see and do with records. Where a workspace is looked at through a view, every read and
// every change goes through it, whichever service asks (workspace_view.cpp); without one, everything is open.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hamdil::model {
struct KindDefinition;
}

namespace hamdil::store {

// What can be done with a record. The first four are ways of reading it.
enum class Deed : std::uint8_t { kLook, kHistory, kPersonal, kExport, kCreate, kChange, kMove, kRemove };
inline constexpr std::size_t kDeeds = 8;

// Some of the records of a kind: those that meet all that is set here.
struct Scope {
  bool own = false;                    // made by the person herself
  std::vector<std::string> districts;  // in one of these places or below; empty: wherever
  bool unplaced = false;               // beside those in the districts: records that name no place
  std::string programme;               // of this programme, or of none; empty: of any
};
using Scopes = std::vector<Scope>;  // a record is meant when one of them has it

struct ViewTable {
  std::string who;                                          // as the log names the person
  std::map<std::string, std::array<Scopes, kDeeds>> kinds;  // by name; a kind that is missing is closed
  std::map<std::string, std::string> through;  // kind without a place of its own -> reference that leads to one

  const Scopes& scopes(const std::string& kind, Deed deed) const;
  bool shows_all(const model::KindDefinition& kind) const;  // every record of it, those of others and elsewhere, too
};

struct View {
  std::shared_ptr<const ViewTable> table;
  Deed looking = Deed::kLook;  // what reading is for
};

}  // namespace hamdil::store
