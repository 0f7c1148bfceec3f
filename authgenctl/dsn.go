package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/authgen/authgen/dialect"
)

// An address is a DSN that was read.
type address struct {
	kind    dialect.Kind
	dsn     string
	shown   string   // without a password, and without parameters, which may hold one
	secrets []string // what must not be printed
}

var (
	mysqlDSN = regexp.MustCompile(`(?:@(?:(?:tcp|tcp4|tcp6|unix)\([^()]*\))?|^(?:tcp|tcp4|tcp6|unix)\([^()]*\))/[^/]*$`)
	scheme   = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*)://`)
)

const serverForms = "a database on a server is postgres://user:password@host:port/database, or user:password@tcp(host:port)/database for MySQL and MariaDB"

// readAddress tells the databases apart by the form of the DSN. What is wrong
// with it is said without the DSN itself, of which anything could be a password.
func readAddress(given, dsn string) (*address, error) {
	if m := scheme.FindStringSubmatch(dsn); m != nil && m[1] != "file" {
		switch m[1] {
		case "postgres", "postgresql":
			return postgresAddress(given, dsn)
		}
		return nil, fmt.Errorf("%s begins with %s://, which is not one of its forms: %s; a SQLite database is the path of its file", given, m[1], serverForms)
	}
	if mysqlDSN.MatchString(dsn) {
		return mysqlAddress(dsn), nil
	}
	return sqliteAddress(given, dsn)
}

func postgresAddress(given, dsn string) (*address, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil && strings.Contains(dsn, "@") { // else a part of the password passes for the host
		return nil, fmt.Errorf("%s is not a URL: %s; in a password, %% and what means something in a URL are written %%25, %%2F and so on", given, serverForms)
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	a := &address{kind: dialect.Postgres, dsn: dsn}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
		password, _ := u.User.Password()
		begin := strings.Index(dsn, "://") + len("://")
		_, raw, _ := strings.Cut(dsn[begin:begin+strings.LastIndexByte(dsn[begin:], '@')], ":")
		a.secrets = append(a.secrets, raw, password)
	}
	for _, key := range []string{"password", "sslpassword"} {
		a.secrets = append(a.secrets, u.Query()[key]...)
	}
	a.shown = shown.String()
	return a, nil
}

func mysqlAddress(dsn string) *address {
	a := &address{kind: dialect.MySQL, dsn: dsn}
	slash := strings.LastIndexByte(dsn, '/')
	server, name := dsn[:slash], dsn[slash:]
	name, _, _ = strings.Cut(name, "?")
	if at := strings.LastIndexByte(server, '@'); at >= 0 {
		user, password, _ := strings.Cut(server[:at], ":")
		a.secrets = append(a.secrets, password)
		server = user + server[at:]
	}
	a.shown = server + name
	return a
}

// sqliteAddress finds the file, which must be there: opening another would make
// an empty one.
func sqliteAddress(given, dsn string) (*address, error) {
	path, query, _ := strings.Cut(dsn, "?")
	if rest, isURL := strings.CutPrefix(path, "file:"); isURL {
		plain, err := url.PathUnescape(strings.TrimPrefix(strings.TrimPrefix(rest, "//localhost"), "//"))
		if err != nil {
			return nil, fmt.Errorf("%s is not a URL of a file: %% is written %%25 in it", given)
		}
		path = plain
	}
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("%s: the parameters behind ? cannot be read", given)
	}
	if path == "" || path == ":memory:" || params.Get("mode") == "memory" {
		return nil, fmt.Errorf("%s names a database in memory, which only the program that holds it can look into; give the path of a file", given)
	}
	if err := findFile(given, path); err != nil {
		return nil, err
	}
	mode := params.Get("mode")
	if mode == "" || mode == "rwc" {
		params.Set("mode", "rw")
	}
	params["_pragma"] = append(params["_pragma"], "foreign_keys(1)", "busy_timeout(5000)")
	return &address{kind: dialect.SQLite, dsn: fileURL(path) + "?" + params.Encode(), shown: path}, nil
}

// findFile refuses what is not a file. A path that may be a DSN of another kind,
// mistyped, is not repeated.
func findFile(given, path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder; %s takes the SQLite file in it", path, given)
	case err == nil:
		return nil
	case strings.Contains(path, "@") || strings.Contains(path, "="):
		return fmt.Errorf("%s is neither a SQLite file that is there nor of another form that is known: %s", given, serverForms)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s: %s takes the SQLite file of the program; %s", path, given, serverForms)
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("cannot look at %s: %w", path, err)
}

// fileURL returns the URL of a file, in which no character of the path means
// anything else.
func fileURL(path string) string {
	slashed := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		slashed = "/" + slashed
	}
	return "file:" + (&url.URL{Path: slashed}).EscapedPath()
}

// scrub takes passwords out of the text of an error: drivers quote what they were
// given.
func (a *address) scrub(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range a.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}
