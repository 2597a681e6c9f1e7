#ifndef ORRERY_FMU_SHIM_H
#define ORRERY_FMU_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the Go side says and hears of an FMU, whatever its version: FMI 2.0.4 and FMI 3.0.1. All names below are ours; the
// functions of the standard are looked up in the library by name.

// The kinds of values, as Type in twin/sim/fmi.
enum kind {
	FLOAT64, FLOAT32, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOLEAN, STRING, BINARY, CLOCK
};

// The status of a call: 0 to 5 as in the standard, and our own.
enum status {
	ST_OK, ST_WARNING, ST_DISCARD, ST_ERROR, ST_FATAL, ST_PENDING,
	ST_OVERRUN = 100, // the FMU wrote more than it had been asked for
	ST_ABSENT = 101,  // the library lacks the function
	ST_MEMORY = 102,
	ST_TYPE = 103 // the version has no such type
};

typedef struct {
	bool again, terminate, states_changed, event_defined;
	double event_time;
} events;

typedef struct {
	bool terminate;
	double reached; // time that the FMU says it has reached
} stepped;

// lib_open loads a library; on failure it returns false and a text in problem, which has room for 512 bytes.
bool lib_open(const char *path, int version, bool exchange, char *problem);
bool lib_has(const char *name); // an optional function, without its prefix
const char *lib_version(void);

void *inst_new(const char *name, const char *token, const char *resources, bool logging);
void inst_free(void *c);
int inst_setup(void *c, bool has_tolerance, double tolerance, double start, bool has_stop, double stop);
int inst_enter_init(void *c, bool has_tolerance, double tolerance, double start, bool has_stop, double stop);
int inst_plain(void *c, const char *name); // a function that takes nothing but the instance

int inst_get(void *c, int kind, const uint32_t *vr, size_t n, double *out, size_t nv);
int inst_set(void *c, int kind, const uint32_t *vr, size_t n, const double *in, size_t nv);
int inst_get_text(void *c, uint32_t vr, char **out, size_t n); // each to be freed
int inst_set_text(void *c, uint32_t vr, char **in, size_t n);
int inst_get_binary(void *c, uint32_t vr, void **out, size_t *sizes, size_t n); // each to be freed
int inst_set_binary(void *c, uint32_t vr, void **in, size_t *sizes, size_t n);

int inst_step(void *c, double t, double h, bool no_rewind, stepped *s);

int inst_set_time(void *c, double t);
int inst_set_states(void *c, const double *x, size_t n);
enum vector { STATES, RATES, INDICATORS, NOMINALS };
int inst_vector(void *c, int which, double *x, size_t n);
int inst_counts(void *c, size_t *states, size_t *indicators); // FMI 3 alone
int inst_update(void *c, events *e);
int inst_completed(void *c, bool *enter, bool *terminate);

int inst_save(void *c, void **state);
int inst_restore(void *c, void *state);
int inst_forget(void *c, void **state);
int inst_state_size(void *c, void *state, size_t *size);
int inst_state_bytes(void *c, void *state, void *bytes, size_t size);
int inst_state_from(void *c, const void *bytes, size_t size, void **state);

// The way out, in out.c: frames of one byte for the kind, four for the length (little endian) and the payload.
void out_begin(int fd, int64_t call_limit_ms);
void out_frame(char kind, const void *a, size_t na, const void *b, size_t nb);
void out_flush(void);
void out_log(int status, const char *category, const char *text);

// What the FMU is doing, for whoever has to say where it was lost.
extern const char *volatile call_name;
extern volatile uint64_t call_count;

#endif
