"""Speed and memory, each measured beside something plain in the same run: `python -m bench`."""
