// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// The report once more, for machines: one JSON object a report, one line,
// appended to the file that LASTWORDS_REPORT names
// (runtime/report.schema.json). It is told what the text is made of, while that
// is printed, so that the two say the same.
//
//   JsonReport& json = JsonOf(out);        // says nothing unless out prints a
//   json.BeginGoroutine({.id = 1, ...});   // report and there is a file
//   json.AddFrame(frame, pc);
//   json.EndGoroutine();
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_REPORT_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_REPORT_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/internal/base/print.h"
#include "runtime/internal/diag/json_writer.h"
#include "runtime/internal/diag/symbolizer.h"

namespace runtime::internal {

class JsonReport {
 public:
  struct Header {
    uint64_t id;
    std::string_view state;
    int64_t minutes = 0;
    bool locked_to_thread = false;
  };

  // Says nothing.
  JsonReport() : out_({}), json_(out_) {}

  // Errors: a file that cannot be opened says nothing, as a null `path`.
  // Follows no symbolic link in the last place of `path`.
  JsonReport(const char* path, std::span<char> buffer, int64_t deadline_ms);

  // What the report is about: texts in pieces, as long as one is open.
  void BeginPanic();
  void EndPanic(bool recovered, bool repanicked);
  void BeginFatal();
  void EndFatal();
  void AddFatal(std::string_view text);
  void AppendText(std::string_view piece);
  // `address`: null where there is none.
  void AddSignal(int number, std::string_view text, int code, uintptr_t pc,
                 const uintptr_t* address);

  void BeginGoroutine(const Header& header);
  void AddFrame(const Frame& frame, uintptr_t pc);
  void Elide(uint64_t frames);  // that many are missing here
  void AddCreatedBy(const Frame& frame, uintptr_t offset, uint64_t parent_id);
  void BeginAncestor(uint64_t id);
  void EndAncestor();
  void EndGoroutine();

  // A panic that this report is not about, one of `list`: its chain, its
  // goroutine.
  void BeginOther(std::string_view list);
  void EndOther(std::string_view list);

  // Extras. `command`: empty where it is not known. `cycle`: equal for the
  // waits of one; 0: none.
  void AddWait(uint64_t cycle, std::string_view text);
  void AddSender(int64_t pid, uint64_t uid, std::string_view command);
  void BeginSource(const Frame& frame, int first_line);
  void AddSourceLine(std::string_view text);
  void EndSource();
  void AddRerun(std::string_view command);

  // A part of the report has ended early: closes what it has left open.
  void Abandon();
  // A crash of the machinery that prints: nothing more is said, only closed.
  void Interrupt();
  void End(int exit_status);

 private:
  void OpenList(std::string_view name);
  void CloseList();
  void SetKind(std::string_view kind);
  void AddLocation(const Frame& frame);
  void AddFullName(const Frame& frame);
  void AddBuildId();
  void Fingerprint(std::string_view text);
  void EndStack();

  Printer out_;
  JsonWriter json_;
  int fd_ = -1;
  bool on_ = false;
  bool interrupted_ = false;  // nothing more is said
  bool abandoned_ = false;    // something is missing
  bool in_other_ = false;
  std::string_view list_ = {};  // the open one of the innermost object
  std::string_view kind_ = "none";
  bool in_frames_ = false;
  bool in_ancestors_ = false;
  uint64_t frames_ = 0;  // of the stack that is open
  uint64_t elided_ = 0;
  uint64_t elided_before_ = 0;
  int goroutines_ = 0;
  uint64_t fingerprint_ = 14695981039346656037u;  // FNV-1a
};

// The one that goes with the report that `out` prints.
JsonReport& JsonOf(const Printer& out);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_JSON_REPORT_H_
