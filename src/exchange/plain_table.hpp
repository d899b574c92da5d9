// Tables that come without a form: CSV, XLSX, XLS, SPSS and Stata files, with a codebook where there is one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/codebook.hpp"
#include "data/column.hpp"

namespace hamdil::exchange {

struct PlainTable {
  data::Table table;
  std::vector<std::string> headers;      // one a column, as in the file
  std::vector<std::size_t> source_rows;  // one a row; counted from 1 for SPSS and Stata files
  std::vector<std::string> not_in_data;  // names of the codebook without a column
};

// The first sheet that is not hidden, its first row as names; doubled names get "_2". Types come from the codebook or
// are inferred (infer_type); values that do not fit the codebook's type are kUnreadable with a diagnostic that does not
// quote them. Columns of numbers with decimal commas are read as numbers (exchange.table.decimal_comma), unless commas
// part the cells or may part thousands (exchange.table.comma_text). Doubled names: exchange.table.doubled_header.
// `codebook` may be nullptr. Codes: exchange.table.empty, and those of the readers.
Result<PlainTable> read_plain_table(const std::string& path, const data::Codebook* codebook, Diagnostics& diagnostics);

// The columns of the first sheet whose names are wanted, in the file's order, typed as infer_type() does; empty cells
// and "NA" are blank, nothing else is changed. Room: the file and the wanted columns. Codes: those of the readers.
Result<data::Table> read_typed_columns(const std::string& path,
                                       const std::function<bool(const std::string&)>& is_wanted);

// A sheet with the columns name (or variable), label, and optionally type, values ("1=Yes; 2=No"), missing
// ("-99=refused; -98"), ordered; or with one row a value: name, value, value_label, missing. Values whose label names a
// reason ("Don't know") become missing. Codes: exchange.codebook.no_name.
Result<data::Codebook> read_codebook(const std::string& path, Diagnostics& diagnostics);

}  // namespace hamdil::exchange
