package g3ngl

import (
	"errors"
	"image"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/orrery-twin/orrery/render"
)

// Publish says how a renderer hands out finished pictures.
type Publish uint8

// The ways to publish.
const (
	Images   Publish = iota // read back into pooled images
	Textures                // textures of a shared context
)

// Options of a renderer. The zero Options are good.
type Options struct {
	Publish Publish
	Samples int // of multisampling; 0 is read as 4, 1 means none
	// TextureBytes limits what textures take on the GPU; the largest are made smaller beyond it. 0 is read as 512 MiB.
	TextureBytes int
	Destroy      func(*glfw.Window) // called after the thread has ended, to destroy the window on the main thread
}

var _ render.Renderer = (*Renderer)(nil)

// Renderer is a render.Renderer. Make it with NewHeadless or NewOnWindow.
type Renderer struct {
	context   glContext
	options   Options
	device    device
	mailbox   atomic.Pointer[render.Frame]
	wake      chan struct{}
	snapshots chan snapshot
	quit      chan struct{}
	done      chan struct{}
	closing   sync.Once
	onPicture atomic.Pointer[func()]
	dropped   atomic.Uint64
	failure   atomic.Pointer[error]
	out       publisher
}

type snapshot struct {
	frame *render.Frame
	reply chan snapshotResult
}

type snapshotResult struct {
	image *image.RGBA
	stats render.Stats
	err   error
}

var errClosed = errors.New("g3ngl: the renderer is closed")

// NewHeadless starts a renderer that needs no display (EGL), and publishes images.
func NewHeadless(o Options) (*Renderer, error) {
	c, err := newHeadlessContext()
	if err != nil {
		return nil, err
	}
	o.Publish = Images
	return start(c, o)
}

// NewOnWindow starts a renderer in the context of a hidden window, see HiddenWindow, which it makes current on its own
// thread. To publish Textures, the window must share with the one that shows them.
func NewOnWindow(w *glfw.Window, o Options) (*Renderer, error) {
	return start(&windowContext{window: w, destroy: o.Destroy}, o)
}

func start(c glContext, o Options) (*Renderer, error) {
	if o.Samples == 0 {
		o.Samples = 4
	}
	r := &Renderer{
		context: c, options: o, wake: make(chan struct{}, 1), snapshots: make(chan snapshot),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	ready := make(chan error, 1)
	go r.run(ready)
	if err := <-ready; err != nil {
		<-r.done
		c.close()
		return nil, err
	}
	return r, nil
}

// run is the render thread.
func (r *Renderer) run(ready chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(r.done)
	if err := r.context.makeCurrent(); err != nil {
		ready <- err
		return
	}
	defer r.context.detach()
	w := &worker{Renderer: r}
	if err := w.open(); err != nil {
		ready <- err
		return
	}
	defer w.delete()
	ready <- nil
	for w.turn() {
		continue
	}
}

func (r *Renderer) setErr(err error) {
	if err == nil {
		r.failure.Store(nil)
		return
	}
	r.failure.Store(&err)
}

// Submit implements render.Renderer.
func (r *Renderer) Submit(f *render.Frame) {
	if old := r.mailbox.Swap(f); old != nil {
		r.dropped.Add(1)
		old.Release()
	}
	r.nudge()
}

// picture tells that a picture can be acquired.
func (r *Renderer) picture() {
	if call := r.onPicture.Load(); call != nil {
		(*call)()
	}
}

// nudge wakes the render thread.
func (r *Renderer) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// OnPicture implements render.Renderer.
func (r *Renderer) OnPicture(call func()) { r.onPicture.Store(&call) }

// Acquire implements render.Renderer.
func (r *Renderer) Acquire() (render.Picture, bool) { return r.out.acquire() }

// Release implements render.Renderer.
func (r *Renderer) Release(p render.Picture, fence uintptr) { r.out.release(p, fence) }

// Snapshot implements render.Renderer.
func (r *Renderer) Snapshot(f *render.Frame) (*image.RGBA, error) {
	img, _, err := r.SnapshotStats(f)
	return img, err
}

// SnapshotStats is Snapshot with the figures of the frame.
func (r *Renderer) SnapshotStats(f *render.Frame) (*image.RGBA, render.Stats, error) {
	s := snapshot{f, make(chan snapshotResult, 1)}
	select {
	case r.snapshots <- s:
	case <-r.done:
		return nil, render.Stats{}, errClosed
	}
	select {
	case res := <-s.reply:
		return res.image, res.stats, res.err
	case <-r.done:
		return nil, render.Stats{}, errClosed
	}
}

// Device implements render.Renderer.
func (r *Renderer) Device() render.Device { return r.device.Device }

// Err implements render.Renderer.
func (r *Renderer) Err() error {
	select {
	case <-r.done:
		return errClosed
	default:
	}
	if e := r.failure.Load(); e != nil {
		return *e
	}
	return nil
}

// Close implements render.Renderer.
func (r *Renderer) Close() error {
	r.closing.Do(func() {
		close(r.quit)
		<-r.done
		if f := r.mailbox.Swap(nil); f != nil {
			f.Release()
		}
		r.context.close()
	})
	return nil
}

// finish waits until the GPU has done all that was asked before, for at most five seconds.
func finish() error {
	fence := gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
	defer gl.DeleteSync(fence)
	switch gl.ClientWaitSync(fence, gl.SYNC_FLUSH_COMMANDS_BIT, 5e9) {
	case gl.TIMEOUT_EXPIRED:
		return errors.New("g3ngl: the graphics driver did not finish a frame in 5 s")
	case gl.WAIT_FAILED:
		return glError("wait")
	}
	return nil
}
