package fmi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// Lost says that an FMU took its process down, or had to be ended. The session is over, the app is not.
type Lost struct {
	Why  string // "crashed (segmentation fault)"
	Call string // of the standard, in which it happened: "fmi2DoStep"; empty if it is not known
}

func (e *Lost) Error() string {
	if e.Call == "" {
		return "the FMU " + e.Why
	}
	return "the FMU " + e.Why + " in " + e.Call
}

// child is the process that runs the FMU. It is used by one goroutine at a time.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	frames chan frame
	grace  time.Duration // how long it may be silent
	log    func(Message)
	gone   error // why there is no process any more
	tail   *tail
}

type frame struct {
	kind    byte
	payload []byte
	err     error
}

// Message is what an FMU told its logger.
type Message struct {
	Status   int // of the standard: 0 is OK, 1 a warning, 3 an error
	Category string
	Text     string
}

func startChild(opts *Options) (*child, error) {
	tool, err := findTool(opts.Tool)
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(tool, "-call-limit", opts.CallLimit.String(), "-memory", strconv.FormatInt(opts.MemoryMB, 10)),
		frames: make(chan frame, 64), grace: opts.CallLimit + 3*time.Second, log: opts.Log, tail: &tail{}}
	ownGroup(c.cmd)
	c.cmd.Stderr = c.tail
	c.cmd.WaitDelay = time.Second
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("fmi: %w", err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("fmi: %w: %w", ErrMissing, err)
	}
	go c.listen(out)
	return c, nil
}

// listen passes the frames on, and waits for the end of the process.
func (c *child) listen(out io.Reader) {
	in := wire.NewReader(out)
	for {
		kind, payload, err := in.Next()
		if err != nil {
			killGroup(c.cmd)
			wait := c.cmd.Wait()
			c.frames <- frame{err: ended(wait, err)}
			close(c.frames)
			return
		}
		c.frames <- frame{kind: kind, payload: bytes.Clone(payload)}
	}
}

func ended(wait, read error) error {
	var exit *exec.ExitError
	switch {
	case errors.As(wait, &exit) && exit.ExitCode() == 3:
		return fmt.Errorf("fmi: %w: this build has no cgo, or FMUs cannot be run on this system", ErrMissing)
	case errors.As(wait, &exit) && exit.ExitCode() < 0:
		return &Lost{Why: "was ended by the system (" + exit.String() + ")"}
	case read != io.EOF:
		return &Lost{Why: "sent something that is no answer: " + read.Error()}
	}
	return &Lost{Why: "ended its process"}
}

// errCanceled is the answer to a cancel.
var errCanceled = errors.New("canceled")

// cancelDelay is how long a child that was canceled may finish its step.
const cancelDelay = 300 * time.Millisecond

// ask sends a frame and hears the answer; visit is called with each row and may be nil.
func (c *child) ask(ctx context.Context, kind byte, payload []byte, visit func(*wire.Row)) (*wire.Answer, error) {
	if c.gone != nil {
		return nil, c.gone
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sent := make(chan error, 1)
	go func() { sent <- wire.Write(c.in, kind, payload) }()
	grace := c.grace
	silence := time.NewTimer(grace)
	defer silence.Stop()
	done := ctx.Done()
	row := &wire.Row{}
	for {
		select {
		case f, open := <-c.frames:
			if !open {
				return nil, c.lose(&Lost{Why: "ended its process"})
			}
			silence.Reset(grace)
			answer, over, err := c.hear(f, row, visit)
			if over {
				if ctx.Err() != nil && (err == nil || errors.Is(err, errCanceled)) {
					return nil, ctx.Err()
				}
				return answer, err
			}
		case err := <-sent:
			if err != nil {
				sent = nil // the reason is in what comes
			}
		case <-done:
			done = nil
			grace = cancelDelay
			silence.Reset(grace)
			go func() { _ = wire.Write(c.in, wire.FrameCancel, nil) }()
		case <-silence.C:
			if err := ctx.Err(); err != nil {
				c.lose(&Lost{Why: "was ended, as it went on after a cancel"})
				return nil, err
			}
			return nil, c.lose(&Lost{Why: "did not answer in time"})
		}
	}
}

// hear takes one frame; over says that the request has ended.
func (c *child) hear(f frame, row *wire.Row, visit func(*wire.Row)) (a *wire.Answer, over bool, err error) {
	if f.err != nil {
		return nil, true, c.lose(f.err)
	}
	switch f.kind {
	case wire.FrameRow:
		if err := row.Decode(f.payload); err != nil {
			return nil, true, c.lose(err)
		}
		if visit != nil {
			visit(row)
		}
		return nil, false, nil
	case wire.FrameLog:
		if c.log != nil {
			c.log(parseMessage(string(f.payload)))
		}
		return nil, false, nil
	case wire.FrameBeat:
		return nil, false, nil
	case wire.FrameAnswer:
		a = &wire.Answer{}
		if err := json.Unmarshal(f.payload, a); err != nil {
			return nil, true, c.lose(err)
		}
		if a.Canceled {
			return nil, true, errCanceled
		}
		return a, true, nil
	case wire.FrameFault:
		fault := &wire.Fault{}
		if err := json.Unmarshal(f.payload, fault); err != nil {
			return nil, true, c.lose(err)
		}
		return nil, true, c.fault(fault)
	case wire.FrameLost:
		return nil, true, c.lose(parseLost(string(f.payload)))
	}
	return nil, true, c.lose(fmt.Errorf("a frame of kind %q", f.kind))
}

func (c *child) fault(f *wire.Fault) error {
	text := oneLine(f.Text)
	if f.Stepping {
		text = fmt.Sprintf("at %g s: %s", f.Time, text)
	}
	if f.Fatal {
		return c.lose(errors.New(text))
	}
	return errors.New(text)
}

// lose ends the process and remembers why.
func (c *child) lose(why error) error {
	if c.gone != nil {
		return why
	}
	if text := c.tail.line(); text != "" {
		why = fmt.Errorf("%w; it printed: %s", why, text)
	}
	c.gone = why
	c.end()
	return why
}

func (c *child) end() {
	_ = c.in.Close()
	killGroup(c.cmd)
	for range c.frames { // until listen has waited for the process
	}
}

// close lets the process go by itself.
func (c *child) close() {
	if c.gone == nil {
		c.gone = errors.New("fmi: the session is closed")
		_ = c.in.Close()
		timer := time.AfterFunc(cancelDelay, func() { killGroup(c.cmd) })
		defer timer.Stop()
		for range c.frames {
		}
	}
}

func parseMessage(text string) Message {
	parts := strings.SplitN(text, "\t", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	status, _ := strconv.Atoi(parts[0])
	return Message{status, oneLine(parts[1]), oneLine(parts[2])}
}

func parseLost(text string) *Lost {
	parts := strings.SplitN(text, "\t", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	call := oneLine(parts[2])
	switch {
	case parts[0] == "crash" && call == "":
		return &Lost{Why: "crashed its process (" + oneLine(parts[1]) + ")"}
	case parts[0] == "crash":
		return &Lost{Why: "crashed (" + oneLine(parts[1]) + ")", Call: call}
	}
	return &Lost{Why: oneLine(parts[1]), Call: call}
}

// oneLine makes a text from outside fit for a message.
func oneLine(text string) string {
	const longest = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// tail keeps the end of what a child prints.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p[max(0, len(p)-most):]...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(p), nil
}

// line is the last line.
func (t *tail) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := bytes.TrimSpace(t.text)
	return oneLine(string(text[bytes.LastIndexByte(text, '\n')+1:]))
}
