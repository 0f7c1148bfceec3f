package schema

import "regexp"

// A form is what a value looks like.
type form int

const (
	textForm    form = iota
	flagForm         // true or false
	falseForm        // false, which undoes what a preset says
	numberForm       // a whole number
	anyForm          // any value but null
	listForm         // of texts, each once, or of sections
	mapForm          // keys that the user makes up
	sectionForm      // keys of a fixed set
)

// A shape says which values a key takes. The validator walks it and the JSON
// Schema is written from it; nothing else knows the keys.
type shape struct {
	form    form
	alt     *shape            // another form that serves as well: "all", beside a list
	values  []string          // of a text: the only ones, if any
	noun    string            // of a text with values: what a wrong one is called
	also    map[string]string // of a text with values: what people write, in lower case, and what they mean
	suffix  string            // of a text with values: each of them may end in it
	rule    *rule             // of a text
	least   int               // of a list: length; of a number: value
	most    int               // of a number; 0: no limit
	of      *shape            // of a list or map: an entry
	keys    *section          // of a section
	pattern *regexp.Regexp    // of a map: its keys
	sqlName string            // of a map: the key under an entry that takes a free SQL name
	entry   string            // of a map: "table", "field", "event"
	example string            // of a map: an entry, for messages
}

// A section is a mapping with a fixed set of keys.
type section struct {
	name    string // in the JSON Schema's $defs
	doc     string
	example string // for messages
	keys    []key
	also    map[string]string // keys that people write, and what they mean
	advice  map[string]string // keys that people write where there is no such key, and what to do instead
}

// A key is one key of a section.
type key struct {
	name     string
	shape    *shape
	required bool
	doc      string
}

// key returns the key of that name, or nil.
func (s *section) key(name string) *key {
	for i := range s.keys {
		if s.keys[i].name == name {
			return &s.keys[i]
		}
	}
	return nil
}

// names returns the keys in order.
func (s *section) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// Shapes that several keys share.
var (
	flag      = &shape{form: flagForm}
	freeName  = &shape{form: textForm, rule: printable}
	docText   = &shape{form: textForm, rule: prose}
	names     = &shape{form: listForm, least: 1, of: freeName}
	timeForms = &shape{form: textForm, noun: "way to store times", values: []string{"text", "integer"}}
	idKinds   = &shape{form: textForm, noun: "kind of ids",
		values: []string{string(NanoID), string(UUID), string(UUIDv7), string(ULID), string(Serial), string(Caller)},
		also:   idWords}
)

// typeNames are the types of fields, and what other languages call them.
var typeNames = shape{form: textForm, noun: "type",
	values: []string{string(String), string(Text), string(Int), string(Bigint), string(Float), string(Bool),
		string(Time), string(JSON), string(Bytes), string(Strings), string(Ints)},
	also: typeWords}

// shortType is a field in its short form.
var shortType = func() *shape { s := typeNames; s.suffix = "?"; return &s }()

var namingKeys = &section{name: "naming", doc: "How SQL names derive from the keys here.", example: "{tables: snake, columns: snake}", keys: []key{
	{name: "tables", shape: &shape{form: textForm, noun: "naming of tables", values: []string{"asIs", "snake", "plural", "snakePlural"}, also: namingWords},
		doc: "asIs (default): userRole; snake: user_role; plural: userRoles; snakePlural: user_roles."},
	{name: "columns", shape: &shape{form: textForm, noun: "naming of columns", values: []string{"asIs", "snake"}, also: namingWords},
		doc: "asIs (default): emailVerified; snake: email_verified."},
}}

var referenceKeys = &section{name: "reference", doc: "A foreign key.", example: "{table: user, onDelete: cascade}",
	also: referenceWords, keys: []key{
		{name: "table", shape: freeName, required: true, doc: "The table it points to."},
		{name: "field", shape: freeName, doc: "The field it points to, which must be unique; id (default)."},
		{name: "onDelete", doc: "What deleting the row it points to does to this one: cascade (default) deletes it, setNull empties this field, restrict forbids it.",
			shape: &shape{form: textForm, noun: "onDelete",
				values: []string{string(Cascade), string(SetNull), string(Restrict)},
				also:   onDeleteWords}},
	}}

var fieldKeys = &section{name: "field", doc: "A field: a type, with ? where nullable, or a mapping.", example: "{type: string, unique: true}",
	also: fieldWords, advice: fieldAdvice,
	keys: []key{
		{name: "type", shape: &typeNames, doc: "Its type; may be left out beside references."},
		{name: "references", shape: &shape{form: textForm, rule: printable, alt: &shape{form: sectionForm, keys: referenceKeys}},
			doc: "The table that it points to; it then has the type of that table's id."},
		{name: "nullable", shape: flag, doc: "Whether it may be null; false by default."},
		{name: "unique", shape: flag, doc: "Whether no two rows may have the same value; null is never the same."},
		{name: "index", shape: flag, doc: "Whether the database keeps an index of it."},
		{name: "immutable", shape: flag, doc: "Whether it keeps the value it was created with."},
		{name: "default", shape: &shape{form: anyForm}, doc: "What Create stores where the caller gives nothing: a literal, or now for a time."},
		{name: "onUpdate", shape: &shape{form: textForm, noun: "onUpdate", values: []string{"now"}}, doc: "now: every update sets it to the current time."},
		{name: "times", shape: timeForms, doc: "How SQLite stores it, a time: as text, or as integer milliseconds, where this differs from the table's other times."},
		{name: "enum", shape: &shape{form: listForm, least: 1, of: freeName}, doc: "The only values that a string may have."},
		{name: "maxLength", shape: &shape{form: numberForm, least: 1, most: 1 << 30}, doc: "How many characters a string or text may have."},
		{name: "pattern", shape: freeName, doc: "A regular expression (RE2) that a string or text must match."},
		{name: "secret", shape: flag, doc: "Whether its value never prints, is compared in constant time and leaves by no event."},
		{name: "column", shape: freeName, doc: "Its name in SQL, where the derived one does not serve."},
		{name: "doc", shape: docText, doc: "Doc comment; a YAML comment above the key does the same."},
		{name: "goName", shape: freeName, doc: "Its name in Go, where the derived one does not serve."},
		{name: "goType", shape: &shape{form: textForm, rule: goTypeName}, doc: "Its type in Go, as import/path.Name, where the derived one does not serve."},
	}}

var indexKeys = &section{name: "index", doc: "An index over one or more fields.", example: "{fields: [userId, role], unique: true}",
	also: indexWords, keys: []key{
		{name: "fields", shape: names, required: true, doc: "Its fields, in order."},
		{name: "unique", shape: flag, doc: "Whether no two rows may agree in all of its fields."},
		{name: "name", shape: freeName, doc: "Its name in SQL, where the derived one does not serve."},
	}}

var triggerNames = &shape{form: textForm, noun: "trigger",
	values: []string{string(BeforeCreate), string(OnCreate), string(BeforeUpdate), string(OnUpdate), string(BeforeDelete), string(OnDelete)},
	also:   triggerWords}

var tableKeys = &section{name: "table", doc: "A table. It has an id, always; a table of a preset is extended.", example: "{fields: {title: string}}",
	also: tableWords, advice: tableAdvice,
	keys: []key{
		{name: "name", shape: freeName, doc: "Its name in SQL, where the derived one does not serve."},
		{name: "goName", shape: freeName, doc: "Its name in Go, where the derived one does not serve."},
		{name: "doc", shape: docText, doc: "Doc comment; a YAML comment above the key does the same."},
		{name: "fields", doc: "Its fields, but for the id.",
			shape: &shape{form: mapForm, entry: "field", example: `"title: string"`, pattern: nameKey, sqlName: "column",
				of: &shape{form: sectionForm, keys: fieldKeys, alt: shortType}}},
		{name: "triggers", doc: "Which triggers you write: a list, or all; none by default.",
			shape: &shape{form: listForm, of: triggerNames, alt: &shape{form: textForm, noun: "value of triggers", values: []string{"all"}}}},
		{name: "ids", shape: idKinds, doc: "Who makes its ids, where this differs from the other tables."},
		{name: "times", doc: "How SQLite stores its times: as text, or as integer milliseconds, which is quicker; text by default.", shape: timeForms},
		{name: "indexes", doc: "Indexes over several fields.",
			shape: &shape{form: listForm, of: &shape{form: sectionForm, keys: indexKeys}}},
	}}

var eventKeys = &section{name: "event", doc: "An event, recorded in the transaction of the write.", example: "{on: user.create}",
	also: eventWords,
	keys: []key{
		{name: "on", shape: freeName, required: true, doc: "Which write: table.create, table.update or table.delete."},
		{name: "fields", shape: names, doc: "Of an update: only if one of these changed; any by default."},
		{name: "payload", shape: names, doc: "What it carries; all fields that are not secret, by default; of a delete, those that name the row."},
		{name: "doc", shape: docText, doc: "Doc comment; a YAML comment above the key does the same."},
	}}

// topKeys returns the keys of a schema.yaml; presets are the names that "use" takes.
func topKeys(presets []string) *section {
	return &section{name: "schema", doc: "Schema of an authgen package.",
		also: topWords,
		keys: []key{
			{name: "version", required: true, shape: &shape{form: numberForm, least: 1, most: 1}, doc: "Version of this format: 1."},
			{name: "out", required: true, shape: &shape{form: textForm, rule: folder}, doc: "Folder of the generated package, relative to this file."},
			{name: "package", shape: freeName, doc: "Name of the generated package; by default the last element of out."},
			{name: "triggers", shape: &shape{form: textForm, rule: folder}, doc: "Folder of your package of trigger methods; ./triggers by default."},
			{name: "dialects", doc: "Databases whose SQL is emitted; all by default.",
				shape: &shape{form: listForm, least: 1, of: dialectNames}},
			{name: "use", doc: "Presets: tables as Better Auth and its plugins define them.",
				shape: &shape{form: listForm, of: presetNames(presets)}},
			{name: "naming", shape: &shape{form: sectionForm, keys: namingKeys}, doc: namingKeys.doc},
			{name: "ids", shape: idKinds, doc: "Who makes ids, and of what kind; nanoid by default."},
			{name: "tables", doc: "Tables, each with its fields, triggers and indexes.",
				shape: &shape{form: mapForm, entry: "table", example: `"note: {fields: {title: string}}"`, pattern: nameKey, sqlName: "name", of: &shape{form: sectionForm, keys: tableKeys}}},
			{name: "events", doc: "Events, such as user.updated.",
				shape: &shape{form: mapForm, entry: "event", example: `"user.created: {on: user.create}"`, pattern: eventKey,
					of: &shape{form: sectionForm, keys: eventKeys, alt: &shape{form: falseForm}}}},
			{name: "eventBigints", doc: "How events carry bigints and serial ids: as number, or as text, which JavaScript reads without loss; number by default.",
				shape: &shape{form: textForm, noun: "way to write a bigint", values: []string{"number", "text"}}},
			{name: "outbox", shape: flag, doc: "Whether the package has the tables and functions for scheduled jobs and events; by default, if there are events."},
		}}
}

// presetKeys are the keys of a preset's file.
func presetKeys(presets []string) *section {
	top := topKeys(presets)
	return &section{name: "preset", keys: []key{*top.key("use"), *top.key("tables"), *top.key("events")}}
}
