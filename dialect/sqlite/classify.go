package sqlite

import (
	"database/sql/driver"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// Result codes (sqlite.org/rescode.html). The low byte is the primary code.
const (
	codeError      = 1
	codeBusy       = 5
	codeLocked     = 6
	codeNoMem      = 7
	codeInterrupt  = 9
	codeIOErr      = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeTooBig     = 18
	codeConstraint = 19
	codeMismatch   = 20

	codeBusySnapshot = 517
	codeCheck        = 275
	codeForeignKey   = 787
	codeNotNull      = 1299
	codePrimaryKey   = 1555
	codeTrigger      = 1811 // an immediate ON DELETE RESTRICT fails with the code of triggers
	codeUnique       = 2067
	codeRowID        = 2579
	primaryCodeMask  = 0xff
)

func (sqliteDialect) Classify(err error) dialect.Fault {
	if errors.Is(err, driver.ErrBadConn) {
		return dialect.Fault{Kind: dialect.FaultLost}
	}
	code, text := codeOf(err)
	switch code {
	case codeUnique, codePrimaryKey, codeRowID:
		return dialect.Fault{Kind: dialect.FaultUnique, Constraint: constraint(text)}
	case codeForeignKey:
		return dialect.Fault{Kind: dialect.FaultForeignKey}
	}
	if code == codeTrigger && strings.Contains(text, "FOREIGN KEY") {
		return dialect.Fault{Kind: dialect.FaultForeignKey}
	}
	switch code & primaryCodeMask {
	case codeBusy, codeLocked:
		if code == codeBusySnapshot {
			return dialect.Fault{Kind: dialect.FaultRetry}
		}
		return dialect.Fault{Kind: dialect.FaultLockWait}
	case codeInterrupt:
		return dialect.Fault{Kind: dialect.FaultInterrupted}
	case codeFull: // COMMIT, too, stores everything or nothing
		return dialect.Fault{Kind: dialect.FaultLost, Undone: true}
	case codeNoMem, codeIOErr, codeCorrupt:
		// After these SQLite may have rolled back (sqlite.org/lang_transaction.html, section 3).
		return dialect.Fault{Kind: dialect.FaultLost}
	case codeConstraint, codeMismatch, codeTooBig:
		fault := dialect.Fault{Kind: dialect.FaultData}
		switch code {
		case codeNotNull:
			_, fault.Column, _ = strings.Cut(constraint(text), ".")
		case codeCheck:
			fault.Check = failedCheck(text)
		}
		return fault
	case codeError:
		if strings.Contains(text, "no transaction is active") {
			return dialect.Fault{Kind: dialect.FaultNoTransaction}
		}
		// Versions of SQLite word this differently.
		if strings.Contains(text, "triggers nested too deep") || strings.Contains(text, "too many levels of trigger recursion") {
			return dialect.Fault{Kind: dialect.FaultDepth}
		}
		if strings.Contains(text, "no such table: ") {
			return dialect.Fault{Kind: dialect.FaultNoTable}
		}
	}
	return dialect.Fault{}
}

// Redact has nothing to do. SQLite names columns and constraints, and quotes no values.
func (sqliteDialect) Redact(error) error { return nil }

// constraint returns the text behind "UNIQUE constraint failed: ". modernc.org/sqlite puts
// the class of the error in front, and the code in parentheses at the end.
func constraint(text string) string {
	const marker = "constraint failed: "
	if i := strings.LastIndex(text, marker); i >= 0 {
		text = text[i+len(marker):]
	}
	if i := strings.LastIndex(text, " ("); i >= 0 && strings.HasSuffix(text, ")") {
		text = text[:i]
	}
	if name, ok := strings.CutPrefix(text, "index '"); ok { // one on expressions
		return strings.TrimSuffix(name, "'")
	}
	return text
}

// failedCheck returns the text behind "CHECK constraint failed: ". It is a name, or the
// condition of the CHECK, and never a value of a row.
func failedCheck(text string) string {
	_, text, _ = strings.Cut(text, "CHECK constraint failed: ")
	return strings.TrimSuffix(text, " ("+strconv.Itoa(codeCheck)+")")
}

// codeOf returns the extended result code and the text of a driver's error. It imports no
// driver: the error of modernc.org/sqlite has a method Code, and that of mattn/go-sqlite3 a
// field ExtendedCode.
func codeOf(err error) (int, string) {
	if err == nil {
		return 0, ""
	}
	if v := reflect.Indirect(reflect.ValueOf(err)); v.IsValid() && v.Type().Name() == "Error" {
		switch v.Type().PkgPath() { // a program's own errors may look the same
		case "modernc.org/sqlite":
			if coded, ok := err.(interface{ Code() int }); ok {
				return coded.Code(), err.Error()
			}
		case "github.com/mattn/go-sqlite3":
			if f := v.FieldByName("ExtendedCode"); f.IsValid() && f.CanInt() {
				return int(f.Int()), err.Error()
			}
		}
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		return codeOf(u.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range u.Unwrap() {
			if code, text := codeOf(e); code != 0 {
				return code, text
			}
		}
	}
	return 0, ""
}
