#include "harness/report/rerun.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace harness {
namespace {

constexpr std::string_view kPlain = "%+,-./:=@_";

// For printf %b, in single quotes: every byte that is not plain as octal.
std::string OctalEscaped(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isprint(byte) && c != '\\' && c != '\'') {
      escaped += c;
    } else {
      absl::StrAppendFormat(&escaped, "\\0%03o", byte);
    }
  }
  return escaped;
}

std::string CleanEnvironment(const ProcessRequest& request) {
  std::string command = "env -i";
  for (const std::string& variable : request.env) {
    absl::StrAppend(&command, " ", ShellQuote(variable));
  }
  return command;
}

std::string Args(const ProcessRequest& request) {
  std::string words;
  for (const std::string& arg : request.args) {
    absl::StrAppend(&words, " ", ShellQuote(arg));
  }
  return words;
}

std::string PrintedInput(const ProcessRequest& request) {
  return absl::StrCat("printf %b '", OctalEscaped(request.stdin_text), "'");
}

// prlimit and not ulimit: shells disagree about ulimit's units.
std::string ResourceLimits(const Limits& limits) {
  std::string command;
  if (limits.memory_bytes != 0) {
    absl::StrAppend(&command, " --as=", limits.memory_bytes);
  }
  if (limits.file_size_bytes != 0) {
    absl::StrAppend(&command, " --fsize=", limits.file_size_bytes);
  }
  if (limits.core_bytes != 0) {
    absl::StrAppend(&command, " --core=", limits.core_bytes);
  }
  return command.empty() ? "" : absl::StrCat("prlimit", command, " ");
}

bool IsControl(char c) {
  return absl::ascii_iscntrl(static_cast<unsigned char>(c));
}

// As $'...': a word that is all on one line, whatever its bytes.
std::string Escaped(std::string_view text) {
  std::string quoted = "$'";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (IsControl(c)) {
      absl::StrAppendFormat(&quoted, "\\%03o", static_cast<unsigned char>(c));
    } else {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string ShellQuote(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), IsControl)) return Escaped(text);
  bool plain = !text.empty();
  for (char c : text) {
    plain = plain && (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                      kPlain.find(c) != std::string_view::npos);
  }
  if (plain) return std::string(text);
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string RerunCommand(const ProcessRequest& request) {
  std::string command =
      absl::StrCat(ResourceLimits(request.limits), CleanEnvironment(request),
                   " ", ShellQuote(request.program), Args(request));
  if (request.stdin_text.empty()) {
    absl::StrAppend(&command, " </dev/null");
  } else {
    command = absl::StrCat(PrintedInput(request), " | ", command);
  }
  return absl::StrCat("(cd \"$(mktemp -d)\" && ", command, ")");
}

std::string GdbCommand(const ProcessRequest& request) {
  const bool typed = !request.steps.empty();
  const bool fed = !typed && !request.stdin_text.empty();
  const std::string wrapper =
      absl::StrCat("set exec-wrapper ", ResourceLimits(request.limits),
                   CleanEnvironment(request));
  const std::string run = absl::StrCat("run", Args(request),
                                       typed ? ""
                                       : fed ? " <stdin"
                                             : " </dev/null");
  return absl::StrCat(
      "(cd \"$(mktemp -d)\" && ",
      fed ? absl::StrCat(PrintedInput(request), " >stdin && ") : "",
      "gdb -q -ex ", ShellQuote(wrapper),
      " -ex 'catch syscall exit_group' -ex ", ShellQuote(run), " -ex bt ",
      ShellQuote(request.program), ")");
}

}  // namespace harness
