// One act of a conversation with the program: the elements of "steps".
//
//   "steps": [{ "wait": "ready" }, { "send": "SIGQUIT" },
//             { "wait": "/^name\\?$/" }, { "input": "Gopher\n" },
//             { "close_stdin": true }]

#ifndef LASTWORDS_HARNESS_SPEC_STEP_H_
#define LASTWORDS_HARNESS_SPEC_STEP_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/spec/position.h"
#include "harness/spec/text_pattern.h"

namespace harness {

struct SpecStep {
  enum class Act {
    kWait,        // until `pattern` is printed, after what the last wait found
    kSend,        // `signal`, to the program
    kInput,       // `text`, to its standard input
    kCloseStdin,  // there is no more input
  };

  Act act = Act::kWait;
  std::optional<TextPattern> pattern;  // kWait: always there
  int signal = 0;
  std::string text;
  Position where;  // of the value: the text, the signal's name
};

// The offset after what a wait waits for in what was `heard` so far, or npos.
// An expression is looked for in whole lines, so that what it finds does not
// depend on how the output was cut into pieces.
std::size_t FindAwaited(const TextPattern& pattern, std::string_view heard);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_STEP_H_
