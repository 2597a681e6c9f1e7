package viewport

import (
	"math"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// How often pictures are made, at most: Fyne paints 60 times a second. When the CPU draws, a camera in the user's hand
// comes before moving data.
const (
	MaxFPS         = 60
	MaxSoftwareFPS = 20 // for moving data; 30 while the camera moves
)

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
	// Turns tells which nodes turn on and on, as bind.Set.Turns does: labels do not hang on what they sweep over.
	Turns func(scene.NodeID) bool
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
	Build     time.Duration // to make the last frame, on the main goroutine
	Present   time.Duration // to copy the last picture into the window's texture; 0 when it is read back
	Scale     float64       // of the last frame: below 1 when it was drawn smaller to keep up
	Err       error         // why there is no picture
}

// Viewport is the 3D widget. Make it with New.
type Viewport struct {
	widget.BaseWidget

	OnSelect func(node scene.NodeID, double bool) // a click; NoNode for the background
	OnLook   func(render.Look)                    // the user chose a look in the view
	OnFrame  func(all bool)                       // the user asks to frame the selection or all

	OnTool      func(Tool)                           // another tool is in the user's hand, or none
	OnBoxSelect func(nodes []scene.NodeID, add bool) // a rectangle took these; add leaves what is selected
	OnMeasure   func([]scene.Measure)                // a measure was taken, or taken back
	OnSection   func(before, now *scene.Section)     // the user cut otherwise; either may be nil
	OnFocus     func()                               // the user turns to this view, as by a click

	// OnCarry is told where in the window the user drags a node, with Ctrl held at the press, and where it falls. Nil:
	// Ctrl changes nothing of a drag.
	OnCarry func(node scene.NodeID, at fyne.Position, done bool)

	// Owner returns what lights up while the pointer is on a node, and what further clicks at one place go through:
	// NoNode for nothing. Nil is the node of the asset.
	Owner func(scene.NodeID) scene.NodeID

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
	settings settings
	skip     func(scene.NodeID) bool

	widthPx, heightPx int
	scale             float32 // device pixels per Dp
	seen              uint64  // scene generation of the last frame
	ghostSeen         uint64
	dirty             bool // something but scene and camera changed
	draft             bool // the last frame was drawn coarser
	flying            flight
	begun             time.Time // when the last frame was handed over
	shrink            float64   // size of drafts against the view, 0.5 to 1
	window            *glfw.Window
	iconified         bool
	looked            time.Time // when iconified was asked for
	closed            bool
	input             input
	stats             Stats
	fps               rate
	err               error
	hit               scene.Hit // of the last click
	tools             tooling
	offscreen         bool // see Compose: there is no window and no app
	moves             int
}

// flight is what is on its way from here to the screen: one frame with the renderer, and pictures that wait for a paint.
type flight struct {
	drawing   bool // a frame is with the renderer
	camera    scene.Camera
	draft     bool
	unpainted int // pictures that were finished since the last paint
}

// maxUnpainted is how many pictures are made for a window that does not paint. While one waits for the paint of this
// tick the next is begun already, or there would be one for every other tick only.
const maxUnpainted = 2

// New makes a viewport. The renderer starts with the first paint, in the context of the window that shows it.
func New(o Options) *Viewport {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	v := &Viewport{opts: o, scene: o.Scene, orbit: scene.NewOrbit(o.Camera), picker: scene.NewPicker(o.Scene), builder: render.NewBuilder(),
		clock: o.Clock, hovered: scene.NoNode, scale: 1, shrink: 1, dirty: true}
	if o.Bounds == (scene.Bounds{}) || o.Bounds.Empty() {
		v.opts.Bounds = solid(o.Scene)
	}
	v.hit.Node = scene.NoNode
	v.tools.handle = -1
	v.orbit.SetBounds(v.opts.Bounds)
	v.orbit.SetFloor(floorOf(o.Scene))
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

// floorOf returns the height of the ground, -Inf where there is none.
func floorOf(s *scene.Scene) float64 {
	y := math.Inf(-1)
	s.Walk(scene.Root, func(id scene.NodeID) bool {
		if s.Role(id) == scene.Ground && !s.Bounds(id).Empty() {
			y = max(y, s.Bounds(id).Max[1])
		}
		return true
	})
	return y
}

// Advance carries motions on by dt and draws if anything changed. Call it once per frame of the window.
func (v *Viewport) Advance(dt time.Duration) {
	v.hover()
	v.walk(dt)
	camera := v.orbit.Update(dt.Seconds())
	v.dirty = v.dirty || camera
	if v.closed || v.renderer == nil || v.widthPx < 8 || v.heightPx < 8 {
		return
	}
	now := v.clock()
	interacting := v.orbit.Moving() || v.input.active(now)
	generation := v.scene.Generation()
	if !v.dirty && !(v.draft && !interacting) && generation == v.seen && v.ghostGeneration() == v.ghostSeen {
		return
	}
	if v.waiting(now) || now.Sub(v.begun) < max(v.interval(interacting), v.settings.quality.least()) || v.minimised(now) {
		return
	}
	o := v.options(interacting)
	begin := time.Now()
	frame := v.builder.Build(v.scene, v.orbit.Camera(), o)
	v.stats.Build = time.Since(begin)
	v.seen, v.ghostSeen, v.dirty, v.draft, v.begun = generation, v.ghostGeneration(), false, interacting, now
	v.stats.Frames++
	v.stats.Scale = float64(o.WidthPx) / float64(v.widthPx)
	v.flying.drawing, v.flying.camera, v.flying.draft = true, v.orbit.Camera(), interacting
	v.renderer.Submit(frame)
}

func (v *Viewport) options(draft bool) render.Options {
	o := render.Options{
		WidthPx: v.widthPx, HeightPx: v.heightPx, PixelScale: float64(v.scale), Look: v.look, Palette: palette(),
		Selected: v.selected, Hovered: v.hovered, Section: v.section, Ghosts: v.ghosts, XRay: v.xray, Draft: draft,
		Wire: v.settings.wire, Grid: v.settings.grid, NoEdges: v.settings.noEdges, Light: v.settings.light, Glyphs: v.toolGlyphs(),
	}
	shrink := v.settings.quality.normalized().Scale
	if draft {
		shrink = math.Max(shrink*v.shrink, math.Min(shrink, 0.5))
	}
	if shrink < 1 {
		o.WidthPx, o.HeightPx = max(8, int(float64(v.widthPx)*shrink+.5)), max(8, int(float64(v.heightPx)*shrink+.5))
		o.PixelScale *= shrink
	}
	return o
}

// waiting reports whether a frame is on its way. One that the renderer failed to draw is given up after a second; pictures
// that are drawn wait for a paint, however long the window is hidden.
func (v *Viewport) waiting(now time.Time) bool {
	f := &v.flying
	if f.drawing && now.Sub(v.begun) > time.Second && v.renderer.Err() != nil {
		f.drawing = false
	}
	return f.drawing || f.unpainted >= maxUnpainted
}

// interval is the least time between two frames; a tick may come a little early. A CPU that draws must not be kept busy
// with that alone: data may move it for a third of the time.
func (v *Viewport) interval(interacting bool) time.Duration {
	const early = 4 * time.Millisecond
	switch {
	case !v.renderer.Device().Software:
		return time.Second/MaxFPS - early
	case interacting || v.dirty:
		return time.Second/30 - early
	}
	return min(max(time.Second/MaxSoftwareFPS, 3*v.stats.Render.Total), 250*time.Millisecond) - early
}

// minimised reports whether the window is an icon, so that nobody sees what would be drawn.
func (v *Viewport) minimised(now time.Time) bool {
	if v.window != nil && now.Sub(v.looked) > 250*time.Millisecond {
		v.looked, v.iconified = now, v.window.GetAttrib(glfw.Iconified) == glfw.True
	}
	return v.iconified
}

// pace makes drafts smaller while the CPU needs longer than a 25th of a second for them, and bigger again when it has
// time to spare.
func (v *Viewport) pace(p render.Picture, draft bool) {
	if !draft || !v.renderer.Device().Software {
		return
	}
	switch t := p.Stats.Total; {
	case t > 40*time.Millisecond:
		v.shrink = max(.5, v.shrink*.85)
	case t < 22*time.Millisecond:
		v.shrink = min(1, v.shrink*1.08)
	}
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
		if v.closed {
			return
		}
		v.flying.drawing = false
		v.flying.unpainted++
		v.overlay.follow(v.flying.camera) // labels move with the picture, not ahead of it
		v.presenter.present()
	})
}

// shown is called by the presenter when a picture is on its way to the screen.
func (v *Viewport) shown(p render.Picture) {
	if v.stats.Paints == 0 {
		v.stats.First = v.clock()
	}
	v.pace(p, v.flying.draft)
	v.flying.unpainted = 0
	v.stats.Paints++
	v.stats.Render = p.Stats
	v.overlay.showRefining(p.Stats.Refined)
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

// SetBounds tells what "all" means from now on, as after nodes came or went.
func (v *Viewport) SetBounds(b scene.Bounds) {
	v.opts.Bounds = b
	v.orbit.SetBounds(b)
	v.orbit.SetFloor(floorOf(v.scene))
}

// Solid returns the bounds of everything but the ground, in its present place.
func Solid(s *scene.Scene) scene.Bounds { return solid(s) }

// Hit tells what the last click hit; its Node is NoNode for the background.
func (v *Viewport) Hit() scene.Hit { return v.hit }

// Moves counts what moved the camera, but for FrameBounds and for motions on their way: the hand, and calls.
func (v *Viewport) Moves() int { return v.moves }

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
		v.overlay.looks.refresh()
	}
}

// SetXRay makes everything but the selection and what is abnormal translucent.
func (v *Viewport) SetXRay(on bool) {
	if on != v.xray {
		v.xray, v.dirty = on, true
	}
}

// Select outlines nodes with all that is below them.
func (v *Viewport) Select(nodes ...scene.NodeID) {
	if !slices.Equal(nodes, v.selected) {
		v.selected, v.dirty = slices.Clone(nodes), true
	}
}

// SetGhosts shows other poses of the scene translucent; nil shows none.
func (v *Viewport) SetGhosts(g []render.Ghost) {
	if len(g) == 0 && len(v.ghosts) == 0 {
		return
	}
	v.ghosts, v.dirty = g, true
}

// SetSection cuts the scene open; nil closes it.
func (v *Viewport) SetSection(s *scene.Section) {
	if s.Active() || v.section.Active() {
		v.section, v.dirty = s, true
		v.overlay.tooled()
	}
}

// Camera returns where the camera stands; SetCamera jumps and FlyTo glides to another place.
func (v *Viewport) Camera() scene.Camera { return v.orbit.Camera() }

// SetCamera jumps to a camera.
func (v *Viewport) SetCamera(c scene.Camera) { v.orbit.SetCamera(c); v.moved() }

// FlyTo glides to a camera.
func (v *Viewport) FlyTo(c scene.Camera) { v.orbit.Fly(c); v.moved() }

// moved notes that the camera was sent somewhere.
func (v *Viewport) moved() {
	v.moves++
	v.dirty = true
}

// FrameNode glides to where a node fills the view; Root shows everything.
func (v *Viewport) FrameNode(id scene.NodeID) {
	b := v.opts.Bounds
	if id > scene.Root {
		b = v.scene.Bounds(id)
	}
	v.FrameBox(b)
}

// FrameBox glides to where a box fills the view. FrameBounds does the same, but Moves does not count it.
func (v *Viewport) FrameBox(b scene.Bounds) {
	v.moved()
	v.FrameBounds(b)
}

// FrameBounds glides to where a box fills the view, not counted by Moves.
func (v *Viewport) FrameBounds(b scene.Bounds) {
	v.orbit.Frame(b, v.aspect())
	v.dirty = true
}

// Standard glides to a standard view.
func (v *Viewport) Standard(view scene.View) {
	v.moved()
	v.orbit.View(view)
}

// SetOrtho switches between parallel projection and perspective.
func (v *Viewport) SetOrtho(on bool) {
	if on != v.orbit.Ortho() {
		v.orbit.SetOrtho(on)
		v.dirty = true
	}
}

// Ortho reports whether the projection is parallel.
func (v *Viewport) Ortho() bool { return v.orbit.Ortho() }

func (v *Viewport) aspect() float64 {
	s := v.Size()
	if s.Width < 1 || s.Height < 1 { // not laid out yet
		return 16.0 / 10
	}
	return float64(s.Width) / float64(s.Height)
}

// relayout shows the objects of another presenter.
func (v *Viewport) relayout() {
	v.presenter.layout(v.Size())
	v.dirty = true
	canvas.Refresh(v)
}

// Close ends the renderer. The view stays as it is. Close it while its window is there, as in Window.SetOnClosed: after
// the app has ended there is no GL any more, and the renderer is left to the end of the process.
func (v *Viewport) Close() error {
	if v.closed {
		return nil
	}
	v.closed = true
	if v.input.onClose != nil {
		v.input.onClose()
	}
	r := v.renderer
	v.renderer = nil
	if v.window != nil && !glfwRuns() {
		return nil
	}
	v.presenter.close()
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
	r.v.presenter.layout(size)
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
