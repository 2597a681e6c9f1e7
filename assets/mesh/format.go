package mesh

import (
	"bytes"
	"strings"
)

// Guess returns the unit of length and the axis that points up, 'Y' or 'Z', which files of a format ("STL", "OBJ", "PLY"
// or "3MF") most likely have. For 3MF it is the default unit; Read3MF goes by what the file says.
//
//   - STL: millimetres, Z up. CAD systems and slicers write it so, and Blender imports it with Z up.
//   - OBJ: metres, Y up. Blender, Maya and scanners' software write it with Y up, and Blender's unit is the metre.
//   - PLY: metres, Z up. Surveying instruments, CloudCompare and Blender have it so. The old Stanford scans, which have Y
//     up, lie on their backs.
func Guess(format string) (unit string, up byte) {
	switch strings.ToUpper(format) {
	case "STL", "3MF":
		return "mm", 'Z'
	case "PLY":
		return "m", 'Z'
	}
	return "m", 'Y'
}

// IsSTL reports whether a file that begins with head is STL of text for sure. Binary STL has no mark.
func IsSTL(head []byte) bool {
	text := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\ufeff"))
	return bytes.HasPrefix(text, []byte("solid")) && bytes.IndexByte(text, 0) < 0 &&
		(bytes.Contains(text, []byte("facet")) || bytes.Contains(text, []byte("endsolid")))
}

// IsPLY reports whether a file that begins with head is PLY for sure.
func IsPLY(head []byte) bool {
	text, found := bytes.CutPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("ply"))
	return found && len(text) > 0 && (text[0] == '\n' || text[0] == '\r' || text[0] == ' ') &&
		bytes.Contains(text, []byte("format"))
}

// Is3MF reports whether a file that begins with head is a zip archive with a 3MF model near its start. Not each 3MF file
// has it there.
func Is3MF(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) &&
		(bytes.Contains(head, []byte("3D/3dmodel.model")) || bytes.Contains(head, []byte("3D/_rels/3dmodel")))
}

// IsOBJ reports whether each line at the start of a file is one of OBJ and at least one is a vertex or names a material
// file, so that it is OBJ almost for sure.
func IsOBJ(head []byte) bool {
	telling := false
	lines := bytes.Split(head, []byte("\n"))
	for i, line := range lines {
		fields := bytes.Fields(line)
		if len(fields) == 0 || fields[0][0] == '#' || i > 0 && i == len(lines)-1 {
			continue // the last line may be cut
		}
		switch string(fields[0]) {
		case "v":
			if len(fields) < 4 {
				return false
			}
			if _, n := scanFloat(fields[1]); n == 0 {
				return false
			}
			telling = true
		case "mtllib":
			telling = true
		case "o", "g", "s", "vt", "vn", "f", "l", "p", "usemtl":
		default:
			return false
		}
	}
	return telling
}
