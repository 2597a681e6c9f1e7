//go:build linux

package g3ngl

/*
#cgo LDFLAGS: -lEGL
#include <stdlib.h>
#include <string.h>
#include <EGL/egl.h>
#include <EGL/eglext.h>

typedef struct { EGLDisplay display; EGLContext context; const char *failed; EGLint code; } orrery_egl;

static int orrery_egl_on(orrery_egl *o, EGLDisplay d) {
	EGLint major, minor, n = 0;
	EGLConfig config;
	static const EGLint want[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
	static const EGLint any[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
	static const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3,
		EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
	o->failed = "eglInitialize";
	if (d == EGL_NO_DISPLAY || !eglInitialize(d, &major, &minor)) return 0;
	o->failed = "eglBindAPI(OpenGL)";
	if (!eglBindAPI(EGL_OPENGL_API)) return 0;
	o->failed = "eglChooseConfig";
	if ((!eglChooseConfig(d, want, &config, 1, &n) || n < 1) && (!eglChooseConfig(d, any, &config, 1, &n) || n < 1)) return 0;
	o->failed = "eglCreateContext(3.3 core)";
	EGLContext c = eglCreateContext(d, config, EGL_NO_CONTEXT, version);
	if (c == EGL_NO_CONTEXT) return 0;
	o->failed = "eglMakeCurrent without a surface";
	if (!eglMakeCurrent(d, EGL_NO_SURFACE, EGL_NO_SURFACE, c)) { eglDestroyContext(d, c); return 0; }
	o->display = d;
	o->context = c;
	o->failed = NULL;
	return 1;
}

// Hardware first: every EGL device, which proprietary drivers have; then Mesa's surfaceless platform, which always works.
static int orrery_egl_open(orrery_egl *o) {
	memset(o, 0, sizeof *o);
	PFNEGLGETPLATFORMDISPLAYEXTPROC display = (PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress("eglGetPlatformDisplayEXT");
	if (!display) { o->failed = "eglGetPlatformDisplayEXT is missing"; return 0; }
	PFNEGLQUERYDEVICESEXTPROC devices = (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
	if (devices) {
		EGLDeviceEXT list[16];
		EGLint n = 0;
		PFNEGLQUERYDEVICESTRINGEXTPROC string = (PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress("eglQueryDeviceStringEXT");
		if (string && devices(16, list, &n))
			for (EGLint i = 0; i < n; i++) {
				const char *ext = string(list[i], EGL_EXTENSIONS);
				if (ext && strstr(ext, "EGL_MESA_device_software")) continue; // only if there is nothing better
				if (orrery_egl_on(o, display(EGL_PLATFORM_DEVICE_EXT, list[i], NULL))) return 1;
			}
	}
	if (orrery_egl_on(o, display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL))) return 1;
	o->code = eglGetError();
	return 0;
}

static void orrery_egl_detach(orrery_egl *o) {
	eglMakeCurrent(o->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	eglDestroyContext(o->display, o->context);
	eglReleaseThread();
}

static void *orrery_egl_proc(const char *name) { return (void *)eglGetProcAddress(name); }
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// eglContext is a context without any display or window.
type eglContext struct{ c C.orrery_egl }

func newHeadlessContext() (glContext, error) { return &eglContext{}, nil }

func (e *eglContext) makeCurrent() error {
	if C.orrery_egl_open(&e.c) == 0 {
		return fmt.Errorf("g3ngl: no OpenGL 3.3 without a display: %s failed (EGL error 0x%x); install Mesa's libegl1 and libgl1-mesa-dri",
			C.GoString(e.c.failed), int(e.c.code))
	}
	return nil
}

func (e *eglContext) procAddress(name string) unsafe.Pointer {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s))
	return C.orrery_egl_proc(s)
}

func (e *eglContext) detach() { C.orrery_egl_detach(&e.c) }

func (e *eglContext) close() {}
