package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/authgen/authgen/bench/contest"
	"github.com/authgen/authgen/bench/report"
)

// profiled runs the races, and profiles them if that is asked for.
func (o options) profiled(ctx context.Context, progress io.Writer) (speed report.Speed, err error) {
	if o.profile == "" {
		return o.race(ctx, progress)
	}
	file, err := os.Create(o.profile)
	if err != nil {
		return speed, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return speed, err
	}
	defer pprof.StopCPUProfile()
	return o.race(ctx, progress)
}

// race runs what the options ask for.
func (o options) race(ctx context.Context, progress io.Writer) (report.Speed, error) {
	speed := report.Speed{Facts: report.Facts(), Rounds: o.rounds, Hero: hero}
	libraries, err := o.libraries()
	if err != nil {
		return speed, err
	}
	speed.Libraries = libraries
	dir, err := os.MkdirTemp("", "authgen-bench-")
	if err != nil {
		return speed, err
	}
	defer os.RemoveAll(dir)
	courses, err := o.courses()
	if err != nil {
		return speed, err
	}
	for _, course := range courses {
		ground := contest.NewGround(course, dir)
		fact, err := fact(ctx, ground)
		if err != nil && o.kinds == "" {
			speed.Databases = append(speed.Databases, report.Database{Course: course, NotRun: map[string][]string{err.Error(): {"anybody"}}})
			continue
		}
		if err != nil {
			return speed, fmt.Errorf("%s: %w", course.Title(), err)
		}
		database, err := o.on(ctx, ground, libraries, progress)
		if err != nil {
			return speed, fmt.Errorf("%s: %w", course.Title(), err)
		}
		speed.Databases = append(speed.Databases, database)
		if course.Plain() {
			speed.Facts = append(speed.Facts, fact)
		}
	}
	return speed, nil
}

// courses returns what to run on.
func (o options) courses() (courses []contest.Course, err error) {
	if o.kinds == "" {
		return contest.Courses, nil
	}
	for flag := range strings.SplitSeq(o.kinds, ",") {
		course, err := contest.CourseNamed(flag)
		if err != nil {
			return nil, err
		}
		courses = append(courses, course)
	}
	return courses, nil
}

// fact asks a database what it is.
func fact(ctx context.Context, ground *contest.Ground) (report.Fact, error) {
	place, err := ground.Place(ctx, "facts")
	if err != nil {
		return report.Fact{}, err
	}
	fact, err := report.DatabaseFact(ctx, place)
	return fact, errors.Join(err, place.Drop())
}

// libraries returns those to run, the reference first.
func (o options) libraries() ([]contest.Library, error) {
	if o.only == "" {
		return contestants, nil
	}
	chosen := contestants[:1:1]
	for name := range strings.SplitSeq(o.only, ",") {
		i := slices.IndexFunc(contestants, func(l contest.Library) bool { return l.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no contestant %q", name)
		}
		if i > 0 {
			chosen = append(chosen, contestants[i])
		}
	}
	return chosen, nil
}

// on runs all workloads on one course.
func (o options) on(ctx context.Context, ground *contest.Ground, libraries []contest.Library, progress io.Writer) (report.Database, error) {
	database := report.Database{Course: ground.Course, NotRun: map[string][]string{}}
	var running []contest.Library
	for _, l := range libraries {
		if reason := l.Missing(ground.Course); reason != "" {
			database.NotRun[reason] = append(database.NotRun[reason], l.Name)
		} else {
			running = append(running, l)
		}
	}
	for name := range strings.SplitSeq(o.workloads, ",") {
		w, err := contest.Named(name)
		if err != nil {
			return database, err
		}
		fmt.Fprintf(progress, "%s, %s: %s\n", ground.Title(), w.Name, w.About)
		race := contest.Race{Workload: w, Ground: ground, Libraries: running, Rounds: o.rounds, Seed: o.seed, Cancellable: o.cancellable}
		results, err := race.Run(ctx)
		if err != nil {
			return database, fmt.Errorf("%s: %w", w.Name, err)
		}
		database.Races = append(database.Races, report.Race{Workload: w, Results: results})
	}
	return database, nil
}
