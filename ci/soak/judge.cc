#include "ci/soak/judge.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace soak {
namespace {

// Without the end of the last line the text broke off: that line stays out.
std::vector<std::string_view> WholeLines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t end; (end = text.find('\n')) != text.npos;) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

template <typename Predicate>
bool TakeAll(std::string_view& text, Predicate belongs) {
  const size_t before = text.size();
  while (!text.empty() && belongs(static_cast<unsigned char>(text[0]))) {
    text.remove_prefix(1);
  }
  return text.size() < before;
}

bool IsDigit(unsigned char c) { return std::isdigit(c) != 0; }
bool IsHexDigit(unsigned char c) { return std::isxdigit(c) != 0; }

// goroutine 7 [running]:
bool IsHeader(std::string_view line) {
  return TakePrefix(line, "goroutine ") && TakeAll(line, IsDigit) &&
         (line == " [running]:" || line == " [running, locked to thread]:");
}

// testprog.PanicRace.func1(...)
bool IsFunction(std::string_view line) {
  const size_t open = line.find('(');
  return !line.empty() &&
         std::isspace(static_cast<unsigned char>(line[0])) == 0 &&
         open != line.npos && open > 0 && line.back() == ')';
}

// <tab>/path/panic_race.cc:12 +0x1f; inlined frames have no offset.
bool IsPlace(std::string_view line) {
  if (!TakePrefix(line, "\t")) return false;
  const size_t colon = line.rfind(':');
  if (colon == line.npos || colon == 0) return false;
  line.remove_prefix(colon + 1);
  if (!TakeAll(line, IsDigit)) return false;
  if (line.empty()) return true;
  return TakePrefix(line, " +0x") && TakeAll(line, IsHexDigit) && line.empty();
}

// The scenario's name as a whole piece of a function name, so that PanicRace
// does not pass for PanicRaceExit.
bool Names(std::string_view function, std::string_view scenario) {
  for (size_t at = 0; (at = function.find(scenario, at)) != function.npos;
       ++at) {
    const size_t end = at + scenario.size();
    const bool begins = at == 0 || function[at - 1] == '.';
    const bool ends =
        end < function.size() &&
        std::string_view("(. ").find(function[end]) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

// What is wrong with these lines as a report; empty if nothing is.
std::string Flaw(const std::vector<std::string_view>& lines,
                 std::string_view scenario, std::string_view panic_line) {
  size_t at = 0;
  auto more = [&] { return at < lines.size(); };
  if (!more() || lines[at++] != panic_line) return "no panic line at the start";
  if (!more() || !lines[at++].empty()) return "no empty line after the panic";
  if (!more() || !IsHeader(lines[at++])) return "no header of a goroutine";

  bool named = false;
  const size_t first_frame = at;
  while (more() && IsFunction(lines[at])) {
    named = named || Names(lines[at], scenario);
    ++at;
    if (!more() || !IsPlace(lines[at++])) return "a frame without its place";
  }
  if (at == first_frame) return "no frame";
  if (!named) return "no frame names the scenario";

  if (!more() || lines[at++].substr(0, 11) != "created by ") {
    return "no created by";
  }
  if (!more() || !IsPlace(lines[at++])) return "created by without its place";
  if (more()) return "text after the report";
  return "";
}

}  // namespace

Judgement Judge(std::string_view scenario, std::string_view panic_line,
                const Run& run) {
  const auto lines = WholeLines(run.output);
  const auto panics = std::count(lines.begin(), lines.end(), panic_line);
  if (run.end == "hang") return {Outcome::kOther, "hang"};
  if (panics > 1) return {Outcome::kDoubled, "several panic lines"};
  if (panics == 0) {
    const bool begun = run.output.find("panic: ") != std::string::npos;
    if (begun) return {Outcome::kPartial, "the panic line itself is cut"};
    return {Outcome::kLost, "no panic line, " + run.end};
  }
  std::string flaw = Flaw(lines, scenario, panic_line);
  if (flaw.empty() && run.output.back() != '\n') flaw = "text after the report";
  const bool around =
      flaw == "text after the report" || flaw == "no panic line at the start";
  if (!flaw.empty()) {
    return {around ? Outcome::kOther : Outcome::kPartial, flaw};
  }
  if (run.end != "exit 2") return {Outcome::kOther, "whole, but " + run.end};
  return {Outcome::kWhole, ""};
}

}  // namespace soak
