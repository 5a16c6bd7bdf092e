"""The store and its engine: files in, typed and sorted Parquet with a manifest; builds set aside and swapped in."""
