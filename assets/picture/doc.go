// Package picture decodes the picture files that textures of models come in, and makes pictures smaller.
//
// # Nouns
//
//   - Picture: a scene.Image, 8 bits for each of red, green, blue and alpha, alpha not premultiplied, rows from the top.
//   - Format: PNG, JPEG, WebP, KTX 2.0 (and .basis), BMP, GIF (its first frame), TIFF, TGA. The content says which it is,
//     not the name.
//   - Limits: sizes beyond which a file is refused before its pixels are decoded.
//   - Content: what the numbers of a picture mean, colours or data; averages are taken accordingly.
//
// # Goroutines, ownership, units
//
// Functions keep no state and may run at once. They read data only until they return; the picture belongs to the caller.
// Sizes are in pixels. Decode returns soon after its context ends. Decoders of large JPEG and WebP pictures cannot be
// stopped at any time: such a one runs on for a second or two then, alone, with a copy of the data.
//
// # Robustness
//
// The size in the header is checked against Limits before anything of that size is allocated. Broken files give an error,
// never a panic.
//
// # Example
//
//	m, err := picture.Decode(ctx, "bolt.png", data, picture.Limits{})
//	m = picture.Fit(m, 4096, picture.Colors)
package picture
