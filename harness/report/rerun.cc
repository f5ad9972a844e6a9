#include "harness/report/rerun.h"

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

std::string ProgramAndArgs(const ProcessRequest& request) {
  std::string command = ShellQuote(request.program);
  for (const std::string& arg : request.args) {
    absl::StrAppend(&command, " ", ShellQuote(arg));
  }
  return command;
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
  return command.empty() ? "" : absl::StrCat("prlimit", command, " ");
}

}  // namespace

std::string ShellQuote(std::string_view text) {
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
                   " ", ProgramAndArgs(request));
  if (request.stdin_text.empty()) {
    absl::StrAppend(&command, " </dev/null");
  } else {
    command = absl::StrCat("printf %b '", OctalEscaped(request.stdin_text),
                           "' | ", command);
  }
  return absl::StrCat("(cd \"$(mktemp -d)\" && ", command, ")");
}

std::string GdbCommand(const ProcessRequest& request) {
  std::string wrapper =
      absl::StrCat("set exec-wrapper ", CleanEnvironment(request));
  return absl::StrCat("gdb -ex ", ShellQuote(wrapper), " -ex run --args ",
                      ProgramAndArgs(request));
}

}  // namespace harness
