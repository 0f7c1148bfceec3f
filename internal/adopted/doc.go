// Package adopted holds that databases which Better Auth, Drizzle and Prisma made
// open without complaint, unless they break a rule. It has tests only; the SQL is
// in testdata, so that they need no Node.
package adopted
