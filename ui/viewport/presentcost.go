package viewport

import (
	"fmt"
	"image"
	"runtime"
	"slices"
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
)

// PresenterCost is what it takes to bring one picture into a window that is there, waiting for the GPU included.
type PresenterCost struct {
	Shared   time.Duration // by a shared texture that is copied on the GPU
	Readback time.Duration // read back into memory and uploaded again
}

// MeasurePresenters times both presenters for pictures of w × h pixels in a hidden window of its own. It must be called on the
// main thread of a program that runs no app, and needs a display.
func MeasurePresenters(w, h int) (cost PresenterCost, err error) {
	err = withHidden(func(r *g3ngl.Renderer) error {
		pic, err := onePicture(r, w, h)
		if err != nil {
			return err
		}
		defer r.Release(pic, 0)
		gl.WaitSync(pic.Fence, 0, gl.TIMEOUT_IGNORED)
		p := &shared{w: w, h: h, held: pic}
		gl.GenTextures(1, &p.target)
		defer gl.DeleteTextures(1, &p.target)
		if cost.Shared, err = medianOf(p.copy); err != nil {
			return err
		}
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		cost.Readback, err = medianOf(func() error { return p.throughMemory(img) })
		return err
	})
	return cost, err
}

// ProbePresenter tells which presenter a window of this machine would have, and why if it is not the shared texture. It must be
// called on the main thread of a program that runs no app. The error is that of a machine without any window.
func ProbePresenter() (way string, why, err error) {
	err = withHidden(func(r *g3ngl.Renderer) error {
		want, err := rehearse(r, func() {})
		if err != nil {
			return err
		}
		for wait := time.After(proofTime); ; {
			if pic, ok := r.Acquire(); ok {
				why = prove(pic, want)
				r.Release(pic, 0)
				return nil
			}
			select {
			case <-wait:
				why = mismatch("no picture arrived within %v", proofTime)
				return nil
			case <-time.After(time.Millisecond):
			}
		}
	})
	way = presenterNames[sharedWay]
	if why != nil {
		way = presenterNames[readbackWay]
	}
	return way, why, err
}

// withHidden calls use with a renderer that shares its textures with a hidden window, whose context is current.
func withHidden(use func(*g3ngl.Renderer) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("viewport: %v", r)
		}
	}()
	runtime.LockOSThread()
	if err := glfw.Init(); err != nil {
		return fmt.Errorf("viewport: %w", err)
	}
	defer glfw.Terminate()
	glfw.WindowHint(glfw.Visible, glfw.False)
	window, err := glfw.CreateWindow(64, 64, "orrery", nil, nil)
	if err != nil {
		return fmt.Errorf("viewport: %w", err)
	}
	defer window.Destroy()
	window.MakeContextCurrent()
	defer glfw.DetachCurrentContext()
	hidden, err := g3ngl.HiddenWindow(window)
	if err != nil {
		return err
	}
	defer hidden.Destroy()
	r, err := g3ngl.NewOnWindow(hidden, g3ngl.Options{Publish: g3ngl.Textures})
	if err != nil {
		return err
	}
	defer r.Close()
	return use(r)
}

// throughMemory does what reading back costs: the renderer's read, and the upload by Fyne.
func (p *shared) throughMemory(img *image.RGBA) error {
	gl.BindFramebuffer(gl.READ_FRAMEBUFFER, p.fbo[0])
	gl.FramebufferTexture2D(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, p.held.Texture, 0)
	gl.ReadPixels(0, 0, int32(p.w), int32(p.h), gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(img.Pix))
	gl.BindTexture(gl.TEXTURE_2D, p.target)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGBA, int32(p.w), int32(p.h), 0, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(img.Pix))
	if e := gl.GetError(); e != gl.NO_ERROR {
		return mismatch("GL error 0x%x while reading back", e)
	}
	return nil
}

// medianOf times something, with the GPU idle before and after.
func medianOf(do func() error) (time.Duration, error) {
	var took []time.Duration
	for i := range 18 {
		gl.Finish()
		begin := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		gl.Finish()
		if i >= 3 {
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// onePicture has a renderer draw a box.
func onePicture(r *g3ngl.Renderer, w, h int) (render.Picture, error) {
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	made := make(chan struct{}, 8)
	r.OnPicture(func() {
		select {
		case made <- struct{}{}:
		default:
		}
	})
	o := render.Options{WidthPx: w, HeightPx: h, Palette: render.Day(), Hovered: scene.NoNode}
	r.Submit(render.NewBuilder().Build(s, scene.Camera{Eye: [3]float64{2, 2, 3}}, o))
	for wait := time.After(proofTime); ; {
		select {
		case <-made:
		case <-wait:
			return render.Picture{}, mismatch("no picture arrived within %v: %v", proofTime, r.Err())
		}
		if pic, ok := r.Acquire(); ok {
			return pic, nil
		}
	}
}
