#include "runtime/internal/diag/json_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace runtime::internal {
namespace {

class JsonWriterTest : public testing::Test {
 protected:
  JsonWriterTest() {
    written.clear();
    out_.set_write_for_test(+[](int, const void* data, size_t size) {
      written.append(static_cast<const char*>(data), size);
      return static_cast<ssize_t>(size);
    });
    EXPECT_TRUE(out_.AddSink(STDOUT_FILENO));
  }

  std::string Written() {
    out_.Flush();
    return written;
  }

  std::string OfText(std::string_view text) {
    json.Text(text);
    return Written();
  }

  static inline std::string written;
  char buffer_[16];
  Printer out_{buffer_};
  JsonWriter json{out_};
};

TEST_F(JsonWriterTest, CommasAndBrackets) {
  json.BeginObject();
  json.Key("a").Number(-1);
  json.Key("b").BeginArray();
  json.Bool(true);
  json.Hex(31);
  json.BeginObject();
  json.End();
  json.End();
  json.Key("c").Text("x");
  json.End();
  EXPECT_EQ(Written(), R"({"a":-1,"b":[true,"0x1f",{}],"c":"x"})");
}

TEST_F(JsonWriterTest, WhatIsOpenIsClosed) {
  json.BeginObject();
  json.Key("panics").BeginArray();
  json.BeginText();
  json.AppendText("cut");
  json.EndTo(0);
  EXPECT_EQ(Written(), R"({"panics":["cut"]})");
}

TEST_F(JsonWriterTest, QuotesAndControls) {
  EXPECT_EQ(OfText(std::string_view("a\"b\\c\n\t\x01\0\x7f", 10)),
            "\"a\\\"b\\\\c\\n\\t\\u0001\\u0000\x7f\"");
}

TEST_F(JsonWriterTest, CharactersMayComeInPieces) {
  json.BeginText();
  for (const char c : std::string_view("é€😀")) json.AppendText({&c, 1});
  json.EndText();
  EXPECT_EQ(Written(), "\"é€😀\"");
}

struct BadCase {
  std::string_view bytes;
  std::string_view text;
};

class NotUtf8Test : public JsonWriterTest,
                    public testing::WithParamInterface<BadCase> {};

TEST_P(NotUtf8Test, IsReplaced) {
  EXPECT_EQ(OfText(GetParam().bytes),
            "\"" + std::string(GetParam().text) + "\"");
}

INSTANTIATE_TEST_SUITE_P(
    All, NotUtf8Test,
    testing::Values(BadCase{"\x80", "\ufffd"}, BadCase{"\xff", "\ufffd"},
                    BadCase{"\xc3", "\ufffd"}, BadCase{"\xc3(", "\ufffd("},
                    BadCase{"\xe2\x82", "\ufffd"},
                    BadCase{"\xe2\xc3\xa9", "\ufffdé"},
                    BadCase{"\xc0\xaf", "\ufffd\ufffd"},
                    BadCase{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
                    BadCase{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"}));

}  // namespace
}  // namespace runtime::internal
