package ensemble

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// Jobs that the server lost, as with its disk, are sent again.
func TestLostJobsAreSentAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("a desk waits for five seconds before it looks after its jobs")
	}
	_, link := startServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := newTally(t, func(n uint64) uint64 { return n * n })
	var last Status
	done := make(chan error, 1)
	e := executor(t, link, Options{Kind: "square", Progress: func(s Status) { last = s }})
	go func() { done <- e.Run(ctx, numbers(50), c.take) }()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if waiting, err := link.tokens(ctx, jobStream, jobSubject+"*."); err == nil && len(waiting) == 50 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the jobs do not arrive")
		}
	}
	if err := link.js.DeleteStream(ctx, jobStream); err != nil {
		t.Fatal(err)
	}
	serve(t, link, WorkerOptions{})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	c.each(50)
	if last.Resent != 50 {
		t.Errorf("%d jobs were sent again", last.Resent)
	}
}

// A desk that ends without a word leaves nothing behind: its jobs end, and those that wait are removed.
func TestDeskIsGone(t *testing.T) {
	_, link := startServer(t)
	w, err := newWorker(link, WorkerOptions{Kinds: testKinds(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	o := order{Kind: "sleep", Batch: "ghost", ID: "job-1", Limit: time.Hour}
	if _, err := link.js.Publish(t.Context(), jobSubject+"ghost."+tokenOf(o.ID), o.encode()); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	job, done := w.desks.begin(t.Context(), "ghost")
	defer done()
	w.desks.expire(now.Add(deskAfter/2), w)
	if job.Err() != nil {
		t.Fatal("the job ended while its desk may be there")
	}
	w.desks.expire(now.Add(2*deskAfter), w)
	if job.Err() == nil || w.desks.wants("ghost", now) {
		t.Error("the job goes on for nobody")
	}
	if left, err := link.tokens(t.Context(), jobStream, jobSubject+"ghost."); err != nil || len(left) > 0 {
		t.Errorf("%d jobs are left, %v", len(left), err)
	}
	w.desks.hear("ghost", now.Add(3*deskAfter))
	if !w.desks.wants("ghost", now) {
		t.Error("a desk that came back is not heard")
	}
}

// A worker leaves jobs of newer desks to newer workers, and says why; what is no job at all it removes.
func TestStrangeJobs(t *testing.T) {
	_, link := startServer(t)
	reasons := make(chan string, 10)
	sub, err := link.nc.Subscribe(workerSubject+"next", func(m *nats.Msg) {
		if n, err := decodeNotice(m.Data); err == nil && n.Op == opRefuse {
			reasons <- n.Reason
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Unsubscribe()
	newer := (&order{Kind: "square", Batch: "next", ID: "a", Limit: time.Hour}).encode()
	newer[2] = version + 1
	forged := (&order{Kind: "square", Batch: "next", ID: "other", Limit: time.Hour}).encode()
	for token, data := range map[string][]byte{"aa": newer, "bb": []byte("garbage"), "cc": forged} {
		if _, err := link.js.Publish(t.Context(), jobSubject+"next."+token, data); err != nil {
			t.Fatal(err)
		}
	}
	serve(t, link, WorkerOptions{})
	select {
	case why := <-reasons:
		if want := (&VersionError{Theirs: version + 1}).Error(); why != want {
			t.Errorf("the reason is %q, want %q", why, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the worker says nothing")
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, err := link.tokens(t.Context(), jobStream, jobSubject+"next.")
		if err == nil && len(left) == 1 && left["aa"] {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left are %v, %v", left, err)
		}
	}
}

// The sequence of jobs is pulled no further ahead than the window.
func TestBackPressure(t *testing.T) {
	_, link := startServer(t)
	serve(t, link, WorkerOptions{Parallel: 2})
	const window = 64
	e := executor(t, link, Options{Kind: "work", Window: window})
	most := 0
	var answered atomic.Int64
	err := e.Run(t.Context(), func(yield func(scenario.Job) bool) {
		n := 0
		for j := range numbers(1000) {
			n++
			most = max(most, n-int(answered.Load()))
			if !yield(j) {
				return
			}
		}
	}, func(scenario.Result) { answered.Add(1) })
	// One result is being handed on, and one job waits for room.
	if err != nil || most > window+2 || most < window/2 {
		t.Errorf("%v, %d jobs ahead of the results", err, most)
	}
}

func TestCrewForgetsTheSilent(t *testing.T) {
	c := crew{members: map[string]*member{}, refused: map[string]string{}}
	now := time.Now()
	c.begun, c.seen = now, now
	c.hear(notice{Op: opBeat, Worker: "a", Slots: 2}.encode(), now)
	c.hear(notice{Op: opBeat, Worker: "b", Slots: 4}.encode(), now)
	c.hear(notice{Op: opBye, Worker: "b"}.encode(), now)
	c.hear([]byte("garbage"), now)
	if got := c.list(); len(got) != 1 || got[0].Name != "a" || got[0].Slots != 2 {
		t.Errorf("the crew is %v", got)
	}
	later := now.Add(lostAfter + time.Second)
	if err := c.look(later, time.Minute); err != nil || c.lost() != 1 || len(c.list()) != 0 {
		t.Errorf("%v, %d fell silent, %v are there", err, c.lost(), c.list())
	}
	if err := c.look(later.Add(2*time.Minute), time.Minute); err == nil {
		t.Error("nobody is there, and the desk waits on")
	}
	if err := c.look(later.Add(time.Hour), -1); err != nil {
		t.Errorf("a desk that waits for ever: %v", err)
	}
}
