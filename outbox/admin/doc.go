// Package admin is the operator's view of an outbox: what is in it, and what an operator
// changes. The command authgenctl is made of it, and programs may use it for pages and
// checks of their own.
package admin
