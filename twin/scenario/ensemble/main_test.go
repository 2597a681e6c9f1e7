package ensemble

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/orrery-twin/orrery/twin/scenario"
)

const childVariable = "ORRERY_TEST_CHILD"

// The tests run servers and workers as processes of their own: this binary again, with a role.
func TestMain(m *testing.M) {
	var err error
	switch role := os.Getenv(childVariable); role {
	case "":
		os.Exit(m.Run())
	case "server":
		err = serverChild(os.Args[1])
	case "worker":
		err = workerChild(os.Args[1], os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serverChild is nats-server: it reads a configuration and runs until it is killed.
func serverChild(config string) error {
	opts, err := server.ProcessConfigFile(config)
	if err != nil {
		return err
	}
	opts.NoLog = true
	s, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	s.Start()
	s.WaitForShutdown()
	return nil
}

// workerChild is a worker with the kinds of the tests. It prints "ready" once it is connected, and what it says goes to standard error.
func workerChild(url, parallel string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	link, err := Connect(ctx, Address{URL: url})
	if err != nil {
		return err
	}
	defer link.Close()
	n, err := strconv.Atoi(parallel)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	level := slog.LevelWarn
	return Serve(ctx, link, WorkerOptions{Kinds: testKinds(), Parallel: n, Grace: 5 * time.Second,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))})
}

// testKinds are the kinds of jobs of the tests. The payload is a number n.
func testKinds() Kinds {
	number := func(f func(ctx context.Context, n uint64) (uint64, error)) Opener {
		return Plain(func(ctx context.Context, job scenario.Job) ([]byte, error) {
			if len(job.Payload) < 8 {
				return nil, errors.New("no number")
			}
			v, err := f(ctx, binary.LittleEndian.Uint64(job.Payload))
			return binary.LittleEndian.AppendUint64(nil, v), err
		})
	}
	return Kinds{
		"square": number(func(_ context.Context, n uint64) (uint64, error) { return n * n, nil }),
		"work":   number(func(_ context.Context, n uint64) (uint64, error) { return churn(n), nil }),
		"odd": number(func(_ context.Context, n uint64) (uint64, error) {
			if n%2 == 0 {
				return 0, fmt.Errorf("%d is even", n)
			}
			return n, nil
		}),
		"panic": number(func(context.Context, uint64) (uint64, error) { panic("ouch") }),
		"sleep": number(func(ctx context.Context, n uint64) (uint64, error) {
			select {
			case <-time.After(time.Duration(n)):
				return n, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}),
		"poison": number(func(_ context.Context, n uint64) (uint64, error) {
			if n == 13 {
				os.Exit(7)
			}
			time.Sleep(time.Millisecond)
			return n * n, nil
		}),
		"read": func(_ context.Context, m Model) (scenario.Work, func(), error) {
			text, err := os.ReadFile(filepath.Join(m.Dir, "plant", "twin.yaml"))
			return func(context.Context, scenario.Job) ([]byte, error) { return text, nil }, nil, err
		},
		"trust": func(context.Context, Model) (scenario.Work, func(), error) {
			return nil, nil, &NotHere{"the FMU pump is not trusted here"}
		},
	}
}

// churn takes about half a millisecond and depends on n alone.
func churn(n uint64) uint64 {
	x := n*2862933555777941757 + 3037000493
	for range 250_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// numbers are jobs with the payloads 0 to n − 1.
func numbers(n int) func(yield func(scenario.Job) bool) {
	return func(yield func(scenario.Job) bool) {
		for i := range n {
			if !yield(scenario.Job{ID: fmt.Sprintf("job-%d", i), Payload: binary.LittleEndian.AppendUint64(nil, uint64(i))}) {
				return
			}
		}
	}
}

// tally counts results by ID and checks each.
type tally struct {
	t    testing.TB
	want func(n uint64) uint64
	got  map[string]int
	errs map[string]string
}

func newTally(t testing.TB, want func(n uint64) uint64) *tally {
	return &tally{t: t, want: want, got: map[string]int{}, errs: map[string]string{}}
}

func (c *tally) take(r scenario.Result) {
	c.got[r.ID]++
	if r.Err != nil {
		c.errs[r.ID] = r.Err.Error()
		return
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(r.ID, "job-"), 10, 64)
	if err != nil {
		c.t.Errorf("the result of %q, which nobody asked", r.ID)
		return
	}
	if got := binary.LittleEndian.Uint64(r.Payload); c.want != nil && got != c.want(n) {
		c.t.Errorf("%s is %d, want %d", r.ID, got, c.want(n))
	}
}

// each checks that the first n jobs were answered once, and nothing else.
func (c *tally) each(n int) {
	c.t.Helper()
	if len(c.got) != n {
		c.t.Errorf("%d ids in the results, want %d", len(c.got), n)
	}
	for i := range n {
		if k := c.got[fmt.Sprintf("job-%d", i)]; k != 1 {
			c.t.Errorf("job-%d has %d results", i, k)
			return
		}
	}
}

// process is a server or a worker that runs on its own.
type process struct {
	cmd *exec.Cmd
	end chan error
}

func start(t testing.TB, cmd *exec.Cmd, role string, env ...string) *process {
	t.Helper()
	if role != "" {
		env = append(env, childVariable+"="+role)
	}
	cmd.Env = append(os.Environ(), env...)
	if cmd.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, end: make(chan error, 1)}
	go func() { p.end <- cmd.Wait() }()
	t.Cleanup(p.kill)
	return p
}

// kill ends it without a chance to say good-bye.
func (p *process) kill() { _ = p.cmd.Process.Kill() }

// wait waits until it has ended by itself.
func (p *process) wait(t testing.TB, limit time.Duration) error {
	t.Helper()
	select {
	case err := <-p.end:
		return err
	case <-time.After(limit):
		t.Fatal("the process does not end")
		return nil
	}
}

// startWorker starts a worker process and waits until it is connected.
func startWorker(t testing.TB, url string, parallel int, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], url, strconv.Itoa(parallel))
	r, w := io.Pipe()
	cmd.Stdout = w
	p := start(t, cmd, "worker", env...)
	lines := bufio.NewScanner(r)
	ready := make(chan bool, 1)
	go func() {
		ready <- lines.Scan()
		_, _ = io.Copy(io.Discard, r)
	}()
	select {
	case <-ready:
	case err := <-p.end:
		t.Fatalf("the worker ended: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("the worker does not come up")
	}
	return p
}

// startServer is an embedded server with a link to it.
func startServer(t testing.TB) (*Server, *Link) {
	t.Helper()
	s, err := StartServer(ServerOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	l, err := Connect(context.Background(), s.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return s, l
}

// serve runs a worker in this process; stop ends it and returns its error.
func serve(t testing.TB, l *Link, opts WorkerOptions) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	if opts.Kinds == nil {
		opts.Kinds = testKinds()
	}
	go func() { done <- Serve(ctx, l, opts) }()
	ended := false
	stop = func() error {
		if ended {
			return nil
		}
		ended = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

func executor(t testing.TB, l *Link, opts Options) *Executor {
	t.Helper()
	e, err := NewExecutor(l, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// freePorts are ports that nothing listens at.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var out []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		out = append(out, l.Addr().(*net.TCPAddr).Port)
	}
	return out
}
