package fmi

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// ErrMissing says that the program which runs FMUs is not there.
var ErrMissing = errors.New("the program that runs FMUs is missing")

const toolName = "orrery-fmu"

// findTool returns the path of the program that runs FMUs: Options.Tool, ORRERY_FMU in the environment, beside the running
// executable, in PATH.
func findTool(given string) (string, error) {
	if given == "" {
		given = os.Getenv("ORRERY_FMU")
	}
	if given != "" {
		return runnable(given)
	}
	name := toolName
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		if path, err := runnable(filepath.Join(filepath.Dir(self), name)); err == nil {
			return path, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("fmi: %w: %s was not found beside the app or in PATH; run make build", ErrMissing, name)
}

func runnable(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("fmi: %w: %w", ErrMissing, err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("fmi: %w: %w", ErrMissing, err)
	}
	if !st.Mode().IsRegular() || runtime.GOOS != "windows" && st.Mode()&0o111 == 0 {
		return "", fmt.Errorf("fmi: %w: %s is no program", ErrMissing, path)
	}
	return path, nil
}
