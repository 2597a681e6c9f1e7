package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	app := flag.String("app", "build/bin/orrery", "the app to drive")
	out := flag.String("out", "build/tour", "folder for the screenshots")
	size := flag.String("size", "1920x1080", "size of the virtual display")
	theme := flag.String("theme", "night", "theme: day or night")
	limit := flag.Duration("timeout", 5*time.Minute, "give up after this time")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	if err := run(ctx, options{app: *app, out: *out, size: *size, theme: *theme}); err != nil {
		fmt.Fprintln(os.Stderr, "tour:", err)
		os.Exit(1)
	}
}
