// What an estimator says about itself: its options, figures, conventions and sources. Specifications are checked
// against it; the command line's help, the JSON schema and docs/methods are written from it. The list is
// analysis/registry.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hamdil::stats {

// How the value of an option is written in JSON. null is the same as leaving the option out.
enum class OptionType : std::uint8_t {
  kText,
  kWord,     // the first word of a text counts; what follows it is for readers
  kColumn,   // the name of a column
  kColumns,  // names of columns; a single one may stand without a list
  kTexts,
  kNumber,
  kCount,    // a whole number, 0 or more
  kShare,    // a number from 0 to 1
  kNumbers,  // null in the list is a missing number
  kShares,   // numbers from 0 to 1; null in the list is a missing number
  kFlag,     // true or false
  kFormula,  // in R's syntax
  kWeights,  // an object of numbers by name
  kMatrix,   // a list of rows of numbers, all of one length; null is a missing number
  kRows,     // a list of rows of texts and numbers; null is missing
  kObject,   // `members` say which
  kRecords,  // a list of such objects
  kCalls,    // a list of calls
  kNote,     // for readers of a specification; changes nothing
};
const char* option_type_name(OptionType type);  // in words: "list of numbers"

struct OptionInfo {
  std::string_view name;
  OptionType type = OptionType::kText;
  std::string_view help = {};
  std::string_view initial = {};               // what holds when it is left out, in words or as written
  std::vector<std::string_view> allowed = {};  // of a text or word, or of every text of a list; empty: any
  bool required = false;
  std::string_view unit = {};
  std::vector<OptionInfo> members = {};  // of objects and records
};

struct FigureInfo {
  std::string_view name;
  std::string_view meaning;
};

// What an estimator stands on.
enum class Basis : std::uint8_t {
  kDesign,      // strata, clusters and weights of the design
  kWeights,     // the weights of the design, no standard error from it
  kRows,        // the rows of the domain, each counting once
  kParameters,  // only its options: no data
};
const char* basis_text(Basis basis);  // a sentence

// Several forms may share the name of an estimator. The first whose condition holds is meant.
struct Form {
  std::string_view with_option = {};     // only for calls that have this option
  std::string_view without_option = {};  // only for calls that do not have it
  bool without_design = false;           // only where the specification has no design
};

struct EstimatorInfo {
  std::string_view id;    // unique: page of docs/methods
  std::string_view name;  // `estimator` of a call
  std::string_view family = {};
  std::string_view title = {};
  std::string_view what = {};
  std::vector<OptionInfo> options = {};
  std::vector<FigureInfo> figures = {};
  std::vector<std::string_view> statements = {};  // formulas and choices, numbered on its page; tests cite them
  std::string_view missing = {};                  // what happens with missing values
  std::vector<std::string_view> references = {};
  std::string_view cost = {};
  Basis basis = Basis::kDesign;
  Form form = {};
  // Largest relative difference between rows in memory and sums from a cluster; 0: no cluster can compute it.
  double pushdown = 0;
  std::string_view not_pushed = {};  // options that a cluster cannot serve all the same
};

}  // namespace hamdil::stats
