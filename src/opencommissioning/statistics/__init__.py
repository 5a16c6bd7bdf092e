"""Statistics on whole arrays: arrays in, named arrays out, missing is NaN. Nothing here knows what the numbers mean."""
