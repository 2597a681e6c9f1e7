package control

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Point is a set-point that may be sent to one asset.
type Point struct {
	ID        string // unique: path of the asset, slash, id in the file
	Asset     twin.AssetID
	Signal    twin.SignalID // shows whether the plant did it
	Label     string
	Source    string // name of the source that carries it
	Topic     string // of the command
	Ack       string // topic of the answer; empty when the plant gives none
	Name      string // name of the command in its payload
	Unit      twin.Unit
	Min, Max  float64       // SI
	Tolerance float64       // SI difference within which the signal counts as reached
	Timeout   time.Duration // for answer and effect together
	Interval  time.Duration // least time between two commands; 0 is DefaultInterval
	MaxStep   float64       // SI, greatest change by one command; 0 is no limit
}

// DefaultInterval is the least time between two commands of a point that names none.
const DefaultInterval = time.Second

// check lists what is wrong with the point.
func (p *Point) check(tree *twin.Tree, publishers map[string]Publisher) error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("control: point %q: %s", p.ID, fmt.Sprintf(format, args...)))
		}
	}
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	wrong(p.ID == "", "it needs an id")
	wrong(p.Asset < 0 || int(p.Asset) >= len(tree.Assets()), "its asset is not in the tree")
	wrong(p.Signal < 0 || int(p.Signal) >= len(tree.Signals()), "its signal is not in the tree: without one nobody could tell whether the plant obeyed")
	wrong(publishers[p.Source] == nil, "there is no source %q to carry it", p.Source)
	wrong(p.Topic == "" || strings.ContainsAny(p.Topic, "+#"), "%q is not a topic to send to", p.Topic)
	wrong(strings.ContainsAny(p.Ack, "+#"), "%q is not a topic for answers", p.Ack)
	wrong(p.Name == "", "the command needs a name")
	wrong(!finite(p.Min) || !finite(p.Max) || p.Min > p.Max, "its limits must be two finite numbers, the lower one first")
	wrong(!(p.Tolerance >= 0) || !finite(p.Tolerance), "its tolerance must be a finite number ≥ 0")
	wrong(!(p.MaxStep >= 0) || !finite(p.MaxStep), "its greatest step must be a finite number ≥ 0")
	wrong(p.Timeout <= 0, "it needs a time-out")
	wrong(p.Interval < 0, "its least interval must not be negative")
	return errors.Join(errs...)
}

func (p *Point) name() string {
	if p.Label != "" {
		return p.Label
	}
	return p.Name
}

func (p *Point) interval() time.Duration {
	if p.Interval == 0 {
		return DefaultInterval
	}
	return p.Interval
}

// show writes an SI value in the unit of the plant.
func (p *Point) show(si float64) string {
	if math.IsNaN(si) {
		return "unknown"
	}
	out := fmt.Sprintf("%.6g", p.Unit.FromSI(si))
	if p.Unit.Symbol != "" {
		out += " " + p.Unit.Symbol
	}
	return strings.Replace(out, "-", "−", 1)
}

// allows says why a value is not allowed, if it is not.
func (p *Point) allows(v, old float64) error {
	// Limits are written in the unit of the plant: a value that is equal there must not fail by the last bit.
	slack := 1e-9 * max(math.Abs(p.Min), math.Abs(p.Max), p.Max-p.Min)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("control: the value for %s is not a number", p.name())
	case v < p.Min-slack || v > p.Max+slack:
		return fmt.Errorf("control: %s of %s is outside the limits %s to %s", p.show(v), p.name(), p.show(p.Min), p.show(p.Max))
	case p.MaxStep > 0 && math.IsNaN(old):
		return fmt.Errorf("control: %s may change by at most %s at once, but its present value is not known", p.name(), p.showSpan(p.MaxStep))
	case p.MaxStep > 0 && p.distance(v, old) > p.MaxStep*(1+1e-9):
		return fmt.Errorf("control: from %s to %s is more than %s may change at once, which is %s", p.show(old), p.show(v), p.name(), p.showSpan(p.MaxStep))
	}
	return nil
}

func (p *Point) showSpan(si float64) string {
	return strings.TrimSpace(fmt.Sprintf("%.6g %s", p.Unit.Span(si), p.Unit.Symbol))
}

// distance is how far two values are apart; angles go round.
func (p *Point) distance(a, b float64) float64 {
	if p.Unit.Dimension == "angle" {
		return math.Abs(math.Remainder(a-b, 2*math.Pi))
	}
	return math.Abs(a - b)
}

// reached reports whether the signal shows what was asked for.
func (p *Point) reached(v, want float64) bool {
	return p.distance(v, want) <= max(p.Tolerance, 1e-9*math.Abs(want))
}
