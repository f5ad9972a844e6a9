#include "runtime/internal/diag/report_file.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace runtime::internal {
namespace {

class ReportFileTest : public testing::Test {
 protected:
  ReportFileTest() {
    std::string name = testing::TempDir() + "report-XXXXXX";
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "report";
  }
  ~ReportFileTest() override { std::filesystem::remove_all(folder_); }

  void Write(const char* text) const { std::ofstream(file_) << text; }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(ReportFileTest, ATornLineIsSeen) {
  const auto is_torn = [&] {
    const ReportFile file = OpenReportFile(file_.c_str());
    EXPECT_GE(file.fd, 0);
    close(file.fd);
    return file.is_torn;
  };
  EXPECT_FALSE(is_torn()) << "a new one";
  EXPECT_FALSE(is_torn()) << "an empty one";
  Write("line\n");
  EXPECT_FALSE(is_torn());
  Write("line\nlin");
  EXPECT_TRUE(is_torn());
}

TEST_F(ReportFileTest, APipeWithoutAReaderIsNoFile) {
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_LT(OpenReportFile(file_.c_str()).fd, 0);
}

TEST_F(ReportFileTest, IsFoundInItsFolderAfterAChangeOfTheRoot) {
  constexpr int kMayNot = 77;
  const std::filesystem::path jail = folder_ / "jail";
  std::filesystem::create_directory(jail);
  const pid_t child = fork();
  if (child == 0) {
    KeepReportFolder(file_.c_str());
    if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0) _exit(kMayNot);
    if (chroot(jail.c_str()) != 0 || chdir("/") != 0) _exit(kMayNot);
    const ReportFile file = OpenReportFile(file_.c_str());
    _exit(write(file.fd, "report\n", 7) == 7 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == kMayNot) GTEST_SKIP() << "chroot is not permitted";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(std::filesystem::file_size(file_), 7u);
}

}  // namespace
}  // namespace runtime::internal
