package gltf

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // pictures of the core specification
	_ "image/png"

	"github.com/orrery-twin/orrery/scene"
)

// decodePicture decodes a picture into pixels.
func decodePicture(_ context.Context, name string, data []byte, maxPixels int64) (*scene.Image, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if int64(c.Width)*int64(c.Height) > maxPixels {
		return nil, fmt.Errorf("it has %d × %d pixels, which is over the limit", c.Width, c.Height)
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out := image.NewNRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(out, out.Rect, m, m.Bounds().Min, draw.Src)
	return &scene.Image{Name: name, Width: c.Width, Height: c.Height, Pix: out.Pix}, nil
}
