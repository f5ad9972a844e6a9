#include "harness/cli/kept_output.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "harness/cli/exit_status.h"

namespace harness {

namespace fs = std::filesystem;

// File systems take 255 bytes; what is added to a name needs some.
constexpr size_t kLongestName = 200;

std::string OutputDirectory(const std::string& named) {
  if (!named.empty()) return named;
  fs::path build = fs::path(SelfPath()).parent_path().parent_path();
  std::error_code error;
  if (!fs::exists(build / "CMakeCache.txt", error)) build = ".";
  return (build / "lastwords-output").lexically_normal().string();
}

std::string KeptName(const std::string& name) {
  // A name is a spec's, not ours: it may hold what leads out of the folder.
  std::string whole =
      absl::StrReplaceAll(name, {{"%", "%25"}, {".", "%2E"}, {"/", "."}});
  if (whole.size() <= kLongestName) return whole;
  return absl::StrCat(whole.substr(0, kLongestName), "%",
                      absl::Hex(std::hash<std::string>()(name)));
}

std::string KeepOutput(const RunRecord& run, const std::string& directory) {
  if (run.result.output.empty()) return "";
  fs::path file = fs::path(directory) / run.spec.family /
                  (KeptName(run.spec.name) + ".txt");
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  const ProcessResult& result = run.result;
  if (result.output_bytes_dropped == 0) {
    stream << result.output;
  } else {
    stream << result.output.substr(0, result.output_gap_offset)
           << absl::StrCat("\n[lastwords: ", result.output_bytes_dropped,
                           " bytes were not kept]\n")
           << result.output.substr(result.output_gap_offset);
  }
  return stream.flush() ? file.string() : "";
}

std::string KeepCore(const RunRecord& run, const std::string& directory) {
  if (run.result.core_file == nullptr) return "";
  const fs::path file = fs::path(directory) / run.spec.family /
                        (KeptName(run.spec.name) + ".core");
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  fs::rename(*run.result.core_file, file, error);
  if (error) {  // another file system
    fs::copy_file(*run.result.core_file, file,
                  fs::copy_options::overwrite_existing, error);
  }
  return error ? "" : file.string();
}

}  // namespace harness
