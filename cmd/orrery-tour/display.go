package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// display is a virtual X server with the tools to type, point and look.
type display struct {
	name string // ":99"
	xvfb *exec.Cmd
}

// openDisplay starts Xvfb on a free display number and waits until it answers.
func openDisplay(ctx context.Context, size string) (*display, error) {
	for _, tool := range []string{"Xvfb", "xdotool", "import", "convert"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%s is missing: install xvfb, xdotool and imagemagick, or run make run", tool)
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	// -displayfd lets the server choose a free number and say so when it is ready.
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp", "+extension", "GLX", "+render", "-noreset")
	cmd.ExtraFiles = []*os.File{write}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		write.Close()
		return nil, err
	}
	write.Close()
	if err := read.SetReadDeadline(time.Now().Add(15 * time.Second)); err != nil {
		return nil, err
	}
	// The number and its line end come apart; a pipe that is closed between them would end the server.
	line, err := bufio.NewReader(read).ReadString('\n')
	number, perr := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || perr != nil {
		cmd.Process.Kill()
		return nil, fmt.Errorf("the virtual display did not start: %w", errors.Join(err, perr))
	}
	return &display{name: fmt.Sprintf(":%d", number), xvfb: cmd}, ctx.Err()
}

func (d *display) close() {
	d.xvfb.Process.Signal(syscall.SIGTERM)
	d.xvfb.Wait()
}

// env is the environment of a program that shows itself on this display.
func (d *display) env() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "DISPLAY=") && !strings.HasPrefix(kv, "WAYLAND_DISPLAY=") {
			env = append(env, kv)
		}
	}
	return append(env, "DISPLAY="+d.name)
}

func (d *display) tool(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.env()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w %s", name, strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// input sends one xdotool chain.
func (d *display) input(ctx context.Context, args ...string) error {
	_, err := d.tool(ctx, "xdotool", args...)
	return err
}

// drag presses a button at a, moves to b in small steps as a hand would, and releases.
func (d *display) drag(ctx context.Context, button string, a, b point, took time.Duration, hold func() error) error {
	if err := d.input(ctx, "mousemove", a.x(), a.y(), "sleep", "0.1", "mousedown", button); err != nil {
		return err
	}
	const steps = 24
	for i := 1; i <= steps; i++ {
		p := point{a.X + (b.X-a.X)*float64(i)/steps, a.Y + (b.Y-a.Y)*float64(i)/steps}
		if err := d.input(ctx, "mousemove", p.x(), p.y()); err != nil {
			return err
		}
		time.Sleep(took / steps)
	}
	var err error
	if hold != nil {
		err = hold()
	}
	if up := d.input(ctx, "mouseup", button); err == nil {
		err = up
	}
	return err
}

func (d *display) click(ctx context.Context, p point) error {
	return d.input(ctx, "mousemove", p.x(), p.y(), "sleep", "0.15", "mousedown", "1", "sleep", "0.05", "mouseup", "1")
}

// shoot saves the whole display with a caption bar below it.
func (d *display) shoot(ctx context.Context, dir, file, caption string) error {
	raw := filepath.Join(dir, "raw-"+file)
	defer os.Remove(raw)
	if _, err := d.tool(ctx, "import", "-window", "root", raw); err != nil {
		return err
	}
	_, err := d.tool(ctx, "convert", raw, "-background", "#101216", "-fill", "#DADEE3", "-gravity", "West", "-pointsize", "20",
		"-splice", "0x0", "(", "-size", "x40", "label: "+strings.ReplaceAll(caption, "%", "%%"), ")", "-append", filepath.Join(dir, file))
	return err
}

// difference is the share of pixels inside box that differ between two moments.
func (d *display) difference(ctx context.Context, dir string, box rect, wait time.Duration) (float64, error) {
	a, b := filepath.Join(dir, "a.png"), filepath.Join(dir, "b.png")
	defer os.Remove(a)
	defer os.Remove(b)
	crop := fmt.Sprintf("%.0fx%.0f+%.0f+%.0f", box.W, box.H, box.X, box.Y)
	if _, err := d.tool(ctx, "import", "-window", "root", "-crop", crop, "+repage", a); err != nil {
		return 0, err
	}
	time.Sleep(wait)
	if _, err := d.tool(ctx, "import", "-window", "root", "-crop", crop, "+repage", b); err != nil {
		return 0, err
	}
	// compare prints the count of differing pixels on stderr and exits with 1 when there are any.
	cmd := exec.CommandContext(ctx, "compare", "-metric", "AE", "-fuzz", "3%", a, b, "null:")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	_ = cmd.Run()
	n, err := strconv.ParseFloat(strings.Fields(errs.String() + " x")[0], 64)
	if err != nil {
		return 0, fmt.Errorf("compare: %s", errs.String())
	}
	return n / (box.W * box.H), nil
}
