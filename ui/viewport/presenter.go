package viewport

import (
	"errors"
	"image"
	"image/color"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/ui/theme"
)

// presenter brings pictures into the window. Its methods run on the main goroutine.
type presenter interface {
	objects() []fyne.CanvasObject
	layout(size fyne.Size)
	present() // a new picture can be acquired
	close()   // the renderer is about to be closed
}

// The names of the ways to present, as options spell them.
const (
	sharedWay   = "shared"
	readbackWay = "readback"
)

// presenterNames say it to people.
var presenterNames = map[string]string{sharedWay: "shared texture", readbackWay: "readback"}

func (v *Viewport) choosePresenter() presenter {
	way := v.opts.Presenter
	if way == "" {
		way = os.Getenv("ORRERY_PRESENTER")
	}
	if v.opts.Renderer != nil {
		v.adopt(v.opts.Renderer, readbackWay)
		return newReadback(v)
	}
	// macOS does not share textures between legacy and core contexts, arm Linux gives Fyne a GLES context.
	if way == readbackWay || runtime.GOOS == "darwin" || way == "" && runtime.GOARCH != "amd64" {
		return newReadback(v)
	}
	return newShared(v)
}

// adopt takes a renderer into service.
func (v *Viewport) adopt(r render.Renderer, way string) {
	v.renderer, v.err = r, nil
	v.stats.Presenter = presenterNames[way]
	v.flying = flight{}
	v.dirty = true
	r.OnPicture(v.picture)
}

// fyneWindow returns the window whose context is current: Fyne makes it so while it paints. Elsewhere, as in the software
// painter of tests, there is none.
func fyneWindow() *glfw.Window {
	w, _ := currentWindow()
	return w
}

// glfwRuns reports whether GLFW is initialised: it is between the start and the end of the app.
func glfwRuns() bool {
	_, runs := currentWindow()
	return runs
}

func currentWindow() (w *glfw.Window, runs bool) {
	defer func() {
		if recover() != nil { // GLFW is not initialised
			w, runs = nil, false
		}
	}()
	return glfw.GetCurrentContext(), true
}

// destroy frees a hidden window on the main goroutine, as GLFW wants it.
func destroy(w *glfw.Window) {
	fyne.Do(func() {
		if glfwRuns() {
			w.Destroy()
		}
	})
}

// readback shows pictures that were read back into images.
type readback struct {
	v       *Viewport
	raster  *canvas.Raster
	shown   render.Picture
	started bool
	closed  bool
}

func newReadback(v *Viewport) *readback {
	p := &readback{v: v}
	p.raster = canvas.NewRaster(p.generate)
	return p
}

func (p *readback) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.raster} }
func (p *readback) layout(size fyne.Size)        { p.raster.Resize(size) }
func (p *readback) present()                     { p.raster.Refresh() }
func (p *readback) close()                       { p.closed, p.shown = true, render.Picture{} }

// start makes a renderer that reads its pictures back: on a hidden window, or without any display. The window is made
// here, on the main goroutine; the rest, which takes long, in the background.
func (p *readback) start() {
	p.started = true
	var hidden *glfw.Window
	var failed error
	if window := fyneWindow(); window != nil {
		p.v.window = window
		hidden, failed = g3ngl.HiddenWindow(nil)
	}
	go func() {
		r, err := imageRenderer(hidden)
		fyne.Do(func() {
			switch {
			case err != nil:
				p.v.err = errors.Join(failed, err)
				p.raster.Refresh()
			case p.closed:
				r.Close()
			default:
				p.v.adopt(r, readbackWay)
			}
		})
	}()
}

func imageRenderer(hidden *glfw.Window) (*g3ngl.Renderer, error) {
	var failed error
	if hidden != nil {
		r, err := g3ngl.NewOnWindow(hidden, g3ngl.Options{Publish: g3ngl.Images, Destroy: destroy})
		if err == nil {
			return r, nil
		}
		failed = err
	}
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	return r, errors.Join(failed, err)
}

// generate hands the newest picture to Fyne, which copies it before the next one is acquired.
func (p *readback) generate(w, h int) image.Image {
	v := p.v
	if p.closed {
		return dot(theme.Color(theme.Sky))
	}
	if v.renderer == nil && !p.started {
		p.start()
	}
	v.resized(w, h)
	if v.renderer != nil {
		if pic, ok := v.renderer.Acquire(); ok {
			if p.shown.Image != nil {
				v.renderer.Release(p.shown, 0)
			}
			p.shown = pic
			v.shown(pic)
		}
	}
	if p.shown.Image != nil {
		return p.shown.Image
	}
	return v.empty(w, h)
}

// empty is what stands in the view before the first picture, or why none comes.
func (v *Viewport) empty(w, h int) image.Image {
	if v.err == nil {
		return dot(theme.Color(theme.Sky))
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	pen := theme.NewPen(img, v.scale)
	width, height := pen.Size()
	pen.Fill(0, 0, width, height, theme.Color(theme.Sky))
	y := height/2 - 10
	pen.TextCenter(width/2, y, "No 3D here; everything else works", theme.FontTitle, theme.Color(theme.Text))
	for i, line := range theme.Wrap(v.err.Error(), theme.FontText, v.scale, width*.8) {
		pen.TextCenter(width/2, y+26+18*float32(i), line, theme.FontText, theme.Color(theme.Text2))
	}
	return img
}

// dot is an image of one pixel: Fyne stretches it over the raster.
func dot(c color.NRGBA) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 1, 1))
	img.Set(0, 0, c)
	return img
}
