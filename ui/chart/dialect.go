package chart

import (
	"image/color"
	"strings"

	xfont "golang.org/x/image/font"
)

// dialect is how a kind of document takes colours and text.
type dialect struct {
	ink   func(c color.NRGBA) color.Color
	text8 func(s string) string
	bold  xfont.Weight
}

var svgDialect = dialect{
	ink:   func(c color.NRGBA) color.Color { return c },
	text8: func(s string) string { return s },
	bold:  xfont.WeightBold,
}

// The writer of PDF takes the colour without dividing it by its alpha, text in Windows-1252, and no style but the plain
// one of each font.
var pdfDialect = dialect{
	ink:   func(c color.NRGBA) color.Color { return straight(c) },
	text8: windows1252,
	bold:  xfont.WeightSemiBold,
}

// straight is a colour whose parts are not multiplied by its alpha.
type straight color.NRGBA

// RGBA implements color.Color, but for the multiplication.
func (c straight) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 0x101, uint32(c.G) * 0x101, uint32(c.B) * 0x101, uint32(c.A) * 0x101
}

// high1252 are the characters 0x80…0x9F of Windows-1252; a space stands where there is none.
const high1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"

// windows1252 writes a text in one byte for each character. What the set does not hold becomes what looks like it.
func windows1252(s string) string {
	var out strings.Builder
	high := []rune(high1252)
	for _, r := range s {
		if (r >= ' ' && r < 0x7F) || (r >= 0xA0 && r <= 0xFF) {
			out.WriteByte(byte(r))
			continue
		}
		b := byte('?')
		for i, h := range high {
			if h == r && h != ' ' {
				b = byte(0x80 + i)
			}
		}
		switch r {
		case '\u2009', '\u202F', '\u2002', '\u2003': // spaces
			b = ' '
		case '−', '‐', '‑':
			b = '-'
		case '≈':
			b = '~'
		}
		out.WriteByte(b)
	}
	return out.String()
}
