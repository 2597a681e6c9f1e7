package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// benchFlow measures the clock of discrete events, judges lines and queues by exact values, and times the answer to a question to
// the bottling line of the demo.
func benchFlow(ctx context.Context) ([]figure, error) {
	speeds, err := benchEvents(ctx)
	if err != nil {
		return nil, err
	}
	exact, err := benchQueues(ctx)
	if err != nil {
		return nil, err
	}
	five, err := benchFiveStations(ctx)
	if err != nil {
		return nil, err
	}
	line, err := benchLine(ctx)
	out := append(speeds, exact...)
	return append(append(out, five...), line...), err
}

// benchEvents is how many events happen in a second, on one core, the best of some runs.
func benchEvents(ctx context.Context) ([]figure, error) {
	const events = 2_000_000
	hold := flow.NewHold(10_000)
	hold.Run(events)
	took, err := quickest(5, func() error { hold.Run(events); return ctx.Err() })
	if err != nil {
		return nil, err
	}
	k := flow.NewKernel()
	defer k.Close()
	for i := range 100 {
		k.Go(func(p *flow.Process) {
			for {
				p.Wait(1 + float64(i)/1000)
			}
		})
	}
	const span = 10_000. // s, an event a second and process
	until := 0.
	waited, err := quickest(5, func() error { until += span; return k.Run(ctx, until) })
	if err != nil {
		return nil, err
	}
	return []figure{
		atLeast("events: hold model of 10,000, one core", events/took.Seconds()/1e6, "M/s", 5),
		atLeast("events: 100 processes that wait, one core", 100*span/1.05/waited.Seconds()/1e6, "M/s", 1),
	}, nil
}

// benchQueues judges each reference: the exact value lies within the 99 % interval of 30 runs.
func benchQueues(ctx context.Context) ([]figure, error) {
	var out []figure
	widest := 0.
	for _, r := range flow.References() {
		off, half, err := r.Judge(ctx, 1, 1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		widest = math.Max(widest, half)
		out = append(out, atMost(r.Name+": exact value from the mean", off, "halves of its 99 % interval", 1))
	}
	return append(out, atMost("queues, network and tandems: widest half of a 99 % interval", 100*widest, "%", 2)), nil
}

// benchFiveStations asks which of five stations is the bottleneck.
func benchFiveStations(ctx context.Context) ([]figure, error) {
	s, err := flow.Sensitivity(ctx, flow.FiveStations(), .1, flow.Options{HorizonSec: 20_000, WarmupSec: 1000, Replications: 30, Seed: 3})
	if err != nil {
		return nil, err
	}
	place, worst, fourth := 0, 0., 0.
	for i, e := range s.Effects {
		off := 100 * math.Abs(e.Gain.Relative.Mean-flow.GainsOfFive[e.Element])
		worst = math.Max(worst, off)
		if e.Element == "m4" {
			place, fourth = i+1, off
		}
	}
	return []figure{
		atMost("five stations: place of station 4 among the bottlenecks", float64(place), "", 1),
		atMost("five stations: +10 % at station 4, off from the exact +3.35 %", fourth, "points", .3),
		atMost("five stations: +10 % at any, off from exact", worst, "points", .3),
	}, nil
}

// benchLine asks the bottling line of the demo for +10 % at its filler: a first answer within a deadline, then a full one.
func benchLine(ctx context.Context) ([]figure, error) {
	fsys, err := demo.Twin("factory")
	if err != nil {
		return nil, err
	}
	p, err := project.LoadFS(fsys, project.FileName)
	if err != nil {
		return nil, err
	}
	studies, err := makeStudies(p)
	if err != nil {
		return nil, err
	}
	change := []sim.Change{{Field: "filler.speed", Value: "+10%"}}
	study, err := studyOf(studies, change)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	first, err := study.Answer(ctx, sim.Question{Changes: change, Runs: 2})
	if err != nil {
		return nil, err
	}
	coarse := time.Since(begin)
	begin = time.Now()
	full, err := study.Answer(ctx, sim.Question{Changes: change})
	if err != nil {
		return nil, err
	}
	if first.Runs != 2 || len(full.Ranks) == 0 || full.Ranks[0].Lever == "" {
		return nil, fmt.Errorf("the bottling line answered %q and %q", first.Headline, full.Headline)
	}
	return []figure{
		atMost("bottling line, 8 h: a first answer of 2 pairs of runs", ms(coarse), "ms", 100),
		atMost(fmt.Sprintf("bottling line, 8 h: the answer of %d pairs, with each of 7 machines tried", full.Runs), time.Since(begin).Seconds(), "s", 10),
	}, nil
}
