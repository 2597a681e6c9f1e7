package cad

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// toolName is the file name of the tool.
const toolName = "orrery-cad"

// installing says what to do when the tool cannot work.
const installing = "install OpenCASCADE (Debian: apt install libocct-data-exchange-dev libocct-ocaf-dev) and run make build"

// Available reports why CAD files cannot be converted, and what to install, or nil. It runs the tool the first time.
func Available() error {
	path, err := findTool("")
	if err != nil {
		return err
	}
	return probe(path)
}

// findTool returns the path of the tool; given is Options.Tool.
func findTool(given string) (string, error) {
	if given != "" {
		return runnable(given)
	}
	if env := os.Getenv("ORRERY_CAD"); env != "" {
		return runnable(env)
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
	return "", fmt.Errorf("cad: %w: %s was not found beside the app or in PATH; %s", ErrMissing, name, installing)
}

// runnable returns an absolute path, so that a tool named without a folder is not looked for elsewhere.
func runnable(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("cad: %w: %w", ErrMissing, err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("cad: %w: %w", ErrMissing, err)
	}
	if !st.Mode().IsRegular() || runtime.GOOS != "windows" && st.Mode()&0o111 == 0 {
		return "", fmt.Errorf("cad: %w: %s is no program", ErrMissing, path)
	}
	return path, nil
}

// probes remembers what was found out of a tool, by its path, size and time.
var probes sync.Map // string → error or nil as probed

type probed struct{ err error }

// probe asks a tool for its version: one that was built without OpenCASCADE, or that lacks its libraries, has none.
func probe(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("cad: %w: %w", ErrMissing, err)
	}
	key := fmt.Sprintf("%s %d %d", path, st.Size(), st.ModTime().UnixNano())
	if known, ok := probes.Load(key); ok {
		return known.(probed).err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err == nil && strings.HasPrefix(string(out), "OpenCASCADE") {
		probes.Store(key, probed{})
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("cad: %s does not answer", path) // not remembered: the machine may have been busy
	}
	err = fmt.Errorf("cad: %w: %s; %s", ErrMissing, whyNot(path, err), installing)
	probes.Store(key, probed{err})
	return err
}

// whyNot says why a tool told no version.
func whyNot(path string, err error) string {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fmt.Sprintf("%s cannot be run: %v", path, err)
	}
	if exit.ExitCode() == exitAbsent {
		return path + " was built without OpenCASCADE"
	}
	if line := lastLine(exit.Stderr); line != "" {
		return path + ": " + line
	}
	return fmt.Sprintf("%s is not the tool that it should be: %v", path, err)
}

// lastLine returns the last line of what a program printed.
func lastLine(text []byte) string {
	text = bytes.TrimSpace(text)
	return oneLine(string(text[bytes.LastIndexByte(text, '\n')+1:]))
}

// oneLine makes a text that a program printed fit for a message: one line of bounded length.
func oneLine(text string) string {
	const longest = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// Exit codes of the tool, see its package text.
const (
	exitAbsent  = 3
	exitCrashed = 70
)
