#include "harness/process/conversation.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

namespace harness {
namespace {

TEST(Conversation, FindsATextAcrossPieces) {
  const std::vector<Step> steps = {Step::WaitFor("ready"),
                                   Step::SendSignal(SIGUSR1)};
  Conversation conversation(steps);
  conversation.Hear("not yet rea");
  EXPECT_EQ(conversation.Due(), nullptr);
  conversation.Hear("dy\n");
  ASSERT_NE(conversation.Due(), nullptr);
  EXPECT_EQ(conversation.Due()->signal, SIGUSR1);
  conversation.Taken();
  EXPECT_TRUE(conversation.finished());
}

TEST(Conversation, DoesNotFindTheSameTextTwice) {
  const std::vector<Step> steps = {Step::WaitFor("a"), Step::WaitFor("a")};
  Conversation conversation(steps);
  conversation.Hear("a");
  EXPECT_EQ(conversation.next(), 1u);
  conversation.Hear("ba");
  EXPECT_TRUE(conversation.finished());
}

TEST(Conversation, FindsWhatWasHeardBeforeASignalWasSent) {
  const std::vector<Step> steps = {
      Step::WaitFor("a"), Step::SendSignal(SIGUSR1), Step::WaitFor("b")};
  Conversation conversation(steps);
  conversation.Hear("ab");
  conversation.Taken();
  EXPECT_FALSE(conversation.finished());
  conversation.Hear("");
  EXPECT_TRUE(conversation.finished());
}

TEST(Conversation, FindsATextInTheMiddleOfALargePiece) {
  const std::vector<Step> steps = {Step::WaitFor("needle")};
  for (const std::size_t before :
       {std::size_t{0}, Conversation::kWindowBytes / 2 - 3,
        Conversation::kWindowBytes * 3}) {
    Conversation conversation(steps);
    conversation.Hear(std::string(before, '.') + "needle" +
                      std::string(Conversation::kWindowBytes * 3, '.'));
    EXPECT_TRUE(conversation.finished()) << before;
  }
}

TEST(Conversation, TakesAFinderForAText) {
  const std::vector<Step> steps = {
      Step::WaitFor([](std::string_view text) {
        return text.find('3') == text.npos ? text.npos : text.find('3') + 1;
      }),
      Step::WaitFor("4")};
  Conversation conversation(steps);
  conversation.Hear("43");
  EXPECT_EQ(conversation.next(), 1u);
  conversation.Hear("4");
  EXPECT_TRUE(conversation.finished());
}

TEST(Conversation, KnowsWhetherInputIsStillToCome) {
  const std::vector<Step> steps = {Step::SendInput("x"), Step::WaitFor("y")};
  Conversation conversation(steps);
  EXPECT_TRUE(conversation.MoreInputToCome());
  conversation.Taken();
  EXPECT_FALSE(conversation.MoreInputToCome());
}

TEST(Conversation, HoldsTheInputOpenUntilItIsClosed) {
  const std::vector<Step> steps = {Step::WaitFor("y"), Step::CloseInput()};
  Conversation conversation(steps);
  EXPECT_TRUE(conversation.MoreInputToCome());
  conversation.Hear("y");
  ASSERT_NE(conversation.Due(), nullptr);
  conversation.Taken();
  EXPECT_FALSE(conversation.MoreInputToCome());
}

}  // namespace
}  // namespace harness
