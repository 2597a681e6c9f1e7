package ktx2

import "encoding/binary"

// Numbers of the basic data format descriptor (Khronos Data Format Specification 1.3, chapter 5).
const (
	modelETC1S = 163
	modelUASTC = 166

	transferSRGB       = 2
	alphaPremultiplied = 1

	descriptorHeader = 4 + 24 // total size, basic block without samples
	sampleSize       = 16

	channelETC1SAlpha = 15
	channelUASTCRGBA  = 3
)

// descriptor is what the data format descriptor tells.
type descriptor struct {
	model                      uint8
	srgb, premultiplied, alpha bool
}

// readDescriptor reads the first block of the descriptor, which is always the basic one.
func readDescriptor(data []byte) (d descriptor, ok bool) {
	if len(data) < descriptorHeader {
		return descriptor{}, false
	}
	d = descriptor{model: data[12], srgb: data[14] == transferSRGB, premultiplied: data[15]&alphaPremultiplied != 0}
	end := min(len(data), 4+int(binary.LittleEndian.Uint16(data[10:])))
	for at := descriptorHeader; at+sampleSize <= end; at += sampleSize {
		switch channel := data[at+3] & 15; d.model {
		case modelETC1S:
			d.alpha = d.alpha || channel == channelETC1SAlpha
		case modelUASTC:
			d.alpha = d.alpha || channel == channelUASTCRGBA
		}
	}
	return d, true
}
