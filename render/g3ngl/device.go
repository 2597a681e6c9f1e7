package g3ngl

/*
typedef void (*orrery_clip_control)(unsigned int origin, unsigned int depth);
static void orrery_call_clip_control(void *f, unsigned int origin, unsigned int depth) { ((orrery_clip_control)f)(origin, depth); }
*/
import "C"

import (
	"fmt"
	"strings"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
)

// From ARB_clip_control, which OpenGL 3.3 has as an extension.
const (
	lowerLeft = 0x8CA1
	zeroToOne = 0x935F
)

// device is what the driver can do.
type device struct {
	render.Device
	reversed   bool  // depth runs from 1 (near) to 0
	maxTexels  int32 // of a buffer texture
	maxSize    int32 // of a renderbuffer
	maxSamples int32
	timers     bool
}

// softwareNames are parts of renderer names of drivers that draw on the CPU.
var softwareNames = []string{"llvmpipe", "softpipe", "swrast", "swiftshader", "software rasterizer", "gdi generic", "basic render"}

func probe(c glContext, samples int) (device, error) {
	d := device{}
	d.Name, d.Version = gl.GoStr(gl.GetString(gl.RENDERER)), gl.GoStr(gl.GetString(gl.VERSION))
	var major, minor int32
	gl.GetIntegerv(gl.MAJOR_VERSION, &major)
	gl.GetIntegerv(gl.MINOR_VERSION, &minor)
	if major*10+minor < 33 {
		return d, fmt.Errorf("g3ngl: %s has OpenGL %q, 3.3 is needed; update the graphics driver", d.Name, d.Version)
	}
	for _, s := range softwareNames {
		d.Software = d.Software || strings.Contains(strings.ToLower(d.Name), s)
	}
	gl.GetIntegerv(gl.MAX_TEXTURE_BUFFER_SIZE, &d.maxTexels)
	gl.GetIntegerv(gl.MAX_RENDERBUFFER_SIZE, &d.maxSize)
	gl.GetIntegerv(gl.MAX_SAMPLES, &d.maxSamples)
	d.Samples = max(1, min(samples, int(d.maxSamples)))
	var bits int32
	gl.GetQueryiv(gl.TIME_ELAPSED, gl.QUERY_COUNTER_BITS, &bits)
	d.timers = bits > 0
	d.Depth = "32F"
	if hasExtension("GL_ARB_clip_control") || major*10+minor >= 45 {
		if f := c.procAddress("glClipControl"); f != nil {
			C.orrery_call_clip_control(f, lowerLeft, zeroToOne)
			if gl.GetError() == gl.NO_ERROR {
				d.reversed, d.Depth = true, "reversed 32F"
			}
		}
	}
	return d, nil
}

func hasExtension(name string) bool {
	var n int32
	gl.GetIntegerv(gl.NUM_EXTENSIONS, &n)
	for i := int32(0); i < n; i++ {
		if gl.GoStr(gl.GetStringi(gl.EXTENSIONS, uint32(i))) == name {
			return true
		}
	}
	return false
}

// glError returns the pending GL errors as one error, or nil.
func glError(doing string) error {
	var names []string
	for i := 0; i < 8; i++ {
		switch e := gl.GetError(); e {
		case gl.NO_ERROR:
			if len(names) == 0 {
				return nil
			}
			return fmt.Errorf("g3ngl: %s: %s", doing, strings.Join(names, ", "))
		case gl.OUT_OF_MEMORY:
			names = append(names, "out of graphics memory")
		case gl.INVALID_FRAMEBUFFER_OPERATION:
			names = append(names, "invalid framebuffer")
		case 0x0507: // GL_CONTEXT_LOST of KHR_robustness
			return fmt.Errorf("g3ngl: %s: the graphics driver was reset", doing)
		default:
			names = append(names, fmt.Sprintf("GL error 0x%x", e))
		}
	}
	return fmt.Errorf("g3ngl: %s: %s", doing, strings.Join(names, ", "))
}
