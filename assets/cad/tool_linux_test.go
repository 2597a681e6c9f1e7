package cad

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// child returns the process id of the tool that this process runs, or 0.
func child() int {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, field := range strings.Fields(string(text)) {
			name, _ := os.ReadFile(filepath.Join("/proc", field, "comm"))
			if strings.TrimSpace(string(name)) == toolName {
				pid, _ := strconv.Atoi(field)
				return pid
			}
		}
	}
	return 0
}

// Ending the tool in mid-work, by kill -9 or by a crash, is one clear error to the caller.
func TestEndInMidWork(t *testing.T) {
	opts := tool(t)
	text := manyBoxes(1000)
	for sig, want := range map[syscall.Signal]string{syscall.SIGKILL: "ended by the system (killed)", syscall.SIGSEGV: "OpenCASCADE crashed on this file"} {
		killed := false
		opts.Progress = func(p Progress) {
			if p.Stage == Transfer && !killed {
				killed = true
				if err := syscall.Kill(child(), sig); err != nil {
					t.Error(err)
				}
			}
		}
		_, err := ConvertReader(t.Context(), "many.step", strings.NewReader(text), opts)
		if !killed || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", sig, err)
		}
		nothingLeft(t, opts.TempDir)
	}
}

// A frozen tool ends at the time limit.
func TestFrozenTool(t *testing.T) {
	opts := tool(t)
	opts.Timeout = time.Second
	opts.Progress = func(Progress) { _ = syscall.Kill(child(), syscall.SIGSTOP) }
	text := manyBoxes(1000)
	start := time.Now()
	_, err := ConvertReader(t.Context(), "many.step", strings.NewReader(text), opts)
	if err == nil || !strings.Contains(err.Error(), "time limit") || time.Since(start) > 3*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	nothingLeft(t, opts.TempDir)
}
