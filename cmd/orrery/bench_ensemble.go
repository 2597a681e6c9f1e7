package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os/exec"
	"time"

	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/scenario/ensemble"
)

// queueCustomers is the size of one job of the check; queueLoad the load of its queue.
const (
	queueCustomers = 100_000
	queueLoad      = .5
)

// queueWork is a replication of an M/M/1 queue with mean service 1, by Lindley's recursion: the mean wait of customers who come
// after the first tenth. The payload is the seed; the result a number. Over many seeds the mean is load/(1 − load).
func queueWork(_ context.Context, job scenario.Job) ([]byte, error) {
	if len(job.Payload) != 8 {
		return nil, errors.New("queue check: the payload is no seed")
	}
	r := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(job.Payload), 1))
	wait, sum := 0., 0.
	for i := range queueCustomers {
		if i >= queueCustomers/10 {
			sum += wait
		}
		wait = max(0, wait+r.ExpFloat64()-r.ExpFloat64()/queueLoad)
	}
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(sum/(queueCustomers-queueCustomers/10))), nil
}

// queueCount counts results by ID.
type queueCount struct {
	seen       map[string]int
	sum        float64
	bad, twice int
}

func (c *queueCount) take(r scenario.Result) {
	if c.seen[r.ID]++; c.seen[r.ID] > 1 {
		c.twice++
	}
	if r.Err != nil || len(r.Payload) != 8 {
		c.bad++
		return
	}
	c.sum += math.Float64frombits(binary.LittleEndian.Uint64(r.Payload))
}

func queueJobsOf(n int) iter.Seq[scenario.Job] {
	return func(yield func(scenario.Job) bool) {
		for i := range n {
			if !yield(scenario.Job{ID: fmt.Sprintf("queue-%d", i), Payload: binary.LittleEndian.AppendUint64(nil, uint64(i))}) {
				return
			}
		}
	}
}

// benchEnsemble gives 20,000 jobs to the cores of this process, then the same to two worker processes, of which one is killed
// after a third; the rows compare the two.
func benchEnsemble(ctx context.Context) ([]figure, error) {
	const jobs, cores = 20_000, 2
	local := queueCount{seen: map[string]int{}}
	begin := time.Now()
	if err := (&scenario.Pool{Work: queueWork, Workers: cores}).Run(ctx, queueJobsOf(jobs), local.take); err != nil {
		return nil, err
	}
	alone := time.Since(begin)
	remote := queueCount{seen: map[string]int{}}
	spread, err := queueOnWorkers(ctx, jobs, cores, &remote)
	if err != nil {
		return nil, err
	}
	missing := jobs - len(remote.seen)
	wrong := missing + remote.twice + remote.bad
	if math.Abs(remote.sum-local.sum) > 1e-9*math.Abs(local.sum) {
		wrong++
	}
	name := fmt.Sprintf("ensemble: %d jobs of %.1f ms on two workers, one killed", jobs, ms(alone)*cores/jobs)
	exact := queueLoad / (1 - queueLoad)
	return []figure{
		atMost(name+": ids missing, twice, or other than computed here", float64(wrong), "", 0),
		atLeast(name+": speed against the pool of this process", 100*alone.Seconds()/spread.Seconds(), "%", 90).against("pool, jobs/s", jobs/alone.Seconds()),
		atMost("ensemble: mean wait of M/M/1 over all jobs, from the exact one", 100*math.Abs(remote.sum/jobs/exact-1), "%", .1),
	}, nil
}

// queueOnWorkers runs jobs on two worker processes with an embedded server. Each may use all cores; the first is killed after a third.
func queueOnWorkers(ctx context.Context, jobs, cores int, c *queueCount) (time.Duration, error) {
	server, err := ensemble.StartServer(ensemble.ServerOptions{})
	if err != nil {
		return 0, err
	}
	defer server.Close()
	link, err := ensemble.Connect(ctx, server.Address())
	if err != nil {
		return 0, err
	}
	defer link.Close()
	e, err := ensemble.NewExecutor(link, ensemble.Options{Kind: queueJobs})
	if err != nil {
		return 0, err
	}
	var workers []*exec.Cmd
	defer func() {
		for _, w := range workers {
			_ = w.Process.Kill()
			_ = w.Wait()
		}
	}()
	for range 2 {
		w, err := startWorker(server, cores)
		if err != nil {
			return 0, err
		}
		workers = append(workers, w)
	}
	begin := time.Now()
	err = e.Run(ctx, queueJobsOf(jobs), func(r scenario.Result) {
		if c.take(r); len(c.seen) == jobs/3 {
			_ = workers[0].Process.Kill()
		}
	})
	return time.Since(begin), err
}
