package viewport

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// presenter brings pictures into the window.
type presenter interface {
	objects() []fyne.CanvasObject
	present() // a new picture can be acquired
}

// The names of the ways to present, as options spell them.
const (
	sharedWay   = "shared"
	readbackWay = "readback"
)

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
	v.renderer = r
	v.stats.Presenter = map[string]string{sharedWay: "shared texture", readbackWay: "readback"}[way]
	r.OnPicture(v.picture)
	v.dirty = true
}

// fyneWindow returns the window whose context is current: Fyne makes it so while it paints. Elsewhere, as in the software
// painter of tests, there is none.
func fyneWindow() (w *glfw.Window) {
	defer func() {
		if recover() != nil { // GLFW was never initialised
			w = nil
		}
	}()
	return glfw.GetCurrentContext()
}

// startImages starts a renderer that reads its pictures back: on a hidden window, or without any display.
func (v *Viewport) startImages() (render.Renderer, error) {
	var failed error
	if fyneWindow() != nil {
		w, err := g3ngl.HiddenWindow(nil)
		if err == nil {
			r, err := g3ngl.NewOnWindow(w, g3ngl.Options{Publish: g3ngl.Images, Destroy: destroy})
			if err == nil {
				return r, nil
			}
			failed = err
		} else {
			failed = err
		}
	}
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	return r, nil
}

// destroy frees a hidden window on the main goroutine, as GLFW wants it.
func destroy(w *glfw.Window) { fyne.Do(w.Destroy) }

// readback shows pictures that were read back into images.
type readback struct {
	v      *Viewport
	raster *canvas.Raster
	shown  render.Picture
	failed bool
}

func newReadback(v *Viewport) *readback {
	p := &readback{v: v}
	p.raster = canvas.NewRaster(p.generate)
	return p
}

func (p *readback) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.raster} }
func (p *readback) present()                     { p.raster.Refresh() }

func (p *readback) generate(w, h int) image.Image {
	v := p.v
	if v.renderer == nil && !p.failed {
		r, err := v.startImages()
		if err != nil {
			p.failed, v.err = true, err
		} else {
			v.adopt(r, readbackWay)
		}
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
	return empty(w, h, v.err)
}

// empty is what stands in the view before the first picture, or why none comes.
func empty(w, h int, err error) image.Image {
	if err == nil {
		return dot(theme.Color(theme.Sky))
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	pen := theme.NewPen(img, 1)
	pen.Fill(0, 0, float32(w), float32(h), theme.Color(theme.Sky))
	pen.TextCenter(float32(w)/2, float32(h)/2, "No 3D here; everything else works", theme.FontTitle, theme.Color(theme.Text))
	for i, line := range theme.Wrap(err.Error(), theme.FontText, 1, float32(w)*.8) {
		pen.TextCenter(float32(w)/2, float32(h)/2+24+18*float32(i), line, theme.FontText, theme.Color(theme.Text2))
	}
	return img
}

// dot is an image of one pixel: Fyne stretches it over the raster.
func dot(c color.NRGBA) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 1, 1))
	img.Set(0, 0, c)
	return img
}

// testFrame is a small frame of the scene for the self-test.
func (v *Viewport) testFrame() *render.Frame {
	return v.builder.Build(v.scene, v.orbit.Camera(), render.Options{WidthPx: 64, HeightPx: 48, Look: v.look, Palette: palette(), Hovered: scene.NoNode})
}

// sentinel is a colour that no theme has, close to the sky, so that it may be seen for a frame.
func sentinel() color.NRGBA {
	c := theme.Color(theme.Sky)
	c.R ^= 3
	c.G ^= 5
	c.B ^= 6
	c.A = 255
	return c
}

func mismatch(what string, args ...any) error {
	return fmt.Errorf("viewport: self-test: "+what, args...)
}
