# Links libbacktrace and libstdc++'s demangler into one object under names of
# their own. The demangler that allocates nothing is in libstdc++.a only, and
# libbacktrace must ask the runtime, not the dynamic loader, which modules
# there are: the loader has a lock, and would have every library's debug files
# read. Its memory is backtrace_memory.cc's, its files are backtrace_files.cc's.
#
#   cmake -DGXX=g++ -DAR=ar -DOBJCOPY=objcopy -DOUT=private_libraries.o -P this

set(backtrace backtrace_create_state backtrace_pcinfo backtrace_syminfo)
set(memory backtrace_alloc backtrace_free backtrace_vector_grow
           backtrace_vector_finish backtrace_vector_release)
set(files open close mmap munmap)
set(demangle __gcclibcxx_demangle_callback)

set(undefined "")
set(rename --redefine-sym dl_iterate_phdr=lastwords_dl_iterate_phdr
           --redefine-sym ${demangle}=lastwords_demangle_callback
           --keep-global-symbol=lastwords_demangle_callback)
foreach(symbol IN LISTS backtrace demangle)
  list(APPEND undefined -Wl,-u,${symbol})
endforeach()
foreach(symbol IN LISTS backtrace)
  list(APPEND rename --redefine-sym ${symbol}=lastwords_${symbol}
                     --keep-global-symbol=lastwords_${symbol})
endforeach()

foreach(symbol IN LISTS memory)
  list(APPEND rename --redefine-sym ${symbol}=lastwords_${symbol})
endforeach()
foreach(symbol IN LISTS files)
  list(APPEND rename --redefine-sym ${symbol}=lastwords_backtrace_${symbol})
endforeach()

set(archives "")
foreach(archive IN ITEMS libbacktrace.a libstdc++.a)
  execute_process(COMMAND ${GXX} -print-file-name=${archive}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  if(NOT IS_ABSOLUTE "${path}")
    message(FATAL_ERROR "${GXX} has no ${archive}")
  endif()
  list(APPEND archives ${path})
endforeach()

# Without its own memory.
list(POP_FRONT archives libbacktrace)
set(without_memory ${OUT}.libbacktrace.a)
file(COPY_FILE ${libbacktrace} ${without_memory})
execute_process(COMMAND ${AR} d ${without_memory} mmap.o
  COMMAND_ERROR_IS_FATAL ANY)
list(PREPEND archives ${without_memory})

execute_process(COMMAND ${GXX} -r -nostdlib ${undefined} -o ${OUT} ${archives}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${OBJCOPY} ${rename} ${OUT} COMMAND_ERROR_IS_FATAL ANY)
