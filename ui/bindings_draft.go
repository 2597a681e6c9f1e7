package ui

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/project"
)

// draft is a binding while it is edited: its text, where it stands, and what was typed that is no number yet.
type draft struct {
	text     project.BindingText
	owner    project.Owner
	home     twin.AssetID // the asset that the owner is, of those of its kind the one that is looked at
	part     shape        // of the node, to suggest with
	byExp    bool         // the value is an expression, also while it is still empty
	coloured valued       // of the value for which the colours were chosen

	typed  map[string]string // by field: text that could not be taken
	faults map[string]error
}

func newDraft() *draft {
	return &draft{home: twin.NoAsset, typed: map[string]string{}, faults: map[string]error{}}
}

// clone returns a draft that can be changed apart from this one.
func (d *draft) clone() *draft {
	out := *d
	out.text = cloneText(d.text)
	out.typed, out.faults = map[string]string{}, map[string]error{}
	for k, v := range d.typed {
		out.typed[k] = v
	}
	for k, v := range d.faults {
		out.faults[k] = v
	}
	return &out
}

func cloneText(b project.BindingText) project.BindingText {
	b.Signals, b.Components = slices.Clone(b.Signals), slices.Clone(b.Components)
	b.Axis, b.Range, b.From, b.Zero = slices.Clone(b.Axis), slices.Clone(b.Range), slices.Clone(b.From), slices.Clone(b.Zero)
	b.Ramp, b.States = slices.Clone(b.Ramp), slices.Clone(b.States)
	b.Path = slices.Clone(b.Path)
	return b
}

// forget drops what was typed and not taken, as when the fields show something else.
func (d *draft) forget() { clear(d.typed); clear(d.faults) }

// effect is what the binding changes.
func (d *draft) effect() *effect { return effectOf(d.text.Property) }

// signal is the signal of the binding; nil when it is an expression, or not chosen yet.
func (d *draft) signal(t *twin.Tree) *twin.Signal {
	if d.byExp || d.text.Signal == "" || d.home == twin.NoAsset {
		return nil
	}
	id, ok := t.SignalByPath(t.Asset(d.home).Path + "/" + d.text.Signal)
	if !ok {
		return nil
	}
	return t.Signal(id)
}

// unit is the unit in which values are written: that of the binding, of its signal, or none.
func (d *draft) unit(t *twin.Tree) twin.Unit {
	if d.text.Unit != "" {
		if u, err := twin.ParseUnit(d.text.Unit); err == nil {
			return u
		}
	}
	if s := d.signal(t); s != nil {
		return s.Unit
	}
	return twin.Unit{}
}

// setSignal takes a signal. Where the binding stands may have to move up to the asset that holds both the part and the
// signal; one that is not of the same asset of a kind cannot be named.
func (d *draft) setSignal(p *project.Project, part twin.AssetID, id twin.SignalID) error {
	t := p.Tree
	s := t.Signal(id)
	top := part
	for top != twin.NoAsset && !t.Under(s.Asset, top) {
		top = t.Asset(top).Parent
	}
	owner, ok := project.Owner{}, false
	if top != twin.NoAsset {
		owner, ok = p.Owner(top)
	}
	if !ok || kindTop(t, top) != kindTop(t, part) {
		return fmt.Errorf("%s is not a signal of %s: choose one of its own, or use an expression at an asset above both", s.Label, title(t, kindTop(t, part)))
	}
	d.owner, d.home = owner, top
	d.text.Signal = strings.TrimPrefix(s.Path, t.Asset(top).Path+"/")
	d.text.Expr, d.byExp = "", false
	if d.text.Unit != "" {
		if u, err := twin.ParseUnit(d.text.Unit); err != nil || u.Dimension != s.Unit.Dimension {
			d.text.Unit = ""
		}
	}
	return nil
}

// riseToKind lets the binding stand at the asset of a kind that its part belongs to, so that an expression may name all
// of its signals, whatever part it changes.
func (d *draft) riseToKind(p *project.Project) {
	top := kindTop(p.Tree, d.home)
	if owner, ok := p.Owner(max(top, 0)); ok && top != twin.NoAsset {
		d.owner, d.home = owner, top
	}
}

// kindTop returns the nearest asset at or above one that has a kind, or NoAsset.
func kindTop(t *twin.Tree, id twin.AssetID) twin.AssetID {
	for ; id != twin.NoAsset; id = t.Asset(id).Parent {
		if t.Asset(id).Kind != "" {
			return id
		}
	}
	return twin.NoAsset
}

// scope lets an expression name the signals below the asset at which it stands.
type scope struct {
	tree *twin.Tree
	home twin.AssetID
}

// Signal implements expression.Scope.
func (s scope) Signal(path string) (expression.Type, bool) {
	id, ok := s.id(path)
	if !ok {
		return expression.Type{}, false
	}
	return expression.TypeOf(s.tree.Signal(id)), true
}

func (s scope) id(path string) (twin.SignalID, bool) {
	if s.home == twin.NoAsset {
		return twin.NoSignal, false
	}
	return s.tree.SignalByPath(s.tree.Asset(s.home).Path + "/" + path)
}

// Near implements expression.Scope.
func (s scope) Near() []string {
	var out []string
	for i := range s.tree.Signals() {
		if g := &s.tree.Signals()[i]; s.home != twin.NoAsset && s.tree.Under(g.Asset, s.home) {
			out = append(out, strings.TrimPrefix(g.Path, s.tree.Asset(s.home).Path+"/"))
		}
	}
	return out
}

// compile checks the expression as far as it is typed. The error is an *expression.Error.
func (d *draft) compile(t *twin.Tree) (expression.Source, error) {
	sc := scope{t, d.home}
	program, err := expression.Compile(d.text.Expr, sc)
	if err != nil {
		return expression.Source{Signal: twin.NoSignal}, err
	}
	out := expression.Source{Signal: twin.NoSignal, Program: program}
	for _, name := range program.Names() {
		id, _ := sc.id(name)
		out.Inputs = append(out.Inputs, id)
	}
	return out, nil
}

// source is where the value comes from; not Given when that is not known yet.
func (d *draft) source(t *twin.Tree) expression.Source {
	if d.byExp {
		s, err := d.compile(t)
		if err != nil {
			return expression.Of(twin.NoSignal)
		}
		return s
	}
	if s := d.signal(t); s != nil {
		return expression.Of(s.ID)
	}
	return expression.Of(twin.NoSignal)
}

// valued is what a value is measured in, so far as colours depend on it.
type valued struct {
	truth bool
	unit  string
}

// measure tells what the value of the draft is; the zero one when that is not known.
func (d *draft) measure(t *twin.Tree) valued {
	if s := d.signal(t); s != nil {
		return valued{s.Kind == twin.Bool, s.Unit.Symbol}
	}
	if !d.byExp {
		return valued{}
	}
	src, err := d.compile(t)
	if err != nil {
		return valued{}
	}
	r := src.Program.Result()
	if r.Truth {
		return valued{truth: true}
	}
	if d.text.Unit != "" {
		return valued{unit: d.text.Unit}
	}
	for _, id := range src.Inputs {
		if u := t.Signal(id).Unit; r.Fits(u) && !r.Number() {
			return valued{unit: u.Symbol}
		}
	}
	return valued{unit: "1"}
}

// refitColours chooses colours anew when an expression computes something else than they were chosen for: a ramp over
// mm/s says nothing of a temperature, or of a yes and no.
func (d *draft) refitColours(t *twin.Tree) {
	now := d.measure(t)
	if !d.byExp || now == (valued{}) || now == d.coloured || !d.effect().colours || len(d.text.Ramp)+len(d.text.States) == 0 {
		return
	}
	d.coloured = now
	var like *twin.Signal
	switch {
	case now.truth:
		like = &twin.Signal{Kind: twin.Bool}
	default:
		for _, id := range d.source(t).Inputs {
			if s := t.Signal(id); s.Unit.Symbol == now.unit && s.Kind == twin.Number {
				like = s
				break
			}
		}
	}
	if like != nil && !now.truth {
		d.text.Unit = like.Unit.Symbol
	}
	d.text.Ramp, d.text.States = defaultColours(like)
	d.forget()
}

// inputs are the signals that the value is made of.
func inputs(s expression.Source) []twin.SignalID {
	switch {
	case s.Program != nil:
		return s.Inputs
	case s.Signal != twin.NoSignal:
		return []twin.SignalID{s.Signal}
	}
	return nil
}

// missing says what must be chosen before the binding can be tried; nil when it is whole as far as can be told here.
func (d *draft) missing(t *twin.Tree) error {
	for _, name := range slices.Sorted(mapKeys(d.faults)) {
		return d.faults[name]
	}
	e := d.effect()
	switch {
	case d.home == twin.NoAsset:
		return errors.New("choose a part: select one, or pick it in the view")
	case d.byExp && strings.TrimSpace(d.text.Expr) == "":
		return errors.New("write a formula, such as power / 2, or choose a signal")
	case d.byExp:
		if _, err := d.compile(t); err != nil {
			return err
		}
	case d.text.Property == project.Gradient && len(d.text.Signals) > 1, d.text.Property == project.Arrow && len(d.text.Components) > 0, d.text.Property == project.Trail:
	case d.text.Signal == "":
		return errors.New("choose a signal, or write an expression")
	case d.signal(t) == nil:
		return fmt.Errorf("there is no signal %s at %s: choose another", d.text.Signal, title(t, d.home))
	}
	switch {
	case d.text.Property == "":
		return errors.New("choose what the value changes")
	case e.axis == axisNeeded && len(d.text.Axis) != 3:
		return errors.New("choose an axis")
	case len(d.text.Ramp) == 1:
		return errors.New("a ramp needs two colours: add one")
	}
	for i := 1; i < len(d.text.Ramp); i++ {
		if d.text.Ramp[i].At <= d.text.Ramp[i-1].At {
			return fmt.Errorf("the values of the colours must rise: %s comes after %s", figures(d.text.Ramp[i].At), figures(d.text.Ramp[i-1].At))
		}
	}
	return nil
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// field returns what a field of the editor shows.
func (d *draft) field(name string) string {
	if t, ok := d.typed[name]; ok {
		return t
	}
	list := func(v []float64, i int) string {
		if i < len(v) {
			return plain(v[i])
		}
		return ""
	}
	opt := func(v *float64, zero string) string {
		if v == nil {
			return zero
		}
		return plain(*v)
	}
	kind, at := fieldIndex(name)
	b := &d.text
	switch kind {
	case "expr":
		return b.Expr
	case "gain":
		return opt(b.Gain, "1")
	case "offset":
		return opt(b.Offset, "0")
	case "width":
		return opt(b.Width, "")
	case "range":
		return list(b.Range, at)
	case "axis":
		return strings.ReplaceAll(axisPlain(b.Axis), "−", "-")
	case "stop":
		if at < len(b.Ramp) {
			return plain(b.Ramp[at].At)
		}
	case "colour":
		return d.colourAt(at)
	case "text":
		return b.Text
	case "window":
		return b.Window
	case "unit":
		return b.Unit
	}
	return ""
}

// colourAt is the colour of the i-th stop or state, or of the sign for −1.
func (d *draft) colourAt(i int) string {
	switch {
	case i < 0:
		return d.text.Color
	case i < len(d.text.States):
		return d.text.States[i].Color
	case i < len(d.text.Ramp):
		return d.text.Ramp[i].Color
	}
	return ""
}

func (d *draft) setColour(i int, c string) {
	switch {
	case i < 0:
		d.text.Color = c
	case i < len(d.text.States):
		d.text.States[i].Color = c
	case i < len(d.text.Ramp):
		d.text.Ramp[i].Color = c
	}
}

// fieldIndex splits "stop:2" into "stop" and 2.
func fieldIndex(name string) (string, int) {
	kind, rest, ok := strings.Cut(name, ":")
	if !ok {
		return kind, 0
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		return kind, 0
	}
	return kind, n
}

// plain words a number for a field: all of its digits, a point, no grouping.
func plain(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func axisPlain(axis []float64) string {
	parts := make([]string, len(axis))
	for i, v := range axis {
		parts[i] = plain(v)
	}
	return strings.Join(parts, ", ")
}

// setField takes what was typed into a field. What cannot be taken stays in the field with its fault, and the draft is as
// it was.
func (d *draft) setField(name, text string) {
	delete(d.typed, name)
	delete(d.faults, name)
	if err := d.take(name, text); err != nil {
		d.typed[name], d.faults[name] = text, err
	}
}

func (d *draft) take(name, text string) error {
	kind, at := fieldIndex(name)
	trimmed := strings.TrimSpace(text)
	b := &d.text
	number := func(to **float64, label string, none float64) error {
		if trimmed == "" {
			*to = nil
			return nil
		}
		v, err := parseNumber(trimmed)
		if err != nil {
			return fmt.Errorf("%s must be a number, such as %s", label, plain(none))
		}
		if *to = &v; v == none {
			*to = nil
		}
		return nil
	}
	switch kind {
	case "expr":
		b.Expr, d.byExp, b.Signal = text, true, ""
	case "gain":
		return number(&b.Gain, "the gain", 1)
	case "offset":
		return number(&b.Offset, "the offset", 0)
	case "width":
		return number(&b.Width, "the width", 2)
	case "range":
		return d.takeRange(at, trimmed)
	case "axis":
		axis, err := parseAxis(trimmed)
		if err != nil {
			return err
		}
		b.Axis = axis
	case "stop":
		v, err := parseNumber(trimmed)
		if err != nil {
			return errors.New("where a colour holds must be a number")
		}
		if at < len(b.Ramp) {
			b.Ramp[at].At = v
		}
	case "colour":
		if _, ok := colourNamed(trimmed); !ok {
			return errors.New("a colour is #RRGGBB, or one of the theme: " + strings.Join(tokenNames(), ", "))
		}
		d.setColour(at, trimmed)
	case "text":
		b.Text = text
	case "window":
		if v, err := time.ParseDuration(trimmed); err != nil || v <= 0 {
			return errors.New("the time of a trail is written as 30s or 5m")
		}
		b.Window = trimmed
	case "unit":
		if _, err := twin.ParseUnit(trimmed); err != nil {
			return fmt.Errorf("%q is no unit: %s", trimmed, strings.Join(twin.UnitSymbols()[1:8], ", ")+" …")
		}
		b.Unit = trimmed
	}
	return nil
}

// takeRange sets one end of the range; an empty text at both ends takes it away.
func (d *draft) takeRange(end int, text string) error {
	b := &d.text
	other := d.field("range:" + strconv.Itoa(1-end))
	if text == "" && other == "" {
		b.Range = nil
		delete(d.typed, "range:"+strconv.Itoa(1-end))
		delete(d.faults, "range:"+strconv.Itoa(1-end))
		return nil
	}
	this, err := parseNumber(text)
	if err != nil {
		return errors.New("the range needs two numbers, or none")
	}
	that, err := parseNumber(other)
	if err != nil {
		return errors.New("the range needs two numbers, or none")
	}
	ends := []float64{this, that}
	if end == 1 {
		ends[0], ends[1] = that, this
	}
	if ends[0] >= ends[1] {
		return fmt.Errorf("the range must rise: %s is not below %s", plain(ends[0]), plain(ends[1]))
	}
	b.Range = ends
	clear2(d, "range:0", "range:1")
	return nil
}

func clear2(d *draft, names ...string) {
	for _, n := range names {
		delete(d.typed, n)
		delete(d.faults, n)
	}
}

// parseAxis reads "X", "-Z" or "0.7, 0, 0.7".
func parseAxis(text string) ([]float64, error) {
	t := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), "−", "-"))
	sign := 1.0
	if name, ok := strings.CutPrefix(t, "-"); ok && len(name) == 1 {
		t, sign = name, -1
	}
	if i := strings.Index("XYZ", t); i >= 0 && len(t) == 1 {
		axis := []float64{0, 0, 0}
		axis[i] = sign
		return axis, nil
	}
	fail := errors.New("an axis is X, Y, Z or three numbers, such as 0, 0, 1")
	parts := strings.FieldsFunc(strings.Trim(t, "[]"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(parts) != 3 {
		return nil, fail
	}
	out, length := make([]float64, 3), 0.0
	for i, p := range parts {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fail
		}
		out[i], length = v, length+v*v
	}
	if length < 1e-18 || length > 1e18 {
		return nil, errors.New("the axis has no direction: one of the numbers must not be 0")
	}
	return out, nil
}

// addStop adds a colour behind the last, or in the widest gap when the last stands at the end of the signal.
func (d *draft) addStop(t *twin.Tree) {
	r := d.text.Ramp
	if len(r) < 2 {
		d.text.Ramp, _ = defaultColours(d.signal(t))
		return
	}
	wide, at := 0.0, len(r)-1
	for i := 1; i < len(r); i++ {
		if w := r[i].At - r[i-1].At; w > wide {
			wide, at = w, i
		}
	}
	stop := project.StopText{At: tidy((r[at-1].At + r[at].At) / 2), Color: r[at-1].Color}
	d.text.Ramp = slices.Insert(slices.Clone(r), at, stop)
	d.forget()
}

// removeStop takes a colour out; two stay.
func (d *draft) removeStop(i int) {
	if len(d.text.Ramp) > 2 && i < len(d.text.Ramp) {
		d.text.Ramp = slices.Delete(slices.Clone(d.text.Ramp), i, i+1)
		d.forget()
	}
}
