#include "exchange/xpath/document.hpp"

namespace hamdil::exchange::xpath {

Document::Document() {
  intern("");
  clear();
}

void Document::clear() {
  nodes_.clear();
  kept_.clear();
  nodes_.push_back({.kind = NodeKind::kDocument});
}

NameId Document::intern(std::string_view name) {
  if (const auto known = find_name(name)) return *known;
  names_.emplace_back(name);
  const auto id = static_cast<NameId>(names_.size() - 1);
  name_ids_.emplace(names_.back(), id);
  return id;
}

std::optional<NameId> Document::find_name(std::string_view name) const {
  const auto found = name_ids_.find(name);
  return found == name_ids_.end() ? std::nullopt : std::optional(found->second);
}

std::string_view Document::keep(std::string text) {
  kept_.push_back(std::move(text));
  return kept_.back();
}

NodeId Document::add(NodeId parent, NodeKind kind, NameId name, std::string_view value) {
  const auto id = static_cast<NodeId>(nodes_.size());
  DocNode& above = nodes_[parent];
  const NodeId previous = above.last_child;
  above.last_child = id;
  if (previous == kNoNode) above.first_child = id;
  nodes_.push_back({.kind = kind, .name = name, .parent = parent, .previous = previous, .value = value});
  if (previous != kNoNode) nodes_[previous].next = id;
  return id;
}

NodeId Document::add_attribute(NodeId element, NameId name, std::string_view value) {
  const auto id = static_cast<NodeId>(nodes_.size());
  NodeId* slot = &nodes_[element].first_attribute;
  while (*slot != kNoNode) slot = &nodes_[*slot].next;
  *slot = id;
  nodes_.push_back({.kind = NodeKind::kAttribute, .name = name, .parent = element, .value = value});
  return id;
}

NodeId Document::child(NodeId parent, std::string_view name) const {
  const auto wanted = find_name(name);
  if (!wanted) return kNoNode;
  for (NodeId id = nodes_[parent].first_child; id != kNoNode; id = nodes_[id].next)
    if (nodes_[id].kind == NodeKind::kElement && nodes_[id].name == *wanted) return id;
  return kNoNode;
}

NodeId Document::attribute(NodeId element, std::string_view name) const {
  for (NodeId id = nodes_[element].first_attribute; id != kNoNode; id = nodes_[id].next)
    if (names_[nodes_[id].name] == name) return id;
  return kNoNode;
}

bool Document::string_value(NodeId id, std::string& out) const {
  const DocNode& node = nodes_[id];
  if (node.kind != NodeKind::kElement && node.kind != NodeKind::kDocument) {
    out.append(node.value);
    return true;
  }
  if (node.first_child == kNoNode) {
    out.append(node.value);
    return !node.is_unknown;
  }
  // Everything below the node follows it; the first node behind that hangs on one of its ancestors.
  bool known = !node.is_unknown;
  for (NodeId at = node.first_child; at != kNoNode && known;) {
    const DocNode& here = nodes_[at];
    if (here.kind == NodeKind::kText || (here.kind == NodeKind::kElement && here.first_child == kNoNode)) {
      out.append(here.value);
      known = !here.is_unknown;
    }
    if (here.first_child != kNoNode) {
      at = here.first_child;
      continue;
    }
    while (at != id && nodes_[at].next == kNoNode) at = nodes_[at].parent;
    if (at == id) break;
    at = nodes_[at].next;
  }
  return known;
}

std::string Document::qualified_name(NodeId id) const {
  const DocNode& node = nodes_[id];
  return node.prefix == 0 ? names_[node.name] : names_[node.prefix] + ":" + names_[node.name];
}

}  // namespace hamdil::exchange::xpath
