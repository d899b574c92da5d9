#include "services/reporting/rewordings.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "services/intake/instrument.hpp"

namespace hamdil::services::reporting {
namespace {

// The question of a form with its choices; "" when the form does not have it.
std::string question_of(const Json& form, const std::string& name) {
  if (!form.is_object()) return {};
  for (const Json& question : form["questions"]) {
    if (question.value("name", "") != name) continue;
    Json out = question;
    out["choices"] = form["lists"].value(question.value("list", ""), Json::array());
    return out.dump();
  }
  return {};
}

}  // namespace

Result<std::vector<RewordedQuestion>> find_reworded_questions(const store::Workspace& workspace,
                                                              const StudyData& data) {
  std::vector<Json> forms;
  for (const model::Record& dataset : data.datasets) {
    forms.emplace_back();
    const std::string id = dataset.fields().value("instrument", "");
    if (id.empty()) continue;
    HAMDIL_TRY(const auto record, workspace.find("instrument", id));
    if (record) forms.back() = record->fields()["questions"];
  }
  // Pairs of rounds that differ, by question.
  std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>> differing;
  for (std::size_t later = 1; later < forms.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (!forms[earlier].is_object() || !forms[later].is_object() || forms[earlier] == forms[later]) continue;
      for (const intake::Rewording& one : intake::find_rewordings(forms[earlier], forms[later]))
        differing[one.question].emplace_back(earlier, later);
    }
  std::vector<RewordedQuestion> out;
  for (const auto& [name, pairs] : differing) {
    RewordedQuestion question{.question = name};
    for (std::size_t round = 0; round < forms.size(); ++round) {
      question.asked.push_back(question_of(forms[round], name));
      std::size_t series = question.asked.back().empty() ? kNotAskedInRound : round;
      // The series of the first earlier round that asked it in the same words.
      for (std::size_t earlier = 0; earlier < round && series == round; ++earlier)
        if (!question.asked[earlier].empty() &&
            std::find(pairs.begin(), pairs.end(), std::pair{earlier, round}) == pairs.end())
          series = question.series[earlier];
      question.series.push_back(series);
    }
    for (const study::EquivalentWording& same : data.study.spec.equivalent_wordings)
      if (same.question == name) question.same_because = same.reason;
    out.push_back(std::move(question));
  }
  return out;
}

bool asks(const study::ItemSpec& item, const std::string& question) {
  if (item.questions.empty()) return item.question == question;
  return std::any_of(item.questions.begin(), item.questions.end(),
                     [&](const auto& one) { return one.second == question; });
}

bool is_reworded(const StudyData& data, const study::MeasureSpec& measure, std::size_t round, std::size_t other) {
  return std::any_of(data.reworded.begin(), data.reworded.end(), [&](const RewordedQuestion& question) {
    return !question.same(round, other) &&
           std::any_of(measure.items.begin(), measure.items.end(),
                       [&](const study::ItemSpec& item) { return asks(item, question.question); });
  });
}

bool is_one_series(const StudyData& data, const std::string& column) {
  // A column joined from mirrored questions is as good as each of them.
  for (const study::MeasureSpec& measure : data.study.spec.measures)
    for (const study::ItemSpec& item : measure.items)
      if (item.question == column && !item.questions.empty())
        return std::all_of(item.questions.begin(), item.questions.end(),
                           [&](const auto& one) { return is_one_series(data, one.second); });
  const auto one_series = [&](const std::string& name) {
    return std::none_of(data.reworded.begin(), data.reworded.end(), [&](const RewordedQuestion& question) {
      if (question.question != name && !name.starts_with(question.question + "/")) return false;
      for (std::size_t round = 1; round < question.series.size(); ++round)
        if (!question.same(0, round)) return true;
      return false;
    });
  };
  for (const study::MeasureSpec& measure : data.study.spec.measures)
    if (measure_column(measure) == column)
      return std::all_of(measure.items.begin(), measure.items.end(),
                         [&](const study::ItemSpec& item) { return is_one_series(data, item.question); });
  return one_series(column);
}

}  // namespace hamdil::services::reporting
