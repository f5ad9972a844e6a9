#include "harness/process/program.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

// A folder larger than this is not searched for a name meant instead.
constexpr int kMaxNamesLookedAt = 10'000;

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] =
          std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

// The file in `folder` with the name most like `name`, or an empty path.
fs::path NearestFile(const fs::path& folder, const std::string& name) {
  fs::path nearest;
  std::size_t best = std::string::npos;
  int looked_at = 0;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end;
       !error && it != end && looked_at < kMaxNamesLookedAt;
       it.increment(error), ++looked_at) {
    const std::size_t distance =
        EditDistance(name, it->path().filename().native());
    if (distance < best) {
      best = distance;
      nearest = it->path();
    }
  }
  return nearest;
}

absl::Status NoSuchProgram(const fs::path& program) {
  fs::path folder = program.parent_path();
  fs::path missing = program;
  std::error_code error;
  while (folder != missing && !fs::is_directory(folder, error)) {
    missing = folder;
    folder = folder.parent_path();
  }
  const fs::path nearest = NearestFile(folder, missing.filename().native());
  return absl::NotFoundError(absl::StrCat(
      "no such program: ", program.native(),
      missing == program
          ? ""
          : absl::StrCat("; there is no ", missing.native(), " either"),
      nearest.empty()
          ? absl::StrCat("; ", folder.native(), " is empty or unreadable")
          : absl::StrCat("; did you mean ", nearest.native(), "?")));
}

}  // namespace

absl::StatusOr<std::string> AbsoluteProgram(std::string_view program) {
  if (program.empty()) return absl::InvalidArgumentError("no program given");
  std::error_code error;
  const fs::path path = fs::absolute(fs::path(program), error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot tell the current directory: ", error.message()));
  }
  return path.native();
}

absl::Status ExplainLaunchFailure(const std::string& program,
                                  std::string_view action, int error_number) {
  const std::string what =
      absl::StrCat(std::string(action), ": ", std::strerror(error_number));
  std::error_code error;
  const bool exists = fs::exists(program, error);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      if (action != "execve") return absl::InvalidArgumentError(what);
      if (!exists) return NoSuchProgram(program);
      return absl::FailedPreconditionError(absl::StrCat(
          program, " exists, but the interpreter that it names does not"));
    case EACCES:
      if (fs::is_directory(program, error)) {
        return absl::PermissionDeniedError(
            absl::StrCat(program, " is a directory, not a program"));
      }
      return absl::PermissionDeniedError(
          absl::StrCat(program, " is not executable: ", what));
    case ENOEXEC:
      return absl::InvalidArgumentError(
          absl::StrCat(program, " is no program that Linux can run: ", what));
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ENOMEM:
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot start ", program, ": ", what));
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("cannot start ", program, ": ", what));
  }
}

}  // namespace harness
