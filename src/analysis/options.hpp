// The options of a call, checked against the descriptor of its estimator and read by type.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "stats/registry.hpp"
#include "stats/result.hpp"

namespace hamdil::analysis {

// One cell of a kRows option: a text or a number; neither is missing.
struct Cell {
  bool is_missing = true;
  std::string text;
  double number = stats::kNaN;  // NaN where the text is none
};

// What a call said. An accessor of an option that is not there gives its second argument; types were checked when the
// specification was read, so an accessor of another type than the descriptor's gives the same.
class Options {
 public:
  Options();
  // Checks an object against descriptors. Codes analysis.spec.wrong_type, .unknown_option, .unknown_value and
  // analysis.run.missing_option with JSON pointers below `pointer`. Members that `ignored` names are left to the
  // caller.
  static Result<Options> read(const Json& json, const std::vector<stats::OptionInfo>& known, const std::string& pointer,
                              const std::string& whose, const std::vector<std::string_view>& ignored = {});

  bool has(std::string_view name) const;
  std::string text(std::string_view name, std::string otherwise = {}) const;  // also of kWord: its first word
  double number(std::string_view name, double otherwise) const;
  bool flag(std::string_view name, bool otherwise) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  std::vector<std::pair<std::string, double>> weights(std::string_view name) const;
  stats::Matrix matrix(std::string_view name) const;
  std::vector<std::vector<Cell>> rows(std::string_view name) const;
  Options object(std::string_view name) const;
  std::vector<Options> records(std::string_view name) const;
  // As read; for what stands as JSON by nature (calls).
  const Json& json() const { return *json_; }

 private:
  explicit Options(Json json);
  const Json* find(std::string_view name) const;

  std::shared_ptr<const Json> json_;  // an object; words already cut, single texts of lists made lists
};

}  // namespace hamdil::analysis
