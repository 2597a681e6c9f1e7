package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// meanJSON is a mean with its 95 % interval in the unit of its figure.
type meanJSON struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

type figureJSON struct {
	ID              string   `json:"id"`
	Label           string   `json:"label"`
	Unit            string   `json:"unit,omitempty"`
	Base            meanJSON `json:"base"`
	Changed         meanJSON `json:"changed"`
	Difference      meanJSON `json:"difference"`
	Distinguishable bool     `json:"distinguishable"`
}

type rankJSON struct {
	Asset string    `json:"asset,omitempty"`
	Label string    `json:"label"`
	Share *float64  `json:"share"`
	Gain  *meanJSON `json:"gain,omitempty"` // relative
	Lever string    `json:"lever,omitempty"`
	Why   string    `json:"why,omitempty"`
}

type answerJSON struct {
	Headline string       `json:"headline"`
	More     []string     `json:"more,omitempty"`
	Changes  []string     `json:"changes,omitempty"`
	Figures  []figureJSON `json:"figures"`
	Ranks    []rankJSON   `json:"ranks,omitempty"`
	Runs     int          `json:"runs"`
	Partial  bool         `json:"partial"`
	Rests    string       `json:"rests_on,omitempty"`
	Elapsed  float64      `json:"elapsed_ms"`
}

// finite makes a number fit for JSON: nil, which is null, when it is none.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func meanIn(m sim.Mean, convert func(float64) float64) meanJSON {
	return meanJSON{finite(convert(m.Value)), finite(convert(m.Low)), finite(convert(m.High))}
}

func figuresOf(a *sim.Answer) []figureJSON {
	var out []figureJSON
	for _, f := range a.Figures {
		out = append(out, figureJSON{ID: f.ID, Label: f.Label, Unit: f.Unit.Symbol, Base: meanIn(f.Base, f.Unit.FromSI), Changed: meanIn(f.Changed, f.Unit.FromSI),
			Difference: meanIn(f.Difference, f.Unit.Span), Distinguishable: f.Distinguishable()})
	}
	return out
}

func answerAsJSON(a *sim.Answer, changes []sim.Change) answerJSON {
	out := answerJSON{Headline: a.Headline, More: a.More, Figures: figuresOf(a), Runs: a.Runs, Partial: a.Partial, Rests: a.Rests, Elapsed: float64(a.Elapsed) / float64(time.Millisecond)}
	for _, c := range changes {
		out.Changes = append(out.Changes, c.String())
	}
	for _, r := range a.Ranks {
		line := rankJSON{Asset: r.Asset, Label: r.Label, Share: finite(r.Share), Lever: r.Lever, Why: r.Why}
		if r.Lever != "" {
			gain := meanIn(r.Gain, func(v float64) float64 { return v })
			line.Gain = &gain
		}
		out.Ranks = append(out.Ranks, line)
	}
	return out
}

// printAnswer writes an answer for people.
func printAnswer(w io.Writer, a *sim.Answer, changes []sim.Change) error {
	fmt.Fprintln(w, a.Headline)
	for _, line := range a.More {
		fmt.Fprintln(w, "  "+line)
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	if len(changes) > 0 {
		fmt.Fprintln(t, "\tas it is\tchanged\tdifference\t")
	}
	for _, f := range a.Figures {
		label := f.Label
		if f.Unit.Symbol != "" {
			label += ", " + f.Unit.Symbol
		}
		if len(changes) == 0 {
			fmt.Fprintf(t, "%s\t%s\t\n", label, meanText(f.Base, f.Unit, f.Decimals))
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", label, meanText(f.Base, f.Unit, f.Decimals), meanText(f.Changed, f.Unit, f.Decimals), differenceText(f))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i, r := range a.Ranks {
		if i == 0 {
			fmt.Fprintln(w, "\nWhat limits it:")
		}
		fmt.Fprintf(w, "  %d  %s", i+1, r.Label)
		if r.Why != "" {
			fmt.Fprintf(w, ": %s", r.Why)
		}
		if r.Lever != "" {
			fmt.Fprintf(w, "; %s buys %s", r.Lever, relativeText(r.Gain))
		}
		fmt.Fprintln(w)
	}
	part := ""
	if a.Partial {
		part = ", stopped before its end"
	}
	_, err := fmt.Fprintf(w, "\n%d runs in %v%s, resting on %s. Intervals hold the mean with 95 %%.\n", a.Runs, a.Elapsed.Round(time.Millisecond), part, a.Rests)
	return err
}

// meanText is "10,412 ± 35" in display units.
func meanText(m sim.Mean, u twin.Unit, decimals int) string {
	text := strconv.FormatFloat(u.FromSI(m.Value), 'f', decimals, 64)
	if half := u.Span(m.High-m.Low) / 2; half > 0 && !math.IsInf(half, 0) {
		text += " ± " + strconv.FormatFloat(half, 'f', decimals, 64)
	}
	return text
}

// differenceText is "+350 ± 20 (+3.4 %)", or that there is none to be seen.
func differenceText(f sim.Figure) string {
	if !f.Distinguishable() {
		if f.Difference.Low == 0 && f.Difference.High == 0 {
			return "none"
		}
		return "not distinguishable"
	}
	text := fmt.Sprintf("%+.*f", f.Decimals, f.Unit.Span(f.Difference.Value))
	if half := f.Unit.Span(f.Difference.High-f.Difference.Low) / 2; half > 0 {
		text += fmt.Sprintf(" ± %.*f", f.Decimals, half)
	}
	if share := f.Difference.Value / math.Abs(f.Base.Value); math.Abs(share) < 10 { // more than tenfold says nothing in percent
		text += fmt.Sprintf(" (%+.1f %%)", 100*share)
	}
	return text
}

// relativeText is "+3.35 % ± 0.12".
func relativeText(m sim.Mean) string {
	if m.Low <= 0 && m.High >= 0 {
		return "nothing that can be told from chance"
	}
	return fmt.Sprintf("%+.2f %% ± %.2f", 100*m.Value, 50*(m.High-m.Low))
}

// writeAnswer writes the figures of an answer as CSV.
func writeAnswer(file string, a *sim.Answer) (err error) {
	if ext := strings.ToLower(filepath.Ext(file)); ext != ".csv" {
		return fmt.Errorf("-o %s: figures are written as .csv", file)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write(strings.Fields("figure unit base base_low base_high changed changed_low changed_high difference difference_low difference_high")); err != nil {
		return err
	}
	for _, x := range figuresOf(a) {
		row := []string{x.ID, x.Unit}
		for _, m := range []meanJSON{x.Base, x.Changed, x.Difference} {
			for _, v := range []*float64{m.Value, m.Low, m.High} {
				text := ""
				if v != nil {
					text = strconv.FormatFloat(*v, 'g', 9, 64)
				}
				row = append(row, text)
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
