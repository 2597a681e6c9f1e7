// Package ktx2 decodes textures in KTX 2.0 and .basis files to plain pixels. It is written from the KTX File Format
// Specification 2.0, its appendix on the BasisLZ bitstream, the Khronos Data Format Specification 1.3 (descriptors, BC,
// ETC1 and ETC2) and the UASTC LDR 4x4 Texture Specification of Basis Universal.
//
// # Nouns
//
//   - Image: one picture of a texture in memory, 8 bits for each of red, green, blue and alpha.
//   - Config: what the header says, known without decoding.
//   - Level: a size of the picture; level 0 is the largest, and each next one has half the width and height.
//   - Layer, face: one picture of an array texture, one side of a cube map.
//   - Block: a square of 4 by 4 pixels that is coded alone.
//   - Supercompression: what packs the levels once more (Zstandard, ZLIB, or BasisLZ, which packs ETC1S blocks).
//
// # What is read
//
// Supercompression: none, BasisLZ, Zstandard, ZLIB. Formats: ETC1S, UASTC LDR 4x4, unsigned normalized formats of 8 and
// 16 bits with one to four channels and packed ones of 4 to 10 bits, BC1 to BC5 and BC7, ETC1, ETC2 and EAC. Signed,
// integer, floating-point, depth, ASTC and PVRTC formats are refused with their number, and so are 3D textures.
//
// # Goroutines, ownership
//
// Functions keep no state and may run at once. They read data only until they return; the pixels belong to the caller.
// Decode looks at its context before each row of blocks.
//
// # Robustness
//
// Nothing in a file is trusted: offsets, sizes and products are checked before use, symbols of the entropy coder too, and
// no allocation is larger than Options.MaxPixels and the length of the data allow. Broken data give an error, never a panic.
//
// # Example
//
//	m, err := ktx2.Decode(ctx, data, ktx2.Options{})
//	picture := &image.NRGBA{Pix: m.Pix, Stride: 4 * m.Width, Rect: image.Rect(0, 0, m.Width, m.Height)}
package ktx2
