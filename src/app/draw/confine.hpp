// Gives up, for good, what a process that only computes does not need.
#pragma once

#include <string>

namespace hamdil::draw {

// From now on this process, with all its threads, can change no file, start no program or process, reach no network and
// no other process: these calls of the system fail with "not permitted", and there is no way back. Files can be read:
// fonts are, when a letter asks for them. Linux on x86-64; elsewhere, and in builds with sanitizers, which need more at
// their end, it does nothing. Returns "" or why it could not be done.
std::string confine();

// Whether confine() does anything in this build.
bool can_confine();

}  // namespace hamdil::draw
