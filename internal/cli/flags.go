package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// NoArguments refuses arguments to a verb that takes none.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments; remove %q", cmd.Name(), args[0])
	}
	return nil
}

// flagError returns the error for a wrong flag, with the flag that was meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf(`unknown flag "-%s"; "%s --help" lists all flags`, unknown.GetSpecifiedName(), cmd.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	if near := nearestFlag(cmd, name); near != "" {
		return fmt.Errorf(`unknown flag "--%s" (did you mean "--%s"?)`, name, near)
	}
	return fmt.Errorf(`unknown flag "--%s"; "%s --help" lists all flags`, name, cmd.CommandPath())
}

// nearestFlag returns the flag of a verb that name may misspell.
func nearestFlag(cmd *cobra.Command, name string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return Nearest(name, names)
}
