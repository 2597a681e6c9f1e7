// Package ui is the shell of the desk: the window, its panels, and the frame tick that pulls the state of the twin
// onto the screen.
//
// # Nouns
//
//   - Shell: one window. It shows the start page, the progress of a long preparation, or a Desk.
//   - Desk: the running parts of one twin, handed over by the caller. The shell owns none of them and closes none.
//   - board: a widget that paints cells of text and shapes into one raster and repaints only the cells that changed.
//     All panels are boards, because live labels cost more than the 3D view (a texture for each distinct string).
//   - sheet: what a board's owner fills with cells. Each panel is one file: it turns a plain model into cells.
//   - trendPanel: the trend with its legend and the statistics of a span. What it shows is a trend.Spec of ui/trend, kept
//     with the twin; its worker makes the model, and what is asked for newly takes the place of what is being made.
//   - importCard: what the columns of a file of samples mean, before they go into the history.
//   - library: the models that the user opened, beside those of the twin or on a desk without one. Its loader reads files
//     in the background, a few at once; its watcher tells when they change, as it does for the files of the twin.
//   - plan: a scenario of the user's or of the twin file: a named delta on a parent, answered by a study of the twin or by the
//     model of its forecast. All of them are a planBook, which is immutable, so that undo keeps the old one.
//   - scenarios: the work on plans: their tree with the fields of the chosen one beside the view, the page of answers below
//     it, lanes on the timeline, and colours of differences on the stage.
//   - studyRuns: asks the studies: a first answer at once, the full one after it, the newest question before all others.
//   - equationEditor: writes the models of the twin file; the whole file is read again after each change.
//   - frame: the tick. It asks the timeline where the cursor is and pulls the snapshot that belongs there: live from the
//     engine, past from the history in the background (the newest request wins), future from the scenario.
//
// # Goroutines
//
// Everything in this package runs on the Fyne goroutine, but for the workers of the past and of the trends, the readers of
// models and their watcher, and the questions to studies (two at most), which touch only what is handed to
// them; the tick takes over what they have. What looks at the disk once, as for a dialog, comes back through one fyne.Do.
// Methods of Shell that may be called from elsewhere say so.
//
// # Cost
//
// When nothing changed, nothing is refreshed, so an idle window does not paint. Numbers change at most four times a
// second, trends ten times, the 3D view at frame rate.
//
// # Example
//
//	shell := ui.New(app.NewWithID("io.orrery"), ui.Options{})
//	shell.ShowStart(ui.Start{OpenTwin: open})
//	shell.Run() // until the window is closed; open calls shell.Open(desk)
package ui
