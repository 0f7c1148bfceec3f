package sqlite

import "testing"

func TestInMemory(t *testing.T) {
	for dsn, want := range map[string]bool{
		":memory:": true, "": true, "file::memory:": true, "file::memory:?cache=shared": true, "file:x?mode=memory": true,
		"file:/x?vfs=memdb": true, ":memory:?_pragma=busy_timeout(1)": true,
		"app.db": false, "file:app.db": false, "file:app.db?mode=rw": false, "memory.db": false, "file:app.db?x=%zz": false,
	} {
		if got := inMemory(dsn); got != want {
			t.Errorf("%q: %v", dsn, got)
		}
	}
}
