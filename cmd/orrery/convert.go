package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
)

func convertCommand() *cobra.Command {
	var reading reading
	var variant string
	cmd := &cobra.Command{
		Use:   "convert IN OUT.glb",
		Short: "Turn any model that can be read into a GLB: metres, Y up",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := reading.options()
			if err != nil {
				return err
			}
			if !strings.EqualFold(filepath.Ext(args[1]), ".glb") {
				return fmt.Errorf("%s: the output is a GLB; give it the extension .glb", args[1])
			}
			opts.Raw, opts.Progress = true, loadingProgress()
			m, err := assets.Open(cmd.Context(), args[0], opts)
			if err != nil {
				return err
			}
			if variant != "" {
				if err := m.SetVariant(variant); err != nil {
					return fmt.Errorf("--variant: %w", err)
				}
			}
			printWarnings(m.Warnings)
			return writeGLB(cmd.Context(), args[1], m)
		},
	}
	reading.flags(cmd)
	cmd.Flags().StringVar(&variant, "variant", "", "the variant of its materials to show")
	return cmd
}

// writeGLB writes beside the file and renames, so that a file that is there already stays whole until the new one is.
func writeGLB(ctx context.Context, path string, m *assets.Model) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".orrery-*.glb")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := assets.Write(f, m.Scene, "Orrery "+version); err != nil {
		return err
	}
	return ctx.Err()
}
