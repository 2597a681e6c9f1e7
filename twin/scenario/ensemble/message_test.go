package ensemble

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var someOrder = order{Kind: "study answer", Batch: "b1", ID: "job 7/ü", Model: bundleOf([]byte("x")).Hash, Limit: time.Minute, Payload: []byte{1, 2, 3}}
var someAnswer = answer{ID: "job 7", Worker: "host-1", Failed: "no", Took: time.Second, Payload: []byte{}}

func TestMessagesComeBackAsTheyWere(t *testing.T) {
	o, err := decodeOrder(someOrder.encode())
	if err != nil || !reflect.DeepEqual(*o, someOrder) {
		t.Errorf("%+v, %v", o, err)
	}
	a, err := decodeAnswer(someAnswer.encode())
	if err != nil || !reflect.DeepEqual(*a, someAnswer) {
		t.Errorf("%+v, %v", a, err)
	}
	n := notice{Version: version, Op: opBeat, Worker: "w", Slots: 2, Running: 1, Done: 77}
	if got, err := decodeNotice(n.encode()); err != nil || got != n {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadMessagesAreRefused(t *testing.T) {
	newer := someOrder.encode()
	newer[2] = version + 1
	var other *VersionError
	if _, err := decodeOrder(newer); !errors.As(err, &other) || other.Theirs != version+1 {
		t.Errorf("a newer message: %v", err)
	}
	if _, err := decodeNotice([]byte(`{"v":2,"op":"beat"}`)); !errors.As(err, &other) {
		t.Errorf("a newer notice: %v", err)
	}
	for name, change := range map[string]func(*order){
		"batch":  func(o *order) { o.Batch = "a.>" },
		"kind":   func(o *order) { o.Kind = "" },
		"long":   func(o *order) { o.Kind = strings.Repeat("k", maxName+1) },
		"id":     func(o *order) { o.ID = "" },
		"model":  func(o *order) { o.Model = "../../etc/passwd" },
		"limit":  func(o *order) { o.Limit = 0 },
		"bigger": func(o *order) { o.Payload = make([]byte, maxPayload+1) },
	} {
		o := someOrder
		change(&o)
		if _, err := decodeOrder(o.encode()); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := someOrder.encode()
	for n := range len(whole) - len(someOrder.Payload) {
		if _, err := decodeOrder(whole[:n]); err == nil {
			t.Errorf("an order cut at %d was taken", n)
		}
	}
}

// What is decoded is within its caps and comes back the same from its own encoding.
func FuzzDecode(f *testing.F) {
	f.Add(someOrder.encode())
	f.Add(someAnswer.encode())
	f.Add(notice{Op: opRefuse, Worker: "w", Reason: "no"}.encode())
	f.Add([]byte("OJ\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, err := decodeOrder(b); err == nil {
			if len(o.Kind) > maxName || len(o.ID) > maxID || o.Limit > maxLimit || !isToken(o.Batch) {
				t.Errorf("beyond the caps: %+v", o)
			}
			if again, err := decodeOrder(o.encode()); err != nil || !reflect.DeepEqual(again, o) {
				t.Errorf("%+v became %+v, %v", o, again, err)
			}
		}
		if a, err := decodeAnswer(b); err == nil {
			if again, err := decodeAnswer(a.encode()); err != nil || !reflect.DeepEqual(again, a) {
				t.Errorf("%+v became %+v, %v", a, again, err)
			}
		}
		if n, err := decodeNotice(b); err == nil && (len(n.Worker) > maxName || n.Slots < 0) {
			t.Errorf("beyond the caps: %+v", n)
		}
	})
}

// No bundle writes outside of its folder, and what it writes is within the caps.
func FuzzUnpack(f *testing.F) {
	b, err := Pack(fstest.MapFS{"a/b.yaml": {Data: []byte("x: 1")}, "c": {}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Data)
	f.Add(hostile(f, "../out"))
	f.Add(hostile(f, "/etc/out"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		_ = Unpack(data, dir+"/in")
		for _, name := range listed(t, dir) {
			if !strings.HasPrefix(name, "in") {
				t.Errorf("%q was written outside", name)
			}
		}
	})
}

func TestHostileBundles(t *testing.T) {
	for _, name := range []string{"../out", "/out", "a/../../out", `a\..\out`, "C:out", ".", "", "a//b"} {
		if err := Unpack(hostile(t, name), t.TempDir()); err == nil {
			t.Errorf("the name %q was taken", name)
		}
	}
	if err := Unpack([]byte("no bundle"), t.TempDir()); err == nil {
		t.Error("what is no bundle was taken")
	}
	twice, err := Pack(fstest.MapFS{"a": {Data: []byte("1")}, "b": {Data: []byte("2")}}, func(string) (string, bool) { return "same", true })
	if err != nil {
		t.Fatal(err)
	}
	if err := Unpack(twice.Data, t.TempDir()); err == nil {
		t.Error("a name that comes twice was taken")
	}
}

func TestPackLeavesOutAndRenames(t *testing.T) {
	b, err := Pack(fstest.MapFS{"plant.yaml": {Data: []byte("p")}, "models/big.glb": {Data: bytes.Repeat([]byte("g"), 1000)}, "other.txt": {}},
		func(name string) (string, bool) {
			switch name {
			case "plant.yaml":
				return "twin.yaml", true
			case "other.txt":
				return "", false
			}
			return name, false
		})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Unpack(b.Data, dir); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(listed(t, dir), " "); got != "models models/big.glb twin.yaml" {
		t.Errorf("unpacked: %s", got)
	}
}
