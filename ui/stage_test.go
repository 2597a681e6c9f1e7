package ui

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
)

func demoFarm(t testing.TB) (*project.Project, *Scenery) {
	t.Helper()
	p, err := project.LoadFS(demo.Open(), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	last := 0.0
	s, err := LoadScenery(context.Background(), p, nil, func(done float64, what string) {
		if done < last || done > 1 || what == "" {
			t.Errorf("progress %v after %v, %q", done, last, what)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func TestEveryPartOfTheDemoCanBePointedAt(t *testing.T) {
	p, s := demoFarm(t)
	for _, w := range s.Warnings {
		t.Error(w)
	}
	for _, path := range []string{"farm/T01", "farm/T03", "farm/T03/gearbox", "farm/T06/generator"} {
		id, ok := p.Tree.AssetByPath(path)
		if !ok {
			t.Fatalf("no asset %s", path)
		}
		node := s.Node(id)
		if node == scene.NoNode || s.Asset(node) != id {
			t.Errorf("%s: node %d stands for %v", path, node, s.Asset(node))
		}
		if s.Scene.Bounds(node).Empty() {
			t.Errorf("%s has nothing to see", path)
		}
	}
	gear, _ := p.Tree.AssetByPath("farm/T03/gearbox")
	a := s.Scene.Bounds(s.Node(gear)).Center()
	if a[1] < 60 || a[1] > 110 {
		t.Errorf("the gearbox of T03 hangs at %v", a)
	}
}

func TestViewpointsStandInTheFrameOfTheirAsset(t *testing.T) {
	p, s := demoFarm(t)
	for _, v := range p.Viewpoints {
		c := s.Camera(v)
		if c.Eye.Sub(c.Target).Len() < .5 {
			t.Errorf("%s looks from %v at %v", v.ID, c.Eye, c.Target)
		}
		if v.Select == twin.NoAsset || p.Tree.Asset(v.Select).Kind != "" {
			continue
		}
		if d := s.Scene.Bounds(s.Node(v.Select)).Distance(c.Target); d > 6 {
			t.Errorf("%s selects what is %.0f m from where it looks", v.ID, d)
		}
	}
}

func TestStageTurnsRotorsWithThePlantsTime(t *testing.T) {
	test.NewTempApp(t)
	p, s := demoFarm(t)
	st := NewStage(p, s, "readback").(*stage)
	defer st.Close()
	snap := &twin.Snapshot{Generation: 1, Origin: twin.Live}
	snap.Reset(len(p.Tree.Signals()))
	now := time.Now()
	for i := range snap.Values {
		g := p.Tree.Signal(twin.SignalID(i))
		v := g.Normal[1] * .8
		snap.Values[i] = twin.Value{Value: v, Time: now.UnixNano(), Quality: twin.Good}
	}
	rotor, _ := p.Tree.AssetByPath("farm/T03/rotor")
	node := s.Node(rotor)
	pose := func() mgl64.Mat4 { s.Scene.Update(); return s.Scene.World(node) }
	live := timeline.State{Mode: timeline.Live, At: now, Now: now}
	st.Apply(snap, live, 16*time.Millisecond)
	a := pose()
	st.Apply(snap, live, 16*time.Millisecond)
	if b := pose(); a.ApproxEqual(b) {
		t.Error("a live rotor stands still")
	}
	a = pose()
	for range 5 {
		st.Apply(snap, timeline.State{Mode: timeline.Past, At: now, Now: now}, 16*time.Millisecond)
	}
	if b := pose(); !a.ApproxEqualThreshold(b, 1e-9) {
		t.Error("a rotor turns while the cursor rests in the past")
	}

	gear, _ := p.Tree.AssetByPath("farm/T03/gearbox")
	prio := make([]twin.Priority, len(p.Tree.Assets()))
	prio[gear] = twin.High
	st.Alarms(prio)
	st.Apply(snap, live, 16*time.Millisecond)
	if got := s.Scene.Effective(s.Node(gear)).State.Alarm(); got != int(twin.High) {
		t.Errorf("the gearbox shows alarm %d", got)
	}
	var picked twin.AssetID
	st.OnSelect(func(id twin.AssetID, _ bool) { picked = id })
	st.view.OnSelect(s.Node(gear), false)
	if picked != gear {
		t.Errorf("a click on the gearbox picks %d", picked)
	}
}

func BenchmarkStageApply(b *testing.B) {
	test.NewTempApp(b)
	p, s := demoFarm(b)
	st := NewStage(p, s, "readback").(*stage)
	defer st.Close()
	snap := fakeValues(p.Tree)
	live := timeline.State{Mode: timeline.Live, At: time.Now(), Now: time.Now()}
	for b.Loop() {
		st.Apply(snap, live, 16*time.Millisecond)
	}
}

func fakeValues(t *twin.Tree) *twin.Snapshot {
	snap := &twin.Snapshot{Generation: 1, Origin: twin.Live}
	snap.Reset(len(t.Signals()))
	for i := range snap.Values {
		snap.Values[i] = twin.Value{Value: t.Signal(twin.SignalID(i)).Normal[1] * .8, Time: time.Now().UnixNano(), Quality: twin.Good}
	}
	return snap
}
