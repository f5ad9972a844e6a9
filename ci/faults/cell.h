// One cell of the product: how a process dies, where its standard error goes,
// and what else happens. What came of it.
#ifndef LASTWORDS_CI_FAULTS_CELL_H_
#define LASTWORDS_CI_FAULTS_CELL_H_

#include <string>
#include <vector>

#include "ci/faults/child.h"

namespace faults {

enum class Stderr {
  kPipe,
  kFile,
  kClosed,
  kFull,        // /dev/full
  kReaderGone,  // EPIPE
  kLateReader,  // of a pipe that does not block, and is full
  kNeverRead,   // a full pipe that blocks
};

enum class Meanwhile {
  kNothing,
  kEintr,    // signals from outside, as fast as they go, that interrupt calls
  kSignals,  // 10,000 a second for each thread
  kStop,     // SIGSTOP and SIGCONT while the report is printed
};

struct Cell {
  std::string scenario;
  Stderr to = Stderr::kPipe;
  Meanwhile meanwhile = Meanwhile::kNothing;
  int at_once = 1;  // so many goroutines die, each on its own processor
  std::vector<std::string> environment = {};        // further variables
  std::vector<std::string> program = {Testprog()};  // with what starts it
  bool copy_to_pipe = false;                        // not to a file
};

struct Outcome {
  std::string end;   // "exit 2", "signal 6", "hang"
  std::string text;  // standard error, where somebody reads it
  std::string copy;  // what SetCrashOutput's descriptor got
  std::string json;  // the file LASTWORDS_REPORT
};

Outcome RunCell(const Cell& cell);

}  // namespace faults

#endif  // LASTWORDS_CI_FAULTS_CELL_H_
