//go:build cgo && (linux || darwin)

package main

/*
#cgo linux LDFLAGS: -ldl -lpthread
#include <stdlib.h>
#include <string.h>
#include "shim.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/orrery-twin/orrery/twin/sim/fmi/wire"
)

// begin starts the way out.
func begin(fd int, limit time.Duration) { C.out_begin(C.int(fd), C.int64_t(limit.Milliseconds())) }

func flush() { C.out_flush() }

func emit(kind byte, payload []byte) {
	if len(payload) == 0 {
		C.out_frame(C.char(kind), nil, 0, nil, 0)
		return
	}
	C.out_frame(C.char(kind), unsafe.Pointer(&payload[0]), C.size_t(len(payload)), nil, 0)
}

// status is what a call of the FMU returned.
type status int

// errFatal marks an error after which the FMU must not be called any more.
var errFatal = errors.New("the FMU has failed for good")

// ok turns a status into an error that names the call.
func (s status) ok(call string) error {
	switch s {
	case C.ST_OK, C.ST_WARNING:
		return nil
	case C.ST_DISCARD:
		return fmt.Errorf("%s: the FMU could not compute this (discard)", call)
	case C.ST_ERROR:
		return fmt.Errorf("%s: the FMU reports an error", call)
	case C.ST_FATAL:
		return fmt.Errorf("%s: %w", call, errFatal)
	case C.ST_PENDING:
		return fmt.Errorf("%s: the FMU wants to go on by itself (pending), which is not supported", call)
	case C.ST_OVERRUN:
		return fmt.Errorf("%s: the FMU wrote more values than it declares: %w", call, errFatal)
	case C.ST_ABSENT:
		return fmt.Errorf("%s: the library lacks this function", call)
	case C.ST_MEMORY:
		return fmt.Errorf("%s: out of memory", call)
	case C.ST_TYPE:
		return fmt.Errorf("%s: this version of FMI has no such type", call)
	}
	return fmt.Errorf("%s: the FMU returned %d, which is no status: %w", call, int(s), errFatal)
}

func openLibrary(path string, version int, exchange bool) (said string, err error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var problem [512]C.char
	if !C.lib_open(name, C.int(version), C.bool(exchange), &problem[0]) {
		return "", errors.New(C.GoString(&problem[0]))
	}
	text := C.lib_version()
	if text == nil {
		return "", nil
	}
	return C.GoStringN(text, C.int(C.strnlen(text, 32))), nil
}

// handle is an instance of the FMU.
type handle struct{ c unsafe.Pointer }

func instantiate(name, token, resources string, logging bool) handle {
	a, b, c := C.CString(name), C.CString(token), C.CString(resources) // never freed: some FMUs keep them
	return handle{C.inst_new(a, b, c, C.bool(logging))}
}

func (h handle) free() { C.inst_free(h.c) }

func optional(v *float64) (C.bool, C.double) {
	if v == nil {
		return false, 0
	}
	return true, C.double(*v)
}

func (h handle) enterInit(tolerance, start float64, stop *float64) error {
	has, to := optional(stop)
	if err := status(C.inst_setup(h.c, C.bool(tolerance > 0), C.double(tolerance), C.double(start), has, to)).ok("SetupExperiment"); err != nil {
		return err
	}
	return status(C.inst_enter_init(h.c, C.bool(tolerance > 0), C.double(tolerance), C.double(start), has, to)).ok("EnterInitializationMode")
}

// plain calls a function that takes only the instance.
func (h handle) plain(call string) error {
	name := C.CString(call)
	defer C.free(unsafe.Pointer(name))
	return status(C.inst_plain(h.c, name)).ok(call)
}

func first[T any](s []T) *T {
	if len(s) == 0 {
		return new(T)
	}
	return &s[0]
}

func references(vr []uint32) *C.uint32_t { return (*C.uint32_t)(first(vr)) }
func doubles(v []float64) *C.double      { return (*C.double)(first(v)) }

func (h handle) get(t wire.Type, vr []uint32, out []float64) error {
	return status(C.inst_get(h.c, C.int(t), references(vr), C.size_t(len(vr)), doubles(out), C.size_t(len(out)))).ok("Get" + t.String())
}

func (h handle) set(t wire.Type, vr []uint32, in []float64) error {
	return status(C.inst_set(h.c, C.int(t), references(vr), C.size_t(len(vr)), doubles(in), C.size_t(len(in)))).ok("Set" + t.String())
}

func (h handle) getText(vr uint32, n int) ([]string, error) {
	raw := make([]*C.char, max(n, 1))
	if err := status(C.inst_get_text(h.c, C.uint32_t(vr), &raw[0], C.size_t(n))).ok("GetString"); err != nil {
		return nil, err
	}
	out := make([]string, n)
	for i := range out {
		out[i] = C.GoString(raw[i])
		C.free(unsafe.Pointer(raw[i]))
	}
	return out, nil
}

func (h handle) setText(vr uint32, texts []string) error {
	raw := (*[1 << 20]*C.char)(C.calloc(C.size_t(len(texts)+1), C.size_t(unsafe.Sizeof((*C.char)(nil)))))[: len(texts)+1 : len(texts)+1]
	defer func() {
		for _, p := range raw {
			C.free(unsafe.Pointer(p))
		}
		C.free(unsafe.Pointer(&raw[0]))
	}()
	for i, s := range texts {
		raw[i] = C.CString(s)
	}
	return status(C.inst_set_text(h.c, C.uint32_t(vr), &raw[0], C.size_t(len(texts)))).ok("SetString")
}

func (h handle) getBinary(vr uint32, n int) ([][]byte, error) {
	raw, sizes := make([]unsafe.Pointer, max(n, 1)), make([]C.size_t, max(n, 1))
	if err := status(C.inst_get_binary(h.c, C.uint32_t(vr), &raw[0], &sizes[0], C.size_t(n))).ok("GetBinary"); err != nil {
		return nil, err
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = C.GoBytes(raw[i], C.int(sizes[i]))
		C.free(raw[i])
	}
	return out, nil
}

func (h handle) setBinary(vr uint32, values [][]byte) error {
	raw := (*[1 << 20]unsafe.Pointer)(C.calloc(C.size_t(len(values)+1), C.size_t(unsafe.Sizeof(unsafe.Pointer(nil)))))[: len(values)+1 : len(values)+1]
	sizes := make([]C.size_t, len(values)+1)
	defer func() {
		for _, p := range raw {
			C.free(p)
		}
		C.free(unsafe.Pointer(&raw[0]))
	}()
	for i, v := range values {
		raw[i], sizes[i] = C.CBytes(v), C.size_t(len(v))
	}
	return status(C.inst_set_binary(h.c, C.uint32_t(vr), &raw[0], &sizes[0], C.size_t(len(values)))).ok("SetBinary")
}

// step makes a step of Co-Simulation. over says that the FMU asks to be ended, reached how far it got.
func (h handle) step(t, width float64, forward bool) (reached float64, over bool, err error) {
	var s C.stepped
	st := status(C.inst_step(h.c, C.double(t), C.double(width), C.bool(forward), &s))
	reached, over = float64(s.reached), bool(s.terminate)
	if st == C.ST_DISCARD && over {
		return reached, true, nil
	}
	if err := st.ok("DoStep"); err != nil {
		return reached, false, err
	}
	if !over && math.Abs(reached-(t+width)) > 1e-9*math.Max(math.Abs(t+width), width) {
		return reached, false, fmt.Errorf("DoStep: the FMU says that it went to %g s and that all is well, but it was asked to go to %g s", reached, t+width)
	}
	return reached, over, nil
}

func (h handle) setTime(t float64) error {
	return status(C.inst_set_time(h.c, C.double(t))).ok("SetTime")
}

func (h handle) setStates(x []float64) error {
	if len(x) == 0 {
		return nil
	}
	return status(C.inst_set_states(h.c, doubles(x), C.size_t(len(x)))).ok("SetContinuousStates")
}

func (h handle) vector(which C.int, call string, x []float64) error {
	if len(x) == 0 {
		return nil
	}
	return status(C.inst_vector(h.c, which, doubles(x), C.size_t(len(x)))).ok(call)
}

func (h handle) states(x []float64) error     { return h.vector(C.STATES, "GetContinuousStates", x) }
func (h handle) indicators(z []float64) error { return h.vector(C.INDICATORS, "GetEventIndicators", z) }
func (h handle) nominals(x []float64) error {
	return h.vector(C.NOMINALS, "GetNominalsOfContinuousStates", x)
}

// rates is apart from the others as it is the one that may fail without harm: discarded says that the solver should try a
// smaller step.
func (h handle) rates(dx []float64) (discarded bool, err error) {
	st := status(C.inst_vector(h.c, C.RATES, doubles(dx), C.size_t(len(dx))))
	return st == C.ST_DISCARD, st.ok("GetDerivatives")
}

// counts returns how many states and event indicators an FMU of FMI 3 says to have.
func (h handle) counts() (states, indicators int, err error) {
	var nx, nz C.size_t
	err = status(C.inst_counts(h.c, &nx, &nz)).ok("GetNumberOfContinuousStates")
	return int(nx), int(nz), err
}

// happening is what an event iteration asks for.
type happening struct {
	again, terminate, statesChanged bool
	next                            float64 // time of the next event, +Inf if there is none
}

func (h handle) update() (happening, error) {
	var e C.events
	err := status(C.inst_update(h.c, &e)).ok("UpdateDiscreteStates")
	out := happening{bool(e.again), bool(e.terminate), bool(e.states_changed), math.Inf(1)}
	if e.event_defined {
		out.next = float64(e.event_time)
	}
	return out, err
}

func (h handle) completed() (enter, over bool, err error) {
	var a, b C.bool
	err = status(C.inst_completed(h.c, &a, &b)).ok("CompletedIntegratorStep")
	return bool(a), bool(b), err
}

func (h handle) save() (unsafe.Pointer, error) {
	var p unsafe.Pointer
	if err := status(C.inst_save(h.c, &p)).ok("GetFMUState"); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, errors.New("GetFMUState: the FMU returned no state")
	}
	return p, nil
}

func (h handle) restore(p unsafe.Pointer) error {
	return status(C.inst_restore(h.c, p)).ok("SetFMUState")
}
func (h handle) forget(p unsafe.Pointer) error {
	return status(C.inst_forget(h.c, &p)).ok("FreeFMUState")
}

// largestState bounds a state that leaves the process, in bytes.
const largestState = 16 << 20

func (h handle) export(p unsafe.Pointer) ([]byte, error) {
	var n C.size_t
	if err := status(C.inst_state_size(h.c, p, &n)).ok("SerializedFMUStateSize"); err != nil {
		return nil, err
	}
	if n > largestState {
		return nil, fmt.Errorf("SerializedFMUStateSize: a state of %d MB is too large", n>>20)
	}
	out := make([]byte, n)
	return out, status(C.inst_state_bytes(h.c, p, unsafe.Pointer(first(out)), n)).ok("SerializeFMUState")
}

func (h handle) load(b []byte) (unsafe.Pointer, error) {
	var p unsafe.Pointer
	err := status(C.inst_state_from(h.c, unsafe.Pointer(first(b)), C.size_t(len(b)), &p)).ok("DeserializeFMUState")
	if err == nil && p == nil {
		err = errors.New("DeserializeFMUState: the FMU returned no state")
	}
	return p, err
}
