#include "report/compose.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

// Section composers of the impact assessment report. Sections of the outline that are not here have no feed in this
// version.
constexpr std::array kImpactSections = {
    Section{"exec_summary", compose_summary},
    Section{"introduction", compose_introduction},
    Section{"context", compose_context},
    Section{"methodology", compose_methodology},
    Section{"baseline", compose_baseline},
    Section{"changes", compose_changes},
    Section{"coexistence", compose_coexistence},
    Section{"discrimination", compose_discrimination},
    Section{"district_profiles", compose_districts},
    Section{"conclusions", compose_conclusions},
    Section{"annexes", compose_annexes},
};

constexpr const char* kImpactReport = "impact_assessment_report";

std::string localised_digits(const std::string& language, std::size_t n) {
  return with_own_digits(language, std::to_string(n));
}

// The sections of an outline in order, as the content file says.
std::vector<std::string> outline_sections(const std::string& product) {
  std::vector<std::string> ids;
  const auto bytes = find_embedded("report-outlines.yaml");
  if (!bytes) return ids;
  const auto tree = parse_yaml(*bytes, "report-outlines.yaml");
  if (!tree) return ids;
  for (const Json& outline : (*tree)["outlines"])
    if (outline.value("id", std::string()) == product)
      for (const Json& section : outline["sections"]) ids.push_back(section.value("id", std::string()));
  return ids;
}

SectionComposer composer_of(const std::string& id) {
  for (const Section& section : kImpactSections)
    if (id == section.id) return section.compose;
  return nullptr;
}

void front_matter(Composition& c, const std::string& product) {
  const Context& context = c.context();
  Document& document = c.document();
  const std::string kind = c.text("product." + product);
  const std::string& name = context.study_title.empty() ? context.programme.title : context.study_title;
  document.title_page.title = name.empty() ? Runs{{RunKind::kText, kind}} : Runs{{RunKind::kGiven, name}};
  if (!name.empty()) document.title_page.subtitle = {{RunKind::kText, kind}};
  const auto fact = [&](const char* label, Runs value) {
    document.title_page.facts.emplace_back(c.say(label), std::move(value));
  };
  if (!context.programme.title.empty() && context.programme.title != name)
    fact("title.programme", {{RunKind::kGiven, context.programme.title}});
  if (!context.programme.organisation.empty())
    fact("title.organisation", {{RunKind::kGiven, context.programme.organisation}});
  if (!context.programme.place.empty()) fact("title.place", {{RunKind::kGiven, context.programme.place}});
  for (const Round& round : context.rounds)
    if (round.from && round.to)
      document.title_page.facts.emplace_back(
          Runs{{RunKind::kGiven, round.label}},
          c.say("title.period", {{"from", c.date(*round.from)}, {"to", c.date(*round.to)}}));
  if (!context.recipients.empty()) fact("title.recipients", {{RunKind::kGiven, context.recipients}});
  if (const auto date = parse_date(context.report_date)) fact("title.date", c.date(*date).runs);
  if (!context.software_version.empty()) fact("title.software", {{RunKind::kCode, context.software_version}});
  if (context.demo) document.banners.push_back(c.text("banner.demo"));
  const protect::Audience audience = c.tables().audience;
  if (audience == protect::Audience::kNamedRecipients) document.banners.push_back(c.text("banner.named_recipients"));
  if (context.not_for_release || audience == protect::Audience::kTeam)
    document.banners.push_back(c.text("banner.not_for_release"));
  document.metadata.title = name.empty() ? kind : name + " · " + kind;
  document.metadata.author = context.programme.organisation;
  document.metadata.subject = kind;
  document.metadata.created = context.created;
  document.metadata.software = context.software_version;
  for (const char* word : {"contents", "contents_refresh", "skip", "twin", "withheld", "no_drawings"})
    document.words[word] = c.text(std::string("word.") + word);
  const std::string* page = c.catalogue().find_or_english(context.language, "word.page");
  document.words["page"] = page == nullptr ? "{n}" : *page;
}

// The limitations stand at the end of the methodology, but only the whole report knows them.
void insert_limitations(Composition& c) {
  std::vector<Block>& blocks = c.document().blocks;
  std::size_t at = 0;
  bool in_methodology = false;
  for (; at < blocks.size(); ++at) {
    const auto* heading = std::get_if<Heading>(&blocks[at]);
    if (heading == nullptr || heading->level != 1) continue;
    if (in_methodology) break;
    in_methodology = heading->id == "methodology";
  }
  blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(at),
                {Heading{2, "limitations", c.say("method.limitations"), "", true},
                 List{false, limitations(c, c.document().left_out)}});
}

struct Order {
  const std::string& product;
  const Context& context;
};

// Prints of their own: what was asked, and what the columns of the answers mean.
constexpr std::array kPrints = {Section{"questionnaire", compose_questionnaire}, Section{"codebook", compose_codebook}};

SectionComposer print_of(const std::string& product) {
  for (const Section& print : kPrints)
    if (product == print.id) return print.compose;
  return nullptr;
}

Document compose_document(const protect::TableSet& tables, const Order& order) {
  Document document;
  document.language = order.context.language;
  document.right_to_left = is_right_to_left(order.context.language);
  Composition composition(tables, order.context, Catalogue::built_in(), document);
  front_matter(composition, order.product);
  if (const SectionComposer print = print_of(order.product)) print(composition);
  for (const std::string& id : outline_sections(order.product)) {
    const SectionComposer compose = composer_of(id);
    if (id == "exec_summary" || id == "annexes") document.blocks.emplace_back(PageBreak{});
    if (compose == nullptr || !compose(composition)) document.left_out.push_back(id);
  }
  if (has_figures(order.product)) insert_limitations(composition);
  const Catalogue& words = Catalogue::built_in();
  const auto pattern = [&](const char* id) {
    const std::string* found = words.find_or_english(document.language, id);
    return found == nullptr ? std::string("{n}") : *found;
  };
  number_blocks(document, pattern("label.table"), pattern("label.figure"), localised_digits);
  return document;
}

}  // namespace

std::vector<std::string> known_products() {
  std::vector<std::string> out = {kImpactReport};
  for (const Section& print : kPrints) out.emplace_back(print.id);
  return out;
}

bool has_figures(const std::string& product) { return print_of(product) == nullptr; }

Result<protect::Released<Document>> compose(const std::string& product,
                                            const protect::Released<protect::TableSet>& tables,
                                            const Context& context) {
  const std::vector<std::string> known = known_products();
  if (std::find(known.begin(), known.end(), product) == known.end())
    return Error("report.product.unknown", "There is no product called {product}.", {{"product", product}})
        .advise("Known: " + text::join(known, ", ") + ".");
  return tables.derive(&compose_document, Order{product, context});
}

}  // namespace hamdil::report
