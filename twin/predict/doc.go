// Package predict fits the twin's models to the recorded history and says when parts will fail.
package predict
