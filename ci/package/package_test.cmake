# cmake -P: one step of testing the package from outside.
#
# Without SOURCE: installs BUILD into WORK/prefix, from nothing. With: copies
# that project, which knows the prefix only, to WORK/NAME, then configures,
# builds and tests it. Needs GENERATOR, CXX, CC, BUILD_TYPE and SANITIZE then; what
# is in ARGUMENTS is for the project.

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "package_test: cannot ${what} (${status})")
  endif()
endfunction()

set(prefix ${WORK}/prefix)
if(NOT SOURCE)
  # So that no file of an earlier installation can help.
  file(REMOVE_RECURSE ${prefix})
  run("install the package"
    ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
  return()
endif()

set(project ${WORK}/${NAME})
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
file(REMOVE_RECURSE ${project})
file(COPY ${SOURCE}/ DESTINATION ${project}/source)

run("configure ${NAME}"
  ${CMAKE_COMMAND} -G ${GENERATOR} -S ${project}/source -B ${project}/build
  -D CMAKE_PREFIX_PATH=${prefix}
  -D CMAKE_CXX_COMPILER=${CXX}
  -D CMAKE_C_COMPILER=${CC}
  -D CMAKE_BUILD_TYPE=${BUILD_TYPE}
  -D CMAKE_CXX_FLAGS=${flags}
  ${ARGUMENTS})
run("build ${NAME}"
  ${CMAKE_COMMAND} --build ${project}/build)
run("test ${NAME}"
  ${CMAKE_CTEST_COMMAND} --test-dir ${project}/build --output-on-failure
  --no-tests=error)
