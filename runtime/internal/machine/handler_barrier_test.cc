#include "runtime/internal/machine/handler_barrier.h"

#include <gtest/gtest.h>
#include <unwind.h>

#include <stdexcept>

namespace runtime::internal {
namespace {

_Unwind_Reason_Code Stop(int, _Unwind_Action, _Unwind_Exception_Class,
                         _Unwind_Exception*, _Unwind_Context*, void*) {
  return _URC_NO_REASON;
}

TEST(HandlerBarrierTest, ReturnsWhenTheBodyDoes) {
  bool ran = false;
  auto body = [&] { ran = true; };
  CallWithoutHandlers(body);
  EXPECT_TRUE(ran);
}

TEST(HandlerBarrierTest, AHandlerAboveIsFound) {
  bool caught = false;
  auto body = [&] {
    try {
      throw std::runtime_error("x");
    } catch (const std::exception&) {
      caught = true;
    }
  };
  CallWithoutHandlers(body);
  EXPECT_TRUE(caught);
}

TEST(HandlerBarrierTest, OneFurtherOutIsNot) {
  _Unwind_Exception exception = {};
  int code = _URC_NO_REASON;
  auto body = [&] { code = _Unwind_RaiseException(&exception); };
  try {
    CallWithoutHandlers(body);
  } catch (...) {
    FAIL() << "found";
  }
  EXPECT_EQ(code, _URC_FATAL_PHASE1_ERROR);
}

TEST(HandlerBarrierTest, ForcedUnwindingGoesThrough) {
  _Unwind_Exception exception = {};
  exception.exception_cleanup = [](_Unwind_Reason_Code, _Unwind_Exception*) {};
  auto body = [&] { _Unwind_ForcedUnwind(&exception, &Stop, nullptr); };
  bool entered = false;
  try {
    CallWithoutHandlers(body);
  } catch (...) {
    entered = true;
  }
  EXPECT_TRUE(entered);
}

}  // namespace
}  // namespace runtime::internal
