// What kind of death a report tells of, in plain words, for somebody who has
// not met one before.
//
//   DeathText(report)  ->  "Deadlock: every goroutine waited, and none was left
//                           to wake another."

#ifndef LASTWORDS_HARNESS_REPORT_DEATH_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_DEATH_TEXT_H_

#include <string>

#include "harness/crash/crash.h"

namespace harness {

// One or two sentences, without a newline.
std::string DeathText(const CrashReport& report);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_DEATH_TEXT_H_
