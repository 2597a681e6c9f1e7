package render

import "testing"

func TestLooksHaveNames(t *testing.T) {
	for l := Operate; l <= Review; l++ {
		if got, ok := ParseLook(l.String()); !ok || got != l {
			t.Errorf("%v came back as %v", l, got)
		}
	}
	if _, ok := ParseLook("disco"); ok {
		t.Error("an unknown look was found")
	}
}

// What is drawn must differ from what it is drawn on, by lightness and not by hue alone (sRGB luma, of 255).
func TestPalettesHaveContrast(t *testing.T) {
	for name, p := range map[string]Palette{"day": Day(), "night": Night()} {
		luma := func(r, g, b uint8) int { return (2126*int(r) + 7152*int(g) + 722*int(b)) / 10_000 }
		clay, sky := luma(p.Clay.R, p.Clay.G, p.Clay.B), luma(p.Sky.R, p.Sky.G, p.Sky.B)
		edge := luma(p.ClayEdge.R, p.ClayEdge.G, p.ClayEdge.B)
		if d := clay - sky; d > -20 && d < 20 {
			t.Errorf("%s: clay %d on sky %d", name, clay, sky)
		}
		if d := edge - clay; d > -25 && d < 25 {
			t.Errorf("%s: edges %d on clay %d", name, edge, clay)
		}
	}
}
