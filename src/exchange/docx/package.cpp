#include "exchange/docx/package.hpp"

#include "base/markup.hpp"
#include "base/zip.hpp"

namespace hamdil::exchange {

namespace {

constexpr const char* kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

// word/document.xml -> word/_rels/document.xml.rels
std::string relations_path(const std::string& source) {
  const std::size_t slash = source.rfind('/');
  if (slash == std::string::npos) return "_rels/" + source + ".rels";
  return source.substr(0, slash) + "/_rels/" + source.substr(slash + 1) + ".rels";
}

}  // namespace

void OoxmlPackage::add_part(const std::string& path, const std::string& content_type, std::string bytes) {
  parts_.push_back({path, content_type, std::move(bytes)});
}

std::string OoxmlPackage::relate(const std::string& source, const std::string& type, const std::string& target,
                                 bool external) {
  std::vector<Relation>& relations = relations_[source];
  const std::string full = type.find("://") == std::string::npos ? kOfficeRelation + type : type;
  relations.push_back({"rId" + std::to_string(relations.size() + 1), full, target, external});
  return relations.back().id;
}

Result<std::string> OoxmlPackage::finish() const {
  ZipWriter zip;
  std::string types =
      std::string(kXmlHead) +
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"png\" ContentType=\"image/png\"/>";
  for (const Part& part : parts_)
    if (!part.path.ends_with(".png"))
      types += "<Override PartName=\"/" + escape_markup(part.path) + "\" ContentType=\"" +
               escape_markup(part.content_type) + "\"/>";
  zip.add("[Content_Types].xml", types + "</Types>");
  for (const auto& [source, relations] : relations_) {
    std::string xml = std::string(kXmlHead) +
                      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    for (const Relation& relation : relations)
      xml += "<Relationship Id=\"" + relation.id + "\" Type=\"" + escape_markup(relation.type) + "\" Target=\"" +
             escape_markup(relation.target) + (relation.external ? "\" TargetMode=\"External\"/>" : "\"/>");
    zip.add(relations_path(source), xml + "</Relationships>");
  }
  for (const Part& part : parts_) zip.add(part.path, part.bytes);
  return zip.finish();
}

}  // namespace hamdil::exchange
