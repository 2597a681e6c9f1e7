package ensemble

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The streams, the consumer and the buckets of all desks and workers of one account.
const (
	jobStream    = "ORRERY_JOBS"
	resultStream = "ORRERY_RESULTS"
	workers      = "workers" // the consumer that all workers share
	modelBucket  = "ORRERY_MODELS"
	doubtBucket  = "ORRERY_DOUBTS" // jobs that workers died with
)

// The subjects. The last part of a job's and a result's is the token of its ID.
const (
	jobSubject     = "orrery.jobs."
	resultSubject  = "orrery.results."
	controlSubject = "orrery.control." // + batch, from desks
	workerSubject  = "orrery.workers." // + "all" or batch, from workers
	allWorkers     = "all"
)

// electionLimit is how long a request waits before it is made again: without a leader nobody answers.
const electionLimit = 2 * time.Second

// Times of the protocol.
const (
	ackWait   = 4 * time.Second         // a worker that is silent for so long has lost its job
	stillOn   = 1200 * time.Millisecond // how often a worker says that it is still at a job
	beatEvery = 2 * time.Second         // of workers, and of desks for each batch
	lostAfter = 7 * time.Second         // a worker that was not heard for so long is gone
	deskAfter = 60 * time.Second        // a desk that was not heard for so long is gone: its jobs are dropped
)

// tokenOf makes of any ID one part of a subject.
func tokenOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:12])
}

// lastPart is what follows the last dot of a subject.
func lastPart(subject string) string { return subject[strings.LastIndexByte(subject, '.')+1:] }

// prepare makes the streams that are missing. All sides ask for the same ones, whoever comes first. A cluster that has no
// leader yet is waited for.
func (l *Link) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*requestLimit)
	defer cancel()
	for {
		err := l.makeStreams(ctx)
		var refused *jetstream.APIError
		electing := errors.As(err, &refused) && refused.Code == 503 || errors.Is(err, context.DeadlineExceeded)
		if !electing || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

func (l *Link) makeStreams(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, electionLimit)
	defer cancel()
	// Both streams hold one message for each subject and refuse a second: a job that is sent twice is one job, a result
	// that is computed twice is one result.
	jobs := jetstream.StreamConfig{Name: jobStream, Description: "Orrery: jobs of ensembles", Subjects: []string{jobSubject + "*.*"},
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true, MaxMsgsPerSubject: 1,
		MaxBytes: 256 << 20, MaxAge: 7 * 24 * time.Hour}
	results := jetstream.StreamConfig{Name: resultStream, Description: "Orrery: results of ensembles", Subjects: []string{resultSubject + "*.*"},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true, MaxMsgsPerSubject: 1,
		MaxBytes: 512 << 20, MaxAge: 24 * time.Hour}
	for _, c := range []jetstream.StreamConfig{jobs, results} {
		if err := l.stream(ctx, c); err != nil {
			return fmt.Errorf("stream %s: %w", c.Name, err)
		}
	}
	_, err := l.js.CreateOrUpdateConsumer(ctx, jobStream, jetstream.ConsumerConfig{Durable: workers, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: ackWait, MaxDeliver: -1, MaxAckPending: 16384, MaxWaiting: 4096})
	if err != nil {
		return fmt.Errorf("consumer %s: %w", workers, err)
	}
	return nil
}

// stream makes a stream unless there is one. One that is there stays as its keeper made it (replicas, limits).
func (l *Link) stream(ctx context.Context, c jetstream.StreamConfig) error {
	_, err := l.js.Stream(ctx, c.Name)
	if !errors.Is(err, jetstream.ErrStreamNotFound) {
		return err
	}
	_, err = l.js.CreateStream(ctx, c)
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return nil // another was quicker
	}
	return err
}

// purge removes what is left of a batch.
func (l *Link) purge(ctx context.Context, batch string) error {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	return errors.Join(l.purgeSubject(ctx, jobStream, jobSubject+batch+".*", 0), l.purgeSubject(ctx, resultStream, resultSubject+batch+".*", 0))
}

// purgeSubject removes the messages of a subject below a sequence number; 0: all.
func (l *Link) purgeSubject(ctx context.Context, stream, subject string, below uint64) error {
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return err
	}
	opts := []jetstream.StreamPurgeOpt{jetstream.WithPurgeSubject(subject)}
	if below > 0 {
		opts = append(opts, jetstream.WithPurgeSequence(below))
	}
	return s.Purge(ctx, opts...)
}

// tokens lists the last parts of the subjects that a stream holds of a batch.
func (l *Link) tokens(ctx context.Context, stream, subject string) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(subject+"*"))
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(info.State.Subjects))
	for name := range info.State.Subjects {
		out[lastPart(name)] = true
	}
	return out, nil
}

// isThere reports whether a stream refused a message because it has one of this subject.
func isThere(err error) bool {
	return err != nil && strings.Contains(err.Error(), "maximum messages per subject")
}
