//go:build cgo && (linux || darwin)

// The way out of the child: a buffer in memory that a thread empties every few milliseconds, so that rows cost a copy each
// and nothing is lost when the FMU hangs; what is in it is also written when the FMU crashes. The same thread ends the
// process when one call of the FMU lasts too long.

#include "shim.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *volatile call_name;
volatile uint64_t call_count;

enum { ROOM = 1 << 18, TICK_MS = 5, MOST_LOGS = 1000, EXIT_LOST = 70 };

static unsigned char buffer[ROOM];
static size_t filled;
static int sink = -1;
static int64_t limit_ms;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void write_all(const void *p, size_t n) {
	const char *at = p;
	while (n > 0) {
		ssize_t w = write(sink, at, n);
		if (w < 0 && errno == EINTR) continue;
		if (w <= 0) _exit(1); // nobody listens any more
		at += w;
		n -= (size_t)w;
	}
}

static void empty(void) {
	write_all(buffer, filled);
	filled = 0;
}

static void add(const void *p, size_t n) {
	if (n > ROOM - filled) empty();
	if (n > ROOM) {
		write_all(p, n);
		return;
	}
	memcpy(buffer + filled, p, n);
	filled += n;
}

static void frame(char kind, const void *a, size_t na, const void *b, size_t nb) {
	size_t n = na + nb;
	unsigned char head[5] = {(unsigned char)kind, (unsigned char)n, (unsigned char)(n >> 8), (unsigned char)(n >> 16), (unsigned char)(n >> 24)};
	add(head, sizeof head);
	add(a, na);
	if (nb > 0) add(b, nb);
}

void out_frame(char kind, const void *a, size_t na, const void *b, size_t nb) {
	pthread_mutex_lock(&lock);
	frame(kind, a, na, b, nb);
	pthread_mutex_unlock(&lock);
}

void out_flush(void) {
	pthread_mutex_lock(&lock);
	empty();
	pthread_mutex_unlock(&lock);
}

void out_log(int status, const char *category, const char *text) {
	static int logged;
	if (logged >= MOST_LOGS) return;
	logged++;
	char line[1400];
	int n = snprintf(line, sizeof line, "%d\t%.100s\t%.1200s", status, category ? category : "", text ? text : "");
	if (n < 0) return;
	if ((size_t)n >= sizeof line) n = sizeof line - 1;
	out_frame('G', line, (size_t)n, NULL, 0);
}

// lost tells the parent why the process ends, with the means that a signal handler has, and ends it.
static void lost(const char *why) {
	char text[160];
	size_t n = 0;
	const char *where = call_name;
	const char *parts[3] = {why, "\t", where ? where : ""};
	for (int i = 0; i < 3; i++)
		for (const char *p = parts[i]; *p && n < sizeof text; p++) text[n++] = *p;
	frame('L', text, n, NULL, 0);
	empty();
	_exit(EXIT_LOST);
}

static const struct { int number; const char *name; } fatal[] = {
	{SIGSEGV, "crash\tsegmentation fault"}, {SIGBUS, "crash\tbus error"}, {SIGFPE, "crash\tarithmetic error"},
	{SIGILL, "crash\tillegal instruction"}, {SIGABRT, "crash\tabort"}, {SIGTRAP, "crash\ttrap"},
};

static void on_fatal(int number) {
	pthread_mutex_trylock(&lock); // the thread may hold it itself: whatever is in the buffer then goes out as it is
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		if (fatal[i].number == number) lost(fatal[i].name);
	_exit(EXIT_LOST);
}

static void on_exit_called(void) {
	if (call_name) {
		pthread_mutex_trylock(&lock);
		lost("exit\tended the process");
	}
}

static void *tend(void *unused) {
	(void)unused;
	uint64_t seen = 0;
	int64_t stood = 0;
	struct timespec tick = {0, TICK_MS * 1000000L};
	for (;;) {
		nanosleep(&tick, NULL);
		pthread_mutex_lock(&lock);
		if (filled > 0) empty();
		if (call_name == NULL || call_count != seen) {
			seen = call_count;
			stood = 0;
		} else if (limit_ms > 0 && (stood += TICK_MS) >= limit_ms) {
			lost("hang\tdid not return in time");
		}
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

void out_begin(int fd, int64_t call_limit_ms) {
	sink = fd;
	limit_ms = call_limit_ms;
	pthread_t thread;
	pthread_attr_t attr;
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	if (pthread_create(&thread, &attr, tend, NULL) != 0) _exit(1);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	struct sigaction act;
	memset(&act, 0, sizeof act);
	act.sa_handler = on_fatal;
	act.sa_flags = SA_ONSTACK; // a stack that overflowed has no room for the handler
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i].number, &act, NULL);
	atexit(on_exit_called);
}
