// The secondary instances of a form: its choice lists and the files that it reads.
#pragma once

#include <string>
#include <vector>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

struct SecondaryInstance {
  std::string id;
  std::string uri;      // "jr://file-csv/camps.csv"; "" for a choice list
  std::size_t row = 0;  // of the survey sheet where it is first used
};

// Lists of selects first used, files of select_one_from_file, csv-external and xml-external, pulldata('x', ...),
// ${last-saved#x}; each id and uri once, in the order of the form. Two entries with one id and different uris cannot
// both be.
std::vector<SecondaryInstance> secondary_instances(const data::Form& form);

}  // namespace hamdil::exchange::xlsform
