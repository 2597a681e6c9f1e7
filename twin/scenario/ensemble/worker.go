package ensemble

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// WorkerOptions configure a worker. Kinds is needed.
type WorkerOptions struct {
	Kinds    Kinds
	Name     string        // host and process, and a random end, when empty
	Parallel int           // jobs at once; one for each processor
	Dir      string        // where models are kept; empty: a temporary folder, removed at the end
	Grace    time.Duration // how long jobs may go on once the worker is to end; 10 s
	Log      *slog.Logger  // nil: nothing is logged
}

// Worker takes jobs and answers them.
type Worker struct {
	link  *Link
	opts  WorkerOptions
	js    jetstream.JetStream
	bench *bench
	desks *desks
	queue chan *task
	temp  string

	alone   sync.RWMutex // a job that workers died with runs alone: it locks, all others read-lock
	running atomic.Int64
	done    atomic.Uint64
	mean    atomic.Int64 // of the time of a job, ns

	mu   sync.Mutex
	held map[string]*task // by subject: in the queue, at work, or on the way back
	room chan struct{}    // gets a token when a task leaves
}

// Serve works until ctx ends; then it takes no more jobs, gives those back that it has not begun, finishes the others within
// Options.Grace or gives them back too, and returns nil. Another end is an error.
func Serve(ctx context.Context, link *Link, opts WorkerOptions) error {
	w, err := newWorker(link, opts)
	if err != nil {
		return err
	}
	defer w.close()
	// Jobs outlive ctx by the grace.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if err := w.desks.watch(link.nc, w); err != nil {
		return fmt.Errorf("ensemble: worker: %w", err)
	}
	defer w.desks.leave()
	var slots, beside sync.WaitGroup
	for range w.opts.Parallel {
		slots.Go(func() {
			for t := range w.queue {
				w.attempt(ctx, work, t)
			}
		})
	}
	beats, quiet := context.WithCancel(context.WithoutCancel(ctx))
	beside.Go(func() { w.keepAlive(beats) })
	w.opts.Log.Info("worker is ready", "name", w.opts.Name, "parallel", w.opts.Parallel, "server", link.URL())

	err = w.take(ctx) // until ctx ends
	close(w.queue)
	finished := make(chan struct{})
	go func() {
		slots.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-time.After(w.opts.Grace):
		stop()
		<-finished
	}
	w.settled(3 * time.Second)
	w.say(notice{Op: opBye}, allWorkers)
	quiet()
	beside.Wait()
	_ = link.nc.FlushTimeout(2 * time.Second) // what does not get through is given to another worker
	w.opts.Log.Info("worker has ended", "answered", w.done.Load())
	return err
}

func newWorker(link *Link, opts WorkerOptions) (*Worker, error) {
	if len(opts.Kinds) == 0 {
		return nil, errors.New("ensemble: worker: it knows no kind of job")
	}
	if opts.Parallel <= 0 {
		opts.Parallel = runtime.GOMAXPROCS(0)
	}
	if opts.Parallel > maxParallel {
		return nil, fmt.Errorf("ensemble: worker: %d jobs at once: at most %d are possible", opts.Parallel, maxParallel)
	}
	if opts.Grace <= 0 {
		opts.Grace = 10 * time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Name == "" {
		opts.Name = workerName()
	}
	if len(opts.Name) > maxName {
		return nil, fmt.Errorf("ensemble: worker: a name of %d bytes: at most %d are possible", len(opts.Name), maxName)
	}
	w := &Worker{link: link, opts: opts, queue: make(chan *task, maxHeld(opts.Parallel)), held: map[string]*task{}, room: make(chan struct{}, 1)}
	w.desks = newDesks()
	if opts.Dir == "" {
		dir, err := os.MkdirTemp("", "orrery-worker-")
		if err != nil {
			return nil, fmt.Errorf("ensemble: worker: %w", err)
		}
		w.temp, w.opts.Dir = dir, dir
	}
	w.bench = &bench{kinds: opts.Kinds, fetch: func(ctx context.Context, hash string) (string, error) {
		return link.fetch(ctx, filepath.Join(w.opts.Dir, "models"), hash)
	}}
	var err error
	w.js, err = jetstream.New(link.nc, jetstream.WithDefaultTimeout(requestLimit), jetstream.WithPublishAsyncMaxPending(4*maxHeld(opts.Parallel)),
		jetstream.WithPublishAsyncTimeout(requestLimit), jetstream.WithPublishAsyncAckHandler(w.stored), jetstream.WithPublishAsyncErrHandler(w.unstored))
	if err != nil {
		w.close()
		return nil, fmt.Errorf("ensemble: worker: %w", err)
	}
	return w, nil
}

func (w *Worker) close() {
	w.mu.Lock()
	clear(w.held) // answers that are still on their way are nobody's now
	w.mu.Unlock()
	if w.js != nil {
		w.js.CleanupPublisher()
	}
	w.bench.close()
	if w.temp != "" {
		os.RemoveAll(w.temp)
	}
}

func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	host = host[:min(len(host), maxName/2)]
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), strings.ToLower(rand.Text()[:6]))
}

// ahead is how much work a worker holds beyond what it is at, so that it never waits for the network, and little enough
// that no other worker waits for it.
const ahead = 100 * time.Millisecond

// maxParallel is the most jobs that a worker computes at once.
const maxParallel = 1024

// perSlot is the most jobs that a worker holds for each that it computes at once.
const perSlot = 128

func maxHeld(parallel int) int { return parallel * perSlot }

// want is how many jobs the worker should hold now.
func (w *Worker) want() int {
	mean := time.Duration(w.mean.Load())
	if mean <= 0 {
		return 2 * w.opts.Parallel
	}
	return w.opts.Parallel * int(min(max(ahead/mean, 0), perSlot-1)+1)
}

// take brings jobs into the queue until ctx ends.
func (w *Worker) take(ctx context.Context) error {
	var consumer jetstream.Consumer
	var err error
	for pause := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if w.link.nc.IsClosed() {
			return errors.New("ensemble: worker: the server refuses the connection for good: check the credentials, then start the worker again")
		}
		if consumer == nil {
			if consumer, err = w.consumer(ctx); err != nil {
				w.opts.Log.Warn("waiting for the server", "error", err)
				pause = time.Second
				continue
			}
		}
		pause = 0
		room := w.want() - w.count()
		if room*4 < w.want() {
			select {
			case <-w.room:
			case <-ctx.Done():
			}
			continue
		}
		if err := w.fetch(ctx, consumer, room); err != nil && ctx.Err() == nil {
			consumer, pause = nil, time.Second
		}
	}
}

// consumer opens the consumer of jobs, and makes the streams if a restart took them.
func (w *Worker) consumer(ctx context.Context) (jetstream.Consumer, error) {
	short, cancel := context.WithTimeout(ctx, electionLimit)
	defer cancel()
	c, err := w.js.Consumer(short, jobStream, workers)
	if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		if err = w.link.prepare(ctx); err == nil {
			c, err = w.js.Consumer(ctx, jobStream, workers)
		}
	}
	return c, err
}

// fetch takes up to n jobs; it returns when they are there, or after a second.
func (w *Worker) fetch(ctx context.Context, consumer jetstream.Consumer, n int) error {
	batch, err := consumer.Fetch(n, jetstream.FetchMaxWait(time.Second))
	if err != nil {
		return err
	}
	for open := true; open; {
		select {
		case m, ok := <-batch.Messages():
			open = ok
			if !ok {
				break
			}
			if t := w.accept(m); t != nil {
				w.queue <- t // it has room for all that is held
			}
		case <-ctx.Done():
			giveUp(batch.Messages())
			return nil
		}
	}
	if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, jetstream.ErrNoMessages) {
		return err
	}
	return nil
}

// giveUp leaves what has arrived to others. What arrives later comes to them after ackWait.
func giveUp(arrived <-chan jetstream.Msg) {
	for {
		select {
		case m, ok := <-arrived:
			if !ok {
				return
			}
			_ = m.Nak()
		default:
			return
		}
	}
}

func (w *Worker) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.held)
}

// leave forgets a task.
func (w *Worker) leave(t *task) {
	w.mu.Lock()
	delete(w.held, t.msg.Subject())
	w.mu.Unlock()
	select {
	case w.room <- struct{}{}:
	default:
	}
}

// settled waits until the server has all results, but not for long.
func (w *Worker) settled(limit time.Duration) {
	for end := time.Now().Add(limit); w.count() > 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
}

// keepAlive tells the server which jobs the worker is still at, and the desks that it is there.
func (w *Worker) keepAlive(ctx context.Context) {
	w.beat()
	jobs, beats := time.NewTicker(stillOn), time.NewTicker(beatEvery)
	defer jobs.Stop()
	defer beats.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-jobs.C:
			for _, t := range w.older(now.Add(-stillOn / 2)) {
				_ = t.msg.InProgress() // without it another worker gets the job, no harm is done
			}
		case now := <-beats.C:
			w.beat()
			w.desks.expire(now, w)
		}
	}
}

// older lists the tasks that are held since before a moment.
func (w *Worker) older(than time.Time) []*task {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*task
	for _, t := range w.held {
		if t.since.Before(than) {
			out = append(out, t)
		}
	}
	return out
}

func (w *Worker) beat() {
	w.say(notice{Op: opBeat, Slots: w.opts.Parallel, Running: int(w.running.Load()), Done: w.done.Load()}, allWorkers)
}

func (w *Worker) say(n notice, to string) {
	n.Worker = w.opts.Name
	_ = w.link.nc.Publish(workerSubject+to, n.encode()) // the next beat says it again
}
