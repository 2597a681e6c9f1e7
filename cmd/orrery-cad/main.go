//go:build occt && cgo

package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/orrery-twin/orrery/assets/cad"
)

// The exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

type options struct {
	file, out    string
	precision    cad.Precision
	maxMemoryMB  int64
	maxTriangles int64
	threads      int
	info, tied   bool
}

func init() { runtime.LockOSThread() } // OpenCASCADE runs on the main thread, whose stack can grow

func main() {
	o := options{}
	flags := flag.NewFlagSet("orrery-cad", flag.ExitOnError)
	flags.StringVar(&o.out, "o", "", "write the GLB to this file instead of standard output")
	precision := flags.String("precision", string(cad.Normal), "coarse, normal or fine")
	flags.Int64Var(&o.maxMemoryMB, "max-memory", 0, "MB of memory that may be taken; 0 is unlimited")
	flags.Int64Var(&o.maxTriangles, "max-triangles", cad.DefaultTriangles, "triangles of all parts together")
	flags.IntVar(&o.threads, "threads", 0, "threads that mesh; 0 is one per processor")
	flags.BoolVar(&o.info, "info", false, "print the tree, the unit and an estimate as JSON; make no triangles")
	flags.BoolVar(&o.tied, "tied", false, "end when standard input is closed")
	version := flags.Bool("version", false, "print the version of OpenCASCADE")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: orrery-cad [flags] FILE.step|.iges|.brep")
		flags.PrintDefaults()
	}
	_ = flags.Parse(os.Args[1:]) // ends the process on an error
	if *version {
		fmt.Println("OpenCASCADE", occtVersion())
		return
	}
	o.precision = cad.Precision(*precision)
	if _, known := presets[o.precision]; !known || flags.NArg() != 1 || o.threads < 0 || o.maxTriangles <= 0 {
		flags.Usage()
		os.Exit(exitUsage)
	}
	o.file = flags.Arg(0)
	log := newJournal(os.Stderr)
	if err := run(o, log); err != nil {
		log.fail(err)
		os.Exit(exitFailed)
	}
}
