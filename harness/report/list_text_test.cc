#include "harness/report/list_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using testing::HasSubstr;

Spec Named(const std::string& name) {
  Spec spec;
  spec.family = "f";
  spec.name = name;
  spec.file = "/s/f/x.json";
  spec.where = {3, 1};
  return spec;
}

TEST(ListTextTest, OneLineATest) {
  EXPECT_EQ(FormatList({Named("A"), Named("Long")}),
            "f/A     /s/f/x.json:3:1\nf/Long  /s/f/x.json:3:1\n");
}

TEST(CtestScriptTest, AddsOneTestWithItsProperties) {
  Spec spec = Named("A");
  spec.tags = {"slow"};
  EXPECT_EQ(FormatCtestScript({spec}, {}, {"spec.", {"mine"}, {"/l", "run"}}),
            "add_test([=[spec.f/A]=] [=[/l]=] [=[run]=] --skip-exit 77 --test "
            "[=[f/A]=] [=[/s/f/x.json]=])\n"
            "set_tests_properties([=[spec.f/A]=] PROPERTIES TIMEOUT 41 "
            "SKIP_RETURN_CODE 77 LABELS [=[f;mine;slow]=] DEF_SOURCE_LINE "
            "[=[/s/f/x.json:3]=])\n");
}

TEST(CtestScriptTest, TheDeadlineGrowsWithRepetitionsAndSanitizers) {
  Spec spec = Named("A");
  spec.repeat = 10;
  Subjects subjects;
  subjects["testprog"] = MakeSubject("testprog", "/t", {{"time_factor", "3"}});
  EXPECT_THAT(FormatCtestScript({spec}, subjects, {}),
              HasSubstr("TIMEOUT 340 "));
}

TEST(CtestScriptTest, NoTextCanLeaveItsBrackets) {
  EXPECT_THAT(FormatCtestScript({Named("a]=])\nevil(")}, {}, {}),
              HasSubstr("add_test([==[f/a]=])\nevil(]==]"));
}

}  // namespace
}  // namespace harness
