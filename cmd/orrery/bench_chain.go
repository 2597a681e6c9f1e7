package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow/chain"
)

// benchChain judges ports and voyages by exact and published values, and times questions to the supply chain of the demo.
func benchChain(ctx context.Context) ([]figure, error) {
	lax, jfk := chain.Degrees(33+57./60, -118-24./60), chain.Degrees(40+38./60, -73-47./60)
	const meanRadiusM = 6371008.7714
	out := []figure{atMost("great circle LAX–JFK, off from 0.623585 rad of the Aviation Formulary", math.Abs(chain.Distance(lax, jfk)/meanRadiusM-.623585)*1e6, "µrad", 1)}
	widest := 0.
	for _, r := range chain.References() {
		off, half, err := r.Judge(ctx, 7)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		widest = math.Max(widest, half)
		out = append(out, atMost(r.Name+": exact queue from the mean", off, "halves of its 99 % interval", 1))
	}
	out = append(out, atMost("roads: widest half of a 99 % interval", 100*widest, "%", 12))
	p, study, err := chainOfTheDemo()
	if err != nil {
		return nil, err
	}
	questions, err := benchQuestions(ctx, p, study)
	return append(out, questions...), err
}

// chainOfTheDemo is the study of the supply demo and the project that holds it.
func chainOfTheDemo() (*project.Project, *chain.Study, error) {
	fsys, err := demo.Twin("supply")
	if err != nil {
		return nil, nil, err
	}
	p, err := project.LoadFS(fsys, project.FileName)
	if err != nil {
		return nil, nil, err
	}
	for i := range p.Studies {
		if p.Studies[i].Model == "chain" {
			s, err := chain.NewStudy(p.Studies[i].Definition, sim.Site{Tree: p.Tree})
			return p, s, err
		}
	}
	return nil, nil, fmt.Errorf("the supply demo has no study of a chain")
}

// changesOf are the changes of a scenario of a twin.
func changesOf(p *project.Project, name string) (changes []sim.Change, err error) {
	s, err := presetOf(p, name)
	for _, text := range s.Changes {
		c, wrong := sim.ParseChange(text)
		if wrong != nil {
			return nil, wrong
		}
		changes = append(changes, c)
	}
	return changes, err
}

func benchQuestions(ctx context.Context, p *project.Project, study *chain.Study) ([]figure, error) {
	storm, err := changesOf(p, "storm")
	if err != nil {
		return nil, err
	}
	const runs, days = 64, 60 + 42 // run in, and the horizon
	plain, err := quickest(3, func() error { _, err := study.Answer(ctx, sim.Question{Runs: runs, Seed: 1}); return err })
	if err != nil {
		return nil, err
	}
	var first, full *sim.Answer
	coarse, err := quickest(3, func() (err error) {
		first, err = study.Answer(ctx, sim.Question{Changes: storm, Runs: 4, Seed: 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	whole, err := quickest(1, func() (err error) {
		full, err = study.Answer(ctx, sim.Question{Changes: storm, Runs: 30, Seed: 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	if first.Runs != 4 || len(full.Ranks) < 2 || full.Ranks[0].Lever == "" {
		return nil, fmt.Errorf("the supply chain answered %q and %q", first.Headline, full.Headline)
	}
	best := full.Ranks[0].Gain
	lost, err := study.Lost(ctx, 1, 365)
	if err != nil {
		return nil, err
	}
	course, err := benchCourse(ctx, study)
	if err != nil {
		return nil, err
	}
	return []figure{
		atLeast("supply chain: simulated days of 14 ships and 21 ports in a second, all cores", runs*days/plain.Seconds()/1e3, "k/s", 20),
		atMost("supply chain, storm: a first answer of 4 pairs of runs, each other port tried", ms(coarse), "ms", 100),
		atMost(fmt.Sprintf("supply chain, storm: the answer of 30 pairs, each of %d other ports tried", len(full.Ranks)), ms(whole), "ms", 1000),
		atMost("supply chain, storm: upper end of the 95 % interval of what the best port costs against waiting", 100*best.High, "% of the cost", 0),
		atMost("supply chain: containers lost in a year", float64(lost), "TEU", 0),
		atMost("supply chain: 64 members, 4 days in steps of 10 minutes, all signals", ms(course), "ms", 1000),
	}, nil
}

// benchCourse lets all signals of the chain run ahead.
func benchCourse(ctx context.Context, study *chain.Study) (time.Duration, error) {
	return quickest(2, func() error {
		job, err := study.Build(ctx, sim.Request{Now: time.Unix(1.8e9, 0), Horizon: 96 * time.Hour, Step: 10 * time.Minute, Members: 64, Seed: 1})
		if err != nil {
			return err
		}
		return sim.Run(ctx, job.Model, sim.NewBands(job.Grid, job.Channels))
	})
}
