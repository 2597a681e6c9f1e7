package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

const childEnv = "ORRERY_HISTORY_TEST_DIR"

// tickTime is the time of the n-th tick of the child process.
func tickTime(n int64) time.Time { return epoch.Add(time.Duration(n) * 100 * time.Millisecond) }

func tickBatch(tree *twin.Tree, n int64) []twin.Sample {
	batch := make([]twin.Sample, len(tree.Signals()))
	for i := range batch {
		batch[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: tickTime(n).UnixNano(), Value: float64(n) + float64(i)/100}
	}
	return batch
}

// childTree is that of the child process and of the parent that reads after it.
func childTree() *twin.Tree {
	signals := make([]twin.Signal, 40)
	for i := range signals {
		signals[i] = twin.Signal{Path: fmt.Sprintf("a/s%d", i), Asset: 0}
	}
	tree, err := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, signals)
	if err != nil {
		panic(err)
	}
	return tree
}

// appendUntilKilled is the child process: it appends tick after tick and prints the number of each that was acknowledged.
func appendUntilKilled(dir string) {
	tree := childTree()
	s, err := Open(context.Background(), tree, Options{Dir: dir, Clock: func() time.Time { return epoch.Add(day) }})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	next := int64(0)
	if _, last, ok := s.Extent(); ok {
		next = int64(last.Sub(epoch)/(100*time.Millisecond)) + 1
	}
	for ; ; next++ {
		if err := s.Append(tickBatch(tree, next)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(next)
	}
}

// child starts the test binary again as a writer in dir and returns its output.
func child(t *testing.T, dir string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

func TestAcknowledgedTicksSurviveKill(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 4
	}
	dir, tree := t.TempDir(), childTree()
	acked := int64(-1)
	for range kills {
		cmd, out := child(t, dir)
		timer := time.AfterFunc(time.Duration(100+rand.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() }) //nolint:errcheck // it may be gone
		all, err := io.ReadAll(out)
		if err != nil {
			t.Fatal(err)
		}
		timer.Stop()
		cmd.Wait() //nolint:errcheck // killed
		if i := bytes.LastIndexByte(all, '\n'); i >= 0 {
			lines := strings.Split(string(all[:i]), "\n")
			last, err := strconv.ParseInt(lines[len(lines)-1], 10, 64)
			if err != nil {
				t.Fatalf("the child said %q", lines[len(lines)-1])
			}
			acked = max(acked, last)
		}
	}
	if acked < 100 {
		t.Fatalf("only %d ticks were acknowledged: the test tests nothing", acked)
	}
	s := open(t, tree, Options{Dir: dir})
	for id := range tree.Signals() {
		points, err := s.Range(context.Background(), twin.SignalID(id), epoch, tickTime(acked+1), nil)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(points)) != acked+1 {
			t.Fatalf("signal %d has %d of %d acknowledged ticks", id, len(points), acked+1)
		}
		for n, p := range points {
			if p.Time != tickTime(int64(n)).UnixNano() || p.Value != float64(n)+float64(id)/100 {
				t.Fatalf("tick %d of signal %d came back as %v", n, id, p)
			}
		}
	}
	if d, err := s.Density(context.Background(), epoch, tickTime(acked), 10); err != nil || d[0] != 1 || d[9] == 0 {
		t.Errorf("density after the kills = %v, %v", d, err)
	}
	t.Logf("%d ticks of %d signals, %d kills, none lost", acked+1, len(tree.Signals()), kills)
}

func TestSecondOpenNamesTheHolder(t *testing.T) {
	dir, tree := t.TempDir(), childTree()
	cmd, out := child(t, dir)
	defer func() {
		cmd.Process.Kill() //nolint:errcheck // it may be gone
		cmd.Wait()         //nolint:errcheck // killed
	}()
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the child appended nothing")
	}
	_, err := Open(context.Background(), tree, Options{Dir: dir})
	var inUse *InUseError
	if !errors.As(err, &inUse) || inUse.PID != cmd.Process.Pid || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("second open: %v, want the holder %d", err, cmd.Process.Pid)
	}

	own := open(t, tree, Options{})
	if _, err := Open(context.Background(), tree, Options{Dir: own.opts.Dir}); !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Errorf("second open in one process: %v", err)
	}
}
