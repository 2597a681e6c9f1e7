package assets

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// corpus is where models of others may lie beside this project.
const corpus = "../../shared/data/models"

// solid is the triangles of a model in the world.
type solid struct {
	triangles int
	bounds    scene.Bounds
}

// assimp has assimp write all triangles of a model into a binary STL, whose numbers are those of the file.
func assimp(ctx context.Context, path, folder string) (out solid, err error) {
	stl := filepath.Join(folder, "assimp.stl")
	if err := exec.CommandContext(ctx, "assimp", "export", path, stl, "-fstlb").Run(); err != nil {
		return out, err
	}
	data, err := os.ReadFile(stl)
	if err != nil || len(data) < 84 {
		return out, errors.Join(err, errors.New("no STL"))
	}
	out.bounds = scene.NoBounds()
	for data = data[84:]; len(data) >= 50; data = data[50:] {
		out.triangles++
		for k := range 3 {
			var p mgl64.Vec3
			for a := range p {
				p[a] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[12+12*k+4*a:])))
			}
			out.bounds = out.bounds.Add(p)
		}
	}
	return out, os.Remove(stl)
}

// solidOf measures what we read: exactly, where Scene.Bounds adds up boxes.
func solidOf(s *scene.Scene) solid {
	out := solid{bounds: scene.NoBounds()}
	for i := range s.Len() {
		id := scene.NodeID(i)
		m := s.Mesh(s.Node(id).Mesh)
		if m == nil || !s.Effective(id).Visible {
			continue
		}
		out.triangles += m.Triangles()
		world := s.World(id)
		for _, v := range m.Indices {
			p := m.Positions[3*v : 3*v+3]
			out.bounds = out.bounds.Add(mgl64.TransformCoordinate(mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}, world))
		}
	}
	return out
}

// apart lists the models of the corpus of which assimp 5.2.5 says something else for a reason.
var apart = map[string]string{
	"3mf/examples/beam lattice/spinal implant.3mf":                                                      "assimp leaves out beams",
	"assimp/OBJ/testmixed.obj":                                                                          "assimp writes lines and points as triangles",
	"draco/SphereTwoMaterials/sphere_two_materials_mesh_and_point_cloud.gltf":                           "assimp writes points as triangles",
	"assimp/glTF2/IncorrectVertexArrays/Cube.gltf":                                                      "broken on purpose: attributes of unequal length",
	"assimp/glTF2/MorphPrimitivesTest/glTF/MorphPrimitivesTest.gltf":                                    "assimp leaves out morphs",
	"assimp/glTF2/SimpleMorph/glTF/SimpleMorph.gltf":                                                    "assimp leaves out morphs",
	"assimp/glTF2/simple_skin/simple_skin.gltf":                                                         "assimp leaves out skins",
	"draco/simple_skin.gltf":                                                                            "assimp leaves out skins",
	"loaders/ply/test/data/bunny.ply":                                                                   "assimp stops after the first face",
	"pipeline/specs/data/2.0/extensions/EXT_meshopt_compression/meshopt-fallback/meshopt-fallback.gltf": "assimp does not unpack meshopt",
	"pipeline/specs/data/2.0/extensions/KHR_meshopt_compression/meshopt-fallback/meshopt-fallback.gltf": "assimp does not unpack meshopt",
}

// The triangles and the bounds of each model that both read are those that assimp finds.
func TestEqualsAssimp(t *testing.T) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("no models of others in", corpus)
	}
	if _, err := exec.LookPath("assimp"); err != nil {
		t.Skip("assimp is not installed (Debian package assimp-utils)")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	equal := 0
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, corpus+"/")
		if err != nil || !d.Type().IsRegular() || !strings.Contains(".glb .gltf .stl .ply .obj .3mf", strings.ToLower(filepath.Ext(path))) || apart[name] != "" {
			return err
		}
		m, err := Open(ctx, path, Options{Raw: true, Unit: unitless(path), Up: upless(path)})
		if err != nil {
			return nil // refused: another test's affair
		}
		got := solidOf(m.Scene)
		if got.triangles == 0 {
			return nil
		}
		want, err := assimp(ctx, path, t.TempDir())
		if err != nil || want.triangles == 0 {
			return nil // assimp cannot read it
		}
		if why := got.differs(want); why != "" {
			t.Errorf("%s: %s", name, why)
		} else {
			equal++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d models are as assimp finds them", equal)
	if equal < 200 {
		t.Errorf("only %d models were compared", equal)
	}
}

// unitless and upless read the numbers of files as they are, as assimp does, whatever unit and axes they state.
func unitless(path string) Unit {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".stl", ".ply", ".obj", ".3mf":
		return "m"
	}
	return ""
}

func upless(path string) Up {
	if unitless(path) != "" {
		return UpY
	}
	return ""
}

func (s solid) differs(want solid) string {
	if s.triangles != want.triangles {
		return fmt.Sprintf("%d triangles, assimp finds %d", s.triangles, want.triangles)
	}
	size := want.bounds.Size().Len()
	if s.bounds.Min.Sub(want.bounds.Min).Len() > 1e-4*size || s.bounds.Max.Sub(want.bounds.Max).Len() > 1e-4*size {
		return fmt.Sprintf("bounds %.4g to %.4g, assimp finds %.4g to %.4g", s.bounds.Min, s.bounds.Max, want.bounds.Min, want.bounds.Max)
	}
	return ""
}
