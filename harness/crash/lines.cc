#include "harness/crash/lines.h"

#include <cctype>
#include <charconv>
#include <string>
#include <system_error>

namespace harness {
namespace {

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         text.substr(text.size() - suffix.size()) == suffix;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!StartsWith(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!EndsWith(text, suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// The whole of `text` as a number.
template <typename Number>
std::optional<Number> ToNumber(std::string_view text, int base = 10) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
  if (text.empty() || error != std::errc() || stopped != end) return {};
  return number;
}

std::optional<std::uint64_t> ToHex(std::string_view text) {
  if (!TakePrefix(text, "0x")) return {};
  return ToNumber<std::uint64_t>(text, 16);
}

// Takes the word after the last space.
std::string_view TakeLastWord(std::string_view& text) {
  const std::size_t space = text.rfind(' ');
  if (space == text.npos) return {};
  const std::string_view word = text.substr(space + 1);
  text = text.substr(0, space);
  return word;
}

// The value of "name=value" among words; empty if it is not there.
std::string_view Field(std::string_view words, std::string_view name) {
  while (!words.empty()) {
    const std::size_t space = words.find(' ');
    std::string_view word = words.substr(0, space);
    if (TakePrefix(word, name) && TakePrefix(word, "=")) return word;
    words.remove_prefix(space == words.npos ? words.size() : space + 1);
  }
  return {};
}

// Go prints signal codes in hexadecimal in one place, in decimal in another.
std::optional<std::int64_t> ToCode(std::string_view text) {
  if (const auto hex = ToHex(text)) return static_cast<std::int64_t>(*hex);
  return ToNumber<std::int64_t>(text);
}

bool IsSignalName(std::string_view name) {
  if (!StartsWith(name, "SIG") || name.size() == 3) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (!std::isupper(byte) && !std::isdigit(byte) && c != '+') return false;
  }
  return true;
}

// "SIGSEGV: segmentation violation"
std::optional<SignalInfo> SplitSignal(std::string_view text) {
  const std::size_t colon = text.find(": ");
  if (colon == text.npos || !IsSignalName(text.substr(0, colon))) return {};
  SignalInfo signal;
  signal.name = text.substr(0, colon);
  signal.description = text.substr(colon + 2);
  return signal;
}

// "state, 2 minutes, locked to thread"
void ParseBrackets(std::string_view text, Goroutine& goroutine) {
  for (bool first = true; first || !text.empty(); first = false) {
    const std::size_t comma = text.find(", ");
    const std::string_view word = text.substr(0, comma);
    text.remove_prefix(comma == text.npos ? text.size() : comma + 2);
    std::string_view number = word;
    if (first) {
      goroutine.state = word;
    } else if (word == "locked to thread") {
      goroutine.locked_to_thread = true;
    } else if (TakeSuffix(number, " minutes") && ToNumber<int>(number)) {
      goroutine.minutes = ToNumber<int>(number);
    } else {
      goroutine.attributes.emplace_back(word);
    }
  }
}

// 7, or 7 gp=0xc0000061c0 m=0 mp=0x5db980
std::optional<std::uint64_t> GoroutineId(std::string_view words) {
  return ToNumber<std::uint64_t>(words.substr(0, words.find(' ')));
}

struct FileLine {
  std::string_view file;
  int line = 0;
  std::optional<std::uint64_t> offset;
};

std::optional<FileLine> ParseFileLine(std::string_view text) {
  if (!TakePrefix(text, "\t")) return {};
  FileLine parsed;
  // From the right, as there may be anything in the name of a file.
  for (;;) {
    std::string_view rest = text;
    std::string_view word = TakeLastWord(rest);
    if (TakePrefix(word, "+") && ToHex(word)) {
      parsed.offset = ToHex(word);
    } else if (!StartsWith(word, "fp=0x") && !StartsWith(word, "sp=0x") &&
               !StartsWith(word, "pc=0x")) {
      break;
    }
    text = rest;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return {};
  const std::optional<int> line = ToNumber<int>(text.substr(colon + 1));
  if (!line) return {};
  parsed.file = text.substr(0, colon);
  parsed.line = *line;
  return parsed;
}

// Where the arguments begin: the parenthesis that the last one closes.
std::size_t ArgumentsAt(std::string_view line) {
  int depth = 0;
  for (std::size_t at = line.size(); at-- > 0;) {
    if (line[at] == ')') ++depth;
    if (line[at] == '(' && --depth == 0) return at;
  }
  return line.npos;
}

// Frame and CreatedBy name a place in the same way.
template <typename Placed>
void SetPlace(std::string_view file_line, Placed& placed) {
  const std::optional<FileLine> parsed = ParseFileLine(file_line);
  if (!parsed) return;
  placed.file = parsed->file;
  placed.line = parsed->line;
  placed.offset = parsed->offset;
}

}  // namespace

bool IsNote(std::string_view line) {
  return StartsWith(line, "runtime: ") || StartsWith(line, "stack: frame=") ||
         StartsWith(line, "unexpected fault address 0x") ||
         StartsWith(line, "instruction bytes: ") ||
         StartsWith(line, "signal arrived during ") ||
         line == "panic during panic" ||
         // A line of the stack dump after an unexpected return address.
         (StartsWith(line, "0x") && line.size() > 19 && line[18] == ':');
}

std::optional<SignalInfo> ParseSignalLine(std::string_view line) {
  if (!TakePrefix(line, "[signal ") || !TakeSuffix(line, "]")) return {};
  std::optional<SignalInfo> signal = SplitSignal(line);
  if (!signal) return {};
  std::string_view fields = signal->description;
  signal->code = ToCode(Field(fields, "code"));
  signal->addr = ToHex(Field(fields, "addr"));
  signal->pc = ToHex(Field(fields, "pc"));
  signal->description =
      signal->description.substr(0, signal->description.find(" code="));
  return signal;
}

std::optional<SignalInfo> ParseSignalCause(std::string_view line,
                                           std::string_view next) {
  if (!StartsWith(next, "PC=")) return {};
  std::optional<SignalInfo> signal = SplitSignal(line);
  if (!signal) return {};
  signal->code = ToCode(Field(next, "sigcode"));
  signal->addr = ToHex(Field(next, "addr"));
  signal->pc = ToHex(Field(next, "PC"));
  return signal;
}

std::optional<Goroutine> ParseHeader(std::string_view line) {
  Goroutine goroutine;
  if (line == "runtime stack:") {
    goroutine.kind = Goroutine::Kind::kRuntimeStack;
    return goroutine;
  }
  if (!TakeSuffix(line, "]:")) return {};
  const bool is_thread = StartsWith(line, "thread \"");
  // A thread may have a bracket in its name, a state does not.
  const std::size_t bracket = is_thread ? line.rfind(" [") : line.find(" [");
  if (bracket == line.npos) return {};
  std::string_view title = line.substr(0, bracket);
  if (is_thread && TakePrefix(title, "thread \"") && TakeSuffix(title, "\"")) {
    goroutine.kind = Goroutine::Kind::kThread;
    goroutine.name = title;
  } else if (TakePrefix(title, "goroutine ") && GoroutineId(title)) {
    goroutine.id = *GoroutineId(title);
  } else {
    return {};
  }
  ParseBrackets(line.substr(bracket + 2), goroutine);
  return goroutine;
}

bool IsFileLine(std::string_view line) {
  return ParseFileLine(line).has_value();
}

std::optional<Frame> ParseFrame(std::string_view line, std::string_view next) {
  if (!EndsWith(line, ")") || StartsWith(line, "\t")) return {};
  const std::size_t parenthesis = ArgumentsAt(line);
  if (parenthesis == line.npos || parenthesis == 0) return {};
  // Without the line below, anything that ends in a parenthesis would do.
  if (!IsFileLine(next) && line.find(' ') < parenthesis) return {};
  Frame frame;
  frame.function = line.substr(0, parenthesis);
  frame.args = line.substr(parenthesis + 1, line.size() - parenthesis - 2);
  frame.inlined = frame.args == "...";
  SetPlace(next, frame);
  return frame;
}

std::optional<CreatedBy> ParseCreatedBy(std::string_view line,
                                        std::string_view next) {
  if (!TakePrefix(line, "created by ")) return {};
  constexpr std::string_view kIn = " in goroutine ";
  CreatedBy created;
  const std::size_t in = line.rfind(kIn);
  if (in != line.npos) {
    created.parent_id = ToNumber<std::uint64_t>(line.substr(in + kIn.size()));
  }
  created.function = created.parent_id ? line.substr(0, in) : line;
  SetPlace(next, created);
  return created;
}

std::optional<std::uint64_t> ParseAncestor(std::string_view line) {
  if (!TakePrefix(line, "[originating from goroutine ")) return {};
  if (!TakeSuffix(line, "]:")) return {};
  return ToNumber<std::uint64_t>(line);
}

std::optional<std::uint64_t> ParseElided(std::string_view line) {
  if (!TakePrefix(line, "...") || !TakeSuffix(line, " frames elided...")) {
    return {};
  }
  return ToNumber<std::uint64_t>(line);
}

std::optional<Register> ParseRegister(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::size_t value = line.find_first_not_of(' ', space);
  if (space == 0 || space == line.npos || value == line.npos) return {};
  const std::optional<std::uint64_t> number = ToHex(line.substr(value));
  if (!number) return {};
  return Register{std::string(line.substr(0, space)), *number};
}

std::optional<int> ParseExitStatus(std::string_view line) {
  if (!TakePrefix(line, "exit status ")) return {};
  return ToNumber<int>(line);
}

void TakeMarks(Panic& panic) {
  std::string_view value = panic.value;
  panic.repanicked = TakeSuffix(value, " [recovered, repanicked]");
  panic.recovered = panic.repanicked || TakeSuffix(value, " [recovered]");
  panic.value.resize(value.size());
}

}  // namespace harness
