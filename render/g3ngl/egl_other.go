//go:build !linux

package g3ngl

import "errors"

func newHeadlessContext() (glContext, error) {
	return nil, errors.New("g3ngl: drawing without a display needs EGL, which this system does not have; open a window instead")
}
