package ui

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

// bindingBench is a desk with the demo farm in a folder of its own, so that its file can be written.
type bindingBench struct {
	*bench
	path    string
	scenery *Scenery
	world   *stage
	snap    *twin.Snapshot
}

func newBindingBench(t testing.TB, size fyne.Size, mode theme.Mode) *bindingBench {
	t.Helper()
	dir := t.TempDir()
	if err := demo.Write(dir); err != nil {
		t.Fatal(err)
	}
	b := &bindingBench{bench: newBench(t, size, mode), path: filepath.Join(dir, "twin.yaml")}
	p, err := project.Load(b.path)
	if err != nil {
		t.Fatal(err)
	}
	if b.scenery, err = LoadScenery(t.Context(), p, nil, nil); err != nil {
		t.Fatal(err)
	}
	b.world = NewStage(p, b.scenery, "readback").(*stage)
	b.snap = fakeValues(p.Tree)
	b.snap.Time = b.now.UnixNano()
	for i := range b.snap.Values {
		b.snap.Values[i].Time = b.now.UnixNano()
		b.snap.Values[i].Quality = twin.Good
	}
	b.engine = &fakeEngine{snap: b.snap}
	b.desk = Desk{Project: p, Timeline: timeline.New(func() time.Time { return b.now }), Engine: b.engine, Stage: b.world, User: "engineer"}
	if err := b.shell.Open(b.desk); err != nil {
		t.Fatal(err)
	}
	b.choose("farm/T03/rotor")
	return b
}

func (b *bindingBench) edits() *bindings   { return b.shell.desk.edits }
func (b *bindingBench) card() *bindingCard { return b.edits().card }

func (b *bindingBench) asset(path string) twin.AssetID {
	b.t.Helper()
	id, ok := b.desk.Project.Tree.AssetByPath(path)
	if !ok {
		b.t.Fatalf("no asset %s", path)
	}
	return id
}

func (b *bindingBench) signal(path string) twin.SignalID {
	b.t.Helper()
	id, ok := b.desk.Project.Tree.SignalByPath(path)
	if !ok {
		b.t.Fatalf("no signal %s", path)
	}
	return id
}

func (b *bindingBench) choose(path string) {
	b.shell.desk.selectAsset(b.asset(path), false)
	b.rest()
}

// rest waits for what is done to the file, and takes it over.
func (b *bindingBench) rest() {
	b.t.Helper()
	end := time.Now().Add(20 * time.Second)
	for quiet := 0; quiet < 3; {
		b.now = b.now.Add(20 * time.Millisecond)
		b.shell.desk.frame()
		if w := b.edits().work; w != nil && w.busy() {
			quiet = 0
		} else {
			quiet++
		}
		if time.Now().After(end) {
			b.t.Fatal("the work on the file does not end")
		}
		time.Sleep(time.Millisecond)
	}
	b.shell.desk.pace.numbers = time.Time{}
	b.shell.desk.frame()
}

// tap clicks a cell of a board.
func (b *bindingBench) tap(board *board, name string) {
	b.t.Helper()
	board.update()
	for i := range board.cells {
		if c := &board.cells[i]; c.name == name && c.tap != nil {
			c.tap(fyne.NewPos(c.x, c.y), false)
			b.rest()
			return
		}
	}
	var names []string
	for i := range board.cells {
		if board.cells[i].name != "" {
			names = append(names, board.cells[i].name)
		}
	}
	b.t.Fatalf("no %q among %v", name, names)
}

// write types a text into a field of the card.
func (b *bindingBench) write(field, text string) {
	b.t.Helper()
	b.card().beginTyping(field)
	b.card().entry.SetText(text)
	b.rest()
}

func (b *bindingBench) file() string {
	b.t.Helper()
	text, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func TestTheInspectorListsWhatDataDo(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	own, above := b.edits().listOf(b.asset("farm/T03/rotor"))
	var text []string
	for _, g := range append(own, above...) {
		text = append(text, bindingTitle(g.binding)+" "+g.binding.Node)
	}
	all := strings.Join(text, "\n")
	if len(own) < 1 || !strings.Contains(all, "Turn at a rate about Z rotor") {
		t.Errorf("the rotor has\n%s", all)
	}
	gear, _ := b.edits().listOf(b.asset("farm/T03/gearbox"))
	if len(gear) != 3 {
		t.Errorf("the gearbox has %d bindings", len(gear))
	}
	if own, above := b.edits().listOf(0); len(own)+len(above) != 0 {
		t.Errorf("the farm lists %d bindings of its turbines", len(own)+len(above))
	}
}

func TestANewBindingIsSeenUndoneRedoneAndSaved(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.choose("farm/T03/gearbox")
	old := b.file()
	before := len(b.scenery.Bindings)
	b.shell.run("twin.binding.add")
	b.rest()
	c := b.card()
	if !c.open || c.draft.text.Node != "gearbox" || c.typing != "signal" {
		t.Fatalf("open %v on %q, typing %q", c.open, c.draft.text.Node, c.typing)
	}
	b.card().entry.SetText("vibr")
	c.submit()
	b.rest()
	if c.fault != "" {
		t.Fatal(c.fault)
	}
	if c.draft.text.Signal != "vibration" || c.draft.text.Property != project.ColorRamp {
		t.Fatalf("%+v", c.draft.text)
	}
	if n := len(b.scenery.Bindings); n != before+6 {
		t.Errorf("%d bindings more in the view, want one for each turbine", n-before)
	}
	if b.file() != old {
		t.Fatal("the file was written without being asked")
	}
	if !strings.HasPrefix(b.shell.window.Title(), "●") {
		t.Errorf("the title %q does not say that something is not saved", b.shell.window.Title())
	}
	b.shell.run("edit.undo")
	b.rest()
	if n := len(b.scenery.Bindings); n != before {
		t.Errorf("after undo there are %d bindings, want %d", n, before)
	}
	if b.edits().dirty {
		t.Error("after undo something is to be saved")
	}
	b.shell.run("edit.redo")
	b.rest()
	if n := len(b.scenery.Bindings); n != before+6 {
		t.Errorf("after redo there are %d bindings, want %d", n, before+6)
	}
	b.tap(c.board, "done")
	if c.open {
		t.Error("the card is still open")
	}
	b.shell.run("twin.save")
	b.rest()
	text := b.file()
	if text == old || b.edits().dirty {
		t.Fatal("nothing was saved")
	}
	for _, line := range strings.Split(old, "\n") {
		if strings.Contains(line, "#") && !strings.Contains(text, line) {
			t.Errorf("the comment %q is gone", line)
		}
	}
	p, err := project.Load(b.path)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Bindings) != len(b.desk.Project.Bindings)+6 {
		t.Errorf("the saved twin has %d bindings, the old %d", len(p.Bindings), len(b.desk.Project.Bindings))
	}
	if strings.HasPrefix(b.shell.window.Title(), "●") {
		t.Error("the title still says that something is not saved")
	}
}

func TestAChangeGoesOnTurningAndDiscardPutsItBack(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	for range 20 {
		b.rest()
	}
	rotor := b.scenery.find(b.asset("farm/T03"), "rotor")
	angle := b.scenery.Scene.World(rotor)
	own, _ := b.edits().listOf(b.asset("farm/T03/rotor"))
	var g *project.Binding
	for _, o := range own {
		if o.binding.Property == project.RotateRate {
			g = o.binding
		}
	}
	b.edits().edit(g)
	b.rest()
	c := b.card()
	if c.draft.text.Signal != "rotor/rotor_speed" || axisWords(c.draft.text.Axis) != "Z" {
		t.Fatalf("%+v", c.draft.text)
	}
	b.write("gain", "3")
	if c.fault != "" {
		t.Fatal(c.fault)
	}
	if now := b.scenery.Scene.World(rotor); now.ApproxEqualThreshold(angle, 1e-12) {
		t.Error("the rotor does not turn")
	}
	for _, k := range b.scenery.Bindings {
		if k.Node == rotor && k.Gain != 3 {
			t.Errorf("the view turns with gain %v", k.Gain)
		}
	}
	b.tap(c.board, "discard")
	for _, k := range b.scenery.Bindings {
		if k.Node == rotor && k.Gain != 1 {
			t.Errorf("after discard the view turns with gain %v", k.Gain)
		}
	}
	if b.edits().dirty || c.open {
		t.Error("discard left something")
	}
	b.shell.run("edit.undo")
	b.rest()
	if !b.edits().dirty {
		t.Error("discard cannot be undone")
	}
}

func TestTypingIsOneChangeForUndo(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	own, _ := b.edits().listOf(b.asset("farm/T03/rotor"))
	b.edits().edit(own[0].binding)
	b.rest()
	for _, text := range []string{"2", "2.", "2.5", "2.57"} {
		b.write("gain", text)
	}
	if got := b.card().field(); got != "2.57" {
		t.Fatalf("gain %q", got)
	}
	b.shell.run("edit.undo")
	b.rest()
	if b.card().draft.text.Gain != nil {
		t.Errorf("after one undo the gain is %v", *b.card().draft.text.Gain)
	}
	if b.edits().dirty {
		t.Error("after one undo the file differs")
	}
}

func (c *bindingCard) field() string { return c.draft.field("gain") }

func TestAFaultSaysWhatToDoAndLeavesTheViewAlone(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.choose("farm/T03/gearbox")
	own, _ := b.edits().listOf(b.asset("farm/T03/gearbox"))
	b.edits().edit(own[0].binding)
	b.rest()
	c := b.card()
	bindings := len(b.scenery.Bindings)
	for text, want := range map[string]string{
		"":                         "",
		"oil_temp >":               "Column",
		"oil_tmp * 2":              "oil_temp",
		"oil_temp > 70":            "unit in quotes",
		`oil_temp - "20 °C" + 1 +`: "Column",
	} {
		b.write("expr", text)
		if text == "" {
			continue
		}
		if !strings.Contains(c.fault, want) || !strings.Contains(c.fault, "—") || strings.Contains(c.fault, "\n") {
			t.Errorf("%q: %q, want one with %q and a remedy", text, c.fault, want)
		}
	}
	if len(b.scenery.Bindings) != bindings || b.edits().dirty {
		t.Error("a faulty expression changed the view")
	}
	c.setProperty(project.Visible)
	b.rest()
	b.write("expr", `oil_temp > "70 °C" && bearing_temp > "60 °C"`)
	if c.fault != "" {
		t.Fatal(c.fault)
	}
	if si, q, _ := c.value(); q != twin.Good || si != 0 && si != 1 {
		t.Errorf("%v %v", si, q)
	}
	if !b.edits().dirty {
		t.Error("a good expression did not reach the file")
	}
}

func TestThePreviewShowsInTheViewAloneAndEndsWhenLetGo(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.choose("farm/T03/yaw")
	var g *project.Binding
	for i := range b.edits().project.Bindings {
		if k := &b.edits().project.Bindings[i]; k.Node == "yaw" && k.Property == project.RotateAngle && k.Asset == b.asset("farm/T03") {
			g = k
		}
	}
	b.edits().edit(g)
	b.rest()
	yaw := b.scenery.find(b.asset("farm/T03"), "yaw")
	was := b.scenery.Scene.Node(yaw).Local
	sig := b.signal("farm/T03/yaw/yaw")
	live := b.snap.At(sig)
	drag := func(x float32, done bool) {
		c := b.card()
		c.board.update()
		for i := range c.board.cells {
			if k := &c.board.cells[i]; k.name == "preview" {
				k.drag(x, done)
				return
			}
		}
		t.Fatal("no slider")
	}
	drag(20, false)
	for range 40 {
		b.rest()
	}
	if now := b.scenery.Scene.Node(yaw).Local; now == was {
		t.Error("the view does not follow the slider")
	}
	if got := b.shell.view.snap.At(sig); got != live {
		t.Errorf("the panels show the preview: %v", got)
	}
	if !strings.Contains(b.edits().over.text, "NOT LIVE") || !b.edits().over.board.Visible() || !b.edits().over.edges[0].Visible() {
		t.Error("nothing says that this is not live")
	}
	drag(-1, true)
	for range 40 {
		b.rest()
	}
	if b.edits().preview.on || b.edits().over.board.Visible() || b.edits().over.edges[0].Visible() {
		t.Error("the preview stays")
	}
	if now := b.scenery.Scene.Node(yaw).Local; math.Abs(float64(now.Rotation.W-was.Rotation.W)) > 1e-3 {
		t.Error("the view stays where the preview left it")
	}
	if b.edits().dirty {
		t.Error("the preview changed the file")
	}
}

func TestASignalDraggedOntoAPartIsBound(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	gen := b.asset("farm/T03/generator")
	b.choose("farm/T03/generator")
	part, ok := b.world.PartOf(gen)
	if !ok {
		t.Fatal("the generator has no part")
	}
	speed := b.signal("farm/T03/generator/gen_speed")
	d, err := b.edits().dropped(part, speed)
	if err != nil || d.text.Property != project.RotateRate || d.text.Node != "generator" {
		t.Fatalf("%v: %+v", err, d)
	}
	before := len(b.scenery.Bindings)
	g := b.edits().drag
	g.carry(speed, fyne.NewPos(3, 3), false) // over the top bar
	if g.good || !g.board.Visible() {
		t.Error("the top bar takes signals, or no ghost follows")
	}
	g.part, g.good = part, true
	g.drop(fyne.NewPos(0, 0))
	b.rest()
	if n := len(b.scenery.Bindings); n != before+6 || !b.card().open || b.card().fault != "" {
		t.Errorf("%d bindings more, card %v %q", n-before, b.card().open, b.card().fault)
	}
	if g.board.Visible() {
		t.Error("the ghost stays")
	}
	foreign := b.signal("farm/T01/generator/gen_speed")
	if _, err := b.edits().dropped(part, foreign); err == nil {
		t.Error("T03 follows a signal of T01")
	}
}

func TestARowOfASignalCanBeCarriedAway(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.choose("farm/T03/generator")
	in := b.shell.inspect.board
	in.update()
	var row cell
	for _, c := range in.cells {
		if strings.HasPrefix(c.name, "signal:farm/T03/generator") {
			row = c
		}
	}
	if row.carry == nil {
		t.Fatal("the row cannot be carried")
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(in).AddXY(row.x+30, row.y+10)
	press := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(row.x+30, row.y+10), AbsolutePosition: at}, Button: desktop.MouseButtonPrimary}
	in.MouseDown(press)
	in.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: press.Position, AbsolutePosition: at.AddXY(2, 1)}})
	if b.edits().drag.board.Visible() {
		t.Error("a shaking hand drags")
	}
	in.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: press.Position, AbsolutePosition: at.AddXY(-300, 40)}})
	if !b.edits().drag.board.Visible() {
		t.Error("no ghost follows")
	}
	plotted := append([]twin.SignalID(nil), b.shell.view.plotted...)
	in.MouseUp(press)
	in.DragEnd()
	if b.edits().drag.board.Visible() || len(plotted) != len(b.shell.view.plotted) {
		t.Error("the drag did not end, or it was a click too")
	}
}

func TestAClickInTheViewPicksThePart(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.shell.run("twin.binding.add")
	b.rest()
	c := b.card()
	c.pick("part")
	if b.edits().over.text == "" {
		t.Error("nothing says that a click is awaited")
	}
	blade := b.scenery.find(b.asset("farm/T03"), "blade_2")
	b.world.grab(scene.Hit{Node: blade})
	b.world.grab = nil
	b.rest()
	if c.draft.text.Node == "" || c.picking != "" {
		t.Errorf("picked %q", c.draft.text.Node)
	}
	var names []string
	for _, k := range c.part.Trail {
		names = append(names, k.Label)
	}
	if len(names) < 3 || names[0] != "Whole model" {
		t.Errorf("the way down is %v", names)
	}
	for _, k := range c.part.Trail {
		if p, ok := b.world.PartNamed(b.asset("farm/T03"), k.Node); !ok || p.Node != k.Node {
			t.Errorf("%q finds %q", k.Node, p.Node)
		}
	}
}

func TestUnsavedEditsAreAskedForBeforeTheDeskCloses(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	left := 0
	b.shell.leave(func() { left++ })
	if left != 1 {
		t.Fatal("nothing to save, and yet it asks")
	}
	own, _ := b.edits().listOf(b.asset("farm/T03/rotor"))
	b.edits().edit(own[0].binding)
	b.rest()
	b.write("gain", "2")
	b.shell.leave(func() { left++ })
	if left != 1 || b.shell.window.Canvas().Overlays().Top() == nil {
		t.Fatal("it left without asking")
	}
}

func TestTheCardGoesRoundByTheTabKey(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	b.choose("farm/T03/gearbox")
	own, _ := b.edits().listOf(b.asset("farm/T03/gearbox"))
	b.edits().edit(own[0].binding)
	b.rest()
	c := b.card()
	seen := map[string]bool{}
	for range 2 * len(c.controls) {
		if c.typing != "" {
			c.entryKey(&fyne.KeyEvent{Name: fyne.KeyTab})
		} else {
			c.key(&fyne.KeyEvent{Name: fyne.KeyTab})
		}
		seen[c.focus] = true
		c.board.update()
	}
	for _, k := range c.controls {
		if !seen[k.name] {
			t.Errorf("%s is not reached", k.name)
		}
	}
	if !seen["done"] || !seen["preview"] || !seen["field:signal"] {
		t.Errorf("%v", seen)
	}
}

func TestAFileChangedByAnotherIsNotOverwritten(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	own, _ := b.edits().listOf(b.asset("farm/T03/rotor"))
	b.edits().edit(own[0].binding)
	b.rest()
	b.write("gain", "2")
	other := b.file() + "# somebody else was here\n"
	if err := os.WriteFile(b.path, []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	b.shell.run("twin.save")
	b.rest()
	if b.file() != other {
		t.Error("the work of somebody else is lost")
	}
	if !b.edits().dirty || !strings.Contains(b.shell.status.note, "open it again") {
		t.Errorf("dirty %v, %q", b.edits().dirty, b.shell.status.note)
	}
}

func TestGoldenBindings(t *testing.T) {
	both(t, func(t *testing.T, m theme.Mode) {
		b := newBindingBench(t, fyne.NewSize(1280, 1000), m)
		b.choose("farm/T03/gearbox")
		b.golden("bindings-list-" + m.String())
		own, _ := b.edits().listOf(b.asset("farm/T03/gearbox"))
		b.edits().edit(own[0].binding)
		b.rest()
		b.card().showing = "colour:1"
		b.card().update()
		b.golden("bindings-colour-" + m.String())
	})
}
