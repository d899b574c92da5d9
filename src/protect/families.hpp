// What a reader with a solver can work out: the least and the greatest number of people, or of answers, that fit all
// printed figures together. The gate's own; nothing else includes it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "protect/figures.hpp"
#include "protect/universe.hpp"

namespace hamdil::protect {

// Figures about the same people: their numbers of answers are sums over the same smallest cells.
struct Family {
  std::vector<std::vector<std::size_t>> domains;  // the figures of each
  std::map<std::size_t, std::size_t> domain_of;   // of each figure
  Universe universe;                              // numbered as `domains`
};

class Families {
 public:
  explicit Families(Figures& figures) : figures_(figures) { find_families(); }

  // A withheld number too narrowly bounded by the printed ones: another printed one goes. False when all are wide
  // enough, or nothing that could be withheld would help.
  bool widen_narrow_cells();

 private:
  // How many people stand behind the figures of a domain.
  bool widen_people(const Family& family, std::size_t domain);
  // How many of them gave a sensitive answer, or are what a count counts.
  bool widen_answers(const Family& family, std::size_t domain);
  double limit() const;
  // Whether a reader can place a number within the threshold. What earlier releases told is not told by today's.
  template <class Before>
  bool too_narrow(std::optional<double> width, Before before) const;
  template <class Told>
  std::optional<double> people_width(const Family& family, std::size_t target, Told is_told) const;
  // The least over all questions whose sums of answers readers can work out.
  template <class Told>
  std::optional<double> width_by_answers(const Family& family, const std::vector<KnownSum>& people, std::size_t target,
                                         Told is_told) const;
  std::optional<double> sum_of_answers(std::size_t cell) const;
  template <class Told>
  std::optional<double> answer_width(const Family& family, const std::vector<std::size_t>& same, std::size_t target,
                                     Told is_told) const;
  std::vector<std::size_t> same_answer(const Family& family, std::size_t target) const;
  bool counts_cell(std::size_t cell) const;
  // Figures of one estimator and term add up across breakdowns; those of other questions join them where exactly as
  // many people stand behind both wherever they can be compared.
  void find_families();
  bool same_people(const std::map<Domain, std::vector<std::size_t>>& group,
                   const std::map<Domain, std::vector<std::size_t>>& term) const;
  void add_family(const std::map<Domain, std::vector<std::size_t>>& group);

  Figures& figures_;
  std::deque<Family> families_;  // domains are referred to by their address
  std::set<std::size_t> wide_;   // figures whose counted answers are wide enough
  std::set<const std::vector<std::size_t>*> wide_domains_;
};

}  // namespace hamdil::protect
