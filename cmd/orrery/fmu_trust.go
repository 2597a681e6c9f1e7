package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/sim/fmi"
)

func fmuTrustCommand() *cobra.Command {
	var list bool
	var revoke string
	cmd := &cobra.Command{
		Use:   "trust [FILE.fmu]",
		Short: "Let the native code of an FMU run, now and later; --list and --revoke for what is trusted",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			trust, err := fmuTrust()
			if err != nil {
				return err
			}
			switch {
			case len(args) == 1 && !list && revoke == "":
				return trustFile(cmd.OutOrStdout(), trust, args[0])
			case len(args) == 0 && list && revoke == "":
				printTrusted(cmd.OutOrStdout(), trust)
				return nil
			case len(args) == 0 && !list && revoke != "":
				return revokeTrust(cmd.OutOrStdout(), trust, revoke)
			}
			return errors.New("name one file, or give --list or --revoke alone")
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list what is trusted, by SHA-256")
	cmd.Flags().StringVar(&revoke, "revoke", "", "take trust back from the FMU whose SHA-256 begins with this")
	return cmd
}

// trustFile says what a file is and remembers it by its hash. A file that cannot be read as an FMU is not trusted.
func trustFile(w io.Writer, trust *fmi.Trust, path string) error {
	f, err := fmi.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if !trust.Knows(f) {
		if err := trust.Grant(f); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "%s, made by %s, may run: SHA-256 %s\n", f.Model, toolName(f.Tool), f.Hash)
	return nil
}

func toolName(s string) string {
	if s == "" {
		return "an unknown tool"
	}
	return s
}

func printTrusted(w io.Writer, trust *fmi.Trust) {
	known := trust.List()
	hashes := make([]string, 0, len(known))
	for h := range known {
		hashes = append(hashes, h)
	}
	sort.Strings(hashes)
	for _, h := range hashes {
		fmt.Fprintf(w, "%s  %s  %s  %s\n", h, known[h].Since.Format("2006-01-02"), known[h].Model, known[h].File)
	}
}

// shortestPrefix of a hash that can be meant for one file.
const shortestPrefix = 8

func revokeTrust(w io.Writer, trust *fmi.Trust, prefix string) error {
	var found []string
	for h := range trust.List() {
		if strings.HasPrefix(h, strings.ToLower(prefix)) {
			found = append(found, h)
		}
	}
	if len(prefix) < shortestPrefix || len(found) != 1 {
		return fmt.Errorf("--revoke %s: %d trusted FMUs begin so: give at least %d characters of one that --list shows", prefix, len(found), shortestPrefix)
	}
	if err := trust.Revoke(found[0]); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s is not trusted any more\n", found[0])
	return nil
}

// shellWord is a path as it is typed at a shell of this machine.
func shellWord(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+=@%", r)
	}
	if path != "" && path[0] != '-' && strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	if os.PathSeparator == '\\' {
		return `"` + path + `"`
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
