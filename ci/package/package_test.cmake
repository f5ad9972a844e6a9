# cmake -P: installs a build into a prefix of its own, then configures, builds
# and tests an outside project that knows that prefix only. Needs BUILD, WORK,
# CONSUMER, GENERATOR, COMPILER, BUILD_TYPE and SANITIZE.

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "package_test: cannot ${what} (${status})")
  endif()
endfunction()

set(prefix ${WORK}/prefix)
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()

# From nothing, so that no file of an earlier installation can help.
file(REMOVE_RECURSE ${WORK})
file(COPY ${CONSUMER}/ DESTINATION ${WORK}/source)

run("install the package"
  ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run("configure the consumer"
  ${CMAKE_COMMAND} -G ${GENERATOR} -S ${WORK}/source -B ${WORK}/build
  -D CMAKE_PREFIX_PATH=${prefix}
  -D CMAKE_CXX_COMPILER=${COMPILER}
  -D CMAKE_BUILD_TYPE=${BUILD_TYPE}
  -D CMAKE_CXX_FLAGS=${flags})
run("build the consumer"
  ${CMAKE_COMMAND} --build ${WORK}/build)
run("test the consumer"
  ${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --output-on-failure
  --no-tests=error)
