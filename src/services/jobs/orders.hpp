// What is to be done, kept until it is done: sealed, one file a job in a folder beside the workspace, so that it can be
// begun anew after the program ended. A file and not a row: an upload would wait for whoever writes the workspace.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "protect/seal.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::jobs {

struct Order {
  std::string specification;  // JSON: all that is needed to begin
  std::string upload = {};    // what it works on; "" where that stands in the workspace
  std::string job = {};       // JSON: who asked, for what
};

// Belongs to no thread: every call stands for itself.
class Orders {
 public:
  static Result<Orders> open(store::Workspace& workspace);
  Status keep(const std::string& id, const Order& order) const;
  Result<Order> read(const std::string& id) const;
  void forget(const std::string& id) const;
  std::vector<std::string> all() const;  // ids

 private:
  std::string path_of(const std::string& id) const { return folder_ + "/" + id; }
  std::string folder_;
  protect::SecretKey key_;
};

}  // namespace hamdil::services::jobs
