#include "services/records/terms/split.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "services/records/terms/words.hpp"

namespace hamdil::services::records::terms {
namespace {

using exchange::TextBlock;

constexpr std::size_t kTitleLetters = 110;
constexpr std::size_t kHeadingLetters = 90;
constexpr std::size_t kFewestLetters = 4;

bool is_letter_start(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }
std::size_t letters_in(const std::string& s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), is_letter_start));
}

// The first `most` letters, cut at a word.
std::string shortened(const std::string& s, std::size_t most) {
  std::size_t letters = 0;
  std::size_t word = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == ' ') word = i;
    if (is_letter_start(s[i]) && ++letters > most) return s.substr(0, word > 0 ? word : i) + "…";
  }
  return s;
}

// What stands before the first sign that ends a thought.
std::string title_of(const std::string& s) {
  std::size_t end = s.size();
  for (const char* sign : {". ", ": ", "; ", " – ", " — ", "؛ ", "۔ ", "\n", " ("})
    if (const std::size_t at = s.find(sign); at != std::string::npos && letters_in(s.substr(0, at)) >= 8)
      end = std::min(end, at);
  std::string out = text::trim(s.substr(0, end));
  while (!out.empty() && (out.back() == '.' || out.back() == ';' || out.back() == ',' || out.back() == ':'))
    out.pop_back();
  return shortened(out, kTitleLetters);
}

// Without the day and the payment that follow the name: "Inception report, due 15 March 2026 (20%)".
std::string deliverable_title(const std::string& s) {
  const std::string plain = with_western_digits(s);
  const std::size_t digit = plain.find_first_of("0123456789");
  if (digit == std::string::npos || !(find_date(s) || find_percent(s))) return title_of(s);
  std::vector<std::string> kept = text::split_words(plain.substr(0, digit));
  const auto is_small = [](const std::string& word) {
    return letters_in(word) <= 3 || word == "until" || word == "before" || word == "payment" || word == "оплата";
  };
  const auto strip = [](std::string& word) {
    for (const char* sign : {",", "،", "(", ":", ";", "–", "-"})
      if (word.ends_with(sign)) word.resize(word.size() - std::string_view(sign).size());
  };
  while (kept.size() > 1 && is_small(kept.back())) kept.pop_back();
  if (!kept.empty()) strip(kept.back());
  const std::string cut = text::join(kept, " ");
  return letters_in(cut) >= 8 ? title_of(cut) : title_of(s);
}

std::vector<std::string> sentences_of(const std::string& s) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < s.size(); ++i) {
    const bool ends =
        (s[i] == '.' || s[i] == '!' || s[i] == '?' || s[i] == ';') && (s[i + 1] == ' ' || s[i + 1] == '\n');
    if (!ends || letters_in(s.substr(begin, i - begin)) < 12) continue;
    out.push_back(text::trim(s.substr(begin, i + 1 - begin)));
    begin = i + 1;
  }
  if (const std::string rest = text::trim(s.substr(begin)); !rest.empty()) out.push_back(rest);
  return out;
}

bool leads_in(const std::string& s) { return s.ends_with(":") || s.ends_with("："); }

// The words of a name that tell it from others.
std::vector<std::string> telling_words(const std::string& title) {
  std::vector<std::string> out;
  for (std::string word : text::split_words(text::fold(title))) {
    while (!word.empty() && std::string_view(".,;:()").find(word.back()) != std::string_view::npos) word.pop_back();
    if (letters_in(word) > 3) out.push_back(word);
  }
  return out;
}

class Splitter {
 public:
  explicit Splitter(exchange::TextDocument document) {
    out_.is_cut = document.is_cut;
    out_.paragraphs = std::move(document.blocks);
  }
  Split run() {
    for (number_ = 1; number_ <= out_.paragraphs.size(); ++number_) {
      TextBlock& block = out_.paragraphs[number_ - 1];
      const bool after_row = number_ > 1 && out_.paragraphs[number_ - 2].kind == TextBlock::Kind::kRow;
      if (block.kind == TextBlock::Kind::kRow && !after_row) columns_.clear();
      if (is_heading(block))
        take_heading(block);
      else
        take_block(block, after_row);
      look_for_contract(block.text);
    }
    for (const auto& [number, words_there] : payments_) take_payment(number, words_there);
    for (Proposal& one : out_.proposals)
      if (one.kind == "acceptance_indicator" && one.deliverable.empty()) one.deliverable = named_in(one.text);
    find_title();
    return std::move(out_);
  }

 private:
  struct Heading {
    std::size_t level = 0;
    Section section = Section::kNone;
    std::string text;
  };

  // What the file marks as a heading, and numbered short lines that read like one.
  bool is_heading(TextBlock& block) {
    if (block.kind == TextBlock::Kind::kHeading) return true;
    if (block.kind == TextBlock::Kind::kRow || letters_in(block.text) > kHeadingLetters) return false;
    const char last = block.text.empty() ? '.' : block.text.back();
    if (last == '.' || last == ';' || last == ',') return false;
    std::size_t phrase = 0;
    const std::string folded = text::fold(without_number(block.text));
    const bool begins_so = section_of(folded, phrase) != Section::kNone;
    const bool fits = begins_so && (block.is_bold || text::split_words(folded.substr(phrase)).size() <= 3);
    if (block.is_bold && !block.is_marked && fits) {
      block.level = 1;
      return true;
    }
    if (block.kind == TextBlock::Kind::kText) {
      if (!fits) return false;
      block.level = 1;
      return true;
    }
    // "4. Deliverables" after the heading "3. ...": the numbers of headings go on.
    const auto number = text::parse_integer(with_western_digits(text::replace_all(block.label, ".", "")));
    if (!number || std::count(block.label.begin(), block.label.end(), '.') > 1) return false;
    const bool begins = last_number_ == 0 && !has_headings_ && *number <= 1;
    const bool goes_on = last_number_ > 0 && *number == last_number_ + 1;
    const bool stands_alone =
        number_ < out_.paragraphs.size() && out_.paragraphs[number_].kind != TextBlock::Kind::kItem;
    if (!(begins || goes_on) || !(fits || stands_alone)) return false;
    last_number_ = *number;
    block.level = 1;
    return true;
  }

  void take_heading(TextBlock& block) {
    block.kind = TextBlock::Kind::kHeading;
    has_headings_ = true;
    std::string plain = without_number(block.text);
    while (leads_in(plain)) plain.pop_back();
    const std::string folded = text::fold(plain);
    std::size_t phrase = 0;
    Section section = section_of(folded, phrase);
    std::size_t level = std::max<std::size_t>(block.level, 1);
    if (leads_in(block.text) && !headings_.empty() && !block.is_marked) level = headings_.front().level + 1;
    while (!headings_.empty() && headings_.back().level >= level) headings_.pop_back();
    const Section above = headings_.empty() ? Section::kNone : headings_.back().section;
    if (section == Section::kNone && above != Section::kDeliverables && (block.is_marked || block.is_bold))
      section = section_within(folded);
    const std::string behind = text::trim(folded.substr(std::min(phrase, folded.size())));
    const bool is_numbered =
        !behind.empty() && std::isdigit(static_cast<unsigned char>(with_western_digits(behind)[0])) != 0;
    if (section == Section::kDeliverables && is_numbered) {  // "Deliverable 2: Field report"
      const std::size_t sign = plain.find_first_of(":.–-", plain.find_first_of(" "));
      begin_deliverable(text::trim(sign == std::string::npos ? plain : plain.substr(sign + 1)), 0);
    } else if (section == Section::kNone && above == Section::kDeliverables) {
      section = above;
      begin_deliverable(plain, 0);
    } else if (section == Section::kNone) {
      section = above;
    } else if (above != Section::kDeliverables) {
      deliverable_.clear();
    }
    headings_.push_back({level, section, plain});
  }

  void take_block(const TextBlock& block, bool after_row) {
    const Section section = headings_.empty() ? Section::kNone : headings_.back().section;
    if (block.kind == TextBlock::Kind::kRow && !after_row && take_head(block)) return;
    if (leads_in(block.text) && block.kind != TextBlock::Kind::kRow) return;
    switch (section) {
      case Section::kDeliverables:
        return take_in_deliverables(block);
      case Section::kAcceptance:
        return take_in_acceptance(block);
      case Section::kPayment:
        payments_.emplace_back(number_, block.text);
        return;
      case Section::kRequirements:
      case Section::kProfile:
        return take_in_requirements(block, section == Section::kProfile);
      case Section::kContract:
        return;
      case Section::kOther:
      case Section::kNone:
        // A table of deliverables speaks for itself, whatever stands above it.
        if (block.kind == TextBlock::Kind::kRow && has_column(Column::kWhat) &&
            (has_column(Column::kDue) || has_column(Column::kShare)))
          return take_in_deliverables(block);
        return take_obligations(block, false);
    }
  }

  // The first row of a table tells what its columns hold.
  bool take_head(const TextBlock& block) {
    std::vector<Column> found;
    std::size_t known = 0;
    for (const std::string& cell : block.cells) {
      const Column column = find_date(cell) ? Column::kNone : column_of(text::fold(cell));
      found.push_back(std::find(found.begin(), found.end(), column) == found.end() ? column : Column::kNone);
      if (found.back() != Column::kNone) ++known;
    }
    if (known < 2) return false;
    columns_ = std::move(found);
    return true;
  }
  bool has_column(Column column) const { return std::find(columns_.begin(), columns_.end(), column) != columns_.end(); }
  std::string cell_of(const TextBlock& block, Column column) const {
    for (std::size_t i = 0; i < std::min(columns_.size(), block.cells.size()); ++i)
      if (columns_[i] == column) return block.cells[i];
    return {};
  }

  Proposal& add(const std::string& kind, const std::string& words_there) {
    const std::string letter = kind == "deliverable" ? "d" : kind == "requirement" ? "r" : "a";
    Proposal one;
    one.kind = kind;
    one.key = letter + std::to_string(++counts_[letter]);
    one.text = words_there;
    one.title = title_of(words_there);
    one.paragraphs = {number_};
    one.section = headings_.empty() ? "" : headings_.back().text;
    out_.proposals.push_back(std::move(one));
    return out_.proposals.back();
  }
  Proposal* find(const std::string& key) {
    const auto found =
        std::find_if(out_.proposals.begin(), out_.proposals.end(), [&](const auto& p) { return p.key == key; });
    return found == out_.proposals.end() ? nullptr : &*found;
  }
  Proposal& begin_deliverable(const std::string& words_there, std::size_t level) {
    Proposal& made = add("deliverable", words_there);
    made.title = deliverable_title(words_there);
    deliverable_ = made.key;
    deliverable_level_ = level;
    read_terms(made, words_there);
    return made;
  }
  static void read_terms(Proposal& deliverable, const std::string& words_there) {
    if (deliverable.due.empty()) deliverable.due = find_date(words_there).value_or("");
    if (!deliverable.payment_share) deliverable.payment_share = find_percent(words_there);
    if (!deliverable.working_days) deliverable.working_days = find_days(words_there);
  }

  void take_in_deliverables(const TextBlock& block) {
    if (block.kind == TextBlock::Kind::kRow) return take_deliverable_row(block);
    Proposal* current = find(deliverable_);
    const bool below = current != nullptr && (deliverable_level_ == 0 || block.level > deliverable_level_);
    if (block.kind == TextBlock::Kind::kItem) {
      if (below) return take_part(block, *current);
      begin_deliverable(block.text, block.level);
      return;
    }
    if (current == nullptr) return take_obligations(block, false);
    const bool tells_terms = find_date(block.text) || find_percent(block.text);
    if (tells_terms && letters_in(block.text) < 160) {
      read_terms(*current, block.text);
      current->paragraphs.push_back(number_);
    } else {
      take_obligations(block, true);
    }
  }
  // What stands in a list below a deliverable is asked of it; its date and payment are its own.
  void take_part(const TextBlock& block, Proposal& deliverable) {
    const bool tells_terms = find_date(block.text) || find_percent(block.text);
    if (tells_terms && letters_in(block.text) < 100) {
      read_terms(deliverable, block.text);
      deliverable.paragraphs.push_back(number_);
      return;
    }
    add_requirement(block.text, true);
  }
  void take_deliverable_row(const TextBlock& block) {
    std::string what = cell_of(block, Column::kWhat);
    if (what.empty())
      for (const std::string& cell : block.cells)
        if (letters_in(cell) >= 8 && !find_date(cell) && what.empty()) what = cell;
    if (letters_in(what) < kFewestLetters) return;
    std::size_t rest = 0;
    (void)exchange::leading_label(what, rest);
    Proposal& made = begin_deliverable(text::trim(what.substr(rest)), 0);
    const std::string due = cell_of(block, Column::kDue);
    made.due = find_date(due.empty() ? block.text : due).value_or(made.due);
    if (made.due.empty()) made.due_text = shortened(due, kTitleLetters);
    const std::string share = cell_of(block, Column::kShare);
    made.payment_share = find_percent(share.empty() ? block.text : share);
    const auto plain_share = text::parse_number(with_western_digits(share));
    if (!made.payment_share && plain_share && *plain_share > 0 && *plain_share <= 100) made.payment_share = plain_share;
    const auto days = text::parse_number(with_western_digits(cell_of(block, Column::kDays)));
    if (days && *days > 0) made.working_days = days;
    const std::string key = made.key;
    for (const std::string& line : text::split(cell_of(block, Column::kAcceptance), '\n')) {
      std::size_t skip = 0;
      (void)exchange::leading_label(line, skip);
      if (letters_in(line) >= kFewestLetters)
        add("acceptance_indicator", text::trim(line.substr(skip))).deliverable = key;
    }
    deliverable_.clear();  // what follows the row is not part of it
  }

  void take_in_acceptance(const TextBlock& block) {
    std::string words_there = block.text;
    if (block.kind == TextBlock::Kind::kRow) {
      words_there = cell_of(block, Column::kAcceptance);
      if (words_there.empty() && !block.cells.empty()) words_there = block.cells.back();
    }
    if (letters_in(words_there) < kFewestLetters) return;
    Proposal& made = add("acceptance_indicator", words_there);
    made.sure = block.kind != TextBlock::Kind::kText;
    made.deliverable = deliverable_;
    if (made.deliverable.empty())
      made.deliverable = named_in(block.kind == TextBlock::Kind::kRow ? block.text : made.section);
  }

  void take_in_requirements(const TextBlock& block, bool is_profile) {
    if (block.kind == TextBlock::Kind::kText) return take_obligations(block, !is_profile);
    const std::string words_there = block.kind == TextBlock::Kind::kRow && !cell_of(block, Column::kWhat).empty()
                                        ? cell_of(block, Column::kWhat)
                                        : block.text;
    if (letters_in(words_there) < kFewestLetters) return;
    add_requirement(words_there, true);
  }
  void take_obligations(const TextBlock& block, bool sure) {
    for (const std::string& sentence : sentences_of(block.text))
      if (says(text::fold(sentence), words().obliges) && !leads_in(sentence)) add_requirement(sentence, sure);
  }
  void add_requirement(const std::string& words_there, bool sure) {
    Proposal& made = add("requirement", words_there);
    const std::string folded = text::fold(words_there);
    made.need = says(folded, words().strong_advantage) ? "strong_advantage"
                : says(folded, words().advantage)      ? "advantage"
                                                       : "required";
    made.sure = sure;
    made.deliverable = deliverable_;
  }

  // "30% on approval of the inception report", also where it stands before the deliverables.
  void take_payment(std::size_t number, const std::string& words_there) {
    const auto share = find_percent(words_there);
    if (!share) return;
    Proposal* deliverable = find(named_in(words_there));
    if (deliverable == nullptr || deliverable->payment_share) return;
    deliverable->payment_share = share;
    if (deliverable->due.empty()) deliverable->due = find_date(words_there).value_or("");
    deliverable->paragraphs.push_back(number);
  }
  // The deliverable of which the text names every telling word; of several the one with most words; "" when two have
  // as many.
  std::string named_in(const std::string& words_there) const {
    const std::string folded = text::fold(words_there);
    std::string best;
    std::size_t most = 0;
    bool tied = false;
    for (const Proposal& one : out_.proposals) {
      if (one.kind != "deliverable") continue;
      const std::vector<std::string> telling = telling_words(one.title);
      const bool all = !telling.empty() && std::all_of(telling.begin(), telling.end(), [&](const std::string& word) {
        return folded.find(word) != std::string::npos;
      });
      if (!all || telling.size() < most) continue;
      tied = telling.size() == most && most > 0;
      most = telling.size();
      best = one.key;
    }
    return tied ? "" : best;
  }

  void look_for_contract(const std::string& words_there) {
    const Section section = headings_.empty() ? Section::kNone : headings_.back().section;
    if (out_.starts.empty() && section == Section::kContract) {
      const std::vector<std::string> dates = find_dates(words_there);
      if (!dates.empty()) out_.starts = dates.front();
      if (dates.size() > 1) out_.ends = dates[1];
    }
    if (!out_.contract_number.empty() || letters_in(words_there) > 200) return;
    for (const char* sign :
         {"Contract No", "Contract no", "Contract number", "Договор №", "Контракт №", "Шартнома №", "شماره قرارداد"})
      if (const std::size_t at = words_there.find(sign); at != std::string::npos)
        for (std::string word : text::split_words(words_there.substr(at + std::string_view(sign).size()))) {
          while (!word.empty() && std::string_view(".,;:#").find(word.back()) != std::string_view::npos)
            word.pop_back();
          if (with_western_digits(word).find_first_of("0123456789") == std::string::npos) continue;
          out_.contract_number = shortened(word, 60);
          return;
        }
  }
  void find_title() {
    for (const TextBlock& block : out_.paragraphs) {
      if (block.kind == TextBlock::Kind::kRow) continue;
      std::size_t phrase = 0;
      const std::string folded = text::fold(block.text);
      if (section_of(folded, phrase) != Section::kNone) break;
      static const std::set<std::string> kPlain = {text::fold("terms of reference"), text::fold("техническое задание"),
                                                   text::fold("вазифаи техникӣ"), text::fold("لایحه وظایف")};
      if (out_.title.empty() || kPlain.contains(text::fold(out_.title))) out_.title = title_of(block.text);
    }
    if (out_.title.empty() && !out_.paragraphs.empty()) out_.title = title_of(out_.paragraphs.front().text);
  }

  Split out_;
  std::vector<Heading> headings_;
  std::vector<Column> columns_;  // of the table that is being read
  std::vector<std::pair<std::size_t, std::string>> payments_;
  std::map<std::string, std::size_t> counts_;
  std::string deliverable_;            // key of the one that is being described
  std::size_t deliverable_level_ = 0;  // of its item; 0: a heading
  std::size_t number_ = 1;
  std::int64_t last_number_ = 0;
  bool has_headings_ = false;
};

}  // namespace

Split split_terms(exchange::TextDocument document) { return Splitter(std::move(document)).run(); }

}  // namespace hamdil::services::records::terms
