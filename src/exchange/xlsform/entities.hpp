// Where in a form its entities are made: which group, repeat or the form itself holds the entity of each line of the
// entities sheet.
#pragma once

#include <string>
#include <vector>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

// An entity belongs to the innermost repeat among the questions that it saves or refers to (else to the form), and
// inside that repeat to the innermost group around all that it saves, or around the deepest that it refers to. One
// container holds one entity.
struct PlacedEntity {
  const data::EntityDeclaration* entity = nullptr;
  std::vector<const data::FormItem*> container;  // groups and repeats, outermost first; empty for the form
};

struct EntityProblem {
  std::string sheet;  // "survey" or "entities"
  std::size_t row = 0;
  const char* column = "";
  const char* code = "";
  std::string text;
};

// One entry a declaration that has a place; problems name the others.
std::vector<PlacedEntity> place_entities(const data::Form& form, std::vector<EntityProblem>& problems);

}  // namespace hamdil::exchange::xlsform
