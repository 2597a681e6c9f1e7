package cad

import (
	"bytes"
	"path"
	"strings"
)

// Format is a kind of CAD file.
type Format string

// The formats.
const (
	STEP Format = "step" // ISO 10303-21
	IGES Format = "iges" // ANSI US PRO/IPO-100
	BREP Format = "brep" // OpenCASCADE's own, as text or binary
)

// Extensions lists the file name extensions of a format, in lower case with the dot.
func (f Format) Extensions() []string {
	switch f {
	case STEP:
		return []string{".step", ".stp", ".p21"}
	case IGES:
		return []string{".iges", ".igs"}
	case BREP:
		return []string{".brep", ".brp"}
	}
	return nil
}

// Name returns the name of the format for people.
func (f Format) Name() string { return strings.ToUpper(string(f)) }

// Formats lists all formats.
func Formats() []Format { return []Format{STEP, IGES, BREP} }

// Sniff tells the format by the first bytes of a file; 128 of them are enough. It returns "" when they are of none.
func Sniff(head []byte) Format {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("ISO-10303-21")):
		return STEP
	case bytes.HasPrefix(text, []byte("DBRep_DrawableShape")), bytes.HasPrefix(text, []byte("CASCADE Topology V")),
		bytes.HasPrefix(text, []byte("Open CASCADE Topology V")):
		return BREP
	case isIGES(head):
		return IGES
	}
	return ""
}

// isIGES looks for the start section of an IGES file: lines of 80 columns, the letter S in column 73, then a line number.
func isIGES(head []byte) bool {
	return len(head) >= 80 && head[72] == 'S' && strings.TrimLeft(string(head[73:80]), " 0") == "1" &&
		!bytes.ContainsAny(head[:72], "\n\x00")
}

// ByName tells the format by the extension of a file name. It returns "" for other files.
func ByName(name string) Format {
	ext := strings.ToLower(path.Ext(name))
	for _, f := range Formats() {
		for _, e := range f.Extensions() {
			if e == ext {
				return f
			}
		}
	}
	return ""
}
