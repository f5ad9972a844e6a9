# lastwords_add_specs: makes each JSON spec a test of ctest.
#
#   lastwords_add_specs(SUBJECT <target> SPECS <directory>
#                       [BINARY <file>]
#                       [NAME <prefix>] [LABELS <label>...]
#                       [VALUES <key>=<value>...])
#
#   find_package(lastwords REQUIRED)
#   add_executable(myprog main.cc)
#   lastwords_add_specs(SUBJECT myprog SPECS ${CMAKE_CURRENT_SOURCE_DIR}/specs)
#
# The specs say { "subject": "myprog", ... }; a target called testprog need not
# be named. BINARY is a program to run in place of the target; then SUBJECT is
# only its name. Tests are called <prefix><family>/<name>. VALUES are variables and
# facts of the subject, as in `lastwords run --subject myprog=path,key=value`.
#
# The specs are listed each time ctest starts, so a new file is a new test
# without configuring again. What goes wrong then is a failing test and never a
# missing one: <prefix>SPECS_UNREADABLE repeats the errors of broken specs,
# <prefix>LASTWORDS_NOT_BUILT says what it says.
#
# For single-configuration generators (Ninja, Makefiles).

set(_LASTWORDS_AT_TEST_TIME
  ${CMAKE_CURRENT_LIST_DIR}/LastwordsSpecsAtTestTime.cmake)

function(lastwords_add_specs)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "SUBJECT;SPECS;BINARY;NAME"
    "LABELS;VALUES")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR
      "lastwords_add_specs: unknown argument ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_BINARY)
    if(NOT TARGET "${ARG_SUBJECT}")
      message(FATAL_ERROR "lastwords_add_specs: SUBJECT \"${ARG_SUBJECT}\" is "
        "not a target")
    endif()
    set(ARG_BINARY "$<TARGET_FILE:${ARG_SUBJECT}>")
  endif()
  cmake_path(ABSOLUTE_PATH ARG_SPECS NORMALIZE)
  if(NOT IS_DIRECTORY "${ARG_SPECS}")
    message(FATAL_ERROR "lastwords_add_specs: SPECS \"${ARG_SPECS}\" is not a "
      "directory")
  endif()
  if(TARGET lastwords::cli)
    set(program "$<TARGET_FILE:lastwords::cli>")
  else()
    set(program "$<TARGET_FILE:lastwords>")
  endif()

  set(subject "${ARG_SUBJECT}=${ARG_BINARY}")
  foreach(value IN LISTS ARG_VALUES)
    string(APPEND subject ",${value}")
  endforeach()
  set(arguments "list;--ctest;--subject;${subject}")
  if(ARG_NAME)
    list(APPEND arguments "--prefix=${ARG_NAME}")
  endif()
  foreach(label IN LISTS ARG_LABELS)
    list(APPEND arguments --label "${label}")
  endforeach()
  list(APPEND arguments "${ARG_SPECS}")

  string(MD5 id "${ARG_SUBJECT};${ARG_SPECS};${ARG_NAME}")
  set(script ${CMAKE_CURRENT_BINARY_DIR}/lastwords_specs_${id}.cmake)
  file(GENERATE OUTPUT ${script} CONTENT "\
set(_lastwords_program [==[${program}]==])
set(_lastwords_prefix [==[${ARG_NAME}]==])
set(_lastwords_arguments [==[${arguments}]==])
include([==[${_LASTWORDS_AT_TEST_TIME}]==])
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${script})
endfunction()
