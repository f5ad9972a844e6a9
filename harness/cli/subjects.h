// Finds the programs that specs are about, and asks those that matter what they
// know of themselves.

#ifndef LASTWORDS_HARNESS_CLI_SUBJECTS_H_
#define LASTWORDS_HARNESS_CLI_SUBJECTS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// `flags`: the values of --subject. testprog is always there: as a flag says,
// or $LASTWORDS_TESTPROG, or `testprog` beside this program.
// Errors: InvalidArgument for a bad flag. A program that is not there is no
// error yet.
absl::StatusOr<Subjects> ResolveSubjects(const std::vector<std::string>& flags);

// Asks those of the `subjects` that have one of the `names`. A program that is
// asked `--list=json` gives its facts if it exits with 0 and prints an object
// with `facts` or `scenarios`. One that does anything else gives none; if it is
// still running after two seconds, standard error says so.
//
// Blocks: until all have answered; they are asked at the same time. A signal
// (see interrupt.h) then ends the process, and nothing is left of them.
//
// Errors: InvalidArgument for a bad answer. A program that is not there is no
// error yet.
absl::Status AskForFacts(const std::set<std::string>& names,
                         Subjects& subjects);

// Errors: NotFound if the program of a subject that a spec needs is not there.
absl::Status CheckSubjectsExist(const std::vector<Spec>& specs,
                                const Subjects& subjects);

// `subject` as a value of --subject, with an absolute path.
std::string SubjectFlag(const Subject& subject);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_SUBJECTS_H_
