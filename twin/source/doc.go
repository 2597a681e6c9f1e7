// Package source holds the ways in for samples other than a broker: so far the log of a plant's own data logger, as CSV.
//
// # Nouns
//
//   - CSV: how the columns of a log map to signals: a time column, a column that names the asset, and value columns with
//     the unit in which the plant wrote them.
//
// Values are converted to SI on the way in. An empty cell is no sample; a cell that is no number is counted and the row's
// other cells are kept, so one bad sensor does not cost a log. Rows of assets that the tree does not have are counted.
//
// Nothing here starts a goroutine. The batches that Read yields belong to the reader and are overwritten by the next one.
package source
