#include "exchange/xlsform/entities.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "exchange/xlsform/references.hpp"
#include "exchange/xlsform/sheet.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using Path = std::vector<const data::FormItem*>;

// The part of a path that ends with its innermost repeat.
Path repeat_scope(Path path) {
  while (!path.empty() && path.back()->kind != data::ItemKind::kRepeat) path.pop_back();
  return path;
}

std::size_t repeats_in(const Path& path) {
  return static_cast<std::size_t>(std::count_if(
      path.begin(), path.end(), [](const data::FormItem* item) { return item->kind == data::ItemKind::kRepeat; }));
}

bool begins_with(const Path& path, const Path& start) {
  return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

Path common_start(const Path& a, const Path& b) {
  Path out;
  for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) out.push_back(a[i]);
  return out;
}

struct Use {
  Path container;  // of the question
  bool is_saved = false;
  std::size_t row = 0;
};

class Placer {
 public:
  Placer(const data::Form& form, std::vector<EntityProblem>& problems)
      : form_(form), problems_(problems), items_(data::walk(form)) {
    for (const data::PlacedItem& placed : items_) by_name_.try_emplace(placed.item->name, &placed);
  }

  std::vector<PlacedEntity> run() {
    collect_saves();
    for (const data::EntityDeclaration& entity : form_.entities) collect_references(entity);
    std::vector<Request> requests;
    for (const data::EntityDeclaration& entity : form_.entities)
      if (auto request = request_of(entity)) requests.push_back(std::move(*request));
    // A form that makes one entity and not in a repeat makes it at the top, whatever groups its answers stand in.
    if (requests.size() == 1 && requests[0].scope.empty()) return {{requests[0].entity, {}}};
    std::vector<PlacedEntity> out;
    for (const Request& request : requests)
      if (auto container = allocate(request)) out.push_back({request.entity, std::move(*container)});
    return out;
  }

 private:
  void problem(const char* sheet, std::size_t row, const char* column, const char* code, std::string text) {
    problems_.push_back({sheet, row, column, code, std::move(text)});
  }

  void collect_saves() {
    std::map<std::string, std::size_t> seen;
    for (const data::PlacedItem& placed : items_) {
      const std::string& save_to = placed.item->save_to;
      if (save_to.empty()) continue;
      const std::size_t hash = save_to.find('#');
      const std::size_t row = placed.item->row;
      if (hash != std::string::npos && save_to.find('#', hash + 1) != std::string::npos) {
        problem("survey", row, "save_to", "exchange.xlsform.bad_save_to",
                "save_to holds # more than once; write list#property.");
        continue;
      }
      if (form_.entities.empty()) {
        problem("survey", row, "save_to", "exchange.xlsform.bad_save_to",
                "save_to needs an entities sheet that declares the entity list.");
        continue;
      }
      if (hash == std::string::npos && form_.entities.size() > 1) {
        problem("survey", row, "save_to", "exchange.xlsform.bad_save_to",
                "There are several entity lists: write list#property.");
        continue;
      }
      const std::string list = hash == std::string::npos ? form_.entities.front().list : save_to.substr(0, hash);
      const std::string property = hash == std::string::npos ? save_to : save_to.substr(hash + 1);
      const bool is_declared = std::any_of(form_.entities.begin(), form_.entities.end(),
                                           [&](const auto& entity) { return entity.list == list; });
      if (!is_declared)
        problem("survey", row, "save_to", "exchange.xlsform.bad_save_to",
                "The entities sheet does not declare the list " + list + ".");
      if (!is_xml_name(property) || property.starts_with("__") || property == "name" || property == "label")
        problem(
            "survey", row, "save_to", "exchange.xlsform.bad_save_to",
            property +
                " cannot be the name of a property: begin with a letter or a single _, and do not use name or label.");
      const auto [first, is_new] = seen.try_emplace(list + "#" + property, row);
      if (!is_new)
        problem("survey", row, "save_to", "exchange.xlsform.bad_save_to",
                "The property " + property + " is already saved in row " + std::to_string(first->second) + ".");
      uses_[list].push_back({placed.parents, true, row});
    }
  }

  void collect_references(const data::EntityDeclaration& entity) {
    const std::pair<const std::string*, const char*> cells[] = {{&entity.label, "label"},
                                                                {&entity.entity_id, "entity_id"},
                                                                {&entity.create_if, "create_if"},
                                                                {&entity.update_if, "update_if"}};
    for (const auto& [cell, column] : cells) {
      for (const Reference& reference : find_references(*cell)) {
        const auto found = reference.is_well_formed ? by_name_.find(reference.name) : by_name_.end();
        if (found == by_name_.end())
          problem("entities", entity.row, column, "exchange.xlsform.unknown_reference",
                  "No question is named " + reference.name + ".");
        else
          uses_[entity.list].push_back({found->second->parents, false, entity.row});
      }
    }
  }

  // Where an entity would like to be.
  struct Request {
    const data::EntityDeclaration* entity = nullptr;
    Path scope;               // ends with the innermost repeat; empty for the form
    Path container;           // the scope or a group inside
    std::vector<Path> saved;  // containers of the questions that it saves
  };

  std::optional<Request> request_of(const data::EntityDeclaration& entity) {
    const std::vector<Use>& uses = uses_[entity.list];
    Request out{.entity = &entity};
    for (const Use& use : uses)
      if (Path own = repeat_scope(use.container); repeats_in(own) > repeats_in(out.scope)) out.scope = std::move(own);
    for (const Use& use : uses) {
      const Path own = repeat_scope(use.container);
      if (use.is_saved) out.saved.push_back(use.container);
      if (use.is_saved ? own == out.scope : begins_with(out.scope, own)) continue;
      problem(use.is_saved ? "survey" : "entities", use.row, use.is_saved ? "save_to" : "label",
              "exchange.xlsform.entity_scope",
              "The entity list " + entity.list +
                  " takes answers from different repeats; copy the answer into one of them with a calculation.");
      return std::nullopt;
    }
    out.container = inner_container(uses, out.scope);
    return out;
  }

  // The wished container or one around it inside the scope. What lies between an entity and the answers that it saves
  // is reserved: another entity in between would take them over.
  std::optional<Path> allocate(const Request& request) {
    for (Path container = request.container;; container.pop_back()) {
      const bool is_free = !reserved_.contains(container);
      const bool is_cut_off = std::any_of(request.saved.begin(), request.saved.end(),
                                          [&](const Path& saved) { return reserved_.contains(saved); });
      if (is_free) {
        reserve(request, container);
        return container;
      }
      if (!is_cut_off && container.size() > request.scope.size()) continue;
      problem("entities", request.entity->row, "list_name", "exchange.xlsform.entity_container",
              "Another entity is already made in the same place; the form, a group or a repeat can make only one.");
      return std::nullopt;
    }
  }

  void reserve(const Request& request, const Path& container) {
    reserved_.insert(container);
    for (Path saved : request.saved) {
      for (; saved.size() > container.size(); saved.pop_back()) reserved_.insert(saved);
    }
  }

  static Path inner_container(const std::vector<Use>& uses, const Path& scope) {
    std::optional<Path> saved;
    Path deepest = scope;
    for (const Use& use : uses) {
      if (use.is_saved)
        saved = saved ? common_start(*saved, use.container) : use.container;
      else if (begins_with(use.container, scope) && use.container.size() > deepest.size())
        deepest = use.container;
    }
    return saved.value_or(deepest);
  }

  const data::Form& form_;
  std::vector<EntityProblem>& problems_;
  std::vector<data::PlacedItem> items_;
  std::map<std::string, const data::PlacedItem*> by_name_;
  std::map<std::string, std::vector<Use>> uses_;
  std::set<Path> reserved_;  // containers that hold an entity or lead to answers that one saves
};

}  // namespace

std::vector<PlacedEntity> place_entities(const data::Form& form, std::vector<EntityProblem>& problems) {
  return Placer(form, problems).run();
}

}  // namespace hamdil::exchange::xlsform
