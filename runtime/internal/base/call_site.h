// Calls that never return, and whose place in the program a report shows. Two
// of a function look alike behind their arguments; merged into one by the
// optimiser they would both have the line of one of them. GCC is told not to by
// a flag of our CMake target.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_SITE_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_SITE_H_

#if defined(__clang__)
#define LASTWORDS_OWN_CALL_SITE __attribute__((nomerge))
#else
#define LASTWORDS_OWN_CALL_SITE
#endif

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_CALL_SITE_H_
