package admin_test

import (
	"testing"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/outboxtest"
)

// An env is an outbox on a database of the test's own.
type env struct{ *outboxtest.Env }

type endpoints = outboxtest.Endpoints

var (
	databases   = outboxtest.Databases
	oneEndpoint = outboxtest.OneEndpoint
)

func onEach(t *testing.T, test func(e *env)) {
	t.Helper()
	outboxtest.OnEach(t, func(e *outboxtest.Env) { test(&env{e}) })
}

func open(t testing.TB, database dialect.Database, options ...authgen.Option) *env {
	return &env{outboxtest.Open(t, database, options...)}
}
