#include "protect/microdata.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "protect/gate.hpp"
#include "protect/microdata_suppress.hpp"

namespace hamdil::protect {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;
using data::Table;

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Codes in the clothes of numbers: few values, all below two bands. A band would mix what they mean.
bool is_coded(const Column& column, double band) {
  constexpr std::size_t kMostCodes = 12;
  const double kBelow = band > 0 ? 2 * band : 20;
  std::set<double> values;
  for (std::size_t row = 0; row < column.size(); ++row)
    if (!column.is_missing(row)) values.insert(column.numbers[row]);
  return values.size() <= 2 || (values.size() <= kMostCodes && *values.begin() >= 0 && *values.rbegin() < kBelow);
}

// A sixth of the range, as 1, 2 or 5 times a power of ten.
double band_of_range(const Column& column) {
  double least = INFINITY, most = -INFINITY;
  for (std::size_t row = 0; row < column.size(); ++row)
    if (!column.is_missing(row)) {
      least = std::min(least, column.numbers[row]);
      most = std::max(most, column.numbers[row]);
    }
  const double wanted = (most - least) / 6;
  if (!(wanted > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(wanted)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= wanted) return step * power;
  return 10 * power;
}

// "31" -> level "30-39", so that the key and what is written are the same. Bands at the ends that hold fewer than k
// rows are joined with their neighbours: "70+".
Column banded(const Column& column, double width, std::size_t k) {
  std::map<double, std::size_t> counts;
  const auto start_of = [&](std::size_t row) { return std::floor(column.numbers[row] / width) * width; };
  for (std::size_t row = 0; row < column.size(); ++row)
    if (!column.is_missing(row)) ++counts[start_of(row)];
  std::vector<std::pair<double, std::size_t>> bands(counts.begin(), counts.end());
  bool joined_above = false, joined_below = false;
  while (bands.size() > 1 && bands.back().second < k) {
    bands[bands.size() - 2].second += bands.back().second;
    bands.pop_back();
    joined_above = true;
  }
  while (bands.size() > 1 && bands.front().second < k) {
    bands[1] = {bands[1].first, bands[1].second + bands[0].second};
    bands.erase(bands.begin());
    joined_below = true;
  }
  Column out;
  out.name = column.name;
  out.label = column.label;
  out.type = ColumnType::kCategory;
  out.ordered = true;
  const bool whole = column.type == ColumnType::kInteger && width == std::floor(width);
  const auto upper = [&](double start) {
    return whole ? text::format_number(start + width - 1) : "<" + text::format_number(start + width);
  };
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const double start = bands[i].first;
    std::string name = text::format_number(start) + "-" + upper(start);
    if (i + 1 == bands.size() && joined_above) name = text::format_number(start) + "+";
    if (i == 0 && joined_below && bands.size() > 1) name = "up to " + upper(start);
    out.levels.push_back({name, name});
  }
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) {
      out.append_missing(column.reason(row));
      continue;
    }
    std::size_t at = 0;
    while (at + 1 < bands.size() && bands[at + 1].first <= start_of(row)) ++at;
    out.append_code(static_cast<std::int32_t>(at));
  }
  return out;
}

Column renumbered(const Column& column) {
  std::unordered_map<std::string, double> number;
  Column out;
  out.name = column.name;
  out.type = ColumnType::kInteger;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) {
      out.append_missing(column.reason(row));
      continue;
    }
    const auto [entry, fresh] = number.try_emplace(column.text_at(row), static_cast<double>(number.size() + 1));
    out.append_number(entry->second);
  }
  return out;
}

// Every answer of `column` stands in one cluster only, while several rows share an answer: it tells the cluster.
bool tells_cluster(const Column& column, const Column& cluster) {
  std::unordered_map<std::string, std::string> home;
  std::size_t answers = 0;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row) || cluster.is_missing(row)) continue;
    ++answers;
    const auto [entry, fresh] = home.try_emplace(column.text_at(row), cluster.text_at(row));
    if (!fresh && entry->second != cluster.text_at(row)) return false;
  }
  std::set<std::string> clusters;
  for (const auto& [answer, place] : home) clusters.insert(place);
  return clusters.size() >= 2 && home.size() >= 2 && home.size() * 2 <= answers;
}

// Somebody's own words, although they occur more than once.
bool holds_sentences(const Column& column) {
  constexpr std::size_t kWords = 5;
  return std::any_of(column.levels.begin(), column.levels.end(), [](const data::Level& level) {
    return (level.label.empty() || level.label == level.value) && text::split_words(level.value).size() >= kWords;
  });
}

// Answers that nobody listed become suppressed, and their words leave the levels. The number of answers blanked.
std::size_t blank_unlisted(Column& column, const std::set<std::string>& listed_levels) {
  std::vector<std::int32_t> place;
  std::vector<data::Level> levels;
  for (const data::Level& level : column.levels) {
    place.push_back(listed_levels.contains(level.value) ? static_cast<std::int32_t>(levels.size()) : data::kNoCode);
    if (place.back() != data::kNoCode) levels.push_back(level);
  }
  std::size_t blanked = 0;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) continue;
    const std::int32_t now = place[static_cast<std::size_t>(column.codes[row])];
    if (now == data::kNoCode) {
      column.set_missing(row, Missing::kSuppressed);
      ++blanked;
    } else {
      column.codes[row] = now;
    }
  }
  column.levels = std::move(levels);
  return blanked;
}

class Treatment {
 public:
  Treatment(Table source, const MicrodataPolicy& policy) : source_(std::move(source)), policy_(policy) {}

  ReleasedMicrodata run() {
    out_.table.name = source_.name;
    out_.table.rows = source_.rows;
    for (std::size_t i = 0; i < source_.columns.size(); ++i) take(i);
    for (const std::string& key : policy_.cluster_columns)
      if (out_.table.find(key) != nullptr) keys_.push_back(key);
    for (const std::string& key : policy_.keys)
      if (out_.table.find(key) != nullptr && !listed(keys_, key)) keys_.push_back(key);
    suppress();
    diversify();
    finish();
    return std::move(out_);
  }

 private:
  void leave_out(const std::string& name, const std::string& why) {
    out_.loss.columns.push_back({name, "left out", why, 0});
  }

  void take(std::size_t index) {
    Column& column = source_.columns[index];
    const bool is_date = column.type == ColumnType::kDate || column.type == ColumnType::kDateTime;
    const bool is_key = listed(policy_.keys, column.name);
    if (column.name.starts_with('_')) return;
    if (const auto why = policy_.left_out.find(column.name); why != policy_.left_out.end())
      return leave_out(column.name, why->second);
    if (column.name == "respondent" || listed(policy_.cluster_columns, column.name)) {
      out_.table.columns.push_back(renumbered(column));
      out_.loss.columns.push_back({column.name, "renumbered", "", 0});
      return;
    }
    if (is_date) return leave_out(column.name, "a date");
    if (column.type == ColumnType::kText) {
      ++out_.loss.texts_dropped;
      return leave_out(column.name, "free text");
    }
    if (!policy_.keep_long.contains(column.name))
      for (const std::string& cluster : policy_.cluster_columns)
        if (const Column* found = source_.find(cluster);
            found != nullptr && found != &column && found->size() == column.size() && tells_cluster(column, *found))
          return leave_out(column.name, "each of its answers stands in one " + cluster + " only and would tell which");
    const auto band = policy_.bands.find(column.name);
    const double given = band == policy_.bands.end() ? 0 : band->second;
    if (is_key && column.is_numeric() && !is_coded(column, given)) {
      const double width = given > 0 ? given : band_of_range(column);
      out_.table.columns.push_back(banded(column, width, policy_.k));
      return;
    }
    if (column.type == ColumnType::kCategory) {
      if (const auto known = policy_.listed_levels.find(column.name); known != policy_.listed_levels.end()) {
        const std::size_t blanked = blank_unlisted(column, known->second);
        if (blanked > 0 && !is_key && !listed(policy_.sensitive, column.name))
          out_.loss.columns.push_back({column.name, "free answers", "", blanked});
      } else if (holds_sentences(column)) {
        ++out_.loss.texts_dropped;
        return leave_out(column.name, "free text");
      }
    }
    out_.table.columns.push_back(column);
  }

  // Keys of which hardly a value would stay are given up, and the others treated anew without them: they lose less.
  void suppress() {
    while (true) {
      std::vector<SuppressionKey> keys;
      for (const std::string& name : keys_)
        keys.push_back({value_codes(*out_.table.find(name)), policy_.keep_long.contains(name)});
      const Suppressed result = suppress_below_k(std::move(keys), policy_.k);
      if (give_up_one(result)) continue;
      rows_kept_.assign(out_.table.rows, true);
      for (std::size_t i = 0; i < keys_.size(); ++i)
        for (const std::size_t row : result.blanked[i])
          out_.table.find(keys_[i])->set_missing(row, Missing::kSuppressed);
      if (!keys_.empty())
        for (const std::size_t row : result.too_few) rows_kept_[row] = false;
      out_.loss.rows_left_below_k = keys_.empty() ? 0 : result.too_few.size();
      return;
    }
  }

  bool give_up_one(const Suppressed& result) {
    std::size_t worst = keys_.size();
    for (std::size_t i = 0; i < keys_.size(); ++i)
      if (result.blanked[i].size() * 4 >= out_.table.rows * 3 && !result.blanked[i].empty() &&
          (worst == keys_.size() || result.blanked[i].size() > result.blanked[worst].size()))
        worst = i;
    if (worst == keys_.size()) return false;
    const std::string name = keys_[worst];
    std::erase_if(out_.loss.columns, [&](const ColumnLoss& one) { return one.column == name; });
    out_.loss.columns.push_back(
        {name, "left out",
         "fewer than " + std::to_string(policy_.k) + " rows share most of its values together with the other keys",
         result.blanked[worst].size()});
    std::erase_if(out_.table.columns, [&](const Column& column) { return column.name == name; });
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(worst));
    return true;
  }

  void diversify() {
    std::vector<std::vector<std::int64_t>> codes;
    for (const std::string& name : keys_) codes.push_back(value_codes(*out_.table.find(name)));
    std::map<std::vector<std::int64_t>, std::vector<std::size_t>> groups;
    for (std::size_t row = 0; row < out_.table.rows; ++row) {
      if (!rows_kept_[row]) continue;
      std::vector<std::int64_t> key;
      for (const auto& column : codes) key.push_back(column[row]);
      groups[key].push_back(row);
    }
    for (const std::string& name : policy_.sensitive) {
      Column* column = out_.table.find(name);
      if (column == nullptr || listed(keys_, name)) continue;
      for (const auto& [key, rows] : groups) {
        std::set<std::string> answers;
        for (const std::size_t row : rows)
          if (!column->is_missing(row)) answers.insert(column->text_at(row));
        if (answers.empty() || answers.size() >= policy_.l) continue;
        for (const std::size_t row : rows)
          if (!column->is_missing(row)) column->set_missing(row, Missing::kSuppressed);
      }
    }
  }

  void finish() {
    if (out_.loss.rows_left_below_k > 0) out_.table = data::select_rows(out_.table, rows_kept_);
    out_.loss.rows = out_.table.rows;
    std::vector<Column> columns;
    for (Column& column : out_.table.columns) {
      const bool is_key = listed(keys_, column.name);
      const bool is_sensitive = listed(policy_.sensitive, column.name);
      std::size_t count = 0, present = 0;
      for (std::size_t row = 0; row < column.size(); ++row) {
        present += !column.is_missing(row);
        count += column.reason(row) == Missing::kSuppressed;
      }
      out_.loss.cells_blanked += count;
      const auto known = std::find_if(out_.loss.columns.begin(), out_.loss.columns.end(),
                                      [&](const ColumnLoss& one) { return one.column == column.name; });
      if (known != out_.loss.columns.end())
        known->blanked = count;
      else if (is_key || is_sensitive)
        out_.loss.columns.push_back({column.name, is_key ? "key" : "sensitive", "", count});
      if (is_sensitive && count > 0 && present == 0) {
        out_.loss.columns.back() = {column.name, "left out",
                                    "no group of rows gives " + std::to_string(policy_.l) + " different answers",
                                    count};
        continue;
      }
      if (is_key) drop_unused_levels(column);
      columns.push_back(std::move(column));
    }
    out_.table.columns = std::move(columns);
  }

  // Names of places that nobody in the file stands for would tell that somebody there was asked.
  static void drop_unused_levels(Column& column) {
    if (column.type != ColumnType::kCategory) return;
    std::vector<bool> used(column.levels.size(), false);
    for (const std::int32_t code : column.codes)
      if (code != data::kNoCode) used[static_cast<std::size_t>(code)] = true;
    std::vector<std::int32_t> place(used.size(), data::kNoCode);
    std::vector<data::Level> levels;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (used[i]) {
        place[i] = static_cast<std::int32_t>(levels.size());
        levels.push_back(column.levels[i]);
      }
    for (std::int32_t& code : column.codes)
      if (code != data::kNoCode) code = place[static_cast<std::size_t>(code)];
    column.levels = std::move(levels);
  }

  Table source_;
  const MicrodataPolicy& policy_;
  ReleasedMicrodata out_;
  std::vector<std::string> keys_;  // those that are there, clusters in front: few people share a settlement
  std::vector<bool> rows_kept_;
};

}  // namespace

Released<ReleasedMicrodata> Gate::release_treated(ReleasedMicrodata data) {
  return Released<ReleasedMicrodata>(std::move(data));
}

Released<ReleasedMicrodata> release_microdata(Table source, const MicrodataPolicy& policy) {
  return Gate::release_treated(Treatment(std::move(source), policy).run());
}

}  // namespace hamdil::protect
