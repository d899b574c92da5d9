// The words of a text, as a search takes them: one way for what is written, what is asked and what is compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamdil::text {

// Folded words (text::fold): letters and digits; whatever stands between them parts them, the half-space (U+200C) too.
std::vector<std::string> search_words(std::string_view text);

// What somebody asks for: the words, without the Dari endings of the plural (ها, های, هایی) that stand
// on their own behind one. So ناحیه‌ها finds what ناحیه finds. The first word stays: names begin so, too.
std::vector<std::string> asked_words(std::string_view text);

// Those by which a text is found: its words and, of what is written with half-spaces or apostrophes, also all of it in
// one, because people write می‌شود, می شود and میشود, Ta'lim and Talim.
std::vector<std::string> indexed_words(std::string_view text);

}  // namespace hamdil::text
