// Package adopted tests that databases of Better Auth, Drizzle and Prisma open without
// complaint, unless they break a rule. It has only tests. The SQL is in testdata, so that
// they need no Node.
package adopted
