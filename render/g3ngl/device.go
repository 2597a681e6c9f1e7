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

// From EXT_texture_filter_anisotropic.
const (
	textureMaxAnisotropy    = 0x84FE
	maxTextureMaxAnisotropy = 0x84FF
)

// device is what the driver can do.
type device struct {
	render.Device
	reversed   bool  // depth runs from 1 (near) to 0
	maxTexels  int32 // of a buffer texture
	maxSize    int32 // of a renderbuffer
	maxTexture int32 // side
	maxLayers  int32 // of an array of textures
	maxLine    float32
	anisotropy float32 // 1 where the driver lacks it, or the CPU would have to do it
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
	gl.GetIntegerv(gl.MAX_TEXTURE_SIZE, &d.maxTexture)
	gl.GetIntegerv(gl.MAX_ARRAY_TEXTURE_LAYERS, &d.maxLayers)
	d.maxLine = widestLine()
	d.anisotropy = 1
	if !d.Software && hasExtension("GL_EXT_texture_filter_anisotropic") {
		gl.GetFloatv(maxTextureMaxAnisotropy, &d.anisotropy)
		d.anisotropy = min(d.anisotropy, 8)
	}
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

// widestLine asks how wide lines may be: contexts that are forward compatible refuse more than one pixel.
func widestLine() float32 {
	var flags int32
	gl.GetIntegerv(gl.CONTEXT_FLAGS, &flags)
	if flags&gl.CONTEXT_FLAG_FORWARD_COMPATIBLE_BIT != 0 {
		return 1
	}
	var width [2]float32
	gl.GetFloatv(gl.SMOOTH_LINE_WIDTH_RANGE, &width[0])
	return max(width[1], 1)
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
