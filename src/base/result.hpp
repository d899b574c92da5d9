// Result<T>, Error and Diagnostic: how every function of Hamdil that can fail says so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hamdil {

// A place in something that came from outside. Rows and columns count from 1, as a spreadsheet shows them.
struct Where {
  std::string file;
  std::string sheet;
  std::optional<std::size_t> row;
  std::optional<std::size_t> column;
  std::string column_name;
  std::string pointer;  // JSON pointer, for JSON and YAML input

  // "form.xlsx, sheet survey, row 7, column C (relevant)"; empty when nothing is known.
  std::string describe() const;
};

// What went wrong. `code` is stable ("module.topic.name") and keys the translations in content/messages;
// `text` is the English source with {named} places for `args`. Personal data never enters any field.
struct Error {
  using Args = std::vector<std::pair<std::string, std::string>>;

  std::string code;
  std::string text;
  Args args;
  Where where;
  std::string hint;  // what to do about it, English source; translated under code + ".hint"

  Error() = default;
  Error(std::string code_, std::string text_, Args args_ = {})
      : code(std::move(code_)), text(std::move(text_)), args(std::move(args_)) {}

  Error& at(Where place) & { return where = std::move(place), *this; }
  Error&& at(Where place) && { return where = std::move(place), std::move(*this); }
  Error& advise(std::string what_to_do) & { return hint = std::move(what_to_do), *this; }
  Error&& advise(std::string what_to_do) && { return hint = std::move(what_to_do), std::move(*this); }

  // The English text with its arguments filled in, without place and hint.
  std::string message() const;
  // "place: message Hint. [code]" on one line.
  std::string describe() const;
};

enum class Severity { kInfo, kWarning, kError };

// One entry of a problem list. Importers return a value and all of these; they do not stop at the first.
struct Diagnostic {
  Severity severity = Severity::kError;
  Error problem;
};
using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& diagnostics);

// Replaces {name} in `text` by the argument of that name; an unknown name stays as it is.
std::string fill(const std::string& text, const Error::Args& args);

// Either a value or an Error. Test with `if (!result)`, then use `*result` or `result.error()`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose, `return value;`
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose, `return error;`

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }
  Error& error() { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Done {};
// A Result without a value: `return Done{};` or `return Error(...)`.
using Status = Result<Done>;

}  // namespace hamdil

// Hands an error up: HAMDIL_TRY(auto x, f()); declares x or returns f's error.
#define HAMDIL_CONCAT_INNER(a, b) a##b
#define HAMDIL_CONCAT(a, b) HAMDIL_CONCAT_INNER(a, b)
#define HAMDIL_TRY_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                            \
  if (!temporary) return std::move(temporary.error());      \
  declaration = *std::move(temporary)
#define HAMDIL_TRY(declaration, expression) \
  HAMDIL_TRY_IMPL(HAMDIL_CONCAT(hamdil_try_, __LINE__), declaration, expression)
#define HAMDIL_CHECK_IMPL(status, expression)      \
  do {                                             \
    auto status = (expression);                    \
    if (!status) return std::move(status.error()); \
  } while (false)
#define HAMDIL_CHECK(expression) HAMDIL_CHECK_IMPL(HAMDIL_CONCAT(hamdil_status_, __LINE__), expression)
