#include "services/intake/column_roles.hpp"

#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "protect/microdata_keys.hpp"

namespace hamdil::services::intake {
namespace {

void declare(const std::string& name, const std::string& given, std::map<std::string, std::string>& roles,
             Diagnostics& problems) {
  const std::string word = text::fold(text::trim(given));
  if (word.empty() || name.empty()) return;
  if (word == "key" || word == "quasi-identifier" || word == "quasi identifier")
    roles[name] = std::string(kKeyRole) + "declared";
  else if (word == "sensitive")
    roles[name] = kSensitiveRole;
  else if (word == "data" || word == "none")
    roles[name] = kDataRole;
  else
    problems.push_back({Severity::kWarning,
                        Error("intake.role.unknown", "The role given for {column} is not known.", {{"column", name}})
                            .advise("Roles are key, sensitive and data.")});
}

}  // namespace

std::map<std::string, std::string> declared_roles(const Questions& questions, Diagnostics& problems) {
  std::map<std::string, std::string> out;
  for (const auto& [path, placed] : questions)
    if (const std::string* given = placed.item->extra_value("role")) declare(placed.item->name, *given, out, problems);
  return out;
}

Result<std::map<std::string, std::string>> declared_roles(const std::string& codebook, Diagnostics& problems) {
  std::map<std::string, std::string> out;
  HAMDIL_TRY(exchange::Workbook workbook, exchange::open_workbook(codebook));
  Diagnostics ignored;  // told when the codebook itself was read
  HAMDIL_TRY(const exchange::RawTable table, workbook.read(0, ignored));
  std::optional<std::size_t> name, role;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const std::string header = text::fold(table.header[i]);
    if (!name && (header == "name" || header == "variable" || header == "variable name" || header == "column" ||
                  header == "question"))
      name = i;
    if (!role && header == "role") role = i;
  }
  if (!name || !role) return out;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    declare(text::trim(table.cell(row, *name)), std::string(table.cell(row, *role)), out, problems);
  return out;
}

ColumnRoles column_roles(const exchange::kobo::SurveyExport& exported, const Split& split, const Questions& questions,
                         const std::map<std::string, std::string>& declared) {
  const exchange::kobo::SurveyTable& main = exported.tables.front();
  ColumnRoles out;
  std::map<std::string, std::string> kinds;                     // of key questions, by leaf name
  std::vector<std::pair<std::string, std::string>> calculated;  // column and calculation
  for (const std::size_t i : split.answers) {
    const std::string& name = main.table.columns[i].name;
    const protect::ColumnFacts facts = facts_of(main, i, questions);
    if (listed(split.pseudonymised, i)) {
      out[name] = kPseudonymRole;
      continue;
    }
    auto said = declared.find(name);
    if (said == declared.end()) said = declared.find(facts.name);
    if (said != declared.end()) {
      out[name] = said->second;
      continue;
    }
    if (const auto kind = protect::quasi_identifier_of(facts)) {
      out[name] = kKeyRole + *kind;
      kinds.emplace(facts.name, *kind);
    } else if (const auto question = questions.find(main.columns[i].question);
               question != questions.end() && !question->second.item->calculation.empty()) {
      calculated.emplace_back(name, question->second.item->calculation);
    }
  }
  for (const auto& [column, calculation] : calculated)
    for (const auto& [question, kind] : kinds)
      if (calculation.find("${" + question + "}") != std::string::npos) {
        out[column] = kKeyRole + kind;
        break;
      }
  return out;
}

}  // namespace hamdil::services::intake
