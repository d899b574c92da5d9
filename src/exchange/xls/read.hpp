// Old binary workbooks (.xls, BIFF 5 to 8) through FreeXL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::xls {

// Cells come as text in the same forms as from xlsx::Reader. Not thread-safe; movable.
class Reader {
 public:
  // Codes: exchange.xls.damaged, exchange.xls.password.
  static Result<Reader> open(const std::string& path);

  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  const std::vector<std::string>& sheets() const;
  Status stream(std::size_t sheet, const TableLimits& limits, const RowSink& sink);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hamdil::exchange::xls
