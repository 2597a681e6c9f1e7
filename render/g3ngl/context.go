package g3ngl

import (
	"errors"
	"sync"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// glContext is where GL calls go. All its methods but close run on the renderer's thread.
type glContext interface {
	makeCurrent() error
	procAddress(name string) unsafe.Pointer
	detach()
	close() // after the thread has ended
}

// loading guards the tables of function pointers that go-gl and g3n keep for the whole process.
var loading sync.Mutex

// load fills go-gl's table; the context must be current.
func load(c glContext) error {
	loading.Lock()
	defer loading.Unlock()
	if err := gl.InitWithProcAddrFunc(c.procAddress); err != nil {
		return errors.New("g3ngl: OpenGL 3.3 is missing here: " + err.Error() + "; update the graphics driver, or install Mesa")
	}
	return nil
}

// HiddenWindow makes an invisible window with an OpenGL 3.3 core context that shares textures with share, or with none.
// It must be called on the main thread after glfw.Init, and leaves the window hints and the current context as they were.
func HiddenWindow(share *glfw.Window) (*glfw.Window, error) {
	current := glfw.GetCurrentContext()
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 3)
	glfw.WindowHint(glfw.ContextVersionMinor, 3)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.OpenGLForwardCompatible, glfw.True)
	w, err := glfw.CreateWindow(16, 16, "orrery 3D", nil, share)
	glfw.DefaultWindowHints() // hints are global: what is left over would break the next window of the interface
	if current != nil {
		current.MakeContextCurrent()
	}
	if err != nil {
		return nil, errors.New("g3ngl: no OpenGL 3.3 window: " + err.Error())
	}
	return w, nil
}

// windowContext is the context of a hidden GLFW window.
type windowContext struct {
	window  *glfw.Window
	destroy func(*glfw.Window)
}

func (c *windowContext) makeCurrent() error {
	c.window.MakeContextCurrent()
	return nil
}

func (c *windowContext) procAddress(name string) unsafe.Pointer { return glfw.GetProcAddress(name) }

func (c *windowContext) detach() { glfw.DetachCurrentContext() }

func (c *windowContext) close() {
	if c.destroy != nil {
		c.destroy(c.window)
	}
}
