package scenario

import (
	"context"
	"iter"
)

// Job is one piece of an experiment: a computation that depends on nothing but its Payload.
type Job struct {
	// ID names the computation: a hash of model, parameters, seed, state and horizon (KeyOf). Two jobs with one ID have one
	// result: it may be computed twice, by two machines, and either copy may be kept.
	ID string
	// Payload says all that a worker must know, in the encoding of the experiment; it is not looked into on the way.
	Payload []byte
}

// Result is the answer to the job with the same ID.
type Result struct {
	ID      string
	Payload []byte // nil when Err is set
	// Err says why this job cannot be computed anywhere (a parameter out of range, a model that diverges). A worker that
	// dies or a connection that breaks is no result: the executor gives the job to another worker.
	Err error
}

// Executor computes jobs: on the cores of this machine (Pool) or on others.
//
// Run pulls jobs as it has room for them (the sequence may be long, and is pulled from one goroutine at a time) and calls
// result once for each ID, in any order, from one goroutine at a time. It returns when all are answered: nil, also when
// some results carry an Err. When ctx ends it returns its error soon, results that came before stand. Another error says
// that the executor itself cannot go on.
type Executor interface {
	Run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error
}

// Work computes one job: it returns the payload of the result. It is called from many goroutines at once.
type Work func(ctx context.Context, job Job) ([]byte, error)
