package ktx2

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// view is how decoded pixels are to be looked at.
type view struct {
	flipX, flipY  bool     // rows run from the right, or begin at the bottom
	swizzle       [4]uint8 // for each channel: 0 … 3, or one of the two below
	swizzled      bool
	premultiplied bool
}

const (
	always0 = 4
	always1 = 5
)

// readView reads the key/value data (KTX specification, section 5: KTXorientation, KTXswizzle). What is broken is left out.
func readView(data []byte) (v view) {
	for len(data) >= 4 {
		length := uint64(binary.LittleEndian.Uint32(data))
		data = data[4:]
		if length > uint64(len(data)) {
			break
		}
		key, value, _ := bytes.Cut(data[:length], []byte{0})
		switch value = bytes.TrimRight(value, "\x00"); string(key) {
		case "KTXorientation":
			v.flipX = len(value) > 0 && value[0] == 'l'
			v.flipY = len(value) > 1 && value[1] == 'u'
		case "KTXswizzle":
			v.readSwizzle(value)
		}
		data = data[min(uint64(len(data)), (length+3)&^3):]
	}
	return v
}

func (v *view) readSwizzle(value []byte) {
	if len(value) != 4 || string(value) == "rgba" {
		return
	}
	for i, letter := range value {
		at := bytes.IndexByte([]byte("rgba01"), letter)
		if at < 0 {
			return
		}
		v.swizzle[i] = uint8(at)
	}
	v.swizzled = true
}

// apply changes pixels so that they are straight, in order, and from the top left.
func (v view) apply(m *Image) {
	if v.swizzled {
		v.reorder(m.Pix)
	}
	if v.premultiplied {
		straighten(m.Pix)
	}
	stride := 4 * m.Width
	if v.flipY {
		row := make([]uint8, stride)
		for top, bottom := 0, len(m.Pix)-stride; top < bottom; top, bottom = top+stride, bottom-stride {
			copy(row, m.Pix[top:top+stride])
			copy(m.Pix[top:top+stride], m.Pix[bottom:bottom+stride])
			copy(m.Pix[bottom:bottom+stride], row)
		}
	}
	if v.flipX {
		for at := 0; at < len(m.Pix); at += stride {
			slices.Reverse(m.Pix[at : at+stride])
			for i := at; i < at+stride; i += 4 {
				slices.Reverse(m.Pix[i : i+4])
			}
		}
	}
}

func (v view) reorder(pix []uint8) {
	source := [6]uint8{always1: 255}
	for i := 0; i < len(pix); i += 4 {
		copy(source[:4], pix[i:i+4])
		for c, from := range v.swizzle {
			pix[i+c] = source[from]
		}
	}
}

// straighten divides colours by alpha. Where alpha is 0 nothing is known of them: they are left.
func straighten(pix []uint8) {
	for i := 0; i < len(pix); i += 4 {
		a := int(pix[i+3])
		if a == 0 || a == 255 {
			continue
		}
		for c := i; c < i+3; c++ {
			pix[c] = uint8(min(255, (int(pix[c])*255+a/2)/a))
		}
	}
}
