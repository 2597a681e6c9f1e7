package g3ngl

import (
	"unsafe"

	"github.com/g3n/engine/gls"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/environment"
)

// surroundings is the light from all sides as the GPU has it, and the table of how surfaces reflect it.
type surroundings struct {
	cube, table uint32
	shown       *environment.Map
	builtin     [2]chan *environment.Map // by day and at night, while they are made
	ready       [2]*environment.Map
}

// update brings the GPU up to date with what lights a frame. It returns false where the frame is lit by a sketch, since the
// built-in map is still being made; a whole frame waits for it.
func (s *surroundings) update(gs *gls.GLS, f *render.Frame, whole bool) bool {
	gs.ActiveTexture(gl.TEXTURE0 + unitWork)
	m, done := f.Light.Environment, true
	if m == nil {
		m, done = s.builtIn(f.Palette.Dark, whole)
	}
	if s.table == 0 {
		s.sendTable()
	}
	if s.shown != m {
		s.send(m)
	}
	return done
}

// builtIn returns the map for a theme: a sketch until it has been made.
func (s *surroundings) builtIn(dark, wait bool) (*environment.Map, bool) {
	k, build := 0, environment.Builtin
	if dark {
		k, build = 1, environment.BuiltinNight
	}
	if s.ready[k] != nil {
		return s.ready[k], true
	}
	if s.builtin[k] == nil {
		s.builtin[k] = make(chan *environment.Map, 1)
		go func(out chan<- *environment.Map) { out <- build() }(s.builtin[k])
	}
	if wait {
		s.ready[k] = <-s.builtin[k]
		return s.ready[k], true
	}
	select {
	case s.ready[k] = <-s.builtin[k]:
		return s.ready[k], true
	default:
		return environment.Sketch(dark), false
	}
}

// send uploads a map as a cube of half floats, one mipmap for each level.
func (s *surroundings) send(m *environment.Map) {
	gl.DeleteTextures(1, &s.cube)
	gl.GenTextures(1, &s.cube)
	gl.BindTexture(gl.TEXTURE_CUBE_MAP, s.cube)
	gl.PixelStorei(gl.UNPACK_ALIGNMENT, 4)
	levels := m.Levels()
	for i, l := range levels {
		for face := range 6 {
			n := l.Side * l.Side * 3
			gl.TexImage2D(gl.TEXTURE_CUBE_MAP_POSITIVE_X+uint32(face), int32(i), gl.RGB16F, int32(l.Side), int32(l.Side), 0,
				gl.RGB, gl.FLOAT, unsafe.Pointer(unsafe.SliceData(l.Pix[face*n:(face+1)*n])))
		}
	}
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MAX_LEVEL, int32(len(levels)-1))
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_CUBE_MAP, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.Enable(gl.TEXTURE_CUBE_MAP_SEAMLESS)
	s.shown = m
}

func (s *surroundings) sendTable() {
	data := environment.Table()
	gl.GenTextures(1, &s.table)
	gl.BindTexture(gl.TEXTURE_2D, s.table)
	gl.PixelStorei(gl.UNPACK_ALIGNMENT, 4)
	gl.TexImage2D(gl.TEXTURE_2D, 0, gl.RGB16F, environment.TableSide, environment.TableSide, 0, gl.RGB, gl.FLOAT, unsafe.Pointer(unsafe.SliceData(data)))
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
}

func (s *surroundings) delete() {
	gl.DeleteTextures(1, &s.cube)
	gl.DeleteTextures(1, &s.table)
}
