package scenario

import (
	"bytes"
	"path"
	"strings"
)

// place is the file and line at which a panic began: "farm.go:207".
func place(stack []byte) string {
	_, after, ok := bytes.Cut(stack, []byte("panic("))
	if !ok {
		return "a place that is not known"
	}
	lines := strings.Split(string(after), "\n")
	for _, l := range lines[2:] { // the rest of panic, and where it stands
		if file, ok := strings.CutPrefix(l, "\t"); ok && !strings.Contains(file, "/runtime/") {
			file, _, _ = strings.Cut(file, " +")
			return path.Base(file)
		}
	}
	return "a place that is not known"
}
