package gltf

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// moving is a file with an animation of these channels over two times, 0 and 2 s; accessors 1 to 4 are values of 1 to 4
// numbers per time, counting up.
func moving(channels, more string) *fixture {
	f := &fixture{}
	f.vectors(1, 0, 2)
	for w := 1; w <= 4; w++ {
		v := make([]float32, 2*w)
		for i := range v {
			v[i] = float32(i + 1)
		}
		f.vectors(w, v...)
	}
	samplers := ""
	for w := 1; w <= 4; w++ {
		samplers += fmt.Sprintf(`{"input":0,"output":%d},`, w)
	}
	f.add(`"animations":[{"name":"clip","channels":[%s],"samplers":[%s]}],"materials":[{"emissiveFactor":[1,0.5,0]},{"extensions":{"KHR_materials_emissive_strength":{"emissiveStrength":4}}}],"nodes":[{"name":"n"},{"name":"m"},{"name":"away"}],"scenes":[{"nodes":[0,1]}]%s`,
		channels, strings.TrimSuffix(samplers, ","), more)
	return f
}

func TestChannels(t *testing.T) {
	s, warnings := moving(`{"sampler":2,"target":{"node":0,"path":"translation"}},{"sampler":3,"target":{"node":1,"path":"rotation"}},
		{"sampler":2,"target":{"node":2,"path":"scale"}},{"sampler":2,"target":{"path":"scale"}}`, "").load(t)
	c := s.Document().Clips
	if len(c) != 1 || len(c[0].Channels) != 2 || c[0].DurationSec != 2 || c[0].Name != "clip" || len(warnings) > 0 {
		t.Fatalf("clips %+v, warnings %v", c, warnings)
	}
	n, _ := s.Find("n")
	if ch := c[0].Channels[0]; ch.Node != n || ch.Target != scene.MoveTranslation || !slices.Equal(ch.Values, []float32{1, 2, 3, 4, 5, 6}) {
		t.Errorf("channel %+v", ch)
	}
}

func TestBrokenChannelsAreLeftOut(t *testing.T) {
	for want, channel := range map[string]string{
		"no sampler 9":     `{"sampler":9,"target":{"node":0,"path":"translation"}}`,
		"no node 9":        `{"sampler":2,"target":{"node":9,"path":"translation"}}`,
		"cannot be moved":  `{"sampler":2,"target":{"node":0,"path":"colour"}}`,
		"4 values for 2":   `{"sampler":1,"target":{"node":0,"path":"translation"}}`,
		"no morph targets": `{"sampler":0,"target":{"node":0,"path":"weights"}}`,
	} {
		s, warnings := moving(channel, "").load(t)
		warned(t, warnings, want)
		if len(s.Document().Clips) != 0 {
			t.Errorf("%s: there is a clip", want)
		}
	}
	back := moving(`{"sampler":2,"target":{"node":0,"path":"translation"}}`, "")
	copy(back.buffer, floats(2, 0))
	_, warnings := back.load(t)
	warned(t, warnings, "do not rise")
}

func TestPointers(t *testing.T) {
	aim := func(sampler int, pointer string) string {
		return fmt.Sprintf(`{"sampler":%d,"target":{"path":"pointer","extensions":{"KHR_animation_pointer":{"pointer":%q}}}}`, sampler, pointer)
	}
	for pointer, want := range map[string]struct {
		sampler int
		target  scene.Target
		values  string
	}{
		"/nodes/0/translation":                                                                      {2, scene.MoveTranslation, "[1 2 3 4 5 6]"},
		"/nodes/0/extensions/KHR_node_visibility/visible":                                           {0, scene.MoveVisible, "[1 2]"},
		"/materials/0/pbrMetallicRoughness/baseColorFactor":                                         {3, scene.MoveBaseColor, "[1 2 3 4 5 6 7 8]"},
		"/materials/0/pbrMetallicRoughness/metallicFactor":                                          {0, scene.MoveMetallic, "[1 2]"},
		"/materials/1/emissiveFactor":                                                               {2, scene.MoveEmissive, "[4 8 12 16 20 24]"},
		"/materials/0/extensions/KHR_materials_emissive_strength/emissiveStrength":                  {0, scene.MoveEmissive, "[1 0.5 0 2 1 0]"},
		"/materials/0/normalTexture/extensions/KHR_texture_transform/offset":                        {1, scene.MoveMapOffset, "[1 2 3 4]"},
		"/materials/0/emissiveTexture/extensions/KHR_texture_transform/rotation":                    {0, scene.MoveMapRotation, "[1 2]"},
		"/materials/0/extensions/KHR_materials_transmission/transmissionFactor":                     {0, scene.MoveTransmission, "[1 2]"},
		"/materials/0/pbrMetallicRoughness/baseColorTexture/extensions/KHR_texture_transform/scale": {1, scene.MoveMapScale, "[1 2 3 4]"},
	} {
		s, warnings := moving(aim(want.sampler, pointer), "").load(t)
		if len(s.Document().Clips) != 1 || len(warnings) > 0 {
			t.Errorf("%s: warnings %v", pointer, warnings)
			continue
		}
		ch := s.Document().Clips[0].Channels[0]
		if ch.Target != want.target || fmt.Sprint(ch.Values) != want.values {
			t.Errorf("%s: target %d, values %v", pointer, ch.Target, ch.Values)
		}
	}
	for _, pointer := range []string{"", "/", "/nodes/x/scale", "/nodes/-1/scale", "/materials/7/alphaCutoff", "/cameras/0/perspective/yfov", "/materials/0/extensions/KHR_materials_sheen/sheenColorFactor"} {
		s, warnings := moving(aim(2, pointer), "").load(t)
		warned(t, warnings, "not animated here")
		if len(s.Document().Clips) != 0 {
			t.Errorf("%s moves something", pointer)
		}
	}
}
