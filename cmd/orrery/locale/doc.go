// Package locale has a process without a language speak English.
//
// In the locale C.UTF-8 the toolkit takes "C" for a language and complains on standard error, in headless commands too.
// This package says LANGUAGE=en there, which gettext and the toolkit read and nothing else. It is imported for that alone.
// It works because packages whose imports are ready are initialised in the order of their paths: this one, which imports the
// standard library only, comes before golang.org/x/text, which the toolkit needs to ask for the language
// (The Go Programming Language Specification, "Program initialization").
package locale
