package scenario

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Outcome is what one run of an experiment says.
type Outcome struct {
	Headline string
	Figures  []sim.Figure
	Runs     int // replications or members
	Elapsed  time.Duration
	Partial  bool
}

// OutcomeOf takes from an answer what an experiment keeps.
func OutcomeOf(a *sim.Answer) *Outcome {
	return &Outcome{Headline: a.Headline, Figures: a.Figures, Runs: a.Runs, Elapsed: a.Elapsed, Partial: a.Partial}
}

// Figure returns the figure with this ID, nil if there is none.
func (o *Outcome) Figure(id string) *sim.Figure {
	if o == nil {
		return nil
	}
	for i := range o.Figures {
		if o.Figures[i].ID == id {
			return &o.Figures[i]
		}
	}
	return nil
}

// jsonNumber is a float64 in JSON: NaN is null, infinities are "+Inf" and "-Inf".
type jsonNumber float64

func (n jsonNumber) MarshalJSON() ([]byte, error) {
	v := float64(n)
	switch {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 0):
		return []byte(fmt.Sprintf("%q", fmt.Sprintf("%+g", v))), nil
	}
	return strconv.AppendFloat(nil, v, 'g', -1, 64), nil
}

func (n *jsonNumber) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "null":
		*n = jsonNumber(math.NaN())
		return nil
	case `"+Inf"`, `"-Inf"`:
		*n = jsonNumber(math.Inf(map[byte]int{'+': 1, '-': -1}[b[1]]))
		return nil
	}
	v, err := strconv.ParseFloat(string(b), 64)
	*n = jsonNumber(v)
	return err
}

type outcomeText struct {
	Headline string       `json:"headline,omitempty"`
	Figures  []figureText `json:"figures"`
	Runs     int          `json:"runs,omitempty"`
	Elapsed  Seconds      `json:"elapsed_s,omitempty"`
	Partial  bool         `json:"partial,omitempty"`
}

type figureText struct {
	ID         string        `json:"id"`
	Label      string        `json:"label,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Dimension  string        `json:"dimension,omitempty"`
	Scale      float64       `json:"scale,omitempty"`
	Offset     float64       `json:"offset,omitempty"`
	Decimals   int           `json:"decimals,omitempty"`
	Good       int8          `json:"good,omitempty"`
	Base       [3]jsonNumber `json:"base"` // value, low, high
	Changed    [3]jsonNumber `json:"changed"`
	Difference [3]jsonNumber `json:"difference"`
}

func asNumbers(m sim.Mean) [3]jsonNumber {
	return [3]jsonNumber{jsonNumber(m.Value), jsonNumber(m.Low), jsonNumber(m.High)}
}

func asMean(n [3]jsonNumber) sim.Mean {
	return sim.Mean{Value: float64(n[0]), Low: float64(n[1]), High: float64(n[2])}
}

// Encode is the payload of a result.
func (o *Outcome) Encode() []byte {
	t := outcomeText{Headline: o.Headline, Runs: o.Runs, Elapsed: Seconds(o.Elapsed.Seconds()), Partial: o.Partial, Figures: make([]figureText, len(o.Figures))}
	for i, f := range o.Figures {
		t.Figures[i] = figureText{ID: f.ID, Label: f.Label, Unit: f.Unit.Symbol, Dimension: f.Unit.Dimension, Scale: f.Unit.Scale, Offset: f.Unit.Offset,
			Decimals: f.Decimals, Good: int8(f.Good), Base: asNumbers(f.Base), Changed: asNumbers(f.Changed), Difference: asNumbers(f.Difference)}
	}
	b, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("scenario: outcome: %v", err)) // a unit whose scale is no number
	}
	return b
}

// Caps on an outcome, which may come from another machine.
const (
	maxOutcome = 16 << 20 // bytes
	maxFigures = 10_000
)

// DecodeOutcome reads the payload of a result.
func DecodeOutcome(payload []byte) (*Outcome, error) {
	if len(payload) > maxOutcome {
		return nil, fmt.Errorf("scenario: outcome: %d bytes, %d are the most", len(payload), maxOutcome)
	}
	var t outcomeText
	if err := json.Unmarshal(payload, &t); err != nil {
		return nil, fmt.Errorf("scenario: outcome: %w: bring both machines to one version", err)
	}
	if len(t.Figures) > maxFigures {
		return nil, fmt.Errorf("scenario: outcome: %d figures, %d are the most", len(t.Figures), maxFigures)
	}
	o := &Outcome{Headline: t.Headline, Runs: t.Runs, Elapsed: t.Elapsed.Duration(), Partial: t.Partial, Figures: make([]sim.Figure, len(t.Figures))}
	for i, f := range t.Figures {
		if f.ID == "" || f.Decimals < 0 || f.Decimals > 15 {
			return nil, fmt.Errorf("scenario: outcome: figure %d is malformed", i)
		}
		o.Figures[i] = sim.Figure{ID: f.ID, Label: f.Label, Unit: twin.Unit{Symbol: f.Unit, Dimension: f.Dimension, Scale: f.Scale, Offset: f.Offset},
			Decimals: f.Decimals, Good: sim.Sense(f.Good), Base: asMean(f.Base), Changed: asMean(f.Changed), Difference: asMean(f.Difference)}
	}
	return o, nil
}
