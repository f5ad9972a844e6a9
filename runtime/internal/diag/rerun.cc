// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/rerun.h"

#include <linux/limits.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "runtime/internal/base/config.h"
#include "runtime/internal/diag/json_report.h"

namespace runtime::internal {
namespace {

constexpr size_t kMaxLine = 16 * 1024;

char line[kMaxLine];
std::string_view command;  // within `line`; empty: too long
bool is_noted = false;

bool IsOfAName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

bool IsBare(char c) {
  return IsOfAName(c) ||
         std::string_view("@%+:,./-").find(c) != std::string_view::npos;
}

bool IsVisible(char c) { return c >= ' ' && c <= '~'; }

template <class Test>
bool All(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

// What config.h reads; not a name that no shell could assign to.
bool IsOurs(std::string_view entry) {
  const std::string_view name = entry.substr(0, entry.find('='));
  const bool is_read = name == "GOMAXPROCS" || name == "GOTRACEBACK" ||
                       name == "GODEBUG" || name.starts_with("LASTWORDS_");
  return is_read && name.size() != entry.size() && All(name, IsOfAName);
}

// As it was called; what was searched for in PATH, as it was found.
void AppendProgram(const char* name, ShellLine* out) {
  char path[PATH_MAX];
  const ssize_t size = strchr(name, '/') != nullptr
                           ? -1
                           : readlink("/proc/self/exe", path, sizeof(path));
  out->Word(size < 0 ? std::string_view(name)
                     : std::string_view(path, static_cast<size_t>(size)));
}

}  // namespace

void ShellLine::Add(char c) {
  if (used_ == buffer_.size()) {
    is_cut_ = true;
  } else {
    buffer_[used_++] = c;
  }
}

ShellLine& ShellLine::Raw(std::string_view text) {
  for (const char c : text) Add(c);
  return *this;
}

ShellLine& ShellLine::Word(std::string_view word) {
  if (!word.empty() && All(word, IsBare)) return Raw(word);
  if (All(word, IsVisible)) {
    Raw("'");
    for (const char c : word) c == '\'' ? Raw("'\\''") : Raw({&c, 1});
    return Raw("'");
  }
  Raw("$'");
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (!IsVisible(c)) {
      // Three digits always: what follows may be one.
      const char octal[] = {'\\', static_cast<char>('0' + (byte >> 6)),
                            static_cast<char>('0' + ((byte >> 3) & 7)),
                            static_cast<char>('0' + (byte & 7))};
      Raw({octal, sizeof(octal)});
    } else {
      if (c == '\\' || c == '\'') Add('\\');
      Add(c);
    }
  }
  return Raw("'");
}

ShellLine& ShellLine::Assignment(std::string_view entry) {
  const size_t value = entry.find('=') + 1;
  return Raw(entry.substr(0, value)).Word(entry.substr(value));
}

std::string_view ShellLine::Text() const {
  return is_cut_ ? std::string_view() : std::string_view(buffer_.data(), used_);
}

void NoteCommand(int argc, const char* const* argv) {
  if (argc < 1) return;
  ShellLine out(line);
  char directory[PATH_MAX];
  out.Raw("(");
  if (getcwd(directory, sizeof(directory)) != nullptr) {
    out.Raw("cd ").Word(directory).Raw(" && ");
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (IsOurs(*entry)) out.Assignment(*entry).Raw(" ");
  }
  AppendProgram(argv[0], &out);
  for (int i = 1; i < argc; ++i) out.Raw(" ").Word(argv[i]);
  command = out.Raw(")").Text();
  is_noted = true;
}

void PrintRerun(Printer& out) {
  if (!is_noted || !WantsExtras()) return;
  out.Str("\nrerun: ");
  out.Str(command.empty() ? "the command is too long to be shown" : command);
  out.Char('\n');
  if (!command.empty()) JsonOf(out).AddRerun(command);
}

}  // namespace runtime::internal
