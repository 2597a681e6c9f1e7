//go:build occt && cgo

package main

/*
#include "shim.h"
*/
import "C"

import (
	"bytes"
	"errors"

	"github.com/orrery-twin/orrery/assets/cad"
)

// nativeFormat is the number of a format in shim.h.
func nativeFormat(f cad.Format, head []byte) (int32, error) {
	switch f {
	case cad.STEP:
		return C.CAD_STEP, nil
	case cad.IGES:
		return C.CAD_IGES, nil
	case cad.BREP:
		if bytes.HasPrefix(bytes.TrimLeft(head, "\r\n"), []byte("Open CASCADE Topology V")) {
			return C.CAD_BREP_BINARY, nil
		}
		return C.CAD_BREP, nil
	}
	return 0, errors.New("the file is neither STEP nor IGES nor BREP")
}
