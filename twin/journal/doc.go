// Package journal keeps what is not a number: alarms, commands, devices that come and go, notes.
package journal
