# Included by ctest as it starts: asks lastwords for the tests, which it
# answers with a script of add_test commands.
# In: _lastwords_program _lastwords_prefix _lastwords_arguments

if(NOT EXISTS "${_lastwords_program}")
  # A command that is not there is a failure in the eyes of ctest.
  add_test("${_lastwords_prefix}LASTWORDS_NOT_BUILT" "${_lastwords_program}")
else()
  execute_process(COMMAND "${_lastwords_program}" ${_lastwords_arguments}
    OUTPUT_VARIABLE _lastwords_script
    ERROR_VARIABLE _lastwords_errors
    RESULT_VARIABLE _lastwords_result)
  if(_lastwords_result EQUAL 0)
    cmake_language(EVAL CODE "${_lastwords_script}")
  else()
    # Fails as the listing did, and so shows its errors.
    add_test("${_lastwords_prefix}SPECS_UNREADABLE"
      "${_lastwords_program}" ${_lastwords_arguments})
  endif()
endif()
