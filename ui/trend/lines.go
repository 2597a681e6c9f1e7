package trend

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/ui/chart"
)

// MaxPoints is how many samples of a signal are held at once to compute something of them; longer spans are computed of
// means over maxMeans parts.
const (
	MaxPoints = 1 << 20
	maxMeans  = 1 << 16
)

// line is a Line with what its names stand for.
type line struct {
	Line
	index    int          // among the lines of the Spec
	signal   *twin.Signal // nil of an expression
	program  *expression.Program
	inputs   []*twin.Signal // of program, in the order of its names
	name     string         // for people
	unit     twin.Unit      // in which it is shown
	states   []string       // names of its values; nil for numbers
	decimals int
}

// asset is where the line belongs, NoAsset for nowhere.
func (l *line) asset() twin.AssetID {
	if l.signal != nil {
		return l.signal.Asset
	}
	return twin.NoAsset
}

// resolve finds what the lines stand for and gives each its name and its unit.
func (q *Query) resolve() ([]line, error) {
	q.Missing = nil
	var out []line
	for i, l := range q.Lines {
		one := line{Line: l, index: i}
		if l.Expr != "" {
			if err := q.compile(&one); err != nil {
				return nil, err
			}
		} else {
			id, ok := q.Tree.SignalByPath(l.Signal)
			if !ok {
				q.Missing = append(q.Missing, l.Signal)
				continue
			}
			one.signal = q.Tree.Signal(id)
			one.unit, one.decimals = chart.Derivation(l.Derive).Unit(one.signal.Unit), one.signal.Decimals
			one.named()
		}
		out = append(out, one)
	}
	q.nameAll(out)
	shareUnits(out)
	return out, nil
}

// named gives a signal with states an axis of its own, whose values have names.
func (l *line) named() {
	if !l.Plain() {
		return
	}
	switch l.signal.Kind {
	case twin.Bool:
		l.states = []string{"off", "on"}
	case twin.Enum:
		l.states = l.signal.States
	default:
		return
	}
	l.unit = twin.Unit{Dimension: "states " + strings.Join(l.states, " ")}
}

// hold is how long a value is good without another: a silent signal is written again every ten minutes.
func (l *line) hold() time.Duration {
	if l.signal != nil && l.signal.Timeout > 0 {
		return l.signal.Timeout
	}
	return 10*time.Minute + 30*time.Second
}

// shareUnits shows all lines of a dimension in the unit of the first of them.
func shareUnits(lines []line) {
	for i := range lines {
		for j := range lines[:i] {
			a, b := &lines[j], &lines[i]
			if b.unit.Dimension == "" || a.unit.Dimension != b.unit.Dimension || a.unit.Symbol == b.unit.Symbol {
				continue
			}
			ratio := a.unit.Span(1) / b.unit.Span(1) // a step of one in b's unit, seen in a's
			b.decimals = min(max(b.decimals-int(math.Round(math.Log10(ratio))), 0), 6)
			b.unit = a.unit
			break
		}
	}
}

// nameAll names the lines for people: those of one asset by their labels, else with the asset.
func (q *Query) nameAll(lines []line) {
	one := true
	for i := range lines {
		one = one && lines[i].asset() == lines[0].asset()
	}
	for i := range lines {
		l := &lines[i]
		switch {
		case l.signal == nil:
			l.name = l.Name
			if l.name == "" {
				l.name = l.Expr
			}
		case one:
			l.name = l.signal.Label
		default:
			l.name = Title(q.Tree, l.signal.Asset) + " " + lower(l.signal.Label)
		}
		l.name += derivedName(&l.Line)
	}
}

// Names are what the lines are called, in the order of the Spec; a line whose signal is gone is called by its path.
func (q *Query) Names() []string {
	out := make([]string, len(q.Lines))
	for i, l := range q.Lines {
		out[i] = l.Signal + l.Name
	}
	lines, err := q.resolve()
	if err != nil {
		return out
	}
	for i := range lines {
		out[lines[i].index] = lines[i].name
	}
	return out
}

func derivedName(l *Line) string {
	d := chart.Derivation(l.Derive)
	switch {
	case d == chart.AsMeasured:
		return ""
	case d.Windowed():
		return ", " + d.String() + " over " + chart.SpanText(l.window())
	}
	return ", " + d.String()
}

// window is the length of the window of a moving derivation.
func (l *Line) window() time.Duration {
	if l.Window <= 0 {
		return 10 * time.Minute
	}
	return time.Duration(l.Window)
}

// titleOf heads the trend: the asset, when all lines have one.
func (q *Query) titleOf(lines []line) string {
	first := lines[0].asset()
	for i := range lines {
		if lines[i].asset() != first {
			return "Trend"
		}
	}
	if first == twin.NoAsset {
		return "Trend"
	}
	return Title(q.Tree, first)
}

// Title words an asset with its nearest named parents: "T03 / Gearbox". It is empty for NoAsset.
func Title(t *twin.Tree, id twin.AssetID) string {
	if id == twin.NoAsset {
		return ""
	}
	a := t.Asset(id)
	if a.Parent == twin.NoAsset || t.Asset(a.Parent).Parent == twin.NoAsset {
		return a.Label
	}
	return Title(t, a.Parent) + " / " + a.Label
}

// lower makes a label fit inside a phrase: "Oil temperature" becomes "oil temperature", "RPM" stays.
func lower(s string) string {
	r := []rune(s)
	if len(r) > 1 && r[0] >= 'A' && r[0] <= 'Z' && r[1] >= 'a' && r[1] <= 'z' {
		return string(r[0]|0x20) + string(r[1:])
	}
	return s
}

// scope lets expressions name all signals by their paths from the top, or below the only asset at the top.
type scope struct{ tree *twin.Tree }

func (s scope) find(path string) (twin.SignalID, bool) {
	if id, ok := s.tree.SignalByPath(path); ok {
		return id, true
	}
	top := twin.NoAsset
	for i := range s.tree.Assets() {
		if s.tree.Asset(twin.AssetID(i)).Parent != twin.NoAsset {
			continue
		}
		if top != twin.NoAsset {
			return twin.NoSignal, false
		}
		top = twin.AssetID(i)
	}
	if top == twin.NoAsset {
		return twin.NoSignal, false
	}
	return s.tree.SignalByPath(s.tree.Asset(top).Path + "/" + path)
}

// Signal implements expression.Scope.
func (s scope) Signal(path string) (expression.Type, bool) {
	id, ok := s.find(path)
	if !ok {
		return expression.Type{}, false
	}
	return expression.TypeOf(s.tree.Signal(id)), true
}

// Near implements expression.Scope.
func (s scope) Near() []string {
	const enough = 2000
	var out []string
	for i := range s.tree.Signals() {
		if len(out) < enough {
			out = append(out, s.tree.Signals()[i].Path)
		}
	}
	return out
}

// Check reports what is wrong with an expression over the signals of a tree, as an *expression.Error.
func Check(tree *twin.Tree, text string) error {
	p, err := expression.Compile(text, scope{tree})
	if err == nil && len(p.Names()) == 0 {
		return errors.New("trend: an expression without a signal is a number: name a signal such as " + tree.Signals()[0].Path)
	}
	return err
}

func (q *Query) compile(l *line) error {
	if err := Check(q.Tree, l.Expr); err != nil {
		return err
	}
	sc := scope{q.Tree}
	p, err := expression.Compile(l.Expr, sc)
	if err != nil {
		return err
	}
	l.program = p
	for _, name := range p.Names() {
		id, _ := sc.find(name)
		l.inputs = append(l.inputs, q.Tree.Signal(id))
	}
	l.unit = chart.Derivation(l.Derive).Unit(l.expressed())
	l.decimals = 3
	return nil
}

// expressed is the unit of the result of an expression: that of the first input of its dimension, else in SI.
func (l *line) expressed() twin.Unit {
	t := l.program.Result()
	for _, in := range l.inputs {
		if !t.Number() && in.Unit.Symbol != "" && t.Fits(in.Unit) {
			return in.Unit
		}
	}
	return t.Unit()
}

// points computes the samples of a line in [from, to); coarse is the length of the parts whose means they are, 0 when
// they are exact.
func (q *Query) points(ctx context.Context, l *line, from, to time.Time) (p chart.Points, coarse time.Duration, err error) {
	if q.History == nil {
		return p, 0, nil
	}
	d := chart.Derivation(l.Derive)
	begin := from.Add(-l.lead())
	hold := time.Duration(0)
	if l.signal != nil {
		p, coarse, err = q.samples(ctx, l.signal, begin, to)
		if l.signal.Timeout > 0 {
			hold = max(l.signal.Timeout, 3*coarse)
		}
	} else {
		p, coarse, err = q.evaluate(ctx, l, begin, to)
	}
	if err != nil {
		return p, coarse, err
	}
	if d == chart.Integral {
		p = p.Between(from, to)
	}
	u := l.unit
	if l.signal != nil {
		u = l.signal.Unit
	}
	zero := 0.0
	if d != chart.AsMeasured {
		zero = u.Offset
	}
	return chart.Derive(p, d, l.window(), hold, zero).Between(from, to), coarse, nil
}

// lead is how long before a span samples are needed for its first moment.
func (l *line) lead() time.Duration {
	d := chart.Derivation(l.Derive)
	switch {
	case d.Windowed():
		return l.window()
	case d == chart.Integral:
		return 0
	}
	if l.program != nil || d == chart.Derivative {
		return 10*time.Minute + time.Second // silent signals are written again every ten minutes
	}
	return 0
}

// samples reads a signal: its samples, or means when there are too many.
func (q *Query) samples(ctx context.Context, s *twin.Signal, from, to time.Time) (chart.Points, time.Duration, error) {
	fail := func(err error) error { return fmt.Errorf("trend: %s could not be read: %w", s.Path, err) }
	const probe = 512
	cols, err := q.History.Columns(ctx, s.ID, from, to, probe, nil)
	if err != nil {
		return chart.Points{}, 0, fail(err)
	}
	total := 0
	for i := range cols {
		total += cols[i].Count + cols[i].Bad
	}
	if total > MaxPoints {
		p, err := q.means(ctx, s.ID, from, to, cols)
		if err != nil {
			return p, 0, fail(err)
		}
		return p, to.Sub(from) / maxMeans, nil
	}
	raw, err := q.History.Range(ctx, s.ID, from, to, make([]history.Point, 0, total))
	if err != nil {
		return chart.Points{}, 0, fail(err)
	}
	return pointsOf(raw), 0, nil
}

// pointsOf turns stored samples into points; bad ones are gaps.
func pointsOf(raw []history.Point) chart.Points {
	p := chart.Points{At: make([]int64, len(raw)), Value: make([]float64, len(raw))}
	for i := range raw {
		p.At[i], p.Value[i] = raw[i].Time, raw[i].Value
		if raw[i].Quality.Class() == twin.BadClass {
			p.Value[i] = math.NaN()
		}
	}
	return p
}

// means are the means over equal parts, each at the middle of its part.
func (q *Query) means(ctx context.Context, id twin.SignalID, from, to time.Time, buffer []history.Column) (p chart.Points, err error) {
	cols, err := q.History.Columns(ctx, id, from, to, maxMeans, buffer[:0])
	if err != nil {
		return p, err
	}
	part := float64(to.Sub(from)) / float64(len(cols))
	for i := range cols {
		if cols[i].Count > 0 {
			p.At = append(p.At, from.UnixNano()+int64(part*(float64(i)+.5)))
			p.Value = append(p.Value, cols[i].Mean)
		}
	}
	return p, nil
}

// evaluate computes an expression at each moment at which one of its signals changed.
func (q *Query) evaluate(ctx context.Context, l *line, from, to time.Time) (chart.Points, time.Duration, error) {
	inputs, coarse := make([]chart.Points, len(l.inputs)), time.Duration(0)
	for i, s := range l.inputs {
		p, c, err := q.samples(ctx, s, from, to)
		if err != nil {
			return chart.Points{}, 0, err
		}
		inputs[i], coarse = p, max(coarse, c)
	}
	return chart.Combine(inputs, l.program.Eval), coarse, nil
}

// slug makes a name that may stand in a path.
func slug(s string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r | 0x20
		}
		return '_'
	}, s)
	parts := slices.DeleteFunc(strings.Split(out, "_"), func(p string) bool { return p == "" })
	return strings.Join(parts, "_")
}
