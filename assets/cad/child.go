package cad

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// killDelay is how long the pipes of a killed child may stay open, should it have left children of its own.
const killDelay = 300 * time.Millisecond

// runTool runs the tool on a file and returns its report. The name stands in messages.
func runTool(ctx context.Context, path, name string, args []string, opts Options) (*Report, error) {
	tool, err := findTool(opts.Tool)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cad: %s: %w", name, err)
	}
	path, err = filepath.Abs(path) // a name that begins with - is no flag
	if err != nil {
		return nil, fmt.Errorf("cad: %s: %w", name, err)
	}
	if strings.ContainsRune(path, 0) {
		return nil, fmt.Errorf("cad: %q is not a file name", name)
	}
	given, err := opts.arguments()
	if err != nil {
		return nil, err
	}
	limit := opts.Timeout
	if limit <= 0 {
		limit = DefaultTimeout
	}
	timed, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	report, err := talk(timed, tool, append(append(given, args...), path), opts)
	switch {
	case err == nil:
		return report, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("cad: %s: %w", name, ctx.Err())
	case errors.Is(context.Cause(timed), errTimeout):
		return nil, fmt.Errorf("cad: %s: not done after %v, the time limit; take a coarser precision or raise the limit", name, limit)
	}
	return nil, fmt.Errorf("cad: %s: %w", name, err)
}

var errTimeout = errors.New("time limit")

// talk runs the child and listens until it ends.
func talk(ctx context.Context, tool string, args []string, opts Options) (*Report, error) {
	cmd := exec.CommandContext(ctx, tool, args...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = killDelay
	stdin, err := cmd.StdinPipe() // held open: the child ends when this process does
	if err != nil {
		return nil, err
	}
	defer stdin.Close()
	heard := &listener{progress: opts.Progress}
	cmd.Stderr = heard
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: the CAD tool cannot be run: %w", ErrMissing, err)
	}
	err = cmd.Wait()
	heard.flush()
	return heard.verdict(err, cmd.ProcessState)
}

// Bounds on what is kept of a child that talks too much.
const (
	longestLine  = 64 << 10
	mostWarnings = 200
)

// listener takes apart what a child writes on its standard error. It is used from one goroutine.
type listener struct {
	progress func(Progress)
	line     []byte
	skipping bool // within a line that is too long
	last     string
	failed   string
	report   *Report
}

// Write takes the next bytes; it never fails.
func (l *listener) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		piece := p
		if end >= 0 {
			piece = p[:end]
		}
		if room := longestLine - len(l.line); len(piece) > room {
			l.skipping = true
		} else {
			l.line = append(l.line, piece...)
		}
		if end < 0 {
			break
		}
		l.flush()
		p = p[end+1:]
	}
	return n, nil
}

// flush ends a line.
func (l *listener) flush() {
	if !l.skipping && len(l.line) > 0 {
		l.hear(l.line)
	}
	l.line, l.skipping = l.line[:0], false
}

func (l *listener) hear(line []byte) {
	var m Message
	if json.Unmarshal(line, &m) != nil {
		if text := lastLine(line); text != "" && !strings.HasPrefix(text, "goroutine ") {
			l.last = text
			for _, sign := range starving {
				if strings.Contains(text, sign) {
					l.failed = outOfMemory
				}
			}
		}
		return
	}
	switch {
	case m.Error != "":
		l.failed = m.Error
	case m.Report != nil:
		l.report = m.Report
	case m.Stage != "" && l.progress != nil:
		l.progress(Progress{Stage: m.Stage, Fraction: min(max(m.Fraction, -1), 1), Triangles: max(m.Triangles, 0)})
	}
}

// starving are signs in what a child prints that it got no more memory: those of the Go runtime and of the C library.
var starving = []string{"out of memory", "cannot allocate memory", "pthread_create failed", "std::bad_alloc"}

const outOfMemory = "out of memory: take a coarser precision or raise the limit"

// verdict says how the child ended.
func (l *listener) verdict(err error, state *os.ProcessState) (*Report, error) {
	if err == nil && l.failed == "" && l.report != nil {
		l.report.Warnings = l.report.Warnings[:min(len(l.report.Warnings), mostWarnings)]
		return l.report, nil
	}
	if l.failed != "" {
		if state != nil && state.ExitCode() == exitAbsent {
			return nil, fmt.Errorf("%w: %s", ErrMissing, oneLine(l.failed))
		}
		return nil, errors.New(oneLine(l.failed))
	}
	if sig := signalOf(state); sig != "" {
		return nil, fmt.Errorf("the CAD tool was ended by the system (%s), perhaps for lack of memory; the file may be too large or broken", sig)
	}
	if err == nil {
		return nil, errors.New("the CAD tool ended without a result")
	}
	if state != nil && state.ExitCode() == exitCrashed {
		return nil, errors.New("the CAD tool crashed on this file")
	}
	if l.last != "" {
		return nil, fmt.Errorf("the CAD tool failed: %s", l.last)
	}
	return nil, fmt.Errorf("the CAD tool failed: %w", err)
}

// checkGLB reports what is wrong with the outer form of a GLB file, or nil: a header of 12 bytes with the length of the
// file (glTF 2.0, section 4.4.2).
func checkGLB(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return errors.New("there is no file")
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(bufio.NewReaderSize(f, 16), head); err != nil || string(head[:4]) != "glTF" {
		return errors.New("the file is no GLB")
	}
	if said := binary.LittleEndian.Uint32(head[8:]); int64(said) != st.Size() {
		return fmt.Errorf("the file has %d bytes of %d", st.Size(), said)
	}
	return nil
}
