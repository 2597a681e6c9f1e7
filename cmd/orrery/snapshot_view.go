package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/environment"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// viewing says how a picture shows its scene: camera, look, what is cut, hidden or seen through.
type viewing struct {
	look, standard         string
	eye, target            string
	fovDeg                 float64
	ortho                  bool
	sections               []string
	hide, isolate, selects []string
	xray, wire, grid       bool
	noEdges                bool
	light                  render.Light
	environment            string
	explode                float64
	measures               []string
	scale                  float64
	bare                   bool
	composed               viewport.Composition
}

func (v *viewing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&v.look, "look", "operate", "operate, engineer or review")
	f.StringVar(&v.standard, "view", "", "from the front, back, left, right, top, bottom or iso, with all in view")
	f.StringVar(&v.eye, "eye", "", "where the camera is: x,y,z in metres; with --target")
	f.StringVar(&v.target, "target", "", "what it looks at: x,y,z in metres")
	f.Float64Var(&v.fovDeg, "fov", 0, "vertical angle of view, degrees")
	f.BoolVar(&v.ortho, "ortho", false, "parallel projection")
	f.StringArrayVar(&v.sections, "section", nil, "cut: x=1.5 leaves what lies below 1.5 m along x, -x=1.5 the other side; x=50% counts in the box of all; up to six")
	f.StringArrayVar(&v.hide, "hide", nil, "path of a node to leave out")
	f.StringArrayVar(&v.isolate, "isolate", nil, "path of a node to show alone")
	f.StringArrayVar(&v.selects, "select", nil, "path of a node to select")
	f.BoolVar(&v.xray, "xray", false, "see through all but what is selected or abnormal")
	f.BoolVar(&v.wire, "wire", false, "the edges of all triangles")
	f.BoolVar(&v.grid, "grid", false, "a grid on the ground")
	f.BoolVar(&v.noEdges, "no-edges", false, "leave the edge lines out")
	f.Float64Var(&v.light.ExposureEV, "exposure", 0, "of the review look, in steps of brightness")
	f.StringVar(&v.environment, "environment", "", "light of the review look from all sides: a picture in Radiance format, .hdr")
	f.Float64Var(&v.explode, "explode", 0, "draw assemblies apart: 1 is twice as far from the middle")
	f.StringArrayVar(&v.measures, "measure", nil, "distance between two points or angle of three, metres: \"0,0,0 1,0,0\"")
	f.Float64Var(&v.scale, "scale", 1, "size of text and lines; 2 for pictures of 4K")
	f.BoolVar(&v.bare, "bare", false, "leave labels, legend, scale and cube out")
	f.BoolVar(&v.light.NoShadows, "no-shadows", false, "of the review look")
	f.BoolVar(&v.light.NoOcclusion, "no-occlusion", false, "of the review look: nothing is darker where surfaces meet")
}

// options returns the options of the frame that need no scene.
func (v *viewing) options() (render.Options, error) {
	look, ok := render.ParseLook(v.look)
	if !ok {
		return render.Options{}, fmt.Errorf("--look %s: there are operate, engineer and review", v.look)
	}
	if math.Abs(v.light.ExposureEV) > 20 || math.IsNaN(v.light.ExposureEV) {
		return render.Options{}, fmt.Errorf("--exposure %g: give -20 to 20", v.light.ExposureEV)
	}
	if !(v.explode >= 0 && v.explode <= 4) {
		return render.Options{}, fmt.Errorf("--explode %g: give 0 to 4", v.explode)
	}
	if !(v.scale >= 0.5 && v.scale <= 8) {
		return render.Options{}, fmt.Errorf("--scale %g: give 0.5 to 8", v.scale)
	}
	if v.environment != "" {
		f, err := os.Open(v.environment)
		if err != nil {
			return render.Options{}, fmt.Errorf("--environment: %w", err)
		}
		defer f.Close()
		if v.light.Environment, err = environment.Read(f); err != nil {
			return render.Options{}, fmt.Errorf("--environment %s: %w", v.environment, err)
		}
	}
	return render.Options{PixelScale: v.scale, Look: look, XRay: v.xray, Wire: v.wire, Grid: v.grid, NoEdges: v.noEdges, Light: v.light, Hovered: scene.NoNode}, nil
}

// apply hides, isolates, selects and cuts, and returns the camera.
func (v *viewing) apply(s *scene.Scene, camera scene.Camera, o *render.Options) (scene.Camera, error) {
	isolated, err := nodesOf(s, "--isolate", v.isolate)
	if err != nil {
		return camera, err
	}
	if len(isolated) > 0 {
		s.Isolate(isolated...)
	}
	hidden, err := nodesOf(s, "--hide", v.hide)
	if err != nil {
		return camera, err
	}
	for _, id := range hidden {
		s.SetHidden(id, true)
	}
	selected, err := nodesOf(s, "--select", v.selects)
	if err != nil {
		return camera, err
	}
	o.Selected = append(o.Selected, selected...)
	s.SetExplode(v.explode)
	if o.Section, err = v.section(s); err != nil {
		return camera, err
	}
	measures, err := v.taken()
	if err != nil {
		return camera, err
	}
	v.composed.Measures = measures
	o.Glyphs = v.composed.Glyphs()
	return v.camera(s, camera, float64(o.WidthPx)/float64(o.HeightPx))
}

// nodesOf finds nodes by their paths, or by the ends of them where only one node has such an end.
func nodesOf(s *scene.Scene, flag string, paths []string) ([]scene.NodeID, error) {
	var out []scene.NodeID
	for _, path := range paths {
		id, ok := s.Find(path)
		for n := scene.NodeID(1); !ok && int(n) < s.Len(); n++ {
			if strings.HasSuffix(s.Node(n).Path, "/"+path) {
				id, ok = n, true
			}
		}
		if !ok {
			return nil, fmt.Errorf("%s %s: there is no such node; orrery info --nodes lists them", flag, path)
		}
		out = append(out, id)
	}
	return out, nil
}

var standardViews = map[string]scene.View{"front": scene.Front, "back": scene.Back, "left": scene.Left, "right": scene.Right,
	"top": scene.Top, "bottom": scene.Bottom, "iso": scene.Iso}

func (v *viewing) camera(s *scene.Scene, c scene.Camera, aspect float64) (scene.Camera, error) {
	if (v.eye == "") != (v.target == "") {
		return c, errors.New("--eye and --target: give both")
	}
	if v.fovDeg != 0 && !(v.fovDeg >= 1 && v.fovDeg <= 150) {
		return c, fmt.Errorf("--fov %g: give 1 to 150 degrees", v.fovDeg)
	}
	if v.fovDeg != 0 {
		c.FovYRad = v.fovDeg * math.Pi / 180
	}
	c.Ortho = c.Ortho || v.ortho
	if v.standard != "" {
		view, ok := standardViews[v.standard]
		if !ok {
			return c, fmt.Errorf("--view %s: there are front, back, left, right, top, bottom and iso", v.standard)
		}
		orbit := scene.NewOrbit(c)
		orbit.SetOrtho(c.Ortho)
		orbit.View(view)
		orbit.Update(60) // there
		c = orbit.Camera().Framed(s.Bounds(scene.Root), aspect)
	}
	if v.eye != "" {
		var err error
		if c.Eye, err = point("--eye", v.eye); err != nil {
			return c, err
		}
		if c.Target, err = point("--target", v.target); err != nil {
			return c, err
		}
		c.Up = mgl64.Vec3{}
	}
	return c, nil
}

func point(flag, text string) (p mgl64.Vec3, err error) {
	parts := strings.Split(text, ",")
	for i := range p {
		if len(parts) != 3 {
			return p, fmt.Errorf("%s %s: write x,y,z in metres", flag, text)
		}
		if p[i], err = number(parts[i]); err != nil {
			return p, fmt.Errorf("%s %s: write x,y,z in metres", flag, text)
		}
	}
	return p, nil
}

// number reads a finite number.
func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e9 {
		return 0, errors.New("no number")
	}
	return v, nil
}

// taken makes the measures.
func (v *viewing) taken() ([]scene.Measure, error) {
	var out []scene.Measure
	for _, text := range v.measures {
		m := scene.Measure{Kind: scene.Distance}
		for _, word := range strings.Fields(text) {
			p, err := point("--measure", word)
			if err != nil {
				return nil, err
			}
			m.Points = append(m.Points, p)
		}
		switch len(m.Points) {
		case 1:
			m.Kind = scene.PointAt
		case 2:
		case 3:
			m.Kind = scene.Angle
		default:
			return nil, fmt.Errorf("--measure %q: write one, two or three points, x,y,z each", text)
		}
		out = append(out, m)
	}
	return out, nil
}

// composition is what is drawn over the picture that opts ask for.
func (v *viewing) composition(camera scene.Camera, o render.Options) viewport.Composition {
	c := v.composed
	c.Camera, c.Section, c.Selected, c.Scale = camera, o.Section, o.Selected, float32(v.scale)
	return c
}

// section makes the planes of the cut, or nil.
func (v *viewing) section(s *scene.Scene) (*scene.Section, error) {
	if len(v.sections) == 0 {
		return nil, nil
	}
	if len(v.sections) > scene.MaxPlanes {
		return nil, fmt.Errorf("--section: %d planes, %d are the most", len(v.sections), scene.MaxPlanes)
	}
	box := s.Bounds(scene.Root)
	out := &scene.Section{}
	for _, text := range v.sections {
		plane, err := planeOf(text, box)
		if err != nil {
			return nil, err
		}
		out.Planes = append(out.Planes, plane)
	}
	return out, nil
}

// planeOf reads "x=1.5", "-y=30%".
func planeOf(text string, box scene.Bounds) (scene.Plane, error) {
	bad := fmt.Errorf("--section %s: write x=1.5, y=50%% or -z=2 (the other side)", text)
	axis, at, ok := strings.Cut(text, "=")
	axis, other := strings.CutPrefix(strings.ToLower(strings.TrimSpace(axis)), "-")
	k := strings.Index("xyz", axis)
	if !ok || len(axis) != 1 || k < 0 {
		return scene.Plane{}, bad
	}
	share, isShare := strings.CutSuffix(at, "%")
	d, err := number(share)
	if err != nil {
		return scene.Plane{}, bad
	}
	if isShare {
		d = box.Min[k] + (box.Max[k]-box.Min[k])*d/100
	}
	var through, normal mgl64.Vec3
	through[k], normal[k] = d, -1
	if other {
		normal[k] = 1
	}
	return scene.PlaneThrough(through, normal), nil
}
