// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/json_report.h"

#include <time.h>
#include <unistd.h>

#include <cstring>

#include "runtime/internal/diag/build_id.h"
#include "runtime/internal/diag/report_file.h"

namespace runtime::internal {
namespace {

constexpr int kVersion = 1;
constexpr uint64_t kFingerprintFrames = 5;

int64_t UnixTimeMs() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

JsonReport::JsonReport(const char* path, std::span<char> buffer,
                       int64_t deadline_ms)
    : out_(buffer, deadline_ms), json_(out_) {
  const ReportFile file = OpenReportFile(path);
  fd_ = file.fd;
  on_ = fd_ >= 0 && out_.AddSink(fd_);
  if (!on_) return;
  if (file.is_torn) out_.Char('\n');
  json_.BeginObject();
  json_.Key("version").Number(kVersion);
  json_.Key("time_unix_ms").Number(UnixTimeMs());
  json_.Key("pid").Number(getpid());
  AddBuildId();
}

void JsonReport::AddBuildId() {
  json_.Key("build_id").BeginText();
  for (const unsigned char byte : BuildId()) {
    const char digits[] = {kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    json_.AppendText({digits, sizeof(digits)});
  }
  json_.EndText();
}

void JsonReport::OpenList(std::string_view name) {
  if (list_ == name) return;
  CloseList();
  json_.Key(name).BeginArray();
  list_ = name;
}

void JsonReport::CloseList() {
  if (!list_.empty()) json_.End();
  list_ = {};
}

// The first cause is what the report is about; it is part of the fingerprint.
void JsonReport::SetKind(std::string_view kind) {
  if (kind_ != "none") return;
  kind_ = kind;
  Fingerprint(kind);
}

void JsonReport::Fingerprint(std::string_view text) {
  constexpr uint64_t kPrime = 1099511628211u;
  for (const char c : text) {
    fingerprint_ = (fingerprint_ ^ static_cast<unsigned char>(c)) * kPrime;
  }
  fingerprint_ = (fingerprint_ ^ 0xff) * kPrime;  // between two texts
}

void JsonReport::BeginPanic() {
  if (!on_) return;
  SetKind("panic");
  OpenList("panics");
  json_.BeginObject();
  json_.Key("value").BeginText();
}

void JsonReport::EndPanic(bool recovered, bool repanicked) {
  if (!on_) return;
  json_.EndText();
  json_.Key("recovered").Bool(recovered);
  json_.Key("repanicked").Bool(repanicked);
  json_.End();
}

void JsonReport::BeginFatal() {
  if (!on_) return;
  SetKind("fatal");
  CloseList();
  json_.Key("fatal").BeginText();
}

void JsonReport::EndFatal() {
  if (on_) json_.EndText();
}

void JsonReport::AddFatal(std::string_view text) {
  BeginFatal();
  AppendText(text);
  EndFatal();
}

void JsonReport::AppendText(std::string_view piece) {
  if (on_) json_.AppendText(piece);
}

void JsonReport::AddSignal(int number, std::string_view text, int code,
                           uintptr_t pc, const uintptr_t* address) {
  if (!on_) return;
  SetKind("signal");
  CloseList();
  json_.Key("signal").BeginObject();
  json_.Key("number").Number(number);
  json_.Key("text").Text(text);
  json_.Key("code").Number(code);
  json_.Key("pc").Hex(pc);
  if (address != nullptr) json_.Key("addr").Hex(*address);
  json_.End();
}

void JsonReport::BeginGoroutine(const Header& header) {
  if (!on_) return;
  OpenList("goroutines");
  ++goroutines_;
  json_.BeginObject();
  json_.Key("id").Number(static_cast<int64_t>(header.id));
  json_.Key("state").Text(header.state);
  json_.Key("minutes").Number(header.minutes);
  json_.Key("locked_to_thread").Bool(header.locked_to_thread);
  json_.Key("frames").BeginArray();
  in_frames_ = true;
}

void JsonReport::AddFrame(const Frame& frame, uintptr_t pc) {
  if (!on_) return;
  if (goroutines_ == 1 && frames_ < kFingerprintFrames) {
    Fingerprint(frame.function);
  }
  ++frames_;
  json_.BeginObject();
  AddLocation(frame);
  if (!frame.is_inlined) {
    json_.Key("offset").Number(static_cast<int64_t>(pc - frame.start));
  }
  json_.Key("inlined").Bool(frame.is_inlined);
  json_.End();
}

void JsonReport::AddLocation(const Frame& frame) {
  json_.Key("function").Text(frame.function);
  AddFullName(frame);
  json_.Key("file").Text(frame.file);
  json_.Key("line").Number(frame.line);
}

void JsonReport::AddFullName(const Frame& frame) {
  char linkage[1025];
  char demangled[2048];
  std::string_view name = frame.linkage;
  if (name.size() < sizeof(linkage)) {
    memcpy(linkage, name.data(), name.size());
    linkage[name.size()] = '\0';
    name = Demangle(linkage, demangled);
  }
  json_.Key("full_name").Text(name);
}

void JsonReport::Elide(uint64_t frames) {
  if (!on_) return;
  if (elided_ == 0) elided_before_ = frames_;
  elided_ += frames;
}

// The frames of a goroutine or an ancestor are complete; what is said of the
// whole stack follows.
void JsonReport::EndStack() {
  if (!in_frames_) return;
  in_frames_ = false;
  json_.End();
  if (elided_ != 0) {
    json_.Key("elided_frames").Number(static_cast<int64_t>(elided_));
    json_.Key("elided_before").Number(static_cast<int64_t>(elided_before_));
  }
  frames_ = elided_ = elided_before_ = 0;
}

void JsonReport::AddCreatedBy(const Frame& frame, uintptr_t offset,
                              uint64_t parent_id) {
  if (!on_) return;
  EndStack();
  json_.Key("created_by").BeginObject();
  AddLocation(frame);
  json_.Key("offset").Number(static_cast<int64_t>(offset));
  if (parent_id != 0) {
    json_.Key("goroutine").Number(static_cast<int64_t>(parent_id));
  }
  json_.End();
}

void JsonReport::BeginAncestor(uint64_t id) {
  if (!on_) return;
  EndStack();
  if (!in_ancestors_) json_.Key("ancestors").BeginArray();
  in_ancestors_ = true;
  json_.BeginObject();
  json_.Key("id").Number(static_cast<int64_t>(id));
  json_.Key("frames").BeginArray();
  in_frames_ = true;
}

void JsonReport::EndAncestor() {
  if (!on_) return;
  EndStack();
  json_.End();
}

void JsonReport::EndGoroutine() {
  if (!on_) return;
  EndStack();
  if (in_ancestors_) json_.End();
  in_ancestors_ = false;
  json_.End();
}

void JsonReport::BeginOther(std::string_view list) {
  if (!on_) return;
  OpenList(list);
  json_.BeginObject();
  list_ = {};
  in_other_ = true;
}

void JsonReport::EndOther(std::string_view list) {
  if (!on_) return;
  CloseList();
  json_.End();
  list_ = list;
  in_other_ = false;
}

void JsonReport::AddWait(uint64_t cycle, std::string_view text) {
  if (!on_) return;
  OpenList("waits");
  json_.BeginObject();
  if (cycle != 0) json_.Key("cycle").Number(static_cast<int64_t>(cycle));
  json_.Key("text").Text(text);
  json_.End();
}

void JsonReport::AddSender(int64_t pid, uint64_t uid,
                           std::string_view command) {
  if (!on_) return;
  CloseList();
  json_.Key("sender").BeginObject();
  json_.Key("pid").Number(pid);
  json_.Key("uid").Number(static_cast<int64_t>(uid));
  if (!command.empty()) json_.Key("command").Text(command);
  json_.End();
}

void JsonReport::BeginSource(const Frame& frame, int first_line) {
  if (!on_) return;
  CloseList();
  json_.Key("source").BeginObject();
  AddLocation(frame);
  json_.Key("first_line").Number(first_line);
  json_.Key("text").BeginArray();
}

void JsonReport::AddSourceLine(std::string_view text) {
  if (on_) json_.Text(text);
}

void JsonReport::EndSource() {
  if (!on_) return;
  json_.End();
  json_.End();
}

void JsonReport::AddRerun(std::string_view command) {
  if (!on_) return;
  CloseList();
  json_.Key("rerun").Text(command);
}

// A list of the report's own may go on after an element that was left open.
void JsonReport::Abandon() {
  if (!on_) return;
  constexpr int kReport = 1;
  constexpr int kElementOfList = 2;
  const bool goes_on = !list_.empty() && !in_other_;
  json_.EndTo(goes_on ? kElementOfList : kReport);
  if (!goes_on) list_ = {};
  in_other_ = in_frames_ = in_ancestors_ = false;
  frames_ = elided_ = elided_before_ = 0;
  abandoned_ = true;
}

void JsonReport::Interrupt() {
  interrupted_ = on_;
  on_ = false;
}

void JsonReport::End(int exit_status) {
  if (!on_ && !interrupted_) return;
  json_.EndTo(/*depth=*/1);
  if (interrupted_ || abandoned_) json_.Key("interrupted").Bool(true);
  json_.Key("kind").Text(kind_);
  json_.Key("fingerprint").Hex(fingerprint_);
  json_.Key("exit_status").Number(exit_status);
  json_.EndTo(/*depth=*/0);
  out_.Char('\n').Flush();
  close(fd_);
  on_ = interrupted_ = abandoned_ = false;
}

}  // namespace runtime::internal
