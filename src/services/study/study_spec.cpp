#include "services/study/study_spec.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "model/kind.hpp"

namespace hamdil::services::study {
namespace {

// Reads one object of the file and remembers which keys it was asked for, so that the rest can be named as unknown.
class Section {
 public:
  Section(const Json& json, std::string pointer, Diagnostics& problems)
      : json_(json), pointer_(std::move(pointer)), problems_(problems) {
    if (!json.is_object() && !json.is_null()) complain("study.file.not_a_mapping", "Here stand keys with values.", "");
  }
  ~Section() {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items()) {
      if (asked_.contains(key)) continue;
      const auto near = text::nearest(key, {asked_.begin(), asked_.end()}, 1);
      Error problem("study.file.unknown_key", "The key {key} is not known here.", {{"key", key}});
      if (!near.empty()) problem.advise("Did you mean " + near.front() + "?");
      problems_.push_back({Severity::kError, std::move(problem).at({.pointer = pointer_ + "/" + key})});
    }
  }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  bool has(const std::string& key) {
    asked_.insert(key);
    return json_.is_object() && json_.contains(key) && !json_[key].is_null();
  }
  const Json& child(const std::string& key) {
    static const Json kNothing;
    return has(key) ? json_[key] : kNothing;
  }
  std::string pointer(const std::string& key) const { return pointer_ + "/" + key; }

  std::string word(const std::string& key, std::string otherwise = {}) {
    if (!has(key)) return otherwise;
    const Json& value = json_[key];
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return value.dump();
    complain("study.file.wrong_type", "Here stands one word or text.", key);
    return otherwise;
  }
  std::vector<std::string> words(const std::string& key) {
    std::vector<std::string> out;
    if (!has(key)) return out;
    const Json& value = json_[key];
    for (const Json& item : value.is_array() ? value : Json::array({value})) {
      if (item.is_string())
        out.push_back(item.get<std::string>());
      else if (item.is_number())
        out.push_back(item.dump());
      else
        complain("study.file.wrong_type", "Here stands a list of words.", key);
    }
    return out;
  }
  Texts texts(const std::string& key) {
    Texts out;
    if (!has(key)) return out;
    const Json& value = json_[key];
    if (value.is_string())
      out["en"] = value.get<std::string>();
    else if (value.is_object())
      for (const auto& [language, words] : value.items())
        if (words.is_string())
          out[language] = words.get<std::string>();
        else
          complain("study.file.wrong_type", "Here stands a text, or a text for each language.", key);
    else
      complain("study.file.wrong_type", "Here stands a text, or a text for each language.", key);
    return out;
  }
  bool yes(const std::string& key, bool otherwise) {
    if (!has(key)) return otherwise;
    if (json_[key].is_boolean()) return json_[key].get<bool>();
    complain("study.file.wrong_type", "Here stands true or false.", key);
    return otherwise;
  }
  double number(const std::string& key, double otherwise) {
    if (!has(key)) return otherwise;
    if (json_[key].is_number()) return json_[key].get<double>();
    complain("study.file.wrong_type", "Here stands a number.", key);
    return otherwise;
  }
  std::vector<std::pair<std::string, double>> numbers(const std::string& key) {
    std::vector<std::pair<std::string, double>> out;
    if (!has(key)) return out;
    if (!json_[key].is_object()) complain("study.file.wrong_type", "Here stands a number for each answer.", key);
    if (!json_[key].is_object()) return out;
    for (const auto& [name, value] : json_[key].items()) {
      if (value.is_number())
        out.emplace_back(name, value.get<double>());
      else
        complain("study.file.wrong_type", "Here stands a number for each answer.", key);
    }
    return out;
  }
  void complain(const char* code, const char* message, const std::string& key) {
    problems_.push_back(
        {Severity::kError, Error(code, message).at({.pointer = key.empty() ? pointer_ : pointer(key)})});
  }

 private:
  const Json& json_;
  std::string pointer_;
  Diagnostics& problems_;
  std::set<std::string> asked_;
};

template <class F>
void each(Section& parent, const std::string& key, Diagnostics& problems, F read) {
  const Json& list = parent.child(key);
  if (list.is_null()) return;
  const Json items = list.is_array() ? list : Json::array({list});
  for (std::size_t i = 0; i < items.size(); ++i) {
    Section section(items[i], parent.pointer(key) + (list.is_array() ? "/" + std::to_string(i) : ""), problems);
    read(section);
  }
}

void read_sample(Section& root, StudySpec& spec, Diagnostics& problems) {
  Section sample(root.child("sample"), "/sample", problems);
  SampleSpec& out = spec.sample;
  out.how_chosen = sample.word("how_chosen", "unknown");
  const auto& choices = model::find_kind("design")->find("how_chosen")->choices;
  if (std::find(choices.begin(), choices.end(), out.how_chosen) == choices.end()) {
    problems.push_back({Severity::kError, Error("study.file.how_chosen", "How people were chosen is one of: {choices}.",
                                                {{"choices", text::join(choices, ", ")}})
                                              .at({.pointer = "/sample/how_chosen"})});
    out.how_chosen = "unknown";
  }
  out.words = sample.texts("words");
  each(sample, "frame", problems, [&](Section& frame) {
    out.frames.push_back({frame.word("file"), frame.word("digest"), frame.words("join"), frame.words("take")});
  });
  out.strata = sample.words("strata");
  out.clusters = sample.words("clusters");
  out.weights = sample.word("weights");
  out.fpc = sample.words("fpc");
  out.fpc_meaning = sample.word("fpc_meaning");
  out.nest = sample.yes("nest", false);
  out.lonely_psu = sample.word("lonely_psu", "adjust");
  each(sample, "known_shares", problems, [&](Section& known) {
    KnownShares one{known.word("variable"), {}, known.texts("source")};
    for (const auto& [level, share] : known.numbers("shares")) one.shares.emplace_back(level, share);
    double sum = 0;
    for (const auto& [level, share] : one.shares) sum += share;
    if (one.variable.empty() || one.shares.size() < 2 || std::fabs(sum - 1) > 0.005)
      known.complain("study.file.known_shares",
                     "Known shares need a variable and shares of all its answers that add up to 1.", "shares");
    else if (one.source.empty())
      known.complain("study.file.known_shares_source", "Known shares need a source: it is printed beside them.",
                     "source");
    out.known_shares.push_back(std::move(one));
  });
}

// One question for everybody, or one for each group: {refugee: q1, host: q2}.
ItemSpec read_item(Section& item) {
  ItemSpec one;
  if (item.child("question").is_object()) {
    one.questions = item.texts("question");
    std::vector<std::string> names;
    for (const auto& [group, question] : one.questions) names.push_back(question);
    one.question = "mirrored_" + text::join(names, "_");
  } else {
    one.question = item.word("question");
  }
  one.reverse = item.yes("reverse", false);
  one.role = item.word("role");
  one.weight = item.number("weight", 1);
  for (const auto& [answer, value] : item.numbers("values")) one.values[answer] = value;
  if (item.has("minimum")) one.minimum = item.number("minimum", 0);
  if (item.has("maximum")) one.maximum = item.number("maximum", 0);
  if (one.minimum && one.maximum && *one.minimum >= *one.maximum)
    item.complain("study.file.item_scale", "The minimum of a scale lies below its maximum.", "maximum");
  return one;
}

void read_measures(Section& root, StudySpec& spec, Diagnostics& problems) {
  each(root, "dimensions", problems, [&](Section& dimension) {
    MeasureSpec measure;
    measure.id = dimension.word("id");
    measure.section = dimension.word("section", "coexistence");
    measure.title = dimension.texts("title");
    measure.description = dimension.texts("description");
    measure.higher_is_better = dimension.yes("higher_is_better", true);
    measure.maximum = dimension.number("maximum", 100);
    measure.minimum_answered = dimension.number("minimum_answered", 0.5);
    (void)dimension.word("framework");
    measure.equivalence = dimension.texts("equivalence");
    if (measure.section != "coexistence" && measure.section != "discrimination")
      dimension.complain("study.file.section", "The section is coexistence or discrimination.", "section");
    measure.rule = dimension.word("rule", "mean");
    if (measure.rule != "mean" && measure.rule != "ladder")
      dimension.complain("study.file.rule", "The rule of a score is mean or ladder.", "rule");
    each(dimension, "items", problems, [&](Section& item) { measure.items.push_back(read_item(item)); });
    for (const ItemSpec& item : measure.items)
      if (!(item.weight >= 0) || (!item.role.empty() && !(measure.is_ladder() && item.role == "exclusion")))
        dimension.complain("study.file.item", "A weight is not negative, and a role is exclusion, in a ladder only.",
                           "items");
    if (measure.id.empty() || measure.items.empty())
      dimension.complain("study.file.dimension", "A dimension needs an id and at least one item.", "");
    spec.measures.push_back(std::move(measure));
  });
  each(root, "shares", problems, [&](Section& share) {
    MeasureSpec measure;
    measure.id = share.word("id");
    measure.section = share.word("section", "coexistence");
    measure.title = share.texts("title");
    measure.description = share.texts("description");
    measure.higher_is_better = share.yes("higher_is_better", true);
    measure.equivalence = share.texts("equivalence");
    measure.items.push_back(read_item(share));
    measure.success = share.words("success");
    measure.maximum = 1;
    if (measure.id.empty() || measure.items[0].question.empty() || measure.success.empty())
      share.complain("study.file.share", "A share needs an id, a question and the answers that count (success).", "");
    spec.measures.push_back(std::move(measure));
  });
  std::set<std::string> ids;
  for (const MeasureSpec& measure : spec.measures)
    if (!ids.insert(measure.id).second)
      problems.push_back(
          {Severity::kError, Error("study.file.same_id", "The id {id} stands twice.", {{"id", measure.id}})
                                 .at({.pointer = "/dimensions"})});
}

void read_programme(Section& root, StudySpec& spec, Diagnostics& problems) {
  Section programme(root.child("programme"), "/programme", problems);
  spec.programme = {programme.texts("title"), programme.texts("objectives"), {},
                    programme.texts("users"), programme.word("starts"),      programme.word("ends"),
                    programme.word("donors")};
  const Json activities = programme.child("activities");
  for (const Json& activity : activities.is_array() ? activities : Json::array()) {
    Texts texts;
    if (activity.is_string()) texts["en"] = activity.get<std::string>();
    if (activity.is_object())
      for (const auto& [language, words] : activity.items())
        if (words.is_string()) texts[language] = words.get<std::string>();
    if (texts.empty())
      programme.complain("study.file.wrong_type", "Here stands a text, or a text for each language.", "activities");
    spec.programme.activities.push_back(std::move(texts));
  }
}

void read_findings(Section& root, StudySpec& spec, Diagnostics& problems) {
  static const std::vector<std::string> kStrengths = {"strong", "moderate", "weak"};
  each(root, "findings", problems, [&](Section& finding) {
    FindingSpec one{finding.word("id"),
                    finding.texts("statement"),
                    finding.word("strength", "moderate"),
                    finding.yes("confirmed", false),
                    {}};
    each(finding, "cites", problems, [&](Section& cite) {
      CitedCell cell{cite.word("table"), {}, cite.word("answer")};
      for (const auto& [variable, level] : cite.texts("by")) cell.by.emplace_back(variable, level);
      one.cites.push_back(std::move(cell));
    });
    if (one.id.empty() || one.statement.empty() || one.cites.empty())
      finding.complain("study.file.finding", "A finding needs an id, a statement and at least one cell that it cites.",
                       "");
    if (std::find(kStrengths.begin(), kStrengths.end(), one.strength) == kStrengths.end())
      finding.complain("study.file.finding_strength", "The strength of evidence is strong, moderate or weak.",
                       "strength");
    spec.findings.push_back(std::move(one));
  });
}

}  // namespace

bool MeasureSpec::is_mirrored() const {
  return std::any_of(items.begin(), items.end(), [](const ItemSpec& item) { return !item.questions.empty(); });
}

const std::string& text_in(const Texts& texts, const std::string& language) {
  static const std::string kNone;
  if (const auto found = texts.find(language); found != texts.end()) return found->second;
  if (const auto english = texts.find("en"); english != texts.end()) return english->second;
  return texts.empty() ? kNone : texts.begin()->second;
}

StudySpec parse_study(const Json& file, Diagnostics& problems) {
  StudySpec spec;
  Section root(file, "", problems);
  {
    Section study(root.child("study"), "/study", problems);
    spec.title = study.texts("title");
    spec.organisation = study.word("organisation");
    spec.demo = study.yes("demo", false);
    spec.place = study.texts("place");
    spec.purpose = study.texts("purpose");
    spec.scope = study.texts("scope");
    spec.background = study.texts("background");
  }
  each(root, "rounds", problems, [&](Section& round) {
    spec.rounds.push_back({round.word("name"), round.texts("label"), round.word("starts"), round.word("ends")});
    const RoundSpec& one = spec.rounds.back();
    if (!one.starts.empty() && !one.ends.empty() && one.ends < one.starts)
      round.complain("study.file.round_dates", "A round ends after it starts.", "ends");
  });
  read_sample(root, spec, problems);
  {
    Section groups(root.child("groups"), "/groups", problems);
    spec.group_variable = groups.word("variable");
    spec.group_levels = groups.words("levels");
    spec.group_label = groups.texts("label");
    Section districts(root.child("districts"), "/districts", problems);
    spec.district_variable = districts.word("variable");
    spec.district_label = districts.texts("label");
    spec.boundaries_file = districts.word("boundaries");
    spec.boundaries_digest = districts.word("boundaries_digest");
    spec.boundaries_property = districts.word("property");
  }
  read_measures(root, spec, problems);
  read_programme(root, spec, problems);
  read_findings(root, spec, problems);
  if (const Json labels = root.child("labels"); labels.is_object())
    for (const auto& [variable, words] : labels.items()) {
      Section section(words, "/labels/" + variable, problems);
      VariableWords& out = spec.labels[variable];
      out.label = section.texts("label");
      const Json levels = section.child("levels");
      if (!levels.is_object()) continue;
      Section list(levels, "/labels/" + variable + "/levels", problems);
      for (const auto& [level, texts] : levels.items()) out.levels[level] = list.texts(level);
    }
  spec.sensitive = root.words("sensitive");
  spec.breakdowns = root.words("breakdowns");
  for (const std::string& name : spec.breakdowns)
    if (std::find(spec.sensitive.begin(), spec.sensitive.end(), name) != spec.sensitive.end())
      root.complain("study.file.sensitive_breakdown", "A sensitive question is no breakdown.", "breakdowns");
  each(root, "equivalent_wording", problems, [&](Section& wording) {
    spec.equivalent_wordings.push_back({wording.word("question"), wording.word("reason")});
    if (spec.equivalent_wordings.back().question.empty() || spec.equivalent_wordings.back().reason.empty())
      wording.complain("study.file.equivalent_wording", "Equivalent words need the question and the reason.", "");
  });
  spec.drop_flagged = root.words("drop_flagged");
  {
    Section comparison(root.child("comparison"), "/comparison", problems);
    spec.comparison_variable = comparison.word("variable");
    spec.comparison_treated = comparison.word("treated");
    spec.comparison_control = comparison.word("control");
    spec.comparison_assumption = comparison.texts("assumption");
    Section disclosure(root.child("disclosure"), "/disclosure", problems);
    spec.min_rows = static_cast<std::size_t>(std::max(0.0, disclosure.number("min_rows", 0)));
    spec.min_clusters = static_cast<std::size_t>(std::max(0.0, disclosure.number("min_clusters", 0)));
    spec.threshold_reason = disclosure.word("reason");
    spec.keys = disclosure.words("keys");
    spec.not_keys = disclosure.words("not_keys");
    if ((spec.min_rows > 0 || spec.min_clusters > 0 || !spec.not_keys.empty()) && spec.threshold_reason.empty())
      disclosure.complain("study.file.threshold_reason",
                          "Thresholds that depart from the defaults, and keys that are none, need a reason.", "reason");
  }
  return spec;
}

}  // namespace hamdil::services::study
