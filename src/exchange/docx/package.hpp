// OOXML packages (DOCX, later PPTX): parts, their content types and the relations between them, as a ZIP file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange {

inline constexpr const char* kOfficeRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

// Parts keep the order in which they were added: same calls, same bytes. Not thread-safe.
class OoxmlPackage {
 public:
  // `path` without leading slash ("word/document.xml"). The type of .png and .rels parts follows from their ending.
  void add_part(const std::string& path, const std::string& content_type, std::string bytes);
  // Adds a relation from `source` ("" for the package) and gives its id, "rId1" ... `type` is the last word of the
  // officeDocument relation types, or a full address. `target` is relative to the source's folder, or an address when
  // `external`.
  std::string relate(const std::string& source, const std::string& type, const std::string& target,
                     bool external = false);
  // Codes: those of ZipWriter::finish.
  Result<std::string> finish() const;

 private:
  struct Part {
    std::string path;
    std::string content_type;
    std::string bytes;
  };
  struct Relation {
    std::string id;
    std::string type;
    std::string target;
    bool external = false;
  };
  std::vector<Part> parts_;
  std::map<std::string, std::vector<Relation>> relations_;  // by source
};

}  // namespace hamdil::exchange
