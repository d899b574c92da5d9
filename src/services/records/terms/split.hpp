// Terms of reference, split by rules into deliverables, requirements and acceptance indicators; and what a person
// confirmed of that, as linked records (part A1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "exchange/text_document.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records::terms {

// One record that could be made.
struct Proposal {
  std::string key;   // "d1", "r7", "a2": unique in the split
  std::string kind;  // deliverable, requirement, acceptance_indicator
  std::string title;
  std::string text;
  std::vector<std::size_t> paragraphs;  // of the source, from 1
  std::string section;                  // the heading it stands under
  std::string deliverable;              // key of the deliverable it belongs to; "" for none
  std::string due;                      // ISO date
  std::string due_text;                 // as written, where it is no date: "within two weeks"
  std::optional<double> payment_share;  // percent
  std::optional<double> working_days;
  std::string need;  // of requirements: required, strong_advantage, advantage
  bool sure = true;  // the section says so, and not only a word in the sentence
};

struct Split {
  std::string title;
  std::string contract_number, starts, ends;  // "" when not found
  std::vector<exchange::TextBlock> paragraphs;
  std::vector<Proposal> proposals;
  bool is_cut = false;  // the document is longer than is read
};

// DOCX, PDF or text (UTF-8, Windows-1251): the content decides. Codes: those of the readers, records.terms.empty,
// records.terms.not_text.
Result<exchange::TextDocument> read_source(const std::string& bytes, const std::string& name);
// Never fails: what no rule knows is not proposed, and the person sees it in the source.
Split split_terms(exchange::TextDocument document);

// What a person made of the proposals. Paragraphs are those of the source, so that every record tells where it stands.
struct Confirmation {
  std::string title;
  std::string contract_number, starts, ends;
  std::vector<exchange::TextBlock> paragraphs;
  std::vector<Proposal> proposals;
};
struct Confirmed {
  std::vector<model::Record> records;  // the terms of reference first
  Diagnostics problems;                // pointers "/proposals/3/due", "/title"; nothing is written then
};
// One transaction. Codes records.terms.proposal for proposals of another kind, without title, or naming a paragraph
// or a deliverable that is not there.
Result<Confirmed> confirm_terms(store::Workspace& workspace, const store::Author& author, const Confirmation& given);

}  // namespace hamdil::services::records::terms
