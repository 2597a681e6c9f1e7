package locale

import (
	"os"
	"strings"
)

func init() {
	if os.Getenv("LANGUAGE") == "" && nameless(os.Getenv) {
		os.Setenv("LANGUAGE", "en") //nolint:errcheck // then the complaint stays
	}
}

// nameless reports whether the locale of messages is one of C or POSIX with a character set.
func nameless(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			language, _, found := strings.Cut(v, ".")
			return found && (language == "C" || language == "POSIX")
		}
	}
	return false
}
