// Package schema declares the application's tables to ent.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Audit is table audit.
type Audit struct{ ent.Schema }

// Fields returns its columns, but for the id.
func (Audit) Fields() []ent.Field {
	return []ent.Field{field.String("user_id"), field.String("action")}
}

// Annotations names the table.
func (Audit) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("audit")}
}
