//go:build cgo && (linux || darwin)

// The calls into the FMU. Arrays that it fills are followed by a guard of known bytes, so that an FMU which writes more
// values than its description declares is found out.

#include "shim.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*plain_fn)(void *);

enum need { OPTIONAL, ALWAYS, STEPPING, EXCHANGE };

enum fn {
	F_GetVersion, F_Instantiate, F_FreeInstance, F_Setup, F_EnterInit, F_ExitInit, F_Terminate, F_Reset, F_DoStep,
	F_RealStatus, F_BooleanStatus, F_EnterEvent, F_EnterContinuous, F_Update, F_Completed, F_SetTime, F_SetStates,
	F_GetStates, F_GetRates, F_GetIndicators, F_GetNominals, F_CountStates, F_CountIndicators, F_Save, F_Restore, F_Forget,
	F_StateSize, F_StateBytes, F_StateFrom, FUNCTIONS
};

static const struct { const char *two, *three; enum need need2, need3; } table[FUNCTIONS] = {
	[F_GetVersion] = {"GetVersion", "GetVersion", ALWAYS, ALWAYS},
	[F_Instantiate] = {"Instantiate", NULL, ALWAYS, OPTIONAL}, // FMI 3 has one for each interface
	[F_FreeInstance] = {"FreeInstance", "FreeInstance", ALWAYS, ALWAYS},
	[F_Setup] = {"SetupExperiment", NULL, ALWAYS, OPTIONAL},
	[F_EnterInit] = {"EnterInitializationMode", "EnterInitializationMode", ALWAYS, ALWAYS},
	[F_ExitInit] = {"ExitInitializationMode", "ExitInitializationMode", ALWAYS, ALWAYS},
	[F_Terminate] = {"Terminate", "Terminate", ALWAYS, ALWAYS},
	[F_Reset] = {"Reset", "Reset", OPTIONAL, OPTIONAL},
	[F_DoStep] = {"DoStep", "DoStep", STEPPING, STEPPING},
	[F_RealStatus] = {"GetRealStatus", NULL, OPTIONAL, OPTIONAL},
	[F_BooleanStatus] = {"GetBooleanStatus", NULL, OPTIONAL, OPTIONAL},
	[F_EnterEvent] = {"EnterEventMode", "EnterEventMode", EXCHANGE, EXCHANGE},
	[F_EnterContinuous] = {"EnterContinuousTimeMode", "EnterContinuousTimeMode", EXCHANGE, EXCHANGE},
	[F_Update] = {"NewDiscreteStates", "UpdateDiscreteStates", EXCHANGE, EXCHANGE},
	[F_Completed] = {"CompletedIntegratorStep", "CompletedIntegratorStep", EXCHANGE, EXCHANGE},
	[F_SetTime] = {"SetTime", "SetTime", EXCHANGE, EXCHANGE},
	[F_SetStates] = {"SetContinuousStates", "SetContinuousStates", EXCHANGE, EXCHANGE},
	[F_GetStates] = {"GetContinuousStates", "GetContinuousStates", EXCHANGE, EXCHANGE},
	[F_GetRates] = {"GetDerivatives", "GetContinuousStateDerivatives", EXCHANGE, EXCHANGE},
	[F_GetIndicators] = {"GetEventIndicators", "GetEventIndicators", EXCHANGE, EXCHANGE},
	[F_GetNominals] = {"GetNominalsOfContinuousStates", "GetNominalsOfContinuousStates", EXCHANGE, EXCHANGE},
	[F_CountStates] = {NULL, "GetNumberOfContinuousStates", OPTIONAL, EXCHANGE},
	[F_CountIndicators] = {NULL, "GetNumberOfEventIndicators", OPTIONAL, EXCHANGE},
	[F_Save] = {"GetFMUstate", "GetFMUState", OPTIONAL, OPTIONAL},
	[F_Restore] = {"SetFMUstate", "SetFMUState", OPTIONAL, OPTIONAL},
	[F_Forget] = {"FreeFMUstate", "FreeFMUState", OPTIONAL, OPTIONAL},
	[F_StateSize] = {"SerializedFMUstateSize", "SerializedFMUStateSize", OPTIONAL, OPTIONAL},
	[F_StateBytes] = {"SerializeFMUstate", "SerializeFMUState", OPTIONAL, OPTIONAL},
	[F_StateFrom] = {"DeSerializeFMUstate", "DeserializeFMUState", OPTIONAL, OPTIONAL},
};

// The types of values: their names in the functions Get… and Set… and the bytes of one value.
static const struct { const char *two, *three; size_t size2, size3; } types[] = {
	[FLOAT64] = {"Real", "Float64", 8, 8}, [FLOAT32] = {NULL, "Float32", 0, 4}, [INT8] = {NULL, "Int8", 0, 1},
	[UINT8] = {NULL, "UInt8", 0, 1}, [INT16] = {NULL, "Int16", 0, 2}, [UINT16] = {NULL, "UInt16", 0, 2},
	[INT32] = {"Integer", "Int32", 4, 4}, [UINT32] = {NULL, "UInt32", 0, 4}, [INT64] = {NULL, "Int64", 0, 8},
	[UINT64] = {NULL, "UInt64", 0, 8}, [BOOLEAN] = {"Boolean", "Boolean", sizeof(int), sizeof(bool)},
	[STRING] = {"String", "String", sizeof(char *), sizeof(char *)}, [BINARY] = {NULL, "Binary", 0, sizeof(void *)},
	[CLOCK] = {NULL, "Clock", 0, sizeof(bool)},
};

enum { KINDS = sizeof types / sizeof *types, NAME = 64, GUARD = 1024 };

static void *library;
static int two;      // the library is of FMI 2
static bool exchange; // it is used by Model Exchange
static void *fn[FUNCTIONS], *getters[KINDS], *setters[KINDS], *create;
static char names[FUNCTIONS][NAME], getter_names[KINDS][NAME], setter_names[KINDS][NAME], create_name[NAME];

#define CALLED(name, expression) (call_name = (name), call_count++, result = (expression), call_name = NULL, result)

static void *find(char *name, const char *middle, const char *rest) {
	snprintf(name, NAME, "fmi%d%s%s", two ? 2 : 3, middle, rest);
	return dlsym(library, name);
}

bool lib_open(const char *path, int version, bool me, char *problem) {
	two = version == 2;
	exchange = me;
	call_name = "loading of the library";
	call_count++;
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	call_name = NULL;
	if (!library) {
		const char *why = dlerror();
		snprintf(problem, 512, "the library cannot be loaded: %.400s", why ? why : "unknown reason");
		return false;
	}
	for (int i = 0; i < FUNCTIONS; i++) {
		const char *name = two ? table[i].two : table[i].three;
		enum need need = two ? table[i].need2 : table[i].need3;
		if (!name) continue;
		fn[i] = find(names[i], "", name);
		if (!fn[i] && (need == ALWAYS || (need == STEPPING && !me) || (need == EXCHANGE && me))) {
			snprintf(problem, 512, "the library lacks the function %s", names[i]);
			return false;
		}
	}
	for (int i = 0; i < KINDS; i++) {
		const char *name = two ? types[i].two : types[i].three;
		if (!name) continue;
		getters[i] = find(getter_names[i], "Get", name);
		setters[i] = find(setter_names[i], "Set", name);
	}
	create = two ? find(create_name, "", "Instantiate") : find(create_name, "Instantiate", me ? "ModelExchange" : "CoSimulation");
	if (!create) {
		snprintf(problem, 512, "the library lacks the function %s", create_name);
		return false;
	}
	return true;
}

bool lib_has(const char *name) {
	char full[NAME];
	return find(full, "", name) != NULL;
}

const char *lib_version(void) {
	const char *result;
	return CALLED(names[F_GetVersion], ((const char *(*)(void))fn[F_GetVersion])());
}

// The callbacks. The logger of FMI 2 is variadic.

static void log_two(void *env, const char *instance, int status, const char *category, const char *message, ...) {
	(void)env;
	(void)instance;
	char text[1200];
	va_list args;
	va_start(args, message);
	if (!message || vsnprintf(text, sizeof text, message, args) < 0) text[0] = 0;
	va_end(args);
	out_log(status, category, text);
}

static void log_three(void *env, int status, const char *category, const char *message) {
	(void)env;
	out_log(status, category, message);
}

struct callbacks_two {
	void (*logger)(void *, const char *, int, const char *, const char *, ...);
	void *(*allocate)(size_t, size_t);
	void (*release)(void *);
	void (*finished)(void *, int);
	void *env;
};

static const struct callbacks_two callbacks = {log_two, calloc, free, NULL, NULL};

void *inst_new(const char *name, const char *token, const char *resources, bool logging) {
	void *result;
	if (two) {
		typedef void *(*make)(const char *, int, const char *, const char *, const struct callbacks_two *, int, int);
		return CALLED(create_name, ((make)create)(name, exchange ? 0 : 1, token, resources, &callbacks, 0, logging));
	}
	if (exchange) {
		typedef void *(*make)(const char *, const char *, const char *, bool, bool, void *, void (*)(void *, int, const char *, const char *));
		return CALLED(create_name, ((make)create)(name, token, resources, false, logging, NULL, log_three));
	}
	typedef void *(*make)(const char *, const char *, const char *, bool, bool, bool, bool, const uint32_t *, size_t, void *,
		void (*)(void *, int, const char *, const char *), void *);
	return CALLED(create_name, ((make)create)(name, token, resources, false, logging, false, false, NULL, 0, NULL, log_three, NULL));
}

void inst_free(void *c) {
	call_name = names[F_FreeInstance];
	call_count++;
	((void (*)(void *))fn[F_FreeInstance])(c);
	call_name = NULL;
}

int inst_setup(void *c, bool has_tolerance, double tolerance, double start, bool has_stop, double stop) {
	int result;
	if (!two) return ST_OK;
	typedef int (*call)(void *, int, double, double, int, double);
	return CALLED(names[F_Setup], ((call)fn[F_Setup])(c, has_tolerance, tolerance, start, has_stop, stop));
}

int inst_enter_init(void *c, bool has_tolerance, double tolerance, double start, bool has_stop, double stop) {
	int result;
	if (two) return CALLED(names[F_EnterInit], ((plain_fn)fn[F_EnterInit])(c));
	typedef int (*call)(void *, bool, double, double, bool, double);
	return CALLED(names[F_EnterInit], ((call)fn[F_EnterInit])(c, has_tolerance, tolerance, start, has_stop, stop));
}

int inst_plain(void *c, const char *name) {
	int result;
	for (int i = 0; i < FUNCTIONS; i++)
		if (fn[i] && strcmp(names[i] + 4, name) == 0) return CALLED(names[i], ((plain_fn)fn[i])(c));
	return ST_ABSENT;
}

// The guarded memory that the FMU writes into.

static unsigned char *scratch;
static size_t scratch_size;

static void *guarded(size_t bytes) {
	if (bytes + GUARD > scratch_size) {
		unsigned char *more = realloc(scratch, bytes + GUARD);
		if (!more) return NULL;
		scratch = more;
		scratch_size = bytes + GUARD;
	}
	memset(scratch + bytes, 0xA5, GUARD);
	return scratch;
}

static int checked(int status, size_t bytes) {
	static const unsigned char word[8] = {0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5};
	for (size_t i = 0; i < GUARD; i += 8)
		if (memcmp(scratch + bytes + i, word, 8) != 0) return ST_OVERRUN;
	return status;
}

#define EACH_KIND(X) \
	X(FLOAT64, double) X(FLOAT32, float) X(INT8, int8_t) X(UINT8, uint8_t) X(INT16, int16_t) X(UINT16, uint16_t) \
	X(INT32, int32_t) X(UINT32, uint32_t) X(INT64, int64_t) X(UINT64, uint64_t) X(CLOCK, bool)

static int get_raw(void *c, int kind, const uint32_t *vr, size_t n, void *raw, size_t nv) {
	int result;
	if (two) {
		typedef int (*call)(void *, const uint32_t *, size_t, void *);
		return CALLED(getter_names[kind], ((call)getters[kind])(c, vr, n, raw));
	}
	if (kind == CLOCK) {
		typedef int (*call)(void *, const uint32_t *, size_t, void *);
		return CALLED(getter_names[kind], ((call)getters[kind])(c, vr, n, raw));
	}
	typedef int (*call)(void *, const uint32_t *, size_t, void *, size_t);
	return CALLED(getter_names[kind], ((call)getters[kind])(c, vr, n, raw, nv));
}

static int set_raw(void *c, int kind, const uint32_t *vr, size_t n, const void *raw, size_t nv) {
	int result;
	if (two || kind == CLOCK) {
		typedef int (*call)(void *, const uint32_t *, size_t, const void *);
		return CALLED(setter_names[kind], ((call)setters[kind])(c, vr, n, raw));
	}
	typedef int (*call)(void *, const uint32_t *, size_t, const void *, size_t);
	return CALLED(setter_names[kind], ((call)setters[kind])(c, vr, n, raw, nv));
}

static size_t size_of(int kind) { return kind < 0 || kind >= KINDS ? 0 : two ? types[kind].size2 : types[kind].size3; }

int inst_get(void *c, int kind, const uint32_t *vr, size_t n, double *out, size_t nv) {
	size_t size = size_of(kind);
	if (size == 0 || kind == STRING || kind == BINARY) return ST_TYPE;
	if (!getters[kind]) return ST_ABSENT;
	void *raw = guarded(nv * size);
	if (!raw) return ST_MEMORY;
	memset(raw, 0, nv * size);
	int status = checked(get_raw(c, kind, vr, n, raw, nv), nv * size);
	if (status > ST_WARNING) return status;
	if (kind == BOOLEAN) {
		for (size_t i = 0; i < nv; i++) out[i] = two ? ((int *)raw)[i] != 0 : ((unsigned char *)raw)[i] != 0;
		return status;
	}
	switch (kind) {
#define X(K, T) case K: for (size_t i = 0; i < nv; i++) out[i] = (double)((T *)raw)[i]; break;
	EACH_KIND(X)
#undef X
	}
	return status;
}

int inst_set(void *c, int kind, const uint32_t *vr, size_t n, const double *in, size_t nv) {
	size_t size = size_of(kind);
	if (size == 0 || kind == STRING || kind == BINARY) return ST_TYPE;
	if (!setters[kind]) return ST_ABSENT;
	void *raw = guarded(nv * size);
	if (!raw) return ST_MEMORY;
	if (kind == BOOLEAN) {
		for (size_t i = 0; i < nv; i++) {
			if (two) ((int *)raw)[i] = in[i] != 0;
			else ((bool *)raw)[i] = in[i] != 0;
		}
		return set_raw(c, kind, vr, n, raw, nv);
	}
	// The values are in the range of their type, the Go side has seen to that; but the greatest integers of 64 bits are
	// rounded up to the power of two above, which is none of them.
	if (kind == INT64 || kind == UINT64) {
		for (size_t i = 0; i < nv; i++) {
			if (kind == INT64) ((int64_t *)raw)[i] = in[i] >= 0x1p63 ? INT64_MAX : (int64_t)in[i];
			else ((uint64_t *)raw)[i] = in[i] >= 0x1p64 ? UINT64_MAX : (uint64_t)in[i];
		}
		return set_raw(c, kind, vr, n, raw, nv);
	}
	switch (kind) {
#define X(K, T) case K: for (size_t i = 0; i < nv; i++) ((T *)raw)[i] = (T)in[i]; break;
	EACH_KIND(X)
#undef X
	}
	return set_raw(c, kind, vr, n, raw, nv);
}

int inst_get_text(void *c, uint32_t vr, char **out, size_t n) {
	if (!getters[STRING]) return ST_ABSENT;
	size_t bytes = n * sizeof(char *);
	char **raw = guarded(bytes);
	if (!raw) return ST_MEMORY;
	memset(raw, 0, bytes);
	int status = checked(get_raw(c, STRING, &vr, 1, raw, n), bytes);
	if (status > ST_WARNING) return status;
	call_name = getter_names[STRING]; // a wild pointer is the doing of that function
	for (size_t i = 0; i < n; i++) out[i] = raw[i] ? strndup(raw[i], 1 << 20) : strdup("");
	call_name = NULL;
	return status;
}

int inst_set_text(void *c, uint32_t vr, char **in, size_t n) {
	if (!setters[STRING]) return ST_ABSENT;
	return set_raw(c, STRING, &vr, 1, in, n);
}

int inst_get_binary(void *c, uint32_t vr, void **out, size_t *sizes, size_t n) {
	if (two) return ST_TYPE;
	if (!getters[BINARY]) return ST_ABSENT;
	int result;
	size_t bytes = n * sizeof(void *);
	const void **raw = guarded(bytes);
	if (!raw) return ST_MEMORY;
	memset(raw, 0, bytes);
	memset(sizes, 0, n * sizeof *sizes);
	typedef int (*call)(void *, const uint32_t *, size_t, size_t *, const void **, size_t);
	int status = checked(CALLED(getter_names[BINARY], ((call)getters[BINARY])(c, &vr, 1, sizes, raw, n)), bytes);
	if (status > ST_WARNING) return status;
	call_name = getter_names[BINARY];
	for (size_t i = 0; i < n; i++) {
		if (sizes[i] > 1 << 20) sizes[i] = 1 << 20;
		if (!raw[i]) sizes[i] = 0;
		out[i] = malloc(sizes[i] + 1);
		if (out[i] && sizes[i]) memcpy(out[i], raw[i], sizes[i]);
	}
	call_name = NULL;
	return status;
}

int inst_set_binary(void *c, uint32_t vr, void **in, size_t *sizes, size_t n) {
	if (two) return ST_TYPE;
	if (!setters[BINARY]) return ST_ABSENT;
	int result;
	typedef int (*call)(void *, const uint32_t *, size_t, const size_t *, void **, size_t);
	return CALLED(setter_names[BINARY], ((call)setters[BINARY])(c, &vr, 1, sizes, in, n));
}

int inst_step(void *c, double t, double h, bool no_rewind, stepped *s) {
	int result;
	s->terminate = false;
	s->reached = t + h;
	if (!two) {
		typedef int (*call)(void *, double, double, bool, bool *, bool *, bool *, double *);
		bool event = false, early = false;
		return CALLED(names[F_DoStep], ((call)fn[F_DoStep])(c, t, h, no_rewind, &event, &s->terminate, &early, &s->reached));
	}
	typedef int (*call)(void *, double, double, int);
	int status = CALLED(names[F_DoStep], ((call)fn[F_DoStep])(c, t, h, no_rewind));
	if (status == ST_DISCARD) {
		enum { LAST_TIME = 2, TERMINATED = 3 }; // of the kinds of status
		int over = 0;
		s->reached = t;
		if (fn[F_RealStatus]) (void)CALLED(names[F_RealStatus], ((int (*)(void *, int, double *))fn[F_RealStatus])(c, LAST_TIME, &s->reached));
		if (fn[F_BooleanStatus]) (void)CALLED(names[F_BooleanStatus], ((int (*)(void *, int, int *))fn[F_BooleanStatus])(c, TERMINATED, &over));
		s->terminate = over != 0;
	}
	return status;
}

int inst_set_time(void *c, double t) {
	int result;
	return CALLED(names[F_SetTime], ((int (*)(void *, double))fn[F_SetTime])(c, t));
}

int inst_set_states(void *c, const double *x, size_t n) {
	int result;
	return CALLED(names[F_SetStates], ((int (*)(void *, const double *, size_t))fn[F_SetStates])(c, x, n));
}

int inst_vector(void *c, int which, double *x, size_t n) {
	static const enum fn of[] = {[STATES] = F_GetStates, [RATES] = F_GetRates, [INDICATORS] = F_GetIndicators, [NOMINALS] = F_GetNominals};
	int result;
	size_t bytes = n * sizeof(double);
	double *raw = guarded(bytes);
	if (!raw) return ST_MEMORY;
	memset(raw, 0, bytes);
	int status = checked(CALLED(names[of[which]], ((int (*)(void *, double *, size_t))fn[of[which]])(c, raw, n)), bytes);
	if (status <= ST_WARNING) memcpy(x, raw, bytes);
	return status;
}

int inst_counts(void *c, size_t *states, size_t *indicators) {
	int result;
	typedef int (*call)(void *, size_t *);
	if (two) return ST_ABSENT;
	int status = CALLED(names[F_CountStates], ((call)fn[F_CountStates])(c, states));
	if (status > ST_WARNING) return status;
	return CALLED(names[F_CountIndicators], ((call)fn[F_CountIndicators])(c, indicators));
}

int inst_update(void *c, events *e) {
	int result;
	if (two) {
		struct { int again, terminate, nominals, values, defined; double time; } info = {0};
		int status = CALLED(names[F_Update], ((int (*)(void *, void *))fn[F_Update])(c, &info));
		*e = (events){info.again != 0, info.terminate != 0, info.values != 0, info.defined != 0, info.time};
		return status;
	}
	typedef int (*call)(void *, bool *, bool *, bool *, bool *, bool *, double *);
	bool nominals = false;
	*e = (events){0};
	return CALLED(names[F_Update], ((call)fn[F_Update])(c, &e->again, &e->terminate, &nominals, &e->states_changed, &e->event_defined, &e->event_time));
}

int inst_completed(void *c, bool *enter, bool *terminate) {
	int result;
	if (two) {
		int in = 0, over = 0;
		int status = CALLED(names[F_Completed], ((int (*)(void *, int, int *, int *))fn[F_Completed])(c, 1, &in, &over));
		*enter = in != 0;
		*terminate = over != 0;
		return status;
	}
	return CALLED(names[F_Completed], ((int (*)(void *, bool, bool *, bool *))fn[F_Completed])(c, true, enter, terminate));
}

int inst_save(void *c, void **state) {
	int result;
	if (!fn[F_Save]) return ST_ABSENT;
	return CALLED(names[F_Save], ((int (*)(void *, void **))fn[F_Save])(c, state));
}

int inst_restore(void *c, void *state) {
	int result;
	if (!fn[F_Restore]) return ST_ABSENT;
	return CALLED(names[F_Restore], ((int (*)(void *, void *))fn[F_Restore])(c, state));
}

int inst_forget(void *c, void **state) {
	int result;
	if (!fn[F_Forget]) return ST_ABSENT;
	return CALLED(names[F_Forget], ((int (*)(void *, void **))fn[F_Forget])(c, state));
}

int inst_state_size(void *c, void *state, size_t *size) {
	int result;
	if (!fn[F_StateSize]) return ST_ABSENT;
	return CALLED(names[F_StateSize], ((int (*)(void *, void *, size_t *))fn[F_StateSize])(c, state, size));
}

int inst_state_bytes(void *c, void *state, void *bytes, size_t size) {
	int result;
	if (!fn[F_StateBytes]) return ST_ABSENT;
	unsigned char *raw = guarded(size);
	if (!raw) return ST_MEMORY;
	int status = checked(CALLED(names[F_StateBytes], ((int (*)(void *, void *, void *, size_t))fn[F_StateBytes])(c, state, raw, size)), size);
	if (status <= ST_WARNING) memcpy(bytes, raw, size);
	return status;
}

int inst_state_from(void *c, const void *bytes, size_t size, void **state) {
	int result;
	if (!fn[F_StateFrom]) return ST_ABSENT;
	return CALLED(names[F_StateFrom], ((int (*)(void *, const void *, size_t, void **))fn[F_StateFrom])(c, bytes, size, state));
}
