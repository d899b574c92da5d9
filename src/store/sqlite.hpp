// A thin, exception-free wrapper of the SQLite C API: statements that clean up after themselves, errors as Result.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace hamdil::store {

// One prepared statement. Bind from 1, step, read columns from 0. Views returned by `text` and `bytes` live until the
// next step.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Statement(Statement&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);  // copied
  Statement& bind_bytes(int index, std::string_view bytes);
  Statement& bind_null(int index);

  // True: a row stands ready. False: done. Errors: store.sqlite.* .
  Result<bool> step();
  Status run();  // steps to the end
  void reset();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view bytes(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Mode { kReadOnly, kReadWrite, kCreate };
  static Result<Database> open(const std::string& path, Mode mode);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Status execute(const std::string& sql);
  Result<Statement> prepare(const std::string& sql) const;
  // Copies the whole database, consistently, while others read and write.
  Status copy_to(const std::string& path) const;
  std::int64_t changes() const;
  // How long a statement waits for another writer; 5 seconds where nothing else is said.
  void wait_for_writers(std::chrono::milliseconds time);

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  sqlite3* handle_ = nullptr;
};

}  // namespace hamdil::store
