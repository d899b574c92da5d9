// A tree of nodes that XPath expressions walk: a submission, a choice list, an XML document. Values are views; texts
// that nobody else holds are kept with keep().
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange::xpath {

enum class NodeKind : std::uint8_t { kDocument, kElement, kAttribute, kText, kComment, kInstruction, kDoctype };
using NodeId = std::uint32_t;
using NameId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFF;
inline constexpr NodeId kDocumentNode = 0;

struct DocNode {
  NodeKind kind = NodeKind::kElement;
  bool is_unknown = false;  // its value is not in the data: an expression that needs it has no answer
  NameId name = 0;          // local name
  NameId prefix = 0;
  NameId space = 0;  // namespace address; 0 for none
  NodeId parent = kNoNode;
  NodeId first_child = kNoNode;
  NodeId last_child = kNoNode;
  NodeId previous = kNoNode;
  NodeId next = kNoNode;
  NodeId first_attribute = kNoNode;
  std::uint32_t item = 0xFFFFFFFF;  // for the maker of the tree
  std::string_view value;           // of an element: its text, when it has no children
};

// Nodes are added in document order, so that ids can be compared; attributes before the element's children.
class Document {
 public:
  Document();

  void clear();  // all nodes go, names stay
  NameId intern(std::string_view name);
  std::optional<NameId> find_name(std::string_view name) const;
  const std::string& name(NameId id) const { return names_[id]; }
  std::string_view keep(std::string text);  // until clear()

  NodeId add(NodeId parent, NodeKind kind, NameId name = 0, std::string_view value = {});
  NodeId add_attribute(NodeId element, NameId name, std::string_view value);

  DocNode& at(NodeId id) { return nodes_[id]; }
  const DocNode& at(NodeId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  NodeId child(NodeId parent, std::string_view name) const;  // the first of that local name; kNoNode
  NodeId attribute(NodeId element, std::string_view name) const;
  // The text of an element or document with all below it, the value of any other node. False when a part is unknown.
  bool string_value(NodeId id, std::string& out) const;
  std::string qualified_name(NodeId id) const;

 private:
  std::vector<DocNode> nodes_;
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, NameId> name_ids_;
  std::deque<std::string> kept_;
};

// An XML text as a tree, white space kept. Codes: exchange.xml.syntax, exchange.xml.too_deep.
Result<Document> read_document(std::string_view xml);

}  // namespace hamdil::exchange::xpath
