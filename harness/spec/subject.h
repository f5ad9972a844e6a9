// A subject: the program that specs are about, under the name they use.
//
// It carries a table of values. Each may be used in texts as `$name` and in
// `requires` as a fact: `pkg`, `version`, `implementation`, `compiler`, ...
// They come, the last one winning, from
//   1. what holds for every subject: subject and pkg (its name), os, arch and
//      kernel of this machine;
//   2. the program itself, which may answer `--list=json` (see AddFacts);
//   3. the command line: --subject testprog=/go/testprog,pkg=main,version=1.19
//      or a JSON file: --subject go.json.

#ifndef LASTWORDS_HARNESS_SPEC_SUBJECT_H_
#define LASTWORDS_HARNESS_SPEC_SUBJECT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "harness/spec/variables.h"

namespace harness {

struct Scenario {
  std::string name;
  std::string family;
};

struct Subject {
  std::string name;
  std::string binary;
  Variables stated;                 // by the command line; never overwritten
  Variables values;                 // all of them
  std::vector<Scenario> scenarios;  // empty if the program tells none

  // True unless the program listed its scenarios and this is not one of them.
  bool MayHave(std::string_view scenario) const;
  std::vector<std::string> ScenarioNames() const;
  // False for a scenario it does not list, if it says that it has only some of
  // them: the fact `scenarios` is `some`.
  bool IsAskedFor(std::string_view scenario) const;

  // How much longer than a plain build this one may take: the fact
  // `time_factor`, else by `sanitizer`, else 1.
  double TimeFactor() const;
};

using Subjects = std::map<std::string, Subject>;

// A subject with the values of 1. and 3. above.
Subject MakeSubject(std::string name, std::string binary, Variables stated);

// "name=path[,key=value...]" or "file.json":
//   { "name": "go", "binary": "/path", "values": { "pkg": "main" } }
// A relative binary in a file is relative to that file.
// Errors: InvalidArgument, for a key given twice too; the file's own errors
// keep their positions.
absl::StatusOr<Subject> ParseSubject(std::string_view text);

// Takes up the answer to `--list=json`:
//   { "facts": { "compiler": "gcc", "sanitizer": "none" },
//     "scenarios": [{ "name": "PanicRace", "family": "panic_race" }] }
// Other keys are ignored: they are the program's own.
// Errors: InvalidArgument if it is not of this form.
absl::Status AddFacts(std::string_view json, Subject& subject);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_SUBJECT_H_
