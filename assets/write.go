package assets

import (
	"fmt"
	"io"
	"strings"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/scene"
)

// Write writes a scene as GLB. The generator names the program in the file.
func Write(w io.Writer, s *scene.Scene, generator string) error { return gltf.Write(w, s, generator) }

// SetVariant shows the model in one of its variants.
func (m *Model) SetVariant(name string) error {
	var known []string
	for _, v := range m.Scene.Document().Variants {
		if v.Name == name {
			return m.Scene.SetVariant(v)
		}
		known = append(known, v.Name)
	}
	if len(known) == 0 {
		return fmt.Errorf("assets: the model has no variants")
	}
	return fmt.Errorf("assets: no variant %q; there are %s", name, strings.Join(known, ", "))
}
