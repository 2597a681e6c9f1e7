// Package wind is the twin's own model of a wind turbine and of the weather ahead.
package wind
