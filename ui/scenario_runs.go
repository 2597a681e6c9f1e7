package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/sim"
)

// askState is how far a question is.
type askState uint8

const (
	askWaiting askState = iota
	askRunning
	askDone
	askStopped // by the user: what there is of an answer is kept, marked as partial
	askFailed
)

// studyAsk is a question to a study. But for share it belongs to the Fyne goroutine; the worker has copies.
type studyAsk struct {
	number   int
	plan     string // ID of the scenario that it is for
	label    string
	key      string // study and changes: equal keys have equal answers
	study    sim.Study
	question sim.Question
	live     func(context.Context) sim.Question // fills in what the plant begins with, on the worker; may be nil
	coarse   bool                               // a first answer, within coarseTime
	state    askState
	quiet    bool // it was put off for another: its end is no news
	share    atomic.Uint64
	cancel   context.CancelFunc
	began    time.Time
	took     time.Duration
	err      error
}

// done is the share that is done, 0 to 1.
func (a *studyAsk) done() float64 { return math.Float64frombits(a.share.Load()) }

// answered is what a study said of a scenario.
type answered struct {
	*sim.Answer
	key    string
	coarse bool             // a better one follows
	swings map[string]swing // of a ranking of fields, by the label of a rank
}

// studyRuns asks the studies, one question at a time and one first answer beside it: the newest question goes ahead of all
// others, and takes the place of an older one of its scenario. What is put off is asked again from its beginning, unless
// half of it is done: then it ends first. It belongs to the Fyne goroutine; each question runs on a goroutine of its own.
type studyRuns struct {
	clock   func() time.Time
	queue   []*studyAsk // waiting
	busy    *studyAsk
	first   *studyAsk   // a first answer that is being made
	past    []*studyAsk // the newest last
	answers map[string]answered
	faults  map[string]error
	kept    []answered // by key, the newest last
	number  int
	members int // replications of a first answer, as many as its time allows

	stop  context.CancelFunc
	ctx   context.Context
	group sync.WaitGroup
	mu    sync.Mutex
	ended []endedAsk // by the worker
}

type endedAsk struct {
	ask    *studyAsk
	answer *sim.Answer
	err    error
	took   time.Duration
}

const (
	coarseTime  = 90 * time.Millisecond // for a first answer
	coarseRuns  = 4                     // replications of the very first one
	maxCoarse   = 64
	keptAsks    = 6  // that have ended and are still listed
	keptAnswers = 96 // by key
)

func newStudyRuns(clock func() time.Time) *studyRuns {
	r := &studyRuns{clock: clock, answers: map[string]answered{}, faults: map[string]error{}, members: coarseRuns}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// close ends all work and waits for it.
func (r *studyRuns) close() {
	r.stop()
	r.group.Wait()
}

// questionKey tells questions apart: what is asked and whom. Changes count in any order.
func questionKey(study string, changes []sim.Change, fork time.Time) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.String()
	}
	slices.Sort(parts)
	at := ""
	if !fork.IsZero() {
		at = fork.UTC().Format(time.RFC3339)
	}
	return study + "\x00" + at + "\x00" + strings.Join(parts, "\x00")
}

// ask has a study answer for a scenario: at once what was answered before, else a first answer and then a full one.
// again asks anew although there is an answer.
func (r *studyRuns) ask(a *studyAsk, again bool) {
	r.drop(a.plan)
	delete(r.faults, a.plan)
	if !again {
		for _, k := range r.kept {
			if k.key == a.key {
				r.answers[a.plan] = k
				return
			}
		}
	}
	r.number++
	a.number = r.number
	first := &studyAsk{number: a.number, plan: a.plan, label: a.label, key: a.key, study: a.study, question: a.question, live: a.live, coarse: true}
	first.question.Runs = r.members
	r.queue = append([]*studyAsk{first, a}, r.queue...)
	r.putOff(a)
	r.start()
}

// putOff has what is being answered wait for another question, unless half of it is done.
func (r *studyRuns) putOff(a *studyAsk) {
	b := r.busy
	if b == nil || b.quiet || b.plan == a.plan || b.done() >= .5 {
		return
	}
	b.quiet = true
	b.cancel()
	later := &studyAsk{number: b.number, plan: b.plan, label: b.label, key: b.key, study: b.study, question: b.question, live: b.live}
	at := 0
	for i, o := range r.queue {
		if o.number == a.number {
			at = i + 1
		}
	}
	r.queue = slices.Insert(r.queue, at, later)
}

// askAlone asks for a scenario without a first answer: what there is of one is shown meanwhile.
func (r *studyRuns) askAlone(a *studyAsk) {
	r.drop(a.plan)
	delete(r.faults, a.plan)
	r.number++
	a.number = r.number
	r.queue = append([]*studyAsk{a}, r.queue...)
	r.putOff(a)
	r.start()
}

// drop takes what waits for a scenario out of the queue and ends what is being answered for it.
func (r *studyRuns) drop(plan string) {
	r.queue = slices.DeleteFunc(r.queue, func(a *studyAsk) bool { return a.plan == plan })
	for _, b := range []*studyAsk{r.busy, r.first} {
		if b != nil && b.plan == plan {
			b.quiet = true
			b.cancel()
		}
	}
}

// forget drops a scenario with its answer.
func (r *studyRuns) forget(plan string) {
	r.drop(plan)
	delete(r.answers, plan)
	delete(r.faults, plan)
}

// cancel stops a question of the user's: number 0 all of them.
func (r *studyRuns) cancel(number int) {
	r.queue = slices.DeleteFunc(r.queue, func(a *studyAsk) bool {
		gone := number == 0 || a.number == number
		if gone && !a.coarse {
			a.state = askStopped
			r.noteEnd(a)
		}
		return gone
	})
	for _, b := range []*studyAsk{r.busy, r.first} {
		if b != nil && (number == 0 || b.number == number) {
			b.state = askStopped
			b.cancel()
		}
	}
}

func (r *studyRuns) noteEnd(a *studyAsk) {
	r.past = append(r.past, a)
	r.past = r.past[max(0, len(r.past)-keptAsks):]
}

// start begins the next first answer and the next question, where none is being answered.
func (r *studyRuns) start() {
	for _, slot := range []struct {
		at     **studyAsk
		coarse bool
	}{{&r.first, true}, {&r.busy, false}} {
		i := slices.IndexFunc(r.queue, func(a *studyAsk) bool { return a.coarse == slot.coarse })
		if *slot.at != nil || i < 0 || r.ctx.Err() != nil {
			continue
		}
		a := r.queue[i]
		r.queue = slices.Delete(r.queue, i, i+1)
		*slot.at = a
		r.run(a)
	}
}

// run answers a question on a goroutine of its own.
func (r *studyRuns) run(a *studyAsk) {
	ctx, cancel := context.WithCancel(r.ctx)
	if a.coarse {
		cancel()
		ctx, cancel = context.WithTimeout(r.ctx, coarseTime)
	}
	a.cancel, a.state, a.began = cancel, askRunning, r.clock()
	q, live, study := a.question, a.live, a.study
	q.Progress = func(share float64) { a.share.Store(math.Float64bits(max(0, min(1, share)))) }
	r.group.Add(1)
	go func() {
		defer r.group.Done()
		defer cancel()
		if live != nil {
			own := live(ctx)
			q.Now, q.Live = own.Now, own.Live
		}
		begin := time.Now()
		answer, err := safeAnswer(ctx, study, q)
		took := time.Since(begin)
		r.mu.Lock()
		r.ended = append(r.ended, endedAsk{a, answer, err, took})
		r.mu.Unlock()
	}()
}

// safeAnswer asks a study; one that panics has failed.
func safeAnswer(ctx context.Context, s sim.Study, q sim.Question) (a *sim.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			fyne.LogError("a study broke off", fmt.Errorf("%v\n%s", p, debug.Stack()))
			a, err = nil, errors.New("the study broke off: its model does something that it should not; tell who wrote it")
		}
	}()
	return s.Answer(ctx, q)
}

// take takes over what has ended; it is called by the frame and reports whether something came.
func (r *studyRuns) take() bool {
	r.mu.Lock()
	ended := r.ended
	r.ended = nil
	r.mu.Unlock()
	for _, e := range ended {
		r.end(e)
	}
	r.start()
	return len(ended) > 0
}

func (r *studyRuns) end(e endedAsk) {
	a := e.ask
	switch a {
	case r.busy:
		r.busy = nil
	case r.first:
		r.first = nil
	}
	a.took = e.took
	if a.coarse {
		r.pace(e)
	}
	if a.quiet {
		return
	}
	stopped := a.state == askStopped
	switch {
	case e.answer != nil:
		out := answered{Answer: e.answer, key: a.key, coarse: a.coarse}
		if t, ok := a.study.(*tornadoStudy); ok {
			out.swings = t.swings
		}
		if e.err != nil && !e.answer.Partial {
			own := *e.answer
			own.Partial, out.Answer = true, &own
		}
		if old, had := r.answers[a.plan]; a.coarse && had && old.key == a.key {
			break // nothing is gained by it
		}
		r.answers[a.plan] = out
		if !a.coarse && !out.Partial {
			r.keep(out)
		}
	case e.err != nil && !errors.Is(e.err, context.Canceled) && !a.coarse: // why there is no first answer, the full one will say
		a.err, a.state = e.err, askFailed
		r.faults[a.plan] = e.err
		delete(r.answers, a.plan)
		r.noteEnd(a)
		return
	}
	if !a.coarse {
		if !stopped {
			a.state = askDone
		}
		r.noteEnd(a)
	}
}

// pace chooses how many replications the next first answer has.
func (r *studyRuns) pace(e endedAsk) {
	switch {
	case e.took > coarseTime*3/4:
		r.members = max(1, r.members/2)
	case e.took < coarseTime/4 && e.err == nil:
		r.members = min(maxCoarse, r.members*2)
	}
}

func (r *studyRuns) keep(a answered) {
	r.kept = slices.DeleteFunc(r.kept, func(k answered) bool { return k.key == a.key })
	r.kept = append(r.kept, a)
	r.kept = r.kept[max(0, len(r.kept)-keptAnswers):]
}

// pending reports whether a scenario waits for an answer, and how much of it is done.
func (r *studyRuns) pending(plan string) (share float64, running, pending bool) {
	if r.busy != nil && r.busy.plan == plan && !r.busy.quiet {
		return r.busy.done(), true, true
	}
	return 0, false, slices.ContainsFunc(r.queue, func(a *studyAsk) bool { return a.plan == plan })
}

// working reports whether anything is being answered or waits.
func (r *studyRuns) working() bool { return r.busy != nil || r.first != nil || len(r.queue) > 0 }

// listed are the questions that are shown in the queue: those that run or wait, then those that were stopped or have
// failed, the newest first; while something is being answered, those that were answered too. First answers are not shown.
func (r *studyRuns) listed() (out []*studyAsk) {
	if b := r.busy; b != nil && !b.coarse && !b.quiet {
		out = append(out, b)
	}
	for _, a := range r.queue {
		if !a.coarse {
			out = append(out, a)
		}
	}
	for i := len(r.past) - 1; i >= 0; i-- {
		if r.past[i].state != askDone || r.working() {
			out = append(out, r.past[i])
		}
	}
	return out
}
