// The peer of parked.cc.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"unsafe"
)

func nowNs() int64 {
	var ts syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

func main() {
	goroutines := 0
	if len(os.Args) > 1 {
		goroutines, _ = strconv.Atoi(os.Args[1])
	}
	never := make(chan int)
	var started sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		started.Add(1)
		go func() {
			started.Done()
			<-never
		}()
	}
	started.Wait()
	fmt.Println(nowNs())
	panic("now")
}
