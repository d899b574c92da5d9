// Which columns are quasi-identifiers: answers that together with others single a person out.
#pragma once

#include <optional>
#include <string>

#include "protect/identifiers.hpp"

namespace hamdil::protect {

// The kind of quasi-identifier (an id of the content's recognition.keys: "education", "district" ...) that the name or
// a label says, or nothing. A question about opinions and one choice of several are none, whatever words stand there.
std::optional<std::string> quasi_identifier_of(const ColumnFacts& facts);

// Place of a kind in the content's order, the one to blank first in front; behind all others when it is not there.
std::size_t key_order(const std::string& kind);
// Width of the kind's bands for numbers; 0 when the content gives none.
double key_band(const std::string& kind);

}  // namespace hamdil::protect
