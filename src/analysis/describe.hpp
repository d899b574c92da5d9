// What estimators say about themselves, for people and for programs; all of it is written from the descriptors.
#pragma once

#include <string>
#include <string_view>

#include "analysis/registry.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::analysis {

// One line an estimator: id and what it does, by family.
std::string list_text();
// Everything about the forms of one estimator, by name or id. Code analysis.describe.unknown_estimator with the
// nearest.
Result<std::string> describe_text(std::string_view name);
// What a specification computes: the choices that it makes or leaves to their defaults, then the method and sources of
// its estimator (of `several`: of each part).
Result<std::string> explain_text(const AnalysisSpec& spec);
// JSON Schema (2020-12) of a specification: design, domain and a call, one alternative a form of an estimator.
Json spec_schema();

// Pages of docs/methods: "<id>.md" of one estimator with its numbered statements, and "README.md" with all of them.
std::string methods_page(const stats::EstimatorInfo& info);
std::string methods_index();

}  // namespace hamdil::analysis
