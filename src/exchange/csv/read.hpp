// CSV as RFC 4180 has it and as people make it: other separators, byte-order marks, any line end, line breaks in cells,
// UTF-8, UTF-16 and Windows code pages (row by row, because files are glued together from several computers).
#pragma once

#include <string>
#include <string_view>

#include "base/file_stream.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::csv {

struct ReadOptions {
  std::optional<char> separator;            // found from the first rows when not given
  std::optional<text::CodePage> code_page;  // of rows that are not UTF-8; found row by row when not given
  TableLimits limits;
  bool ragged_rows_matter = true;  // warn about rows with more cells than the first; embedded sheets have none
};

// Streams the rows of `bytes` (the whole file) to `sink`. Empty rows are passed over. `name` stands in diagnostics.
// Warnings (exchange.csv.*): mixed_encoding and code_page with the rows, stray_quote, ragged_row. An unclosed quote is
// the error unclosed_quote and the row is read again with that quote as plain text, so that the rows below are not
// swallowed. Errors: exchange.csv.binary (NUL bytes, not text), exchange.csv.too_many_rows, too_many_columns,
// cell_too_long.
Status stream(std::string_view bytes, const std::string& name, const ReadOptions& options, const RowSink& sink,
              Diagnostics& diagnostics);

// The same for a file of which a few megabytes at a time are held; more where a row is longer or a quotation mark is
// never closed. UTF-16 is read whole. `stamp` is that of the file when it was looked at first: another file in its
// place is the error base.file.changed.
Status stream_file(const std::string& path, const FileStamp& stamp, const ReadOptions& options, const RowSink& sink,
                   Diagnostics& diagnostics);

// The same for a file, the first row as header.
Result<RawTable> read_csv(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics);
Result<RawTable> read_csv_bytes(std::string_view bytes, const std::string& name, const ReadOptions& options,
                                Diagnostics& diagnostics);

// The separator that cuts the first rows into the most, equally many cells: one of , ; tab |.
char detect_separator(std::string_view bytes);

// The likeliest of the three Windows code pages for bytes that are not UTF-8.
text::CodePage guess_code_page(std::string_view bytes);

// Rows as "3, 7-9 and 120 more".
std::string describe_rows(const std::vector<std::size_t>& rows);

}  // namespace hamdil::exchange::csv
