// Package environment turns light from all sides into what shaders can look up: prefiltered reflections, diffuse light as
// spherical harmonics, and the tables of how surfaces reflect it. It is arithmetic without GL: render/g3ngl uploads it.
//
// # Nouns
//
//   - Map: the surroundings, seen from one point, as radiance per direction. It is immutable and has an ID, so that renderers
//     know whether they hold it already. Builtin and BuiltinNight are made by code, Read takes a Radiance .hdr picture.
//   - Level: the map as a cube of six square faces, blurred for one roughness, so that one look-up gives a reflection.
//   - Harmonics: the diffuse light on a surface by its normal, in nine coefficients per colour.
//   - Sun: a light so small and strong that it casts shadows. Read takes it out of the picture; the built-in maps have none.
//   - Table: how much a surface reflects of even surroundings, by its roughness and the angle of view.
//
// # Goroutines and errors
//
// All functions may be called from anywhere and use all cores; nothing is changed after it was returned. A built-in map is
// made on first use, in about a tenth of a second. Read fails with one line for what is not a picture, and for pictures beyond its caps.
//
// # Units
//
// Directions are unit vectors, right-handed, Y up. Radiance is linear with the primaries of sRGB; 1 on all sides shows a white
// diffuse surface as white. Roughness is perceptual, as in glTF: its square is the width of the microfacets' slopes.
//
// # Example
//
//	f, _ := os.Open("workshop.hdr")
//	m, err := environment.Read(f)
//	o := render.Options{Light: render.Light{Environment: m}}
package environment
