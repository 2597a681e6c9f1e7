package ui

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/timeline"
)

// The test below edits a binding in a real window of a virtual display, with a real pointer. Fyne wants the main goroutine,
// so the window lives in a process of its own: this test binary, started again.
const windowEnv = "ORRERY_BINDINGS_WINDOW"

func TestMain(m *testing.M) {
	if dir := os.Getenv(windowEnv); dir != "" {
		if err := showBindingWindow(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// windowState is what the window tells the test for each line that it is sent.
type windowState struct {
	Widgets  map[string]ProbeRect
	Frame    int64   // when the first picture was there, ms
	X, Y     float64 // of the generator in the window
	Under    string  // node below that place
	Bindings int
	Card     bool
	Fault    string
	Dirty    bool
	Title    string
}

// showBindingWindow is the main function of the process with the window; the twin lies in dir.
func showBindingWindow(dir string) error {
	p, err := project.Load(filepath.Join(dir, "twin.yaml"))
	if err != nil {
		return err
	}
	s, err := LoadScenery(context.Background(), p, nil, nil)
	if err != nil {
		return err
	}
	a := app.NewWithID("orrery.bindings.test")
	shell := New(a, Options{Size: fyne.NewSize(1280, 900), Theme: "day"})
	world := NewStage(p, s, "readback").(*stage)
	snap := fakeValues(p.Tree)
	d := Desk{Project: p, Timeline: timeline.New(time.Now), Engine: &fakeEngine{snap: snap}, Stage: world, User: "test"}
	generator, _ := p.Tree.AssetByPath("farm/T03/generator")
	state := func() windowState {
		probe := shell.Probe()
		st := windowState{Widgets: probe.Widgets, Frame: probe.FirstFrameMS, Bindings: len(s.Bindings), Card: shell.desk.edits.card.open,
			Fault: shell.desk.edits.card.fault, Dirty: shell.desk.edits.dirty, Title: shell.window.Title()}
		view := world.view
		size, from := view.Size(), fyne.CurrentApp().Driver().AbsolutePositionForObject(view)
		if part, ok := world.PartOf(generator); ok {
			at := s.Scene.Bounds(s.find(part.Model, part.Node)).Center()
			x, y, _, _ := view.Camera().Project(at, float64(size.Width), float64(size.Height))
			st.X, st.Y = x+float64(from.X), y+float64(from.Y)
			if under, ok := world.PartAt(fyne.NewPos(float32(st.X), float32(st.Y))); ok {
				st.Under = under.Node
			}
		}
		return st
	}
	go func() {
		defer fyne.Do(shell.window.Close)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			var text []byte
			fyne.DoAndWait(func() { text, _ = json.Marshal(state()) })
			fmt.Println("STATE " + string(text))
		}
	}()
	a.Lifecycle().SetOnStarted(func() {
		if err := shell.Open(d); err != nil {
			fmt.Fprintln(os.Stderr, err)
			a.Quit()
			return
		}
		shell.desk.selectAsset(generator, true)
		shell.desk.face("right", "right") // from the front the gearbox stands before it
	})
	shell.Run()
	return nil
}

// hand drives the window of another process.
type hand struct {
	t       *testing.T
	display string
	in      io.Writer
	out     *bufio.Scanner
}

func newHand(t *testing.T, dir string) *hand {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the virtual display is X11's")
	}
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: %v", tool, err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		x.Process.Kill()
		x.Wait()
	})
	w.Close()
	name, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	h := &hand{t: t, display: ":" + strings.TrimSpace(name)}
	cmd := exec.Command(os.Args[0])
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "DISPLAY="+h.display, windowEnv+"="+dir, "FYNE_SCALE=1", "LANG=en_GB.UTF-8", "WAYLAND_DISPLAY=", "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait()
	})
	h.in, h.out = in, bufio.NewScanner(out)
	h.out.Buffer(nil, 1<<22)
	return h
}

// look asks the window what it shows.
func (h *hand) look() (st windowState) {
	h.t.Helper()
	if _, err := io.WriteString(h.in, "\n"); err != nil {
		h.t.Fatalf("the window is gone: %v", err)
	}
	for h.out.Scan() {
		if text, ok := strings.CutPrefix(h.out.Text(), "STATE "); ok {
			if err := json.Unmarshal([]byte(text), &st); err != nil {
				h.t.Fatal(err)
			}
			return st
		}
	}
	h.t.Fatal("the window says nothing more")
	return st
}

// until waits for something to be seen.
func (h *hand) until(what string, ok func(windowState) bool) windowState {
	h.t.Helper()
	var st windowState
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if st = h.look(); ok(st) {
			return st
		}
	}
	h.t.Fatalf("timed out: %s; title %q, card %v, fault %q, %d bindings, %q under %.1f, %.1f", what, st.Title, st.Card, st.Fault, st.Bindings, st.Under, st.X, st.Y)
	return st
}

func (h *hand) do(args ...any) {
	h.t.Helper()
	text := make([]string, len(args))
	for i, a := range args {
		text[i] = fmt.Sprint(a)
	}
	cmd := exec.Command("xdotool", text...)
	cmd.Env = append(os.Environ(), "DISPLAY="+h.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("xdotool %v: %v %s", args, err, out)
	}
	time.Sleep(60 * time.Millisecond)
}

func (h *hand) click(st windowState, name string) {
	h.t.Helper()
	r, ok := st.Widgets[name]
	if !ok {
		h.t.Fatalf("there is no %s", name)
	}
	h.do("mousemove", int(r.X+r.W/2), int(r.Y+r.H/2))
	h.do("click", 1)
}

func TestASignalIsDraggedChangedAndSavedInARealWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and a virtual display")
	}
	dir := t.TempDir()
	if err := demo.Write(dir); err != nil {
		t.Fatal(err)
	}
	h := newHand(t, dir)
	const row = "signal:farm/T03/generator/gen_speed"
	h.until("the first picture", func(st windowState) bool { _, ok := st.Widgets[row]; return ok && st.Frame > 0 })
	last := windowState{}
	st := h.until("the camera to rest on the generator", func(st windowState) bool {
		still := st.Under == "generator" && st.X == last.X && st.Y == last.Y
		last = st
		return still
	})
	from := st.Widgets[row]
	x, y := int(from.X+40), int(from.Y+from.H/2)
	h.do("mousemove", x, y)
	h.do("mousedown", 1)
	for i := 1; i <= 10; i++ {
		h.do("mousemove", x+(int(st.X)-x)*i/10, y+(int(st.Y)-y)*i/10)
	}
	h.do("mousemove", int(st.X)+1, int(st.Y))
	h.do("mouseup", 1)
	bound := h.until("the binding", func(now windowState) bool { return now.Card && now.Dirty && now.Bindings == st.Bindings+6 })
	if bound.Fault != "" || !strings.HasPrefix(bound.Title, "●") {
		t.Errorf("fault %q, title %q", bound.Fault, bound.Title)
	}
	h.click(bound, "field:gain")
	h.do("key", "ctrl+a")
	h.do("type", "--delay", 40, "--", "0.25")
	h.do("key", "Return")
	h.do("key", "ctrl+s")
	saved := h.until("the twin to be saved", func(now windowState) bool { return !now.Dirty && now.Fault == "" })
	if strings.HasPrefix(saved.Title, "●") {
		t.Errorf("the title is %q", saved.Title)
	}
	text, err := os.ReadFile(filepath.Join(dir, "twin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, line := range strings.Split(string(text), "\n") {
		found = found || strings.Contains(line, "gen_speed") && strings.Contains(line, "node: generator") && strings.Contains(line, "gain: 0.25")
	}
	if !found {
		t.Errorf("the saved file has no such binding:\n%s", grep(string(text), "gen_speed"))
	}
}

func grep(text, word string) string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if strings.Contains(l, word) {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}
