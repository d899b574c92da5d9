// Location paths: steps along axes, node tests, predicates.
#include <algorithm>
#include <optional>

#include "exchange/xpath/evaluator.hpp"

namespace hamdil::exchange::xpath {
namespace {

bool is_reverse(Axis axis) {
  return axis == Axis::kAncestor || axis == Axis::kAncestorOrSelf || axis == Axis::kPreceding ||
         axis == Axis::kPrecedingSibling || axis == Axis::kParent;
}

// The node after `id` in the document that is not below it, staying below `limit`.
NodeId after(const Document& document, NodeId id, NodeId limit) {
  while (id != limit && document.at(id).next == kNoNode) {
    id = document.at(id).parent;
    if (id == kNoNode) return kNoNode;
  }
  return id == limit ? kNoNode : document.at(id).next;
}

NodeId following(const Document& document, NodeId id, NodeId limit) {
  const NodeId child = document.at(id).first_child;
  return child != kNoNode ? child : after(document, id, limit);
}

bool is_ancestor(const Document& document, NodeId ancestor, NodeId id) {
  while (id != kNoNode && id != ancestor) id = document.at(id).parent;
  return id == ancestor;
}

// A node test with its names looked up once for the document.
class Filter {
 public:
  Filter(const Step& step, const Document& document, const Settings& settings) : step_(step), document_(document) {
    if (step.test == Step::Test::kName || step.test == Step::Test::kInstruction) {
      const auto known = document.find_name(step.name);
      can_match_ = known.has_value() || (step.test == Step::Test::kInstruction && step.name.empty());
      name_ = known.value_or(0);
    }
    if (step.prefix.empty()) {
      ignores_space_ = settings.rules.has_xforms;
      return;
    }
    // A prefix means what the caller says, else what it means in the document itself.
    if (const auto space = settings.namespaces.find(step.prefix); space != settings.namespaces.end()) {
      const auto known = document.find_name(space->second);
      can_match_ = can_match_ && known.has_value();
      space_ = known.value_or(0);
    } else if (const auto prefix = document.find_name(step.prefix); prefix) {
      prefix_ = *prefix;
      ignores_space_ = true;
    } else {
      is_unknown_prefix_ = true;
    }
  }

  bool is_unknown_prefix() const { return is_unknown_prefix_; }

  bool matches(NodeId id) const {
    const DocNode& node = document_.at(id);
    const NodeKind principal = step_.axis == Axis::kAttribute ? NodeKind::kAttribute : NodeKind::kElement;
    switch (step_.test) {
      case Step::Test::kNode:
        return true;
      case Step::Test::kText:
        return node.kind == NodeKind::kText;
      case Step::Test::kComment:
        return node.kind == NodeKind::kComment;
      case Step::Test::kInstruction:
        return can_match_ && node.kind == NodeKind::kInstruction && (step_.name.empty() || node.name == name_);
      case Step::Test::kAnyName:
        return node.kind == principal;
      case Step::Test::kAnyOfPrefix:
        return can_match_ && node.kind == principal && is_in_space(node);
      case Step::Test::kName:
        return can_match_ && node.kind == principal && node.name == name_ && is_in_space(node);
    }
    return false;
  }

 private:
  // Forms write paths without prefixes, whatever the default namespace of their document.
  bool is_in_space(const DocNode& node) const {
    if (prefix_) return node.prefix == *prefix_;
    return ignores_space_ ? node.prefix == 0 : node.space == space_;
  }

  const Step& step_;
  const Document& document_;
  bool can_match_ = true;
  NameId name_ = 0;
  NameId space_ = 0;
  std::optional<NameId> prefix_;
  bool ignores_space_ = false;
  bool is_unknown_prefix_ = false;
};

}  // namespace

// Nodes of one step from one node, in the axis' own order.
void Evaluator::walk(const Step& step, NodeRef from, std::vector<NodeRef>& out) {
  const Document& document = *from.document;
  const Filter filter(step, document, settings_);
  if (filter.is_unknown_prefix()) {
    fail(Error("exchange.xpath.prefix", "A prefix of a name is not known."));
    return;
  }
  const auto take = [&](NodeId id) {
    if (filter.matches(id)) out.push_back({&document, id});
    return spend(1);
  };
  const DocNode& node = document.at(from.id);
  const bool is_attribute = node.kind == NodeKind::kAttribute;
  switch (step.axis) {
    case Axis::kSelf:
      take(from.id);
      return;
    case Axis::kChild:
      for (NodeId id = node.first_child; id != kNoNode && take(id); id = document.at(id).next) {
      }
      return;
    case Axis::kAttribute:
      for (NodeId id = node.first_attribute; id != kNoNode && take(id); id = document.at(id).next) {
      }
      return;
    case Axis::kNamespace:
      return;
    case Axis::kParent:
      if (node.parent != kNoNode) take(node.parent);
      return;
    case Axis::kAncestorOrSelf:
      if (!take(from.id)) return;
      [[fallthrough]];
    case Axis::kAncestor:
      for (NodeId id = node.parent; id != kNoNode && take(id); id = document.at(id).parent) {
      }
      return;
    case Axis::kDescendantOrSelf:
      if (!take(from.id)) return;
      [[fallthrough]];
    case Axis::kDescendant:
      for (NodeId id = node.first_child; id != kNoNode && take(id); id = following(document, id, from.id)) {
      }
      return;
    case Axis::kFollowingSibling:
      if (is_attribute) return;
      for (NodeId id = node.next; id != kNoNode && take(id); id = document.at(id).next) {
      }
      return;
    case Axis::kPrecedingSibling:
      if (is_attribute) return;
      for (NodeId id = node.previous; id != kNoNode && take(id); id = document.at(id).previous) {
      }
      return;
    case Axis::kFollowing: {
      NodeId id =
          is_attribute ? following(document, node.parent, kDocumentNode) : after(document, from.id, kDocumentNode);
      for (; id != kNoNode && take(id); id = following(document, id, kDocumentNode)) {
      }
      return;
    }
    case Axis::kPreceding:
      for (NodeId id = from.id; id-- > 0;) {
        const NodeKind kind = document.at(id).kind;
        if (kind == NodeKind::kAttribute || is_ancestor(document, id, from.id)) continue;
        if (!take(id)) return;
      }
      return;
  }
}

void Evaluator::keep_matching(const std::vector<ExprId>& predicates, std::vector<NodeRef>& nodes) {
  for (const ExprId predicate : predicates) {
    std::vector<NodeRef> kept;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Value value = eval(predicate, {.node = nodes[i], .position = i + 1, .size = nodes.size()});
      if (failed()) return;
      const bool stays =
          value.kind == Value::Kind::kNumber ? value.number == static_cast<double>(i + 1) : boolean(value);
      if (stays) kept.push_back(nodes[i]);
    }
    nodes = std::move(kept);
  }
}

std::vector<NodeRef> Evaluator::step(const Step& step, const std::vector<NodeRef>& from) {
  std::vector<NodeRef> out;
  for (const NodeRef& node : from) {
    std::vector<NodeRef> found;
    walk(step, node, found);
    if (!failed()) keep_matching(step.predicates, found);
    if (failed()) return {};
    if (is_reverse(step.axis)) std::reverse(found.begin(), found.end());
    if (out.empty())
      out = std::move(found);
    else
      out.insert(out.end(), found.begin(), found.end());
  }
  if (from.size() > 1) {
    const auto in_order = [](const NodeRef& a, const NodeRef& b) {
      return a.document != b.document ? std::less<>()(a.document, b.document) : a.id < b.id;
    };
    if (!std::is_sorted(out.begin(), out.end(), in_order)) std::sort(out.begin(), out.end(), in_order);
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

Value Evaluator::path(const Expr& expr, const Scope& scope) {
  std::vector<NodeRef> nodes;
  if (expr.args.empty()) {
    nodes.push_back(
        expr.is_absolute
            ? NodeRef{scope.node.document, scope.node.document == place_.node.document ? place_.root : kDocumentNode}
            : scope.node);
  } else {
    Value base = eval(expr.args[0], scope);
    if (failed()) return base;
    if (base.kind != Value::Kind::kNodes)
      return fail(Error("exchange.xpath.type", "A path can begin only with a set of nodes."));
    nodes = std::move(base.nodes);
  }
  keep_matching(expr.predicates, nodes);
  for (const Step& one : expr.steps) {
    if (failed()) return Value::of(false);
    nodes = step(one, nodes);
  }
  return Value::of(std::move(nodes));
}

}  // namespace hamdil::exchange::xpath
