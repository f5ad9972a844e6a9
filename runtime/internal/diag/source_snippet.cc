// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
#include "runtime/internal/diag/source_snippet.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/futex.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/private_fd.h"
#include "runtime/internal/diag/symbolizer.h"

namespace runtime::internal {
namespace {

constexpr size_t kMaxBytes = 16 << 20;
constexpr int64_t kPatienceNs = 200'000'000;

// The reporter's.
char chunk[16 * 1024];
constinit SourceWindow window(1);

struct Site {
  Frame frame;
  uintptr_t pc = 0;
};

bool IsPrograms(const Frame& frame) {
  return frame.line > 0 && !frame.is_plumbing && frame.function != "panic" &&
         !frame.function.starts_with("runtime.");
}

bool FindSite(const StackTrace& trace, Site* site) {
  for (int i = 0; i < trace.size(); ++i) {
    Frame frames[Symbolizer::kMaxInlined];
    const int count =
        Symbolizer::Symbolize(trace.pc(i), frames, Symbolizer::kMaxInlined);
    const Frame* const found = std::find_if(frames, frames + count, IsPrograms);
    if (found == frames + count) continue;
    *site = {*found, WithinFunction(trace.pc(i))};
    return true;
  }
  return false;
}

// A regular file, open for reading; negative: it is none, or not there.
int OpenSource(std::string_view file, struct stat* status) {
  char path[PATH_MAX];
  if (file.size() >= sizeof(path)) return -1;
  memcpy(path, file.data(), file.size());
  path[file.size()] = '\0';
  const int fd = OpenSparing(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd >= 0 && (fstat(fd, status) != 0 || !S_ISREG(status->st_mode))) {
    close(fd);
    return -1;
  }
  return fd;
}

// Whether the file has changed since the program, or its library, was built.
bool IsNewer(const struct stat& source, uintptr_t pc) {
  const char* const path = Symbolizer::ModulePath(pc);
  struct stat binary;
  if (path == nullptr || stat(path, &binary) != 0) return true;
  const timespec& s = source.st_mtim;
  const timespec& b = binary.st_mtim;
  return s.tv_sec != b.tv_sec ? s.tv_sec > b.tv_sec : s.tv_nsec > b.tv_nsec;
}

void ReadWindow(int fd) {
  const int64_t deadline_ns = MonotonicNs() + kPatienceNs;
  for (size_t total = 0; total < kMaxBytes && MonotonicNs() < deadline_ns;) {
    const ssize_t size = read(fd, chunk, sizeof(chunk));
    if (size <= 0) return;
    total += static_cast<size_t>(size);
    if (!window.Add({chunk, static_cast<size_t>(size)})) return;
  }
}

void PrintNumber(Printer& out, int number, int width) {
  for (int n = number; n > 0; n /= 10) --width;
  for (; width > 0; --width) out.Char(' ');
  if (number > 0) out.Dec(number);
}

int WidthOf(int number) {
  int width = 0;
  for (; number > 0; number /= 10) ++width;
  return width;
}

// Below a line: blanks as it has them, then a mark for each character.
void PrintMark(Printer& out, std::string_view text) {
  const size_t indent = std::min(text.find_first_not_of(" \t"), text.size());
  out.Str(text.substr(0, indent)).Char('^');
  for (const char c : text.substr(std::min(indent + 1, text.size()))) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (!continues) out.Char('~');
  }
  out.Char('\n');
}

}  // namespace

bool SourceWindow::Add(std::string_view piece) {
  while (!piece.empty() && at_ <= line_ + kAfter) {
    const size_t length = std::min(piece.find('\n'), piece.size());
    has_text_ = has_text_ || length != 0;
    if (at_ >= first_) {
      for (const char c : piece.substr(0, length)) AddByte(c);
    }
    if (length == piece.size()) return true;
    piece.remove_prefix(length + 1);
    ++at_;
    has_text_ = false;
  }
  return at_ <= line_ + kAfter;
}

void SourceWindow::AddByte(char c) {
  const int i = at_ - first_;
  const auto byte = static_cast<unsigned char>(c);
  if (sizes_[i] == kMaxColumns || c == '\r') return;
  texts_[i][sizes_[i]++] = (byte < ' ' && c != '\t') || byte == 0x7f ? '?' : c;
}

int SourceWindow::count() const {
  const int end = has_text_ ? at_ + 1 : at_;
  return end <= line_ ? 0 : std::min(end, line_ + kAfter + 1) - first_;
}

void PrintWindow(Printer& out, const SourceWindow& lines, int line) {
  const int width = WidthOf(lines.first() + lines.count() - 1);
  for (int i = 0; i < lines.count(); ++i) {
    const int number = lines.first() + i;
    out.Str(number == line ? "> " : "  ");
    PrintNumber(out, number, width);
    out.Str(lines.text(i).empty() ? " |" : " | ").Str(lines.text(i));
    out.Char('\n');
    if (number != line) continue;
    out.Str("  ");
    PrintNumber(out, 0, width);
    out.Str(" | ");
    PrintMark(out, lines.text(i));
  }
}

void PrintSource(Printer& out, const StackTrace& trace) {
  Site site;
  if (!WantsExtras() || !FindSite(trace, &site)) return;
  const Frame& frame = site.frame;
  struct stat status;
  const int fd = OpenSource(frame.file, &status);
  if (fd < 0) return;
  const bool is_newer = IsNewer(status, site.pc);
  window = SourceWindow(frame.line);
  if (!is_newer) ReadWindow(fd);
  close(fd);
  if (!is_newer && window.count() == 0) return;
  out.Str("\nsource of ").Str(frame.function).Str(", ").Str(frame.file);
  out.Char(':').Dec(frame.line);
  out.Str(is_newer ? ": the file is newer than the program\n" : ":\n");
  PrintWindow(out, window, frame.line);
  JsonOf(out).BeginSource(frame, window.first());
  for (int i = 0; i < window.count(); ++i) {
    JsonOf(out).AddSourceLine(window.text(i));
  }
  JsonOf(out).EndSource();
}

}  // namespace runtime::internal
