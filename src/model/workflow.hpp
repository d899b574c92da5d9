// What follows from the declared ways between the states of a kind.
#pragma once

#include <set>
#include <string>

#include "model/kind.hpp"

namespace hamdil::model {

// The fields without which no record comes into the state, whichever way: what the steps on every way there ask for.
std::set<std::string> needed_in(const KindDefinition& kind, const std::string& state);

}  // namespace hamdil::model
