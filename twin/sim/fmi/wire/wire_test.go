package wire

import (
	"bytes"
	"reflect"
	"testing"
)

func TestFramesComeBack(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, FrameLog, []byte("0\ta\tb")); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&b, FrameAnswer, Answer{State: 3}); err != nil {
		t.Fatal(err)
	}
	r := NewReader(&b)
	for _, want := range []struct {
		kind byte
		text string
	}{{FrameLog, "0\ta\tb"}, {FrameAnswer, `{"State":3}`}} {
		kind, payload, err := r.Next()
		if err != nil || kind != want.kind || string(payload) != want.text {
			t.Errorf("%c %q %v", kind, payload, err)
		}
	}
	if _, _, err := NewReader(bytes.NewReader([]byte{'R', 255, 255, 255, 255})).Next(); err == nil {
		t.Error("a frame of 4 GB was read")
	}
}

func TestStepsAndRowsComeBack(t *testing.T) {
	in := Steps{Instances: []int{4, 1}, Times: []float64{0, .5, 1}, Width: 2, Inputs: []float64{1, 2, 3, 4, 5, 6}, Every: 7}
	var out Steps
	if err := out.Decode(in.Append(nil)); err != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%+v %v", out, err)
	}
	row := Row{Instance: 3, Step: 9, Time: .25, Values: []float64{7, 8}}
	var back Row
	if err := back.Decode(row.Append(nil)); err != nil || !reflect.DeepEqual(row, back) {
		t.Errorf("%+v %v", back, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add((&Steps{Instances: []int{0}, Times: []float64{0, 1}, Width: 1, Inputs: []float64{1, 2}}).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s Steps
		if s.Decode(b) == nil && len(s.Inputs) != s.Width*len(s.Times) {
			t.Errorf("%d inputs", len(s.Inputs))
		}
		var r Row
		_ = r.Decode(b)
	})
}
