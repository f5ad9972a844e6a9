// The text of a report, without what changes from run to run.
#ifndef LASTWORDS_CI_FAULTS_REPORT_H_
#define LASTWORDS_CI_FAULTS_REPORT_H_

#include <string>

namespace faults {

// Addresses, the numbers of goroutines and of threads become "?". Offsets in
// functions, and all else, stay.
std::string Normalized(std::string text);

// The same report `n` times, as goroutines that crash at once print it.
std::string Repeated(const std::string& report, int n);

// The cause and the section of the goroutine that crashed.
std::string Head(const std::string& report);
// What follows the last section: nothing, or the registers.
std::string Tail(const std::string& report);

// How many goroutines but the first are shown, from their headers to the lines
// that say who created them.
int WholeSections(const std::string& report);

}  // namespace faults

#endif  // LASTWORDS_CI_FAULTS_REPORT_H_
