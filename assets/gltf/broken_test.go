package gltf

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func TestBrokenFilesAreRefused(t *testing.T) {
	good := textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`)
	for name, c := range map[string]struct{ old, new, want string }{
		"no version":         {`"version":"2.0"`, `"version":"1.0"`, "version"},
		"null accessor":      {positions, `null`, "accessor 0"},
		"null view":          {wholeView + "]", `null]`, "do not fit"},
		"required extension": {`"asset"`, `"extensionsRequired":["EXT_unknown"],"asset"`, "requires the extension EXT_unknown"},
		"node cycle":         {`"mesh":0}`, `"mesh":0,"children":[0]}`, "of itself"},
		"no such child":      {`"mesh":0}`, `"mesh":0,"children":[7]}`, "no node 7"},
		"negative child":     {`"mesh":0}`, `"mesh":0,"children":[-1]}`, "no node -1"},
		"no such mesh":       {`"mesh":0}`, `"mesh":1}`, "no mesh 1"},
		"no such scene":      {`"asset"`, `"scene":3,"asset"`, "no scene 3"},
		"view past buffer":   {wholeView, `{"buffer":0,"byteLength":37}`, "outside its buffer"},
		"negative offset":    {wholeView, `{"buffer":0,"byteOffset":-4,"byteLength":36}`, "outside its buffer"},
		"count past view":    {`"count":3`, `"count":4`, "do not fit"},
		"huge count":         {`"count":3`, `"count":9007199254740991`, "at most"},
		"negative count":     {`"count":3`, `"count":-3`, "at most"},
		"accessor offset":    {`"count":3`, `"byteOffset":4,"count":3`, "do not fit"},
		"huge offset":        {`"count":3`, `"byteOffset":9223372036854775807,"count":3`, "do not fit"},
		"short stride":       {wholeView, `{"buffer":0,"byteStride":4,"byteLength":36}`, "stride"},
		"no such view":       {`"bufferView":0`, `"bufferView":5`, "no buffer view 5"},
		"no such accessor":   {`"POSITION":0`, `"POSITION":9`, "no accessor 9"},
		"indices are floats": {`{"POSITION":0}`, `{"POSITION":0},"indices":0`, "does not hold indices"},
		"scalar positions":   {`"VEC3"`, `"SCALAR"`, "vectors of 1"},
		"no JSON":            {`{"asset"`, `{"asset`, "bad JSON at byte"},
		"wrong type":         {`"mesh":0}`, `"mesh":"x"}`, "nodes.mesh cannot be a JSON string"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s: %s is not in the text", name, c.old)
		}
		_, _, err := load(one(strings.Replace(good, c.old, c.new, 1)), "m.gltf", loading.Limits{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	bad := append(floats(0, 0, 0, 1, 0, 0, 0, 1, 0), 0, 1, 3, 0)
	_, _, err := load(one(textOf(bad, wholeView+`,{"buffer":0,"byteOffset":36,"byteLength":3}`,
		positions+`,{"bufferView":1,"componentType":5121,"count":3,"type":"SCALAR"}`, `{"attributes":{"POSITION":0},"indices":1}`)), "m.gltf", loading.Limits{})
	if err == nil || !strings.Contains(err.Error(), "index 3 of 3 vertices") {
		t.Errorf("an index out of range gave %v", err)
	}
	nan := floats(0, 0, 0, 1, 0, 0, 0, float32(math.NaN()), 0)
	if _, _, err := load(one(textOf(nan, wholeView, positions, `{"attributes":{"POSITION":0}}`)), "m.gltf", loading.Limits{}); err == nil {
		t.Error("a position that is no number was taken")
	}
}

func TestLimitsAndCancel(t *testing.T) {
	fsys := one(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`))
	for _, o := range []loading.Limits{{Bytes: 100}, {Vertices: 2}} {
		if _, _, err := load(fsys, "m.gltf", o); err == nil {
			t.Errorf("limit %+v was not kept", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(loading.New(ctx, fsys, "m.gltf", loading.Limits{})); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled read gave %v", err)
	}
	deep := `{"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[`
	for i := range 2000 {
		deep += fmt.Sprintf(`{"children":[%d]},`, i+1)
	}
	if _, _, err := load(one(deep+`{}]}`), "m.gltf", loading.Limits{}); err == nil || !strings.Contains(err.Error(), "deeper") {
		t.Errorf("a deep tree gave %v", err)
	}
	if _, _, err := load(one(deep+`{}]}`), "m.gltf", loading.Limits{Nodes: 10, Depth: 5000}); err == nil || !strings.Contains(err.Error(), "more than 10 nodes") {
		t.Errorf("a large tree gave %v", err)
	}
}

func TestCancelIsQuick(t *testing.T) {
	s := scene.New()
	ball := scene.NewSphere(1, 500, 0)
	for range 8 {
		c := ball.Fork()
		c.Positions = slices.Clone(ball.Positions) // or it would be written, and read, once
		s.AddNode(scene.Root, scene.Node{Name: "ball", Mesh: s.MustAddMesh(c)})
	}
	fsys := fstest.MapFS{"m.glb": {Data: written(t, s)}}
	ctx, cancel := context.WithCancel(context.Background())
	job := loading.New(ctx, fsys, "m.glb", loading.Limits{})
	defer job.Close()
	var stopped time.Time
	job.OnProgress(func(p loading.Progress) {
		if p.Stage == loading.Decoding && stopped.IsZero() {
			stopped = time.Now()
			cancel()
		}
	})
	_, err := Read(job)
	if took := time.Since(stopped); !errors.Is(err, context.Canceled) || took > time.Second { // half of that is for a machine that does much else
		t.Errorf("%v after %v", err, took)
	}
	cancel()
}
