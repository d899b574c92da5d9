// XML texts as trees for XPath.
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

#include "exchange/xpath/document.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr int kDepthLimit = 200;

class Copier {
 public:
  explicit Copier(Document& out) : out_(out) { spaces_.emplace_back("xml", "http://www.w3.org/XML/1998/namespace"); }

  bool copy(const pugi::xml_node& from, NodeId parent, int depth) {
    if (depth > kDepthLimit) return false;
    for (const pugi::xml_node& node : from.children())
      if (!copy_one(node, parent, depth)) return false;
    return true;
  }

 private:
  bool copy_one(const pugi::xml_node& node, NodeId parent, int depth) {
    switch (node.type()) {
      case pugi::node_pcdata:
      case pugi::node_cdata: {
        if (parent == kDocumentNode) return true;
        out_.add(parent, NodeKind::kText, 0, out_.keep(node.value()));
        return true;
      }
      case pugi::node_comment:
        out_.add(parent, NodeKind::kComment, 0, out_.keep(node.value()));
        return true;
      case pugi::node_doctype:
        out_.add(parent, NodeKind::kDoctype);
        return true;
      case pugi::node_pi:
        out_.add(parent, NodeKind::kInstruction, out_.intern(node.name()), out_.keep(node.value()));
        return true;
      case pugi::node_element:
        return copy_element(node, parent, depth);
      default:
        return true;
    }
  }

  bool copy_element(const pugi::xml_node& node, NodeId parent, int depth) {
    const std::size_t outer = spaces_.size();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name == "xmlns") spaces_.emplace_back("", attribute.value());
      if (name.starts_with("xmlns:")) spaces_.emplace_back(name.substr(6), attribute.value());
    }
    const NodeId element = out_.add(parent, NodeKind::kElement);
    give_name(element, node.name(), true);
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) continue;
      give_name(out_.add_attribute(element, 0, out_.keep(attribute.value())), name, false);
    }
    const bool copied = copy(node, element, depth + 1);
    spaces_.resize(outer);
    return copied;
  }

  void give_name(NodeId id, std::string_view qualified, bool takes_default) {
    const std::size_t colon = qualified.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : qualified.substr(0, colon);
    const NameId local = out_.intern(colon == std::string_view::npos ? qualified : qualified.substr(colon + 1));
    const NameId short_name = out_.intern(prefix);
    NameId space = 0;
    if (!prefix.empty() || takes_default)
      for (auto known = spaces_.rbegin(); known != spaces_.rend(); ++known)
        if (known->first == prefix) {
          space = out_.intern(known->second);
          break;
        }
    out_.at(id).name = local;
    out_.at(id).prefix = short_name;
    out_.at(id).space = space;
  }

  Document& out_;
  std::vector<std::pair<std::string, std::string>> spaces_;
};

}  // namespace

Result<Document> read_document(std::string_view xml) {
  pugi::xml_document source;
  const auto parsed = source.load_buffer(xml.data(), xml.size(),
                                         pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_comments |
                                             pugi::parse_pi | pugi::parse_doctype | pugi::parse_fragment);
  if (!parsed) return Error("exchange.xml.syntax", "The XML text cannot be read.");
  Document out;
  if (!Copier(out).copy(source, kDocumentNode, 0))
    return Error("exchange.xml.too_deep", "The XML text is nested too deep.");
  return out;
}

}  // namespace hamdil::exchange::xpath
