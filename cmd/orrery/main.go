package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/orrery-twin/orrery/cmd/orrery/locale" // before the toolkit asks for the language
	"github.com/orrery-twin/orrery/twin/project"
)

// version is set at release by -ldflags "-X main.version=…".
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		report(err)
		os.Exit(1)
	}
}

// report prints an error as one line, or the faults of a twin file one by one with their place in it.
func report(err error) {
	var faults project.Errors
	if errors.As(err, &faults) {
		text, _ := os.ReadFile(faults[0].File) // without it there are no excerpts
		fmt.Fprintln(os.Stderr, project.Excerpts(err, text))
		fmt.Fprintf(os.Stderr, "orrery: %d fault(s), nothing was opened\n", len(faults))
		return
	}
	fmt.Fprintln(os.Stderr, "orrery:", err)
}
