// The corpus of broken specs: for each, exactly what is said and where.

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

struct Broken {
  const char* name;
  std::string text;
  std::string errors;  // all of them, without the file's name
};

std::string ErrorsOf(const std::string& text) {
  Subjects subjects;
  subjects["testprog"].name = "testprog";
  subjects["testprog"].values = {{"pkg", "testprog"}};
  LoadedSpecs loaded;
  LoadSpecText(text, "x", subjects, loaded);
  return FormatDiagnostics(loaded.errors);
}

// What a failing test prints of its parameter.
void PrintTo(const Broken& broken, std::ostream* os) { *os << broken.text; }

const char kNoExpectation[] =
    "no expectation; say how it ends (\"ends\") or what it prints (\"wants\", "
    "\"starts\", \"equals\", ...)";
const char kEnds[] =
    "expected \"exit N\" (N from 0 to 255), a signal's name such as "
    "\"SIGSEGV\", \"crash\" or \"timeout\"";
const char kControl[] =
    "a control character in the name of a test; give it another \"name\"";
const char kKnown[] = " (known: $pkg; \"$$\" is a dollar)";

class BrokenSpecTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenSpecTest, SaysWhatAndWhere) {
  EXPECT_EQ(ErrorsOf(GetParam().text), GetParam().errors);
}

std::string NameOf(const testing::TestParamInfo<Broken>& info) {
  return info.param.name;
}

// One spec with the given further members, on one line.
std::string With(const std::string& members) {
  return R"({"scenario":"A",)" + members + "}";
}
std::string At(int line, int column, const std::string& message) {
  return "x:" + std::to_string(line) + ":" + std::to_string(column) +
         ": error: " + message + "\n";
}
// On line 1; With's first member begins at column 17.
std::string At(int column, const std::string& message) {
  return At(1, column, message);
}

INSTANTIATE_TEST_SUITE_P(
    Json, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"EmptyFile", "",
         At(1,
            "empty file; expected a spec { ... } or an array of specs "
            "[ ... ]")},
        {"BlankFile", " \n\t\n",
         At(1,
            "empty file; expected a spec { ... } or an array of specs "
            "[ ... ]")},
        {"TrailingCommaInObject", "{\"scenario\": \"A\",\n}",
         At(17, "not JSON: trailing comma before '}'")},
        {"TrailingCommaInArray", With(R"("wants":["x",])"),
         At(29, "not JSON: trailing comma before ']'")},
        {"TrailingCommaAfterSpec", "[\n{\"scenario\":\"A\"},\n]",
         At(2, 17, "not JSON: trailing comma before ']'")},
        {"MissingComma", "{\"scenario\":\"A\"\n\"ends\":\"crash\"}",
         At(2, 1, "not JSON: unexpected string literal; expected '}'")},
        {"MissingColon", With(R"("ends" "crash")"),
         At(24, "not JSON: unexpected string literal; expected ':'")},
        {"BareKey", With("ends: 1"),
         At(17,
            "not JSON: invalid literal; keys and texts stand in double "
            "quotes")},
        {"SingleQuotes", "{'scenario':'A'}",
         At(2,
            "not JSON: invalid literal; keys and texts stand in double "
            "quotes")},
        {"Comment", "{\n  // why\n}",
         At(2, 3, "not JSON: a comment; JSON has none, say it in \"why\"")},
        {"MissingBrace", "{\"scenario\":\"A\"",
         At(16, "not JSON: unexpected end of input; expected '}'")},
        {"WrongBracket", With(R"("wants":["a"})"),
         At(29, "not JSON: unexpected '}'; expected ']'")},
        {"NewlineInString", "{\"scenario\":\"A\n\"}",
         At(15,
            "not JSON: invalid string: control character U+000A (LF) must "
            "be escaped to \\u000A or \\n")},
        {"UnterminatedString", "{\"scenario\":\"A",
         At(13, "not JSON: invalid string: missing closing quote")},
        {"BadEscape", R"({"scenario":"\q"})",
         At(15,
            "not JSON: invalid string: forbidden character after "
            "backslash")},
        {"NotUtf8", "{\"scenario\":\"\xC3\xA9\xFF\"}",
         At(15, "not JSON: invalid string: ill-formed UTF-8 byte")},
        {"TwoDocuments", "{\"scenario\":\"A\"} {}",
         At(18, "not JSON: unexpected '{'; expected end of input")},
        {"LeadingZero", With(R"("repeat":01)"),
         At(27, "not JSON: unexpected number literal; expected '}'")},
        {"HugeNumber", With(R"("repeat":1e999)"),
         At(26, "not JSON: number overflow parsing '1e999'")},
        {"DuplicateKey",
         "{\"scenario\":\"A\",\n \"ends\":\"crash\",\n  \"ends\":\"crash\"}",
         At(3, 3, "duplicate key \"ends\"; first at line 2, column 2")},
        {"TooDeep", std::string(65, '['),
         At(65, "nested deeper than 64 levels")},
        {"NoSpecButText", "\"A\"", At(1, "expected an object, got a string")},
        {"NoSpecButNull", "null", At(1, "expected an object, got null")},
        {"NumberInArray", "[ 1 ]", At(3, "expected an object, got an integer")},
        {"EmptyArray", " []", At(2, "empty array; no spec in it")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Keys, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"Misspelt", With(R"("want":"x")"),
         At(17, "unknown key \"want\"; did you mean \"wants\"?")},
        {"Unknown", With(R"("ends":"crash","frobnicate":1)"),
         At(32,
            "unknown key \"frobnicate\"; expected one of scenario, args, "
            "name, subject, env, stdin, ends, wants, never, starts, "
            "equals, finishes, count, lines, frames, panics, fatal, "
            "goroutines, stdout, stderr, steps, cases, limits, repeat, "
            "requires, xfail, extras, why, source, tags")},
        {"ColumnsAreCharacters", "{\"scenario\":\"\xC3\xA9\",\"wnats\":\"x\"}",
         At(17, "unknown key \"wnats\"; did you mean \"wants\"?")},
        {"NothingToRun", R"({"ends":"crash"})",
         At(1, "nothing to run; expected \"scenario\" or \"args\"")},
        {"NoExpectation", R"({"scenario":"A"})", At(1, kNoExpectation)},
        {"EmptySpec", "{}",
         At(1, "nothing to run; expected \"scenario\" or \"args\"") +
             At(1, kNoExpectation)},
        {"EmptyScenario", R"({"ends":"crash","scenario":""})",
         At(28, "empty string; expected a text")},
        {"ScenarioNoText", R"({"ends":"crash","scenario":["A"]})",
         At(28, "expected a string, got an array")},
        {"NulInScenario", R"({"ends":"crash","scenario":"A\u0000"})",
         At(28, "a NUL character; no process could be given it")},
        {"ArgsNoArray", With(R"("ends":"crash","args":"-v")"),
         At(39, "expected an array, got a string")},
        {"EnvNoObject", With(R"("ends":"crash","env":["A=B"])"),
         At(38, "expected an object, got an array")},
        {"EnvName", With(R"("ends":"crash","env":{"A=B":"C"})"),
         At(39, "\"A=B\" can not name an environment variable")},
        {"EnvValue", With(R"("ends":"crash","env":{"A":1})"),
         At(43, "expected a string, got an integer")},
        {"RepeatZero", With(R"("ends":"crash","repeat":0)"),
         At(41, "expected an integer from 1 to 1000000, got 0")},
        {"RepeatFraction", With(R"("ends":"crash","repeat":1.5)"),
         At(41, "expected an integer, got a number")},
        {"RepeatTooBig",
         With(R"("ends":"crash","repeat":99999999999999999999)"),
         At(41, "expected an integer, got a number")},
        {"UnknownLimit", With(R"("ends":"crash","limits":{"time":3})"),
         At(42,
            "unknown key \"time\"; expected one of time_ms, time_factor, "
            "output_bytes, memory_bytes, core_bytes, file_size_bytes")},
        {"NoLimit", With(R"("ends":"crash","limits":{})"),
         At(41, "empty object; expected \"time_ms\" or another limit")},
        {"EnvOfNothing", With(R"("ends":"crash","env":{})"),
         At(38, "empty object; expected variables")},
        {"NoTime", With(R"("ends":"crash","limits":{"time_ms":0})"),
         At(52, "expected an integer from 1 to 3600000, got 0")},
        {"ExtrasNoBoolean", With(R"("ends":"crash","extras":"true")"),
         At(41, "expected true or false, got a string")},
        {"UnknownSubject", With(R"("ends":"crash","subject":"testprgo")"),
         At(42,
            "unknown subject \"testprgo\"; did you mean \"testprog\"? "
            "(known: testprog; add one by --subject testprgo=BINARY)")},
        {"UnknownSubjectAndMore",
         With("\"subject\":\"prg\",\n\"want\":\"x\",\n\"repeat\":0,"
              "\"never\":[\"$foo\",\"/(/\"],\"ends\":\"exit $code\",\n"
              "\"requires\":{\"board\":\"a\",\"why\":\"b\"}"),
         At(27,
            "unknown subject \"prg\" (known: testprog; add one by --subject "
            "prg=BINARY)") +
             At(2, 1, "unknown key \"want\"; did you mean \"wants\"?") +
             At(3, 10, "expected an integer from 1 to 1000000, got 0") +
             At(3, 28, "bad regular expression \"/(/\": missing ): (")},
        {"UnknownSubjectAndItsTable",
         R"({"scenario":"A$k","subject":"prg","wants":"$v $w $pkg","want":1,)"
         R"("cases":{"a":{"w":1},"b":{}}})",
         At(29,
            "unknown subject \"prg\" (known: testprog; add one by --subject "
            "prg=BINARY)") +
             At(56, "unknown key \"want\"; did you mean \"wants\"?") +
             At(90, "empty row; expected variables")},
        {"NameWithEscape", With(R"("ends":"crash","name":"a\u001b[31m")"),
         At(39, kControl)},
        {"ScenarioWithNewline", R"({"ends":"crash","scenario":"a\nb"})",
         At(28, kControl)},
        {"ScenarioWithNewlineAndName",
         R"({"ends":"crash","scenario":"a\nb","name":"a b"})", ""},
        {"RowWithNewline",
         R"({"ends":"crash","scenario":"A","cases":{"a\nb":1}})",
         At(41, kControl)},
        {"RowWithNewlineInName",
         R"({"ends":"crash","scenario":"A","name":"$k","cases":{"a\nb":1}})",
         At(39, kControl)},
        {"EmptyTag", With(R"("ends":"crash","tags":["a",""])"),
         At(44, "empty string; expected a text")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Expectations, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"EndsWithoutStatus", With(R"("ends":"exit")"),
         At(24, std::string("unknown end \"exit\"; ") + kEnds)},
        {"EndsStatusTooBig", With(R"("ends":"exit 256")"),
         At(24, std::string("unknown end \"exit 256\"; ") + kEnds)},
        {"EndsMisspeltSignal", With(R"("ends":"SIGSEG")"),
         At(24, std::string("unknown end \"SIGSEG\"; ") + kEnds +
                    "; did you mean \"SIGSEGV\"?")},
        {"EndsLowerCase", With(R"("ends":"sigterm")"),
         At(24, std::string("unknown end \"sigterm\"; ") + kEnds +
                    "; did you mean \"SIGTERM\"?")},
        {"EndsNumber", With(R"("ends":2)"),
         At(24, "expected a string, got an integer; did you mean \"exit 2\"?")},
        {"WantsNothing", With(R"("wants":[])"),
         At(25, "empty array; expected at least one text")},
        {"WantsEmptyText", With(R"("wants":["a",""])"),
         At(30, "empty string; expected a text")},
        {"WantsNumber", With(R"("wants":3)"),
         At(25, "expected a string or an array of strings, got an integer")},
        {"WantsNumberInArray", With(R"("wants":["a",3])"),
         At(30, "expected a string, got an integer")},
        {"StartsArray", With(R"("starts":["a"])"),
         At(26, "expected a string, got an array")},
        {"FinishesEmpty", With(R"("finishes":"")"),
         At(28, "empty string; expected a text")},
        {"LinesWithNewline", With(R"("lines":["a\nb"])"),
         At(26, "a newline; one text of \"lines\" is looked for in one line")},
        {"LinesWithNewlineInExpression", With(R"("lines":["/a\nb/"])"),
         At(26, "a newline; one text of \"lines\" is looked for in one line")},
        {"LinesNotWithNewline", With(R"("lines":["a",{"not":"/a\\n/"}])"),
         At(37, "a newline; one text of \"lines\" is looked for in one line")},
        {"CountNoObject", With(R"("count":"x")"),
         At(25, "expected an object, got a string")},
        {"CountNothing", With(R"("count":{})"),
         At(25, "empty object; expected { \"text\": times }")},
        {"CountText", With(R"("count":{"x":"2"})"),
         At(30, "expected an integer, got a string")},
        {"CountNegative", With(R"("count":{"x":-1})"),
         At(30, "expected an integer from 0 to 1000000000, got -1")},
        {"CountOfEmptyText", With(R"("count":{"":1})"),
         At(26, "empty string; expected a text")},
        {"RegexBroken", With(R"("wants":"/a(/")"),
         At(25, "bad regular expression \"/a(/\": missing ): a(")},
        {"RegexUnterminated", With(R"("never":"/usr/lib")"),
         At(25,
            "unterminated regular expression \"/usr/lib\"; expected "
            "\"/.../\", or \"\\\\/...\" for a text that begins with a "
            "slash")},
        {"RegexEmpty", With(R"("wants":"//")"),
         At(25, "empty regular expression \"//\"")},
        {"RegexMatchesNothing", With(R"("wants":"/x*/")"),
         At(25,
            "regular expression \"/x*/\" matches the empty text, so it "
            "says nothing")},
        {"UndefinedVariable", With(R"("wants":"$pgk.A")"),
         At(25, "undefined variable \"$pgk\"; did you mean \"$pkg\"?" +
                    std::string(kKnown))},
        {"UndefinedInRegex", With(R"("wants":"/x$foo/")"),
         At(25, "undefined variable \"$foo\"" + std::string(kKnown))},
        {"UnclosedVariable", With(R"("wants":"${pkg")"),
         At(25, "\"${\" without a name and its \"}\"; expected \"${name}\"")},
        {"SeveralAtOnce", With("\"want\":1,\n\"ends\":3,\n\"repeat\":0"),
         At(17, "unknown key \"want\"; did you mean \"wants\"?") +
             At(2, 8,
                "expected a string, got an integer; did you mean \"exit 3\"?") +
             At(3, 10, "expected an integer from 1 to 1000000, got 0")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Tables, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"NoRows", R"({"scenario":"A$k","ends":"crash","cases":{}})",
         At(42, "empty table; expected one row a test")},
        {"ArrayOfRows", R"({"scenario":"A$k","ends":"crash","cases":["a"]})",
         At(42, "expected an object, got an array")},
        {"RowOfNothing",
         R"({"scenario":"A$k","ends":"crash","cases":{"a":{}}})",
         At(47, "empty row; expected variables")},
        {"RowOfTruth",
         R"({"scenario":"A$k","ends":"crash","cases":{"a":true}})",
         At(47, "expected a string or an integer, got true or false")},
        {"BadColumn",
         R"({"scenario":"A$k","ends":"crash","cases":{"a":{"1":"x"}}})",
         At(48,
            "\"1\" can not name a variable; expected letters, digits and "
            "underscores, and not \"k\"")},
        {"ColumnOfTheSubject",
         R"({"scenario":"A$k","ends":"crash","cases":{"a":{"pkg":"x"}}})",
         At(48,
            "\"$pkg\" is a variable of the subject, and no row may change "
            "it")},
        {"DuplicateRow",
         R"({"scenario":"A$k","ends":"crash","cases":{"a":1,"a":2}})",
         At(49, "duplicate key \"a\"; first at line 1, column 43")},
        {"RowLacksVariable",
         R"({"scenario":"A$k","ends":"exit $v","cases":{"a":{"w":1}}})",
         At(26,
            "undefined variable \"$v\"; did you mean \"$k\"? (known: $k, "
            "$pkg, $w; \"$$\" is a dollar)")},
        {"RequiresNoReason",
         R"({"scenario":"A","ends":"crash","requires":{"compiler":"gcc"}})",
         At(43, "a requirement without its reason \"why\"")},
        {"RequiresNoFact",
         R"({"scenario":"A","ends":"crash","requires":{"why":"x"}})",
         At(43, "a requirement without a fact, such as \"compiler\"")},
        {"RequiresUnknownFact",
         R"({"scenario":"A","ends":"crash","requires":[{"compilre":"gcc",)"
         R"("why":"x"}]})",
         At(45, "unknown key \"compilre\"; did you mean \"compiler\"?")},
        {"RequiresBadVersion",
         R"({"scenario":"A","ends":"crash","requires":{"version":">=new",)"
         R"("why":"x"}})",
         At(54,
            "bad condition \">=new\"; expected \"word\", \"!word\" or "
            "\">=1.2\"")},
        {"RequiresNothing", R"({"scenario":"A","ends":"crash","requires":[]})",
         At(43, "empty array; expected at least one requirement")},
        {"RequiresText", R"({"scenario":"A","ends":"crash","requires":"gcc"})",
         At(43, "expected an object or an array of them, got a string")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Steps, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"NoArray", With(R"("steps":{"wait":"x"})"),
         At(25, "expected an array, got an object")},
        {"None", With(R"("steps":[])"),
         At(25, "empty array; expected at least one step")},
        {"NoObject", With(R"("steps":["x"])"),
         At(26, "expected an object, got a string") + ""},
        {"EmptyStep", With(R"("steps":[{"wait":"x"},{}])"),
         At(39,
            "empty step; expected one of \"wait\", \"send\", \"input\", "
            "\"close_stdin\"")},
        {"TwoKeys", With(R"("steps":[{"wait":"x","send":"SIGINT"}])"),
         At(38,
            "a second key in a step, \"send\"; each step is an object of its "
            "own")},
        {"UnknownKey", With(R"("steps":[{"wait":"x"},{"sent":"SIGINT"}])"),
         At(40, "unknown key \"sent\"; did you mean \"send\"?")},
        {"UnknownSignal", With(R"("steps":[{"wait":"x"},{"send":"SIGQIT"}])"),
         At(47,
            "unknown signal \"SIGQIT\"; expected a name such as \"SIGQUIT\"; "
            "did you mean \"SIGQUIT\"?")},
        {"SignalNumber", With(R"("steps":[{"wait":"x"},{"send":3}])"),
         At(47, "expected a string, got an integer")},
        {"WaitForNothing", With(R"("steps":[{"wait":""}])"),
         At(34, "empty string; expected a text")},
        {"WaitForBadRegex", With(R"("steps":[{"wait":"/(/"}])"),
         At(34, "bad regular expression \"/(/\": missing ): (")},
        {"WaitForTwo", With(R"("steps":[{"wait":["a","b"]}])"),
         At(34, "expected a string, got an array")},
        {"EmptyInput", With(R"("steps":[{"wait":"x"},{"input":""}])"),
         At(48, "empty string; expected a text")},
        {"InputAfterClose",
         With(R"("steps":[{"wait":"x"},{"close_stdin":true},{"input":"y"}])"),
         At(69, "stdin was closed by a step before this one")},
        {"CloseTwice",
         With(R"("steps":[{"wait":"x"},{"close_stdin":true},)"
              R"({"close_stdin":true}])"),
         At(75, "stdin was closed by a step before this one")},
        {"CloseFalse", With(R"("steps":[{"wait":"x"},{"close_stdin":false}])"),
         At(54, "\"close_stdin\": false does nothing; leave it out")},
        {"OnlySends", With(R"("steps":[{"send":"SIGINT"}])"),
         At(1, kNoExpectation)},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Lines, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"Number", With(R"("lines":3)"),
         At(25, "expected a string or an array, got an integer")},
        {"None", With(R"("lines":[])"),
         At(25, "empty array; expected at least one line")},
        {"NumberInArray", With(R"("lines":["a",3])"),
         At(30, "expected a string or an object, got an integer")},
        {"EmptyText", With(R"("lines":["a",{"next":""}])"),
         At(38, "empty string; expected a text")},
        {"EmptyObject", With(R"("lines":["a",{}])"),
         At(30,
            "empty object; expected one of \"next\", \"same\", \"empty\", "
            "\"not\", \"unordered\", \"count\"")},
        {"UnknownKey", With(R"("lines":["a",{"nxet":"b"}])"),
         At(31, "unknown key \"nxet\"; did you mean \"next\"?")},
        {"TwoKeys", With(R"("lines":["a",{"next":"b","same":"c"}])"),
         At(42, "a second key, \"same\"; each line is an object of its own")},
        {"NextOfNothing", With(R"("lines":[{"next":"b"}])"),
         At(27, "\"next\" with nothing before it; begin with a text")},
        {"SameOfNot", With(R"("lines":[{"not":"a"},{"same":"b"}])"),
         At(39, "\"same\" with nothing before it; begin with a text")},
        {"EmptyOfNothing", With(R"("lines":[{"empty":true}])"),
         At(27, "\"empty\" with nothing before it; begin with a text")},
        {"EmptyFalse", With(R"("lines":["a",{"empty":false}])"),
         At(39, "\"empty\": false says nothing; leave it out")},
        {"SameOfGroup",
         With(R"("lines":[{"unordered":["a","b"]},{"same":"c"}])"),
         At(51,
            "\"same\" after what leaves nothing of its line; expected a text, "
            "\"next\", \"same\" or \"count\" before it")},
        {"GroupOfOne", With(R"("lines":[{"unordered":["a"]}])"),
         At(39, "an order needs two; expected at least two texts")},
        {"GroupOfText", With(R"("lines":[{"unordered":"a"}])"),
         At(39, "expected an array, got a string")},
        {"CountOfNothing", With(R"("lines":[{"count":2}])"),
         At(26, "\"count\" without \"of\"")},
        {"OfWithoutCount", With(R"("lines":[{"of":"a"}])"),
         At(26, "\"of\" without \"count\"")},
        {"CountZero", With(R"("lines":[{"count":0,"of":"a"}])"),
         At(35, "expected an integer from 1 to 1000000, got 0")},
        {"CountAndMore", With(R"("lines":[{"count":2,"of":"a","next":"b"}])"),
         At(46, "\"next\" beside \"count\"")},
        {"UndefinedName", With(R"("lines":["a {goid:g}", "b {h}"])"),
         At(40,
            "unknown placeholder \"{h}\"; did you mean \"{g}\"? (known: "
            "{addr}, {goid}, {pc}, {file}, {line}, {dur}, {g}; \"{{\" is a "
            "brace)")},
        {"NameOfWhatIsAbsent",
         With(R"("lines":["a",{"not":"/(?P<x>b)/"},"{x}"])"),
         At(51,
            "unknown placeholder \"{x}\" (known: {addr}, {goid}, {pc}, {file}, "
            "{line}, {dur}; \"{{\" is a brace)")},
        {"NameBeforeItIsDefined", With(R"("starts":"{g}","wants":"{goid:g}")"),
         At(26,
            "unknown placeholder \"{g}\" (known: {addr}, {goid}, {pc}, {file}, "
            "{line}, {dur}; \"{{\" is a brace)")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Crash, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"FramesNumber", With(R"("frames":3)"),
         At(26, "expected a string or an array of strings, got an integer")},
        {"NoFrames", With(R"("frames":[])"),
         At(26, "empty array; expected at least one text")},
        {"FrameWithArguments", With("\"frames\":[\"main.f(...)\"]"),
         At(27,
            "a function with its arguments, which no name has; expected a name "
            "such as \"main.f\"")},
        {"ExactlyMisspelt", With(R"("frames":{"exactyl":["a"]})"),
         At(27, "unknown key \"exactyl\"; did you mean \"exactly\"?")},
        {"ExactlyNothing", With(R"("frames":{})"),
         At(26, "empty object; expected \"exactly\"")},
        {"NoPanics", With(R"("panics":[])"),
         At(26, "empty array; expected at least one panic")},
        {"PanicNumber", With(R"("panics":[7])"),
         At(27, "expected a string or an object, got an integer")},
        {"PanicWithoutValue", With(R"("panics":{"recovered":true})"),
         At(26, "a panic without its \"value\"")},
        {"PanicMark", With(R"("panics":{"value":"a","recoverd":true})"),
         At(39, "unknown key \"recoverd\"; did you mean \"recovered\"?")},
        {"PanicMarkIsText", With(R"("panics":{"value":"a","recovered":"yes"})"),
         At(51, "expected true or false, got a string")},
        {"RepanickedAlone", With(R"("panics":{"value":"a","repanicked":true})"),
         At(26,
            "\"repanicked\" without \"recovered\": only what was recovered can "
            "be panicked again")},
        {"FatalEmpty", With(R"("fatal":"")"),
         At(25, "empty string; expected a text")},
        {"NoGoroutines", With(R"("goroutines":[])"),
         At(30, "empty array; expected at least one goroutine")},
        {"AnyGoroutine", With(R"("goroutines":{})"),
         At(30, "empty object, which any goroutine is")},
        {"GoroutineText", With(R"("goroutines":"main.f")"),
         At(30, "expected an object or an array of them, got a string")},
        {"GoroutineKey", With(R"("goroutines":{"created":"f"})"),
         At(31,
            "unknown key \"created\"; expected one of id, state, frames, "
            "created_by, parent, locked")},
        {"GoroutineOfNoId", With(R"("goroutines":{"id":-1})"),
         At(36, "expected an integer from 0 to 9223372036854775807, got -1")},
        {"GoroutineOfAnyId", With(R"("goroutines":[{"id":"{goid}"}])"),
         At(37, "can not fail: any id is like this")},
        {"GoroutineOfAnyNumber",
         With(R"("goroutines":{"state":"x","id":"/^\\d+$/"})"),
         At(48, "can not fail: any id is like this")},
        {"GoroutineOfAnIdWithAName",
         With(R"("goroutines":[{"id":"{goid:g}"},{"parent":"{g}"},)"
              R"({"id":"/^[2-9]/"}])"),
         ""},
        {"GoroutineStateWithMinutes",
         With(R"("goroutines":{"state":"chan receive, 5 minutes"})"),
         At(39,
            "\"5 minutes\" is no part of a state; expected \"chan receive\"")},
        {"GoroutineStateLocked",
         With(R"("goroutines":{"state":"select, {dur}, locked to thread"})"),
         At(39,
            "\"{dur}, locked to thread\" is no part of a state; expected "
            "\"select\" and \"locked\": true")},
        {"GoroutineId", With(R"("goroutines":{"id":true})"),
         At(36, "expected an integer or a string, got true or false")},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Together, BrokenSpecTest,
    testing::ValuesIn(std::vector<Broken>{
        {"StartsBesideEquals", With(R"("equals":"a","starts":"b")"),
         At(30, "\"starts\" beside \"equals\", which says all")},
        {"StartsBesideEmptyEquals", With(R"("starts":"b","equals":"")"),
         At(17, "\"starts\" beside \"equals\", which says all")},
        {"WantsTwice", With(R"("wants":["a","b","a"])"),
         At(34,
            "can not fail: \"wants\" at line 1, column 26 demands it "
            "already")},
        {"WantsWhatStarts", With(R"("starts":"panic: x","wants":"panic")"),
         At(45,
            "can not fail: \"starts\" at line 1, column 26 demands it "
            "already")},
        {"NeverWhatIsWanted", With(R"("wants":"panic: x","never":"panic")"),
         At(44, "can not be met: \"wants\" at line 1, column 25 demands it")},
        {"CountNoneOfWhatIsWanted",
         With(R"("wants":"panic: x","count":{"panic":0})"),
         At(45, "can not be met: \"wants\" at line 1, column 25 demands it")},
        {"NeverWhatIsCounted", With(R"("count":{"abc":1},"never":"b")"),
         At(43, "can not be met: \"count\" at line 1, column 26 demands it")},
        {"NeverWhatIsInALine", With(R"("lines":["abc"],"never":"abc")"),
         At(41, "can not be met: \"lines\" at line 1, column 26 demands it")},
        {"NeverWhatIsInTheNextLine",
         With(R"("lines":["a",{"next":"xy"}],"never":"y")"),
         At(53,
            "can not be met: \"lines next\" at line 1, column 38 demands it")},
        {"NeverTheWantedExpression", With(R"("wants":"/a+/","never":"/a+/")"),
         At(40, "can not be met: \"wants\" at line 1, column 25 demands it")},
        {"WantsAnExpressionTwice", With(R"("wants":["/a+/","/a+/"])"),
         At(33,
            "can not fail: \"wants\" at line 1, column 26 demands it already")},
        {"WantsWhatIsCounted", With(R"("count":{"abc":1},"wants":"b")"),
         At(43,
            "can not fail: \"count\" at line 1, column 26 demands it already")},
        {"WantsBesideEqualsOfAStream",
         With(R"("stdout":{"equals":"hello","wants":"foo"})"),
         At(44, "\"wants\" beside \"equals\", which says all")},
        {"NeverBesideEqualsOfAStream",
         With(R"("stderr":{"equals":"hello","never":"foo"})"),
         At(44, "\"never\" beside \"equals\", which says all")},
        {"NeverBesideEqualsOfNothing",
         With(R"("stdout":{"never":"foo","equals":""})"),
         At(27, "\"never\" beside \"equals\", which says all")},
        {"ContradictionInAStream",
         With(R"("stdout":{"wants":"ab","never":"a"})"),
         At(48, "can not be met: \"wants\" at line 1, column 35 demands it")},
        {"OneStreamIsNotTheOther",
         With(R"("stdout":{"wants":"ab"},"stderr":{"never":"a"})"), ""},
        {"AnExpressionIsNotAll",
         With(R"("equals":"/a.*/","wants":"b","never":"c")"), ""},
        {"AnExpressionOfALineIsNotOfAll",
         With(R"("lines":["/a\\z/"],"never":"/a\\z/")"), ""},
        {"OrderOfTwoPipes", With(R"("stdout":{"wants":"a"},"lines":"b")"),
         At(40,
            "\"lines\" of both streams beside \"stdout\" or \"stderr\": their "
            "order is then not known")},
        {"StreamNoObject", With(R"("stderr":"a")"),
         At(26, "expected an object, got a string")},
        {"StreamOfNothing", With(R"("stderr":{})"),
         At(26, "empty object; expected \"wants\" or another expectation")},
        {"StreamKey", With(R"("stderr":{"want":"a"})"),
         At(27, "unknown key \"want\"; did you mean \"wants\"?")},
        {"StreamOfFrames", With(R"("stderr":{"frames":"a"})"),
         At(27,
            "unknown key \"frames\"; expected one of wants, never, starts, "
            "finishes, equals, count, lines")},
        {"XfailText", With(R"("ends":"crash","xfail":"#7")"),
         At(40, "expected an object, got a string")},
        {"XfailWithoutIssue",
         With(R"("ends":"crash","xfail":{"until":"2027-03-01"})"),
         At(40, "an expected failure without \"issue\"")},
        {"XfailForEver", With(R"("ends":"crash","xfail":{"issue":"#7"})"),
         At(40, "an expected failure without \"until\"")},
        {"XfailNoDay",
         With(R"("ends":"crash","xfail":{"issue":"#7","until":"2027-02-30"})"),
         At(62,
            "\"2027-02-30\" is no day; expected one such as \"2027-03-01\"")},
        {"XfailSloppyDay",
         With(R"("ends":"crash","xfail":{"issue":"#7","until":"2027-3-1"})"),
         At(62, "\"2027-3-1\" is no day; expected one such as \"2027-03-01\"")},
        {"XfailFact",
         With(R"("ends":"crash","xfail":{"issue":"#7","until":"2027-03-01",)"
              R"("sanitiser":"thread"})"),
         At(75, "unknown key \"sanitiser\"; did you mean \"sanitizer\"?")},
        {"TimeFactor", With(R"("ends":"crash","limits":{"time_factor":0})"),
         At(56, "expected an integer from 1 to 1000, got 0")},
    }),
    NameOf);

}  // namespace
}  // namespace harness
