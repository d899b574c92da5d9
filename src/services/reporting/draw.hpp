// Drawings for a document's figures, made by the separate program hamdil-draw.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "protect/released.hpp"
#include "report/document.hpp"
#include "report/render/render.hpp"

namespace hamdil::services {

struct DrawOptions {
  std::string program;                        // path of hamdil-draw; empty: beside the running executable
  std::string font;                           // family; empty: by the document's language
  std::chrono::milliseconds timeout{60'000};  // for all figures together
  std::function<bool()> is_cancelled = {};    // asked while the program draws; it is ended at once
};

// Draws every figure. Never fails as a whole: what could not be drawn is missing from `svg`, and `problem` says why in
// the document's language, for the report prints it in the drawing's place. A document without figures starts no
// process.
report::Drawings draw_figures(const protect::Released<report::Document>& document, const DrawOptions& options = {});

// hamdil-draw in the folder of the running executable.
std::string default_draw_program();

// Runs `program` with `input` on its standard input and answers its standard output. No shell, no arguments, empty
// environment but the paths that fonts need. Codes: services.process.missing, services.process.failed,
// services.process.timeout, services.process.too_much, jobs.cancelled.
Result<std::string> run_filter(const std::string& program, const std::string& input, std::chrono::milliseconds timeout,
                               const std::function<bool()>& is_cancelled = {});

}  // namespace hamdil::services
