package fmi

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

const warmSet = `<?xml version="1.0" encoding="UTF-8"?>
<v:ParameterSet xmlns:v="http://ssp-standard.org/SSP1/SystemStructureParameterValues" version="1.0" name="warm &amp; slow">
 <v:Parameters>
  <v:Parameter name="tau"><v:Real value="2" unit="min"/></v:Parameter>
  <v:Parameter name="gain"><v:Annotations/><v:Real value="1.5"/></v:Parameter>
  <v:Parameter name="loud"><v:Boolean value="1"/></v:Parameter>
  <v:Parameter name="fault"><v:Integer value="0"/></v:Parameter>
  <v:Parameter name="label"><v:String value="a &lt;b&gt; &quot;c&quot;"/></v:Parameter>
 </v:Parameters>
</v:ParameterSet>`

func describedWithMinutes(t *testing.T) *Description {
	t.Helper()
	text := strings.Replace(describe(fixture{version: 3}), "</UnitDefinitions>", `<Unit name="min"><BaseUnit s="1" factor="60"/></Unit></UnitDefinitions>`, 1)
	d, err := ParseDescription(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAParameterSetIsReadAppliedAndWritten(t *testing.T) {
	s, err := ReadParameterSet(strings.NewReader(warmSet))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "warm & slow" || len(s.Parameters) != 5 {
		t.Fatalf("%+v", s)
	}
	given, err := s.Assignments(describedWithMinutes(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []Assignment{{"tau", Number(120)}, {"gain", Number(1.5)}, {"loud", Number(1)}, {"fault", Number(0)}, {"label", Text(`a <b> "c"`)}}
	if !reflect.DeepEqual(given, want) {
		t.Errorf("%v", given)
	}
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := ReadParameterSet(&b)
	if err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("%v\n got %+v\nwant %+v", err, again, s)
	}
}

func TestBadParameterSetsAreRefused(t *testing.T) {
	for _, c := range [][3]string{
		{"SSP1/System", "SSP9/System", "is not that of SSV 1"},
		{`version="1.0" name`, `version="2.0" name`, "version"},
		{`name="gain"`, `name="tau"`, "twice"},
		{`name="gain"`, `name=""`, "no name"},
		{`<v:Real value="1.5"/>`, ``, "it has 0 values"},
		{`<v:Real value="1.5"/>`, `<v:Real value="1"/><v:Real value="2"/>`, "it has 2 values"},
		{`<v:Real value="1.5"/>`, `<v:Real/>`, "has no value"},
		{`value="1.5"`, `value="NaN"`, "is no Real"},
		{`value="1.5"`, `value="1,5"`, "is no Real"},
		{`<v:Integer value="0"/>`, `<v:Integer value="3000000000"/>`, "is no Integer"},
		{`<v:Boolean value="1"/>`, `<v:Boolean value="yes"/>`, "is no Boolean"},
		{`<v:Boolean value="1"/>`, `<v:Binary value="00"/>`, "is not read"},
	} {
		text := strings.Replace(warmSet, c[0], c[1], 1)
		if text == warmSet {
			t.Fatalf("no %q", c[0])
		}
		if _, err := ReadParameterSet(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
	for _, c := range [][3]string{
		{`name="gain"`, `name="gian"`, `has no variable "gian"`},
		{`unit="min"`, `unit="degC"`, `"degC" cannot be turned into "s"`},
		{`value="1.5"`, `value="11"`, "out of its range"},
		{`<v:Boolean value="1"/>`, `<v:String value="1"/>`, "it takes 1"},
		{`<v:Boolean value="1"/>`, `<v:Enumeration value="on"/>`, "is no item"},
	} {
		s, err := ReadParameterSet(strings.NewReader(strings.Replace(warmSet, c[0], c[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Assignments(describedWithMinutes(t)); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
	bad := &ParameterSet{Parameters: []SetParameter{{Name: "x", Type: SetReal, Number: math.NaN()}}}
	if err := bad.Write(&bytes.Buffer{}); err == nil {
		t.Error("NaN was written")
	}
}

// FuzzParameterSet: what is read can be written and is read again as the same.
func FuzzParameterSet(f *testing.F) {
	f.Add(warmSet)
	f.Add(`<ParameterSet/>`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadParameterSet(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := ReadParameterSet(&b)
		if err != nil || len(again.Parameters) != len(s.Parameters) {
			t.Fatalf("%v: %+v, then %+v", err, s, again)
		}
	})
}
