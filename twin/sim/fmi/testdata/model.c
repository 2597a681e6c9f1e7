// An FMU for tests, of FMI 2 (-DFMI=2) or 3 (-DFMI=3), with both interfaces. Two models: a first-order lag with a counter of
// whole seconds, and (-DBALL) a bouncing ball. The parameter fault makes it misbehave from 0.5 s on; -DWITHOUT_STEP leaves
// a function out. The declarations are written from the standard's text.

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OK, WARNING, DISCARD, ERROR, FATAL };

// Value references.
enum { TIME, X, DX, U, Y, GAIN, TAU, COUNT, FAULT, LABEL, LOUD, VECTOR, DY, G, E, SWITCH, MONO };

enum fault { NONE, CRASH, HANG, OVERRUN, REFUSE, QUIT, NAN_OUT, OVERFLOW, STRANGE, STOP, BACKWARD, ABORT, WILD };

typedef void (*logger2)(void *, const char *, int, const char *, const char *, ...);
typedef void (*logger3)(void *, int, const char *, const char *);

typedef struct {
	double t, x[2], u, gain, tau, g, e, vector[3];
	int count, fault, loud, on;
	char label[64];
	void *log, *env;
} model;

#ifdef BALL
enum { STATES = 2, INDICATORS = 1 };
#else
enum { STATES = 1, INDICATORS = 0 };
#endif

static void note(model *m, int status, const char *text) {
	if (!m->log) return;
#if FMI == 2
	((logger2)m->log)(m->env, "test", status, "events", "%s (%d)", text, m->count);
#else
	((logger3)m->log)(m->env, status, "events", text);
#endif
}

static void rates(model *m, double *dx) {
#ifdef BALL
	dx[0] = m->x[1];
	dx[1] = m->on ? -m->g : 0;
#else
	dx[0] = (m->gain * m->u - m->x[0]) / m->tau;
#endif
}

static int deep(int n) {
	volatile char room[4096];
	room[0] = (char)n;
	return n == 0 ? room[0] : deep(n - 1) + room[0];
}

// misbehave does what the parameter asks for; it returns a status.
static int misbehave(model *m) {
	if (m->t < 0.5 - 1e-9) return OK;
	switch (m->fault) {
	case CRASH: *(volatile int *)8 = 1; break;
	case HANG: for (volatile int on = 1; on;) usleep(1000); break;
	case REFUSE: note(m, ERROR, "no more"); return ERROR;
	case QUIT: exit(0);
	case OVERFLOW: return deep(1 << 28);
	case STRANGE: return 42;
	case ABORT: abort();
	}
	return OK;
}

static void bounce(model *m) {
#ifdef BALL
	if (m->on && m->x[0] <= 0 && m->x[1] < 0) {
		m->x[0] = 2.2250738585072014e-308;
		m->x[1] *= -m->e;
		m->count++;
		if (m->x[1] < 0.01) {
			m->x[1] = 0;
			m->on = 0;
		}
	}
#else
	(void)m;
#endif
}

static void tick(model *m) {
#ifndef BALL
	while (m->count + 1 <= m->t + 1e-9) m->count++;
#else
	(void)m;
#endif
}

static int get_real(model *m, uint32_t vr, double *v) {
	double dx[2] = {0, 0};
	rates(m, dx);
	switch (vr) {
	case TIME: *v = m->t; break;
	case X: *v = m->x[0]; break;
	case DX: *v = dx[0]; break;
	case U: *v = m->u; break;
	case Y: *v = m->fault == NAN_OUT && m->t >= 0.5 ? NAN : m->x[0]; break;
	case GAIN: *v = m->gain; break;
	case TAU: *v = m->tau; break;
	case G: *v = m->g; break;
	case E: *v = m->e; break;
	case SWITCH: *v = m->x[1]; break; // the speed of the ball
	case DY: *v = dx[1]; break;
	case MONO: *v = m->x[0] > 0 ? m->x[0] : 0; break;
	default: return ERROR;
	}
	return OK;
}

static int set_real(model *m, uint32_t vr, double v) {
	switch (vr) {
	case X: m->x[0] = v; break;
	case SWITCH: m->x[1] = v; break;
	case U: m->u = v; break;
	case GAIN: m->gain = v; break;
	case TAU: m->tau = v; break;
	case G: m->g = v; break;
	case E: m->e = v; break;
	default: return ERROR;
	}
	return OK;
}

#if FMI == 2
#define FN(name) fmi2##name
#define TYPES const uint32_t vr[], size_t n
#define VALUES(T) T v[]
typedef int flag;
#else
#define FN(name) fmi3##name
#define TYPES const uint32_t vr[], size_t n
#define VALUES(T) T v[], size_t nv
typedef bool flag;
#endif

const char *FN(GetVersion)(void) {
#ifdef OLD
	return "1.0";
#else
	return FMI == 2 ? "2.0" : "3.0";
#endif
}

static model *make(const char *token, void *log, void *env) {
	if (strcmp(token, "{orrery-test}") != 0) return NULL;
	model *m = calloc(1, sizeof *m);
	m->gain = 1;
	m->tau = 1;
	m->g = 9.81;
	m->e = 0.7;
	m->on = 1;
	m->u = 1;
	m->vector[0] = 1, m->vector[1] = 2, m->vector[2] = 3;
	strcpy(m->label, "made");
	m->log = log;
	m->env = env;
#ifdef BALL
	m->x[0] = 1;
#endif
	printf("hello from the model\n");
	fflush(stdout);
	return m;
}

#if FMI == 2
typedef struct {
	logger2 log;
	void *(*allocate)(size_t, size_t);
	void (*release)(void *);
	void (*finished)(void *, int);
	void *env;
} callbacks;

void *fmi2Instantiate(const char *name, int type, const char *guid, const char *where, const callbacks *c, int visible, int logging) {
	(void)name, (void)type, (void)visible, (void)logging;
	if (strncmp(where, "file://", 7) != 0) return NULL;
	return make(guid, (void *)c->log, c->env);
}

int fmi2SetupExperiment(model *m, int has_tolerance, double tolerance, double start, int has_stop, double stop) {
	(void)has_tolerance, (void)tolerance, (void)has_stop, (void)stop;
	m->t = start;
	return OK;
}

int fmi2EnterInitializationMode(model *m) { (void)m; return OK; }
#else
void *fmi3InstantiateModelExchange(const char *name, const char *token, const char *where, bool visible, bool logging, void *env, logger3 log) {
	(void)name, (void)visible, (void)logging;
	if (where[0] != '/' || where[strlen(where) - 1] != '/') return NULL;
	return make(token, (void *)log, env);
}

void *fmi3InstantiateCoSimulation(const char *name, const char *token, const char *where, bool visible, bool logging, bool events, bool early,
	const uint32_t needed[], size_t n, void *env, logger3 log, void *update) {
	(void)events, (void)early, (void)needed, (void)n, (void)update;
	return fmi3InstantiateModelExchange(name, token, where, visible, logging, env, log);
}

int fmi3EnterInitializationMode(model *m, bool has_tolerance, double tolerance, double start, bool has_stop, double stop) {
	(void)has_tolerance, (void)tolerance, (void)has_stop, (void)stop;
	m->t = start;
	return OK;
}
#endif

int FN(ExitInitializationMode)(model *m) { note(m, OK, "initialised"); return OK; }
int FN(Terminate)(model *m) { (void)m; return OK; }
int FN(Reset)(model *m) { (void)m; return OK; }
void FN(FreeInstance)(model *m) { free(m); }
int FN(EnterEventMode)(model *m) { (void)m; return OK; }
int FN(EnterContinuousTimeMode)(model *m) { (void)m; return OK; }

#if FMI == 2
int fmi2GetReal(model *m, TYPES, VALUES(double)) {
#else
int fmi3GetFloat64(model *m, TYPES, VALUES(double)) {
#endif
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (vr[i] == VECTOR) {
			memcpy(v + at, m->vector, sizeof m->vector);
			at += 3;
			continue;
		}
		if (get_real(m, vr[i], v + at) != OK) return ERROR;
		at++;
	}
	if (m->fault == OVERRUN && m->t >= 0.5) memset(v + at, 0x55, 200);
#if FMI == 3
	(void)nv;
#endif
	return OK;
}

#if FMI == 2
int fmi2SetReal(model *m, TYPES, VALUES(const double)) {
#else
int fmi3SetFloat64(model *m, TYPES, VALUES(const double)) {
	(void)nv;
#endif
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (vr[i] == VECTOR) {
			memcpy(m->vector, v + at, sizeof m->vector);
			at += 3;
			continue;
		}
		if (set_real(m, vr[i], v[at++]) != OK) return ERROR;
	}
	return OK;
}

#if FMI == 2
int fmi2GetInteger(model *m, TYPES, VALUES(int)) {
#else
int fmi3GetInt32(model *m, TYPES, VALUES(int32_t)) {
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++) v[i] = vr[i] == FAULT ? m->fault : m->count;
	return OK;
}

#if FMI == 2
int fmi2SetInteger(model *m, TYPES, VALUES(const int)) {
#else
int fmi3SetInt32(model *m, TYPES, VALUES(const int32_t)) {
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++)
		if (vr[i] == FAULT) m->fault = v[i];
	return OK;
}

int FN(GetBoolean)(model *m, TYPES, VALUES(flag)) {
	(void)vr;
#if FMI == 3
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++) v[i] = m->loud;
	return OK;
}

int FN(SetBoolean)(model *m, TYPES, VALUES(const flag)) {
	(void)vr;
#if FMI == 3
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++) m->loud = v[i];
	return OK;
}

int FN(GetString)(model *m, TYPES, VALUES(const char *)) {
	(void)vr;
#if FMI == 3
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++) v[i] = m->fault == WILD ? (const char *)64 : m->label;
	return OK;
}

int FN(SetString)(model *m, TYPES, const char *const v[]
#if FMI == 3
	, size_t nv
#endif
) {
	(void)vr;
#if FMI == 3
	(void)nv;
#endif
	for (size_t i = 0; i < n; i++) snprintf(m->label, sizeof m->label, "%s", v[i]);
	return OK;
}

// advance goes on by h: the lag exactly, the ball in small steps.
static void advance(model *m, double h) {
#ifdef BALL
	int n = (int)(h / 1e-4 + 0.5);
	if (n < 1) n = 1;
	for (int i = 0; i < n; i++) {
		double dx[2];
		rates(m, dx);
		m->x[1] += h / n * dx[1];
		m->x[0] += h / n * m->x[1];
		bounce(m);
	}
#else
	double to = m->gain * m->u;
	m->x[0] = to + (m->x[0] - to) * exp(-h / m->tau);
#endif
	m->t += h;
	tick(m);
}

#ifndef WITHOUT_STEP
#if FMI == 2
int fmi2DoStep(model *m, double t, double h, int forward) {
	(void)t, (void)forward;
	int status = misbehave(m);
	if (status != OK) return status;
	if (m->fault == STOP && m->t >= 0.5 - 1e-9) return DISCARD;
	advance(m, h);
	return OK;
}
int fmi2GetRealStatus(model *m, int kind, double *v) { (void)kind; *v = m->t; return OK; }
int fmi2GetBooleanStatus(model *m, int kind, int *v) { (void)m; *v = kind == 3; return OK; }
#else
int fmi3DoStep(model *m, double t, double h, bool forward, bool *event, bool *terminate, bool *early, double *reached) {
	(void)t, (void)forward;
	*event = *early = false;
	*terminate = m->fault == STOP && m->t >= 0.5 - 1e-9;
	*reached = m->t;
	if (*terminate) return OK;
	int status = misbehave(m);
	if (status != OK) return status;
	advance(m, h);
	*reached = m->fault == BACKWARD && m->t > 0.5 ? m->t - h / 2 : m->t;
	return OK;
}
#endif
#endif

// Model Exchange.

int FN(SetTime)(model *m, double t) { m->t = t; return OK; }
int FN(SetContinuousStates)(model *m, const double x[], size_t n) { memcpy(m->x, x, n * sizeof *x); return OK; }
int FN(GetContinuousStates)(model *m, double x[], size_t n) { memcpy(x, m->x, n * sizeof *x); return OK; }
int FN(GetNominalsOfContinuousStates)(model *m, double x[], size_t n) {
	(void)m;
	for (size_t i = 0; i < n; i++) x[i] = 1;
	return OK;
}

#if FMI == 2
int fmi2GetDerivatives(model *m, double dx[], size_t n) {
#else
int fmi3GetContinuousStateDerivatives(model *m, double dx[], size_t n) {
#endif
	(void)n;
	int status = misbehave(m);
	if (status != OK) return status;
	rates(m, dx); // STATES numbers, whatever n says
	return OK;
}

int FN(GetEventIndicators)(model *m, double z[], size_t n) {
	(void)n;
	if (INDICATORS) z[0] = m->x[0];
	return OK;
}

int FN(CompletedIntegratorStep)(model *m, flag forward, flag *enter, flag *terminate) {
	(void)forward;
	*enter = false;
	*terminate = m->fault == STOP && m->t >= 0.5;
	return OK;
}

#if FMI == 2
typedef struct { int again, terminate, nominals, values, defined; double next; } info;
int fmi2NewDiscreteStates(model *m, info *i) {
	bounce(m);
	tick(m);
	*i = (info){0, 0, 0, 1, INDICATORS == 0, m->count + 1.0};
	return OK;
}
#else
int fmi3UpdateDiscreteStates(model *m, bool *again, bool *terminate, bool *nominals, bool *values, bool *defined, double *next) {
	bounce(m);
	tick(m);
	*again = *terminate = *nominals = false;
	*values = true;
	*defined = INDICATORS == 0;
	*next = m->count + 1.0;
	return OK;
}
int fmi3GetNumberOfContinuousStates(model *m, size_t *n) { (void)m; *n = STATES; return OK; }
int fmi3GetNumberOfEventIndicators(model *m, size_t *n) { (void)m; *n = INDICATORS; return OK; }
#endif

// States.

#if FMI == 2
#define STATE(name) fmi2##name##FMUstate
#define SERIALIZED(a, b) fmi2##a##FMUstate##b
int fmi2DeSerializeFMUstate(model *m, const char *b, size_t n, void **s) {
#else
#define STATE(name) fmi3##name##FMUState
#define SERIALIZED(a, b) fmi3##a##FMUState##b
int fmi3DeserializeFMUState(model *m, const char *b, size_t n, void **s) {
#endif
	(void)m;
	if (n != sizeof(model)) return ERROR;
	*s = malloc(n);
	memcpy(*s, b, n);
	return OK;
}

int STATE(Get)(model *m, void **s) {
	if (!*s) *s = malloc(sizeof *m);
	memcpy(*s, m, sizeof *m);
	return OK;
}

int STATE(Set)(model *m, void *s) {
	void *log = m->log, *env = m->env;
	memcpy(m, s, sizeof *m);
	m->log = log;
	m->env = env;
	return OK;
}

int STATE(Free)(model *m, void **s) { (void)m; free(*s); *s = NULL; return OK; }
int SERIALIZED(Serialized, Size)(model *m, void *s, size_t *n) { (void)m, (void)s; *n = sizeof(model); return OK; }
int STATE(Serialize)(model *m, void *s, char *b, size_t n) { (void)m; memcpy(b, s, n); return OK; }
