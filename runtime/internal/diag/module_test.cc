#include "runtime/internal/diag/module.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {
namespace {

namespace fs = std::filesystem;

// Copies of the two libraries in a folder of their own.
class ModuleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { Symbolizer::Init(); }

  ModuleTest() {
    std::string name = testing::TempDir() + "module-XXXXXX";
    folder_ = fs::canonical(mkdtemp(name.data()));
    fs::copy_file(LASTWORDS_LIBRARY_1, folder_ / "one.so");
    fs::copy_file(LASTWORDS_LIBRARY_2, folder_ / "two.so");
  }
  ~ModuleTest() override {
    for (void* const library : loaded_) dlclose(library);
    fs::remove_all(folder_);
  }

  // The address of its function.
  uintptr_t Load(const std::string& path) {
    void* const library = dlopen(path.c_str(), RTLD_NOW);
    EXPECT_NE(library, nullptr) << dlerror();
    loaded_.push_back(library);
    using Function = int (*)(int);
    auto* const ask =
        reinterpret_cast<Function (*)()>(dlsym(library, "function_of_library"));
    return reinterpret_cast<uintptr_t>(ask());
  }
  void UnloadLast() {
    dlclose(loaded_.back());
    loaded_.pop_back();
  }

  static Frame At(uintptr_t pc) {
    Frame frame;
    Symbolizer::Symbolize(pc | kExactPc, &frame, 1);
    return frame;
  }

  fs::path folder_;
  std::vector<void*> loaded_;
};

TEST_F(ModuleTest, AnotherLibraryInThePlaceOfOneIsAnother) {
  const uintptr_t one = Load(folder_ / "one.so");
  EXPECT_EQ(At(one).function, "one.Double");
  EXPECT_EQ(At(one).line, 4);
  UnloadLast();
  EXPECT_NE(At(one).function, "one.Double") << "there is nothing";
  const uintptr_t two = Load(folder_ / "two.so");
  if (two != one) GTEST_SKIP() << "the loader took another place";
  EXPECT_EQ(At(two).function, "two.Double");
  EXPECT_EQ(At(two).line, 4);
}

// As what loads its plugins again does.
TEST_F(ModuleTest, ANewLibraryOfTheSameNameIsAnother) {
  const uintptr_t one = Load(folder_ / "one.so");
  EXPECT_EQ(At(one).function, "one.Double");
  UnloadLast();
  fs::rename(folder_ / "two.so", folder_ / "one.so");
  const uintptr_t two = Load(folder_ / "one.so");
  if (two != one) GTEST_SKIP() << "the loader took another place";
  EXPECT_EQ(At(two).function, "two.Double");
}

TEST_F(ModuleTest, AFileThatIsNotWhatWasLoadedIsNotRead) {
  const uintptr_t one = Load(folder_ / "one.so");
  fs::rename(folder_ / "two.so", folder_ / "one.so");
  EXPECT_EQ(At(one).function, "one.Double") << "from memory";
  EXPECT_EQ(At(one).line, 0);
}

TEST_F(ModuleTest, ARelativePathIsFoundAfterAChangeOfTheDirectory) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const uintptr_t one = Load("./one.so");
  fs::current_path("/");
  const Frame frame = At(one);
  const char* const file = Symbolizer::ModulePath(one);
  fs::current_path(before);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file, folder_ / "one.so");
  EXPECT_EQ(frame.function, "one.Double");
  EXPECT_EQ(frame.line, 4);
  const uintptr_t outside = one & ~uintptr_t{0xfff};  // its name is not known
  EXPECT_EQ(At(outside).file, folder_ / "one.so");
}

TEST_F(ModuleTest, ManyLibraries) {
  constexpr int kMany = 100;
  for (int i = 0; i < kMany; ++i) {
    const fs::path copy = folder_ / ("copy" + std::to_string(i) + ".so");
    fs::copy_file(folder_ / "one.so", copy);
    EXPECT_EQ(At(Load(copy)).line, 4) << i;
  }
}

TEST_F(ModuleTest, SystemLibrariesAreInTheLoadersOwnDirectories) {
  for (const char* path :
       {"/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/aarch64-linux-gnu/libm.so",
        "/lib64/ld-linux-x86-64.so.2", "/usr/lib/libfoo.so",
        "linux-vdso.so.1"}) {
    EXPECT_TRUE(IsSystemLibrary(path)) << path;
  }
  for (const char* path :
       {"/usr/lib/app/libapp.so", "/usr/lib/x86_64-linux-gnu/app/libplugin.so",
        "/libexec/libfoo.so", "/opt/app/lib/libapp.so", "./libfoo.so"}) {
    EXPECT_FALSE(IsSystemLibrary(path)) << path;
  }
}

}  // namespace
}  // namespace runtime::internal
