package project

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// garden is a twin with bindings written in every way that people write them.
const garden = `# head
orrery: 1   # version
name: "Garden"

kinds:
  # the pump
  pump:
    models: [{file: pump.glb}]
    signals:
      temp: {unit: °C, range: [-20, 200]} # °C
      speed: {unit: rpm}
      share: {unit: "%"}
      mode: {states: [idle, busy]}
    parts:
      drive: {label: Drive, nodes: [drive]}
      bare:
      empty: {}
      flow: {bindings: [{signal: a, property: label}, {signal: a, property: visible, gain: 2}], signals: {a: {}}}
      none:
        signals: {a: {}}
        bindings: []   # nothing yet
      nothing:
        bindings:      # nothing either
        signals: {a: {}}
    bindings:
      # turns
      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller
      - signal: temp      # hot
        node: 'casing'
        # how it looks
        property: color
        ramp:
          - {at: 40.0, color: clay}   # cool
          - {at: 80, color: "high"}

      # shown
      - {signal: temp, property: label}
      # the end of them
    alarms:
      hot: {signal: temp, high: 90}

  other:
    signals: {x: {}}
    bindings:
    - property: opacity   # as wide as its key
      signal: x
      gain: 0.5
    - signal: x
      property: label
assets:
  a: {kind: pump}  # one
  b: {kind: other}
# tail
`

var nan = math.NaN()

// desk writes a twin into a folder and begins to edit it.
func desk(t testing.TB, text string) *Edit {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "twin.yaml")
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o640), os.WriteFile(filepath.Join(dir, "pump.glb"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	p, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Edit()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// spot finds the line and column of the binding that begins with this text.
func spot(t testing.TB, e *Edit, begins string) (line, column int) {
	t.Helper()
	at := strings.Index(string(e.text), begins)
	if at < 0 {
		t.Fatalf("%q is not in the text", begins)
	}
	l, err := newLayout(e.text)
	if err != nil {
		t.Fatal(err)
	}
	return l.position(at)
}

// differs lists the lines that went, marked -, and that came, marked +, as diff does.
func differs(old, now string) (out []string) {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	for _, line := range a {
		out = append(out, "-"+line)
	}
	for _, line := range b {
		out = append(out, "+"+line)
	}
	return out
}

func TestEditsDisturbNothingElse(t *testing.T) {
	label := BindingText{Signal: "temp", Property: Label}
	change := func(begins string, f func(*BindingText)) func(*testing.T, *Edit) (Change, error) {
		return func(t *testing.T, e *Edit) (Change, error) {
			line, column := spot(t, e, begins)
			b, err := e.Binding(line, column)
			if err != nil {
				return Change{}, err
			}
			f(&b)
			return e.SetBinding(line, column, b)
		}
	}
	add := func(o Owner, b BindingText) func(*testing.T, *Edit) (Change, error) {
		return func(_ *testing.T, e *Edit) (Change, error) { return e.AddBinding(o, b) }
	}
	remove := func(begins string) func(*testing.T, *Edit) (Change, error) {
		return func(t *testing.T, e *Edit) (Change, error) {
			line, column := spot(t, e, begins)
			return e.RemoveBinding(line, column)
		}
	}
	for name, c := range map[string]struct {
		do   func(*testing.T, *Edit) (Change, error)
		want []string
	}{
		"a value in braces":   {change("signal: speed", func(b *BindingText) { b.Node = "rotor 2" }), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      - {signal: speed, node: rotor 2, property: rotate_rate, axis: [0, 0, 1]} # the impeller"}},
		"a number in a list":  {change("signal: speed", func(b *BindingText) { b.Axis = []float64{0, -1, 1} }), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, -1, 1]} # the impeller"}},
		"a key more":          {change("signal: speed", func(b *BindingText) { b.Gain = new(0.5) }), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1], gain: 0.5} # the impeller"}},
		"a key less":          {change("signal: speed", func(b *BindingText) { b.Node = "" }), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      - {signal: speed, property: rotate_rate, axis: [0, 0, 1]} # the impeller"}},
		"the first key":       {change("signal: speed", func(b *BindingText) { b.Signal, b.Expr = "", "speed * 2" }), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      - {node: impeller, property: rotate_rate, axis: [0, 0, 1], expr: 'speed * 2'} # the impeller"}},
		"a stop":              {change("signal: temp      #", func(b *BindingText) { b.Ramp[0].Color = "low" }), []string{"-          - {at: 40.0, color: clay}   # cool", "+          - {at: 40.0, color: low}   # cool"}},
		"one more stop":       {change("signal: temp      #", func(b *BindingText) { b.Ramp = append(b.Ramp, StopText{95, "critical"}, StopText{99, "#FF0000"}) }), []string{"+          - {at: 95, color: critical}", "+          - {at: 99, color: '#FF0000'}"}},
		"other colours":       {change("signal: temp      #", func(b *BindingText) { b.Ramp = nil; b.States = []StateText{{"1", "low"}} }), []string{"-        ramp:", "-          - {at: 40.0, color: clay}   # cool", `-          - {at: 80, color: "high"}`, "+        states: {1: low}", "+        # cool"}},
		"a key on its line":   {change("signal: temp      #", func(b *BindingText) { b.Node = "" }), []string{"-        node: 'casing'"}},
		"another quoted":      {change("signal: temp      #", func(b *BindingText) { b.Node = "housing" }), []string{"-        node: 'casing'", "+        node: housing"}},
		"a line more":         {change("signal: temp      #", func(b *BindingText) { b.Quality = Hide; b.Step = true }), []string{"+        step: true", "+        quality: hide"}},
		"first of lines":      {change("signal: temp      #", func(b *BindingText) { b.Signal, b.Expr = "", "temp" }), []string{"-      - signal: temp      # hot", "-        node: 'casing'", "-        # how it looks", "-        property: color", "-        ramp:", "-          - {at: 40.0, color: clay}   # cool", `-          - {at: 80, color: "high"}`, "+      # hot", "+      - node: 'casing'", "+        # how it looks", "+        property: color", "+        ramp:", "+          - {at: 40.0, color: clay}   # cool", `+          - {at: 80, color: "high"}`, "+        expr: temp"}},
		"nothing":             {change("signal: speed", func(*BindingText) {}), nil},
		"under its own width": {change("property: opacity", func(b *BindingText) { b.Gain = nil }), []string{"-      gain: 0.5"}},
		"add to braces":       {add(Owner{"pump", ""}, label), []string{"+      - {signal: temp, property: label}"}},
		"add a long one": {add(Owner{"other", ""}, BindingText{Expr: `x > 3 ? 1 : 0`, Node: "a/b", Property: ColorRamp, Ramp: []StopText{{0, "clay"}, {0.5, "#A0B0C0"}, {1, "high"}}, Quality: Hold}),
			[]string{"+    - expr: 'x > 3 ? 1 : 0'", "+      node: a/b", "+      property: color", "+      ramp:", "+        - {at: 0, color: clay}", "+        - {at: 0.5, color: '#A0B0C0'}", "+        - {at: 1, color: high}", "+      quality: hold"}},
		"add to a flow list": {add(Owner{"pump", "flow"}, BindingText{Signal: "a", Property: Opacity}), []string{"-      flow: {bindings: [{signal: a, property: label}, {signal: a, property: visible, gain: 2}], signals: {a: {}}}", "+      flow: {bindings: [{signal: a, property: label}, {signal: a, property: visible, gain: 2}, {signal: a, property: opacity}], signals: {a: {}}}"}},
		"add to []":          {add(Owner{"pump", "none"}, BindingText{Signal: "a", Property: Opacity}), []string{"-        bindings: []   # nothing yet", "+        bindings: [{signal: a, property: opacity}]   # nothing yet"}},
		"add to nothing":     {add(Owner{"pump", "nothing"}, BindingText{Signal: "a", Property: Opacity}), []string{"+          - {signal: a, property: opacity}"}},
		"add a first":        {add(Owner{"pump", "drive"}, BindingText{Property: Trail}), []string{"-      drive: {label: Drive, nodes: [drive]}", "+      drive: {label: Drive, nodes: [drive], bindings: [{property: trail}]}"}},
		"add to a bare part": {add(Owner{"pump", "bare"}, BindingText{Property: Trail, Window: "5s"}), []string{"+        bindings:", "+          - {property: trail, window: 5s}"}},
		"add to {}":          {add(Owner{"pump", "empty"}, BindingText{Property: Trail}), []string{"-      empty: {}", "+      empty: {bindings: [{property: trail}]}"}},
		"remove":             {remove("signal: speed, node"), []string{"-      - {signal: speed, node: impeller, property: rotate_rate, axis: [0, 0, 1]} # the impeller", "+      # the impeller"}},
		"remove lines":       {remove("signal: temp      #"), []string{"-      - signal: temp      # hot", "-        node: 'casing'", "-        # how it looks", "-        property: color", "-        ramp:", "-          - {at: 40.0, color: clay}   # cool", `-          - {at: 80, color: "high"}`, "+      # hot", "+      # how it looks", "+      # cool"}},
		"remove inline":      {remove("signal: a, property: label"), []string{"-      flow: {bindings: [{signal: a, property: label}, {signal: a, property: visible, gain: 2}], signals: {a: {}}}", "+      flow: {bindings: [{signal: a, property: visible, gain: 2}], signals: {a: {}}}"}},
		"remove inline last": {remove("signal: a, property: visible"), []string{"-      flow: {bindings: [{signal: a, property: label}, {signal: a, property: visible, gain: 2}], signals: {a: {}}}", "+      flow: {bindings: [{signal: a, property: label}], signals: {a: {}}}"}},
		"remove at its key":  {remove("property: opacity"), []string{"-    - property: opacity   # as wide as its key", "-      signal: x", "-      gain: 0.5", "+    # as wide as its key"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, newline := range []string{"\n", "\r\n"} {
				text := strings.ReplaceAll(garden, "\n", newline)
				e := desk(t, text)
				ch, err := c.do(t, e)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Count(string(e.text), "\r\n") != strings.Count(string(e.text), "\n")*(len(newline)-1) {
					t.Error("other ends of lines")
				}
				if got := differs(garden, strings.ReplaceAll(string(e.text), "\r\n", "\n")); !slices.Equal(got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
				if ch.Line > 0 {
					if _, err := e.Binding(ch.Line, ch.Column); err != nil && !strings.HasPrefix(name, "remove") {
						t.Errorf("where it stands now: %v", err)
					}
				}
				if err := e.Apply(ch.Inverse()); err != nil || string(e.text) != text {
					t.Errorf("taken back: %v", err)
				}
				if err := e.Apply(ch); err != nil {
					t.Errorf("made again: %v", err)
				}
			}
		})
	}
}

func TestEditsThatCannotBe(t *testing.T) {
	shared := strings.Replace(garden, "    - signal: x\n      property: label\n", "    - &one {signal: x, property: label}\n    - *one\n    - {<<: *one, gain: 2}\n", 1)
	for name, c := range map[string]struct {
		text string
		do   func(e *Edit) (Change, error)
		want string
	}{
		"unknown place": {garden, func(e *Edit) (Change, error) { return e.RemoveBinding(3, 4) }, "no binding stands at 3:4"},
		"unknown owner": {garden, func(e *Edit) (Change, error) { return e.AddBinding(Owner{"pump", "x"}, BindingText{Property: Trail}) }, `there is no "pump/x" in the text`},
		"wrong signal": {garden, func(e *Edit) (Change, error) {
			return e.AddBinding(Owner{"pump", ""}, BindingText{Signal: "tmp", Property: Label})
		}, `kind pump has no signal "tmp" — did you mean "temp"?`},
		"wrong number": {garden, func(e *Edit) (Change, error) {
			return e.AddBinding(Owner{"pump", ""}, BindingText{Signal: "temp", Property: Opacity, Gain: new(nan)})
		}, "NaN cannot be written"},
		"no property": {garden, func(e *Edit) (Change, error) { return e.AddBinding(Owner{"pump", ""}, BindingText{Signal: "temp"}) }, `binding lacks "property"`},
		"without signal": {garden, func(e *Edit) (Change, error) {
			l, c := spot(t, e, "signal: speed")
			return e.SetBinding(l, c, BindingText{Property: Label})
		}, `binding lacks "signal"`},
		"property gone": {garden, func(e *Edit) (Change, error) {
			l, c := spot(t, e, "signal: speed")
			return e.SetBinding(l, c, BindingText{})
		}, "a binding needs a property"},
		"shared, changed": {shared, func(e *Edit) (Change, error) {
			l, c := spot(t, e, "signal: x, property: label")
			return e.RemoveBinding(l, c)
		}, ""},
		"merged": {shared, func(e *Edit) (Change, error) {
			l, c := spot(t, e, "<<: *one")
			return e.SetBinding(l, c, BindingText{Signal: "x", Property: Opacity, Gain: new(2.0)})
		}, "edit the twin file by hand"},
	} {
		e := desk(t, c.text)
		_, err := c.do(e)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if string(e.text) != c.text || e.Dirty() {
			t.Errorf("%s: refused, and yet changed", name)
		}
	}
	if err := desk(t, garden).Apply(Change{Offset: 3, Old: "nothing", New: "x"}); err == nil {
		t.Error("a change of another text was made")
	}
	if err := desk(t, garden).Apply(Change{Offset: 0, Old: "# head\norrery: 1", New: "# head\norrery: 7"}); err == nil {
		t.Error("a change was made after which the twin does not load")
	}
}

// draw makes a binding of the garden, mostly one that fits.
func draw(t *rapid.T, signals []string) BindingText {
	b := BindingText{Signal: rapid.SampledFrom(signals).Draw(t, "signal"), Property: rapid.SampledFrom([]Property{Label, Opacity, Visible, Scale, ColorRamp, RotateAngle}).Draw(t, "property")}
	some := func(name string) bool { return rapid.Bool().Draw(t, name) }
	if some("expr") {
		b.Signal, b.Expr = "", rapid.SampledFrom([]string{"1 + 2", `max(1, 2) > 1 ? 3 : 4`, "abs(-3) # 1", "'a", "pi * [", "hypot(3, 4)"}).Draw(t, "text")
	}
	if some("node") {
		b.Node = rapid.SampledFrom([]string{"a", "a/b", "a b", "true", "12", "x: y", "#1", "it's", `say "so"`, "{x}", "-", "ünï", "a\tb", "null", "* x", "1e5", "~"}).Draw(t, "name")
	}
	if some("gain") {
		b.Gain = new(rapid.Float64Range(-1e9, 1e9).Draw(t, "factor"))
	}
	if b.Property == RotateAngle || some("axis") {
		b.Axis = []float64{0, float64(rapid.IntRange(1, 9).Draw(t, "y")), 0}
	}
	if b.Property == ColorRamp {
		at := 0.0
		for range rapid.IntRange(2, 5).Draw(t, "stops") {
			at += rapid.Float64Range(0.1, 50).Draw(t, "step")
			b.Ramp = append(b.Ramp, StopText{at, rapid.SampledFrom([]string{"clay", "high", "#00FF7f"}).Draw(t, "colour")})
		}
		b.Step = some("step")
	}
	if some("quality") {
		b.Quality = rapid.SampledFrom([]Policy{Mark, Hold, Hide}).Draw(t, "policy")
	}
	return b
}

// places lists where bindings stand.
func places(p *Project) (out [][2]int) {
	for _, b := range p.Bindings {
		if at := [2]int{b.Line, b.Column}; !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// Whatever is edited in whatever order: every comment stays, every line outside of the bindings stays as it is and where it
// is among the others, what was asked for is what is read back, and taking everything back restores the text.
func TestRandomEdits(t *testing.T) {
	owners := []Owner{{"pump", ""}, {"pump", "drive"}, {"pump", "bare"}, {"pump", "empty"}, {"pump", "flow"}, {"pump", "none"}, {"pump", "nothing"}, {"other", ""}}
	dir := desk(t, garden)
	rapid.Check(t, func(t *rapid.T) {
		text := garden
		if rapid.Bool().Draw(t, "CR LF") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		if rapid.Bool().Draw(t, "no end") {
			text = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(text, "\r\n"), "# tail"), "\r\n")
		}
		e := &Edit{project: dir.project}
		if err := e.take([]byte(text)); err != nil {
			t.Fatal(err)
		}
		var done []Change
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			before := string(e.text)
			at := rapid.SampledFrom(append(places(e.project), [2]int{})).Draw(t, "place")
			var c Change
			var err error
			var asked *BindingText
			switch op := rapid.IntRange(0, 2).Draw(t, "what"); {
			case op == 0 || at[0] == 0:
				b := draw(t, []string{"temp", "speed", "share", "a", "x"})
				asked = &b
				c, err = e.AddBinding(rapid.SampledFrom(owners).Draw(t, "owner"), b)
			case op == 1:
				c, err = e.RemoveBinding(at[0], at[1])
			default:
				b := draw(t, []string{"temp", "speed", "a", "x"})
				if rapid.Bool().Draw(t, "a little") {
					old, readErr := e.Binding(at[0], at[1])
					if readErr != nil {
						t.Fatal(readErr)
					}
					old.Gain, old.Node = b.Gain, b.Node
					b = old
				}
				asked = &b
				c, err = e.SetBinding(at[0], at[1], b)
			}
			if err != nil {
				if string(e.text) != before {
					t.Fatal("refused, and yet changed")
				}
				if strings.Contains(err.Error(), "by hand") {
					t.Fatalf("this file can be edited: %v\n%s", err, before)
				}
				continue
			}
			if asked != nil {
				got, err := e.Binding(c.Line, c.Column)
				want, _ := asked.tree()
				have, _ := got.tree()
				if err != nil || !alike(want, have) {
					t.Fatalf("%v: reads back as %+v, asked for %+v", err, got, *asked)
				}
			}
			checkRest(t, before, string(e.text))
			done = append(done, c)
		}
		for _, c := range slices.Backward(done) {
			if err := e.Apply(c.Inverse()); err != nil {
				t.Fatal(err)
			}
		}
		if string(e.text) != text {
			t.Fatalf("not restored:\n%s", strings.Join(differs(text, string(e.text)), "\n"))
		}
	})
}

// checkRest compares what two texts hold beside bindings: the same lines in the same order, and the same comments.
func checkRest(t *rapid.T, before, after string) {
	rest := func(text string) (lines, comments []string) {
		l, err := newLayout([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range l.comments(span{0, len(text)}) {
			comments = append(comments, strings.TrimSpace(c))
		}
		slices.Sort(comments)
		keys := []string{"orrery:", "name:", "kinds:", "pump:", "models:", "signals:", "temp:", "speed:", "share:", "mode:", "parts:", "alarms:", "hot:", "other:", "assets:", "a:", "b:"}
		for line := range strings.Lines(text) {
			if slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(strings.TrimSpace(line), k) }) {
				lines = append(lines, strings.TrimRight(line, "\r\n"))
			}
		}
		return lines, comments
	}
	linesA, commentsA := rest(before)
	linesB, commentsB := rest(after)
	if !slices.Equal(linesA, linesB) || !slices.Equal(commentsA, commentsB) {
		t.Fatalf("disturbed:\n%s\n%v\n%v", strings.Join(differs(before, after), "\n"), commentsA, commentsB)
	}
}
