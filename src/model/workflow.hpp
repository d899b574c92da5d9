// What follows from the declared ways between the states of a kind.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "model/kind.hpp"

namespace hamdil::model {

// What is asked on every way into the state, where `asked` says what a step asks for.
std::set<std::string> asked_on_every_way(const KindDefinition& kind, const std::string& state,
                                         const std::function<std::set<std::string>(const Transition&)>& asked);

// The fields without which no record comes into the state, whichever way: what the steps on every way there ask for.
std::set<std::string> needed_in(const KindDefinition& kind, const std::string& state);

bool is_locked_in(const KindDefinition& kind, const std::string& state);

// The fields that may be changed while a record is locked in the state: how it is kept, what is declared to come later
// and what the steps from there ask for.
std::set<std::string> open_in(const KindDefinition& kind, const std::string& state);

// Steps by which a record in the state can be changed again; empty where a new one takes its place.
std::vector<std::string> steps_unlocking(const KindDefinition& kind, const std::string& state);

}  // namespace hamdil::model
