package ensemble

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// Options configure an Executor. Kind is needed.
type Options struct {
	Kind     string        // of all jobs: a name that the workers know
	Model    *Bundle       // what the jobs are about; nil: they need none
	Limit    time.Duration // how long one job may take; an hour
	Window   int           // how many jobs are under way at most; 4096
	Bytes    int           // how many bytes of payloads are under way at most; 64 MiB
	Patience time.Duration // how long to wait for a first or another worker, or for the server; 2 minutes, < 0: for ever
	Progress func(Status)  // about five times a second, from the goroutine of Run; it must be quick; nil: nobody asks
}

// Status says how a run goes.
type Status struct {
	Sent     int // jobs that were pulled from the sequence
	Answered int
	Failed   int // of the answered, those with an error
	Again    int // results that came a second time and were dropped
	Resent   int // jobs that were lost on the way and sent again
	Gone     int // workers that fell silent without a word
	Workers  []WorkerStatus
	Server   string // where we are connected; empty: nowhere, for now
}

// WorkerStatus is what a worker says of itself.
type WorkerStatus struct {
	Name    string
	Slots   int // jobs that it computes at once
	Running int // jobs that it computes now
	Done    uint64
}

// Unfinished is the error of a run that ended before all jobs were answered. The results that came stand.
type Unfinished struct {
	Answered, Open int
	Cause          error
}

func (e *Unfinished) Error() string {
	return fmt.Sprintf("ensemble: %d jobs answered, %d open: %v", e.Answered, e.Open, e.Cause)
}

func (e *Unfinished) Unwrap() error { return e.Cause }

// Executor computes jobs on all workers that are connected to a server. It is a scenario.Executor. Several runs may go on at
// once, of one executor and of several desks: the workers take jobs in the order in which they were sent.
type Executor struct {
	link *Link
	opts Options
}

var _ scenario.Executor = (*Executor)(nil)

// NewExecutor makes an executor over a link, which stays the caller's.
func NewExecutor(link *Link, opts Options) (*Executor, error) {
	if opts.Kind == "" || len(opts.Kind) > maxName {
		return nil, fmt.Errorf("ensemble: executor: a kind of %d bytes: name one of 1 to %d", len(opts.Kind), maxName)
	}
	set := func(v *int, usual int) {
		if *v <= 0 {
			*v = usual
		}
	}
	set(&opts.Window, 4096)
	set(&opts.Bytes, 64<<20)
	if opts.Limit <= 0 {
		opts.Limit = time.Hour
	}
	opts.Limit = min(opts.Limit, maxLimit)
	if opts.Patience == 0 {
		opts.Patience = 2 * time.Minute
	}
	return &Executor{link: link, opts: opts}, nil
}

// batch is one call of Run.
type batch struct {
	*Executor
	name  string
	model string
	js    jetstream.JetStream // with our handlers of acknowledgements
	book  *book
	crew  crew
	begun time.Time

	cancel context.CancelCauseFunc // ends everything with a reason
}

// Run sends jobs to the workers and calls result once for each ID, from this goroutine. See scenario.Executor for what it
// promises. When it ends early the workers are told to stop, what was not begun is removed, and the error is an *Unfinished
// around the cause.
func (e *Executor) Run(ctx context.Context, jobs iter.Seq[scenario.Job], result func(scenario.Result)) error {
	outer := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := &batch{Executor: e, name: rand.Text(), book: newBook(e.opts.Window, e.opts.Bytes), begun: time.Now(), cancel: cancel}
	if e.opts.Model != nil {
		if err := e.link.offer(ctx, e.opts.Model); err != nil {
			return err
		}
		b.model = e.opts.Model.Hash
	}
	if err := b.open(); err != nil {
		return err
	}
	defer b.close()
	answers, err := b.listen(ctx)
	if err != nil {
		return err
	}
	sent := make(chan struct{})
	go b.send(ctx, jobs, sent)
	err = b.collect(ctx, answers, sent, result)
	cancel(err)
	<-sent // the sequence of the caller is left alone from here on
	if err == nil {
		return nil
	}
	if outer.Err() != nil {
		err = outer.Err()
	}
	_, answered, _ := b.book.counts()
	return &Unfinished{Answered: answered, Open: b.book.open(), Cause: err}
}

// open makes the batch known to the workers.
func (b *batch) open() error {
	var err error
	b.js, err = jetstream.New(b.link.nc, jetstream.WithDefaultTimeout(requestLimit), jetstream.WithPublishAsyncMaxPending(1024),
		jetstream.WithPublishAsyncTimeout(requestLimit), jetstream.WithPublishAsyncErrHandler(b.unsent))
	if err != nil {
		return fmt.Errorf("ensemble: executor: %w", err)
	}
	if err := b.crew.watch(b.link.nc, b.name); err != nil {
		return fmt.Errorf("ensemble: executor: %w", err)
	}
	b.tell(opHello)
	return nil
}

// close tells the workers that the batch is over and removes what is left of it.
func (b *batch) close() {
	b.tell(opCancel)
	b.crew.leave()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = b.link.purge(ctx, b.name) // what stays is dropped by the workers once they miss us, or by age
	b.js.CleanupPublisher()
}

func (b *batch) tell(op string) {
	_ = b.link.nc.Publish(controlSubject+b.name, notice{Op: op}.encode()) // said again with the next beat
}

// listen reads results as they come, in a goroutine that ends with ctx.
func (b *batch) listen(ctx context.Context) (<-chan jetstream.Msg, error) {
	open, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	c, err := b.js.OrderedConsumer(open, resultStream, jetstream.OrderedConsumerConfig{FilterSubjects: []string{resultSubject + b.name + ".*"},
		DeliverPolicy: jetstream.DeliverAllPolicy, InactiveThreshold: 5 * time.Minute})
	if err != nil {
		return nil, fmt.Errorf("ensemble: executor: %w", b.link.addr.plain(err))
	}
	it, err := c.Messages(jetstream.PullMaxMessages(512))
	if err != nil {
		return nil, fmt.Errorf("ensemble: executor: %w", b.link.addr.plain(err))
	}
	out := make(chan jetstream.Msg, 256)
	context.AfterFunc(ctx, it.Stop)
	go func() {
		for {
			m, err := it.Next()
			switch {
			case ctx.Err() != nil:
				return
			case err != nil: // the consumer comes back by itself
				select {
				case <-time.After(200 * time.Millisecond):
				case <-ctx.Done():
					return
				}
				continue
			}
			select {
			case out <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// send pulls jobs and sends them, as many as the book has room for.
func (b *batch) send(ctx context.Context, jobs iter.Seq[scenario.Job], done chan<- struct{}) {
	defer close(done)
	defer func() {
		if p := recover(); p != nil {
			b.cancel(fmt.Errorf("the sequence of jobs: panic: %v", p))
		}
	}()
	for job := range jobs {
		o := order{Kind: b.opts.Kind, Batch: b.name, ID: job.ID, Model: b.model, Limit: b.opts.Limit, Payload: job.Payload}
		switch fresh, err := b.book.enter(ctx, job.ID, o, b.cap()); {
		case err != nil:
			return
		case fresh != nil:
			b.publish(fresh)
		}
		if ctx.Err() != nil {
			return
		}
	}
	b.book.end()
}

// cap is the most bytes that a job may have on its way.
func (b *batch) cap() int { return int(min(b.link.nc.MaxPayload()-4096, maxPayload)) }

func (b *batch) publish(e *entry) {
	m := &nats.Msg{Subject: jobSubject + b.name + "." + e.token, Data: e.data}
	if _, err := b.js.PublishMsgAsync(m); err != nil {
		b.unsent(b.js, m, err)
	}
}

// unsent notes a job that the server did not take. It is sent again at the next tick.
func (b *batch) unsent(_ jetstream.JetStream, m *nats.Msg, err error) {
	if !isThere(err) {
		b.book.lost(lastPart(m.Subject))
	}
}

// collect takes results until all jobs are answered, and watches over the rest.
func (b *batch) collect(ctx context.Context, answers <-chan jetstream.Msg, sent <-chan struct{}, result func(scenario.Result)) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	guard := newGuard(b)
	watched, stop := context.WithCancel(ctx)
	defer guard.wait()
	defer stop()
	for {
		select {
		case m := <-answers:
			b.take(m, result)
		case r := <-b.book.refused:
			b.book.count(r.Err != nil)
			result(r)
		case <-sent:
			sent = nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case now := <-tick.C:
			if err := guard.look(watched, now); err != nil {
				return err
			}
			b.report()
		}
		if b.book.complete() {
			b.report()
			return nil
		}
	}
}

// take hands on one result, if it is the first of its job.
func (b *batch) take(m jetstream.Msg, result func(scenario.Result)) {
	a, err := decodeAnswer(m.Data())
	if err != nil {
		var other *VersionError
		if errors.As(err, &other) {
			b.cancel(err)
		}
		return
	}
	seq := uint64(0)
	if meta, err := m.Metadata(); err == nil {
		seq = meta.Sequence.Stream
	}
	if !b.book.settle(a.ID, lastPart(m.Subject()), seq) {
		return
	}
	r := scenario.Result{ID: a.ID, Payload: a.Payload}
	if a.Failed != "" {
		r.Payload, r.Err = nil, errors.New(a.Failed)
	}
	b.book.count(r.Err != nil)
	result(r)
}

func (b *batch) report() {
	if b.opts.Progress == nil {
		return
	}
	s := b.book.status()
	s.Workers, s.Gone = b.crew.list(), b.crew.lost()
	s.Server = b.link.URL()
	b.opts.Progress(s)
}
