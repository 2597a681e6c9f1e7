package main

import (
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

func TestPlanesOfSections(t *testing.T) {
	box := scene.Bounds{Min: mgl64.Vec3{0, -2, 0}, Max: mgl64.Vec3{4, 2, 1}}
	for text, c := range map[string]struct{ kept, cut mgl64.Vec3 }{
		"x=1.5":  {mgl64.Vec3{1, 0, 0}, mgl64.Vec3{2, 0, 0}},
		"-x=1.5": {mgl64.Vec3{2, 0, 0}, mgl64.Vec3{1, 0, 0}},
		"y=25%":  {mgl64.Vec3{0, -1.5, 0}, mgl64.Vec3{0, -0.5, 0}},
		"Z = 0":  {mgl64.Vec3{0, 0, -1}, mgl64.Vec3{0, 0, 1}},
	} {
		p, err := planeOf(text, box)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		s := scene.Section{Planes: []scene.Plane{p}}
		if s.Cuts(c.kept) || !s.Cuts(c.cut) {
			t.Errorf("%s: keeps %v: %v, cuts %v: %v", text, c.kept, !s.Cuts(c.kept), c.cut, s.Cuts(c.cut))
		}
	}
	for _, text := range []string{"", "x", "w=1", "x=", "x=nan", "xy=1", "x=1e99"} {
		if _, err := planeOf(text, box); err == nil {
			t.Errorf("%q is a plane", text)
		}
	}
}

func TestViewingAScene(t *testing.T) {
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	house := s.AddNode(scene.Root, scene.Node{Name: "house", Mesh: box})
	pump := s.AddNode(house, scene.Node{Name: "pump", Mesh: box})
	tree := s.AddNode(scene.Root, scene.Node{Name: "tree", Mesh: box, Local: scene.At(9, 0, 0)})
	o := render.Options{WidthPx: 200, HeightPx: 100}
	v := viewing{isolate: []string{"pump"}, selects: []string{"house/pump"}, standard: "top", ortho: true, fovDeg: 30}
	c, err := v.apply(s, scene.Camera{Eye: mgl64.Vec3{5, 5, 5}}, &o)
	if err != nil {
		t.Fatal(err)
	}
	if s.Effective(tree).Visible || !s.Effective(pump).Visible || len(o.Selected) != 1 || o.Selected[0] != pump {
		t.Errorf("tree seen %v, pump seen %v, selected %v", s.Effective(tree).Visible, s.Effective(pump).Visible, o.Selected)
	}
	if _, _, forward := c.Axes(); forward[1] > -0.99 || !c.Ortho {
		t.Errorf("from above the camera looks along %v, parallel %v", forward, c.Ortho)
	}
	for name, bad := range map[string]viewing{"node": {hide: []string{"nobody"}}, "eye alone": {eye: "1,2,3"}, "eye": {eye: "1,2", target: "0,0,0"},
		"view": {standard: "below"}, "fov": {fovDeg: 500}, "planes": {sections: make([]string, 7)}} {
		if _, err := bad.apply(s, scene.Camera{}, &o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
