package conformance

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/internal/conformance/auth"
)

// A drift is a way in which a table comes to be what the schema does not say.
type drift struct {
	name                    string
	sqlite, postgres, mysql []string // statements; on SQLite, as it alters little, "table: from → to" makes a table anew. None: it cannot be there
	want                    string   // of the error, of each database or of all
}

// drifts are those that a rule cannot bear.
var drifts = []drift{
	{"a column that is not there", []string{`ALTER TABLE session DROP COLUMN agent`}, []string{`ALTER TABLE session DROP COLUMN agent`}, []string{`ALTER TABLE session DROP COLUMN agent`},
		"session.agent: there is no column agent"},
	{"a column that is not there, and refers", []string{"organization: , `ownerId` TEXT → ; , CONSTRAINT `organization_ownerId_fk` FOREIGN KEY (`ownerId`) REFERENCES `user` (`id`) ON DELETE SET NULL → "},
		[]string{`ALTER TABLE organization DROP COLUMN "ownerId"`},
		[]string{`ALTER TABLE organization DROP FOREIGN KEY "organization_ownerId_fk"`, `ALTER TABLE organization DROP COLUMN "ownerId"`},
		"organization.ownerId: there is no column ownerId"},
	{"a type that holds less", []string{"user: `visits` INTEGER → `visits` TEXT"}, []string{`ALTER TABLE "user" ALTER visits TYPE smallint`}, []string{`ALTER TABLE user MODIFY visits smallint NOT NULL`},
		"user.visits: the column is * which does not hold every whole number of 32 bits"},
	{"text that becomes numbers, or is filled up", []string{"note: `text` TEXT → `text` STRING"}, []string{`ALTER TABLE note ALTER text TYPE char(20)`}, []string{`ALTER TABLE note MODIFY text char(20) NOT NULL`},
		"note.text: the column is * which does not hold every text"},
	{"floats of 32 bits", nil, []string{`ALTER TABLE "user" ALTER score TYPE real`}, []string{`ALTER TABLE user MODIFY score float NOT NULL`},
		"user.score: the column is * which does not hold every float"},
	{"floats that are rounded", nil, []string{`ALTER TABLE "user" ALTER score TYPE numeric(10, 2)`}, []string{`ALTER TABLE user MODIFY score double(10, 2) NOT NULL`},
		"user.score: the column is * which does not hold every float"},
	{"times of seconds", nil, []string{`ALTER TABLE session ALTER "expiresAt" TYPE timestamptz(0)`}, []string{`ALTER TABLE session MODIFY "expiresAt" datetime NOT NULL`},
		"session.expiresAt: the column is * which does not hold times to the millisecond"},
	{"a text that is too short", nil, []string{`ALTER TABLE "user" ALTER name TYPE varchar(39)`}, []string{`ALTER TABLE user MODIFY name varchar(39) NOT NULL`},
		"user.name: the column is * and values have up to 40 characters"},
	{"a character set that has few", nil, nil, []string{`ALTER TABLE note MODIFY text varchar(255) CHARACTER SET latin1 NOT NULL`},
		"note.text: the character set latin1 does not hold every text"},
	{"a character set that has few, of columns that refer", nil, nil, []string{`ALTER TABLE page DROP FOREIGN KEY "page_parentId_fk"`, `ALTER TABLE page CONVERT TO CHARACTER SET utf8mb3`,
		`ALTER TABLE page ADD CONSTRAINT "page_parentId_fk" FOREIGN KEY ("parentId") REFERENCES page (id) ON DELETE SET NULL`},
		"page.id, title, parentId: the character set utf8mb* does not hold every text"},
	{"a table of another character set that lacks a column", nil, nil, []string{`ALTER TABLE organization CHARACTER SET latin1, DROP COLUMN name`},
		"organization.name: there is no column name"},
	{"another type of columns that refer", nil, []string{`ALTER TABLE page DROP CONSTRAINT "page_parentId_fk"`, `ALTER TABLE page ALTER id TYPE integer USING 0, ALTER "parentId" TYPE integer USING 0`,
		`ALTER TABLE page ADD CONSTRAINT "page_parentId_fk" FOREIGN KEY ("parentId") REFERENCES page ON DELETE SET NULL ON UPDATE CASCADE`},
		[]string{`ALTER TABLE page DROP FOREIGN KEY "page_parentId_fk"`, `ALTER TABLE page MODIFY id int NOT NULL, MODIFY "parentId" int`,
			`ALTER TABLE page ADD CONSTRAINT "page_parentId_fk" FOREIGN KEY ("parentId") REFERENCES page (id) ON DELETE SET NULL`},
		"page.id: the column is int*, which does not hold every text*page.parentId: the column is int*, which does not hold every text"},
	{"another type than that which is referred to", nil, []string{`ALTER TABLE note DROP CONSTRAINT "note_userId_fk"`, `ALTER TABLE note ALTER "userId" TYPE uuid USING NULL`},
		[]string{`ALTER TABLE note DROP FOREIGN KEY "note_userId_fk"`, `ALTER TABLE note DROP INDEX "note_userId_fk", MODIFY "userId" text`},
		"note.userId: no foreign key refers to user.id: the column is *, and that one is *"},
	{"a required column that is not there", []string{`ALTER TABLE organization DROP COLUMN name`}, []string{`ALTER TABLE organization DROP COLUMN name`}, []string{`ALTER TABLE organization DROP COLUMN name`},
		"organization.name: there is no column name"},
	{"a required reference that is not there", []string{"remark: , `ticketId` TEXT NOT NULL → ; , CONSTRAINT `remark_ticketId_fk` FOREIGN KEY (`ticketId`) REFERENCES `ticket` (`id`) ON DELETE CASCADE → "},
		[]string{`ALTER TABLE remark DROP COLUMN "ticketId"`}, []string{`ALTER TABLE remark DROP FOREIGN KEY "remark_ticketId_fk"`, `ALTER TABLE remark DROP COLUMN "ticketId"`},
		"remark.ticketId: there is no column ticketId"},
	{"ids that are not there", []string{"counter: `id` INTEGER PRIMARY KEY AUTOINCREMENT, → "}, []string{`ALTER TABLE counter DROP COLUMN id`}, []string{`ALTER TABLE counter DROP COLUMN id`},
		"counter.id: there is no column id"},
	{"counted ids beside another key", nil, []string{`ALTER TABLE counter DROP COLUMN id, ADD PRIMARY KEY (label)`}, []string{`ALTER TABLE counter DROP COLUMN id, ADD PRIMARY KEY (label)`},
		"counter.id: there is no column id"},
	{"NOT NULL for a nullable field", []string{"session: `agent` TEXT → `agent` TEXT NOT NULL"}, []string{`ALTER TABLE session ALTER agent SET NOT NULL`}, []string{`ALTER TABLE session MODIFY agent varchar(255) NOT NULL`},
		"session.agent: the column is NOT NULL, and the field is nullable"},
	{"a column that nobody fills", []string{"session: `agent` TEXT → `agent` TEXT, `device` TEXT NOT NULL"}, []string{`ALTER TABLE session ADD device text NOT NULL`}, []string{`ALTER TABLE session ADD device varchar(20) NOT NULL`},
		"session.device: the schema has no field for this column"},
	{"a column that the database computes", []string{"session: `agent` TEXT → `agent` TEXT AS (`token`)"}, []string{`ALTER TABLE session DROP COLUMN agent`, `ALTER TABLE session ADD agent text COLLATE "C" GENERATED ALWAYS AS (token) STORED`},
		[]string{`ALTER TABLE session DROP COLUMN agent`, `ALTER TABLE session ADD agent varchar(255) AS (token)`},
		"session.agent: the column is computed by the database"},
	{"a unique index that is not there", []string{`DROP INDEX user_email_uidx`}, []string{`DROP INDEX user_email_uidx`}, []string{`ALTER TABLE user DROP INDEX user_email_uidx`},
		"user.email: no unique index of all rows"},
	{"a unique index of some rows", []string{`DROP INDEX user_email_uidx`, `CREATE UNIQUE INDEX user_email ON user(email) WHERE name <> ''`}, []string{`DROP INDEX user_email_uidx`, `CREATE UNIQUE INDEX user_email ON "user"(email) WHERE name <> ''`}, nil,
		"user.email: no unique index of all rows"},
	{"a unique index of which nulls are the same", nil, []string{`DROP INDEX user_nick_uidx`, `CREATE UNIQUE INDEX user_nick ON "user"(nick) NULLS NOT DISTINCT`}, nil,
		"user.nick: no unique index of all rows"},
	{"a unique index of the beginnings of texts", nil, nil, []string{`ALTER TABLE user DROP INDEX user_email_uidx, ADD UNIQUE INDEX user_email (email(3))`},
		"user.email: no unique index of all rows"},
	{"a unique index that is looked at with COMMIT", nil, []string{`DROP INDEX user_email_uidx`, `ALTER TABLE "user" ADD CONSTRAINT late UNIQUE (email) DEFERRABLE INITIALLY DEFERRED`}, nil,
		"user.email: no unique index of all rows"},
	{"a table that others inherit from", nil, []string{`CREATE TABLE more () INHERITS (sample)`}, nil,
		"sample: sample is a table that others inherit from"},
	{"a foreign key that is not there", []string{"note: , CONSTRAINT `note_userId_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE RESTRICT → "}, []string{`ALTER TABLE note DROP CONSTRAINT "note_userId_fk"`}, []string{`ALTER TABLE note DROP FOREIGN KEY "note_userId_fk"`},
		"note.userId: no foreign key refers to user.id"},
	{"a foreign key of another rule", []string{"note: RESTRICT → CASCADE"},
		[]string{`ALTER TABLE note DROP CONSTRAINT "note_userId_fk"`, `ALTER TABLE note ADD CONSTRAINT theirs FOREIGN KEY ("userId") REFERENCES "user" ON DELETE CASCADE`},
		[]string{`ALTER TABLE note DROP FOREIGN KEY "note_userId_fk"`, `ALTER TABLE note ADD CONSTRAINT theirs FOREIGN KEY ("userId") REFERENCES user (id) ON DELETE CASCADE`},
		"note.userId: its foreign key has ON DELETE CASCADE, and the schema says RESTRICT"},
	{"a CHECK that lacks a value of an enum", []string{"user: , 'admin' → , 'owner'"}, []string{`ALTER TABLE "user" DROP CONSTRAINT user_role_check`, `ALTER TABLE "user" ADD CONSTRAINT user_role_check CHECK (role IN ('user', 'owner'))`},
		[]string{`ALTER TABLE user MODIFY role varchar(255) NOT NULL CHECK (role IN ('user', 'owner'))`},
		`user.role: *CHECK* refuses "admin", which the schema allows`},
	{"a CHECK of a smaller length", []string{"user: <= 40 → <= 30"}, []string{`ALTER TABLE "user" DROP CONSTRAINT user_name_check`, `ALTER TABLE "user" ADD CHECK (length(name) <= 30)`},
		[]string{`ALTER TABLE user MODIFY name varchar(40) NOT NULL CHECK (char_length(name) <= 30)`},
		"user.name: *CHECK* refuses text of 31 to 40 characters, which the schema allows"},
	{"a type of other values", nil, []string{`ALTER TABLE "user" DROP CONSTRAINT user_role_check`, `CREATE TYPE roles AS ENUM ('user', 'owner')`, `ALTER TABLE "user" ALTER role DROP DEFAULT, ALTER role TYPE roles USING role::text::roles`},
		[]string{`ALTER TABLE user MODIFY role enum('user', 'owner') NOT NULL`},
		`user.role: the column is *, which refuses "admin"`},
	{"a collation that folds", []string{"session: `token` TEXT → `token` TEXT COLLATE NOCASE"},
		[]string{`CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`, `ALTER TABLE session ALTER token TYPE text COLLATE folding`},
		[]string{`ALTER TABLE session MODIFY token varchar(191) COLLATE utf8mb4_general_ci NOT NULL`},
		"session.token: the collation * takes different texts for the same"},
	{"a collation that pads", []string{"session: `token` TEXT → `token` TEXT COLLATE RTRIM"}, nil, []string{`ALTER TABLE session MODIFY token varchar(191) COLLATE utf8mb4_bin NOT NULL`},
		"session.token: the collation * ignores spaces at the end of a text"},
	{"collations of columns that refer", nil, nil, []string{`SET foreign_key_checks = 1`, `ALTER TABLE note DROP FOREIGN KEY "note_userId_fk"`, `ALTER TABLE note CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`},
		"note.id, text, userId: the collation utf8mb4_general_ci takes different texts for the same"},
	{"a primary key of another column", []string{"note: NOT NULL PRIMARY KEY → ; `text` TEXT NOT NULL → `text` TEXT NOT NULL PRIMARY KEY"}, []string{`ALTER TABLE note DROP CONSTRAINT note_pkey`, `ALTER TABLE note ADD PRIMARY KEY (text)`}, []string{`ALTER TABLE note DROP PRIMARY KEY`, `ALTER TABLE note ADD PRIMARY KEY (text)`},
		"note.id: no unique index of all rows"},
	{"ids that nobody counts", []string{"counter: PRIMARY KEY AUTOINCREMENT → PRIMARY KEY DESC"}, []string{`ALTER TABLE counter ALTER id DROP IDENTITY`}, []string{`ALTER TABLE counter MODIFY id bigint NOT NULL`},
		"counter.id: the column is not counted by the database"},
	{"ids that the database alone counts", nil, []string{`ALTER TABLE counter ALTER id SET GENERATED ALWAYS`}, nil,
		"counter.id: the column is not counted by the database, or takes no id that is given"},
	{"a view", []string{`DROP TABLE sample`, `CREATE VIEW sample AS SELECT 1 AS id`}, []string{`DROP TABLE sample`, `CREATE VIEW sample AS SELECT 1 AS id`}, []string{`DROP TABLE sample`, `CREATE VIEW sample AS SELECT 1 AS id`},
		"sample: sample is a view, and has to be a table"},
	{"an engine without transactions", nil, nil, []string{`ALTER TABLE sample MODIFY id varchar(191) NOT NULL, ENGINE = MyISAM`},
		"sample: its engine MyISAM has no transactions"},
	{"times of another form by their type", []string{"session: `expiresAt` TEXT → `expiresAt` integer"}, nil, nil,
		"session.expiresAt: the column holds times in another form than text"},
	{"times of another form by their rows", []string{"lease: `endsAt` INTEGER → `endsAt` datetime", "INSERT INTO lease VALUES ('l', 'o', 1, '2026-01-01T00:00:00.000Z', 1)"}, nil, nil,
		"lease.endsAt: the column holds times in another form than integer milliseconds"},
}

// TestDrift holds that Open and CreateTables see tables that do not fit the schema
// (S1), and that the SQL of their error mends them.
func TestDrift(t *testing.T) {
	onEach(t, func(t *testing.T, db database) {
		e := newEnv(t, db.open(t)) // of the last case, as long as its tables fit
		for _, d := range drifts {
			t.Run("S1: "+d.name, func(sub *testing.T) {
				if e == nil {
					e = newEnv(sub, db.open(t))
				}
				steps := by(e, d.sqlite, d.postgres, d.mysql)
				if steps == nil {
					sub.Skip("it cannot be there")
				}
				drifted := e
				drifted.T, drifted.ctx, e = sub, sub.Context(), nil
				drifted.drift(steps)
				if drifted.mends(drifted.differs(d.want, drifted.reopen())) {
					e = drifted
				}
			})
		}
	})
}

// drift changes tables past the adapter.
func (e *env) drift(steps []string) {
	e.Helper()
	for _, s := range steps {
		table, changes, ok := strings.Cut(s, ": ")
		if !ok {
			e.exec(s)
			continue
		}
		e.remake(table, strings.Split(changes, "; "))
	}
}

// remake makes an empty table of SQLite anew, with changes "from → to".
func (e *env) remake(table string, changes []string) {
	e.Helper()
	var text string
	e.must(e.raw.Pool.QueryRowContext(e.ctx, "SELECT sql FROM sqlite_master WHERE name = ?", table).Scan(&text))
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\n ", ""), "\n", "")
	text = strings.ReplaceAll(text, ",", ", ")
	text = strings.ReplaceAll(text, ",  ", ", ")
	for _, c := range changes {
		from, to, _ := strings.Cut(c, "→")
		from, to = strings.TrimSuffix(from, " "), strings.TrimPrefix(to, " ")
		if !strings.Contains(text, from) {
			e.Fatalf("%q is not in %s", from, text)
		}
		text = strings.Replace(text, from, to, 1)
	}
	var indexes []string
	rows, err := e.raw.Pool.QueryContext(e.ctx, "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql IS NOT NULL", table)
	e.must(err)
	for rows.Next() {
		var index string
		e.must(rows.Scan(&index))
		indexes = append(indexes, index)
	}
	e.must(rows.Close())
	e.exec("DROP TABLE " + e.sql(`"`+table+`"`))
	for _, s := range append([]string{text}, indexes...) {
		_, err := e.raw.Pool.ExecContext(e.ctx, s)
		e.must(err)
	}
}

// reopen opens an adapter on the database of the env and returns its error.
func (e *env) reopen(options ...auth.Option) error {
	_, err := auth.Open(e.ctx, dialect.Database{Pool: e.raw.Pool, Dialect: e.raw.Dialect}, e.tr, options...)
	return err
}

// differs fails the test unless err is a SchemaError with the text, in which * is
// any text.
func (e *env) differs(want string, err error) *auth.SchemaError {
	e.Helper()
	var seen *auth.SchemaError
	if !errors.As(err, &seen) {
		e.Fatalf("error is %v, want a SchemaError", err)
	}
	text := err.Error()
	for _, part := range strings.Split(want, "*") {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			e.Errorf("error is\n%v\nwant %q in it", err, want)
			break
		}
		text = rest
	}
	return seen
}

// mends runs the SQL of an error and holds that nothing differs any more, unless
// the error says in words what to do.
func (e *env) mends(seen *auth.SchemaError) bool {
	e.Helper()
	for _, d := range seen.Differences {
		if len(d.SQL) == 0 && d.Note != "the statement above mends this too" {
			if d.Note == "" {
				e.Errorf("nothing says what to do about %v", d)
			}
			return false
		}
	}
	for _, d := range seen.Differences {
		for _, s := range d.SQL {
			if _, err := e.raw.Pool.ExecContext(e.ctx, s); err != nil {
				e.Fatalf("%s: %v", s, err)
			}
		}
	}
	e.must(e.reopen())
	return true
}

var driftCases = []testCase{
	{"S1: CreateTables says it too, and what a statement of its own would fail at", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE session`)
		e.exec(`CREATE TABLE session (id varchar(40) NOT NULL PRIMARY KEY)`)
		e.differs("session.token: there is no column token*session.userId: there is no column userId", e.db.CreateTables(e.ctx))
	}},
	{"S1: CreateTables makes no second index where one of another name keeps the same columns unique", func(t *testing.T, e *env) {
		for _, s := range by(e, []string{`DROP INDEX user_email_uidx`, `CREATE UNIQUE INDEX theirs ON user (email)`},
			[]string{`DROP INDEX user_email_uidx`, `ALTER TABLE "user" ADD CONSTRAINT theirs UNIQUE (email)`},
			[]string{`ALTER TABLE user DROP INDEX user_email_uidx`, `ALTER TABLE user ADD UNIQUE theirs (email)`}) {
			e.exec(s)
		}
		e.must(e.db.CreateTables(e.ctx))
		live, err := e.raw.Dialect.Inspect(e.ctx, e.raw.Pool, e.db.Schema().Tables)
		e.must(err)
		var names []string
		for _, table := range live {
			for _, u := range table.Uniques {
				if table.Name == "user" && slices.Equal(u.Columns, []string{"email"}) {
					names = append(names, u.Name)
				}
			}
		}
		if !slices.Equal(names, []string{"theirs"}) {
			t.Errorf("unique indexes on user.email: %v", names)
		}
	}},
	{"S1: a table that is not there is no difference", func(t *testing.T, e *env) {
		e.exec(`DROP TABLE session`)
		e.must(e.reopen())
		e.must(e.db.CreateTables(e.ctx))
		e.must(e.reopen())
	}},
	{"S1: a CHECK that refuses a value is named with its field", func(t *testing.T, e *env) {
		e.drift(by(e, []string{"user: , 'admin' → , 'owner'"}, []string{`ALTER TABLE "user" DROP CONSTRAINT user_role_check`, `ALTER TABLE "user" ADD CONSTRAINT user_role_check CHECK (role IN ('user', 'owner'))`},
			[]string{`ALTER TABLE user MODIFY role varchar(255) NOT NULL CHECK (role IN ('user', 'owner'))`}))
		_, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "ada", Role: auth.Set(auth.UserRoleAdmin)})
		var refused *auth.ValidationError
		if !errors.As(err, &refused) || refused.Field != "role" || refused.Rule != "check" || !strings.Contains(err.Error(), "user.role: a CHECK of the table refused the value") {
			t.Errorf("error is %v", err)
		}
	}},
	{"S1: a value that the column of another program does not hold is an error that says what it holds", func(t *testing.T, e *env) {
		if e.kind() != dialect.MySQL {
			return // which alone has such columns and names the one that refused
		}
		e.exec(`ALTER TABLE session MODIFY "expiresAt" timestamp(3) NOT NULL, MODIFY agent text`)
		db := e.open()
		user, err := db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "ada"})
		e.must(err)
		long := strings.Repeat("x", 65_536)
		for want, in := range map[string]auth.SessionCreate{
			"session.expiresAt: the database refused a value: the column is timestamp(3), which holds times from 1970 to 2038; datetime(3) holds all": {
				Token: auth.NewSecret("a"), UserID: user.ID, ExpiresAt: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)},
			"session.agent: the database refused a value: the column is text, which holds up to 65535 bytes; longtext holds more": {
				Token: auth.NewSecret("b"), UserID: user.ID, ExpiresAt: e.now, Agent: &long},
		} {
			var refused *auth.ValidationError
			if _, err := db.Session.Create(e.ctx, in); !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want %q", err, want)
			}
		}
	}},
	{"S1: columns that are added fill the rows that are there", func(t *testing.T, e *env) {
		created, err := e.db.User.Create(e.ctx, auth.UserCreate{Name: "ada", Email: "ada"})
		e.must(err)
		_, err = e.db.Lease.Create(e.ctx, auth.LeaseCreate{Owner: "ada", StartsAt: created.CreatedAt})
		e.must(err)
		for _, column := range []string{"tags", "createdAt", "updatedAt", "source"} {
			e.exec(`ALTER TABLE "user" DROP COLUMN "` + column + `"`)
		}
		e.exec(`ALTER TABLE lease DROP COLUMN "updatedAt"`)
		e.mends(e.differs("user.createdAt: there is no column createdAt", e.reopen()))
		found, err := e.db.User.Get(e.ctx, created.ID)
		e.must(err)
		if year := found.CreatedAt.Year(); year < 2020 || found.Source != "web" || found.Tags == nil {
			t.Errorf("row is %+v", found)
		}
	}},
	{"S1: each of the statements of a table that is not there, and of references to it, finds what it needs", func(t *testing.T, e *env) {
		for _, s := range by(e, nil, []string{`DROP TABLE remark, ticket, desk CASCADE`, `ALTER TABLE reply DROP COLUMN "deskId"`},
			[]string{`ALTER TABLE reply DROP FOREIGN KEY "reply_deskId_fk"`, `ALTER TABLE reply DROP COLUMN "deskId"`, `DROP TABLE remark, ticket, desk`}) {
			e.exec(s)
		}
		if e.kind() == dialect.SQLite {
			return // it refers to tables that are not there
		}
		e.mends(e.differs("reply.deskId: there is no column deskId*reply.deskId: no foreign key refers to desk.id, and there is no table desk", e.reopen()))
		e.must(e.db.CreateTables(e.ctx))
	}},
	{"S1: what breaks no rule is no difference", func(t *testing.T, e *env) {
		e.exec(`ALTER TABLE session ADD device varchar(20)`)
		e.exec(`ALTER TABLE session ADD shade varchar(20) DEFAULT 'light' NOT NULL`)
		e.exec(`CREATE UNIQUE INDEX mine ON session (device)`)
		e.exec(`CREATE TABLE "User_" (id integer)`)
		for _, s := range by(e, nil, []string{`ALTER TABLE session ALTER token TYPE varchar(300), ALTER "updatedAt" TYPE timestamp, ALTER "createdAt" DROP NOT NULL`, `ALTER TABLE sample ALTER nums TYPE json`},
			[]string{`ALTER TABLE session MODIFY agent text, MODIFY "updatedAt" timestamp(6) NULL`}) {
			e.exec(s)
		}
		e.must(e.reopen())
	}},
	{"S1: what differences matter to is known where nobody is told of them", func(t *testing.T, e *env) {
		for _, s := range by(e, nil, []string{`ALTER TABLE sample ALTER seen TYPE timestamptz`, `ALTER TABLE sample ALTER weight TYPE real`},
			[]string{`ALTER TABLE sample MODIFY seen datetime(6)`, `ALTER TABLE sample MODIFY weight float`}) {
			e.exec(s)
		}
		db := e.open(auth.WithSchemaCheck(auth.IgnoreDifferences))
		e.exec(`INSERT INTO sample (id, seen) VALUES ('finer', ` + by(e, `'2026-01-01T00:00:00.000Z'`, `'2026-01-01 00:00:00.000700Z'`, `'2026-01-01 00:00:00.000700'`) + `)`)
		n, err := db.Sample.Count(e.ctx, auth.SampleCols.Seen.Eq(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
		e.must(err)
		s, err := db.Sample.Create(e.ctx, auth.SampleCreate{Weight: new(0.1)})
		e.must(err)
		now, err := db.Sample.Get(e.ctx, s.ID)
		e.must(err)
		if n != 1 || exact(s) != exact(now) {
			t.Errorf("%d rows; created\n%s\nstored\n%s", n, exact(s), exact(now))
		}
	}},
}
