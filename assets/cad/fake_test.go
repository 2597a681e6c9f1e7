package cad

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakeEnv names what the test binary does instead of its tests when it plays the tool.
const fakeEnv = "ORRERY_CAD_FAKE"

func TestMain(m *testing.M) {
	if play := os.Getenv(fakeEnv); play != "" {
		playTool(play)
		return
	}
	os.Exit(m.Run())
}

// playTool behaves as a tool in trouble.
func playTool(play string) {
	say := func(text string) { fmt.Fprintln(os.Stderr, text) }
	out := ""
	if i := slices.Index(os.Args, "-o"); i >= 0 {
		out = os.Args[i+1]
	}
	write := func(length int) {
		head := append([]byte("glTF\x02\x00\x00\x00"), binary.LittleEndian.AppendUint32(nil, uint32(length))...)
		_ = os.WriteFile(out, head, 0o600)
	}
	switch play {
	case "good":
		say(`{"stage":"read","fraction":0.5}`)
		say(`{"stage":"mesh","fraction":1,"triangles":12}`)
		write(12)
		say(`{"report":{"format":"STEP","triangles":12}}`)
	case "error":
		say(`{"error":"the file is odd\nand long"}`)
		os.Exit(1)
	case "crash":
		killSelf()
	case "hang":
		say(`{"stage":"read","fraction":0.5}`)
		time.Sleep(time.Hour)
	case "orphan": // a child of the child keeps the pipe open
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fakeEnv+"=hang")
		cmd.Stderr = os.Stderr
		_ = cmd.Start()
		time.Sleep(time.Hour)
	case "nothing":
		say(`{"report":{"format":"STEP"}}`)
	case "short":
		write(4000)
		say(`{"report":{"format":"STEP"}}`)
	case "silent":
		write(12)
	case "garbage":
		os.Stderr.Write(bytes.Repeat([]byte{0xff, 0, '\n'}, 1000))
		say(strings.Repeat("x", 3*longestLine))
		say("panic: something")
		os.Exit(2)
	case "memory":
		say("fatal error: runtime: out of memory")
		say("goroutine 1 [running]:")
		os.Exit(2)
	case "absent":
		say(`{"error":"built without OpenCASCADE"}`)
		os.Exit(exitAbsent)
	}
}

// fake returns options that run the test binary as the tool.
func fake(t *testing.T, play string) Options {
	t.Helper()
	t.Setenv(fakeEnv, play)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Tool: self, TempDir: t.TempDir()}
}

// nothingLeft checks that a temporary folder is empty.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v %v", left, err)
	}
}

func TestTroubleIsOneClearError(t *testing.T) {
	for play, want := range map[string]string{
		"error": "the file is odd and long", "crash": "ended by the system (killed)", "nothing": "wrote no model: there is no file",
		"short": "wrote no model: the file has 12 bytes of 4000", "silent": "ended without a result", "garbage": "failed: panic: something",
		"memory": "out of memory", "absent": "built without OpenCASCADE",
	} {
		opts := fake(t, play)
		res, err := Convert(t.Context(), "pump.step", opts)
		if res != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "cad: pump.step: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", play, err, want)
		}
		if errors.Is(err, ErrMissing) != (play == "absent") {
			t.Errorf("%s: wrongly in the chain or not: ErrMissing", play)
		}
		nothingLeft(t, opts.TempDir)
	}
}

func TestGoodConversion(t *testing.T) {
	opts := fake(t, "good")
	var heard []Progress
	opts.Progress = func(p Progress) { heard = append(heard, p) }
	for _, convert := range []func() (*Result, error){
		func() (*Result, error) { return Convert(t.Context(), "pump.step", opts) },
		func() (*Result, error) { return ConvertReader(t.Context(), "pump.step", strings.NewReader("x"), opts) },
	} {
		heard = nil
		res, err := convert()
		if err != nil {
			t.Fatal(err)
		}
		if res.Report.Triangles != 12 || !slices.Equal(heard, []Progress{{Reading, 0.5, 0}, {Meshing, 1, 12}}) {
			t.Errorf("report %+v, progress %v", res.Report, heard)
		}
		if files, _ := os.ReadDir(filepath.Dir(res.Path)); len(files) != 1 {
			t.Errorf("beside the GLB lie %v", files)
		}
		if err := res.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, opts.TempDir)
	}
}

func TestCancelAndTimeLimitAreQuick(t *testing.T) {
	for _, play := range []string{"hang", "orphan"} {
		opts := fake(t, play)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		start := time.Now()
		_, err := Convert(ctx, "pump.step", opts)
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took > 1300*time.Millisecond {
			t.Errorf("%s: cancelled after %v with %v", play, took, err)
		}
		opts.Timeout = 300 * time.Millisecond
		start = time.Now()
		_, err = Convert(t.Context(), "pump.step", opts)
		if took := time.Since(start); err == nil || !strings.Contains(err.Error(), "time limit") || took > 1300*time.Millisecond {
			t.Errorf("%s: ended after %v with %v", play, took, err)
		}
		nothingLeft(t, opts.TempDir)
	}
}

func TestMissingToolSaysWhatToInstall(t *testing.T) {
	t.Setenv("ORRERY_CAD", "")
	t.Setenv("PATH", t.TempDir())
	err := Available()
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "apt install libocct-data-exchange-dev") {
		t.Error(err)
	}
	if _, err := Convert(t.Context(), "pump.step", Options{}); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	t.Setenv("ORRERY_CAD", filepath.Join(t.TempDir(), "nothing"))
	if err := Available(); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	opts := fake(t, "absent")
	t.Setenv("ORRERY_CAD", opts.Tool)
	if err := Available(); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "built without OpenCASCADE") {
		t.Error(err)
	}
}

func TestReaderThatFails(t *testing.T) {
	opts := fake(t, "good")
	ctx, cancel := context.WithCancel(t.Context())
	endless := readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if _, err := ConvertReader(ctx, "pump.step", endless, opts); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := readerFunc(func([]byte) (int, error) { return 0, errors.New("the disk is gone") })
	if _, err := ConvertReader(t.Context(), "pump.step", broken, opts); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Error(err)
	}
	nothingLeft(t, opts.TempDir)
}

func TestUnknownPrecision(t *testing.T) {
	opts := fake(t, "good")
	opts.Precision = "best"
	if _, err := Convert(t.Context(), "pump.step", opts); err == nil || !strings.Contains(err.Error(), "coarse, normal or fine") {
		t.Error(err)
	}
}

func TestSniff(t *testing.T) {
	start := strings.Repeat(" ", 72) + "S0000001\n"
	for text, want := range map[string]Format{
		"ISO-10303-21;\n": STEP, "\xef\xbb\xbf \r\nISO-10303-21;": STEP, "DBRep_DrawableShape\n": BREP, "\nCASCADE Topology V1, (c)": BREP,
		"\nOpen CASCADE Topology V4 (c)\n": BREP, start: IGES, "S": "", "": "", strings.Repeat("\x00", 100): "", "solid cube": "",
	} {
		if got := Sniff([]byte(text)); got != want {
			t.Errorf("%.20q: %q, want %q", text, got, want)
		}
	}
	for name, want := range map[string]Format{"a.STP": STEP, "x/y.step": STEP, "a.iges": IGES, "a.brp": BREP, "a.glb": "", "step": ""} {
		if got := ByName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// The listener stays within its bounds whatever a child says, and however it cuts its lines.
func FuzzListener(f *testing.F) {
	f.Add([]byte("{\"stage\":\"read\",\"fraction\":1e999}\n{\"report\":{}}\n"), 3)
	f.Add([]byte("{\"error\":\"a\\nb\"}\nnull\n[]\n{\"report\":null}"), 1)
	f.Add(bytes.Repeat([]byte("x"), longestLine+5), 1000)
	f.Fuzz(func(t *testing.T, said []byte, step int) {
		step = min(max(step, 1), 1<<16)
		l := &listener{progress: func(p Progress) {
			if p.Fraction < -1 || p.Fraction > 1 || p.Triangles < 0 {
				t.Errorf("progress %+v", p)
			}
		}}
		for piece := range slices.Chunk(said, step) {
			if n, err := l.Write(piece); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
			if len(l.line) > longestLine {
				t.Fatalf("kept %d bytes", len(l.line))
			}
		}
		l.flush()
		r, err := l.verdict(nil, nil)
		if (r == nil) == (err == nil) {
			t.Errorf("report %v, error %v", r, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q", err)
		}
	})
}
