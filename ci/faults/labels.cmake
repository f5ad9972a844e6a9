# Unit tests that are rows of README.md too: ctest reads this after they are
# discovered.
foreach(test IN ITEMS
    BlockingOrNot/PipeTest.ALateAndSlowReaderGetsEverything/0
    BlockingOrNot/PipeTest.ALateAndSlowReaderGetsEverything/2048
    BlockingOrNot/PipeTest.AnUnreadPipeEndsAtTheDeadline/0
    BlockingOrNot/PipeTest.AnUnreadPipeEndsAtTheDeadline/2048
    PrintTest.AWriteThatIsInterruptedForEverEndsAtTheDeadline
    PrintTest.ShortWritesAndInterruptionsAtEveryByteLoseNothing
    PrinterFdTest.AReaderThatWentAwayDoesNotKillUs
    PrinterFdTest.ASigpipeThatWasPendingBeforeStaysPending
    PrinterFdTest.AnUnreadBlockingSocketEndsAtTheDeadline
    PrinterFdTest.TheFileSizeLimitDoesNotKillUs
    ReportPartTest.AFaultEndsThePartOnALineOfItsOwn
    ReportPartTest.OneThatDoesNotEndIsEnded
    SignalTest.AThreadThatUsesTheRuntimeMayOverflowToo
    SignalTest.AbortIsReportedAllTheSame)
  set_tests_properties("runtime.${test}" PROPERTIES LABELS faults)
endforeach()
