package gltf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func TestMatricesAndMirrors(t *testing.T) {
	want := mgl64.Translate3D(1, 2, 3).Mul4(mgl64.HomogRotate3DY(0.7)).Mul4(mgl64.Scale3D(-2, 3, 4))
	var numbers []string
	for _, v := range want {
		numbers = append(numbers, fmt.Sprint(v))
	}
	text := strings.Replace(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`), `"mesh":0}`, `"mesh":0,"matrix":[`+strings.Join(numbers, ",")+`]}`, 1)
	s, warnings := mustLoad(t, one(text), "m.gltf")
	if id, _ := s.Find("n"); !s.World(id).ApproxEqualThreshold(want, 1e-9) || len(warnings) > 0 {
		t.Errorf("matrix became\n%v, want\n%v (%v)", s.World(id), want, warnings)
	}
}
