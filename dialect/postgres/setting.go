package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A setting is a parameter of the session that must have a certain value, whether the DSN,
// the role, the database or the server sets it.
type setting struct {
	name    string
	right   []string // how the right values begin; the first is the one to set
	because string   // what another value would do
	text    bool     // it only matters if pgx reads results as text
}

var settings = []setting{
	{name: "client_encoding", right: []string{"UTF8"}, because: "text would be read as other text"},
	{name: "default_transaction_read_only", right: []string{"off"}, because: "nothing could be written: connect to the primary"},
	{name: "session_replication_role", right: []string{"origin", "local"}, because: "references would not be kept"},
	{name: "standard_conforming_strings", right: []string{"on"}, because: "the same literal would be another text"},
	{name: "exit_on_error", right: []string{"off"}, because: "a value that is refused would end the connection"},
	{name: "DateStyle", right: []string{"ISO"}, because: "times could not be read", text: true},
	{name: "bytea_output", right: []string{"hex"}, because: "bytes could not be read", text: true},
	{name: "extra_float_digits", right: []string{"1", "2", "3"}, because: "floats would be read rounded", text: true},
}

// asking returns a query for one row: the number of the session, the encoding of the
// database, and the value of each setting.
func asking() string {
	var b strings.Builder
	b.WriteString("SELECT pg_backend_pid(), current_setting('server_encoding')")
	for _, s := range settings {
		b.WriteString(", current_setting('" + s.name + "')")
	}
	return b.String()
}

// checkSettings refuses settings that would break the contract in the query mode of a
// connection. It returns the number of the session. It asks in the mode that works through
// every pooler.
func checkSettings(ctx context.Context, conn *pgx.Conn) (pid uint32, err error) {
	var encoding string
	values, dest := make([]string, len(settings)), []any{&pid, &encoding}
	for i := range values {
		dest = append(dest, &values[i])
	}
	if err := conn.QueryRow(ctx, asking(), pgx.QueryExecModeExec).Scan(dest...); err != nil {
		return 0, err
	}
	if encoding != "UTF8" {
		return 0, fmt.Errorf("the database is encoded in %s, which cannot hold every string: create it with ENCODING 'UTF8'", encoding)
	}
	mode := conn.Config().DefaultQueryExecMode
	asText := mode == pgx.QueryExecModeExec || mode == pgx.QueryExecModeSimpleProtocol
	for i, s := range settings {
		if (asText || !s.text) && !s.takes(values[i]) {
			return 0, fmt.Errorf("%s is %s: %s: set %s=%s in the DSN", s.name, values[i], s.because, s.name, s.right[0])
		}
	}
	return pid, nil
}

// takes reports whether a value is right.
func (s setting) takes(value string) bool {
	return slices.ContainsFunc(s.right, func(right string) bool { return strings.HasPrefix(value, right) })
}
