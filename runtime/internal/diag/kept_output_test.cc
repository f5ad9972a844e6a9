#include "runtime/internal/diag/kept_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace runtime::internal {
namespace {

class KeptOutputTest : public testing::Test {
 protected:
  KeptOutputTest() {
    std::string name = testing::TempDir() + "kept-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~KeptOutputTest() override { std::filesystem::remove_all(folder_); }

  int Open(const char* name) const {
    return open((folder_ / name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  }
  // Another file gets the number.
  void Replace(int fd) const {
    const int other = Open("other");
    dup2(other, fd);
    close(other);
  }

  std::filesystem::path folder_;
  KeptOutput kept_;
};

TEST_F(KeptOutputTest, TheDuplicateThenTheOriginalThenThePath) {
  const int original = Open("file");
  ASSERT_EQ(kept_.Keep(original), 0);
  const int duplicate = kept_.Find();
  EXPECT_GT(duplicate, original);
  Replace(duplicate);
  EXPECT_EQ(kept_.Find(), original);
  Replace(original);
  const int again = kept_.Find();
  EXPECT_GE(again, 0);
  EXPECT_NE(again, original);
  EXPECT_NE(again, duplicate);
  EXPECT_EQ(write(again, "report\n", 7), 7);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "file"), 7u);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "other"), 0u);
  for (const int fd : {original, duplicate, again}) close(fd);
}

TEST_F(KeptOutputTest, AnotherFileAtThePathIsNotIt) {
  const int original = Open("file");
  ASSERT_EQ(kept_.Keep(original), 0);
  const int duplicate = kept_.Find();
  Replace(duplicate);
  Replace(original);
  std::filesystem::rename(folder_ / "other", folder_ / "file");
  EXPECT_LT(kept_.Find(), 0);
  close(original);
  close(duplicate);
}

TEST_F(KeptOutputTest, ClosesNobodyElsesFile) {
  const int original = Open("file");
  ASSERT_EQ(kept_.Keep(original), 0);
  const int duplicate = kept_.Find();
  Replace(duplicate);
  kept_.Close();
  EXPECT_GE(fcntl(duplicate, F_GETFD), 0);
  close(original);
  close(duplicate);
}

}  // namespace
}  // namespace runtime::internal
