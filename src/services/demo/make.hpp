// hamdil demo make: a complete synthetic field package with known truth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::services::demo {

struct DemoOptions {
  std::uint64_t seed = 1;                    // of the population, and of the sample when that has none
  std::optional<std::uint64_t> sample_seed;  // another sample and other answers of the same population
  std::size_t size = 960;                    // interviews a round, about
  bool overwrite = false;                    // also a study file that somebody changed
};

// Writes form_v1.xlsx, form_v2.xlsx, baseline.xlsx, endline.xlsx (as KoboToolbox exports them), sampling_frame.csv,
// districts.geojson, study.yaml and truth.json (the population's values) into `folder`. Same seeds and size, same
// bytes. All of it is invented and says DEMO. Codes: demo.make.changed (a study.yaml stands there that is not the one
// written here, and `overwrite` is not set; nothing is written), and those of files.
Result<std::vector<std::string>> make_demo(const std::string& folder, const DemoOptions& options);

}  // namespace hamdil::services::demo
