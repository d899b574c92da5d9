// Reading the source, and writing what was confirmed.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "exchange/docx/read.hpp"
#include "exchange/pdf/read_text.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/records.hpp"
#include "services/records/terms/split.hpp"

namespace hamdil::services::records::terms {
namespace {

const char* const kTerms = "terms_of_reference";

Json text_fields(const std::vector<std::pair<const char*, std::string>>& fields) {
  Json out = Json::object();
  for (const auto& [name, value] : fields)
    if (!value.empty()) out[name] = value;
  return out;
}

// "12, 14 (p. 3)": where in the source it stands.
std::string source_of(const Proposal& one, const std::vector<exchange::TextBlock>& paragraphs) {
  std::vector<std::string> numbers;
  for (const std::size_t number : one.paragraphs) numbers.push_back(std::to_string(number));
  std::string out = text::join(numbers, ", ");
  if (one.paragraphs.empty()) return out;
  const std::size_t page = paragraphs[one.paragraphs.front() - 1].page;
  return page == 0 ? out : out + " (p. " + std::to_string(page) + ")";
}

// The whole text, every paragraph with the number by which the records name it.
std::string whole_text(const std::vector<exchange::TextBlock>& paragraphs) {
  std::string out;
  for (std::size_t i = 0; i < paragraphs.size(); ++i)
    out += "[" + std::to_string(i + 1) + "] " + (paragraphs[i].label.empty() ? "" : paragraphs[i].label + " ") +
           paragraphs[i].text + "\n";
  return out;
}

class Writer {
 public:
  explicit Writer(const Confirmation& given) : given_(given), terms_(fresh_id()) {
    for (const Proposal& one : given.proposals)
      if (one.kind == "deliverable") ids_[one.key] = fresh_id();
  }

  Diagnostics check() const {
    static const char* const kKinds[] = {"deliverable", "requirement", "acceptance_indicator"};
    Diagnostics out;
    for (std::size_t i = 0; i < given_.proposals.size(); ++i) {
      const Proposal& one = given_.proposals[i];
      const auto wrong = [&](const char* member, const char* what) {
        out.push_back(
            {Severity::kError,
             Error("records.terms.proposal", what).at({.pointer = "/proposals/" + std::to_string(i) + "/" + member})});
      };
      if (std::none_of(std::begin(kKinds), std::end(kKinds), [&](const char* kind) { return one.kind == kind; }))
        wrong("kind", "This is none of deliverable, requirement and acceptance_indicator.");
      if (std::any_of(one.paragraphs.begin(), one.paragraphs.end(),
                      [&](std::size_t number) { return number == 0 || number > given_.paragraphs.size(); }))
        wrong("paragraphs", "There is no such paragraph.");
      if (!one.deliverable.empty() && !ids_.contains(one.deliverable))
        wrong("deliverable", "There is no such deliverable among those that are confirmed.");
    }
    return out;
  }

  // Deliverables before what belongs to them. `order` tells which proposal each operation comes from.
  std::vector<Operation> operations(std::vector<std::size_t>& order) const {
    std::vector<Operation> out;
    Json fields = text_fields({{"contract_number", given_.contract_number},
                               {"starts", given_.starts},
                               {"ends", given_.ends},
                               {"text", whole_text(given_.paragraphs)}});
    add(out, kTerms, terms_, given_.title, std::move(fields));
    order = {given_.proposals.size()};
    for (const bool deliverables : {true, false})
      for (std::size_t i = 0; i < given_.proposals.size(); ++i) {
        const Proposal& one = given_.proposals[i];
        if ((one.kind == "deliverable") != deliverables) continue;
        add(out, one.kind, deliverables ? ids_.at(one.key) : "", one.title, fields_of(one));
        order.push_back(i);
      }
    return out;
  }

 private:
  Json fields_of(const Proposal& one) const {
    Json out = text_fields({{"text", one.text}, {"source", source_of(one, given_.paragraphs)}});
    if (one.kind != "acceptance_indicator") out["terms_of_reference"] = terms_;
    if (one.kind != "deliverable" && !one.deliverable.empty()) out["deliverable"] = ids_.at(one.deliverable);
    if (one.kind == "requirement") {
      if (!one.section.empty()) out["section"] = one.section;
      if (!one.need.empty()) out["need"] = one.need;
    }
    if (one.kind == "deliverable") {
      if (!one.due.empty()) out["due"] = one.due;
      if (one.due.empty() && !one.due_text.empty()) out["comments"] = one.due_text;
      if (one.payment_share) out["payment_share"] = *one.payment_share;
      if (one.working_days) out["working_days"] = *one.working_days;
    }
    return out;
  }
  static void add(std::vector<Operation>& out, const std::string& kind, const std::string& id, const std::string& title,
                  Json fields) {
    Operation one{Operation::Do::kCreate, kind, id, {}, nullptr};
    one.body = std::make_shared<const Json>(Json{{"title", title}, {"fields", std::move(fields)}});
    out.push_back(std::move(one));
  }

  const Confirmation& given_;
  std::string terms_;
  std::map<std::string, std::string> ids_;  // of deliverables, by key
};

}  // namespace

Result<exchange::TextDocument> read_source(const std::string& bytes, const std::string& name) {
  const Error empty("records.terms.empty", "There is no text in this document.");
  if (bytes.empty()) return empty;
  exchange::TextDocument out;
  if (bytes.starts_with("PK\x03\x04")) {
    HAMDIL_TRY(out, exchange::docx::read_text(bytes, name));
  } else if (bytes.starts_with("%PDF-")) {
    HAMDIL_TRY(out, exchange::pdf::read_text(bytes, name));
  } else {
    if (bytes.find('\0') != std::string::npos)
      return Error("records.terms.not_text", "This is neither DOCX nor PDF nor text.")
          .advise("Save it as DOCX, or paste its text.");
    const bool is_utf8 = text::is_valid_utf8(bytes);
    out = exchange::blocks_from_text(is_utf8 ? bytes : text::decode(bytes, text::CodePage::kWindows1251));
    for (exchange::TextBlock& block : out.blocks) block.page = 0;
  }
  if (out.blocks.empty()) return empty;
  return out;
}

Result<Confirmed> confirm_terms(store::Workspace& workspace, const store::Author& author, const Confirmation& given) {
  const Writer writer(given);
  Confirmed out;
  out.problems = writer.check();
  if (!out.problems.empty()) return out;
  std::vector<std::size_t> order;
  const std::vector<Operation> operations = writer.operations(order);
  HAMDIL_TRY(BulkOutcome applied, apply_operations(workspace, author, operations));
  out.records = std::move(applied.records);
  out.problems = std::move(applied.problems);
  // What could not be saved is not there for those that name it: told once, where it is wrong.
  std::erase_if(out.problems,
                [](const Diagnostic& found) { return found.problem.code == "model.record.dangling_reference"; });
  // From the operation to the proposal that asked for it: "/operations/3/body/fields/due" -> "/proposals/1/due".
  for (Diagnostic& found : out.problems) {
    std::string& pointer = found.problem.where.pointer;
    const auto index = text::parse_integer(text::split(pointer, '/').at(2));
    const std::size_t proposal = order.at(static_cast<std::size_t>(index.value_or(0)));
    const std::string field = pointer.substr(pointer.rfind('/'));
    pointer = proposal == given.proposals.size() ? field : "/proposals/" + std::to_string(proposal) + field;
  }
  return out;
}

}  // namespace hamdil::services::records::terms
