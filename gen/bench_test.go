package gen

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// groupOfFive is a schema of five tables of twelve fields each, the id among
// them, with a mix of triggers as applications have it.
const groupOfFive = `
  user%[1]d:
    fields:
      name: string
      email: {type: string, unique: true}
      emailVerified: {type: bool, default: false}
      image: text?
      role: {type: string, enum: [user, admin], default: user}
      banned: {type: bool, default: false}
      banReason: string?
      banExpires: time?
      logins: {type: int, default: 0}
      createdAt: {type: time, default: now}
      updatedAt: {type: time, default: now, onUpdate: now}
    triggers: [beforeCreate, onCreate, onUpdate, onDelete]
  session%[1]d:
    fields:
      userId: {references: user%[1]d, index: true}
      token: {type: string, unique: true, secret: true}
      expiresAt: time
      ipAddress: string?
      userAgent: text?
      country: string?
      city: string?
      device: string?
      remembered: {type: bool, default: false}
      createdAt: {type: time, default: now}
      updatedAt: {type: time, default: now, onUpdate: now}
  organization%[1]d:
    fields:
      name: string
      slug: {type: string, unique: true}
      logo: text?
      plan: {type: string, enum: [free, team, business], default: free}
      seats: {type: int, default: 5}
      ownerId: {references: {table: user%[1]d, onDelete: restrict}}
      country: string?
      vatId: string?
      metadata: json?
      createdAt: {type: time, default: now}
      updatedAt: {type: time, default: now, onUpdate: now}
    triggers: [onCreate]
  member%[1]d:
    fields:
      userId: {references: user%[1]d}
      organizationId: {references: organization%[1]d}
      role: {type: string, default: member}
      title: string?
      tags: {type: "string[]", default: []}
      invitedBy: {references: {table: user%[1]d, onDelete: setNull}, nullable: true}
      active: {type: bool, default: true}
      score: float?
      seenAt: time?
      createdAt: {type: time, default: now}
      updatedAt: {type: time, default: now, onUpdate: now}
    indexes: [{fields: [userId, organizationId], unique: true}]
    triggers: [onCreate, onDelete]
  document%[1]d:
    fields:
      organizationId: {references: organization%[1]d, index: true}
      authorId: {references: {table: user%[1]d, onDelete: setNull}, nullable: true}
      title: {type: string, maxLength: 200}
      body: text
      state: {type: string, enum: [draft, live], default: draft}
      version: {type: int, default: 1}
      bytes: {type: bigint, default: 0}
      public: {type: bool, default: false}
      publishedAt: time?
      createdAt: {type: time, default: now}
      updatedAt: {type: time, default: now, onUpdate: now}
`

// schemaOf returns the text of a schema of that many tables.
func schemaOf(tables int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nout: ./auth\ntables:")
	for i := range tables / 5 {
		fmt.Fprintf(&b, groupOfFive, i)
	}
	return []byte(b.String())
}

// BenchmarkGenerate goes from YAML to rendered files, as performance.md
// measures it but for the files' writing.
func BenchmarkGenerate(b *testing.B) {
	for _, tables := range []int{5, 200, 1000} {
		b.Run(fmt.Sprint(tables), func(b *testing.B) {
			src := schemaOf(tables)
			lines := 0
			b.ReportAllocs()
			for b.Loop() {
				lines = 0
				for name, data := range generate(b, "schema.yaml", src) {
					if strings.HasSuffix(name, ".go") {
						lines += bytes.Count(data, []byte("\n"))
					}
				}
			}
			b.ReportMetric(float64(lines)/float64(tables), "lines/table")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-sys")
		})
	}
}

// TestWriteBenchmark writes the benchmark's package to a folder, for measuring
// how long it compiles.
func TestWriteBenchmark(t *testing.T) {
	dir := os.Getenv("AUTHGEN_BENCH_DIR")
	if dir == "" {
		t.Skip("AUTHGEN_BENCH_DIR names no folder")
	}
	write(t, dir, generate(t, "schema.yaml", schemaOf(benchTables(t))))
	writeModule(t, dir)
}

// benchTables is how many tables TestWriteBenchmark writes.
func benchTables(t *testing.T) int {
	n := 200
	if text := os.Getenv("AUTHGEN_BENCH_TABLES"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}
