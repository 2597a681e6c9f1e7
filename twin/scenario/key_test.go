package scenario

import (
	"math"
	"testing"
	"time"
)

func TestKeysDifferWhereResultsDo(t *testing.T) {
	base := func() Key {
		return Key{Model: []byte("m"), Values: map[string]float64{"a": 1, "b": 0}, Seed: 7, State: []byte("s"), From: time.Unix(1, 0), Span: time.Hour, Size: 64}
	}
	id := KeyOf(base())
	if len(id) != 32 {
		t.Fatalf("id %q", id)
	}
	same := base()
	same.Values = map[string]float64{"b": math.Copysign(0, -1), "a": 1}
	if KeyOf(same) != id {
		t.Error("−0 and the order of a map change the key")
	}
	seen := map[string]string{id: "the base"}
	for name, change := range map[string]func(*Key){
		"model":  func(k *Key) { k.Model = []byte("n") },
		"value":  func(k *Key) { k.Values["a"] = math.Nextafter(1, 2) },
		"name":   func(k *Key) { delete(k.Values, "a"); k.Values["c"] = 1 },
		"more":   func(k *Key) { k.Values["c"] = 0 },
		"text":   func(k *Key) { k.Texts = map[string]string{"a": "1"} },
		"text 2": func(k *Key) { k.Texts = map[string]string{"a1": ""} },
		"seed":   func(k *Key) { k.Seed++ },
		"state":  func(k *Key) { k.State = nil },
		"from":   func(k *Key) { k.From = k.From.Add(1) },
		"span":   func(k *Key) { k.Span++ },
		"size":   func(k *Key) { k.Size++ },
		"shift":  func(k *Key) { k.Model, k.State = []byte("ms"), nil },
	} {
		k := base()
		change(&k)
		if other, twice := seen[KeyOf(k)]; twice {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[KeyOf(k)] = name
	}
}
