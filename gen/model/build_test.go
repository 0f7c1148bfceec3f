package model_test

import (
	"strings"
	"testing"

	"github.com/authgen/authgen/gen/model"
	"github.com/authgen/authgen/gen/schema"
)

// build returns the model of a schema given as what follows the top keys.
func build(t *testing.T, tables string) *model.Model {
	t.Helper()
	m, problems := load(tables)
	if len(problems) > 0 {
		t.Fatal(schema.Report("schema.yaml", problems))
	}
	return m
}

// load puts the keys that every schema has ahead of text.
func load(text string) (*model.Model, []schema.Problem) {
	if !strings.Contains(text, "out:") {
		text = "out: ./auth\n" + text
	}
	s, problems := schema.Parse("schema.yaml", []byte("version: 1\n"+text))
	m, more := model.Build(s)
	return m, schema.SortProblems(append(problems, more...))
}

// TestProblems has one case for each thing that Build refuses. The position is
// part of what is wanted: it is the word that the user has to change.
func TestProblems(t *testing.T) {
	long := strings.Repeat("a", 60)
	cases := []struct{ name, schema, want string }{
		{"package from out", "out: ./my-auth\ntables: {user: {}}", `2:6: "my-auth" cannot be the name of a Go package, which is a word of letters and digits; set "package", or name the folder otherwise`},
		{"package keyword", "package: func\ntables: {user: {}}", `3:10: "func" cannot be the name of a Go package`},
		{"package main", "package: main\ntables: {user: {}}", `3:10: "main" has a meaning of its own in Go`},
		{"package predeclared", "out: ./string\ntables: {user: {}}", `2:6: "string" has a meaning of its own in Go`},
		{"package context", "package: context\ntables: {user: {}}", `3:10: "context" is a name that every package of triggers has in it already; give another one`},
		{"package Triggers", "out: ./Triggers\ntables: {user: {}}", `2:6: "Triggers" is a name that every package of triggers has in it already; set "package", or name the folder otherwise`},
		{"setNull of a field that no patch has", "tables:\n  user: {}\n  note: {fields: {created_at: {references: {table: user, onDelete: setNull}, nullable: true}}}", `5:19: note.created_at: "onDelete: setNull" changes the field, and no patch has a field CreatedAt; set "goName"`},
		{"enum values of one name", "tables:\n  user: {fields: {a: {type: string, enum: [A+, A-, APlus]}}}", `4:19: user.a: the values "A+" and "APlus" of the enum would both be the Go constant UserAAPlus; change one of them`},
		{"package test", "package: x_test\ntables: {user: {}}", `3:10: package "x_test" would be a test of another one to Go`},
		{"package blank", "package: _\ntables: {user: {}}", `3:10: "_" cannot be the name of a Go package`},
		{"field meets field", "tables:\n  user: {fields: {userId: string, user_id: string}}", `user.user_id: the Go name UserID is that of field "userId" too; set "goName" of one of them`},
		{"field meets id", "tables:\n  user: {fields: {iD: string}}", `user.iD: the Go name ID is that of the id`},
		{"field goName invalid", "tables:\n  user: {fields: {a: {type: string, goName: my name}}}", `4:45: user.a: goName "my name" is not a Go name that starts with a capital, such as "MyName"`},
		{"field goName unexported", "tables:\n  user: {fields: {a: {type: string, goName: userId}}}", `such as "UserID"`},
		{"table goName invalid", "tables:\n  user: {goName: 2fa}", `4:18: table "user": goName "2fa" is not a Go name`},
		{"table meets derived", "tables:\n  user: {}\n  userPatch: {}", `5:3: table "userPatch": the Go name UserPatch is needed for table "user" too`},
		{"table meets table", "tables:\n  apiKey: {}\n  api_key: {name: x}", `5:3: table "api_key": the Go name APIKey is needed for table "apiKey" too`},
		{"table meets id type", "tables:\n  user: {}\n  userId: {}", `table "userId": the Go name UserID is needed for table "user" too`},
		{"table meets enum", "tables:\n  user: {fields: {role: {type: string, enum: [a]}}}\n  userRole: {}", `table "userRole": the Go name UserRole is needed for field "user.role" too`},
		{"table meets enum value", "tables:\n  user: {fields: {role: {type: string, enum: [a]}}}\n  userRoleA: {}", `the Go name UserRoleA is needed for the value "a" of field "user.role" too`},
		{"table is DB", "tables:\n  db: {}", `4:3: table "db": the generated package needs the Go name DB itself; set "goName"`},
		{"table is Tx", "tables:\n  tx: {}", `table "tx": the generated package needs the Go name Tx itself`},
		{"table is Close", "tables:\n  close: {}", `table "close": DB and Tx have a member Close already`},
		{"table is Null", "tables:\n  null_: {}", `the generated package needs the Go name Null itself`},
		{"table is an error", "tables:\n  errNotFound: {}", `the Go name ErrNotFound is one of those that the generated package keeps`},
		{"table makes NoTriggers", "tables:\n  no: {}", `table "no": the generated package needs the Go name NoTriggers itself`},
		{"finders meet", "tables:\n  user: {fields: {a: string, b: string, aAndB: {type: string, unique: true}}, indexes: [{fields: [a, b], unique: true}]}", `would both be the method GetByAAndB`},
		{"events meet", "tables:\n  user: {fields: {name: string}}\nevents:\n  user.made: {on: user.create}\n  userMade: {on: user.delete}", `7:3: event "userMade": the Go name UserMadeEvent of its payload is needed for event "user.made" too; name the event otherwise`},
		{"event meets table", "tables:\n  userMadeEvent: {}\nevents:\n  user.made: {on: userMadeEvent.create}", `6:3: event "user.made": the Go name UserMadeEvent of its payload is needed for table "userMadeEvent" too`},
		{"event never recorded", "tables:\n  user: {fields: {created_at: time}}\nevents:\n  user.changed: {on: user.update}", `6:3: event "user.changed" would never be recorded, as no field of table "user" can be updated; take it out`},
		{"update trigger without fields", "tables:\n  user: {fields: {created_at: time}, triggers: [onUpdate]}", `4:3: table "user": onUpdate would never run, as no field of the table can be updated`},
		{"pattern and goType", "tables:\n  user: {fields: {a: {type: string, pattern: x, goType: a.com/b.C}}}", `user.a: pattern and goType exclude each other`},
		{"goType unexported", "tables:\n  user: {fields: {a: {type: string, goType: a.com/b.c}}}", `user.a: goType "a.com/b.c" is not exported`},
		{"goType path", "tables:\n  user: {fields: {a: {type: string, goType: a.com//b.C}}}", `user.a: goType "a.com//b.C" is not an import path`},
		{"goType default now", "tables:\n  user: {fields: {a: {type: time, goType: a.com/b.C, default: now}}}", `authgen cannot make a default of type a.com/b.C`},
		{"goType default json", "tables:\n  user: {fields: {a: {type: json, goType: a.com/b.C, default: {}}}}", `authgen cannot make a default of type a.com/b.C`},
		{"SQL tables meet", "tables:\n  user: {}\n  member: {name: USER}", `5:18: table "member": the SQL name "USER" is that of table "user" too, as databases compare names; set "name" of one of them`},
		{"SQL columns meet", "tables:\n  user: {fields: {a: string, b: {type: string, column: A}}}", `4:56: user.b: the SQL name "A" is that of user.a too`},
		{"SQL column meets id", "tables:\n  user: {fields: {a: {type: string, column: Id}}}", `user.a: the SQL name "Id" is that of the id of table "user" too`},
		{"SQL index meets table", "tables:\n  user: {fields: {a: string}, indexes: [{fields: [a], name: member}]}\n  member: {}", `table "user": index: the SQL name "member" is that of table "member" too`},
		{"SQL index meets index", "tables:\n  a: {fields: {x: string}, indexes: [{fields: [x], name: i}]}\n  b: {fields: {x: string}, indexes: [{fields: [x], name: I}]}", `table "b": index: the SQL name "I" is that of table "a": index too`},
		{"SQL table meets primary key", "tables:\n  user: {}\n  other: {name: user_pkey}", `the SQL name "user_pkey" is that of table "other" too`},
		{"SQL column of Postgres", "tables:\n  user: {fields: {ctid: string}}", `every table of Postgres has a column ctid of its own`},
		{"SQL column of SQLite", "tables:\n  user: {fields: {a: {type: string, column: OID}}}", `4:45: user.a: every row of SQLite has a number of its own by the name OID; set "column"`},
		{"SQL column of MySQL", "tables:\n  user: {fields: {db_row_id: string}}", `4:19: user.db_row_id: MySQL keeps the name db_row_id for a column of its own; set "column"`},
		{"SQL index of MySQL", "tables:\n  user: {fields: {a: string}, indexes: [{fields: [a], name: Primary}]}", `table "user": index: MySQL keeps the name Primary for an index of its own; give it another "name"`},
		{"SQL name of SQLite", "tables:\n  user: {name: sqlite_x}", `SQLite keeps names that start with "sqlite_" for itself`},
		{"SQL name too long for Postgres", "tables:\n  user: {name: " + long + "aaaa}", `has 64 bytes, and Postgres takes 63`},
		{"SQL name too long for MySQL", "dialects: [mysql]\ntables:\n  user: {name: " + long + "aaaaa}", `has 65 characters, and MySQL takes 64`},
		{"SQL name in bytes", "tables:\n  user: {fields: {a: {type: string, column: " + strings.Repeat("ä", 32) + "}}}", `has 64 bytes, and Postgres takes 63`},
		{"SQL name ends in space", "dialects: [mysql]\ntables:\n  user: {name: 'a '}", `ends in a space, which MySQL refuses`},
		{"SQL name beyond U+FFFF", "dialects: [mysql]\ntables:\n  user: {name: \"\U0001F600\"}", `has a character beyond U+FFFF, which MySQL refuses`},
		{"schema's own problem too", "tables:\n  user: {fields: {a: nonsense}}\n  userPatch: {}", `the Go name UserPatch is needed for table "user" too`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, problems := load(c.schema)
			if len(problems) == 0 {
				t.Fatal("no problem was found")
			}
			report := schema.Report("schema.yaml", problems)
			if !strings.Contains(report, c.want) {
				t.Errorf("got\n%swant %s", report, c.want)
			}
			if m != nil && len(problems) > 0 && c.name != "schema's own problem too" {
				t.Error("there is a model in spite of the problems")
			}
		})
	}
}

// TestOneCause checks that names which meet only because of others that do are
// no further problems.
func TestOneCause(t *testing.T) {
	fields := "{fields: {x: {type: string, unique: true, enum: [p]}, y: {references: c}}, indexes: [{fields: [x, y]}]"
	cases := []struct{ name, schema, want string }{
		{
			"SQL tables", "tables:\n  c: {ids: serial}\n  a: " + fields + "}\n  b: " + fields + ", name: A, ids: serial}",
			`schema.yaml:6:116: table "b": the SQL name "A" is that of table "a" too, as databases compare names; set "name" of one of them` + "\n",
		},
		{
			"SQL columns", "tables:\n  c: {}\n  a: {fields: {x: {references: c, unique: true}, y: {references: c, unique: true, column: X}}}",
			`schema.yaml:5:91: a.y: the SQL name "X" is that of a.x too, as databases compare names; set "column"` + "\n",
		},
		{
			"SQL index that is named", "tables:\n  a: {}\n  b: {name: a, fields: {x: int}, indexes: [{fields: [x], name: a}]}",
			`schema.yaml:5:13: table "b": the SQL name "a" is that of table "a" too, as databases compare names; set "name" of one of them` + "\n" +
				`schema.yaml:5:44: table "b": index: the SQL name "a" is that of table "a" too, as databases compare names; give it another "name" under "indexes"` + "\n",
		},
		{
			"Go tables", "tables:\n  c: {}\n  aB: " + fields + "}\n  a_b: " + fields + "}",
			`schema.yaml:6:3: table "a_b": the Go name AB is needed for table "aB" too; set "goName" of one of them` + "\n",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, problems := load(c.schema)
			got := ""
			for _, p := range problems {
				got += p.Format("schema.yaml") + "\n"
			}
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestTaken checks that names which clash for some dialects only are taken
// where these are not emitted, and that a local variable's name is no problem.
func TestTaken(t *testing.T) {
	for _, text := range []string{
		"dialects: [sqlite]\ntables:\n  user: {name: " + strings.Repeat("a", 100) + "}",
		"dialects: [sqlite, mysql]\ntables:\n  user: {fields: {ctid: string}}",
		"dialects: [postgres]\ntables:\n  user: {name: sqlite_x, fields: {oid: string, db_row_id: string}}",
		"tables:\n  type: {}\n  context: {}\n  runtime: {}\n  string: {}\n  error: {}\n  func: {}\n  patch: {}",
		"tables:\n  withdrawal: {}\n  erroneous: {}",
	} {
		if _, problems := load(text); len(problems) > 0 {
			t.Errorf("%s\n%s", text, schema.Report("schema.yaml", problems))
		}
	}
}
