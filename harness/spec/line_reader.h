// Reads "lines": texts, and objects with more to say.
//
//   "lines": ["panic: x",
//             { "next": "\tpanic: y" }, { "empty": true },
//             { "next": "goroutine {goid:g} [" }, { "same": "running" },
//             { "not": "/^goroutine/" },
//             { "unordered": ["main.a(", "main.b("] },
//             { "count": 3, "of": "main.loop(" }]

#ifndef LASTWORDS_HARNESS_SPEC_LINE_READER_H_
#define LASTWORDS_HARNESS_SPEC_LINE_READER_H_

#include <vector>

#include "harness/spec/json_value.h"
#include "harness/spec/spec.h"
#include "harness/spec/value_reader.h"

namespace harness {

// Appends to `expectations`.
// Errors: an object that is none of the above, a text with a newline, "next",
// "same" or "empty" where nothing stands before them, "same" after what is not
// one place in one line.
void ReadLines(const JsonValue& value, ValueReader& reader, CaptureNames& names,
               std::vector<Expectation>& expectations);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_LINE_READER_H_
