package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/twin/broker"
)

// finding is one line of orrery doctor.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
}

func doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What works here and what does not: OpenGL, display, broker, disk, versions",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			found := []finding{examineProgram(), examineDisplay(), examineGL(), examinePresenter(), examineBroker(), examineDisk(), examinePlant()}
			if asJSON {
				return printJSON(found)
			}
			for _, f := range found {
				mark := "ok    "
				if !f.OK {
					mark = "missing"
				}
				fmt.Printf("%-8s%-10s%s\n", mark, f.What, f.Detail)
				if f.Remedy != "" {
					fmt.Printf("%18s%s\n", "", f.Remedy)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func examineProgram() finding {
	detail := fmt.Sprintf("orrery %s, %s, %s/%s, %d cores", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				detail += ", revision " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return finding{What: "program", OK: true, Detail: detail}
}

func examineDisplay() finding {
	for _, name := range []string{"WAYLAND_DISPLAY", "DISPLAY"} {
		if v := os.Getenv(name); v != "" {
			return finding{What: "display", OK: true, Detail: name + "=" + v}
		}
	}
	if !needsDisplay {
		return finding{What: "display", OK: true, Detail: "of the system"}
	}
	return finding{What: "display", Detail: "none", Remedy: "the headless commands work; for a window use a desktop session, or Xvfb"}
}

func examineBroker() finding {
	l, err := net.Listen("tcp", broker.DefaultAddr)
	if err != nil {
		return finding{What: "broker", Detail: broker.DefaultAddr + " is taken", Remedy: "another broker or Orrery runs; give the embedded one another address in the twin file, or use that broker by its url"}
	}
	l.Close()
	return finding{What: "broker", OK: true, Detail: broker.DefaultAddr + " is free"}
}

func examineDisk() finding {
	home, err := dataHome()
	if err != nil {
		return finding{What: "disk", Detail: err.Error()}
	}
	at := home
	for {
		if _, err := os.Stat(at); err == nil || at == filepath.Dir(at) {
			break
		}
		at = filepath.Dir(at)
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(at, &s); err != nil {
		return finding{What: "disk", Detail: err.Error()}
	}
	free := float64(s.Bavail) * float64(s.Bsize) / 1e9
	f := finding{What: "disk", OK: free > 1, Detail: fmt.Sprintf("%.1f GB free for %s", free, home)}
	if !f.OK {
		f.Remedy = "free some room, or set ORRERY_HOME to a folder on another disk"
	}
	return f
}

func examinePlant() finding {
	file, err := plantFile()
	if err != nil {
		return finding{What: "demo", Detail: err.Error()}
	}
	if out, err := exec.Command(file, "-help").CombinedOutput(); err != nil {
		return finding{What: "demo", Detail: fmt.Sprintf("%s does not run: %v %.80s", file, err, out), Remedy: "run make build"}
	}
	return finding{What: "demo", OK: true, Detail: file}
}
