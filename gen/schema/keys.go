package schema

import "github.com/authgen/authgen/gen/schema/internal/grammar"

type (
	shape   = grammar.Shape
	section = grammar.Section
	key     = grammar.Key
)

// oneOf returns the shape of a text that must be one of the values. Also has the words
// of other tools that people write instead.
func oneOf(noun string, also map[string]string, values ...string) *shape {
	return &shape{Form: grammar.TextForm, Noun: noun, Values: values, Also: also}
}

// of returns the shape of a section.
func of(keys *section) *shape { return &shape{Form: grammar.SectionForm, Keys: keys} }

// Shapes that several keys share.
var (
	flag      = &shape{Form: grammar.FlagForm}
	freeName  = &shape{Form: grammar.TextForm, Rule: printable}
	docText   = &shape{Form: grammar.TextForm, Rule: prose}
	names     = &shape{Form: grammar.ListForm, Least: 1, Of: freeName}
	timeForms = oneOf("way to store times", nil, "text", "integer")
	idKinds   = oneOf("kind of ids", idWords,
		string(NanoID), string(UUID), string(UUIDv7), string(ULID), string(Serial), string(Caller))
)

// typeNames is the shape of a type.
var typeNames = oneOf("type", typeWords,
	string(String), string(Text), string(Int), string(Bigint), string(Float), string(Bool),
	string(Time), string(JSON), string(Bytes), string(Strings), string(Ints))

// shortType is the shape of a field in its short form.
var shortType = func() *shape { s := *typeNames; s.Suffix = "?"; return &s }()

var namingKeys = &section{Name: "naming", Doc: "How SQL names derive from the keys here.", Example: "{tables: snake, columns: snake}", Keys: []key{
	{Name: "tables", Shape: oneOf("naming of tables", namingWords, "asIs", "snake", "plural", "snakePlural"),
		Doc: "asIs (default): userRole; snake: user_role; plural: userRoles; snakePlural: user_roles."},
	{Name: "columns", Shape: oneOf("naming of columns", namingWords, "asIs", "snake"),
		Doc: "asIs (default): emailVerified; snake: email_verified."},
}}

var referenceKeys = &section{Name: "reference", Doc: "A foreign key.", Example: "{table: user, onDelete: cascade}",
	Also: referenceWords, Keys: []key{
		{Name: "table", Shape: freeName, Required: true, Missing: `; name the table, such as "table: user"`, Doc: "The table that it points to."},
		{Name: "field", Shape: freeName, Doc: "The field that it points to, which must be unique; id by default."},
		{Name: "onDelete", Doc: "What deleting the row that it points to does: cascade (default) deletes this row too, setNull sets this field to null, restrict refuses the delete.",
			Shape: oneOf("onDelete", onDeleteWords, string(Cascade), string(SetNull), string(Restrict))},
	}}

var fieldKeys = &section{Name: "field", Doc: "A field: a type, with ? where nullable, or a mapping.", Example: "{type: string, unique: true}",
	Also: fieldWords, Advice: fieldAdvice, Rules: fieldRules(),
	Keys: []key{
		{Name: "type", Shape: typeNames, Doc: "Its type; not needed beside references."},
		{Name: "references", Shape: &shape{Form: grammar.TextForm, Rule: printable, Alt: of(referenceKeys),
			Says: "the name of a table or a mapping, such as " + referenceKeys.Example},
			Doc: "The table that it points to; the field then has the type of that table's id."},
		{Name: "nullable", Shape: flag, Doc: "Whether it may be null; false by default."},
		{Name: "unique", Shape: flag, Doc: "Whether no two rows may have the same value; nulls always differ."},
		{Name: "index", Shape: flag, Doc: "Whether the database keeps an index of it."},
		{Name: "immutable", Shape: flag, Doc: "Whether it keeps the value that it was created with."},
		{Name: "default", Shape: &shape{Form: grammar.AnyForm}, Doc: "What Create stores if the caller gives no value: a literal, or now for a time."},
		{Name: "onUpdate", Shape: oneOf("onUpdate", nil, "now"), Doc: "now: every update sets it to the current time."},
		{Name: "times", Shape: timeForms, Doc: "How SQLite stores this time, if differently from the table's other times: as text, or as integer milliseconds."},
		{Name: "enum", Shape: &shape{Form: grammar.ListForm, Least: 1, Of: freeName}, Doc: "The only values that a string may have."},
		{Name: "maxLength", Shape: &shape{Form: grammar.NumberForm, Least: 1, Most: 1 << 30}, Doc: "How many characters a string or text may have."},
		{Name: "pattern", Shape: &shape{Form: grammar.TextForm, Rule: printable, Code: true}, Doc: "A regular expression (RE2) that a string or text must match."},
		{Name: "secret", Shape: flag, Doc: "Whether its value never prints, never leaves in an event, and is compared in constant time."},
		{Name: "column", Shape: freeName, Doc: "Its name in SQL, instead of the derived one."},
		{Name: "doc", Shape: docText, Doc: "Doc comment; a YAML comment above the key does the same."},
		{Name: "goName", Shape: freeName, Doc: "Its name in Go, instead of the derived one."},
		{Name: "goType", Shape: &shape{Form: grammar.TextForm, Rule: goTypeName}, Doc: "Its type in Go, as import/path.Name, instead of the derived one."},
	}}

var indexKeys = &section{Name: "index", Doc: "An index over one or more fields.", Example: "{fields: [userId, role], unique: true}",
	Also: indexWords, Keys: []key{
		{Name: "fields", Shape: names, Required: true, Missing: `; list the fields, such as "fields: [userId, role]"`, Doc: "Its fields, in order."},
		{Name: "unique", Shape: flag, Doc: "Whether no two rows may have the same values in all of its fields."},
		{Name: "name", Shape: freeName, Doc: "Its name in SQL, instead of the derived one."},
	}}

var triggerNames = oneOf("trigger", triggerWords,
	string(BeforeCreate), string(OnCreate), string(BeforeUpdate), string(OnUpdate), string(BeforeDelete), string(OnDelete))

var tableKeys = &section{Name: "table", Doc: "A table. It always has an id. If a preset has the table, this extends it.", Example: "{fields: {title: string}}",
	Also: tableWords, Advice: tableAdvice,
	Keys: []key{
		{Name: "name", Shape: freeName, Doc: "Its name in SQL, instead of the derived one."},
		{Name: "goName", Shape: freeName, Doc: "Its name in Go, instead of the derived one."},
		{Name: "doc", Shape: docText, Doc: "Doc comment; a YAML comment above the key does the same."},
		{Name: "fields", Doc: "Its fields, without the id.",
			Shape: &shape{Form: grammar.MapForm, Entry: "field", Example: `"title: string"`, Pattern: grammar.NameKey, SQLName: "column", Most: maxFields,
				Taken: "id", Why: `every table has an id; leave this one out, "ids" of the table says of what kind it is`,
				Of: &shape{Form: grammar.SectionForm, Keys: fieldKeys, Alt: shortType, Says: "a type, such as string, or a mapping, such as " + fieldKeys.Example}}},
		{Name: "triggers", Doc: "Which triggers you write: a list, or all; none by default.",
			Shape: &shape{Form: grammar.ListForm, Of: triggerNames, Alt: oneOf("value of triggers", nil, "all")}},
		{Name: "ids", Shape: idKinds, Doc: "Who makes its ids, if this differs from other tables."},
		{Name: "times", Doc: "How SQLite stores its times: as text (default), or as integer milliseconds, which is quicker.", Shape: timeForms},
		{Name: "indexes", Doc: "Indexes over several fields.",
			Shape: &shape{Form: grammar.ListForm, Entry: "index", Of: of(indexKeys)}},
	}}

var eventKeys = &section{Name: "event", Doc: "An event, recorded in the transaction of the write.", Example: "{on: user.create}",
	Also: eventWords,
	Keys: []key{
		{Name: "on", Shape: freeName, Required: true, Missing: `; name the write, such as "on: user.update"`, Doc: "Which write: table.create, table.update or table.delete."},
		{Name: "fields", Shape: names, Doc: "Of an update: record the event only if one of these changed; by default if any did."},
		{Name: "payload", Shape: names, Doc: "Which fields it carries; by default all that are not secret, and for a delete those that identify the row."},
		{Name: "doc", Shape: docText, Doc: "Doc comment; a YAML comment above the key does the same."},
	}}

// topKeys returns the keys of a schema.yaml. Presets are the names that "use" takes.
func topKeys(presets []string) *section {
	return &section{Name: "schema", Doc: "Schema of an authgen package.",
		Also: topWords,
		Keys: []key{
			{Name: "version", Required: true, Missing: `; begin the file with "version: 1"`, Shape: &shape{Form: grammar.NumberForm, Least: 1, Most: 1}, Doc: "Version of this format: 1."},
			{Name: "out", Required: true, Missing: `; name the folder of the generated package, such as "out: ./auth"`, Shape: &shape{Form: grammar.TextForm, Rule: folder}, Doc: "Folder of the generated package, relative to this file."},
			{Name: "package", Shape: freeName, Doc: "Name of the generated package; by default the last element of out."},
			{Name: "triggers", Shape: &shape{Form: grammar.TextForm, Rule: folder}, Doc: "Folder of your package of trigger methods; ./triggers by default."},
			{Name: "dialects", Doc: "Databases for which SQL is generated; all by default.",
				Shape: &shape{Form: grammar.ListForm, Least: 1, Of: dialectNames}},
			{Name: "use", Doc: "Presets: tables as Better Auth and its plugins define them.",
				Shape: &shape{Form: grammar.ListForm, Of: presetNames(presets)}},
			{Name: "naming", Shape: of(namingKeys), Doc: namingKeys.Doc},
			{Name: "ids", Shape: idKinds, Doc: "Who makes ids, and of what kind; nanoid by default."},
			{Name: "tables", Doc: "Tables, each with its fields, triggers and indexes.",
				Shape: &shape{Form: grammar.MapForm, Entry: "table", Example: `"note: {fields: {title: string}}"`, Pattern: grammar.NameKey, SQLName: "name", Most: maxTables, Of: of(tableKeys)}},
			{Name: "events", Doc: "Events, such as user.updated.",
				Shape: &shape{Form: grammar.MapForm, Entry: "event", Example: `"user.created: {on: user.create}"`, Pattern: eventKey, Most: maxTables,
					Of: &shape{Form: grammar.SectionForm, Keys: eventKeys, Alt: &shape{Form: grammar.FalseForm}}}},
			{Name: "eventBigints", Doc: "How events carry bigints and serial ids: as number (default), or as text, which JavaScript reads without loss.",
				Shape: oneOf("way to write a bigint", nil, "number", "text")},
			{Name: "outbox", Shape: flag, Doc: "Whether the package has the tables and functions for jobs and events; by default only if there are events."},
		}}
}

// presetKeys returns the keys of a preset's file.
func presetKeys(presets []string) *section {
	top := topKeys(presets)
	return &section{Name: "preset", Keys: []key{*top.Key("use"), *top.Key("tables"), *top.Key("events")}}
}
