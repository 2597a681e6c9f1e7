package theme

import (
	"image"
	"math"
	"sync"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// glyph is one character rasterised at one size and one quarter-pixel offset.
type glyph struct {
	mask    *image.Alpha
	at      image.Point // of the mask's top left, from the pen position on the baseline
	advance fixed.Int26_6
}

type glyphKey struct {
	r       rune
	quarter uint8
}

// face rasterises glyphs of one font at one pixel size and keeps them.
type face struct {
	mu     sync.Mutex
	faces  []font.Face // the font itself, then what stands in for missing characters
	parsed []*sfnt.Font
	glyphs map[glyphKey]*glyph
	buf    sfnt.Buffer
}

type faceKey struct {
	bold bool
	px64 int // pixel size in 1/64
}

var fonts struct {
	mu    sync.Mutex
	faces map[faceKey]*face
	files map[string]*sfnt.Font
}

func parse(r fyne.Resource) *sfnt.Font {
	if f, ok := fonts.files[r.Name()]; ok {
		return f
	}
	f, err := opentype.Parse(r.Content())
	if err != nil {
		f = nil // an unreadable font draws nothing; Fyne's own fonts always parse (see TestFontsParse)
	}
	fonts.files[r.Name()] = f
	return f
}

// faceOf returns the shared face of a font at a scale in device pixels per Dp.
func faceOf(f Font, scale float32) *face {
	key := faceKey{f.Bold, int(math.Round(float64(f.SizeDp*scale) * 64))}
	fonts.mu.Lock()
	defer fonts.mu.Unlock()
	if fonts.faces == nil {
		fonts.faces, fonts.files = map[faceKey]*face{}, map[string]*sfnt.Font{}
	}
	if have, ok := fonts.faces[key]; ok {
		return have
	}
	main := base.DefaultTextFont()
	if f.Bold {
		main = base.DefaultTextBoldFont()
	}
	out := &face{glyphs: map[glyphKey]*glyph{}}
	for _, r := range []fyne.Resource{main, base.DefaultSymbolFont(), base.DefaultTextMonospaceFont()} {
		p := parse(r)
		if p == nil {
			continue
		}
		// 72 dots per inch make points and pixels the same.
		ff, err := opentype.NewFace(p, &opentype.FaceOptions{Size: float64(key.px64) / 64, DPI: 72, Hinting: font.HintingNone})
		if err == nil {
			out.faces, out.parsed = append(out.faces, ff), append(out.parsed, p)
		}
	}
	fonts.faces[key] = out
	return out
}

// get returns a glyph, nil for a character that no font has.
func (f *face) get(r rune, quarter uint8) *glyph {
	key := glyphKey{r, quarter}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	var out *glyph
	for i, ff := range f.faces {
		if n, err := f.parsed[i].GlyphIndex(&f.buf, r); err != nil || n == 0 {
			continue
		}
		dot := fixed.Point26_6{X: fixed.Int26_6(quarter) * 16}
		rect, mask, mp, advance, ok := ff.Glyph(dot, r)
		if !ok {
			continue
		}
		own := image.NewAlpha(image.Rect(0, 0, rect.Dx(), rect.Dy()))
		for y := range rect.Dy() {
			for x := range rect.Dx() {
				own.Set(x, y, mask.At(mp.X+x, mp.Y+y))
			}
		}
		out = &glyph{own, rect.Min, advance}
		break
	}
	f.glyphs[key] = out
	return out
}

// Measure returns the width of a text in Dp at a scale in pixels per Dp. It is what Pen.Text advances.
func Measure(s string, f Font, scale float32) float32 {
	ff := faceOf(f, scale)
	ff.mu.Lock()
	defer ff.mu.Unlock()
	var w fixed.Int26_6
	for _, r := range s {
		if g := ff.get(r, 0); g != nil {
			w += g.advance
		}
	}
	return float32(w) / 64 / scale
}

// Fit shortens a text with an ellipsis so that it is no wider than maxDp.
func Fit(s string, f Font, scale, maxDp float32) string {
	if Measure(s, f, scale) <= maxDp {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if Measure(string(runes[:mid])+"…", f, scale) <= maxDp {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo == 0 {
		return ""
	}
	return string(runes[:lo]) + "…"
}

// Wrap breaks a text at spaces into lines no wider than maxDp. A word that is wider stands alone, shortened.
func Wrap(s string, f Font, scale, maxDp float32) []string {
	var lines []string
	line := ""
	flush := func() {
		if line != "" {
			lines = append(lines, Fit(line, f, scale, maxDp))
		}
		line = ""
	}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != ' ' && s[i] != '\n' {
			continue
		}
		word := s[start:i]
		start = i + 1
		try := word
		if line != "" {
			try = line + " " + word
		}
		if line != "" && Measure(try, f, scale) > maxDp {
			flush()
			try = word
		}
		line = try
		if i < len(s) && s[i] == '\n' {
			flush()
		}
	}
	flush()
	return lines
}
