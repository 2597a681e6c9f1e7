package ensemble

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// task is a job in the hands of a worker.
type task struct {
	order     *order
	msg       jetstream.Msg
	delivered uint64
	since     time.Time
	answer    *nats.Msg // once it is computed
	tries     int       // of sending the answer
}

// Rules for jobs with which workers die.
const (
	doubtFrom = 3 // from this delivery on, a job is in doubt: it runs alone, and its attempts are counted
	doubtMost = 3 // attempts of a job in doubt, then it is given up
)

// accept makes a task of a message. Those that cannot be one are taken off the stream, or left to newer workers.
func (w *Worker) accept(m jetstream.Msg) *task {
	o, err := decodeOrder(m.Data())
	var other *VersionError
	switch {
	case errors.As(err, &other):
		w.opts.Log.Warn("a job is left to others", "error", err)
		w.say(notice{Op: opRefuse, Reason: err.Error()}, batchOf(m.Subject()))
		_ = m.NakWithDelay(time.Second)
		return nil
	case err != nil:
		w.opts.Log.Warn("a job is dropped", "error", err)
		_ = m.Term()
		return nil
	case m.Subject() != jobSubject+o.Batch+"."+tokenOf(o.ID):
		w.opts.Log.Warn("a job is dropped: it is not what its subject says", "subject", m.Subject())
		_ = m.Term()
		return nil
	case !w.desks.wants(o.Batch, time.Now()):
		_ = m.Term()
		return nil
	}
	t := &task{order: o, msg: m, since: time.Now(), delivered: 1}
	if meta, err := m.Metadata(); err == nil {
		t.delivered = meta.NumDelivered
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[m.Subject()] != nil { // we have it already, and the server thought us dead
		_ = m.NakWithDelay(ackWait)
		return nil
	}
	w.held[m.Subject()] = t
	return t
}

// batchOf is the batch in the subject of a job.
func batchOf(subject string) string {
	rest := subject[len(jobSubject):]
	for i := range len(rest) {
		if rest[i] == '.' {
			return rest[:i]
		}
	}
	return rest
}

// attempt computes a task and sends its answer. ctx ends when the worker is to end, work when it must.
func (w *Worker) attempt(ctx, work context.Context, t *task) {
	if ctx.Err() != nil {
		w.giveBack(t, 0)
		return
	}
	job, done := w.desks.begin(work, t.order.Batch)
	defer done()
	if job.Err() != nil { // wanted no more
		_ = t.msg.Term()
		w.leave(t)
		return
	}
	if t.delivered >= doubtFrom {
		w.alone.Lock()
		defer w.alone.Unlock()
		if given, err := w.doubt(job, t); err != nil {
			w.giveBack(t, time.Second)
			return
		} else if given {
			w.reply(t, nil, fmt.Errorf("ensemble: %d workers ended while they computed it: try it alone in the app, it may need too much memory", doubtMost), 0)
			return
		}
	} else {
		w.alone.RLock()
		defer w.alone.RUnlock()
	}
	begin := time.Now()
	w.running.Add(1)
	payload, err := w.compute(job, t.order)
	w.running.Add(-1)
	took := time.Since(begin)
	w.learn(took)
	if t.delivered >= doubtFrom {
		w.clear(t)
	}
	var refused *NotHere
	switch {
	case job.Err() != nil && work.Err() == nil:
		_ = t.msg.Term()
		w.leave(t)
	case work.Err() != nil && err != nil:
		w.giveBack(t, 0)
	case errors.As(err, &refused):
		w.opts.Log.Warn("a job is left to others", "reason", refused.Reason)
		w.say(notice{Op: opRefuse, Reason: refused.Reason}, t.order.Batch)
		w.giveBack(t, time.Second)
	default:
		w.reply(t, payload, err, took)
	}
}

// learn takes the time of a job into the mean.
func (w *Worker) learn(took time.Duration) {
	old := w.mean.Load()
	if old == 0 {
		w.mean.Store(int64(took))
		return
	}
	w.mean.Store(old + (int64(took)-old)/16)
}

// compute opens the model and does the work. A panic is an error; work that does not stop in time is left behind.
func (w *Worker) compute(ctx context.Context, o *order) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, o.Limit)
	defer cancel()
	type outcome struct {
		payload []byte
		err     error
	}
	out := make(chan outcome, 1)
	go func() {
		payload, err := w.guarded(limited, o)
		out <- outcome{payload, err}
	}()
	tooLong := fmt.Errorf("ensemble: the job took longer than %v: allow it more, or make it smaller", o.Limit)
	select {
	case r := <-out:
		if r.err != nil && limited.Err() != nil && ctx.Err() == nil {
			return nil, tooLong
		}
		return r.payload, r.err
	case <-limited.Done():
	}
	select {
	case r := <-out: // it has noticed
		if ctx.Err() != nil {
			return r.payload, r.err
		}
	case <-time.After(2 * time.Second):
		w.opts.Log.Warn("a job does not stop, it is left behind", "kind", o.Kind)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, tooLong
}

func (w *Worker) guarded(ctx context.Context, o *order) (payload []byte, err error) {
	model, err := w.bench.take(ctx, o.Kind, o.Model)
	if err != nil {
		return nil, err
	}
	defer w.bench.leave(model)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ensemble: %s: panic: %v: please report it", o.Kind, p)
		}
	}()
	return model.work(ctx, scenario.Job{ID: o.ID, Payload: o.Payload})
}

// reply sends the answer. The job is acknowledged when the server has stored it, in stored or unstored.
func (w *Worker) reply(t *task, payload []byte, failed error, took time.Duration) {
	a := answer{ID: t.order.ID, Worker: w.opts.Name, Took: took, Payload: payload}
	if most := int(min(w.link.nc.MaxPayload()-4096, maxPayload)); failed == nil && len(payload) > most {
		failed = fmt.Errorf("ensemble: the result has %d bytes, the server takes %d: raise its max_payload or ask for less at once", len(payload), most)
	}
	if failed != nil {
		a.Failed, a.Payload = cut(failed.Error()), nil
		if a.Failed == "" {
			a.Failed = "failed"
		}
	}
	m := nats.NewMsg(resultSubject + t.order.Batch + "." + lastPart(t.msg.Subject()))
	m.Data = a.encode()
	t.answer = m
	w.send(t)
}

// send hands the answer of a task to the server. The message carries the subject of its job, for the acknowledgement.
func (w *Worker) send(t *task) {
	t.tries++
	if _, err := w.js.PublishMsgAsync(t.answer); err != nil {
		w.unstored(w.js, t.answer, err)
	}
}

// taskOf finds the task of an answer.
func (w *Worker) taskOf(m *nats.Msg) *task {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held[jobSubject+m.Subject[len(resultSubject):]]
}

func (w *Worker) stored(_ jetstream.JetStream, m *nats.Msg, _ *jetstream.PubAck) {
	if t := w.taskOf(m); t != nil {
		_ = t.msg.Ack() // if it is lost, the job is computed once more and its result refused
		w.done.Add(1)
		w.leave(t)
	}
}

// maxTries is how often a result is sent, about once a second, before the job is given back.
const maxTries = 60

func (w *Worker) unstored(_ jetstream.JetStream, m *nats.Msg, err error) {
	t := w.taskOf(m)
	switch {
	case t == nil:
	case isThere(err): // another worker was quicker
		_ = t.msg.Ack()
		w.leave(t)
	case t.tries >= maxTries:
		w.giveBack(t, 0)
	default: // the task stays held, so that no other worker begins it meanwhile
		time.AfterFunc(time.Second, func() { w.send(t) })
	}
}

// giveBack leaves a task to another worker, after a delay.
func (w *Worker) giveBack(t *task, delay time.Duration) {
	_ = t.msg.NakWithDelay(delay) // if it is lost, the server gives the job to another after ackWait
	w.leave(t)
}

// doubts opens the bucket in which attempts at doubtful jobs are counted.
func (w *Worker) doubts(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := w.js.KeyValue(ctx, doubtBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = w.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: doubtBucket, Description: "Orrery: jobs that workers ended with",
			TTL: 24 * time.Hour, MaxBytes: 16 << 20, MaxValueSize: 64})
		if errors.Is(err, jetstream.ErrBucketExists) {
			kv, err = w.js.KeyValue(ctx, doubtBucket)
		}
	}
	return kv, err
}

func doubtKey(t *task) string { return t.order.Batch + "." + lastPart(t.msg.Subject()) }

// doubt counts an attempt at a job in doubt; given says that there were enough.
func (w *Worker) doubt(ctx context.Context, t *task) (given bool, err error) {
	kv, err := w.doubts(ctx)
	if err != nil {
		return false, err
	}
	n, old := uint64(0), uint64(0)
	switch e, err := kv.Get(ctx, doubtKey(t)); {
	case err == nil:
		n, _ = binary.Uvarint(e.Value())
		old = e.Revision()
	case !errors.Is(err, jetstream.ErrKeyNotFound):
		return false, err
	}
	if n >= doubtMost {
		return true, nil
	}
	_, err = kv.Update(ctx, doubtKey(t), binary.AppendUvarint(nil, n+1), old)
	return false, err
}

// clear takes a job that did no harm out of doubt.
func (w *Worker) clear(t *task) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if kv, err := w.doubts(ctx); err == nil {
		_ = kv.Delete(ctx, doubtKey(t)) // it ends by age otherwise
	}
}
