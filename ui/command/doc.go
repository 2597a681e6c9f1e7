// Package command holds everything that a user can ask the desk to do, in one table. The menus, the palette, the keys
// and the help page are all made from it, so that they cannot disagree.
//
// # Nouns
//
//   - Command: an id, a text, its keys, whether it can be run now, and what it does. It stands in a menu, or in one inside
//     a menu.
//   - Table: the commands in the order of the menus. Key: a key with its modifiers.
//   - Change: something done that can be undone; History: the changes, newest last. Commands to the plant never enter
//     it: what was sent to a machine cannot be taken back by a key.
//   - Item: one line of the palette: a command, an asset, a signal. Rank orders items by a fuzzy match.
//
// # Texts
//
// Sentence case, no final full stop, no colon, an ellipsis where a dialog follows and only there; Check finds what
// offends.
//
// # Goroutines
//
// A Table and a History belong to the Fyne goroutine. Score and Rank are pure and may run anywhere.
//
//	table := command.NewTable()
//	err := table.Add(command.Command{ID: "time.live", Menu: "View", Text: "Go to live", Keys: []command.Key{{Name: fyne.KeyL}}, Run: goLive})
//	…
//	table.Press(command.Key{Name: fyne.KeyL})
package command
