// Package sitetest holds the tests that all emulated plants have to pass, whatever they emulate. It is imported by tests alone.
package sitetest
