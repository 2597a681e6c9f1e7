package g3ngl

import (
	"errors"
	"runtime"
	"time"

	"github.com/g3n/engine/camera"
	"github.com/g3n/engine/core"
	"github.com/g3n/engine/geometry"
	"github.com/g3n/engine/gls"
	"github.com/g3n/engine/graphic"
	"github.com/g3n/engine/light"
	"github.com/g3n/engine/material"
	"github.com/g3n/engine/math32"
	"github.com/g3n/engine/renderer"
	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/scene"
)

// Peer draws a scene as g3n does by itself, with a mesh and a standard material of its own for each node: what the batches of
// Renderer are compared with. Its frames are read back as those of Renderer.Snapshot are, without multisampling.
type Peer struct {
	wanted chan scene.Camera
	drawn  chan PeerFrame
}

// PeerFrame is what a frame of a Peer cost.
type PeerFrame struct {
	Draws int           // draw calls
	Total time.Duration // from begin to the picture in memory
	Err   error
}

// NewPeer copies the triangles of a scene, whose nodes are moved but not turned, to the GPU, on a thread and in a context of its own that need no display.
func NewPeer(s *scene.Scene, w, h int) (*Peer, error) {
	p := &Peer{wanted: make(chan scene.Camera), drawn: make(chan PeerFrame)}
	ready := make(chan error)
	go p.run(s, int32(w), int32(h), ready)
	return p, <-ready
}

// Frame draws one frame and waits for it.
func (p *Peer) Frame(c scene.Camera) PeerFrame {
	p.wanted <- c
	return <-p.drawn
}

// Close ends the thread.
func (p *Peer) Close() { close(p.wanted) }

func (p *Peer) run(s *scene.Scene, w, h int32, ready chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := newHeadlessContext()
	if err == nil {
		err = c.makeCurrent()
	}
	if err != nil {
		ready <- err
		return
	}
	defer c.detach()
	st, err := newStock(c, s, w, h)
	ready <- err
	if err != nil {
		return
	}
	defer st.target.delete()
	for cam := range p.wanted {
		p.drawn <- st.frame(cam)
	}
}

// stock is the scene of a Peer in g3n.
type stock struct {
	gs     *gls.GLS
	r      *renderer.Renderer
	root   *core.Node
	target surface
	w, h   int32
	pixels []byte
}

func newStock(c glContext, s *scene.Scene, w, h int32) (st *stock, err error) {
	if err := load(c); err != nil {
		return nil, err
	}
	st = &stock{w: w, h: h, root: core.NewNode(), pixels: make([]byte, 4*w*h)}
	loading.Lock()
	st.gs, err = gls.New()
	loading.Unlock()
	if err != nil {
		return nil, err
	}
	st.gs.SetCheckErrors(false)
	st.r = renderer.NewRenderer(st.gs)
	if err := st.r.AddDefaultShaders(); err != nil {
		return nil, err
	}
	if st.target, err = newSurface(w, h, 1, gl.RGBA8, false, true); err != nil {
		return nil, err
	}
	st.root.Add(light.NewAmbient(&math32.Color{R: 1, G: 1, B: 1}, 0.5))
	sun := light.NewDirectional(&math32.Color{R: 1, G: 1, B: 1}, 1)
	sun.SetPosition(1, 2, 1)
	st.root.Add(sun)
	for id := scene.NodeID(0); int(id) < s.Len(); id++ {
		n := s.Node(id)
		if n.Mesh == scene.NoMesh {
			continue
		}
		mesh := s.Meshes()[n.Mesh]
		if len(mesh.Indices) == 0 {
			return nil, errors.New("g3ngl: a peer draws triangles alone")
		}
		g, world := stockMesh(mesh, s), s.Worlds()[id]
		g.SetPosition(float32(world[12]), float32(world[13]), float32(world[14]))
		st.root.Add(g)
	}
	return st, nil
}

// stockMesh copies a mesh, in the first material that it has.
func stockMesh(m *scene.Mesh, s *scene.Scene) *graphic.Mesh {
	g := geometry.NewGeometry()
	g.SetIndices(math32.ArrayU32(append([]uint32(nil), m.Indices...)))
	g.AddVBO(gls.NewVBO(append(math32.ArrayF32(nil), m.Positions...)).AddAttrib(gls.VertexPosition))
	g.AddVBO(gls.NewVBO(append(math32.ArrayF32(nil), m.Normals...)).AddAttrib(gls.VertexNormal))
	var of scene.MaterialID
	if len(m.Parts) > 0 {
		of = m.Parts[0].Material
	}
	c := s.Materials()[of].BaseColor
	return graphic.NewMesh(g, material.NewStandard(&math32.Color{R: c[0], G: c[1], B: c[2]}))
}

func (st *stock) frame(c scene.Camera) PeerFrame {
	begin := time.Now()
	cam := camera.New(float32(st.w) / float32(st.h))
	cam.SetFov(float32(c.Normalized().FovYRad * 180 / math32.Pi))
	cam.SetPosition(float32(c.Eye[0]), float32(c.Eye[1]), float32(c.Eye[2]))
	cam.LookAt(&math32.Vector3{X: float32(c.Target[0]), Y: float32(c.Target[1]), Z: float32(c.Target[2])}, &math32.Vector3{Y: 1})
	gl.BindFramebuffer(gl.FRAMEBUFFER, st.target.fbo)
	st.gs.Viewport(0, 0, st.w, st.h)
	st.gs.Clear(gls.COLOR_BUFFER_BIT | gls.DEPTH_BUFFER_BIT)
	err := st.r.Render(st.root, cam)
	gl.ReadPixels(0, 0, st.w, st.h, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(st.pixels))
	return PeerFrame{Draws: st.r.Stats().GraphicMats, Total: time.Since(begin), Err: err}
}
