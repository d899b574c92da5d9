// CSV for other programs: RFC 4180, UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "exchange/raw_table.hpp"

namespace hamdil::exchange::csv {

struct WriteOptions {
  char separator = ',';
  bool byte_order_mark = false;     // spreadsheets on Windows need it to see UTF-8
  bool neutralise_formulas = true;  // a cell that a spreadsheet would run as a formula gets an apostrophe in front
  bool quote_all = false;
};

// One record with CRLF. Numbers ("-5", "+3.2") are never taken for formulas.
void append_record(std::string& out, const std::vector<std::string>& cells, const WriteOptions& options);
std::string write_csv(const RawTable& table, const WriteOptions& options = {});

// True when a spreadsheet may run `cell` as a formula: it starts with = + - @ tab or CR and is not a number.
bool looks_like_formula(std::string_view cell);

}  // namespace hamdil::exchange::csv
