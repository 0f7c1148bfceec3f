package schema

// Words of SQL, of other languages and of Better Auth, which people write by habit. Words
// for values are in lower case, words for keys as people write them.

// Words for values, and the value that each means.
var (
	idWords = map[string]string{
		"autoincrement": "serial", "auto": "serial", "increment": "serial", "bigserial": "serial", "false": "serial",
		"int": "serial", "integer": "serial", "bigint": "serial", "number": "serial",
		"uuidv4": "uuid", "uuid4": "uuid", "uuid7": "uuidv7", "cuid": "nanoid", "manual": "caller", "custom": "caller",
	}
	typeWords = map[string]string{
		"boolean": "bool", "integer": "int", "number": "int", "int16": "int", "int32": "int", "smallint": "int", "serial": "int",
		"int64": "bigint", "long": "bigint", "bigserial": "bigint",
		"double": "float", "decimal": "float", "numeric": "float", "real": "float",
		"date": "time", "datetime": "time", "timestamp": "time", "timestamptz": "time",
		"str": "string", "char": "string", "varchar": "string", "uuid": "string", "id": "string", "enum": "string",
		"email": "string", "url": "string", "password": "string", "longtext": "text", "clob": "text",
		"object": "json", "jsonb": "json", "map": "json", "any": "json", "blob": "bytes", "binary": "bytes", "bytea": "bytes",
		"array": "string[]", "strings": "string[]", "text[]": "string[]", "[]string": "string[]",
		"number[]": "int[]", "integer[]": "int[]", "bigint[]": "int[]", "ints": "int[]", "[]int": "int[]",
	}
	namingWords = map[string]string{
		"snake_case": "snake", "snakecase": "snake", "camel": "asIs", "camelcase": "asIs", "none": "asIs",
	}
	onDeleteWords = map[string]string{
		"set null": "setNull", "null": "setNull", "no action": "restrict", "delete": "cascade",
	}
	triggerWords = map[string]string{
		"aftercreate": "onCreate", "afterupdate": "onUpdate", "afterdelete": "onDelete",
		"create": "onCreate", "update": "onUpdate", "delete": "onDelete",
		"insert": "onCreate", "beforeinsert": "beforeCreate", "oninsert": "onCreate", "afterinsert": "onCreate",
	}
	dialectWords = map[string]string{
		"postgresql": "postgres", "pg": "postgres", "pgx": "postgres", "psql": "postgres", "pgsql": "postgres",
		"mariadb": "mysql", "maria": "mysql", "mysql8": "mysql", "sqlite3": "sqlite", "libsql": "sqlite",
	}
)

// Words for keys, and the key that each means.
var (
	topWords = map[string]string{
		"models": "tables", "presets": "use", "plugins": "use", "output": "out", "dialect": "dialects", "database": "dialects", "id": "ids",
		"jobs": "outbox", "queue": "outbox",
	}
	tableWords = map[string]string{
		"columns": "fields", "hooks": "triggers", "comment": "doc", "description": "doc", "tableName": "name", "modelName": "name",
	}
	fieldWords = map[string]string{
		"kind": "type", "dataType": "type", "bigint": "type", "required": "nullable", "optional": "nullable", "null": "nullable",
		"ref": "references", "foreign": "references", "foreignKey": "references", "relation": "references",
		"comment": "doc", "description": "doc", "fieldName": "column", "name": "column",
		"size": "maxLength", "length": "maxLength", "max": "maxLength", "regex": "pattern", "values": "enum", "defaultValue": "default",
		"hidden": "secret", "returned": "secret", "readonly": "immutable", "input": "immutable",
	}
	referenceWords = map[string]string{"model": "table", "column": "field", "key": "field", "delete": "onDelete"}
	indexWords     = map[string]string{"columns": "fields", "column": "fields", "keys": "fields", "on": "fields"}
	eventWords     = map[string]string{"comment": "doc", "description": "doc", "data": "payload"}
)

// Words for keys that do not exist here, and what to do instead.
var (
	fieldAdvice = map[string]string{
		"primary": primaryAdvice, "primaryKey": primaryAdvice, "primary_key": primaryAdvice, "pk": primaryAdvice,
		"notNull": notNullAdvice, "not_null": notNullAdvice, "autoincrement": serialAdvice, "autoIncrement": serialAdvice,
	}
	tableAdvice = map[string]string{
		"primaryKey": primaryAdvice,
		"unique":     `"unique: true" makes one field unique; for several together, write an index under "indexes"`,
		"timestamps": `declare each as a field, such as "createdAt: {type: time, default: now}"`,
	}
)

const (
	primaryAdvice = `every table has the primary key "id"; write "unique: true" for other fields that must be unique`
	notNullAdvice = `fields may not be null by default; "nullable: true" allows it`
	serialAdvice  = `write "ids: serial" in the table to let the database count its ids`
)
