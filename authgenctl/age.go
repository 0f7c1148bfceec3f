package main

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ageOf returns how long ago a time was, in its largest unit: "45s", "3m", "2h",
// "5d"; "-" for no time.
func ageOf(t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return spanOf(now.Sub(t))
}

// spanOf returns a duration in its largest unit. One that is not over yet, as
// clocks differ, is 0s.
func spanOf(d time.Duration) string {
	unit, letter := time.Second, "s"
	switch {
	case d >= day:
		unit, letter = day, "d"
	case d >= time.Hour:
		unit, letter = time.Hour, "h"
	case d >= time.Minute:
		unit, letter = time.Minute, "m"
	}
	return strconv.FormatInt(int64(max(d, 0)/unit), 10) + letter
}

// whenOf returns when a time is: "in 3m", or "3m ago"; "-" for no time.
func whenOf(t, now time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case t.After(now):
		return "in " + spanOf(t.Sub(now))
	}
	return ageOf(t, now) + " ago"
}

// An ageFlag is a flag of a duration, which may be in days.
type ageFlag time.Duration

// Set is called by pflag.
func (f *ageFlag) Set(text string) error {
	days, rest := 0, text
	if text == "" {
		return errAge
	}
	if n, after, ok := strings.Cut(text, "d"); ok {
		var err error
		if days, err = strconv.Atoi(n); err != nil || days < 0 || days > 10_000 {
			return errAge
		}
		rest = after
	}
	d := time.Duration(days) * day
	if rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 {
			return errAge
		}
		d += more
	}
	*f = ageFlag(d)
	return nil
}

var errAge = errors.New("a time is such as 90s, 15m, 2h or 1d12h")

// String is called by pflag, for the default.
func (f *ageFlag) String() string { return spanOf(time.Duration(*f)) }

// Type is called by pflag, for the help.
func (f *ageFlag) Type() string { return "time" }
