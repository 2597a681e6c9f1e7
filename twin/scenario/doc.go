// Package scenario computes futures: what will happen, and what would happen if.
package scenario
