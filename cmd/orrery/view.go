package main

import "github.com/spf13/cobra"

func viewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "view [MODEL...]",
		Short: "Look at models, without a twin",
		Long: `View opens a window with models alone: glTF, STL, OBJ, PLY, 3MF and, where orrery-cad is built, STEP, IGES and BREP.
More can be dropped on the window. A model whose file changes is read again.`,
	}
	look := windowFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runView(cmd.Context(), args, *look) }
	return cmd
}
