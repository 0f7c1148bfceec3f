// Package peers lists the contestants.
package peers

import (
	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/peers/authgen"
	"github.com/authgen/authgen/bench/peers/bob"
	"github.com/authgen/authgen/bench/peers/ent"
	"github.com/authgen/authgen/bench/peers/gorm"
	"github.com/authgen/authgen/bench/peers/l1"
	"github.com/authgen/authgen/bench/peers/sqlboiler"
	"github.com/authgen/authgen/bench/peers/sqlc"
)

// All are the contestants, the reference first.
var All = []contest.Library{
	l1.Library, authgen.Library, authgen.OnPool, authgen.Program, sqlc.Library, sqlboiler.Library, bob.Library, ent.Library, gorm.Library,
}
