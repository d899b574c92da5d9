"""Going round the disclosure gate does not compile: must_not_compile.py COMPILER SOURCE_DIR

Each case is compiled alone. The control must compile, so that a failure is the gate's doing and not a broken include; every other
case must fail with the message it is meant to fail with."""
import subprocess
import sys

HEAD = """
#include "protect/gate.hpp"
#include "report/compose.hpp"
#include "report/render/render.hpp"
using namespace hamdil;
"""
CASES = [
    ("control: released tables may be composed and rendered", """
Result<std::string> build(protect::GateInput input, const report::Context& context) {
  auto document = report::compose("impact_assessment_report", protect::Gate::release(std::move(input)), context);
  if (!document) return document.error();
  return report::render_html(*document, {});
}""", None),
    ("a table cannot call itself released", "auto x = protect::Released<protect::TableSet>(protect::TableSet{});", "private"),
    ("a document cannot be rendered without release", "auto x = report::render_html(report::Document{}, {});", "could not convert|no known conversion|cannot convert|no matching function|invalid initialization"),
    ("unreleased tables cannot be composed", 'auto x = report::compose("p", protect::TableSet{}, report::Context{});', "could not convert|no known conversion|cannot convert|no matching function|invalid initialization"),
    ("a lambda with captures cannot smuggle figures in", """
protect::Released<report::Document> smuggle(const protect::Released<protect::TableSet>& tables, const stats::ResultTable& secret) {
  return tables.derive<report::Document>([&secret](const protect::TableSet&) { return report::Document{}; });
}""", "no matching|cannot convert|could not convert"),
    ("a released value cannot be changed", "void change(protect::Released<protect::TableSet>& tables) { tables->tables.clear(); }", "const|discards"),
]


def main():
    import re
    compiler, source = sys.argv[1:3]
    failed = 0
    for name, code, expected in CASES:
        done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", f"{source}/src", "-x", "c++", "-"], input=HEAD + code, text=True, capture_output=True)
        good = done.returncode == 0 if expected is None else done.returncode != 0 and re.search(expected, done.stderr)
        print(f"{'ok    ' if good else 'FAILED'} {name}")
        if not good:
            failed += 1
            print(done.stderr[:2000])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
