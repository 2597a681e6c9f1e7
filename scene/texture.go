package scene

import "fmt"

// TextureID is the index of a texture in its scene. NoTexture, the zero value, stands for "none".
type TextureID int32

// NoTexture stands for "none".
const NoTexture TextureID = 0

// Image is a picture in memory. It is immutable, and textures may share it.
type Image struct {
	Name          string
	Width, Height int
	Pix           []uint8 // r, g, b, alpha per pixel, not premultiplied, rows from the top; sRGB or linear as its map says
}

// Wrap says what a texture shows outside 0 … 1.
type Wrap uint8

// The ways to wrap.
const (
	Repeat Wrap = iota
	Clamp
	Mirror
)

// Texture is an image with the way to sample it.
type Texture struct {
	Name         string
	Image        *Image
	WrapU, WrapV Wrap
	Nearest      bool // no smoothing between the pixels of a picture that is magnified
}

// AddTexture adds a texture and returns its id. An image whose size does not fit its pixels is refused.
func (s *Scene) AddTexture(t Texture) (TextureID, error) {
	if m := t.Image; m == nil || m.Width < 1 || m.Height < 1 || m.Width > 1<<16 || m.Height > 1<<16 || len(m.Pix) != 4*m.Width*m.Height {
		return NoTexture, fmt.Errorf("scene: texture %q: its image is missing or has no valid size", t.Name)
	}
	s.touchTopology()
	s.textures = append(s.textures, t)
	return TextureID(len(s.textures) - 1), nil
}

// Textures returns all textures by id; the first has no image. Entries that exist never change.
func (s *Scene) Textures() []Texture { return s.textures }
