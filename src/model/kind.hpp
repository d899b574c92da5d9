// One declaration per kind of record (invariant 1). Tables, validation, JSON, history, export and documentation come
// from it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::model {

enum class FieldType : std::uint8_t {
  kText,        // one language or none
  kTranslated,  // object: language tag -> text
  kNumber,
  kInteger,
  kBoolean,
  kDate,        // "2026-11-22"
  kTimestamp,   // "2026-11-22T09:30:00Z"
  kChoice,      // one of `choices`
  kReference,   // id of a record of kind `refers_to`
  kReferences,  // array of such ids
  kDigest,      // content address of a blob
  kData,        // JSON whose shape the owning module checks
  kLongText,    // several lines
  kTags,        // array of short texts; `choices` are the usual ones
  kFiles,       // array of {"address", "name", "size"}: files that the store keeps for this record
};
const char* field_type_name(FieldType type);

// What a day ahead means: a task that is owed by it, or something that is good to know before it comes (a contract
// ends).
enum class Due : std::uint8_t { kNo, kNoticed, kOwed };

// How close to a person a field comes; decides what may be exported and to whom.
enum class PersonalClass : std::uint8_t { kNone, kContact, kIdentifier };

struct FieldDefinition {
  std::string name;  // snake_case; the column in the store, the key in JSON
  FieldType type = FieldType::kText;
  std::string help;  // one sentence for people, English source
  bool required = false;
  std::string refers_to = {};
  std::vector<std::string> choices = {};
  PersonalClass personal = PersonalClass::kNone;
  std::string unit = {};                            // "people", "%"; of numbers
  std::optional<double> least = {}, greatest = {};  // of numbers
  std::string list = {};                            // of base/code_lists.hpp: texts and words are codes of it
  bool whole = false;                               // of a reference: the record that this one is a part of
  // Of a reference: what it names refers in this field to the same record as this one does, or to this one itself where
  // its kind has no such field.
  std::string within = {};
  std::string hxl = {};         // tag of the humanitarian exchange language, "#adm2+name"
  std::string not_before = {};  // of dates: the field of an earlier or the same day
  bool result = false;          // what was done, reached, counted or found at that time: a copy begins without it
  bool approval = false;        // who looked, approved or decided, when and how: a copy begins without it
  bool summed = false;          // of numbers: lists add it up. Not people: who came twice is one person
  std::string currency = {};    // of an amount: the field that says in which one
  bool happened = false;        // of dates: what it tells has happened, so the day is not after today,
  std::vector<std::string> happened_in = {};  // in these states; in all where none is named
  Due due = Due::kNo;                         // of dates
  std::vector<std::string> done_in = {};      // of what is owed: the states in which it is done
  bool web_address = false;                   // of texts: where something stands on the web
  // Of the reference to the whole: while that is locked, this record is, too.
  bool locks = false;
  bool of_keeping = false;  // how the record is kept and not what it says: open while it is locked
};

// Written by no hand: neither typed, nor in lists, tables that go out, or copies.
bool is_of_machine(const FieldDefinition& field);
inline constexpr std::size_t kMostFiles = 50;  // of a record
// "letter.pdf": as a person named it, without folders and without characters that no name has.
bool is_file_name(const std::string& name);

// A state change that is offered as a button; `needs` names the fields that must be filled first.
struct Transition {
  std::string name;
  std::string from;
  std::string to;
  std::vector<std::string> needs = {};
  bool gives_up = false;  // what it leads to is cancelled, refused or taken back: no next step is expected of it
};

// A column of lists and exports that nobody types: the product of fields of the same record.
struct Calculated {
  std::string name;  // as of a field, and none of the kind
  std::string help;
  std::vector<std::string> factors;              // numbers that must be there
  std::vector<std::string> factors_or_one = {};  // numbers that count as 1 where they are empty
  std::string currency = {};                     // the field that says in which one
  bool summed = false;                           // lists add it up
};

struct KindDefinition {
  std::string name;  // snake_case, singular, unique: docs/glossary.md
  std::string area;
  std::string purpose;  // one sentence
  std::vector<FieldDefinition> fields;
  std::vector<std::string> states = {"active"};  // the first is that of a new record
  std::vector<Transition> transitions = {};
  bool complete_at_once = false;   // has no draft: what is required is required from the first day on
  bool made_by_program = false;    // written by imports, analyses and products only; people read it
  bool title_is_personal = false;  // it names a living person: sealed like a personal field
  std::string name_field = {};     // translated text that says the title in each language
  std::vector<Calculated> calculated = {};
  std::string summed_within = {};         // what is summed is added up only among records with the same value here
  std::vector<std::string> columns = {};  // fields and calculated ones that a list shows; usual_columns() where empty
  // States in which what the record says was decided, given or sent out: it is changed only after a step out of them.
  std::vector<std::string> locked_in = {};
  std::vector<std::string> open_when_locked = {};  // fields that are filled later all the same

  const FieldDefinition* find(std::string_view field) const;
  // The reference to the record that a record of this kind is a part of; null for kinds that stand on their own.
  const FieldDefinition* part_of() const;
};

// The states in which the day of the field is owed no longer: what it asks for is done there, or the record was given
// up.
std::vector<std::string> settled_states(const KindDefinition& kind, const FieldDefinition& field);

// What a list of the kind shows until somebody chooses: as declared, else its first four plain fields.
std::vector<std::string> usual_columns(const KindDefinition& kind);
// The product; none where a factor is missing.
std::optional<double> calculate(const Calculated& calculated, const Json& fields);

// All kinds, sorted by name. Immutable.
const std::vector<KindDefinition>& all_kinds();
const KindDefinition* find_kind(std::string_view name);

// What stands for a title that names a person, for those who may not read it: "#1a2b3c".
std::string code_of_title(const std::string& id);

// A record as it stands at one version. `fields` holds only declared fields with a value.
struct Record {
  std::string id;
  std::string kind;
  std::int64_t version = 0;  // 0 = not saved yet; counts up with every change
  std::string title;
  std::string state;
  bool deleted = false;
  std::string fields_json = "{}";
  // When and by whom it was first written and last changed; filled by the store, not part of what is compared.
  std::string created_at = {}, created_by = {}, changed_at = {}, changed_by = {};
  // Fields that refer to what the one who reads may not see: `fields` shows nothing there, and they are not empty.
  // Filled by the store, told to nobody.
  std::vector<std::string> withheld = {};

  Json fields() const;
  void set_fields(const Json& fields);
  bool is_filled(const std::string& field) const;  // also with what is withheld
};

// A record that is not saved yet, in the first state of its kind, which must exist.
Record new_record(const std::string& kind, std::string title, const Json& fields);

// All that is wrong with the record: unknown fields, wrong types, choices, formats. Missing required fields only count
// outside the first state, and in kinds that are complete at once: nothing but a title is required in a draft. Codes
// model.record.*; the pointer names the field.
Diagnostics validate(const Record& record);

// The record as JSON for people and programs; the inverse reads it back. Codes model.record.*.
Json to_json(const Record& record);
Result<Record> record_from_json(const Json& json);

}  // namespace hamdil::model
