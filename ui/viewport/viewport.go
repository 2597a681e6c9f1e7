package viewport

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// MaxSoftwareFPS caps how often moving data are drawn when the CPU draws.
const MaxSoftwareFPS = 20

// Options configure a Viewport. Scene is needed.
type Options struct {
	Scene  *scene.Scene
	Camera scene.Camera
	Bounds scene.Bounds // of what "all" means; zero: the scene without its ground
	// Presenter forces a way to present: "shared" or "readback"; empty decides by self-test.
	Presenter string
	// Renderer, if set, is used instead of one of the viewport's own; its pictures must be images.
	Renderer render.Renderer
	Clock    func() time.Time
}

// Stats tells how the picture is made.
type Stats struct {
	Presenter string // "shared texture", "readback", or "starting"
	Device    render.Device
	Frames    uint64    // handed to the renderer
	Paints    uint64    // pictures presented
	First     time.Time // of the first picture
	FPS       float64   // pictures presented in the last second
	Render    render.Stats
	Err       error // why there is no picture
}

// Viewport is the 3D widget. Make it with New.
type Viewport struct {
	widget.BaseWidget

	OnSelect func(node scene.NodeID, double bool) // a click; NoNode for the background
	OnLook   func(render.Look)                    // the user chose a look in the view
	OnFrame  func(all bool)                       // the user asks to frame the selection or all

	opts      Options
	scene     *scene.Scene
	orbit     *scene.Orbit
	picker    *scene.Picker
	builder   *render.Builder
	renderer  render.Renderer
	presenter presenter
	overlay   *overlay
	clock     func() time.Time

	look     render.Look
	selected []scene.NodeID
	hovered  scene.NodeID
	section  *scene.Section
	ghosts   []render.Ghost
	xray     bool
	skip     func(scene.NodeID) bool

	widthPx, heightPx int
	scale             float32 // device pixels per Dp
	seen              uint64  // scene generation of the last frame
	ghostSeen         uint64
	dirty             bool // something but scene and camera changed
	draft             bool // the last frame was drawn coarser
	inFlight          atomic.Bool
	begun             time.Time // when the last frame was handed over
	input             input
	stats             Stats
	fps               rate
	err               error
}

// New makes a viewport. The renderer starts with the first paint, in the context of the window that shows it.
func New(o Options) *Viewport {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	v := &Viewport{opts: o, scene: o.Scene, orbit: scene.NewOrbit(o.Camera), picker: scene.NewPicker(o.Scene), builder: render.NewBuilder(),
		clock: o.Clock, hovered: scene.NoNode, scale: 1, dirty: true}
	if o.Bounds == (scene.Bounds{}) || o.Bounds.Empty() {
		v.opts.Bounds = solid(o.Scene)
	}
	v.orbit.SetBounds(v.opts.Bounds)
	v.skip = func(id scene.NodeID) bool { return render.Opened(v.scene, id, v.selected) }
	v.presenter = v.choosePresenter()
	v.overlay = newOverlay(v)
	v.stats.Presenter = "starting"
	v.ExtendBaseWidget(v)
	remove := theme.OnChange(v.Redraw)
	v.input.onClose = remove
	return v
}

// solid returns the bounds of everything but the ground.
func solid(s *scene.Scene) scene.Bounds {
	b := scene.NoBounds()
	s.Walk(scene.Root, func(id scene.NodeID) bool {
		if s.Role(id) == scene.Ground {
			return false
		}
		if m := s.Node(id).Mesh; m != scene.NoMesh {
			b = b.Union(s.Mesh(m).Bounds.Transformed(s.World(id)))
		}
		return true
	})
	return b
}

// Advance carries motions on by dt and draws if anything changed. Call it once per frame of the window.
func (v *Viewport) Advance(dt time.Duration) {
	v.hover()
	camera := v.orbit.Update(dt.Seconds())
	interacting := v.input.held != 0 || v.orbit.Moving()
	if camera {
		v.overlay.moved()
	}
	if v.renderer == nil || v.widthPx < 8 || v.heightPx < 8 {
		return
	}
	generation := v.scene.Generation()
	changed := v.dirty || camera || v.draft && !interacting || generation != v.seen || v.ghostGeneration() != v.ghostSeen
	if !changed || v.inFlight.Load() {
		return
	}
	now := v.clock()
	if v.renderer.Device().Software && !interacting && !v.dirty && now.Sub(v.begun) < time.Second/MaxSoftwareFPS {
		return
	}
	frame := v.builder.Build(v.scene, v.orbit.Camera(), render.Options{
		WidthPx: v.widthPx, HeightPx: v.heightPx, PixelScale: float64(v.scale), Look: v.look, Palette: palette(),
		Selected: v.selected, Hovered: v.hovered, Section: v.section, Ghosts: v.ghosts, XRay: v.xray, Draft: interacting,
	})
	v.seen, v.ghostSeen, v.dirty, v.draft, v.begun = generation, v.ghostGeneration(), false, interacting, now
	v.stats.Frames++
	v.inFlight.Store(true)
	v.overlay.moved()
	v.renderer.Submit(frame)
}

func (v *Viewport) ghostGeneration() uint64 {
	var sum uint64
	for _, g := range v.ghosts {
		sum += g.Scene.Generation()
	}
	return sum
}

// picture is called on the renderer's thread when a picture is ready.
func (v *Viewport) picture() {
	fyne.Do(func() {
		v.inFlight.Store(false)
		v.presenter.present()
	})
}

// shown is called by the presenter when a picture is on its way to the screen.
func (v *Viewport) shown(p render.Picture) {
	if v.stats.Paints == 0 {
		v.stats.First = v.clock()
	}
	v.stats.Paints++
	v.stats.Render = p.Stats
	v.fps.add(v.clock())
}

// resized is called by the presenter with the size of the view in device pixels.
func (v *Viewport) resized(w, h int) {
	if w == v.widthPx && h == v.heightPx {
		return
	}
	v.widthPx, v.heightPx = w, h
	if s := v.Size(); s.Width > 0 {
		v.scale = float32(w) / s.Width
	}
	v.dirty = true
}

// Redraw has the next Advance draw whatever happens, as after a change of the theme.
func (v *Viewport) Redraw() {
	v.dirty = true
	v.overlay.restyle()
}

// Stats tells how the picture is made.
func (v *Viewport) Stats() Stats {
	s := v.stats
	s.FPS = v.fps.at(v.clock())
	s.Err = v.err
	if v.renderer != nil {
		s.Device = v.renderer.Device()
		if s.Err == nil {
			s.Err = v.renderer.Err()
		}
	}
	return s
}

// Scene returns the scene that is shown.
func (v *Viewport) Scene() *scene.Scene { return v.scene }

// Look returns the look; SetLook changes it.
func (v *Viewport) Look() render.Look { return v.look }

// SetLook changes the look.
func (v *Viewport) SetLook(l render.Look) {
	if l != v.look {
		v.look, v.dirty = l, true
		v.overlay.restyle()
	}
}

// SetXRay makes everything but the selection and what is abnormal translucent.
func (v *Viewport) SetXRay(on bool) { v.xray, v.dirty = on, true }

// Select outlines nodes with all that is below them.
func (v *Viewport) Select(nodes ...scene.NodeID) {
	v.selected = append(v.selected[:0:0], nodes...)
	v.dirty = true
}

// SetGhosts shows other poses of the scene translucent; nil shows none.
func (v *Viewport) SetGhosts(g []render.Ghost) {
	if len(g) == 0 && len(v.ghosts) == 0 {
		return
	}
	v.ghosts, v.dirty = g, true
}

// SetSection cuts the scene open; nil closes it.
func (v *Viewport) SetSection(s *scene.Section) { v.section, v.dirty = s, true }

// Camera returns where the camera stands; SetCamera jumps and FlyTo glides to another place.
func (v *Viewport) Camera() scene.Camera { return v.orbit.Camera() }

// SetCamera jumps to a camera.
func (v *Viewport) SetCamera(c scene.Camera) { v.orbit.SetCamera(c); v.dirty = true }

// FlyTo glides to a camera.
func (v *Viewport) FlyTo(c scene.Camera) { v.orbit.Fly(c); v.dirty = true }

// FrameNode glides to where a node fills the view; Root shows everything.
func (v *Viewport) FrameNode(id scene.NodeID) {
	b := v.opts.Bounds
	if id > scene.Root {
		b = v.scene.Bounds(id)
	}
	v.orbit.Frame(b, v.aspect())
}

// Standard glides to a standard view.
func (v *Viewport) Standard(view scene.View) { v.orbit.View(view) }

// SetOrtho switches between parallel projection and perspective.
func (v *Viewport) SetOrtho(on bool) { v.orbit.SetOrtho(on); v.dirty = true }

// Ortho reports whether the projection is parallel.
func (v *Viewport) Ortho() bool { return v.orbit.Ortho() }

func (v *Viewport) aspect() float64 {
	s := v.Size()
	return float64(s.Width) / float64(max(s.Height, 1))
}

// Close ends the renderer.
func (v *Viewport) Close() error {
	if v.input.onClose != nil {
		v.input.onClose()
	}
	r := v.renderer
	v.renderer = nil
	if r == nil || r == v.opts.Renderer {
		return nil
	}
	return r.Close()
}

// palette is the colours of the scene in the theme in force.
func palette() render.Palette {
	if theme.Current() == theme.Day {
		return render.Day()
	}
	return render.Night()
}

// CreateRenderer implements fyne.Widget.
func (v *Viewport) CreateRenderer() fyne.WidgetRenderer { return &viewRenderer{v} }

type viewRenderer struct{ v *Viewport }

func (r *viewRenderer) Layout(size fyne.Size) {
	for _, o := range r.v.presenter.objects() {
		o.Resize(size)
		o.Move(fyne.Position{})
	}
	r.v.overlay.layout(size)
}

func (r *viewRenderer) MinSize() fyne.Size { return fyne.NewSize(200, 120) }
func (r *viewRenderer) Refresh()           { r.v.Redraw() }
func (r *viewRenderer) Destroy()           {}
func (r *viewRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject(nil), r.v.presenter.objects()...), r.v.overlay.objects()...)
}

// rate counts events of the last second.
type rate struct{ times []time.Time }

func (r *rate) add(now time.Time) { r.times = append(r.trim(now), now) }

func (r *rate) trim(now time.Time) []time.Time {
	i := 0
	for i < len(r.times) && now.Sub(r.times[i]) > time.Second {
		i++
	}
	r.times = append(r.times[:0], r.times[i:]...)
	return r.times
}

func (r *rate) at(now time.Time) float64 { return float64(len(r.trim(now))) }
