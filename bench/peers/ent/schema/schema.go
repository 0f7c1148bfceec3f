// Package schema declares the tables of the benchmark to ent, under the names
// that they have in the database.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/authgen/authgen/bench/contest"
)

// named gives a table its name.
func named(table string) []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: table}}
}

// User is the table user.
type User struct{ ent.Schema }

// Annotations name the table.
func (User) Annotations() []schema.Annotation { return named("user") }

// Fields are Better Auth's own, and the two that W2 sets.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").DefaultFunc(contest.NewID),
		field.String("name"),
		field.String("email").Unique(),
		field.Bool("email_verified").StorageKey("emailVerified").Default(false),
		field.Text("image").Optional().Nillable(),
		field.Time("created_at").StorageKey("createdAt").Default(contest.Now).Immutable(),
		field.Time("updated_at").StorageKey("updatedAt").Default(contest.Now).UpdateDefault(contest.Now),
		field.String("username").Optional().Nillable(),
		field.String("role").Optional().Nillable(),
	}
}

// Edges are those to the sessions.
func (User) Edges() []ent.Edge {
	return []ent.Edge{edge.To("sessions", Session.Type)}
}

// Session is the table session.
type Session struct{ ent.Schema }

// Annotations name the table.
func (Session) Annotations() []schema.Annotation { return named("session") }

// Fields are Better Auth's own.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").DefaultFunc(contest.NewID),
		field.Time("expires_at").StorageKey("expiresAt"),
		field.String("token").Unique().Sensitive(),
		field.Time("created_at").StorageKey("createdAt").Default(contest.Now).Immutable(),
		field.Time("updated_at").StorageKey("updatedAt").Default(contest.Now).UpdateDefault(contest.Now),
		field.String("ip_address").StorageKey("ipAddress").Optional().Nillable(),
		field.Text("user_agent").StorageKey("userAgent").Optional().Nillable(),
		field.String("user_id").StorageKey("userId"),
	}
}

// Edges are that to the user.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref("sessions").Field("user_id").Unique().Required()}
}

// Profile is the table profile.
type Profile struct{ ent.Schema }

// Annotations name the table.
func (Profile) Annotations() []schema.Annotation { return named("profile") }

// Fields are those of every contestant.
func (Profile) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").DefaultFunc(contest.NewID),
		field.String("user_id").StorageKey("userId").Unique(),
		field.Text("avatar").Optional().Nillable(),
		field.Text("bio").Default(""),
	}
}
