// Package traffic computes road traffic.
package traffic
