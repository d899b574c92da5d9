#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "exchange/xpath/evaluate.hpp"

namespace hamdil::exchange::xpath {
namespace {

using testing::ElementsAre;

constexpr const char* kForm = R"(<data>
<age>34</age><district/><langs>tg fa ru</langs><born>1990-03-21</born>
<member><name>A</name><years>4</years></member>
<member><name>B</name><years>11</years></member>
<member><name>C</name><years/></member>
</data>)";

// Every ${name} is all elements of that name; "secret" is there but its value is not known.
class NamesHost : public Host {
 public:
  explicit NamesHost(const Document& document) : document_(document) {}
  bool find_reference(std::string_view name, NodeRef, std::vector<NodeRef>& out) override {
    for (NodeId id = 0; id < document_.size(); ++id)
      if (document_.at(id).kind == NodeKind::kElement && document_.name(document_.at(id).name) == name)
        out.push_back({&document_, id});
    return !out.empty();
  }

 private:
  const Document& document_;
};

struct Case {
  Document document = *read_document(kForm);
  NamesHost host{document};
  Settings settings;
  Case() {
    settings.host = &host;
    const NodeId secret =
        document.add(document.child(kDocumentNode, "data"), NodeKind::kElement, document.intern("secret"));
    document.at(secret).is_unknown = true;
  }
  Result<Value> value(std::string_view text) {
    const auto parsed = parse(text);
    if (!parsed) return parsed.error();
    return evaluate(*parsed, {.node = {&document, document.child(kDocumentNode, "data")}}, settings);
  }
  std::string text(std::string_view expression) {
    const auto got = value(expression);
    return got ? to_text(*got, settings).value_or("unknown") : got.error().code;
  }
};

TEST(XPath, ReadsAnswersOfAForm) {
  Case form;
  EXPECT_EQ(form.text("${age} >= 18 and selected(${langs}, 'fa')"), "true");
  EXPECT_EQ(form.text("${age} + 1"), "35");
  EXPECT_EQ(form.text("${district} = ''"), "true");
  EXPECT_EQ(form.text("${district} > 0"), "false");
  EXPECT_EQ(form.text("not(${district} > 0)"), "true");
  EXPECT_EQ(form.text("if(${age} < 18, 'child', 'adult')"), "adult");
  EXPECT_EQ(form.text("count(member[years > 3])"), "2");
  EXPECT_EQ(form.text("sum(member/years[. != ''])"), "15");
  EXPECT_EQ(form.text("indexed-repeat(${name}, ${member}, 2)"), "B");
  EXPECT_EQ(form.text("indexed-repeat(${name}, ${member}, 9)"), "");
  EXPECT_EQ(form.text("position(member[2])"), "2");
  EXPECT_EQ(form.text("count-selected(${langs})"), "3");
  EXPECT_EQ(form.text("join('+', ${name})"), "A+B+C");
  EXPECT_EQ(form.text("${born} < date('2000-01-01')"), "true");
  EXPECT_EQ(form.text("regex(${langs}, '[a-z]{2}')"), "false");  // the whole text must match
  EXPECT_EQ(form.text("\u201Cadult\u201D = 'adult'"), "true");   // quotes of word processors
}

TEST(XPath, AValueThatIsNotKnownCountsOnlyWhereItDecides) {
  Case form;
  EXPECT_EQ(form.text("${secret} = 'x'"), "exchange.xpath.unavailable");
  EXPECT_EQ(form.text("${age} > 18 or ${secret} = 'x'"), "true");
  EXPECT_EQ(form.text("${secret} = 'x' or ${age} > 18"), "true");
  EXPECT_EQ(form.text("${secret} = 'x' and ${age} < 18"), "false");
  EXPECT_EQ(form.text("${secret} = 'x' and ${age} > 18"), "exchange.xpath.unavailable");
  EXPECT_EQ(form.text("${nothing} = 'x'"), "exchange.xpath.unavailable");
  EXPECT_EQ(form.text("pulldata('file', 'a', 'b', ${age}) = 'x'"), "exchange.xpath.unavailable");
  EXPECT_EQ(form.text("today() > date('2020-01-01')"), "exchange.xpath.unavailable");
  EXPECT_EQ(form.text("made-up(1) = 1"), "exchange.xpath.function");
  EXPECT_EQ(form.text("count(../data) + string-length(/data)"), "exchange.xpath.unavailable");
}

TEST(XPath, ClockAndRandomNumbersArePassedIn) {
  Case form;
  form.settings.now = 19'000.5;
  form.settings.random = [] { return 0.25; };
  EXPECT_EQ(form.text("today()"), "2022-01-08");
  EXPECT_EQ(form.text("random()"), "0.25");
  form.settings.utc_offset_minutes = 300;
  EXPECT_EQ(form.text("now()"), "2022-01-08T17:00:00.000+05:00");
}

TEST(XPath, NamesWhatIsWrong) {
  for (const char* wrong :
       {"", "1 +", "(1", "selected(${a}, 'x'", "${a", "a b", "'x", "1 = = 2", "$a", "a[", "::a", "a/"})
    EXPECT_EQ(parse(wrong) ? "parsed" : parse(wrong).error().code, "exchange.xpath.syntax") << wrong;
  Case form;
  EXPECT_EQ(form.text("not()"), "exchange.xpath.arguments");
  EXPECT_EQ(form.text("'a'/b"), "exchange.xpath.type");
  EXPECT_EQ(form.text("regex('a', '(')"), "exchange.xpath.regex");
  EXPECT_THAT(parse("${a} = ${b} or ${a} = 1")->references(), ElementsAre("a", "b"));
  EXPECT_THAT(parse("foo(1) + foo(2)")->unknown_functions(), ElementsAre("foo"));
}

TEST(XPath, DigestsAreThoseOfTheStandards) {
  Case form;
  EXPECT_EQ(form.text("digest('abc', 'MD5', 'hex')"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(form.text("digest('abc', 'SHA-1', 'hex')"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(form.text("digest('abc', 'SHA-384', 'hex')"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(form.text("substr(digest('abc', 'SHA-512', 'hex'), 0, 16)"), "ddaf35a193617aba");
  EXPECT_EQ(form.text("digest('abc', 'SHA-1')"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
  EXPECT_EQ(form.text("digest('" + std::string(119, 'a') + "', 'MD5', 'hex')"), "8a7bd0732ed6a28ce75f6dabc90e1613");
}

TEST(XPath, KeepsWithinItsLimits) {
  EXPECT_EQ(parse(std::string(40'000, ' ')).error().code, "exchange.xpath.too_long");
  EXPECT_EQ(parse(std::string(5'000, '(')).error().code, "exchange.xpath.too_deep");
  std::string sums = "1";
  for (int i = 0; i < 1'000; ++i) sums += "+1";
  EXPECT_EQ(parse(sums).error().code, "exchange.xpath.too_deep");
  std::string ors = "${age} = 0";  // long conditions are common
  for (int i = 1; i < 900; ++i) ors += " or ${age} = " + std::to_string(i);
  Case form;
  EXPECT_EQ(form.text(ors), "true");
  EXPECT_EQ(form.text("count(//*[count(//*[count(//*) > 0]) > 0])"), "15");
  form.settings.step_limit = 1'000;
  EXPECT_EQ(form.text("count(//*[count(//*[count(//*) > 0]) > 0])"), "exchange.xpath.too_much");
  EXPECT_EQ(form.text("regex('" + std::string(60, 'a') + "', '(a*)*(a*)*(a*)*b')"), "exchange.xpath.too_much");
}

TEST(XPath, WritesNumbersWithoutExponents) {
  EXPECT_EQ(number_text(1e21), "1000000000000000000000");
  EXPECT_EQ(number_text(-1.5e-7), "-0.00000015");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number_text(-0.0), "0");
  rc::check("and they read back", [](double number) {
    RC_PRE(std::isfinite(number));
    Case form;
    const std::string text = number_text(number);
    RC_ASSERT(*to_number(Value::of(text), form.settings) == number);
  });
}

}  // namespace
}  // namespace hamdil::exchange::xpath
