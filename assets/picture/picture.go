package picture

import (
	"context"
	"errors"

	"github.com/orrery-twin/orrery/scene"
)

// Limits are sizes beyond which a picture is refused.
type Limits struct {
	Pixels int64 // width × height; 0: 64 Mi
}

// Config tells what a file holds.
type Config struct {
	Format        string // such as "PNG"
	Width, Height int
}

// Content is what the numbers of a picture mean.
type Content uint8

// The kinds of content.
const (
	Colors Content = iota // red, green and blue are sRGB-encoded: base colour, emission
	Data                  // all channels are linear: roughness, occlusion, normals
)

// DecodeConfig reads the header alone. Decode may still refuse the file.
func DecodeConfig(data []byte) (Config, error) {
	return Config{}, errors.New("picture: it is of no kind that is read")
}

// Decode decodes a picture. The name is given to the picture; the content says of which format it is.
func Decode(ctx context.Context, name string, data []byte, limits Limits) (*scene.Image, error) {
	return nil, errors.New("picture: it is of no kind that is read")
}

// Halve returns the picture at half its width and height, rounded down but at least 1: each pixel is the average of those
// that it covers.
func Halve(m *scene.Image, c Content) *scene.Image { return m }

// Fit returns the picture halved until neither side is longer than maxSide, or the picture itself when it fits already.
func Fit(m *scene.Image, maxSide int, c Content) *scene.Image { return m }
